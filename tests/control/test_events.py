"""Server-sent events: told at once and in order, resumed without a gap, and no trace of who has gone."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from mock_bsg.control.events import FEED
from mock_bsg.runtime import RUNTIME
from tests.conftest import PATIENCE_S, until, within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest
    from aiohttp import ClientResponse

    from mock_bsg.control.events import Feed
    from tests.conftest import Client, Receiver

KEY = "test_key"


class Told(NamedTuple):
    """One event as it came."""

    id: str
    kind: str
    data: dict[str, Any]


class Stream:
    """An open event stream."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response

    async def next(self) -> Told:
        """Wait for the next event; comments are passed over."""
        fields: dict[str, str] = {}
        async with within(PATIENCE_S, "an event"):
            while "data" not in fields:
                lines = (await self.response.content.readuntil(b"\n\n")).decode().splitlines()
                fields = dict(line.split(": ", 1) for line in lines if line)
        return Told(fields["id"], fields["event"], json.loads(fields["data"]))

    async def take(self, count: int) -> list[Told]:
        return [await self.next() for _ in range(count)]


@asynccontextmanager
async def listen(client: Client, query: str = "", last: str | None = None) -> AsyncIterator[Stream]:
    headers = {} if last is None else {"Last-Event-ID": last}
    async with client.get(f"/_mock/events{query}", headers=headers) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        await response.content.readuntil(b": listening\n\n")
        yield Stream(response)


async def send(client: Client, key: str = KEY, msisdn: str = "380972920000", **more: Any) -> None:
    message = {"to": [{"msisdn": msisdn}], "text": "hi", "alpha_name": "BSG", **more}
    await client.post("/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": key})


async def advance(client: Client, duration: str, key: str = KEY) -> None:
    await client.post(f"/_mock/accounts/{key}/clock", json={"advance": duration})


def feed_of(client: Client) -> Feed:
    return client.app[FEED]


def is_listening(client: Client) -> bool:
    return feed_of(client).is_listening


async def test_what_happens_is_told_in_order(client: Client) -> None:
    async with listen(client) as stream:
        await send(client)
        await advance(client, "10s")
        told = await stream.take(6)
    assert [(one.kind, one.data.get("status")) for one in told] == [
        ("account", None),
        ("message", "scheduled"),
        ("request", 200),
        ("status", "sent"),
        ("status", "delivered"),
        ("status", "read"),
    ]
    assert {one.data["key"] for one in told} == {KEY}
    assert told[3].data["at"] == "2017-01-17T09:20:03.000Z"
    assert told[3].data["id"] == told[1].data["id"] == "217"


async def test_statuses_of_messages_that_were_there_before_are_told(client: Client) -> None:
    await send(client)
    async with listen(client) as stream:
        await advance(client, "1s")
        (told,) = await stream.take(1)
    assert (told.kind, told.data["status"]) == ("status", "sent")


async def test_the_sms_of_an_alternative_route_is_told_when_it_is_born(client: Client) -> None:
    alt_route = {"originator": "BSG", "text": "by SMS"}
    async with listen(client) as stream:
        await send(client, msisdn="380501110000", options={"viber": {"alt_route": alt_route}})
        await advance(client, "3s")
        told = await stream.take(7)
    assert [(one.kind, one.data.get("channel"), one.data.get("status")) for one in told[3:]] == [
        ("status", "viber", "sent"),
        ("status", "viber", "undeliverable"),
        ("message", "sms", "scheduled"),
        ("status", "sms", "sent"),
    ]


async def test_reports_are_told_when_made_and_at_every_attempt(client: Client, receiver: Receiver) -> None:
    receiver.answers = [500]
    async with listen(client) as stream:
        await send(client, callback_url=receiver.url)
        await advance(client, "1s")
        await advance(client, "1s")
        told = await stream.take(9)
    assert [(one.kind, one.data.get("status")) for one in told[6:8]] == [
        ("status", "delivered"),
        ("report", "delivered"),
    ]
    first = [one.data for one in told if one.kind == "report" and one.data["n"] == 1]
    assert [(report["state"], len(report["attempts"])) for report in first] == [
        ("pending", 0),
        ("pending", 1),
        ("delivered", 2),
    ]


async def test_accounts_that_come_change_and_go_are_told(client: Client) -> None:
    async with listen(client) as stream:
        await client.get("/rest/common/balance", headers={"X-API-KEY": KEY})
        await client.put(f"/_mock/accounts/{KEY}/scenario", json={"name": "times"})
        await client.delete(f"/_mock/accounts/{KEY}")
        told = await stream.take(4)
    assert [(one.kind, one.data.get("change")) for one in told] == [
        ("account", "new"),
        ("request", None),
        ("account", "scenario"),
        ("account", "forgotten"),
    ]


