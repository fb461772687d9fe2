"""Server-sent events: whoever listens is told at once what happens in the accounts, and holds up nobody."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

from aiohttp import web

from mock_bsg.callbacks.scheduler import has_rung
from mock_bsg.control.handling import ControlCall, check_query
from mock_bsg.control.snapshot_json import instant, show, show_line, show_summary
from mock_bsg.encoding import encode
from mock_bsg.sandbox import camera
from mock_bsg.sandbox.delivery_reports import Report
from mock_bsg.sandbox.event_queue import StatusChange
from mock_bsg.sandbox.journal import Exchange
from mock_bsg.sandbox.replies import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.news import Change, News
    from mock_bsg.sandbox.subscriptions import Subscription

KEPT = 10_000
"""Events that a listener can be behind, or away for, without missing any."""
HEARTBEAT = 15.0
"""Seconds of silence after which a comment keeps the connection open; a listener who has vanished is found then."""
PATIENCE = 30.0
"""Seconds in which a listener has to take what is sent; one who does not is dropped."""
AFTERGLOW = 60.0
"""Seconds for which events are kept when the last listener has gone: it may be about to come back."""
QUERY = frozenset({"key"})
_AT_ONCE = 500
_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Event(NamedTuple):
    """Something that happened in the account of `key`. `describe` makes its data, for whoever wants to read it."""

    kind: str
    key: str
    describe: Callable[[], dict[str, Any]]


class Feed:
    """The last events of all accounts, from the first listener on; each listener reads at its own pace.

    A ring of fixed size: who falls behind by more than it holds misses some, and is told so. While nobody listens
    nothing is noted, and the sandbox does not even know that there is a feed.
    """

    def __init__(self, runtime: Runtime, *, kept: int = KEPT) -> None:
        self.heartbeat = HEARTBEAT
        self.is_closed = False
        self.count = 0
        """Events ever noted; the number of the newest."""
        self._runtime = runtime
        self._kept = kept
        self._ring: list[Event | None] = []
        self._bells: set[asyncio.Event] = set()
        self._sending: set[asyncio.Timeout] = set()
        self._subscription: Subscription | None = None
        self._rest: asyncio.TimerHandle | None = None
        # A number alone would mean another event after a restart.
        self._era = f"{runtime.started:x}"

    @property
    def listeners(self) -> int:
        return len(self._bells)

    # --- listeners

    @contextlib.contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        """Ring a bell at every event."""
        bell = asyncio.Event()
        self._bells.add(bell)
        self._begin()
        try:
            yield bell
        finally:
            self._bells.discard(bell)
            if not self._bells and not self.is_closed:
                self._rest = asyncio.get_running_loop().call_later(AFTERGLOW, self.end)

    def _begin(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        if self._subscription is None:
            self._ring = [None] * self._kept
            self._subscription = self._runtime.scheduler.subscribe(self._hear)

    @property
    def is_listening(self) -> bool:
        """Whether anything is noted: somebody listens, or has just gone and may come back."""
        return self._subscription is not None

    def end(self) -> None:
        """Note nothing more, and let go of what was noted."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        if self._subscription is not None:
            self._subscription.end()
            self._subscription = None
            self._ring = []

    async def close(self) -> None:
        """Let every listener go: the server stops, and must not wait for them."""
        self.is_closed = True
        self.end()
        for bell in self._bells:
            bell.set()
        for patience in self._sending:
            patience.reschedule(asyncio.get_running_loop().time())

    # --- what is told

    def _hear(self, account: Account, news: News) -> None:
        if isinstance(news, StatusChange):
            self._note_status(account, news)
        elif isinstance(news, Exchange):
            self._note("request", account.key, lambda: show_line(camera.take_request_summary(news)))
        elif isinstance(news, Report):
            # It changes with every attempt: told as it is now.
            report = show(camera.take_report(account, news))
            self._note("report", account.key, lambda: report)
        elif isinstance(news, Incoming):
            incoming = show(camera.take_incoming(news))
            self._note("incoming", account.key, lambda: incoming)
        elif news != "touched":
            self._note_change(account, news)

    def _note_status(self, account: Account, status_change: StatusChange) -> None:
        at, message, status = status_change
        is_new = status == message.timeline.statuses[0]
        codes = account.authentications  # all that is needed of it: an account that is forgotten may go
        self._note(
            "message" if is_new else "status",
            account.key,
            lambda: {
                "at": instant(camera.instant_of(at)),
                **show_summary(camera.take_summary(message, at, codes)),
                "status": status,
            },
        )

    def _note_change(self, account: Account, change: Change) -> None:
        view = show(camera.take_account(account, self._runtime.operations.now(account)))
        self._note("account", account.key, lambda: {"change": change, **view})

    def _note(self, kind: str, key: str, describe: Callable[[], dict[str, Any]]) -> None:
        if not self._ring:
            return
        self._ring[self.count % self._kept] = Event(kind, key, describe)
        self.count += 1
        for bell in self._bells:
            bell.set()

    # --- reading

    def find_place(self, event_id: str | None) -> int | None:
        """How many events come before the one to go on with; None if those since that id are not kept any more."""
        if event_id is None:
            return self.count
        era, _, number = event_id.partition("-")
        if era != self._era or not (number.isascii() and number.isdigit()):
            return None
        place = int(number)
        return place if self.oldest <= place <= self.count else None

    @property
    def oldest(self) -> int:
        return max(0, self.count - self._kept)

    def read(self, place: int, key: str | None) -> tuple[bytes, int]:
        """Read on from a place: what to send (of one account, or of all), and the place after it."""
        parts = []
        if place < self.oldest:
            parts.append(self.tell_gap(self.oldest - place))
            place = self.oldest
        for number in range(place, min(self.count, place + _AT_ONCE)):
            event = self._ring[number % self._kept]
            place = number + 1
            if event is not None and key in {None, event.key}:
                parts.append(self._frame(place, event.kind, {"key": event.key, **event.describe()}))
        return b"".join(parts), place

    def tell_gap(self, missed: int | None) -> bytes:
        """Say that there were events which are not kept any more, and how many if that is known."""
        return self._frame(self.oldest if missed is not None else self.count, "gap", {"key": None, "missed": missed})

    async def send(self, response: web.StreamResponse, text: bytes) -> None:
        """Send to a listener; raises TimeoutError if it does not take it in time, or if the server stops meanwhile."""
        async with asyncio.timeout(PATIENCE) as patience:
            self._sending.add(patience)
            try:
                await response.write(text)
            finally:
                self._sending.discard(patience)

    def _frame(self, place: int, kind: str, data: dict[str, Any]) -> bytes:
        return f"id: {self._era}-{place}\nevent: {kind}\ndata: ".encode() + encode(data) + b"\n\n"


