"""Words and tables of what was measured, in Markdown."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from bench.load import has_wrk
from bench.servers import can_pin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNKNOWN = "?"
"""In a table, what the platform does not tell."""
_PACKAGES = ("mock-bsg", "aiohttp", "uvloop", "orjson", "pydantic")


class Row(NamedTuple):
    """One line of a table."""

    name: str
    cells: Sequence[str]


def print_table(title: str, head: Sequence[str], rows: Iterable[Row]) -> None:
    lines = [[title, *head], *([row.name, *row.cells] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    print()
    for number, line in enumerate(lines):
        cells = [
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print(f"| {' | '.join(cells)} |", flush=True)
        if not number:
            print(
                f"|{'|'.join('-' * (width + 1) + ('-' if not place else ':') for place, width in enumerate(widths))}|"
            )


def spread(values: Sequence[float]) -> str:
    """How far the values lie apart, as a share of their median."""
    return f"±{50 * (max(values) - min(values)) / median(values):.0f} %"


def describe_machine() -> str:
    """Cores, versions and tools, in general terms."""
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    load = "wrk" if has_wrk() else "the asyncio client (no wrk on PATH)"
    pinned = "a core each" if can_pin() else "cores not pinned"
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {platform.python_implementation()} "
        f"{platform.python_version()}, {packages}; load by {load}, server and load: {pinned}"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
