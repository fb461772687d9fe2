"""`python -m bench`: measures the sandbox beside base, part by part."""

from __future__ import annotations

import argparse
import sys

from bench import connections, embedded, growth, memory, rules, startup, throughput
from bench.report import describe_machine
from bench.servers import Servers

ROUNDS = 5
SECONDS = 4.0
MESSAGES = 1_000_000
SMOKE_SECONDS = 0.2
SMOKE_MESSAGES = 500


def main() -> int:
    arguments = _read_arguments()
    smoke = arguments.smoke
    rounds = 1 if smoke else arguments.rounds
    seconds = SMOKE_SECONDS if smoke else arguments.seconds
    messages = SMOKE_MESSAGES if smoke else arguments.messages
    servers = Servers(arguments.python)
    parts = {
        "throughput": lambda: throughput.measure(servers, rounds, seconds),
        "startup": lambda: startup.measure(servers, 1 if smoke else 2 * rounds),
        "embedded": lambda: embedded.measure(servers, 1 if smoke else 2 * rounds),
        "memory": lambda: memory.measure(servers, messages),
        "growth": lambda: growth.measure(servers, rounds, messages),
        "rules": lambda: rules.measure(servers, rounds, seconds),
        "connections": lambda: connections.measure(servers, rounds, seconds),
    }
    print(describe_machine())
    for name in parts if arguments.part == "all" else (arguments.part,):
        parts[name]()
    return 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "part",
        nargs="?",
        default="all",
        choices=("throughput", "startup", "embedded", "memory", "growth", "rules", "connections", "all"),
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"alternating rounds [{ROUNDS}]")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"length of one load [{SECONDS}]")
    parser.add_argument("--messages", type=int, default=MESSAGES, help=f"to fill up to [{MESSAGES:,}]")
    parser.add_argument("--python", default=sys.executable, help="whose packages are measured [this one]")
    parser.add_argument("--smoke", action="store_true", help="a blink of everything: does the bench itself still work?")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
