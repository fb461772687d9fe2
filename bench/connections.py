"""A load from many connections over many accounts, beside the usual one."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from bench.load import CONNECTIONS, shoot
from bench.report import Row, print_table, spread
from bench.shots import Create

if TYPE_CHECKING:
    from bench.client import Finding
    from bench.servers import Servers

MANY_CONNECTIONS = 200
MANY_ACCOUNTS = 1_000


def measure(servers: Servers, rounds: int, seconds: float) -> None:
    """Print rate and latencies of creates for both."""
    few: list[Finding] = []
    many: list[Finding] = []
    for _ in range(rounds):
        with servers.sandbox() as server:
            few.append(shoot(server, Create(), seconds))
        with servers.sandbox() as server:
            shot = Create(accounts=MANY_ACCOUNTS)
            shoot(server, shot, seconds / 4, MANY_CONNECTIONS)  # accounts begin
            later = Create(accounts=MANY_ACCOUNTS, first=50_000_000)
            many.append(shoot(server, later, seconds, MANY_CONNECTIONS))
    ratios = [more.rate / less.rate for less, more in zip(few, many, strict=True)]
    rows = [
        _row(f"{CONNECTIONS} connections, 1 account", few, ""),
        _row(
            f"{MANY_CONNECTIONS} connections, {MANY_ACCOUNTS:,} accounts",
            many,
            f"{median(ratios):.2f} {spread(ratios)}",
        ),
    ]
    print_table("connections", ("creates a second", "ratio", "p50", "p99", "slowest"), rows)


def _row(name: str, found: list[Finding], ratio: str) -> Row:
    return Row(
        name,
        (
            f"{median(each.rate for each in found):,.0f}",
            ratio,
            f"{median(each.latencies.p50 for each in found):.1f} ms",
            f"{median(each.latencies.p99 for each in found):.1f} ms",
            f"{max(each.latencies.slowest for each in found):.1f} ms",
        ),
    )
