"""A world file that is looked at: its accounts stand where their logs end, and what is done to them stays in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.sandbox import camera
from mock_bsg.sandbox.errors import KeyTakenError
from mock_bsg.sandbox.performing import perform, recall
from mock_bsg.worlds.loading import Loading
from mock_bsg.worlds.reading import WorldReader

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """Shows the accounts of a file that is never written. One can go back in an account's log, and forth again."""

    trouble = None

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
        self._forgotten: set[str] = set()

    def machine(self, account: Account) -> int:
        # A log may come from a machine whose clock was ahead.
        return max(self._machine(), account.log.newest_machine)

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
        kept = None if key in self._forgotten else self._reader.find(key)
        if kept is None:
            return None
        return self._stand_still((await self._reader.bring(kept, kept.commands)).account)

    @staticmethod
    def _stand_still(account: Account) -> Account:
        """Stop an account's clock where its log ends; that is no command, for nobody has given it."""
        account.clock.run(0, account.log.newest_machine)
        return account

    async def begin(self, key: str) -> Account:
        return await self.find(key) or self._accounts.open(key, self._machine())

    # --- commands

    async def submit(self, account: Account, command: Command) -> Any:
        machine = self.machine(account)
        account.log.append(machine, account.clock.read(machine), command)
        return perform(account, machine, command, self._answer)

    async def forget(self, account: Account) -> None:
        self._forgotten.add(account.key)
        self._accounts.forget(account.key)

    async def forget_all(self) -> int:
        states = await self.list_states()
        self._forgotten.update(state.key for state in states)
        self._accounts.forget_all()
        return len(states)

    async def rewind(self, account: Account, number: int) -> Account:
        rewound = await self._recall(account, number)
        self._accounts.put(rewound, "rewound")
        return rewound

    async def fork(self, account: Account, key: str, number: int) -> Account:
        if await self.find(key) is not None:
            raise KeyTakenError(f"there is an account of the key '{key}' already")
        copy = await self._recall(account, number)
        copy.key = key
        self._accounts.put(copy, "new")
        return copy

    async def _recall(self, account: Account, number: int) -> Account:
        kept = self._kept(account.key)
        if kept is not None and max(1, kept.base) <= number <= kept.commands:
            return self._stand_still((await self._reader.bring(kept, number)).account)
        return self._stand_still(recall(account, number, self._answer))

    def _kept(self, key: str) -> KeptAccount | None:
        return None if key in self._forgotten else self._reader.find(key)

    # ---

    async def list_states(self) -> list[AccountState]:
        keys = [kept.key for kept in self._reader.list_accounts() if kept.key not in self._forgotten]
        keys += [account.key for account in self._accounts if account.key not in keys]
        states = []
        for key in keys:
            account = await self.find(key)
            if account is not None:
                now = account.clock.read(self.machine(account))
                account.process_due(now)
                states.append(camera.take_account(account, now))
        return states

    async def keep_scenario(self, ruleset: Ruleset) -> None:
        """Keep it in the library only."""
