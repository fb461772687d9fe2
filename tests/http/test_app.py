"""Every route of BSG's API: under which paths and methods its functions answer, and what the others get."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.runtime import RUNTIME

if TYPE_CHECKING:
    from mock_bsg.sandbox.journal import Exchange
    from tests.conftest import Client

KEY = {"X-API-KEY": "test_key"}
NO_FUNCTION = {"error": 4, "errorDescription": "Invalid request or API method does not exist"}
BALANCE = {"error": 0, "errorDescription": "No errors", "amount": "100.0000000", "currency": "EUR", "limit": "7"}


def open_journal(client: Client) -> list[Exchange]:
    account = client.app[RUNTIME].accounts.get("test_key")
    assert account is not None
    return list(account.journal.newest_first())


@pytest.mark.parametrize("base", ["/rest", "/v1.0"])
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_functions_answer_under_both_bases_with_and_without_slash(
    client: Client, base: str, slash: str, method: str
) -> None:
    answer = await client.request(method, f"{base}/common/balance{slash}", headers=KEY)
    assert (answer.status, await answer.json()) == (200, BALANCE)
    assert answer.content_type == "application/json"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/rest"), ("GET", "/rest/"), ("GET", "/v1.0"), ("GET", "/rest/nothing"), ("GET", "/rest/viber"),
        ("GET", "/rest/viber/"), ("GET", "/rest/viber/1/2/3"), ("GET", "/rest/viber/task/5"),
        ("GET", "/rest/viber/create"), ("GET", "/rest/viber/create/"), ("GET", "/rest/viber/price"),
        ("DELETE", "/rest/viber/create"), ("PATCH", "/rest/viber/create"), ("DELETE", "/rest/viber/1"),
        ("PUT", "/rest/common/balance"), ("POST", "/rest/viber/prices"), ("OPTIONS", "/rest/viber/create"),
        ("PURGE", "/rest/viber/create"),
    ],
)  # fmt: skip
async def test_unknown_function_or_method_is_404_with_error_4(client: Client, method: str, path: str) -> None:
    answer = await client.request(method, path, headers=KEY)
    assert (answer.status, await answer.json()) == (404, NO_FUNCTION)
    assert answer.content_type == "application/json"


async def test_unknown_function_is_in_the_journal(client: Client) -> None:
    await client.get("/rest/nothing?a=1", headers=KEY)
    (exchange,) = open_journal(client)
    assert (exchange.method, exchange.path, exchange.status) == ("GET", "/rest/nothing?a=1", 404)


async def test_wrong_method_is_noted_in_the_journal(client: Client) -> None:
    await client.get("/v1.0/viber/create/?a=1", headers=KEY)
    (exchange,) = open_journal(client)
    assert exchange.notes == ("/viber/create takes PUT and POST",)


@pytest.mark.parametrize(
    "segment", ["%2F", "%7Bid%7D", "{id}", "%FF", "%ED%A0%80", "a%20b", "9" * 5_000, "%00", "-1", "..%2f.."]
)
async def test_malformed_reference_is_simply_not_found(client: Client, segment: str) -> None:
    for path in (f"/rest/viber/{segment}", f"/rest/viber/reference/{segment}", f"/rest/sms/{segment}"):
        answer = await client.get(path, headers=KEY)
        assert (answer.status, (await answer.json())["error"]) == (200, 20 if "/sms/" in path else 40)
