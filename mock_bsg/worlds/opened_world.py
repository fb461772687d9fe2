"""A world file that is looked at: its accounts stand where their logs end, and what is done to them stays in memory."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mock_bsg.sandbox import camera
from mock_bsg.sandbox.commands import RunClock
from mock_bsg.sandbox.errors import KeyTakenError
from mock_bsg.sandbox.performing import perform, recall
from mock_bsg.worlds.loading import Loading
from mock_bsg.worlds.reading import WorldReader
from mock_bsg.worlds.world_writing import take_excerpt, write_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.commands import Command
    from mock_bsg.sandbox.requests import Answering
    from mock_bsg.sandbox.snapshots import AccountState
    from mock_bsg.scenario.library import Library
    from mock_bsg.worlds.rows import KeptAccount
    from mock_bsg.worlds.world_file import WorldFile


class OpenedWorld:
    """Shows the accounts of a file that is never written. One can go back in an account's log, and forth again.

    An account that something is done to goes its own way from there; back before that, the file's way is open again.
    """

    trouble: str | None = None
    company = None

    def __init__(
        self,
        file: WorldFile,
        accounts: Accounts,
        machine: Callable[[], int],
        answer: Answering[Account],
        library: Library,
    ) -> None:
        self._file = file
        self._accounts = accounts
        self._machine = machine
        self._answer = answer
        self._reader = WorldReader(file, answer, library)
        self._loading = Loading(accounts)
        self._stopped: set[Account] = set()
        """Accounts whose clocks were stopped here, of which their logs do not tell."""
        self._forgotten: set[str] = set()
        """Accounts of the file that were forgotten: who names such a key begins another."""
        self._left_at: dict[str, int] = {}
        """For accounts that go their own way: the last command that they have in common with the file."""

    def machine(self, account: Account) -> int:
        # A log may come from a machine whose clock was ahead.
        return max(self._machine(), account.log.newest_machine)

    def count(self) -> tuple[int, int]:
        """Tell how many accounts and commands the file has."""
        kept = self._reader.list_accounts()
        return len(kept), sum(each.commands for each in kept)

    async def start(self) -> None:
        """Bring nothing: accounts stand still until they are told to go on."""

    async def check(self) -> str | None:
        return None

    async def close(self) -> None:
        self._file.close()

    # --- which account

    async def find(self, key: str) -> Account | None:
        return await self._loading.find(key, self._load)

    async def _load(self, key: str) -> Account | None:
        kept = self._kept(key)
        return None if kept is None else await self._bring(kept, kept.commands)

    async def _bring(self, kept: KeptAccount, number: int) -> Account:
        """Bring an account as it was after that command, and stop its clock there.

        That is no command, for nobody has given it; it becomes one before the first that somebody does give.
        """
        account = (await self._reader.bring(kept, number)).account
        if not account.clock.is_manual:
            account.clock.run(0, account.log.newest_machine)
            self._stopped.add(account)
        return account

    def _note_stop(self, account: Account) -> None:
        """Let an account's log tell that its clock was stopped, so that it makes the same account again."""
        if account in self._stopped:
            self._stopped.remove(account)
            machine = account.log.newest_machine
            account.log.append(machine, account.clock.read(machine), RunClock(0))

    def _kept(self, key: str) -> KeptAccount | None:
        return None if key in self._forgotten else self._reader.find(key)

    async def begin(self, key: str) -> Account:
        return await self.find(key) or self._accounts.open(key, self._machine())

    # --- commands

    async def submit(self, account: Account, command: Command) -> Any:
        if account.key not in self._left_at and self._kept(account.key) is not None:
            self._left_at[account.key] = account.log.count
        self._note_stop(account)
        machine = self.machine(account)
        account.log.append(machine, account.clock.read(machine), command)
        return perform(account, machine, command, self._answer)

    async def forget(self, account: Account) -> None:
        self._forget(account.key)
        self._stopped.discard(account)
        self._accounts.forget(account.key)

    async def forget_all(self) -> int:
        keys = self._keys()
        for key in keys:
            self._forget(key)
        self._stopped.clear()
        self._accounts.forget_all()
        return len(keys)

    def _forget(self, key: str) -> None:
        self._forgotten.add(key)
        self._left_at.pop(key, None)

    async def rewind(self, account: Account, number: int) -> Account:
        rewound = await self._recall(account, number)
        if number <= self._left_at.get(account.key, 0):
            del self._left_at[account.key]
        self._stopped.discard(account)
        self._accounts.put(rewound, "rewound")
        return rewound

    async def fork(self, account: Account, key: str, number: int) -> Account:
        if await self.find(key) is not None:
            raise KeyTakenError(f"there is an account of the key '{key}' already")
        copy = await self._recall(account, number)
        self._note_stop(copy)
        copy.key = key
        self._accounts.put(copy, "new")
        return copy

    async def export(self, account: Account, target: Path) -> None:
        kept = self._kept(account.key)
        if kept is not None and account.key not in self._left_at:
            await asyncio.to_thread(self._file.copy, target, account=kept.id, until=account.log.count)
        else:
            await asyncio.to_thread(write_world, target, [take_excerpt(account, self.machine(account))])

    async def _recall(self, account: Account, number: int) -> Account:
        """Make an account as it was after that command: of the file up to where it left that, else of its own log."""
        kept = self._kept(account.key)
        if kept is not None:
            last = min(self._left_at.get(account.key, kept.commands), kept.commands)
            if max(1, kept.base) <= number <= last:
                return await self._bring(kept, number)
        return recall(account, number, self._answer)

    # ---

    async def list_states(self) -> list[AccountState]:
        states = []
        for key in self._keys():
            account = await self.find(key)
            if account is not None:
                now = account.clock.read(self.machine(account))
                account.process_due(now)
                states.append(camera.take_account(account, now))
        return states

    def _keys(self) -> list[str]:
        """List the keys of all accounts, those of the file first."""
        kept = [each.key for each in self._reader.list_accounts() if each.key not in self._forgotten]
        return list(dict.fromkeys([*kept, *(account.key for account in self._accounts)]))

    async def keep_scenario(self, ruleset: Ruleset) -> None:
        """Keep it in the library only."""
