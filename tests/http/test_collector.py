"""The memory of a server that is filled and emptied again and again stays as it was."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from mock_bsg.http.collector import COLLECT_AFTER, Collector
from tests.conftest import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

RULES = "rules:\n" + "".join(
    f'  - {{name: rule {number}, match: {{text: "*sale {number}*"}}, viber: {{sent: 1s, delivered: {number + 2}s}}}}\n'
    for number in range(300)
)


class Machine:
    """Stands for the interpreter's collector: what it is told to do, and passes that happen when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.callbacks: list[Callable[[str, dict[str, int]], None]] = []
        self.in_use = 0
        """Objects that every thorough pass leaves."""
        self.survivors = 0
        """Objects beside them that are left alone since they have survived a short pass."""
        for name in ("freeze", "unfreeze", "enable"):
            monkeypatch.setattr(gc, name, lambda name=name: self.done.append(name))
        monkeypatch.setattr(gc, "collect", self._collect)
        monkeypatch.setattr(gc, "set_threshold", lambda _threshold: self.done.append("set threshold"))
        monkeypatch.setattr(gc, "get_freeze_count", lambda: self.in_use + self.survivors)
        monkeypatch.setattr(gc, "callbacks", self.callbacks)

    def _collect(self) -> None:
        self.done.append("collect")
        self.survivors = 0

    async def make(self, objects: int, *, garbage: int = 0, gone: int = 0) -> None:
        """Make and keep so many objects, a short pass after every few.

        Of those of each pass some are garbage that it finds, and some go soon after it by themselves.
        """
        for _ in range(objects // COLLECT_AFTER):
            self.survivors += COLLECT_AFTER - garbage - gone
            for phase in ("start", "stop"):
                for callback in self.callbacks:
                    callback(phase, {"generation": 0, "collected": garbage, "uncollectable": 0})
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    @property
    def thorough_passes(self) -> int:
        return self.done.count("collect")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


class Store:
    """Stands for what a server stores."""

    objects = 0


@pytest.fixture
async def store(machine: Machine) -> AsyncIterator[Store]:
    """Run a collector over a server that stores this, beside the machine's 60,000 objects of its own."""
    machine.in_use = 60_000
    store = Store()
    collector = Collector(lambda: store.objects)
    collector.start()
    yield store
    collector.stop()


@pytest.mark.usefixtures("store")
async def test_a_short_pass_looks_at_each_object_once_only(machine: Machine) -> None:
    await machine.make(COLLECT_AFTER)

    assert machine.done == ["freeze", "set threshold", "enable", "freeze"]


async def test_what_is_stored_is_never_looked_at_again(machine: Machine, store: Store) -> None:
    for _ in range(50):
        store.objects += 20_000
        await machine.make(20_000)

    assert machine.thorough_passes == 0


@pytest.mark.usefixtures("store")
async def test_what_has_survived_beside_it_is_looked_at_once_more(machine: Machine) -> None:
    await machine.make(28_000)
    assert machine.thorough_passes == 0
    await machine.make(4_000)
    assert machine.done[-3:] == ["unfreeze", "collect", "freeze"]
    await machine.make(28_000)
    assert machine.thorough_passes == 1
    await machine.make(4_000)
    assert machine.thorough_passes == 2


@pytest.mark.usefixtures("store")
async def test_garbage_that_a_short_pass_has_freed_is_no_reason_for_a_thorough_one(machine: Machine) -> None:
    await machine.make(100_000, garbage=COLLECT_AFTER)

    assert machine.thorough_passes == 0


@pytest.mark.usefixtures("store")
async def test_what_has_survived_and_gone_since_is_no_reason_either(machine: Machine) -> None:
    await machine.make(1_000_000, gone=COLLECT_AFTER)

    assert machine.thorough_passes == 0


async def test_what_was_stored_and_given_back_is_looked_at_again(machine: Machine, store: Store) -> None:
    store.objects = 100_000
    await machine.make(100_000)
    store.objects = 0
    await machine.make(COLLECT_AFTER)

    assert machine.thorough_passes == 1


@pytest.mark.usefixtures("store")
async def test_the_more_there_is_to_look_at_the_less_often_that_is_done(machine: Machine) -> None:
    machine.in_use = 4_000_000
    await machine.make(32_000)
    assert machine.thorough_passes == 1
    await machine.make(990_000)
    assert machine.thorough_passes == 1
    await machine.make(20_000)
    assert machine.thorough_passes == 2


@pytest.mark.usefixtures("store")
async def test_a_little_is_looked_at_when_nothing_else_goes_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await machine.make(8_000)
    assert machine.thorough_passes == 0
    monkeypatch.setattr("mock_bsg.http.collector.QUIET", 0)
    await machine.make(COLLECT_AFTER)
    await until(lambda: machine.thorough_passes, "a thorough pass")


async def test_a_collector_that_has_stopped_does_nothing_more(machine: Machine) -> None:
    collector = Collector(lambda: 0)
    collector.start()
    collector.stop()
    await machine.make(100_000)

    assert machine.callbacks == []
    assert machine.thorough_passes == 0


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of a process is read from /proc")
async def test_memory_stays_flat_however_often_a_server_is_filled_and_emptied() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mock_bsg", "serve", "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(300):
            found = re.search(rb"API (\S+)", await process.stdout.readline())
            assert found is not None
            async with aiohttp.ClientSession(found[1].decode()) as client, client.get("/_mock/events") as stream:
                listening = asyncio.ensure_future(_read_all(stream))
                resident = [await _fill_and_empty(client, turn, process.pid) for turn in range(16)]
                listening.cancel()
    finally:
        process.kill()
        await process.wait()
    # Without a thorough pass each turn leaves 4 MiB.
    assert max(resident[8:]) - resident[5] < 4, resident


async def _fill_and_empty(client: aiohttp.ClientSession, turn: int, pid: int) -> float:
    """Send messages whose reports come to nobody, put a scenario, forget all; tells the server's memory in MiB."""
    account = f"/_mock/accounts/test_{turn}"
    message: dict[str, Any] = {"text": "hi", "alpha_name": "BSG"}
    for first in range(0, 1000, 50):
        to = [{"msisdn": f"3809729{number:05}"} for number in range(first, first + 50)]
        hook = {"callback_url": "http://127.0.0.1:9/hook"} if first < 200 else {}
        body = {"messages": [message | hook | {"to": to}]}
        async with client.post("/rest/viber/create", json=body, headers={"X-API-KEY": f"test_{turn}"}) as answer:
            assert (await answer.json())["result"][0]["error"] == 0
    for method, path, data in (
        ("POST", f"{account}/clock", json.dumps({"advance": "3m"})),
        ("PUT", "/_mock/scenarios/mine", RULES),
        ("DELETE", account, ""),
    ):
        async with client.request(method, path, data=data) as answer:
            assert answer.status in {200, 201}, await answer.text()
    status = Path(f"/proc/{pid}/status").read_text()  # noqa: ASYNC240 -- no file of a disk
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) / 1024


async def _read_all(stream: aiohttp.ClientResponse) -> None:
    async for _ in stream.content.iter_any():
        pass
