"""Time at work: reports go out when the account's clock says so, in order, and a stop is not held up by them."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.control.events import FEED
from mock_bsg.runtime import RUNTIME
from tests.conftest import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mock_bsg.sandbox.account import Account
    from tests.conftest import Client, Receiver, Serve

KEY = "test_key"
TIMES = "clock: {start: 2017-01-17T09:20:02Z, manual: true}\nfirst_id: 217\n"
LIFE = "defaults: {viber: {sent: 1s, delivered: 2s, read: 5s}}\n"
FAILING = "defaults: {viber: {sent: 1s, undeliverable: 2s}, sms: {sent: 1s, delivered: 3s}}\n"


async def send(client: Client, url: str | None, *numbers: str, key: str = KEY, **more: Any) -> list[str]:
    message = {"to": [{"msisdn": number} for number in numbers or ("380972920000",)], "text": "hi", "alpha_name": "BSG"}
    message |= {"callback_url": url} if url else {}
    answer = await client.post("/rest/viber/create", json={"messages": [message | more]}, headers={"X-API-KEY": key})
    return [entry["id"] for entry in (await answer.json())["result"]]


async def set_clock(client: Client, key: str = KEY, **order: Any) -> dict[str, Any]:
    answer = await client.post(f"/_mock/accounts/{key}/clock", json=order)
    assert answer.status == 200, await answer.text()
    return dict(await answer.json())


async def reports(client: Client, query: str = "", key: str = KEY) -> list[dict[str, Any]]:
    """The reports, oldest first."""
    answer = await client.get(f"/_mock/accounts/{key}/reports{query}")
    return list((await answer.json())["reports"])[::-1]


def account_of(client: Client, key: str = KEY) -> Account:
    account = client.app[RUNTIME].accounts.get(key)
    assert account is not None
    return account


def timers(client: Client) -> int:
    return len(client.app[RUNTIME].scheduler._timers)  # noqa: SLF001 -- what does not tick cannot be seen from outside


def timer_of(client: Client) -> Any:
    return client.app[RUNTIME].scheduler._timers[account_of(client)]  # noqa: SLF001 -- as in `timers`


def seconds(report: dict[str, Any]) -> list[float]:
    """When each attempt was made, in seconds after the clock's start."""
    times = [attempt["at"] for attempt in report["attempts"]]
    return [int(at[14:16]) * 60 + float(at[17:23]) - 20 * 60 - 2 for at in times]


async def test_advance_answers_when_all_reports_on_the_way_have_been_delivered(
    client: Client, receiver: Receiver
) -> None:
    await send(client, receiver.url)
    await set_clock(client, advance="10s")
    assert receiver.statuses == ["sent", "delivered", "read"]
    assert [seconds(report) for report in await reports(client)] == [[1], [2], [5]]


async def test_a_receiver_that_is_down_for_two_attempts_gets_all_once_and_in_order(
    client: Client, receiver: Receiver
) -> None:
    receiver.answers = [503, 503]
    await send(client, receiver.url)
    await set_clock(client, advance="1m")
    assert receiver.statuses == ["sent", "sent", "sent", "delivered", "read"]
    assert [seconds(report) for report in await reports(client)] == [[1, 2, 7], [7], [7]]
    assert {report["state"] for report in await reports(client)} == {"delivered"}


async def test_a_receiver_sees_the_time_at_which_it_was_called(client: Client, receiver: Receiver) -> None:
    seen = []

    async def ask_back() -> None:
        seen.append((await (await client.get(f"/_mock/accounts/{KEY}/clock")).json())["now"])

    receiver.answers = [ask_back(), ask_back(), ask_back()]
    await send(client, receiver.url)
    await set_clock(client, advance="1h")
    assert seen == ["2017-01-17T09:20:03.000Z", "2017-01-17T09:20:04.000Z", "2017-01-17T09:20:07.000Z"]


