"""Servers that are killed in the middle of load, and what must be there after that.

`python -m bench.crashes --rounds 50 --store world.db`; the tests do so a few times.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Sequence

WORKERS = 16
_READY = re.compile(r"http://127\.0\.0\.1:(\d+)")
_START_LIMIT = 60.0
_PAGE = 1000
_REUSED = 0.1
"""Of the creates, with a reference that another one has."""
_STATUSES = 0.3


class Replica:
    """A server process that can be killed and started again on the same port."""

    def __init__(self, *flags: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._command = [sys.executable, "-m", "mock_bsg", "--host", "127.0.0.1", "--port", str(self.port), *flags]
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self.kill()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tempfile.gettempdir()
        )
        assert self._process.stdout is not None  # noqa: S101 -- told to the type checker: it is a pipe
        line = self._process.stdout.readline()
        if not _READY.search(line):
            raise RuntimeError(f"the server did not start: {line}")

    def kill(self) -> None:
        """End it as kill -9 does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@dataclass
class Witness:
    """What clients were answered."""

    created: dict[str, tuple[str, Decimal]] = field(default_factory=dict)
    """References, with the id and price that a create told."""
    refused: set[str] = field(default_factory=set)
    """References of creates that were told the reference is used."""
    unanswered: set[str] = field(default_factory=set)
    requests: int = 0
    """Requests that were answered."""
    lost: list[str] = field(default_factory=list)
    """What was answered once, and could not be found later."""


class Load:
    """Clients that create and ask, at any of several servers, until they are told to stop."""

    def __init__(self, urls: Sequence[str], key: str, dice: random.Random) -> None:
        self.witness = Witness()
        self._urls = urls
        self._key = key
        self._dice = dice
        self._count = 0
        self._stopping = False

    async def run(self, seconds: float) -> None:
        timeout = aiohttp.ClientTimeout(total=20)
        async with aiohttp.ClientSession(headers={"X-API-KEY": self._key}, timeout=timeout) as session:
            workers = [asyncio.ensure_future(self._work(session)) for _ in range(WORKERS)]
            await asyncio.sleep(seconds)
            self._stopping = True
            await asyncio.gather(*workers)

    async def _work(self, session: aiohttp.ClientSession) -> None:
        while not self._stopping:
            url = self._dice.choice(self._urls)
            known = self._dice.choice([*self.witness.created][-50:]) if self.witness.created else None
            try:
                if known is not None and self._dice.random() < _STATUSES:
                    await self._ask(session, url, known)
                else:
                    await self._create(session, url, known)
            except (aiohttp.ClientError, OSError, TimeoutError):
                await asyncio.sleep(0.02)  # a client that has lost its server

    async def _ask(self, session: aiohttp.ClientSession, url: str, reference: str) -> None:
        async with session.get(f"{url}/rest/viber/reference/{reference}") as answer:
            found = await answer.json(content_type=None)
            if answer.status != 200:
                return
        self.witness.requests += 1
        if found.get("id") != self.witness.created[reference][0]:
            self.witness.lost.append(f"{reference}: {found}")

    async def _create(self, session: aiohttp.ClientSession, url: str, known: str | None) -> None:
        if known is None or self._dice.random() >= _REUSED:
            self._count += 1
            reference = f"r{self._count}"
        else:
            reference = known
        message = {
            "to": [{"msisdn": f"38097{self._dice.randrange(10**7):07}", "reference": reference}],
            "text": "Hello",
            "alpha_name": "BSG",
        }
        is_new = reference != known
        try:
            async with session.post(f"{url}/rest/viber/create", data=json.dumps({"messages": [message]})) as answer:
                found = await answer.json(content_type=None)
                if answer.status != 200:
                    if is_new and "not known" in found["errorDescription"]:
                        self.witness.unanswered.add(reference)
                    return  # else nothing was done, it says
        except BaseException:
            if is_new:
                self.witness.unanswered.add(reference)
            raise
        self.witness.requests += 1
        entry = found["result"][0]
        if entry["error"] == 0:
            if reference in self.witness.created:
                self.witness.lost.append(f"{reference} was used, and could be used again: {entry}")
            self.witness.created[reference] = entry["id"], Decimal(str(entry["price"]))
        elif is_new:
            self.witness.lost.append(f"{reference} was new, and refused: {entry}")


