"""Delivery reports on their way to the receivers of a callback_url: over HTTP, and only where they may go."""

from __future__ import annotations

import asyncio
import copy
import os
import time
from collections import deque
from typing import TYPE_CHECKING, Any, TypeAlias

import aiohttp

from mock_bsg.authorities import trust_machine
from mock_bsg.callbacks.addresses import RefusedError, Resolver, check_address
from mock_bsg.domain.web_address import WebAddress
from mock_bsg.encoding import encode
from mock_bsg.sandbox.delivery_reports import Attempt
from mock_bsg.sandbox.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.delivery_reports import Report
    from mock_bsg.sandbox.message import Message
    from mock_bsg.settings import Callbacks

Word: TypeAlias = "Callable[[Account, Message, int], dict[str, Any]]"
"""Words what GET would answer about a message at that instant, in ms of the account's clock."""

TIMEOUT = 10.0
"""Seconds of the machine's time that a receiver has for one attempt."""
PER_RECEIVER = 32
"""Reports in flight to one host and port; the others to it wait, and hold up nobody else's."""
EXCERPT = 1_000
"""Bytes of a receiver's answer that are kept."""
_HEADERS = {"Content-Type": "application/json", "User-Agent": "mock-bsg"}


class _Lane:
    """What waits to be sent to one receiver, and how many tasks are sending."""

    __slots__ = ("carriers", "receiver", "waiting")

    def __init__(self, receiver: str) -> None:
        self.receiver = receiver
        self.waiting: deque[tuple[Account, Report]] = deque()
        self.carriers = 0