async def test_reports_of_several_messages_go_in_order_of_time(serve: Serve, receiver: Receiver) -> None:
    rule = 'rules: [{match: {msisdn: "38050*"}, viber: {sent: 1500ms, delivered: 4s}}]\n'
    client = await serve(TIMES + LIFE + rule)
    await send(client, receiver.url, "380501110000", "380972920000")
    await set_clock(client, advance="1m")
    told = [(report["msisdn"][:5], report["status"]) for report in receiver.reports]
    assert told == [
        ("38097", "sent"),
        ("38050", "sent"),
        ("38097", "delivered"),
        ("38050", "delivered"),
        ("38097", "read"),
    ]


async def test_a_report_that_waits_for_another_is_shown_to_be_tried_no_sooner(
    client: Client, receiver: Receiver
) -> None:
    receiver.answers = [503, 503]
    await send(client, receiver.url)
    await set_clock(client, advance="2s")
    assert [report["next_attempt"][14:19] for report in await reports(client)] == ["20:09", "20:09"]


async def test_advance_next_stops_at_a_retry(client: Client, receiver: Receiver) -> None:
    receiver.answers = [503]
    await send(client, receiver.url)
    await set_clock(client, advance="next")
    assert receiver.statuses == ["sent"]
    clock = await set_clock(client, advance="next")
    assert receiver.statuses == ["sent", "sent", "delivered"]
    assert clock["now"] == "2017-01-17T09:20:04.000Z"


async def test_advance_goes_exactly_as_far_as_it_was_told_reports_or_none(client: Client, receiver: Receiver) -> None:
    await send(client, receiver.url)
    assert (await set_clock(client, advance="4500ms"))["now"] == "2017-01-17T09:20:06.500Z"
    assert (await set_clock(client, advance="500ms"))["now"] == "2017-01-17T09:20:07.000Z"
    assert receiver.statuses == ["sent", "delivered", "read"]


async def test_two_advances_at_once_go_as_far_as_both(client: Client, receiver: Receiver) -> None:
    await send(client, receiver.url)
    await asyncio.gather(set_clock(client, advance="3s"), set_clock(client, advance="4s"))
    assert (await set_clock(client, advance="0s"))["now"] == "2017-01-17T09:20:09.000Z"
    assert receiver.statuses == ["sent", "delivered", "read"]


async def test_a_status_set_by_hand_is_reported_at_once(client: Client, receiver: Receiver) -> None:
    (message,) = await send(client, receiver.url)
    await client.post(f"/_mock/accounts/{KEY}/messages/{message}/status", json={"status": "undeliverable"})
    assert receiver.statuses == ["sent", "undeliverable"]


async def test_a_report_that_is_due_at_creation_goes_out_by_itself(serve: Serve, receiver: Receiver) -> None:
    client = await serve(TIMES + "defaults: {viber: {rejected: 0s}}")
    await send(client, receiver.url)
    (report,) = await reports(client, "?count=1&state=delivered&wait=10s")
    assert (report["status"], receiver.statuses) == ("rejected", ["rejected"])


async def test_the_sms_of_an_alternative_route_reports_to_its_own_address(serve: Serve, receiver: Receiver) -> None:
    client = await serve(TIMES + FAILING)
    alt_route = {"originator": "BSG", "text": "by SMS", "callback_url": receiver.url}
    await send(client, None, options={"viber": {"alt_route": alt_route}})
    await set_clock(client, advance="1m")
    assert receiver.statuses == ["sent", "delivered"]
    assert [report["channel"] for report in await reports(client)] == ["sms", "sms"]


async def test_a_viber_report_of_failure_names_the_sms(serve: Serve, receiver: Receiver) -> None:
    client = await serve(TIMES + FAILING)
    await send(client, receiver.url, options={"viber": {"alt_route": {"originator": "BSG", "text": "by SMS"}}})
    await set_clock(client, advance="1m")
    assert receiver.reports[-1]["alt_route"] == [
        {"channel": "sms", "id": "218", "status": "scheduled", "price": receiver.reports[-1]["alt_route"][0]["price"]}
    ]


