"""Accounts brought back from a world file, in slices, so that others have their turn meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from mock_bsg.sandbox import log
from mock_bsg.sandbox.commands import Entry
from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.sandbox.performing import BOUNDLESS, follow, replay
from mock_bsg.sandbox.restoring import restore_in_steps
from mock_bsg.sandbox.retention import Retention
from mock_bsg.worlds.checkpoint_format import decode_in_steps
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.records import decode_command
from mock_bsg.worlds.scenarios import Scenarios

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.checkpoint import Checkpoint
    from mock_bsg.sandbox.requests import Answering
    from mock_bsg.scenario.library import Library
    from mock_bsg.worlds.rows import KeptAccount, KeptCheckpoint
    from mock_bsg.worlds.world_file import WorldFile

Made = TypeVar("Made")

_SLICE: Final = 500
"""Commands that are done again before others have their turn."""


class Brought(NamedTuple):
    """An account that was brought back, the checkpoint that it was made of, if any, and the ids of its parts."""

    account: Account
    checkpoint: Checkpoint | None
    parts: Mapping[str, int]


class WorldReader:
    """Brings accounts back from a file. Every call raises NotKeptError where it cannot be read."""

    __slots__ = ("_answer", "_file", "_scenarios")

    def __init__(self, file: WorldFile, answer: Answering[Account], library: Library) -> None:
        self._file = file
        self._answer = answer
        self._scenarios = Scenarios(file.scenarios.get, library)

    def list_accounts(self) -> list[KeptAccount]:
        """List the accounts that the file has, the oldest first."""
        try:
            return self._file.accounts()
        except WorldError as wrong:
            raise NotKeptError(str(wrong)) from None

    def find(self, key: str) -> KeptAccount | None:
        """Find what the file has of a key."""
        try:
            return self._file.account(key)
        except WorldError as wrong:
            raise NotKeptError(str(wrong)) from None

    async def bring(self, kept: KeptAccount, until: int) -> Brought:
        """Bring an account back as it was after the command of that number."""
        try:
            # Far enough back that the log in memory reaches as far as it would without a restart.
            found = self._file.checkpoints.newest(kept.id, max(kept.base, until - log.REACH))
            if found is None:
                checkpoint, parts = None, {}
                account = replay(kept.key, self._read(kept, 0, until), self._answer)
            else:
                checkpoint, parts = await self._decode(found), found.parts
                account = await in_turns(restore_in_steps(kept.key, checkpoint, Retention(BOUNDLESS)))
            while account.log.count < until:
                await asyncio.sleep(0)
                follow(account, self._read(kept, account.log.count, until), self._answer)
        except WorldError as wrong:
            raise NotKeptError(str(wrong)) from None
        return Brought(account, checkpoint, parts)

    async def _decode(self, found: KeptCheckpoint) -> Checkpoint:
        parts = ((name, self._file.checkpoints.part(part)) for name, part in found.parts.items())
        return await in_turns(decode_in_steps(parts, self._scenarios.find))

    def _read(self, kept: KeptAccount, after: int, until: int) -> list[Entry]:
        return [
            Entry(record.number, record.machine, decode_command(record.kind, record.data, self._scenarios.find))
            for record in self._file.records(kept.id, after, min(_SLICE, until - after))
        ]


async def in_turns(steps: Generator[None, None, Made]) -> Made:
    """Take one step after the other, and let others have their turn in between."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made
        await asyncio.sleep(0)
