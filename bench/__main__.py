"""`python -m bench`: measures the sandbox beside base, part by part."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from bench import connections, embedded, growth, memory, one_api, rules, startup, stores, throughput, visitors
from bench.report import describe_machine
from bench.servers import Servers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUNDS = 5
SECONDS = 4.0
MESSAGES = 1_000_000
VISITS = 32_000
SMOKE_SECONDS = 0.2
SMOKE_MESSAGES = 500


class Extent(NamedTuple):
    """How much is measured."""

    rounds: int
    starts: int
    seconds: float
    messages: int


PARTS: Mapping[str, Callable[[Servers, Extent], None]] = {
    "throughput": lambda servers, extent: throughput.measure(servers, extent.rounds, extent.seconds),
    "startup": lambda servers, extent: startup.measure(servers, extent.starts),
    "embedded": lambda servers, extent: embedded.measure(servers, extent.starts),
    "memory": lambda servers, extent: memory.measure(servers, extent.messages),
    "growth": lambda servers, extent: growth.measure(servers, extent.rounds, extent.messages),
    "rules": lambda servers, extent: rules.measure(servers, extent.rounds, extent.seconds),
    "connections": lambda servers, extent: connections.measure(servers, extent.rounds, extent.seconds),
    "one-api": lambda servers, extent: one_api.measure(servers, extent.rounds, extent.seconds),
    "stores": lambda servers, extent: stores.measure(servers, extent.rounds, extent.seconds, extent.messages),
    "visitors": lambda servers, extent: visitors.measure(servers, min(VISITS, extent.messages)),
}
"""But for what needs a browser: bench.page and bench.screenshots are started by themselves."""


def main() -> int:
    arguments = _read_arguments()
    if arguments.smoke:
        extent = Extent(1, 1, SMOKE_SECONDS, SMOKE_MESSAGES)
    else:
        extent = Extent(arguments.rounds, 2 * arguments.rounds, arguments.seconds, arguments.messages)
    servers = Servers(arguments.python)
    print(describe_machine())
    for name in PARTS if arguments.part == "all" else (arguments.part,):
        PARTS[name](servers, extent)
    return 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=(*PARTS, "all"))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"alternating rounds [{ROUNDS}]")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"length of one load [{SECONDS}]")
    parser.add_argument("--messages", type=int, default=MESSAGES, help=f"to fill up to [{MESSAGES:,}]")
    parser.add_argument("--python", default=sys.executable, help="whose packages are measured [this one]")
    parser.add_argument("--smoke", action="store_true", help="a blink of each part: does the bench itself still work?")
    arguments = parser.parse_args()
    if os.sep in arguments.python:  # servers are started elsewhere; a link is not followed: it is what makes a venv
        arguments.python = os.path.abspath(arguments.python)  # noqa: PTH100 -- Path has nothing that leaves links alone
    return arguments


if __name__ == "__main__":
    sys.exit(main())
