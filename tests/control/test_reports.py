"""Delivery reports over the control API: listed, filtered, sent again."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Client, Receiver

KEY = "test_key"
BASE = f"/_mock/accounts/{KEY}"


async def send(client: Client, url: str, *numbers: str) -> None:
    to = [{"msisdn": number} for number in numbers or ("380972920000",)]
    message = {"to": to, "text": "hi", "alpha_name": "BSG", "callback_url": url}
    await client.post("/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": KEY})


async def advance(client: Client, duration: str) -> None:
    await client.post(f"{BASE}/clock", json={"advance": duration})


async def get(client: Client, path: str) -> dict[str, Any]:
    return dict(await (await client.get(f"{BASE}{path}")).json())


async def test_a_report_is_shown_with_every_attempt(client: Client, receiver: Receiver) -> None:
    receiver.answers = [500]
    await send(client, receiver.url)
    began = time.perf_counter_ns()
    await advance(client, "1s")
    took = (time.perf_counter_ns() - began) / 1e6
    (report,) = (await get(client, "/reports"))["reports"]
    (attempt,) = report.pop("attempts")
    assert 0 < attempt.pop("duration_ms") < took
    assert attempt == {"at": "2017-01-17T09:20:03.000Z", "status": 500, "error": None, "answer": "noted"}
    assert report.pop("body").startswith('{"error":0,')
    assert report == {
        "n": 1,
        "message": "217",
        "channel": "viber",
        "msisdn": "380972920000",
        "reference": None,
        "status": "sent",
        "url": receiver.url,
        "at": "2017-01-17T09:20:03.000Z",
        "state": "pending",
        "duplicate_of": None,
        "next_attempt": "2017-01-17T09:20:04.000Z",
    }


async def test_a_message_shows_its_reports_oldest_first(client: Client, receiver: Receiver) -> None:
    await send(client, receiver.url, "380972920000", "447700900000")
    await advance(client, "2s")
    message = await get(client, "/messages/218")
    assert [(report["message"], report["status"]) for report in message["reports"]] == [
        ("218", "sent"),
        ("218", "delivered"),
    ]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("?message=217", [3, 1]),
        ("?status=delivered", [4, 3]),
        ("?state=delivered", [4, 3, 2, 1]),
        ("?state=pending", []),
        ("?url=*/hook", [4, 3, 2, 1]),
        ("?url=http://*", [4, 3, 2, 1]),
        ("?url=h*", [4, 3, 2, 1]),
        ("?url=/hook$/", [4, 3, 2, 1]),
        ("?url=https://*", []),
        ("?url=http://[::1]:9/hook", []),
        ("?after=3", [2, 1]),
        ("?limit=1", [4]),
    ],
)
async def test_reports_are_filtered(client: Client, receiver: Receiver, query: str, numbers: list[int]) -> None:
    await send(client, receiver.url, "380972920000", "447700900000")
    await advance(client, "2s")
    found = await get(client, f"/reports{query}")
    assert [report["n"] for report in found["reports"]] == numbers
    assert found["dropped"] == 0
    assert found["next"] == ("4" if query == "?limit=1" else None)


async def test_a_report_that_was_given_up_can_be_sent_again(client: Client, receiver: Receiver) -> None:
    receiver.answers = [500] * 5
    await send(client, receiver.url)
    await advance(client, "90s")
    assert (await get(client, "/reports/1"))["state"] == "given_up"
    answer = await client.post(f"{BASE}/reports/1/resend")
    report = await answer.json()
    assert (answer.status, report["state"]) == (200, "delivered")
    assert [attempt["status"] for attempt in report["attempts"]] == [500, 500, 500, 500, 500, 200]


async def test_what_was_delivered_can_be_sent_again_with_the_same_body(client: Client, receiver: Receiver) -> None:
    await send(client, receiver.url)
    await advance(client, "10s")
    await client.post(f"{BASE}/reports/1/resend")
    assert receiver.statuses == ["sent", "delivered", "read", "sent"]
    assert receiver.reports[3] == receiver.reports[0]


async def test_a_pending_report_can_be_sent_before_its_time(client: Client, receiver: Receiver) -> None:
    receiver.answers = [500]
    await send(client, receiver.url)
    await advance(client, "1s")
    await client.post(f"{BASE}/reports/1/resend")
    await advance(client, "10s")
    assert receiver.statuses == ["sent", "sent", "delivered", "read"]


async def test_a_report_in_flight_is_not_sent_beside_itself(client: Client, receiver: Receiver) -> None:
    slow = asyncio.Event()
    receiver.answers = [slow.wait()]
    await send(client, receiver.url)
    advancing = asyncio.ensure_future(advance(client, "1s"))
    await receiver.called.wait()
    answer = await client.post(f"{BASE}/reports/1/resend")
    assert (answer.status, await answer.json()) == (
        409,
        {"error": "report 1 is being sent at this moment", "detail": []},
    )
    slow.set()
    await advancing


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/reports/7"), ("POST", "/reports/7/resend"), ("GET", "/reports/x")]
)
async def test_a_report_that_is_not_there_is_404(client: Client, receiver: Receiver, method: str, path: str) -> None:
    await send(client, receiver.url)
    answer = await client.request(method, BASE + path)
    assert answer.status == 404
    assert "has no delivery report" in (await answer.json())["error"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("state=done", "state must be one of pending, delivered, given_up, refused, lost; not 'done'"),
        ("message=first", "message must be a whole number from 1 to 1000000000000000000; not 'first'"),
        ("message=0", "message must be a whole number from 1 to 1000000000000000000; not '0'"),
        (
            "url=[::1]:9/",
            "url: '[::1]:9/' fits no callback_url, which begins with http:// or https://: write 'http://[::1]:9/'",
        ),
        ("url=/hook", "url: '/hook' fits no callback_url, which begins with http:// or https://: write '*/hook'"),
        (
            "url=http://127.0.0.1/dlr?to=a b",
            "url: 'http://127.0.0.1/dlr?to=a b' fits no callback_url, which has no blanks: write a + as %2B",
        ),
    ],
)
async def test_a_filter_that_can_find_nothing_is_refused(
    client: Client, receiver: Receiver, query: str, said: str
) -> None:
    await send(client, receiver.url)
    answer = await client.get(f"{BASE}/reports?{query}")
    assert (answer.status, (await answer.json())["error"]) == (400, said)
