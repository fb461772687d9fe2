"""What holds for all of BSG's functions: keys, balance, prices, unknown functions, and an answer to whatever comes."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.rest import FUNCTIONS

if TYPE_CHECKING:
    from tests.conftest import Client
    from tests.rest.conftest import Caller, CallWith

PHONE = "380972920000"
MODULES = ["viber", "sms", "hlr", "mnp"]


# --- keys


@pytest.mark.parametrize("headers", [{}, {"X-API-KEY": ""}, {"X-API-KEY": "  "}])
async def test_a_missing_key_is_1(client: Client, headers: dict[str, str]) -> None:
    answer = await client.get("/rest/common/balance", headers=headers)

    assert answer.status == 200
    assert await answer.json() == {"error": 1, "errorDescription": "Invalid API key"}


async def test_an_unknown_key_is_1(call_with: CallWith) -> None:
    bsg = await call_with("", api_keys=frozenset({"live_other"}))

    assert (await bsg.get("/common/balance"))["error"] == 1
    bsg.key = "live_other"
    assert (await bsg.get("/common/balance"))["error"] == 0


async def test_the_keys_header_has_no_case(client: Client) -> None:
    answer = await client.get(
        "/rest/common/balance", headers={"x-api-key": "<YOUR_ACCESS_KEY>", "X-Api-Source": "Shop"}
    )

    assert (await answer.json())["error"] == 0


async def test_a_blocked_account_is_2_everywhere(call_with: CallWith) -> None:
    bsg = await call_with("account: {blocked: true}")

    assert await bsg.get("/common/balance") == {"error": 2, "errorDescription": "Account blocked"}
    assert (await bsg.post("/viber/create", {}))["error"] == 2


# --- functions that there are not


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/rest"),
        ("GET", "/rest/"),
        ("GET", "/rest/nonsense"),
        ("GET", "/rest/viber/task/1"),
        ("GET", "/rest/exports/list"),
        ("PUT", "/v1.0/exports/create"),
        ("GET", "/rest/stat"),
        ("DELETE", "/rest/viber/create"),
        ("POST", "/rest/viber/prices"),
        ("GET", "/rest/sms/a/b/c"),
    ],
)
async def test_an_unknown_function_is_404_and_4(client: Client, key: str, method: str, path: str) -> None:
    answer = await client.request(method, path, headers={"X-API-KEY": key})

    assert answer.status == 404
    assert await answer.json() == {"error": 4, "errorDescription": "Invalid request or API method does not exist"}


async def test_answers_are_json_whatever_accept_says(client: Client, key: str) -> None:
    answer = await client.get("/rest/common/balance", headers={"X-API-KEY": key, "Accept": "multipart/form-data"})

    assert answer.content_type == "application/json"


# --- balance


@pytest.mark.parametrize(
    "path", ["/common/balance", "/common/getbalance", "/viber/balance", "/sms/balance", "/hlr/balance"]
)
async def test_balance_is_told_in_strings(bsg: Caller, path: str) -> None:
    expected = {
        "error": 0,
        "errorDescription": "No errors",
        "amount": "100.0000000",
        "currency": "EUR",
        "limit": "7",
    }

    assert await bsg.get(path) == await bsg.post(path) == expected
    assert list(await bsg.get(path)) == list(expected)


async def test_balance_may_be_negative_down_to_the_limit(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0.1, limit: 0.2}\nprices: {sms: {UA: 0.3}}\nclock: manual")
    sms = {"destination": "phone", "originator": "BSG", "body": "Hello", "msisdn": PHONE, "reference": "a"}

    assert (await bsg.post("/sms/create", sms))["result"]["error"] == 0
    assert await bsg.balance() == "-0.2000000"
    assert (await bsg.post("/sms/create", sms | {"reference": "b"}))["error"] == 8


# --- prices


@pytest.mark.parametrize("module", [*MODULES, "mnp-sync"])
async def test_prices_are_told_by_country(bsg: Caller, module: str) -> None:
    answer = await bsg.get(f"/{module}/prices")

    assert list(answer) == ["error", "errorDescription", "prices"]
    assert len(answer["prices"]) > 200
    for row in answer["prices"]:
        assert list(row) == ["type", "country", "country_name", "mcc", "mnc", "price", "currency"]
        assert all(isinstance(value, str) and value for value in row.values())
    ukraine = next(row for row in answer["prices"] if row["country"] == "UA")
    assert (ukraine["type"], ukraine["country_name"], ukraine["mcc"]) == (
        module.removesuffix("-sync"),
        "Ukraine",
        "255",
    )


async def test_the_printed_price_of_viber_in_ukraine(bsg: Caller) -> None:
    assert {
        "type": "viber",
        "country": "UA",
        "country_name": "Ukraine",
        "mcc": "255",
        "mnc": "0",
        "price": "0.2300000",
        "currency": "EUR",
    } in (await bsg.get("/viber/prices"))["prices"]


@pytest.mark.parametrize("module", ["viber", "sms", "hlr"])
async def test_prices_of_a_tariff(call_with: CallWith, module: str) -> None:
    bsg = await call_with(f"prices: {{{module}: {{UA: 0.2}}}}\naccount: {{tariffs: {{0: 1, 9: 0.5}}}}")

    async def price_of(path: str) -> str:
        rows = (await bsg.get(path))["prices"]
        return str(next(row["price"] for row in rows if row["country"] == "UA"))

    assert await price_of(f"/{module}/prices") == await price_of(f"/{module}/prices/0") == "0.2000000"
    assert await price_of(f"/{module}/prices/9") == "0.1000000"
    for unknown in ("1", "x", "-1"):
        answer = await bsg.get(f"/{module}/prices/{unknown}")
        assert answer == {"error": 6, "errorDescription": "Invalid tariff code"}


async def test_price_of_one_country(bsg: Caller) -> None:
    expected = {
        "error": 0,
        "errorDescription": "No errors",
        "price": "0.2300000",
        "currency": "EUR",
        "country": "Ukraine",
        "mcc": "255",
        "mnc": "01",
    }

    answer = await bsg.get("/common/price?mcc=255&mnc=01&product=viber&tariff_code=9")

    assert answer == expected
    assert list(answer) == list(expected)
    body = {"mcc": "255", "mnc": "01", "product": "viber", "tariff_code": "9"}
    assert await bsg.post("/common/price", body) == expected
    assert (await bsg.get("/common/price?mcc=255"))["price"] == "0.0230000"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 3),
        ("product=sms", 3),
        ("mcc=999", 7),
        ("mcc=x", 7),
        ("mcc=255&mnc=x", 7),
        ("mcc=255&product=fax", 7),
        ("mcc=255&tariff_code=111", 6),
    ],
)
async def test_price_that_cannot_be_told(bsg: Caller, query: str, code: int) -> None:
    assert (await bsg.get(f"/common/price?{query}"))["error"] == code


@pytest.mark.parametrize("odd", [{"product": []}, {"product": 0}, {"product": False}, {"mnc": -1}, {"mnc": {}}])
async def test_price_of_what_is_no_product_or_network_is_7(bsg: Caller, odd: dict[str, Any]) -> None:
    assert (await bsg.post("/common/price", {"mcc": 255} | odd))["error"] == 7


async def test_tariff_tells_what_services_cost(bsg: Caller) -> None:
    answer = await bsg.get("/common/tariff")

    assert list(answer) == ["error", "errorDescription", "tariff_name", "tariff_code", "services"]
    assert answer["tariff_code"] == "0"
    assert [service["service"] for service in answer["services"]] == MODULES
    assert {tuple(service) for service in answer["services"]} == {("service", "price", "currency")}
    assert answer == await bsg.post("/common/tariff")


# --- whatever comes, BSG's form goes back

GOOD: dict[str, Any] = {
    "/viber/create": {
        "tariff": "0",
        "validity": "1",
        "messages": [
            {
                "to": [{"msisdn": PHONE, "reference": "a"}],
                "text": "Hello",
                "alpha_name": "BSG",
                "is_promotional": False,
                "callback_url": "http://127.0.0.1:1/",
                "scheduledDatetime": "2017-02-01T00:00:00Z",
                "options": {
                    "viber": {
                        "img": "http://x/",
                        "caption": "See",
                        "action": "http://x/",
                        "alt_route": {"originator": "BSG", "text": "Hello", "reference": "b"},
                    }
                },
            }
        ],
    },
    "/sms/create": {
        "destination": "phones",
        "originator": "BSG",
        "body": "Hello",
        "msisdn": PHONE,
        "reference": "a",
        "phones": [{"msisdn": PHONE, "reference": "a", "originator": "BSG", "body": "Hello {gen_otp_09,4}"}],
        "validity": 72,
        "tariff": 0,
        "transliterate": True,
        "data_coding_ucs2": 0,
        "2way": 0,
        "scheduled_datetime": "2017-02-01T00:00:00",
        "callback_url": "",
    },
    "/sms/getStatus": {"ids": [1, "2"]},
    "/hlr/create": [{"msisdn": PHONE, "reference": "a", "tariff": "0", "callback_url": "http://127.0.0.1:1/"}],
    "/hlr/check": {"msisdn": PHONE, "tariff": 0},
    "/mnp/create": {"msisdns": [{"msisdn": PHONE, "tariff": 5, "reference": "a"}], "reference": "b"},
    "/common/price": {"mcc": "255", "mnc": "01", "product": "sms", "tariff_code": 0},
}
ODD: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        10**40,
        1.5,
        1e300,
        "",
        " ",
        "x" * 2_000,
        "й",
        "\x00",
        "👋",
        "phone",
        "individual",
        "otp",
    ),
    *([], {}, [[]], [None], {"": {}}, [1, [2, [3]]], {"a": {"b": []}}, "{gen_otp_09,4}", "9999-12-31T23:59:59+00:00"),
    *("0001-01-01T00:00:00", "http://[", "http://x:99999/", "+", "+380972920000", 380972920000, "1" * 400, "-0", "٣"),
]


def mutate(value: Any, chance: random.Random) -> Any:
    """The same with something odd at a random place."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(list(value))
        if chance.random() < 0.15:
            return {key: kept for key, kept in value.items() if key != name}
        return value | {name: mutate(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        index = chance.randrange(len(value))
        return [*value[:index], mutate(value[index], chance), *value[index + chance.randrange(2) :]]
    return chance.choice(ODD)


def is_in_bsgs_form(answer: Any) -> bool:
    """Whether it says an error with its text, or what became of each recipient."""
    if "error" in answer:
        return isinstance(answer["error"], int) and bool(answer["errorDescription"])
    result = answer["result"]
    entries = result if isinstance(result, list) else [result]
    return all(
        "status" in entry or (isinstance(entry["error"], int) and entry["errorDescription"]) for entry in entries
    )


@pytest.mark.parametrize("path", GOOD)
async def test_any_body_is_answered_in_bsgs_form(bsg: Caller, caplog: pytest.LogCaptureFixture, path: str) -> None:
    chance = random.Random(f"bodies of {path}")  # noqa: S311 -- seeded, and no secret
    paths = [path, path.replace("create", "price")] if path.startswith(("/viber", "/sms/create")) else [path]
    for _ in range(250):
        body = GOOD[path]
        for _ in range(chance.randint(1, 3)):
            body = mutate(body, chance)
        text = json.dumps(body)
        if chance.random() < 0.1:
            position = chance.randrange(len(text) + 1)
            text = text[:position] + chance.choice(['"', "{", "]", "\\u0000", "\\ud800", ","]) + text[position:]
        for each in paths:
            assert is_in_bsgs_form(await bsg.post(each, text=text)), text
    assert "a mistake of mock_bsg's own" not in caplog.text


@pytest.mark.parametrize("path", sorted({each.path for each in FUNCTIONS if "{" in each.path}))
async def test_any_path_is_answered_in_bsgs_form(bsg: Caller, caplog: pytest.LogCaptureFixture, path: str) -> None:
    beginning = path.partition("{")[0]
    for odd in (
        "0",
        "-1",
        "x",
        "%00",
        "%FF",
        "%D0%B9",
        "1" * 400,
        "..%2F..",
        "a%20b",
        "%F0%9F%91%8B",
        "1e3",
        "+1",
        "_",
    ):
        assert is_in_bsgs_form(await bsg.get(beginning + odd))
    assert "a mistake of mock_bsg's own" not in caplog.text


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=",
        "application/x-www-form-urlencoded",
        "x" * 300,
    ],
)
async def test_any_bytes_are_answered_in_bsgs_form(
    bsg: Caller, caplog: pytest.LogCaptureFixture, content_type: str
) -> None:
    chance = random.Random(content_type)  # noqa: S311 -- seeded, and no secret
    for path in GOOD:
        for length in (0, 1, 10, 200):
            answer = await bsg.post(path, text=chance.randbytes(length), content_type=content_type)
            assert is_in_bsgs_form(answer)
        for form in (
            b'--x\r\nContent-Disposition: form-data; name="msisdn"\r\n\r\n\xff\r\n--x--\r\n',
            b"a=%FF&b&=&msisdn=1",
        ):
            assert is_in_bsgs_form(await bsg.post(path, text=form, content_type=content_type))
    assert "a mistake of mock_bsg's own" not in caplog.text
