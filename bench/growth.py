"""What answers take when little is stored, and when much is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from bench.client import Latencies
from bench.load import Caller, fill
from bench.report import Row, print_table
from bench.servers import LOAD_CORE, on_core
from bench.shots import Create

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.servers import Server, Servers

FEW = 1_000
ASKED = 2_000
"""Calls of each kind of BSG's."""
ASKED_CONTROL = 20
_ACCOUNT = "/_mock/accounts/test_bench"
_LISTS = {
    "list of 50 messages": f"{_ACCOUNT}/messages?limit=50",
    "list by reference": f"{_ACCOUNT}/messages?reference=r00000003-07",
    "list by number": f"{_ACCOUNT}/messages?msisdn=380970000157&limit=10",
    "list of 50 requests": f"{_ACCOUNT}/requests?limit=50",
    "account": _ACCOUNT,
    "clock": f"{_ACCOUNT}/clock",
}


class _Found(NamedTuple):
    few: list[Latencies]
    many: list[Latencies]


def measure(servers: Servers, rounds: int, messages: int) -> None:
    """Print p50 and p99 of calls, one after the other on one connection, at both sizes."""
    found: dict[str, _Found] = {}
    for _ in range(rounds):
        for stored in (FEW, messages):
            with servers.sandbox("--max-messages", str(2 * messages + 2 * FEW)) as server:
                fill(server, stored)
                for name, latencies in _ask_all(server, stored).items():
                    kept = found.setdefault(name, _Found([], []))
                    (kept.few if stored == FEW else kept.many).append(latencies)
    rows = [_row(name, each) for name, each in found.items()]
    print_table("growth", (f"p50 at {FEW:,}", f"at {messages:,}", "ratio", "p99", "p99", "ratio"), rows)


def _ask_all(server: Server, stored: int) -> dict[str, Latencies]:
    caller = Caller(server.port)
    make = Create(first=50_000_000).maker()

    def create() -> float:
        return caller.ask("POST", "/rest/viber/create", make().split(b"\r\n\r\n", 1)[1].decode())[0]

    def status(place: int) -> float:
        return caller.ask("GET", f"/rest/viber/{1 + place * 7_368_787 % stored}")[0]

    with on_core(LOAD_CORE):
        _times(create, ASKED // 4)  # what is only slow the first time is no growth
        found = {
            "create, 1 recipient": _times(create, ASKED),
            "status": Latencies.of([status(place) / 1e3 for place in range(ASKED)]),
        }
        # All are under way still: a first question for the next step of any notes the steps of all.
        found["clock, first time"] = _times(lambda: caller.ask("GET", f"{_ACCOUNT}/clock")[0], 1)
        found["advance over all there is"] = _times(lambda: _advance(caller, "1h"), 1)
        for name, path in _LISTS.items():
            found[name] = Latencies.of([caller.ask("GET", path)[0] / 1e3 for _ in range(ASKED_CONTROL)])
        found["advance"] = _times(lambda: _advance(caller, "1ms"), ASKED_CONTROL)
    return found


def _advance(caller: Caller, duration: str) -> float:
    return caller.ask("POST", f"{_ACCOUNT}/clock", json.dumps({"advance": duration}))[0]


def _times(call: Callable[[], float], count: int) -> Latencies:
    return Latencies.of([call() / 1e3 for _ in range(count)])


def _row(name: str, found: _Found) -> Row:
    cells: list[str] = []
    for pick in ("p50", "p99"):
        few = _middle([getattr(each, pick) for each in found.few])
        many = _middle([getattr(each, pick) for each in found.many])
        cells += [f"{few:.2f} ms", f"{many:.2f} ms", f"{many / few:.2f}"]
    return Row(name, cells)


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
