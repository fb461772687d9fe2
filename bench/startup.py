"""Time from the start of the process to its first answer, and the memory that it holds then."""

from __future__ import annotations

import subprocess
import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from bench.load import Caller
from bench.report import UNKNOWN, Row, print_table, spread
from bench.servers import SERVER_CORE, on_core
from bench.shots import Create

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.servers import Memory, Server, Servers

_FIRST = Create().maker()().split(b"\r\n\r\n")[1].decode()
_MIB = 1 << 20


class _Start(NamedTuple):
    seconds: float
    memory: Memory | None


def measure(servers: Servers, starts: int) -> None:
    """Print medians over alternating starts."""
    _start(servers.base), _start(servers.sandbox)  # bytecode is compiled once, not at every start
    base: list[_Start] = []
    sandbox: list[_Start] = []
    imports: list[float] = []
    for _ in range(starts):
        base.append(_start(servers.base))
        sandbox.append(_start(servers.sandbox))
        imports.append(_import_aiohttp(servers))
    ratio = median(each.seconds for each in sandbox) / median(each.seconds for each in base)
    rows = [
        _row("base", base, "1.00"),
        _row("sandbox", sandbox, f"{ratio:.2f}"),
        Row("python -c 'import aiohttp.web'", (f"{1e3 * median(imports):.0f} ms", "", spread(imports), "", "")),
    ]
    print_table(
        "start", ("first answer after", "ratio", "apart", "resident memory then", "of it its own and its share"), rows
    )


def _start(start: Callable[[], Server]) -> _Start:
    began = time.perf_counter()
    with start() as server:
        Caller(server.port).ask("POST", "/rest/viber/create", _FIRST)
        return _Start(time.perf_counter() - began, server.memory())


def _import_aiohttp(servers: Servers) -> float:
    began = time.perf_counter()
    with on_core(SERVER_CORE):
        subprocess.run([servers.python, "-c", "import aiohttp.web"], check=True)
    return time.perf_counter() - began


def _row(name: str, starts: list[_Start], ratio: str) -> Row:
    seconds = [each.seconds for each in starts]
    held = [each.memory for each in starts if each.memory is not None]
    resident = f"{median(each.resident for each in held) / _MIB:.1f} MiB" if held else UNKNOWN
    proportional = f"{median(each.proportional for each in held) / _MIB:.1f} MiB" if held else UNKNOWN
    return Row(name, (f"{1e3 * median(seconds):.0f} ms", ratio, spread(seconds), resident, proportional))
