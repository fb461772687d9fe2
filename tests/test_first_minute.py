"""A newcomer's first minute, through HTTP: BSG's own documented request, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from tests.conftest import Client

KEY = "test_newcomer"
GOLDEN = Path(__file__).parent / "golden" / "viber-status.json"

# BSG's published example, word for word but for its web addresses.
DOCUMENTED = b"""
{"tariff": "0", "validity": "1",
 "messages": [{"to": [{"msisdn": "380972920000", "reference": "ext_id_19"}],
               "text": "hello", "alpha_name": "BSG", "is_promotional": false,
               "options": {"viber": {"img": "http://example.com/a.png", "caption": "See Details",
                                      "action": "http://example.com",
                                      "alt_route": {"originator": "BSG", "text": "hello by SMS"}}}}]}
"""


@pytest.fixture
def app_settings() -> Settings:
    return Settings()


async def create(client: Client, body: bytes = DOCUMENTED, key: str = KEY) -> dict[str, Any]:
    answer = await client.post("/rest/viber/create", data=body, headers={"X-API-KEY": key})
    assert answer.status == 200
    found: dict[str, Any] = await answer.json()
    return found


async def status(client: Client, path: str, key: str = KEY) -> dict[str, Any]:
    answer = await client.get(f"/rest/{path}", headers={"X-API-KEY": key})
    assert answer.status == 200
    found: dict[str, Any] = await answer.json()
    return found


async def advance(client: Client, duration: str, key: str = KEY) -> None:
    answer = await client.post(f"/_mock/accounts/{key}/clock", json={"manual": True, "advance": duration})
    assert answer.status == 200


async def test_documented_request_is_answered_with_a_price_of_023_eur(client: Client) -> None:
    found = await create(client)
    assert list(found) == ["result", "currency", "total_price"]
    (entry,) = found["result"]
    assert list(entry.items()) == [
        ("error", 0),
        ("errorDescription", "No errors"),
        ("reference", "ext_id_19"),
        ("id", entry["id"]),
        ("price", 0.23),
        ("currency", "EUR"),
    ]
    assert entry["id"].isdigit()
    assert (found["currency"], found["total_price"]) == ("EUR", 0.23)


async def test_status_is_delivered_and_read_a_few_seconds_later(client: Client) -> None:
    await advance(client, "0s")
    message_id = (await create(client))["result"][0]["id"]
    seen = []
    for _ in range(7):
        seen.append((await status(client, f"viber/{message_id}"))["status"])
        await advance(client, "1s")
    assert seen == ["scheduled", "sent", "delivered", "delivered", "delivered", "read", "read"]
    by_reference = await status(client, "viber/reference/ext_id_19")
    assert by_reference == await status(client, f"viber/{message_id}") == await status(client, "viber/ext_id_19")
    assert (by_reference["price"], "alt_route" in by_reference) == (0.23, False)


async def test_number_that_viber_cannot_reach_ends_with_a_delivered_sms(client: Client) -> None:
    await advance(client, "0s")
    found = await create(client, DOCUMENTED.replace(b"380972920000", b"447700900200"))
    message_id = found["result"][0]["id"]
    await advance(client, "1m")
    answer = await status(client, f"viber/{message_id}")
    assert list(answer) == [
        "error", "errorDescription", "id", "msisdn", "reference", "time_in", "time_sent", "time_dr", "status", "price",
        "currency", "alt_route",
    ]  # fmt: skip
    assert (answer["status"], answer["price"]) == ("undeliverable", 0)
    (sms,) = answer["alt_route"]
    assert list(sms) == ["channel", "id", "status", "price"]
    assert (sms["channel"], sms["status"]) == ("sms", "delivered")
    assert isinstance(sms["price"], str)
    by_itself = await status(client, f"sms/{sms['id']}")
    assert (by_itself["id"], by_itself["status"], by_itself["price"]) == (sms["id"], "delivered", float(sms["price"]))
    assert "alt_route" not in by_itself


async def test_second_send_of_the_same_reference_is_43(client: Client) -> None:
    await create(client)
    assert await create(client) == {
        "result": [{"error": 43, "errorDescription": "External ID already exists", "reference": "ext_id_19"}]
    }


async def test_unknown_id_is_40(client: Client) -> None:
    not_found = {"error": 40, "errorDescription": "Message not found"}
    assert await status(client, "viber/470093225") == not_found
    assert await status(client, "viber/reference/ext_id_20") == not_found


async def test_fifty_one_recipients_are_12_and_fifty_are_not(client: Client) -> None:
    def to(count: int) -> bytes:
        recipients = ",".join(f'{{"msisdn": "3809729200{n:02}"}}' for n in range(count))
        return f'{{"messages": [{{"to": [{recipients}], "text": "hello", "alpha_name": "BSG"}}]}}'.encode()

    assert await create(client, to(51)) == {"error": 12, "errorDescription": "Exceeded batch size limit"}
    assert [entry["error"] for entry in (await create(client, to(50)))["result"]] == [0] * 50


async def test_documented_exchanges_come_as_they_are_printed(client: Client) -> None:
    key = "test_documented"
    created, printed = json.loads(GOLDEN.read_text(encoding="utf-8"))["exchanges"][:2]
    assert await create(client, json.dumps(created["request"]["body"]).encode(), key=key) == created["answer"]
    assert await status(client, "viber/217", key) == printed["answer"]


@pytest.mark.parametrize(
    ("ending", "status_then", "sms_then"),
    [
        ("100", "delivered", None), ("101", "read", None), ("102", "undeliverable", "undeliverable"),
        ("104", "rejected", "rejected"), ("105", "unknown", None), ("106", "sent", None), ("107", "scheduled", None),
        ("200", "undeliverable", "delivered"), ("201", "undeliverable", "undeliverable"),
        ("202", "undeliverable", "expired"), ("203", "undeliverable", "rejected"),
        ("204", "undeliverable", "unknown"), ("205", "undeliverable", "sent"),
        ("206", "undeliverable", "sent"), ("300", "expired", "delivered"), ("301", "rejected", "delivered"),
    ],
)  # fmt: skip
async def test_magic_numbers_do_what_the_table_says(
    client: Client, ending: str, status_then: str, sms_then: str | None
) -> None:
    await advance(client, "0s")
    body = DOCUMENTED.replace(b"380972920000", f"447700900{ending}".encode()).replace(b'"validity": "1",', b"")
    message_id = (await create(client, body))["result"][0]["id"]
    await advance(client, "45s")
    answer = await status(client, f"viber/{message_id}")
    assert answer["status"] == status_then
    assert [sms["status"] for sms in answer.get("alt_route", [])] == ([] if sms_then is None else [sms_then])


@pytest.mark.parametrize("code", [8, 41, 43, 45, 46, 47, 49, 51])
async def test_magic_numbers_of_errors(client: Client, code: int) -> None:
    found = await create(client, DOCUMENTED.replace(b"380972920000", f"4477009000{code:02}".encode()))
    assert found["result"][0]["error"] == code
    assert "total_price" not in found


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
async def test_magic_numbers_of_http_statuses(client: Client, code: int) -> None:
    body = DOCUMENTED.replace(b"380972920000", f"447700900{code}".encode())
    answer = await client.put("/rest/viber/create", data=body, headers={"X-API-KEY": KEY})
    assert answer.status == code
