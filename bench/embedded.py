"""What the first MockBSG of a test run costs, beside the first use of aiohttp: import, start, one request, stop."""

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
print(time.perf_counter() - began, time.process_time())
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
print(time.perf_counter() - began, time.process_time())
"""


def measure(servers: Servers, starts: int) -> None:
    """Print medians over alternating processes, in ms."""
    programs = {"aiohttp alone": _AIOHTTP, "with MockBSG": _MOCK_BSG}
    for program in programs.values():
        _run(servers, program)  # bytecode is compiled once, not in every test run
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for _ in range(starts):
        for name, program in programs.items():
            found[name].append(_run(servers, program))
    wall = {name: [each[0] for each in figures] for name, figures in found.items()}
    cpu = {name: [each[1] for each in figures] for name, figures in found.items()}
    base_wall, base_cpu = (median(column["aiohttp alone"]) for column in (wall, cpu))
    rows = [
        Row(
            name,
            (
                f"{median(wall[name]):.0f} ms",
                f"{median(wall[name]) - base_wall:+.0f} ms",
                spread(wall[name]),
                f"{median(cpu[name]):.0f} ms",
                f"{median(cpu[name]) - base_cpu:+.0f} ms",
            ),
        )
        for name in programs
    ]
    print_table("first use in a test run", ("took", "more", "apart", "of CPU", "more"), rows)


def _run(servers: Servers, program: str) -> tuple[float, float]:
    run = subprocess.run([servers.python, "-P", "-c", program], capture_output=True, text=True, check=True)
    wall, cpu = map(float, run.stdout.split())
    return 1e3 * wall, 1e3 * cpu