async def test_a_lookup_reports_its_own_status_object(client: Client, receiver: Receiver) -> None:
    order = [{"msisdn": "380972920000", "reference": "r1", "callback_url": receiver.url}]
    await client.post("/rest/hlr/create", json=order, headers={"X-API-KEY": KEY})
    await set_clock(client, advance="1m")
    answer = await client.get("/rest/hlr/reference/r1", headers={"X-API-KEY": KEY})
    assert receiver.reports == [await answer.json()]
    assert receiver.reports[0]["country_name"] == "Ukraine"


async def test_reports_go_out_by_themselves_while_the_clock_runs(serve: Serve, receiver: Receiver) -> None:
    client = await serve("clock: {speed: 1000}\n" + LIFE)
    await send(client, receiver.url)
    told = await reports(client, "?count=3&state=delivered&wait=10s")
    assert receiver.statuses == [report["status"] for report in told] == ["sent", "delivered", "read"]
    assert timers(client) == 0


async def test_a_clock_that_is_set_going_wakes_what_waited_for_it(client: Client, receiver: Receiver) -> None:
    await send(client, receiver.url)
    assert timers(client) == 0
    await set_clock(client, speed=1000)
    assert len(await reports(client, "?count=3&state=delivered&wait=10s")) == 3


async def test_a_slow_receiver_holds_up_nobody_else(client: Client, receiver: Receiver) -> None:
    slow, other = asyncio.Event(), "test_other"
    receiver.answers = [slow.wait()]
    await send(client, receiver.url)
    advancing = asyncio.ensure_future(set_clock(client, advance="1s"))
    await send(client, receiver.url, key=other)
    await set_clock(client, other, advance="10s")
    assert [report["state"] for report in await reports(client, key=other)] == ["delivered"] * 3
    assert not advancing.done()
    slow.set()
    await advancing
    assert [report["state"] for report in await reports(client)] == ["delivered"]


async def test_messages_do_not_wait_for_the_slow_report_of_another(client: Client, receiver: Receiver) -> None:
    slow = asyncio.Event()
    receiver.answers = [slow.wait()]
    first, second = await send(client, receiver.url, "380972920000", "447700900000")
    advancing = asyncio.ensure_future(set_clock(client, advance="1s"))
    (report,) = await reports(client, f"?message={second}&state=delivered&count=1&wait=10s")
    assert (report["status"], report["state"]) == ("sent", "delivered")
    assert [one["state"] for one in await reports(client, f"?message={first}")] == ["pending"]
    slow.set()
    await advancing


async def test_nobody_pays_for_reports_that_nobody_asked_for(serve: Serve) -> None:
    client = await serve(LIFE)
    await send(client, None)
    assert timers(client) == 0
    assert not account_of(client).is_followed


async def test_a_machine_that_wakes_is_noticed_soon_however_far_away_the_next_thing_is(
    serve: Serve, receiver: Receiver
) -> None:
    client = await serve("defaults: {viber: {sent: 20h}}")
    await send(client, receiver.url)
    timer = timer_of(client)
    assert 0 < timer.wakes - asyncio.get_running_loop().time() <= 10


async def test_requests_leave_the_timer_alone_while_nothing_is_due_before_it(serve: Serve, receiver: Receiver) -> None:
    client = await serve("defaults: {viber: {sent: 20h}}")
    await send(client, receiver.url)
    timer = timer_of(client)
    await send(client, receiver.url, "380972920001")
    await set_clock(client, advance="1h")
    assert timer_of(client) is timer
    assert not timer.handle.cancelled()


async def test_a_timer_is_set_anew_for_what_is_due_before_it(serve: Serve, receiver: Receiver) -> None:
    rule = 'rules: [{match: {msisdn: "38050*"}, viber: {sent: 5s}}]\n'
    client = await serve("defaults: {viber: {sent: 20h}}\n" + rule)
    await send(client, receiver.url)
    timer = timer_of(client)
    await send(client, receiver.url, "380501110000")
    assert timer.handle.cancelled()
    assert timer_of(client).wakes < timer.wakes


