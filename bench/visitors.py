"""Memory of a server to which thousands of connections come, and go again: what they leave behind must not add up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bench.report import UNKNOWN, Row, print_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.servers import Server, Servers

AT_ONCE = 50
FEWEST_TO_MEASURE = 1_000
"""With fewer the bench is only tried, and waits for nothing."""
PARTS = 4
"""Memory is read after each of so many equal parts: the first two fill the journal and what is kept for reuse."""
QUIET_S = 3
"""Longer than the pause after which the server's collector looks for what is left over."""
HEARTBEAT_S = 15
"""After so long the server finds out that nobody listens to an event stream any more."""
_HEAD = b" HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: test_bench\r\n"
_VISITS: Mapping[str, tuple[bytes, bytes]] = {
    "one request, answered": (b"GET /rest/common/balance" + _HEAD + b"\r\n", b"}"),
    "event stream": (b"GET /_mock/events" + _HEAD + b"\r\n", b": listening\n\n"),
    "event stream of an account": (b"GET /_mock/events?key=test_bench" + _HEAD + b"\r\n", b": listening\n\n"),
    "half a request": (b"POST /rest/viber/create" + _HEAD + b"Content-Length: 99\r\n\r\n{", b""),
    "waits, and goes": (b"GET /_mock/accounts/test_bench/messages?wait=2s" + _HEAD + b"\r\n", b""),
    "no HTTP at all": (b"GARBAGE\r\n\r\n", b"\r\n\r\n"),
}
"""What is sent, and the last of what is waited for before the connection is cut."""


def measure(servers: Servers, visits: int) -> None:
    """Print resident memory after each part, and what a connection of the second half has left."""
    rows = []
    for name, (sent, awaited) in _VISITS.items():
        pause = QUIET_S + (HEARTBEAT_S if "stream" in name else 0) if visits >= FEWEST_TO_MEASURE else 0
        with servers.sandbox() as server:
            rows.append(_row(name, asyncio.run(_visit_all(server, sent, awaited, visits, pause)), visits))
    places = tuple(f"after {visits * (part + 1) // PARTS:,}" for part in range(PARTS))
    print_table("visitors", (*places, "bytes a connection, second half"), rows)


async def _visit_all(server: Server, sent: bytes, awaited: bytes, visits: int, pause: float) -> list[int | None]:
    """Tell the server's resident memory after each part, in bytes."""
    found: list[int | None] = []
    for _ in range(PARTS):
        for _ in range(max(1, visits // PARTS // AT_ONCE)):
            await asyncio.gather(*(_visit(server.port, sent, awaited) for _ in range(AT_ONCE)))
        await asyncio.sleep(pause)
        memory = server.memory()
        found.append(None if memory is None else memory.resident)
    return found


async def _visit(port: int, sent: bytes, awaited: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(60):
        if awaited:
            await reader.readuntil(awaited)
        else:
            await writer.drain()
            await asyncio.sleep(0.02)  # long enough for the server to begin with it
    writer.transport.abort()


def _row(name: str, found: list[int | None], visits: int) -> Row:
    shown = tuple(UNKNOWN if each is None else f"{each / (1 << 20):.1f} MiB" for each in found)
    middle, last = found[PARTS // 2 - 1], found[-1]
    left = UNKNOWN if middle is None or last is None else f"{(last - middle) / (visits / 2):,.0f}"
    return Row(name, (*shown, left))
