"""Requests a second beside base's: create with 1 and with 50 recipients, and status."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from bench.load import BUSY, fill, shoot
from bench.report import Row, print_table, spread
from bench.shots import Create, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.client import Finding
    from bench.servers import Server, Servers

STORED = 10_000
"""Messages that the status load asks for."""


def measure(servers: Servers, rounds: int, seconds: float) -> None:
    """Print medians, ratios and their spread over alternating rounds."""
    base: dict[str, list[Finding]] = {}
    sandbox: dict[str, list[Finding]] = {}
    for _ in range(rounds):
        for start, kept, has_state in ((servers.base, base, False), (servers.sandbox, sandbox, True)):
            with start() as server:
                _shoot_all(server, seconds, kept, has_state=has_state)
    rows = [_row(name, base[name], sandbox[name]) for name in base]
    print_table(
        "throughput, requests a second", ("base", "sandbox", "ratio", "ratios apart", "p50", "p99", "load's work"), rows
    )
    busy = [name for name in base if max(each.load_share for each in base[name]) > BUSY]
    if busy:
        print(f"The load itself was the limit for base: {', '.join(busy)}: the true ratio is lower.")


def _shoot_all(server: Server, seconds: float, kept: dict[str, list[Finding]], *, has_state: bool) -> None:
    # An account for each load: none runs out of money, none begins with a million references.
    if has_state:
        fill(server, STORED, key="test_stored")
    fifty = "/rest/viber/create" if has_state else "/rest/viber/create/50"
    kept.setdefault("create, 1 recipient", []).append(shoot(server, Create(1, "test_one"), seconds))
    kept.setdefault("status", []).append(shoot(server, Status(STORED, key="test_stored"), seconds))
    kept.setdefault("create, 50 recipients", []).append(shoot(server, Create(50, "test_fifty", path=fifty), seconds))


def _row(name: str, base: list[Finding], sandbox: list[Finding]) -> Row:
    ratios = [ours.rate / theirs.rate for ours, theirs in zip(sandbox, base, strict=True)]
    shown: Callable[[list[Finding]], str] = lambda found: f"{median(each.rate for each in found):,.0f}"  # noqa: E731
    return Row(
        name,
        (
            shown(base),
            shown(sandbox),
            f"{median(ratios):.2f}",
            spread(ratios),
            f"{median(each.latencies.p50 for each in sandbox):.2f} ms",
            f"{median(each.latencies.p99 for each in sandbox):.2f} ms",
            f"{max(each.load_share for each in base):.0%} / {max(each.load_share for each in sandbox):.0%}",
        ),
    )
