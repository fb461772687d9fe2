"""Balance, tariffs and senders of an account, as the One API tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.one_api.conftest import log_in

if TYPE_CHECKING:
    from tests.conftest import Serve
    from tests.one_api.conftest import Api


async def test_the_balance_is_told_in_numbers(serve: Serve) -> None:
    api = await log_in(await serve("account: {balance: -5.25, limit: 7}\n"))
    assert await api.get("accounts/balance") == {"data": {"balance": -5.25, "currency": "EUR", "credit": 7}}


async def test_tariffs_are_the_scenarios_and_0_is_the_default_one(serve: Serve) -> None:
    api = await log_in(await serve("account: {tariffs: [9, 0]}\n"))
    assert await api.get("accounts/tariff") == {
        "data": [
            {"id": 1, "name": "Tariff 0", "code": 0, "is_active": True, "is_default": True},
            {"id": 10, "name": "Tariff 9", "code": 9, "is_active": True, "is_default": False},
        ],
        "total": 2,
    }


async def test_tariffs_come_in_pages(serve: Serve) -> None:
    api = await log_in(await serve("account: {tariffs: [9, 0, 4]}\n"))
    page = await api.get("accounts/tariff", {"page[offset]": 1, "page[limit]": 15})
    assert ([each["code"] for each in page["data"]], page["total"]) == ([4, 9], 3)
    refused = await api.get("accounts/tariff", {"page[limit]": 14}, status=422)
    assert refused["errors"] == {"pagelimit": ["This value should be between 15 and 500."]}


@pytest.mark.parametrize("kind", ["sms", "viber", "VIBER"])
async def test_senders_are_the_scenarios(serve: Serve, kind: str) -> None:
    api = await log_in(await serve("account: {senders: [SHOP, BANK]}\nclock: {start: 2026-02-03T04:05:06Z}\n"))
    answer = await api.get("senders", {"type": kind})
    assert [each["sender"] for each in answer["data"]] == ["BANK", "SHOP"]
    assert answer["total"] == 2
    assert answer["data"][0] == {
        "id": 1,
        "status": "active",
        "country": None,
        "sender": "BANK",
        "created_at": "2026-02-03 04:05:06",
        "is_default": True,
    }


async def test_one_sender_is_listed_where_any_is_registered(api: Api) -> None:
    assert [each["sender"] for each in (await api.get("senders", {"type": "sms"}))["data"]] == ["BSG"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "This value should not be blank."),
        ({"type": ""}, "This value should not be blank."),
        ({"type": "rcs"}, "The value you selected is not a valid choice."),
    ],
)
async def test_senders_are_asked_for_by_type(api: Api, query: dict[str, str], said: str) -> None:
    answer = await api.get("senders", query, status=422)
    assert answer == {"message": "The given data was invalid.", "errors": {"type": [said]}}


async def test_both_apis_tell_one_balance(api: Api) -> None:
    message = {"channels": ["sms"], "phone": {"number": "380972920000"}, "sms": {"sender": "SHOP", "text": "Hi"}}
    await api.post("messages/send", message)
    answer = await api.client.get("/rest/common/balance", headers={"X-API-KEY": "test_key"})
    assert (await answer.json())["amount"] == "99.9770000"
    assert (await api.get("accounts/balance"))["data"]["balance"] == 99.977
