"""Several servers of one store, asked at the same time: is there an order in which one alone would have said the same?

`python -m bench.linear --rounds 50 --store redis://localhost`; the tests do so a few times. What clients were told is
linearizable if every call can be given an instant between its beginning and its end, so that all answers are those of
one account that did the calls in that order.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from bench.crashes import Replica

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCENARIO = "clock: {start: 2017-01-17T09:20:00Z, manual: true}"
_START = "2017-01-17T09:20:"
_REFERENCES = 6


@dataclass(frozen=True)
class Operation:
    """A call and what came of it. `ended` of infinity: nobody knows whether it was done."""

    kind: str
    what: Any
    told: Any
    began: float
    ended: float


@dataclass(frozen=True)
class State:
    """The account as one would have it: ids by reference, and ms since its beginning."""

    created: Mapping[str, int]
    now: int

    def do(self, operation: Operation) -> tuple[State, Any]:
        """Tell the state after a call, and what it would have told."""
        match operation.kind:
            case "create" if operation.what in self.created:
                return self, None
            case "create":
                created = len(self.created) + 1
                return State({**self.created, operation.what: created}, self.now), created
            case "find":
                return self, self.created.get(operation.what)
            case "advance":
                return State(self.created, self.now + operation.what), None
        return self, self.now

    @property
    def name(self) -> tuple[Any, ...]:
        return (*sorted(self.created.items()), self.now)


def find_order(history: Sequence[Operation]) -> list[Operation] | None:
    """Find an order in which one account would have told all that; None if there is none."""
    seen: set[tuple[int, tuple[Any, ...]]] = set()
    stack: list[tuple[int, State, list[Operation]]] = [(0, State({}, 0), [])]
    ended = sum(1 << index for index, each in enumerate(history) if each.ended != float("inf"))
    while stack:
        done, state, order = stack.pop()
        if done & ended == ended:
            return order
        open_ones = [(index, each) for index, each in enumerate(history) if not done >> index & 1]
        first_end = min(each.ended for _, each in open_ones)
        for index, each in open_ones:
            if each.began > first_end:
                continue  # another one had ended before it began
            following, told = state.do(each)
            name = (done | 1 << index, following.name)
            if name not in seen and (each.ended == float("inf") or told == each.told):
                seen.add(name)
                stack.append((name[0], following, [*order, each]))
    return None


class Asking:
    """Clients that ask any of several servers at once, and note what they are told."""

    def __init__(self, urls: Sequence[str], key: str, dice: random.Random) -> None:
        self.history: list[Operation] = []
        self._urls = urls
        self._key = key
        self._dice = dice

    async def run(self, clients: int, calls: int) -> None:
        timeout = aiohttp.ClientTimeout(total=20)
        async with aiohttp.ClientSession(headers={"X-API-KEY": self._key}, timeout=timeout) as session:
            url = f"{self._urls[0]}/_mock/accounts/{self._key}/scenario"
            async with session.put(url, data=SCENARIO) as answer:
                answer.raise_for_status()
            await asyncio.gather(*(self._ask_often(session, calls) for _ in range(clients)))

    async def _ask_often(self, session: aiohttp.ClientSession, calls: int) -> None:
        for _ in range(calls):
            kind = self._dice.choice(("create", "create", "find", "advance", "clock"))
            what: Any = f"r{self._dice.randrange(_REFERENCES)}" if kind in {"create", "find"} else None
            if kind == "advance":
                what = self._dice.randrange(1, 9)
            began = time.monotonic()
            try:
                told = await self._ask(session, self._dice.choice(self._urls), kind, what)
                ended = time.monotonic()
            except (aiohttp.ClientError, OSError, TimeoutError):
                told, ended = None, float("inf")
            self.history.append(Operation(kind, what, told, began, ended))

    async def _ask(self, session: aiohttp.ClientSession, url: str, kind: str, what: Any) -> Any:
        control = f"{url}/_mock/accounts/{self._key}/clock"
        match kind:
            case "create":
                to = [{"msisdn": "380972920000", "reference": what}]
                body = json.dumps({"messages": [{"to": to, "text": "Hi", "alpha_name": "BSG"}]})
                found = await self._fetch(session.post(f"{url}/rest/viber/create", data=body))
                entry = found["result"][0]
                return int(entry["id"]) if entry["error"] == 0 else None
            case "find":
                found = await self._fetch(session.get(f"{url}/rest/viber/reference/{what}"))
                return int(found["id"]) if "id" in found else None
            case "advance":
                await self._fetch(session.post(control, json={"advance": f"{what}ms"}))
                return None
        found = await self._fetch(session.get(control))
        return round(float(found["now"].removeprefix(_START).rstrip("Z")) * 1000)

    @staticmethod
    async def _fetch(asking: Any) -> Any:
        async with asking as answer:
            if answer.status == 503:
                raise TimeoutError
            return await answer.json(content_type=None)


async def ask_and_order(
    urls: Sequence[str], key: str, seed: str, clients: int, calls: int
) -> tuple[list[Operation], bool]:
    """Ask several servers at once; tells what came of it, and whether one would have told the same."""
    asking = Asking(urls, key, random.Random(seed))  # noqa: S311 -- no secret
    await asking.run(clients, calls)
    return asking.history, find_order(asking.history) is not None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--calls", type=int, default=30)
    parser.add_argument("--store", required=True)
    arguments = parser.parse_args()
    failed = 0
    with contextlib.ExitStack() as stack:
        replicas = [stack.enter_context(Replica("--store", arguments.store)) for _ in range(arguments.replicas)]
        urls = [replica.url for replica in replicas]
        for number in range(arguments.rounds):
            key, seed = f"test_linear-{time.time_ns()}", f"round {number}"
            history, is_linear = asyncio.run(ask_and_order(urls, key, seed, arguments.clients, arguments.calls))
            failed += not is_linear
            print(f"round {number + 1}: {len(history)} calls, {'as of one' if is_linear else 'NO ORDER'}", flush=True)
    print(f"{arguments.rounds} rounds, {failed} without an order")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