FEED = web.AppKey("feed", Feed)


async def stream(call: ControlCall) -> web.StreamResponse:
    """Tell events as they happen, of all accounts or of `key`'s; with Last-Event-ID those that were missed first."""
    query = call.query
    check_query(query, QUERY)
    feed = call.request.app[FEED]
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(call.request)
    with feed.listen() as bell, contextlib.suppress(ConnectionError):
        try:
            await _tell(call, response, bell, query.get("key"))
        except TimeoutError:
            # It takes nothing any more, and would not take a proper end either.
            if call.request.transport is not None:
                call.request.transport.abort()
    return response


async def _tell(call: ControlCall, response: web.StreamResponse, bell: asyncio.Event, key: str | None) -> None:
    feed = call.request.app[FEED]
    found = feed.find_place(call.request.headers.get("Last-Event-ID"))
    place = feed.count if found is None else found
    text = b"retry: 1000\n: listening\n\n" + (feed.tell_gap(None) if found is None else b"")
    clock = asyncio.get_running_loop().time
    spoken = clock()
    while not feed.is_closed:
        if text:
            await feed.send(response, text)
            spoken = clock()
        bell.clear()
        text, place = feed.read(place, key)
        # What is told to others only is silence here, however much it is.
        if not text and place == feed.count and not await has_rung(bell, spoken + feed.heartbeat - clock()):
            text = b": still here\n\n"
