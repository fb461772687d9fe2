"""Money is looked at before numbers and references: who cannot pay for a request as it stands is told only 8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.rest.conftest import CallWith

PHONE = "380972920000"
NOT_ENOUGH = {"error": 8, "errorDescription": "Not enough money"}
POOR = "account: {balance: 0, tariffs: [0, 9]}"


def sms(**fields: Any) -> dict[str, Any]:
    order = {"destination": "phone", "originator": "BSG", "body": "Hello", "msisdn": PHONE, "reference": "a"}
    return order | fields


def several(*phones: Any, **fields: Any) -> dict[str, Any]:
    return {"destination": "phones", "originator": "BSG", "body": "Hello", "phones": list(phones)} | fields


def viber(*to: Any, **fields: Any) -> dict[str, Any]:
    return {"messages": [{"to": list(to) or [{"msisdn": PHONE}], "text": "Hello", "alpha_name": "BSG"} | fields]}


def to(msisdn: Any = PHONE, **fields: Any) -> dict[str, Any]:
    return {"msisdn": msisdn} | fields


MISTAKEN = [
    ("/sms/create", sms(msisdn="x")),
    ("/sms/create", sms(msisdn=None)),
    ("/sms/create", sms(reference=None)),
    ("/sms/create", sms(reference="0f8fad5b-d9cb-469f-a165-70867728950e")),
    ("/sms/create", sms(validity="wrong")),
    ("/sms/create", sms(callback_url="nowhere")),
    ("/sms/create", sms(**{"2way": True})),
    ("/sms/create", several(to(reference="a"), to(reference="b"))),
    ("/sms/create", several("no phone")),
    ("/sms/create", several(to(reference="a"), destination="individual", body="", originator="")),
    ("/sms/price", sms(msisdn="x")),
    ("/viber/create", viber(to("x"))),
    ("/viber/create", viber(to(reference="a b"))),
    ("/viber/create", viber(text="")),
    ("/viber/create", viber(options=7)),
    ("/viber/create", viber("no phone")),
    ("/viber/price", viber(to("x"))),
    ("/hlr/create", [to("x", reference="a")]),
    ("/hlr/create", [to()]),
    ("/hlr/create", ["no phone"]),
    ("/hlr/create", [to(reference="a", callback_url="nowhere")]),
    ("/hlr/check", to("x")),
    ("/mnp/create", to("x")),
    ("/mnp/create", to("99912345678")),
    ("/mnp-sync/create", {"msisdns": [to(reference="a b")]}),
]


@pytest.mark.parametrize(("path", "body"), MISTAKEN, ids=lambda value: value if isinstance(value, str) else "")
async def test_mistakes_of_a_recipient_are_told_only_to_who_can_pay(
    call_with: CallWith, path: str, body: dict[str, Any]
) -> None:
    assert await (await call_with(POOR)).post(path, body) == NOT_ENOUGH


@pytest.mark.parametrize(("path", "body"), MISTAKEN, ids=lambda value: value if isinstance(value, str) else "")
async def test_who_can_pay_is_told_the_mistake(call_with: CallWith, path: str, body: dict[str, Any]) -> None:
    answer = await (await call_with("account: {balance: 100}")).post(path, body)

    result = answer.get("result", answer)
    entries = result if isinstance(result, list) else [result]
    assert {entry["error"] for entry in entries} - {0, 8}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/sms/create", [], 24),
        ("/sms/create", sms(body=""), 26),
        ("/sms/create", sms(originator=""), 25),
        ("/sms/create", sms(destination="otp"), 34),
        ("/sms/create", several(), 24),
        ("/sms/create", several(*[to(f"3809729200{n:02}", reference=f"r{n}") for n in range(51)]), 12),
        ("/sms/create", sms(tariff=5), 6),
        ("/viber/create", {}, 44),
        ("/viber/create", viber() | {"validity": "x"}, 48),
        ("/viber/create", viber() | {"tariff": 5}, 6),
        ("/hlr/create", [], 64),
        ("/mnp/create", {"msisdns": []}, 84),
    ],
)
async def test_what_cannot_be_priced_is_told_before_money(call_with: CallWith, path: str, body: Any, code: int) -> None:
    assert (await (await call_with(POOR)).post(path, body))["error"] == code


async def test_what_has_no_price_asks_for_no_money(call_with: CallWith) -> None:
    bsg = await call_with(POOR)

    assert (await bsg.post("/hlr/create", [to(reference="a", tariff=5)]))["result"][0]["error"] == 6
    assert (await bsg.post("/viber/create", {"messages": [{"text": "Hello"}, 7]}))["result"][0]["error"] == 44


@pytest.mark.parametrize("body", [["no phone"], [to("x", tariff=9), 7]])
async def test_an_account_without_tariff_0_is_told_what_is_wrong(call_with: CallWith, body: list[Any]) -> None:
    bsg = await call_with("account: {balance: 1, tariffs: [9]}")

    assert (await bsg.post("/hlr/create", body))["result"][-1]["error"] == 61


async def test_a_used_reference_is_told_only_to_who_can_pay(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0.15}\nprices: {sms: {UA: 0.1}}")
    assert (await bsg.post("/sms/create", sms()))["result"]["error"] == 0

    assert await bsg.post("/sms/create", sms()) == NOT_ENOUGH


async def test_the_parts_of_an_sms_count_whatever_else_is_wrong(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0.15}\nprices: {sms: {UA: 0.1}}")

    assert (await bsg.post("/sms/create", sms(validity="x")))["result"]["error"] == 28
    assert await bsg.post("/sms/create", sms(validity="x", body="x" * 161)) == NOT_ENOUGH
    own = to(reference="a", originator="", body="x" * 161)
    assert await bsg.post("/sms/create", several(own, destination="individual")) == NOT_ENOUGH
    assert await bsg.post("/sms/create", several(own | {"body": "x" * 800}, destination="individual")) == NOT_ENOUGH


@pytest.mark.parametrize("outcome", ["error: 5", "status: 503", "fault: connection_reset"])
async def test_money_is_looked_at_before_the_scenarios_rules(call_with: CallWith, outcome: str) -> None:
    bsg = await call_with(f"account: {{balance: 0}}\nrules: [{{match: {{msisdn: '{PHONE}'}}, {outcome}}}]")

    assert await bsg.post("/sms/create", sms()) == NOT_ENOUGH
    assert await bsg.post("/viber/create", viber()) == NOT_ENOUGH


async def test_what_is_free_is_sent_without_money(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0}\nprices: {viber: {default: 0}}")

    answer = await bsg.post("/viber/create", viber(to("99912345678"), to("x")))

    assert [entry["error"] for entry in answer["result"]] == [0, 41]
    assert list(answer) == ["result"]
