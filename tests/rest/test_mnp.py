"""BSG's MNP functions tell at once whose number it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.rest.conftest import Caller, CallWith

PHONE = "380501234567"
OTHER = "380972920001"
NOBODY = "99912345678"


def errors(answer: Any) -> list[int]:
    return [entry["error"] for entry in answer["result"]]


@pytest.mark.parametrize("module", ["mnp", "mnp-sync"])
async def test_one_number_is_answered_in_the_printed_order(call_with: CallWith, module: str) -> None:
    bsg = await call_with("prices: {mnp: {UA: 0.001}}\nseed: 5")

    answer = await bsg.post(f"/{module}/create", {"msisdn": PHONE})

    assert list(answer) == ["result", "total_price", "currency"]
    assert (answer["total_price"], answer["currency"]) == (0.001, "EUR")
    (entry,) = answer["result"]
    assert list(entry) == ["error", "errorDescription", "msisdn", "tariff_code", "price", "currency", "id", "info"]
    assert entry | {"info": None} == {
        "error": 0,
        "errorDescription": "No errors",
        "msisdn": PHONE,
        "tariff_code": "0",
        "price": 0.001,
        "currency": "EUR",
        "id": "1",
        "info": None,
    }
    assert list(entry["info"]) == ["country", "mcc", "mnc", "ported", "brand", "operator"]
    assert (entry["info"]["country"], entry["info"]["mcc"]) == ("Ukraine", "255")
    assert entry["info"]["ported"] in {0, 1}


async def test_mnp_and_hlr_know_the_same_subscriber(call_with: CallWith) -> None:
    bsg = await call_with("defaults: {hlr: {active: 0s}}\nclock: manual")
    info = (await bsg.post("/mnp/create", {"msisdn": PHONE}))["result"][0]["info"]

    result = await bsg.post("/hlr/check", {"msisdn": PHONE})

    assert result["network"] == info["mcc"] + info["mnc"]
    assert (result["brand"], result["name"]) == (info["brand"], info["operator"])
    assert result["details"]["ported"] == info["ported"]


async def test_a_number_may_be_told_in_the_query(bsg: Caller) -> None:
    answer = await bsg.post(f"/mnp-sync/create?msisdn=%2B{PHONE}&tariff=5")

    assert errors(answer) == [0]
    assert answer["result"][0]["tariff_code"] == "5"


async def test_a_batch_is_answered_in_its_order(bsg: Caller) -> None:
    answer = await bsg.post(
        "/mnp/create",
        {"msisdns": [{"msisdn": PHONE, "tariff": 5, "reference": "a"}, {"msisdn": OTHER, "reference": "b"}]},
    )

    assert [entry["msisdn"] for entry in answer["result"]] == [PHONE, OTHER]
    assert [entry["tariff_code"] for entry in answer["result"]] == ["5", "0"]
    assert bsg.notes == ()


async def test_the_batch_reference_finds_its_first_lookup_without_its_own(bsg: Caller) -> None:
    batch = [{"msisdn": PHONE, "reference": "a"}, {"msisdn": OTHER}, {"msisdn": "4915112345678"}]
    answer = await bsg.post("/mnp/create", {"msisdns": batch, "reference": "batch"})

    results = [await bsg.get(f"/mnp/{entry['id']}") for entry in answer["result"]]
    assert [result.get("reference") for result in results] == ["a", "batch", None]
    assert await bsg.get("/mnp/reference/batch") == results[1]


@pytest.mark.parametrize("body", [None, {}, [], "x", {"msisdns": []}, {"msisdns": {}}, {"msisdns": None}])
async def test_what_is_no_lookup_is_84(bsg: Caller, body: Any) -> None:
    assert await bsg.post("/mnp/create", body) == {"error": 84, "errorDescription": "Invalid request payload"}


async def test_more_than_fifty_lookups_are_12(bsg: Caller) -> None:
    batch = [{"msisdn": f"3809729200{n:02}"} for n in range(51)]

    assert (await bsg.post("/mnp/create", {"msisdns": batch}))["error"] == 12


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"msisdn": "x"}, 81),
        ({}, 81),
        (PHONE, 81),
        ({"msisdn": PHONE, "reference": "-=__"}, 85),
        ({"msisdn": PHONE, "reference": "used"}, 83),
        ({"msisdn": OTHER}, 86),
        ({"msisdn": PHONE, "tariff": 111}, 6),
    ],
)
async def test_a_bad_lookup_has_its_error_in_the_result(bsg: Caller, asked: Any, code: int) -> None:
    await bsg.post("/mnp/create", {"msisdn": PHONE, "reference": "used"})

    answer = await bsg.post("/mnp/create", {"msisdns": [{"msisdn": OTHER}, asked]})

    assert errors(answer) == [0, code]
    assert not answer["result"][1].keys() & {"price", "currency", "info", "id"}


@pytest.mark.parametrize(("reference", "code"), [("good", 0), ("used", 83), ("-=__", 85), ("", 85), (5, 0)])
async def test_no_entry_tells_a_reference(bsg: Caller, reference: Any, code: int) -> None:
    await bsg.post("/mnp/create", {"msisdn": PHONE, "reference": "used"})

    (entry,) = (await bsg.post("/mnp/create", {"msisdn": PHONE, "reference": reference}))["result"]

    assert entry["error"] == code
    assert "reference" not in entry


async def test_a_number_of_no_country_is_82_and_costs_nothing(bsg: Caller) -> None:
    answer = await bsg.post("/mnp/create", {"msisdns": [{"msisdn": NOBODY}, {"msisdn": PHONE}]})

    assert errors(answer) == [82, 0]
    assert answer["result"][0] == {
        "error": 82, "errorDescription": "Country not supported", "msisdn": NOBODY, "tariff_code": "0",
    }  # fmt: skip
    assert answer["total_price"] == answer["result"][1]["price"]


async def test_a_lookup_without_a_reference_is_found_by_the_id_of_its_entry(bsg: Caller) -> None:
    (entry,) = (await bsg.post("/mnp-sync/create", {"msisdn": PHONE}))["result"]

    found = await bsg.get(f"/mnp/{entry['id']}")

    assert (found["error"], found["country"]) == (0, entry["info"]["country"])
    assert (await bsg.get(f"/hlr/{entry['id']}"))["error"] == 60


async def test_a_sum_stands_there_even_when_all_failed(bsg: Caller) -> None:
    answer = await bsg.post("/mnp/create", {"msisdn": "x"})

    assert (errors(answer), answer["total_price"], answer["currency"]) == ([81], 0, "EUR")


async def test_a_result_can_be_asked_for_again(bsg: Caller) -> None:
    info = (await bsg.post("/mnp/create", {"msisdn": PHONE, "reference": "a"}))["result"][0]["info"]

    result = await bsg.get("/mnp/217")

    assert list(result) == [
        "error",
        "errorDescription",
        "country",
        "brand",
        "operator",
        "mcc",
        "mnc",
        "ported",
        "reference",
    ]
    assert {name: result[name] for name in info} == info
    assert result == await bsg.get("/mnp/reference/a")


@pytest.mark.parametrize(("path", "code"), [("1", 80), ("x", 80), ("reference/nobody", 80), ("reference/-=__", 85)])
async def test_a_lookup_that_is_not_there(bsg: Caller, path: str, code: int) -> None:
    assert (await bsg.get(f"/mnp/{path}"))["error"] == code


async def test_rules_decide_about_lookups(call_with: CallWith) -> None:
    bsg = await call_with("rules: [{match: {channel: mnp, country: DE}, error: 33}]")

    answer = await bsg.post("/mnp/create", {"msisdns": [{"msisdn": PHONE}, {"msisdn": "4915112345678"}]})

    assert errors(answer) == [0, 33]
