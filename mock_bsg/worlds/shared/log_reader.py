"""Accounts made of logs in a store, page by page while others have their turn: from a checkpoint, or from the first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from mock_bsg.sandbox import log
from mock_bsg.sandbox.errors import LogTooShortError, NotKeptError
from mock_bsg.sandbox.performing import BOUNDLESS, follow, replay
from mock_bsg.sandbox.restoring import restore_in_steps
from mock_bsg.sandbox.retention import Retention
from mock_bsg.worlds.checkpoint_format import decode_in_steps
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.reading import in_turns
from mock_bsg.worlds.shared.redis_store import PAGE, REWOUND

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.checkpoint import Checkpoint
    from mock_bsg.sandbox.commands import Entry
    from mock_bsg.sandbox.requests import Answering
    from mock_bsg.worlds.shared.redis_store import KeptCheckpoint, KeptCommand, RedisStore, Told
    from mock_bsg.worlds.shared.shared_scenarios import SharedScenarios

TRIES: Final = 10
"""How often it is tried to say something about an account that others rewind and forget meanwhile."""


class Made(NamedTuple):
    """An account that was made of its log, and what the store told of it when that began.

    `by` is the name of the last entry that it has, `found` those of some names that were looked for; `checkpoint` is
    what it was made of, if anything.
    """

    account: Account
    told: Told
    by: bytes
    found: frozenset[bytes] = frozenset()
    checkpoint: tuple[Checkpoint, KeptCheckpoint] | None = None


class LogReader:
    """Reads the logs of one store. Every call raises NotKeptError where one cannot be read."""

    def __init__(self, store: RedisStore, scenarios: SharedScenarios, answer: Answering[Account]) -> None:
        self._store = store
        self._scenarios = scenarios
        self._answer = answer

    async def make_beginning(self, key: str) -> Made | None:
        """Make an account as it was when it had just begun, or as it is if its log begins later; None if it is gone."""
        told = await self._store.read(key)
        if told.word == "gone":
            return None
        if told.base:
            return await self.make(key)
        account = self._replay(key, await self._read(key, told.commands[:1], 0))
        return Made(account, told, told.commands[0].by)

    async def make(self, key: str, until: int | None = None, looked_for: Collection[bytes] = ()) -> Made | None:
        """Make an account as it was after a command, or as it is; None if it is gone. Raises LogTooShortError."""
        for _ in range(TRIES):
            told = await self._store.read(key)
            if told.word == "gone":
                return None
            last = told.number if until is None else until
            check_reach(key, told, last)
            made = await self._make(key, told, last, frozenset(looked_for))
            if made is not None:
                return made
        raise NotKeptError(f"the account '{key}' is rewound all the time")

    async def _make(self, key: str, told: Told, last: int, looked_for: frozenset[bytes]) -> Made | None:
        """Make an account; None if it was rewound or forgotten meanwhile, or its log shortened."""
        page, account, kept, checkpoint = told, None, None, None
        if told.checkpoints:
            # Far enough back that the log in memory reaches as far as it would for whoever has had it all the time.
            kept = await self._store.newest_checkpoint(key, max(told.base, last - log.REACH))
        if kept is not None:
            checkpoint = await self._fetch(key, kept)
            if checkpoint is None:
                return None
            account = await in_turns(restore_in_steps(key, checkpoint, Retention(BOUNDLESS)))
            page = await self._store.read(key, told.epoch, kept.after)
        by, found = told.by, set[bytes]()
        while page.word == "done" and page.base == told.base:
            wanted = [one for one in page.commands if one.number <= last]
            found.update(looked_for & {one.by for one in wanted})
            entries = await self._read(key, wanted, 0 if account is None else account.log.count)
            if account is None:
                account = self._replay(key, entries)
            else:
                follow(account, entries, self._answer)
            by = wanted[-1].by if wanted else by
            if len(page.commands) < PAGE or len(wanted) < len(page.commands):
                if account.log.count < last:
                    raise self._damaged(key, f"it ends after command {account.log.count} instead of {last}")
                made_of = None if kept is None or checkpoint is None else (checkpoint, kept)
                return Made(account, told, by, frozenset(found), made_of)
            await asyncio.sleep(0)
            page = await self._store.read(key, told.epoch, page.last_id)
        return None

    async def _fetch(self, key: str, kept: KeptCheckpoint) -> Checkpoint | None:
        """Read a checkpoint; None if it was tidied up meanwhile."""
        parts: list[tuple[str, bytes]] = []
        names = list(kept.parts)
        for first in range(0, len(names), _PARTS_AT_ONCE):
            some = names[first : first + _PARTS_AT_ONCE]
            for name, data in zip(some, await self._store.parts(key, [kept.parts[one] for one in some]), strict=True):
                if data is None:
                    return None
                parts.append((name, data))
        try:
            async with self._scenarios.at_hand(kept.scenarios) as find:
                return await in_turns(decode_in_steps(parts, find))
        except WorldError as wrong:
            raise self._damaged(key, str(wrong)) from None

    async def _read(self, key: str, page: Sequence[KeptCommand], before: int) -> list[Entry]:
        commands = [one for one in page if one.kind != REWOUND]
        entries = [entry for _, entry in await self._scenarios.read(key, commands)]
        for number, entry in enumerate(entries, before + 1):
            if entry.number != number:
                raise self._damaged(key, f"command {entry.number} follows command {number - 1}")
        return entries

    def _replay(self, key: str, entries: Sequence[Entry]) -> Account:
        try:
            return replay(key, entries, self._answer)
        except (LogTooShortError, IndexError):
            raise self._damaged(key, "its beginning is not there") from None

    def _damaged(self, key: str, how: str) -> NotKeptError:
        return NotKeptError(f"the log of the account '{key}' in {self._store.line.where} is damaged: {how}")


def check_reach(key: str, told: Told, number: int) -> None:
    """Raise LogTooShortError if the log in a store does not reach to the command of that number."""
    first = max(1, told.base)
    if not first <= number <= told.number:
        raise LogTooShortError(
            f"the log of '{key}' has the commands {first} to {told.number}; there is none of number {number}"
        )


_PARTS_AT_ONCE: Final = 50