class Sender:
    """Sends reports, each receiver's in a lane of its own, and tells how every attempt ended.

    `callbacks` is the setting of that name, `read` tells an account's time, `word` what a report says, `tell` is told
    of each attempt: None if it was broken off because the server stops. `begin` is asked before each; it notes that
    the report is about to be sent, and tells whether it may. The HTTP client is made when the first report
    is sent.
    """

    def __init__(
        self,
        callbacks: Callbacks,
        read: Callable[[Account], int],
        word: Word,
        begin: Callable[[Account, Report], Awaitable[bool]],
        tell: Callable[[Account, Report, Attempt | None], Awaitable[None]],
    ) -> None:
        self._callbacks = callbacks
        self._read = read
        self._word = word
        self._begin = begin
        self._tell = tell
        self._session: aiohttp.ClientSession | None = None
        self._lanes: dict[str, _Lane] = {}
        self._carriers: set[asyncio.Task[None]] = set()
        self._is_stopped = False

    def start(self, account: Account, report: Report) -> None:
        """Try to deliver a report now, or as soon as its receiver has room."""
        receiver = _find_receiver(report.url)
        lane = self._lanes.get(receiver)
        if lane is None:
            lane = self._lanes[receiver] = _Lane(receiver)
        lane.waiting.append((account, report))
        if lane.carriers < PER_RECEIVER:
            lane.carriers += 1
            task = asyncio.get_running_loop().create_task(self._carry(lane))
            self._carriers.add(task)
            task.add_done_callback(self._carriers.discard)

    async def stop(self, grace: float) -> None:
        """Let what is in flight end within `grace` seconds; the rest is not delivered."""
        self._is_stopped = True
        if self._carriers:
            _, late = await asyncio.wait(list(self._carriers), timeout=grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        for lane in self._lanes.values():
            for account, report in lane.waiting:
                await self._tell(account, report, None)
        self._lanes.clear()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _carry(self, lane: _Lane) -> None:
        try:
            while lane.waiting and not self._is_stopped:
                account, report = lane.waiting.popleft()
                attempt = None
                try:
                    if not account.is_forgotten and await self._begin(account, report):
                        attempt = await self._attempt(account, report)
                finally:
                    await self._tell(account, report, attempt)
        finally:
            lane.carriers -= 1
            if not lane.carriers and not lane.waiting:
                self._lanes.pop(lane.receiver, None)

    async def _attempt(self, account: Account, report: Report) -> Attempt:
        now, began = self._read(account), time.perf_counter_ns()
        body = report.body
        status, answer, error = None, "", None
        try:
            address = check_address(report.url, self._callbacks)
            body = body or encode(_word_report(account, report, self._word))
            status, answer = await self._post(address, body)
        except RefusedError as refused:
            return Attempt(now, error=f"not sent: {refused}", is_refused=True, body=body)
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            error = _word(fault)
        return Attempt(now, status, error, (time.perf_counter_ns() - began) // 1000, answer, body=body)

    async def _post(self, address: WebAddress, body: bytes) -> tuple[int, str]:
        headers = {**_HEADERS, "Host": address.host_header}
        if address.authorization is not None:
            headers["Authorization"] = address.authorization
        session = self._open_session()
        trust = trust_machine() if address.scheme == "https" else True
        async with session.post(
            address.as_url(), data=body, headers=headers, allow_redirects=False, ssl=trust
        ) as response:
            # No more of an answer is read than is kept, however much there is.
            answer = await response.content.read(EXCERPT)
            return response.status, answer.decode("utf-8", "replace")

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # A connection of its own for each attempt: one that is kept may be closed by the receiver in the very
                # moment that it's used again, and then nobody knows whether the report has come. The cache of names
                # is there for attempts at one time only, which share a look-up; what it holds is too old at once.
                connector=aiohttp.TCPConnector(
                    resolver=Resolver(self._callbacks), ttl_dns_cache=0, force_close=True, limit=0
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                auto_decompress=False,
            )
        return self._session


def _find_receiver(url: str) -> str:
    """Find who is called, in one spelling; what is no address has the empty one."""
    try:
        return WebAddress.read(url).receiver
    except ValueError:
        return ""


def _word_report(account: Account, report: Report, word: Word) -> dict[str, Any]:
    """Word what GET would have answered when the status came; of several at one instant, each report tells its own."""
    message = report.message
    timeline = message.timeline
    index = timeline.statuses.index(report.status) if report.status in timeline.statuses else -1
    if 0 <= index < len(timeline.statuses) - 1:
        message = copy.copy(message)
        message.timeline = Timeline(timeline.channel, timeline.steps[: index + 1])
    return word(account, message, report.at)


# Looked through from top to bottom: the first that a fault is one of says it.
_WORDS: tuple[tuple[type[Exception], Callable[[Any], str]], ...] = (
    (TimeoutError, lambda _: f"no answer within {TIMEOUT:g} s"),
    (aiohttp.ClientConnectorDNSError, lambda fault: f"the name {fault.host} cannot be resolved"),
    (
        aiohttp.ClientConnectorCertificateError,
        lambda fault: f"the receiver's certificate is not trusted: {fault.certificate_error}",
    ),
    (aiohttp.ClientSSLError, lambda fault: f"TLS failed: {fault.os_error}"),
    (
        aiohttp.ClientConnectorError,
        lambda fault: f"cannot connect to {_join(fault.host, fault.port)}: {_system(fault.os_error)}",
    ),
    (aiohttp.ServerDisconnectedError, lambda _: "the receiver closed the connection without an answer"),
    (aiohttp.ClientPayloadError, lambda _: "the receiver broke off its answer"),
    (OSError, lambda fault: f"the connection failed: {_system(fault)}"),
)


def _word(fault: Exception) -> str:
    """Say in words why no answer came."""
    for kind, say in _WORDS:
        if isinstance(fault, kind):
            return say(fault)
    return f"no proper answer: {str(fault) or type(fault).__name__}"


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _system(fault: OSError) -> str:
    """Find the system's own words: asyncio puts the address before them."""
    if fault.errno and fault.errno > 0:
        return os.strerror(fault.errno).lower()
    return fault.strerror.lower() if fault.strerror else str(fault)
