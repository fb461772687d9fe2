"""What it costs that accounts last: rates in memory, in a file and in Redis, and bringing accounts back."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from bench.load import CONNECTIONS, fill, shoot
from bench.report import Row, print_table, spread
from bench.shots import Create, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.client import Finding
    from bench.servers import Server, Servers
    from bench.shots import Shot

STORED = 10_000
"""Messages that the status load asks for."""
_REPLICAS = 3
_BROUGHT_BACK = (10_000, 100_000, 1_000_000)
_BATCH = 50


class Shots(NamedTuple):
    """What was found of one way of keeping accounts."""

    create: list[Finding]
    status: list[Finding]


def measure(servers: Servers, rounds: int, seconds: float, messages: int) -> None:
    """Print rates beside memory's, and what it takes to bring accounts of up to so many messages back."""
    ways: dict[str, Callable[[], contextlib.AbstractContextManager[list[Server]]]] = {
        "memory": lambda: _in_memory(servers),
        "file": lambda: _in_file(servers),
    }
    if shutil.which("redis-server"):
        ways["Redis, 1 server"] = lambda: _in_redis(servers, 1)
        ways[f"Redis, {_REPLICAS} servers"] = lambda: _in_redis(servers, _REPLICAS)
    found = {way: Shots([], []) for way in ways}
    for number in range(rounds):
        for way, start in ways.items():
            with start() as running:
                fill(running[0], STORED, key="test_stored")
                found[way].create.append(_shoot_all(running, lambda each: Create(1, f"test_{each}"), seconds, number))
                found[way].status.append(
                    _shoot_all(running, lambda _: Status(STORED, key="test_stored"), seconds, number)
                )
    for kind in Shots._fields:
        memory = getattr(found["memory"], kind)
        rows = [_row(way, getattr(each, kind), memory) for way, each in found.items()]
        print_table(f"{kind}, requests a second", ("rate", "of memory's", "ratios apart", "p50", "p99"), rows)
    rows = [_bring_back(servers, count) for count in _BROUGHT_BACK if count <= messages]
    if not rows:
        rows = [_bring_back(servers, messages)]
    print_table("brought back from a file", ("size a message", "another key", "this account", "status then"), rows)


def _row(name: str, found: list[Finding], memory: list[Finding]) -> Row:
    ratios = [ours.rate / theirs.rate for ours, theirs in zip(found, memory, strict=True)]
    return Row(
        name,
        (
            f"{median(each.rate for each in found):,.0f}",
            f"{median(ratios):.2f}",
            spread(ratios),
            f"{median(each.latencies.p50 for each in found):.2f} ms",
            f"{median(each.latencies.p99 for each in found):.2f} ms",
        ),
    )


# --- ways of keeping accounts


@contextlib.contextmanager
def _in_memory(servers: Servers) -> Iterator[list[Server]]:
    with servers.sandbox() as server:
        yield [server]


@contextlib.contextmanager
def _in_file(servers: Servers) -> Iterator[list[Server]]:
    with tempfile.TemporaryDirectory() as folder, servers.sandbox("--store", f"{folder}/world.db") as server:
        yield [server]


@contextlib.contextmanager
def _in_redis(servers: Servers, count: int) -> Iterator[list[Server]]:
    with _redis() as url, contextlib.ExitStack() as stack:
        yield [stack.enter_context(servers.sandbox("--store", url)) for _ in range(count)]


@contextlib.contextmanager
def _redis() -> Iterator[str]:
    """Run a Redis that writes what it is told into a file each second, as one is run that is to keep something."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        flags = ["--port", str(port), "--bind", "127.0.0.1", "--appendonly", "yes", "--save", "", "--dir", folder]
        process = subprocess.Popen(["redis-server", *flags], stdout=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.kill()
            process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
            line.sendall(b"PING\r\n")
            if line.recv(100).startswith(b"+PONG"):
                return
        time.sleep(0.05)
    raise RuntimeError("Redis did not start")


def _shoot_all(running: list[Server], make: Callable[[int], Shot], seconds: float, number: int) -> Finding:
    """Shoot at all servers at once, each with its part of the connections and an account of its own."""
    connections = CONNECTIONS // len(running)
    with ThreadPoolExecutor(len(running)) as threads:
        found = list(
            threads.map(
                lambda place: shoot(running[place], make(100 * number + place), seconds, connections),
                range(len(running)),
            )
        )
    together = found[0]._replace(
        requests=sum(each.requests for each in found), load_share=sum(each.load_share for each in found)
    )
    return together._replace(latencies=max((each.latencies for each in found), key=lambda each: each.p99))


# --- brought back


def _bring_back(servers: Servers, count: int) -> Row:
    """Fill a file, start a server with it, and ask."""
    with tempfile.TemporaryDirectory() as folder:
        store = ("--store", f"{folder}/world.db")
        with servers.sandbox(*store) as server:
            fill(server, count, _BATCH, "test_bench")
            _ask(server, "/_mock/health")
            server.stop()
        size = sum(each.stat().st_size for each in Path(folder).iterdir())
        with servers.sandbox(*store) as server:
            other = _ask(server, "/rest/common/balance", "test_other")
            first = _ask(server, "/rest/common/balance", "test_bench")
            then = _ask(server, f"/rest/viber/{count}", "test_bench")
            server.stop()
    cells = (f"{size / count:,.0f} bytes", f"{1e3 * other:,.0f} ms", f"{first:,.2f} s", f"{1e3 * then:,.1f} ms")
    return Row(f"{count:,} messages, by {_BATCH}", cells)


def _ask(server: Server, path: str, key: str = "") -> float:
    """Ask once; tells the seconds it took."""
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers={"X-API-KEY": key})
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 -- a server of our own
        answer.read()
    return time.perf_counter() - began
