"""A load in Python, where there is no wrk and where an exact number of requests is wanted."""

from __future__ import annotations

import asyncio
import gc
import http.client
import math
import time
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.shots import Shot

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_SUCCESS = (b'"error":0', b'{"data":')


class Latencies(NamedTuple):
    """Milliseconds."""

    p50: float
    p99: float
    slowest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latencies:
        ordered = sorted(seconds)
        if not ordered:
            return cls(math.nan, math.nan, math.nan)
        last = len(ordered) - 1
        return cls(1e3 * ordered[last // 2], 1e3 * ordered[math.ceil(last * 0.99)], 1e3 * ordered[last])


class Finding(NamedTuple):
    """What a load found. `load_share`: of the time, how much the load itself was at work; near 1 it is the limit."""

    requests: int
    seconds: float
    failed: int
    latencies: Latencies
    load_share: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


class _Load:
    """What all connections of a load share: what to send next, when to end, how long answers took."""

    def __init__(self, make: Callable[[], bytes], count: float, ended: asyncio.Event) -> None:
        self.make = make
        self.left = count
        self.ended = ended
        self.open = 0
        self.failed = 0
        self.taken: list[float] = []


class _Connection(asyncio.Protocol):
    """One request after the other; the next as soon as an answer is whole."""

    def __init__(self, load: _Load) -> None:
        self._load = load
        self._buffer = b""
        self._missing = -1
        self._sent_at = 0.0
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._load.open += 1
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer = data = self._buffer + data if self._buffer else data
        if self._missing < 0:
            end = data.find(_HEAD_END)
            if end < 0:
                return
            head = data[:end].lower()
            start = head.index(_LENGTH) + len(_LENGTH)
            self._missing = end + len(_HEAD_END) + int(head[start:].split(b"\r", 1)[0])
        if len(data) >= self._missing:
            load = self._load
            load.taken.append(time.perf_counter() - self._sent_at)
            if not any(sign in data for sign in _SUCCESS):
                load.failed += 1
            self._buffer = b""
            self._missing = -1
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        load = self._load
        if load.left > 0 and exc is not None:
            load.failed += 1
        load.open -= 1
        if not load.open:
            load.ended.set()

    def _send(self) -> None:
        load = self._load
        if load.left <= 0:
            self._transport.close()
            return
        load.left -= 1
        self._sent_at = time.perf_counter()
        self._transport.write(load.make())


def run(port: int, shot: Shot, *, connections: int, count: int | None = None, seconds: float = 0.0) -> Finding:
    """Send so many requests, or as many as are answered in so many seconds."""
    # The load's own collector must not look like the server's.
    gc.disable()
    try:
        return _loop_factory()(_run(port, shot, connections, math.inf if count is None else count, seconds))
    finally:
        gc.enable()


async def _run(port: int, shot: Shot, connections: int, count: float, seconds: float) -> Finding:
    load = _Load(shot.maker(), count, asyncio.Event())
    loop = asyncio.get_running_loop()
    began, worked = time.perf_counter(), time.process_time()
    if count == math.inf:
        loop.call_later(seconds, setattr, load, "left", 0)
    for _ in range(connections):
        await loop.create_connection(lambda: _Connection(load), "127.0.0.1", port)
    await load.ended.wait()
    taken, work = time.perf_counter() - began, time.process_time() - worked
    return Finding(len(load.taken), taken, load.failed, Latencies.of(load.taken), work / taken)


def _loop_factory() -> Callable[..., Finding]:
    try:
        import uvloop  # noqa: PLC0415 -- not on every platform
    except ImportError:
        return asyncio.run
    return uvloop.run


class Caller:
    """One connection that asks one thing after the other, and the time each answer took."""

    def __init__(self, port: int, key: str = "test_bench") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"X-API-KEY": key, "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[float, bytes]:
        """Milliseconds until the answer was there, and the answer; raises RuntimeError if it is an HTTP error."""
        began = time.perf_counter()
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        said = answer.read()
        taken = 1e3 * (time.perf_counter() - began)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: HTTP {answer.status} {said[:200].decode(errors='replace')}")
        return taken, said