async def find_breaches(url: str, key: str, witness: Witness) -> list[str]:
    """Tell what of what clients were answered is not so any more at this server."""
    breaches = list(witness.lost)
    async with aiohttp.ClientSession() as session:
        account = await _get(session, f"{url}/_mock/accounts/{key}")
        messages = await _list(session, f"{url}/_mock/accounts/{key}/messages", "messages")
        requests = await _list(session, f"{url}/_mock/accounts/{key}/requests", "requests")
    references = [message["reference"] for message in messages]
    kept = {message["reference"]: message["id"] for message in messages}
    if len(kept) != len(references):
        breaches.append(f"{len(references) - len(kept)} references are used twice")
    if len({message["id"] for message in messages}) != len(messages):
        breaches.append("an id was given twice")
    for reference, (message_id, _) in witness.created.items():
        if kept.get(reference) != message_id:
            breaches.append(f"{reference} was created as {message_id}, and is {kept.get(reference)}")
    uncalled = kept.keys() - witness.created.keys() - witness.unanswered
    breaches += [f"{reference} is there, and was never created" for reference in uncalled]
    spent = sum((Decimal(str(message["price"])) for message in messages), Decimal(0))
    if Decimal(str(account["balance"])) != 1_000_000 - spent:
        breaches.append(f"the balance is {account['balance']}, and {spent} was spent")
    answered = sum(1 for request in requests if request["status"] == 200)
    if account["requests"] <= len(requests) and answered < witness.requests:
        breaches.append(f"{witness.requests} requests were answered, and the journal has {answered}")
    return breaches


async def _get(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as answer:
        answer.raise_for_status()
        return await answer.json()


async def _list(session: aiohttp.ClientSession, url: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = await _get(session, f"{url}?limit={_PAGE}{after}")
        found += page[name]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


async def crash_once(replicas: Sequence[Replica], key: str, seed: str, seconds: float) -> tuple[Witness, list[str]]:
    """Load servers of one store, kill one in the middle, start it again, and look at what is there; at each of them."""
    dice = random.Random(seed)  # noqa: S311 -- no secret
    load = Load([replica.url for replica in replicas], key, dice)
    victim = dice.choice(replicas)
    loading = asyncio.ensure_future(load.run(seconds))
    await asyncio.sleep(seconds * dice.uniform(0.2, 0.8))
    victim.kill()
    await asyncio.to_thread(victim.start)
    await loading
    breaches = []
    for replica in replicas:
        breaches += await find_breaches(replica.url, key, load.witness)
    return load.witness, breaches


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--store", required=True)
    arguments = parser.parse_args()
    store = arguments.store if "://" in arguments.store else str(Path(arguments.store).absolute())
    failed = 0
    with contextlib.ExitStack() as stack:
        replicas = [stack.enter_context(Replica("--store", store)) for _ in range(arguments.replicas)]
        for number in range(arguments.rounds):
            began = time.monotonic()
            key = f"test_crash-{number}"
            witness, breaches = asyncio.run(crash_once(replicas, key, f"round {number}", arguments.seconds))
            failed += bool(breaches)
            print(
                f"round {number + 1}: {witness.requests} requests answered, {len(witness.created)} creates, "
                f"{len(witness.unanswered)} cut off; {'; '.join(breaches[:5]) or 'all there'} "
                f"({time.monotonic() - began:.1f} s)",
                flush=True,
            )
    print(f"{arguments.rounds} rounds, {failed} with something amiss")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