class Mute:
    """A handle as uvloop's may be: it does not tell when it rings."""

    def __init__(self, handle: asyncio.Handle) -> None:
        self.cancel = handle.cancel


async def test_a_timer_need_not_tell_when_it_rings(
    serve: Serve, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await serve("defaults: {viber: {sent: 20h}}")
    loop = asyncio.get_running_loop()
    call_at = loop.call_at
    monkeypatch.setattr(loop, "call_at", lambda *arguments: Mute(call_at(*arguments)))
    for msisdn in ("380972920000", "380972920001"):
        await send(client, receiver.url, msisdn)
    await set_clock(client, advance="21h")
    assert receiver.statuses == ["sent", "sent"]


async def test_an_account_that_was_listened_to_is_freed_when_it_goes(client: Client, receiver: Receiver) -> None:
    with client.app[FEED].listen():
        await send(client, receiver.url)
        await set_clock(client, advance="10s")
        witness = weakref.ref(account_of(client))
        gc.collect()
        gc.disable()
        try:
            await client.delete(f"/_mock/accounts/{KEY}")
            await client.get("/_mock/health")  # the call that deleted it has ended
            assert witness() is None
        finally:
            gc.enable()


async def test_a_forgotten_account_sends_nothing_more(client: Client, receiver: Receiver) -> None:
    await send(client, receiver.url)
    await set_clock(client, speed=0.001)
    assert timers(client) == 1
    await client.delete(f"/_mock/accounts/{KEY}")
    assert timers(client) == 0
    assert receiver.statuses == []


async def test_a_stop_tells_how_many_reports_were_not_delivered(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{probe.getsockname()[1]}/hook"
    await send(client, dead)
    await set_clock(client, advance="5s")
    with caplog.at_level(logging.WARNING, "mock_bsg"):
        await client.server.close()
    assert [record.getMessage() for record in caplog.records] == ["3 delivery reports were not delivered"]


async def test_a_stop_waits_a_moment_for_a_report_in_flight_and_no_longer(
    client: Client, receiver: Receiver, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_bsg.callbacks.scheduler.GRACE", 0.01)
    never = asyncio.Event()
    receiver.answers = [never.wait()]
    await send(client, receiver.url)
    advancing = asyncio.ensure_future(set_clock(client, advance="1m"))
    await receiver.called.wait()
    with caplog.at_level(logging.WARNING, "mock_bsg"):
        await client.server.close()
    await asyncio.gather(advancing, return_exceptions=True)
    never.set()
    assert [record.getMessage() for record in caplog.records] == ["1 delivery report was not delivered"]


async def test_a_server_without_reports_stops_without_a_word(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    await send(client, None)
    with caplog.at_level(logging.WARNING, "mock_bsg"):
        await client.server.close()
    assert caplog.records == []


@pytest.fixture
async def slow_receiver(receiver: Receiver) -> AsyncIterator[Receiver]:
    """Something that delivery reports can be sent to, which answers only when the test is over."""
    receiver.open.clear()
    yield receiver
    receiver.open.set()


async def wait_on(client: Client, what: str, receiver: Receiver) -> asyncio.Task[tuple[int, dict[str, Any]]]:
    """Begin a call that waits for a report on its way to a receiver which does not answer, or for something to come."""
    (message,) = await send(client, receiver.url)
    if what == "resend":
        await client.put(f"/_mock/accounts/{KEY}/scenario", data=TIMES + LIFE + "reports: {lose: 1}\n")
        await set_clock(client, advance="1s")
    calls = {
        "advance": ("POST", "/clock", {"advance": "1h"}),
        "advance to next": ("POST", "/clock", {"advance": "next"}),
        "status": ("POST", f"/messages/{message}/status", {"status": "delivered"}),
        "resend": ("POST", "/reports/1/resend", None),
        "messages": ("GET", "/messages?status=read&count=2&wait=60s", None),
        "requests": ("GET", "/requests?path=/sms/create&wait=60s", None),
        "reports": ("GET", "/reports?state=delivered&wait=60s", None),
    }
    method, path, body = calls[what]

    async def call() -> tuple[int, dict[str, Any]]:
        answer = await client.request(method, f"/_mock/accounts/{KEY}{path}", json=body)
        return answer.status, await answer.json()

    waiting = asyncio.ensure_future(call())
    bells = client.app[RUNTIME].scheduler._bells  # noqa: SLF001 -- who waits cannot be seen from outside
    await until(lambda: bells, "the call to wait")
    return waiting


WAITING = ["advance", "advance to next", "status", "resend", "messages", "requests", "reports"]


@pytest.mark.parametrize("what", WAITING)
@pytest.mark.parametrize("path", [f"/_mock/accounts/{KEY}", "/_mock/accounts"])
async def test_whatever_waits_on_an_account_ends_when_the_account_goes(
    client: Client, slow_receiver: Receiver, what: str, path: str
) -> None:
    waiting = await wait_on(client, what, slow_receiver)
    await client.delete(path)
    async with asyncio.timeout(30):
        status, said = await waiting
    assert (status, said["error"]) == (404, f"the account of the key '{KEY}' was forgotten meanwhile")
    assert not client.app[RUNTIME].scheduler._bells  # noqa: SLF001 -- as above


@pytest.mark.parametrize("what", WAITING)
async def test_whatever_waits_on_an_account_ends_though_another_of_its_key_begins_at_once(
    client: Client, slow_receiver: Receiver, what: str
) -> None:
    waiting = await wait_on(client, what, slow_receiver)
    runtime = client.app[RUNTIME]
    runtime.accounts.forget(KEY)
    await runtime.operations.open(KEY)
    async with asyncio.timeout(30):
        assert (await waiting)[0] == 404


async def test_those_who_wait_for_their_turn_to_move_time_on_end_too_when_the_account_goes(
    client: Client, slow_receiver: Receiver
) -> None:
    first = await wait_on(client, "advance", slow_receiver)
    others = [
        asyncio.ensure_future(client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": "1s"})) for _ in range(3)
    ]
    for _ in range(100):
        await asyncio.sleep(0)
    await client.delete(f"/_mock/accounts/{KEY}")
    async with asyncio.timeout(30):
        assert (await first)[0] == 404
        assert [(await other).status for other in others] == [404] * 3


async def test_time_goes_on_to_its_end_though_the_scenario_changes_on_the_way(
    client: Client, receiver: Receiver
) -> None:
    slow = asyncio.Event()
    receiver.answers = [slow.wait()]
    await send(client, receiver.url)
    advancing = asyncio.ensure_future(set_clock(client, advance="1h"))
    await receiver.called.wait()
    await client.put(f"/_mock/accounts/{KEY}/scenario", data="clock: {start: 2030-01-01T00:00:00Z, manual: true}")
    slow.set()
    async with asyncio.timeout(30):
        clock = await advancing
    assert clock["now"] >= "2030-01-01T00:59:59"
    assert receiver.statuses == ["sent", "delivered", "read"]


async def test_a_report_that_was_on_its_way_when_its_account_went_is_no_more_talked_of(
    client: Client, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    slow = asyncio.Event()
    receiver.answers = [slow.wait(), 500]
    await send(client, receiver.url)
    advancing = asyncio.ensure_future(client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": "1s"}))
    await receiver.called.wait()
    account = account_of(client)
    await client.delete(f"/_mock/accounts/{KEY}")
    await advancing
    slow.set()
    await until(lambda: not account.reports.flying, "the report to land")
    assert [report.attempts for report in account.reports.newest_first()] == [[]]
    assert timers(client) == 0
    assert caplog.records == []
