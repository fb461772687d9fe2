"""What a stored message takes, and the slowest answer that anybody got while the messages were being stored."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Self

from bench.load import fill
from bench.report import UNKNOWN, Row, print_table
from bench.servers import LOAD_CORE, on_core

if TYPE_CHECKING:
    from bench.servers import Server, Servers


def measure(servers: Servers, messages: int) -> None:
    """Print bytes per message, stored one by one and by 50."""
    rows = [_fill(servers, messages, recipients) for recipients in (1, 50)]
    print_table(
        f"memory, {messages:,} messages stored",
        ("bytes per message", "resident at the end", "slowest answer meanwhile", "messages a second"),
        rows,
    )


def _fill(servers: Servers, messages: int, recipients: int) -> Row:
    with servers.sandbox("--max-messages", str(messages + recipients)) as server:
        fill(server, recipients, recipients, key="test_probe")
        before = server.memory()
        with _Probe(server) as probe:
            finding = fill(server, messages, recipients)
        after = server.memory()
    stored = messages // recipients * recipients
    each = UNKNOWN if before is None or after is None else f"{(after.resident - before.resident) / stored:,.0f}"
    resident = UNKNOWN if after is None else f"{after.resident / (1 << 20):,.0f} MiB"
    rate = finding.rate * recipients
    return Row(f"created by {recipients}", (each, resident, f"{probe.slowest:.1f} ms", f"{rate:,.0f}"))


class _Probe:
    """A process that asks for one status after the other beside the load; `slowest` in ms, known at its end."""

    def __init__(self, server: Server) -> None:
        with on_core(LOAD_CORE):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.probe", str(server.port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdout is not None  # noqa: S101 -- told to the type checker: it is a pipe
        self._process.stdout.readline()  # it has begun
        self.slowest = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self.slowest = float(self._process.communicate("end\n")[0])
