"""Every rule of BSG's HLR functions: arrays, objects and forms, errors, results, check at once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.rest.conftest import Caller, CallWith

PHONE = "380972920000"
OTHER = "380972920001"
FIELDS = [
    "error",
    "errorDescription",
    "name_ru",
    "name_en",
    "brand",
    "name",
    "country_name",
    "brand_name",
    "msisdn",
    "id",
    "reference",
    "network",
    "status",
    "details",
    "createdDatetime",
    "statusDatetime",
]
CLOCK = "clock: {start: 2017-03-03T13:04:56Z, manual: true}\n"


def lookup(msisdn: Any = PHONE, reference: Any = "extid1", **fields: Any) -> dict[str, Any]:
    return {"msisdn": msisdn, "reference": reference} | fields


def errors(answer: Any) -> list[int]:
    return [entry["error"] for entry in answer["result"]]


# --- create


async def test_create_answers_in_the_printed_order(call_with: CallWith) -> None:
    bsg = await call_with("prices: {hlr: {UA: 0.0025}}\nfirst_id: 212")

    answer = await bsg.post("/hlr/create", [lookup(tariff="0", callback_url="http://127.0.0.1:1/?id=1")])

    assert list(answer) == ["result", "total_price", "currency"]
    assert (answer["total_price"], answer["currency"]) == (0.0025, "EUR")
    assert answer["result"] == [
        {
            "error": 0,
            "errorDescription": "No errors",
            "msisdn": PHONE,
            "reference": "extid1",
            "tariff_code": "0",
            "callback_url": "http://127.0.0.1:1/?id=1",
            "price": 0.0025,
            "currency": "EUR",
            "id": "212",
        }
    ]
    assert list(answer["result"][0]) == [
        "error",
        "errorDescription",
        "msisdn",
        "reference",
        "tariff_code",
        "callback_url",
        "price",
        "currency",
        "id",
    ]


async def test_one_lookup_may_come_as_an_object(bsg: Caller) -> None:
    answer = await bsg.post("/hlr/create", lookup(destination="phone"))

    assert errors(answer) == [0]
    assert bsg.notes == ()


async def test_one_lookup_may_come_as_a_form(bsg: Caller) -> None:
    answer = await bsg.post(
        "/hlr/create",
        text=f"msisdn=%2B{PHONE}&reference=a&tariff=5",
        content_type="application/x-www-form-urlencoded",
    )

    assert errors(answer) == [0]
    assert (answer["result"][0]["msisdn"], answer["result"][0]["tariff_code"]) == (PHONE, "5")


@pytest.mark.parametrize("body", [None, [], "text", 7, True])
async def test_what_is_no_lookup_is_64_and_nothing_else(bsg: Caller, body: Any) -> None:
    assert await bsg.post("/hlr/create", body) == {"error": 64, "errorDescription": "Invalid request payload"}


async def test_more_than_fifty_lookups_are_12(bsg: Caller) -> None:
    lookups = [lookup(f"3809729200{n:02}", f"r{n}") for n in range(51)]

    assert (await bsg.post("/hlr/create", lookups))["error"] == 12
    assert errors(await bsg.post("/hlr/create", lookups[:50])) == [0] * 50


@pytest.mark.parametrize(
    ("asked", "code", "text"),
    [
        (lookup("380501111111111111"), 61, "Invalid MSISDN"),
        (["380501111111111111", "inv1"], 61, "Invalid MSISDN"),
        ({}, 61, "Invalid MSISDN"),
        (None, 61, "Invalid MSISDN"),
        ({"msisdn": PHONE}, 62, "External ID absent"),
        (lookup(reference=None), 62, "External ID absent"),
        (lookup(reference="-=__"), 65, "Invalid External ID"),
        (lookup(tariff=111), 6, "Invalid price grid parameter"),
        (lookup(tariff="asd"), 6, "Invalid price grid parameter"),
        (lookup(tariff=-21), 6, "Invalid price grid parameter"),
        (lookup(callback_url="nonsense"), 7, "Invalid or missing parameters"),
    ],
)
async def test_a_bad_lookup_has_its_error_in_the_result_and_a_sum_stands_there(
    bsg: Caller, asked: Any, code: int, text: str
) -> None:
    answer = await bsg.post("/hlr/create", [asked])

    entry = answer["result"][0]
    assert (entry["error"], entry["errorDescription"]) == (code, text)
    assert not entry.keys() & {"id", "price", "currency"}
    assert {"msisdn", "tariff_code", "callback_url"} <= entry.keys()
    assert (answer["total_price"], answer["currency"]) == (0, "EUR")


async def test_a_bad_lookup_repeats_what_was_asked(bsg: Caller) -> None:
    answer = await bsg.post("/hlr/create", [lookup(tariff=111, callback_url="ftp://example.com")])

    assert answer["result"][0] == {
        "error": 6,
        "errorDescription": "Invalid price grid parameter",
        "msisdn": PHONE,
        "reference": "extid1",
        "tariff_code": "111",
        "callback_url": "ftp://example.com",
    }


async def test_a_reference_used_before_is_63(bsg: Caller) -> None:
    await bsg.post("/hlr/create", [lookup()])

    assert errors(await bsg.post("/hlr/create", [lookup(OTHER), lookup()])) == [63, 63]


async def test_a_number_twice_in_a_request_is_66(bsg: Caller) -> None:
    assert errors(await bsg.post("/hlr/create", [lookup(reference="a"), lookup(reference="b")])) == [0, 66]


async def test_each_lookup_has_a_tariff_and_a_price_of_its_own(call_with: CallWith) -> None:
    bsg = await call_with("prices: {hlr: {UA: 0.02}}\naccount: {balance: 1, tariffs: {0: 1, 9: 0.5}}")

    answer = await bsg.post("/hlr/create", [lookup(), lookup(OTHER, "b", tariff="9")])

    assert [entry["price"] for entry in answer["result"]] == [0.02, 0.01]
    assert [entry["tariff_code"] for entry in answer["result"]] == ["0", "9"]
    assert await bsg.balance() == "0.9700000"


async def test_too_little_money_is_8(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0}")

    assert await bsg.post("/hlr/create", [lookup()]) == {"error": 8, "errorDescription": "Not enough money"}


async def test_unknown_fields_are_noted(bsg: Caller) -> None:
    await bsg.post("/hlr/create", [lookup(), lookup(OTHER, "b", tarif=1)])

    assert bsg.notes == ("unknown field [1].tarif (did you mean 'tariff'?)",)


async def test_a_malformed_reference_is_null_in_its_entry(bsg: Caller) -> None:
    entries = (await bsg.post("/hlr/create", [lookup(reference="-=__"), lookup(OTHER, "x" * 33)]))["result"]

    assert [(entry["error"], entry["reference"]) for entry in entries] == [(65, None), (65, None)]
    assert list(entries[0]) == ["error", "errorDescription", "msisdn", "reference", "tariff_code", "callback_url"]


async def test_free_lookups_have_a_sum(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0}\nprices: {hlr: {UA: 0}}")

    answer = await bsg.post("/hlr/create", [lookup()])

    assert (list(answer), answer["total_price"]) == (["result", "total_price", "currency"], 0)


# --- results


async def test_a_phone_may_be_barred(call_with: CallWith) -> None:
    bsg = await call_with("clock: manual\ndefaults: {hlr: {barred: 2s}}")
    await bsg.post("/hlr/create", [lookup()])
    await bsg.advance("2s")

    result = await bsg.get("/hlr/1")

    assert (result["status"], result["details"]) == ("barred", None)


async def test_the_result_of_an_active_phone_is_told_in_order(call_with: CallWith) -> None:
    bsg = await call_with(CLOCK + "defaults: {hlr: {sent: 0s, active: 2s}}\nfirst_id: 212")
    await bsg.post("/hlr/create", [lookup()])
    await bsg.advance("2s")

    result = await bsg.get("/hlr/212")

    assert list(result) == FIELDS
    assert result == await bsg.get("/hlr/reference/extid1")
    assert (result["status"], result["msisdn"], result["id"], result["reference"]) == ("active", PHONE, "212", "extid1")
    assert (result["name_en"], result["name_ru"], result["country_name"]) == ("Ukraine", "Украина", "Ukraine")
    assert result["network"].startswith("255")
    assert list(result["details"]) == ["imsi", "location_msc", "ported", "roaming"]
    assert result["details"]["imsi"].startswith(result["network"])
    assert {type(result["details"][name]) for name in ("ported", "roaming")} == {int}
    assert result["createdDatetime"] == "2017-03-03T13:04:56+00:00"
    assert result["statusDatetime"] == "2017-03-03T13:04:58+00:00"
    assert datetime.fromisoformat(result["statusDatetime"]).utcoffset() is not None


async def test_only_details_are_ever_null(call_with: CallWith) -> None:
    bsg = await call_with(CLOCK + "defaults: {hlr: {sent: 0s, absent: 2s}}")
    await bsg.post("/hlr/create", [lookup(), lookup("99912345678", "nowhere")])
    for duration in ("0s", "2s"):
        await bsg.advance(duration)
        for reference in ("extid1", "nowhere"):
            result = await bsg.get(f"/hlr/reference/{reference}")
            assert [name for name, value in result.items() if value is None] == ["details"]


@pytest.mark.parametrize("status", ["active", "absent", "unknown", "failed"])
async def test_the_scenario_says_what_is_found(call_with: CallWith, status: str) -> None:
    bsg = await call_with(CLOCK + f"rules: [{{match: {{msisdn: '{PHONE}'}}, hlr: {{sent: 0s, {status}: 2s}}}}]")
    await bsg.post("/hlr/create", [lookup()])

    assert (await bsg.get("/hlr/1"))["status"] == "sent"
    await bsg.advance("2s")
    assert (await bsg.get("/hlr/1"))["status"] == status


async def test_a_number_is_always_the_same_subscriber(call_with: CallWith) -> None:
    scenario = "defaults: {hlr: {active: 0s}}\nclock: manual\nseed: "
    found = []
    for seed in (1, 1, 2):
        bsg = await call_with(f"{scenario}{seed}")
        await bsg.post("/hlr/create", [lookup(), lookup(OTHER, "b")])
        found.append([(await bsg.get(f"/hlr/{n}"))["details"]["imsi"] for n in (1, 2)])

    assert found[0] == found[1] != found[2]
    assert found[0][0] != found[0][1]


@pytest.mark.parametrize("path", ["1", "-2", "abc", "reference/nobody"])
async def test_a_lookup_that_is_not_there_is_60(bsg: Caller, path: str) -> None:
    assert await bsg.get(f"/hlr/{path}") == {"error": 60, "errorDescription": "HLR not found"}


async def test_a_malformed_reference_is_65(bsg: Caller) -> None:
    assert await bsg.get("/hlr/reference/-=__") == {"error": 65, "errorDescription": "Invalid External ID"}


async def test_a_lookup_is_no_message(bsg: Caller) -> None:
    await bsg.post("/hlr/create", [lookup()])

    assert (await bsg.get("/sms/217"))["error"] == 20
    assert (await bsg.get("/viber/217"))["error"] == 40
    assert (await bsg.get("/hlr/217"))["error"] == 0


# --- check


async def test_check_answers_the_result_at_once(call_with: CallWith) -> None:
    bsg = await call_with(
        CLOCK + "defaults: {hlr: {sent: 0s, active: 2s..9s}}\nprices: {hlr: {UA: 0.02}}\nfirst_id: 212"
    )

    result = await bsg.post("/hlr/check", {"msisdn": PHONE, "tariff": "0"})

    assert list(result) == FIELDS
    assert (result["status"], result["id"], result["reference"]) == ("active", "212", "")
    assert result["statusDatetime"] == result["createdDatetime"] == "2017-03-03T13:04:56+00:00"
    assert result == await bsg.get("/hlr/212")
    assert await bsg.balance() == "999999.9800000"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, 64),
        ([lookup()], 64),
        ({}, 61),
        ({"msisdn": "x"}, 61),
        ({"msisdn": PHONE, "tariff": 111}, 6),
        ({"msisdn": PHONE, "reference": "-=__"}, 65),
    ],
)
async def test_a_check_that_fails_is_an_error_as_a_whole(bsg: Caller, body: Any, code: int) -> None:
    assert (await bsg.post("/hlr/check", body))["error"] == code


# --- what HLR says and what becomes of messages agree


async def test_a_phone_that_is_off_is_absent_and_gets_no_message(call_with: CallWith) -> None:
    bsg = await call_with(
        CLOCK + f"rules: [{{match: {{msisdn: '{PHONE}'}}, hlr: {{absent: 1s}}, sms: {{sent: 1s, expired: 9s}}}}]"
    )
    await bsg.post("/hlr/create", [lookup()])
    sms = {"destination": "phone", "originator": "BSG", "body": "Hello", "msisdn": PHONE, "reference": "a"}
    await bsg.post("/sms/create", sms)
    await bsg.advance("9s")

    assert (await bsg.get("/hlr/1"))["status"] == "absent"
    assert (await bsg.get("/sms/2"))["status"] == "expired"


async def test_the_default_scenarios_phone_that_is_off_is_absent(call_with: CallWith) -> None:
    bsg = await call_with("")
    bsg.key = "test_default"
    await bsg.post("/hlr/create", [lookup("447700900103")])
    await bsg.advance("1h")

    assert (await bsg.get("/hlr/reference/extid1"))["status"] == "absent"
