"""What MockBSG adds to a test run beside a first use of aiohttp: import, start, a request, stop; and each after it."""

from __future__ import annotations

import subprocess
from statistics import median
from typing import TYPE_CHECKING

from bench.report import Row, print_table, spread

if TYPE_CHECKING:
    from bench.servers import Servers

_AIOHTTP = """
import time; began = time.perf_counter()
import asyncio
from aiohttp import ClientSession, web

async def answer(request):
    return web.json_response({})

async def main():
    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with ClientSession() as client, client.get(url) as got:
        await got.read()
    await runner.cleanup()

asyncio.run(main())
print(time.perf_counter() - began, time.process_time(), 0)
"""
_MOCK_BSG = """
import time; began = time.perf_counter()
import asyncio
from aiohttp import ClientSession
from mock_bsg import MockBSG

async def main():
    async with MockBSG() as bsg, ClientSession(headers={"X-API-KEY": bsg.api_key}) as client:
        async with client.get(bsg.url + "/rest/common/balance") as got:
            await got.read()

asyncio.run(main())
wall, own = time.perf_counter() - began, time.process_time()
# Where the server runs in a process of its own, its work is known when it has ended.
import atexit; atexit._run_exitfuncs()
import resource; used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, own, used.ru_utime + used.ru_stime)
"""
_PARTS = """
import time

def take(work, times=1):
    began = time.perf_counter()
    for _ in range(times):
        done = work()
    print((time.perf_counter() - began) / times, end=" ")
    return done

take(lambda: __import__("mock_bsg.embedded.mock"))
from mock_bsg import MockBSG
first = take(lambda: MockBSG().start())
take(lambda: MockBSG().start().stop(), 20)
take(lambda: first.account().api_key, 100)
take(lambda: first.messages, 100)
print()
"""
_NAMES = ("import of MockBSG", "first start", "each further start and stop", "an account", "messages, there are none")


def measure(servers: Servers, starts: int) -> None:
    """Print medians over alternating processes, in ms."""
    programs = {"aiohttp alone": _AIOHTTP, "with MockBSG": _MOCK_BSG, "parts": _PARTS}
    for program in programs.values():
        _run(servers, program)  # bytecode is compiled once, not in every test run
    found: dict[str, list[list[float]]] = {name: [] for name in programs}
    for _ in range(starts):
        for name, program in programs.items():
            found[name].append(_run(servers, program))
    _print_first_use(found)
    columns = list(zip(*found["parts"], strict=True))
    rows = [
        Row(name, (f"{median(figures):.2f} ms", spread(figures))) for name, figures in zip(_NAMES, columns, strict=True)
    ]
    print_table("parts of it, without any aiohttp in the test's process", ("took", "apart"), rows)


def _print_first_use(found: dict[str, list[list[float]]]) -> None:
    medians = {
        name: [median(figures) for figures in zip(*found[name], strict=True)]
        for name in ("aiohttp alone", "with MockBSG")
    }
    base = medians["aiohttp alone"]
    rows = [
        Row(
            name,
            (
                f"{wall:.0f} ms",
                f"{wall - base[0]:+.0f} ms",
                spread([each[0] for each in found[name]]),
                f"{own:.0f} ms",
                f"{served:.0f} ms",
            ),
        )
        for name, (wall, own, served) in medians.items()
    ]
    print_table("first use in a test run", ("took", "more", "apart", "of CPU", "in the server's process"), rows)


def _run(servers: Servers, program: str) -> list[float]:
    run = subprocess.run([servers.python, "-P", "-c", program], capture_output=True, text=True, check=True)
    return [1e3 * float(figure) for figure in run.stdout.split()]