async def test_a_listener_hears_of_its_own_account_only(client: Client) -> None:
    async with listen(client, f"?key={KEY}") as stream:
        await send(client, key="test_other")
        await send(client)
        told = await stream.take(3)
    assert {one.data["key"] for one in told} == {KEY}


async def test_a_listener_that_comes_back_misses_nothing(client: Client) -> None:
    async with listen(client) as stream:
        await send(client)
        seen = await stream.take(2)
    await advance(client, "2s")
    async with listen(client, last=seen[-1].id) as stream:
        told = await stream.take(3)
    assert [(one.kind, one.data["status"]) for one in told] == [
        ("request", 200),
        ("status", "sent"),
        ("status", "delivered"),
    ]


async def test_a_listener_that_was_away_too_long_is_told_of_the_gap(client: Client) -> None:
    async with listen(client, last="abc-17") as stream:
        (told,) = await stream.take(1)
        await send(client)
        assert (await stream.next()).kind == "account"
    assert (told.kind, told.data["missed"]) == ("gap", None)


async def test_a_listener_that_is_too_slow_is_told_how_many_it_missed(client: Client) -> None:
    feed = feed_of(client)
    with feed.listen():
        for number in range(20_000):
            feed._note("request", KEY, lambda number=number: {"n": number})  # type: ignore[misc] # noqa: SLF001 -- many at once
        text, place = feed.read(0, KEY)
    assert text.startswith(f"id: {feed._era}-10000\nevent: gap\n".encode())  # noqa: SLF001 -- as above
    assert b'"missed":10000' in text
    assert place == 10_500


async def test_silence_is_filled_with_comments_so_that_the_connection_stays(client: Client) -> None:
    feed_of(client).heartbeat = 0.001
    async with listen(client) as stream:
        assert await stream.response.content.readuntil(b"\n\n") == b": still here\n\n"


async def test_silence_of_one_account_is_filled_however_busy_the_others_are(client: Client) -> None:
    feed = feed_of(client)
    feed.heartbeat = 0.3

    async def be_busy() -> None:
        while True:
            feed._note("request", KEY, dict)  # noqa: SLF001 -- faster than any requests could come
            await asyncio.sleep(0)

    async with listen(client, "?key=test_quiet") as stream, asyncio.timeout(30):
        others = asyncio.ensure_future(be_busy())
        assert await stream.response.content.readuntil(b"\n\n") == b": still here\n\n"
        others.cancel()


async def test_nothing_is_left_of_a_listener_that_vanished(client: Client, key: str) -> None:
    feed = feed_of(client)
    feed.heartbeat = 0.001
    await send(client)
    async with listen(client) as stream:
        assert feed.listeners == 1
        stream.response.close()
    await until(lambda: not feed.listeners, "the next heartbeat to find out")
    feed.end()
    account = client.app[RUNTIME].accounts.get(key)
    assert account is not None
    assert not account.is_followed
    assert not feed.is_listening


async def test_events_are_kept_for_a_while_when_the_last_listener_has_gone_and_no_longer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_bsg.control.events.AFTERGLOW", 0.001)
    feed = feed_of(client)
    with feed.listen():
        pass
    assert is_listening(client)
    await until(lambda: not is_listening(client), "the feed to stop listening")
    await send(client)
    assert feed.count == 0


async def test_a_stop_is_not_held_up_by_listeners(client: Client) -> None:
    async with listen(client) as stream:
        stopping = asyncio.ensure_future(client.server.close())
        assert await stream.response.content.read() == b""
        await stopping


@asynccontextmanager
async def listen_and_take_nothing(client: Client) -> AsyncIterator[asyncio.StreamReader]:
    """Open an event stream, and send more than the connection can hold."""
    feed = feed_of(client)
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port, limit=1_000)
    writer.write(b"GET /_mock/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b": listening\n\n")
    for _ in range(300):
        feed._note("request", KEY, lambda: {"much": "x" * 100_000})  # noqa: SLF001 -- no request is that large
    yield reader
    writer.close()


async def test_a_listener_that_takes_nothing_is_dropped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.control.events.PATIENCE", 0.05)
    async with listen_and_take_nothing(client):
        assert feed_of(client).listeners == 1
        await until(lambda: not feed_of(client).listeners, "the listener to be dropped")


async def test_a_stop_is_not_held_up_by_a_listener_that_takes_nothing(client: Client) -> None:
    async with listen_and_take_nothing(client):
        await until(lambda: feed_of(client)._sending, "the connection to be full")  # noqa: SLF001 -- not to be seen
        async with asyncio.timeout(30):
            await client.server.close()


async def test_a_misspelt_parameter_is_refused(client: Client) -> None:
    answer = await client.get("/_mock/events?keys=test_key")
    assert answer.status == 400
