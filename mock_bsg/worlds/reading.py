"""Accounts brought back from a world file, in slices, so that others have their turn meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from mock_bsg.sandbox.commands import Entry
from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.sandbox.performing import follow, replay
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.records import decode_command
from mock_bsg.worlds.scenarios import Scenarios

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.requests import Answering
    from mock_bsg.scenario.library import Library
    from mock_bsg.worlds.rows import KeptAccount
    from mock_bsg.worlds.world_file import WorldFile

_SLICE: Final = 500
"""Commands that are done again before others have their turn."""


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

    async def bring(self, kept: KeptAccount, until: int) -> Account:
        """Bring an account back as it was after the command of that number."""
        try:
            account = replay(kept.key, self._read(kept, 0, until), self._answer)
            while account.log.count < until:
                await asyncio.sleep(0)
                follow(account, self._read(kept, account.log.count, until), self._answer)
        except WorldError as wrong:
            raise NotKeptError(str(wrong)) from None
        return account

    def _read(self, kept: KeptAccount, after: int, until: int) -> list[Entry]:
        return [
            Entry(record.number, record.machine, decode_command(record.kind, record.data, self._scenarios.find))
            for record in self._file.records(kept.id, after, min(_SLICE, until - after))
        ]
