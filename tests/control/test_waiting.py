"""Waiting for messages, requests and reports instead of sleeping."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.control.events import FEED
from mock_bsg.runtime import RUNTIME
from tests.conftest import until

if TYPE_CHECKING:
    from tests.conftest import Client, Receiver, Serve

KEY = "test_key"
BASE = f"/_mock/accounts/{KEY}"


async def send(client: Client, *numbers: str, key: str = KEY) -> None:
    message = {"to": [{"msisdn": number} for number in numbers or ("380972920000",)], "text": "hi", "alpha_name": "BSG"}
    answer = await client.post("/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": key})
    assert answer.status == 200


async def get(client: Client, path: str) -> tuple[int, dict[str, Any]]:
    answer = await client.get(path)
    return answer.status, await answer.json()


def bells(client: Client) -> int:
    """How many calls wait."""
    return len(client.app[RUNTIME].scheduler._bells)  # noqa: SLF001 -- not to be seen from outside


async def start_waiting(client: Client, path: str) -> asyncio.Task[tuple[int, dict[str, Any]]]:
    waiting = asyncio.ensure_future(get(client, path))
    before = bells(client)
    await until(lambda: bells(client) != before, "the call to wait")
    return waiting


async def test_what_is_there_already_is_answered_at_once(client: Client) -> None:
    await send(client, "380972920000", "447700900000")
    status, found = await get(client, f"{BASE}/messages?count=2&wait=60s")
    assert (status, len(found["messages"])) == (200, 2)
    assert "error" not in found


async def test_a_wait_ends_with_the_message_that_was_missing(client: Client) -> None:
    await send(client)
    waiting = await start_waiting(client, f"{BASE}/messages?count=2&wait=60s")
    await send(client, "447700900000")
    status, found = await waiting
    assert (status, len(found["messages"])) == (200, 2)


async def test_a_wait_ends_when_a_step_has_come_by_hand(client: Client) -> None:
    await send(client)
    waiting = await start_waiting(client, f"{BASE}/messages?status=delivered&wait=60s")
    await client.post(f"{BASE}/clock", json={"advance": "2s"})
    status, found = await waiting
    assert (status, found["messages"][0]["status"]) == (200, "delivered")


async def test_a_wait_ends_when_a_step_has_come_by_itself(serve: Serve) -> None:
    client = await serve("clock: {speed: 1000}\ndefaults: {viber: {sent: 1s, delivered: 20s}}")
    await send(client)
    status, found = await get(client, f"{BASE}/messages?status=delivered&wait=30s")
    assert (status, len(found["messages"])) == (200, 1)


async def test_a_wait_ends_with_a_request_even_if_it_is_never_answered(serve: Serve) -> None:
    client = await serve('faults: [{match: {path: "/viber/create"}, fault: hang}]')
    await client.get("/rest/common/balance", headers={"X-API-KEY": KEY})
    waiting = await start_waiting(client, f"{BASE}/requests?path=/viber/create&wait=60s")
    hanging = asyncio.ensure_future(send(client))
    status, found = await waiting
    assert (status, found["requests"][0]["status"], found["requests"][0]["fault"]) == (200, None, "fault 1")
    hanging.cancel()


async def test_a_wait_ends_with_a_report(client: Client, receiver: Receiver) -> None:
    message = {"to": [{"msisdn": "380972920000"}], "text": "hi", "alpha_name": "BSG", "callback_url": receiver.url}
    await client.post("/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": KEY})
    waiting = await start_waiting(client, f"{BASE}/reports?state=delivered&count=2&wait=60s")
    await client.post(f"{BASE}/clock", json={"advance": "2s"})
    status, found = await waiting
    assert (status, [report["status"] for report in found["reports"]]) == (200, ["delivered", "sent"])


async def test_an_account_that_is_still_to_come_can_be_waited_for(client: Client) -> None:
    waiting = await start_waiting(client, f"{BASE}/messages?wait=60s")
    await send(client)
    status, found = await waiting
    assert (status, len(found["messages"])) == (200, 1)


async def test_too_few_in_time_is_408_with_what_there_is(client: Client) -> None:
    await send(client)
    status, found = await get(client, f"{BASE}/messages?count=3&wait=1ms")
    assert (status, len(found["messages"]), found["next"]) == (408, 1, None)
    assert found["error"] == "there were not 3 such messages within 1ms"


async def test_an_account_that_does_not_come_in_time_is_408_with_nothing(client: Client) -> None:
    status, found = await get(client, f"{BASE}/messages?wait=1ms")
    assert (status, found["messages"]) == (408, [])


async def test_count_without_wait_does_not_wait(client: Client) -> None:
    await send(client)
    assert (await get(client, f"{BASE}/messages?count=1"))[0] == 200
    assert (await get(client, f"{BASE}/messages?count=2"))[0] == 408


async def test_two_who_wait_for_the_same_account_are_both_answered(client: Client) -> None:
    first = await start_waiting(client, f"{BASE}/messages?wait=60s")
    second = await start_waiting(client, f"{BASE}/messages?count=2&wait=60s")
    await send(client)
    assert (await first)[0] == 200
    assert not second.done()
    await send(client, "447700900000")
    assert (await second)[0] == 200


async def test_nothing_is_left_of_a_wait(client: Client) -> None:
    await send(client)
    await get(client, f"{BASE}/messages?count=3&wait=1ms")
    account = client.app[RUNTIME].accounts.get(KEY)
    assert account is not None
    assert bells(client) == 0
    assert not account.is_followed


async def test_a_wait_misses_nothing_when_a_listener_of_events_has_gone(serve: Serve) -> None:
    client = await serve("clock: {speed: 1000}\ndefaults: {viber: {sent: 1s, delivered: 20s}}")
    await send(client)
    feed = client.app[FEED]
    with feed.listen():
        waiting = await start_waiting(client, f"{BASE}/messages?status=delivered&count=2&wait=60s")
    feed.end()
    await send(client, "447700900000")
    async with asyncio.timeout(30):
        status, found = await waiting
    assert (status, len(found["messages"])) == (200, 2)


async def test_a_wait_misses_nothing_when_another_wait_has_ended(serve: Serve) -> None:
    client = await serve("clock: {speed: 1000}\ndefaults: {viber: {sent: 1s, delivered: 20s}}")
    await send(client)
    waiting = await start_waiting(client, f"{BASE}/messages?status=delivered&count=2&wait=60s")
    await get(client, f"{BASE}/messages?status=read&wait=1ms")
    await send(client, "447700900000")
    async with asyncio.timeout(30):
        status, found = await waiting
    assert (status, len(found["messages"])) == (200, 2)


async def test_events_are_heard_to_the_end_when_a_wait_has_ended(serve: Serve) -> None:
    client = await serve("clock: {speed: 1000}\ndefaults: {viber: {sent: 1s, delivered: 20s}}")
    feed = client.app[FEED]
    with feed.listen() as bell:
        await get(client, f"{BASE}/messages?wait=1ms")
        await send(client)
        async with asyncio.timeout(30):
            while b'"status":"delivered"' not in feed.read(0, KEY)[0]:
                bell.clear()
                await bell.wait()


async def test_nobody_pays_for_a_look_at_the_clock_that_was_taken_before(client: Client) -> None:
    await send(client)
    assert (await get(client, f"{BASE}/clock"))[1]["next"] == "2017-01-17T09:20:03.000Z"
    account = client.app[RUNTIME].accounts.get(KEY)
    assert account is not None
    await send(client, *(f"38097292{number:04}" for number in range(50)))
    assert len(account.event_queue) == 1
    assert (await get(client, f"{BASE}/clock"))[1]["next"] == "2017-01-17T09:20:03.000Z"
    assert len(account.event_queue) == 51


async def test_a_stop_ends_every_wait(client: Client) -> None:
    waiting = await start_waiting(client, f"{BASE}/messages?wait=60s")
    stopping = asyncio.ensure_future(client.server.close())
    status, _ = await waiting
    assert status == 408
    await stopping


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("wait=5", "wait: a duration needs a unit: write 5s for seconds, 5ms for milliseconds"),
        ("wait=2m", "wait must be 60s at most, not 2m"),
        ("count=many&wait=1s", "count must be a whole number from 0 to 1000000; not 'many'"),
    ],
)
async def test_a_wait_that_cannot_be_is_refused(client: Client, query: str, said: str) -> None:
    await send(client)
    status, found = await get(client, f"{BASE}/requests?{query}")
    assert (status, found["error"]) == (400, said)
