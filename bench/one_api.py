"""What a message costs in the One API, beside a create of API v1 with one recipient."""

from __future__ import annotations

import json
import urllib.request
from statistics import median
from typing import TYPE_CHECKING

from bench.load import shoot
from bench.report import Row, print_table, spread
from bench.shots import Create, Send

if TYPE_CHECKING:
    from bench.client import Finding
    from bench.servers import Server, Servers


def measure(servers: Servers, rounds: int, seconds: float) -> None:
    """Print the rates of both, and how many times as long a message takes as a create."""
    creates: list[Finding] = []
    sends: list[Finding] = []
    for _ in range(rounds):
        with servers.sandbox() as server:
            creates.append(shoot(server, Create(1, "test_v1"), seconds))
            sends.append(shoot(server, Send(_log_in(server, "test_one_api")), seconds))
    ratios = [create.rate / send.rate for create, send in zip(creates, sends, strict=True)]
    print_table(
        "One API, requests a second",
        ("rate", "times as long as a create", "ratios apart", "p50", "p99"),
        [_row("create", creates, [1.0] * len(creates)), _row("messages/send", sends, ratios)],
    )


def _row(name: str, found: list[Finding], ratios: list[float]) -> Row:
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


def _log_in(server: Server, key: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/auth/login", json.dumps({"api_key": key}).encode(), method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- likewise
        return str(json.load(answer)["bearer"])
