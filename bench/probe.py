"""Asks a server for one status after the other until its stdin ends; prints the slowest answer in milliseconds."""

from __future__ import annotations

import gc
import select
import sys

from bench.client import Caller


def main() -> None:
    gc.disable()
    caller = Caller(int(sys.argv[1]), "test_probe")
    caller.ask("GET", "/rest/viber/1")
    print("ready", flush=True)
    slowest = 0.0
    while not select.select([sys.stdin], [], [], 0)[0]:
        slowest = max(slowest, caller.ask("GET", "/rest/viber/1")[0])
    print(slowest)


if __name__ == "__main__":
    main()
