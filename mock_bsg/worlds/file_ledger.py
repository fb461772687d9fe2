"""Accounts kept in a file: what came within one turn of the event loop is kept together, then done and answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mock_bsg.logs import LOG
from mock_bsg.sandbox import camera
from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.commands import BeginAccount
from mock_bsg.sandbox.errors import KeyTakenError, LogTooShortError, NotKeptError
from mock_bsg.sandbox.performing import perform, recall
from mock_bsg.worlds.checkpointing import Checkpointing
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.loading import Loading
from mock_bsg.worlds.reading import WorldReader
from mock_bsg.worlds.records import encode_command, scenario_of
from mock_bsg.worlds.rows import Addition, Record, Standing
from mock_bsg.worlds.standing import find_reports_due, read_stand, take_stand
from mock_bsg.worlds.upkeep import Upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.commands import Command
    from mock_bsg.sandbox.requests import Answering
    from mock_bsg.sandbox.snapshots import AccountState
    from mock_bsg.scenario.library import Library
    from mock_bsg.worlds.world_file import WorldFile

_NOTES_AFTER: Final = 1.0
"""Seconds after which it is noted, for lists, how accounts stand that have changed."""


class _Submitted(NamedTuple):
    """A command that is to be kept in this turn, and who waits for what comes of it."""

    account: Account
    command: Command
    told: asyncio.Future[Any]


class FileLedger:
    """Keeps the commands of all accounts in one file, and brings accounts back when they are first named."""

    company = None

    def __init__(
        self,
        file: WorldFile,
        accounts: Accounts,
        machine: Callable[[], int],
        answer: Answering[Account],
        library: Library,
    ) -> None:
        self.trouble: str | None = None
        self._file = file
        self._accounts = accounts
        self._machine = machine
        self._answer = answer
        self._reader = WorldReader(file, answer, library)
        self._ids: dict[str, int] = {}
        """Of accounts that have been named since the start."""
        self._loading = Loading(accounts)
        self._upkeep = Upkeep(file)
        self._checkpointing = Checkpointing(file)
        self._batch: list[_Submitted] = []
        self._changed: dict[str, None] = {}
        """Accounts whose standing is to be noted."""
        self._reporting: set[str] = set()
        """Accounts of which the file says that delivery reports are due some time."""
        self._noting: asyncio.TimerHandle | None = None
        self._latest = 0
        """No command in the file is later than this, in ms of the machine's time, as far as it has been read."""

    def machine(self, account: Account) -> int:  # noqa: ARG002 -- the same for all here
        return max(self._machine(), self._latest)

    # --- the store

    async def start(self) -> None:
        self._upkeep.start()
        for kept in self._file.accounts():
            if kept.standing.reports_due is not None:
                await self.find(kept.key)

    async def check(self) -> str | None:
        if self.trouble is not None:
            self._attempt(self._file.probe)
        return self.trouble

    async def close(self) -> None:
        self._flush()
        await self._checkpointing.close()
        await self._upkeep.stop()
        if self._noting is not None:
            self._noting.cancel()
        self._note_standings()
        self._file.close()

    def _attempt(self, keep: Callable[[], Any]) -> NotKeptError | None:
        """Write into the file; tells what was wrong, if anything was, and remembers it for `trouble`."""
        try:
            keep()
        except WorldError as wrong:
            return self._note_trouble(str(wrong))
        except Exception:
            LOG.exception("a mistake of mock_bsg's own; please report it")
            return self._note_trouble("a mistake of mock_bsg's own; its log says more")
        self._upkeep.is_needed = True
        if self.trouble is not None:
            LOG.warning("accounts are kept again in %s", self._file.path)
        self.trouble = None
        return None

    def _note_trouble(self, trouble: str) -> NotKeptError:
        if self.trouble is None:
            LOG.error("nothing can be kept, and so nothing is done: %s", trouble)
        self.trouble = trouble
        return NotKeptError(trouble)

    def _keep(self, keep: Callable[[], Any]) -> None:
        trouble = self._attempt(keep)
        if trouble is not None:
            raise trouble

    # --- which account

    async def find(self, key: str) -> Account | None:
        return self._accounts.get(key) or await self._loading.find(key, self._load)

    async def begin(self, key: str) -> Account:
        account = await self.find(key)
        if account is not None:
            return account
        ruleset = self._accounts.choose_ruleset(key)
        again = self._accounts.get(key)
        if again is not None:
            return again
        machine = self._machine()
        number = self._file.reserve_account()
        record = Record(1, machine, *encode_command(BeginAccount(ruleset)))
        account = Account(key, ruleset, machine, self._accounts.retention)
        account.log.append(machine, account.processed, BeginAccount(ruleset))
        standing = Standing(take_stand(account, machine).write())
        self._keep(lambda: self._file.append([Addition(number, [record], standing, key, {1: ruleset})]))
        self._ids[key] = number
        self._accounts.put(account, "new")
        return account

    async def _load(self, key: str) -> Account | None:
        kept = self._reader.find(key)
        if kept is None:
            return None
        account, checkpoint, parts = await self._reader.bring(kept, kept.commands)
        self._ids[key] = kept.id
        if checkpoint is not None:
            self._checkpointing.adopt(kept.id, checkpoint, parts)
        self._latest = max(self._latest, account.log.newest_machine)
        return account

    # --- commands

    async def submit(self, account: Account, command: Command) -> Any:
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Any] = loop.create_future()
        if not self._batch:
            loop.call_soon(self._flush)
        self._batch.append(_Submitted(account, command, told))
        return await told

    def _flush(self) -> None:
        """Keep what was submitted, do it, and tell what came of it: all in one go, so that nothing comes between."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        machine = self.machine(batch[0].account)
        self._latest = machine
        batch = [one._replace(account=_current(one.account)) for one in batch]
        trouble = self._attempt(lambda: self._file.append(self._additions(batch, machine)))
        for account, command, told in batch:
            if trouble is not None:
                if not told.done():
                    told.set_exception(NotKeptError(str(trouble)))
                continue
            account.log.append(machine, account.clock.read(machine), command)
            try:
                found = perform(account, machine, command, self._answer)
            except Exception as wrong:  # noqa: BLE001 -- it is for whoever asked
                if not told.done():
                    told.set_exception(wrong)
            else:
                if not told.done():
                    told.set_result(found)
        if trouble is None:
            self._note_changes(batch)

    def _additions(self, batch: Sequence[_Submitted], machine: int) -> list[Addition]:
        commands: dict[Account, list[Command]] = {}
        for account, command, _ in batch:
            if not account.is_forgotten:  # else its log has gone, and nobody will ask for it
                commands.setdefault(account, []).append(command)
        return [self._addition(account, each, machine) for account, each in commands.items()]

    def _addition(self, account: Account, commands: Sequence[Command], machine: int) -> Addition:
        first = account.log.count + 1
        records = [Record(number, machine, *encode_command(command)) for number, command in enumerate(commands, first)]
        scenarios = {
            number: ruleset
            for number, command in enumerate(commands, first)
            if (ruleset := scenario_of(command)) is not None
        }
        return Addition(self._ids[account.key], records, scenarios=scenarios)

    # --- how accounts stand

    def _note_changes(self, batch: list[_Submitted]) -> None:
        urgent: dict[str, None] = {}
        for account in {one.account: None for one in batch if not one.account.is_forgotten}:
            self._changed[account.key] = None
            self._checkpointing.look(self._ids[account.key], account)
            if account.reports.are_expected and account.key not in self._reporting:
                urgent[account.key] = None
        if urgent:  # a crash must not leave reports behind that nobody knows of
            self._write_standings(urgent)
        if self._noting is None:
            self._noting = asyncio.get_running_loop().call_later(_NOTES_AFTER, self._note_standings)

    def _note_standings(self) -> None:
        self._noting = None
        changed, self._changed = self._changed, {}
        self._write_standings(changed)

    def _write_standings(self, keys: Iterable[str]) -> None:
        additions = []
        for key in keys:
            account = self._accounts.get(key)
            if account is None:
                continue
            standing = self._stand(account)
            if standing.reports_due is None:
                self._reporting.discard(key)
            else:
                self._reporting.add(key)
            additions.append(Addition(self._ids[key], (), standing))
        if additions:
            self._attempt(lambda: self._file.append(additions))

    def _stand(self, account: Account) -> Standing:
        machine = self.machine(account)
        return Standing(take_stand(account, machine).write(), find_reports_due(account, machine))

    async def list_states(self) -> list[AccountState]:
        states = []
        for kept in self._reader.list_accounts():
            machine = self._machine()
            account = self._accounts.get(kept.key)
            stand = read_stand(kept.standing.state) if account is None else None
            if stand is not None and stand.holds(kept.commands, machine):
                states.append(stand.show(kept.key, machine))
                continue
            account = account or await self.find(kept.key)
            if account is not None:
                now = account.clock.read(self.machine(account))
                account.process_due(now)
                states.append(camera.take_account(account, now))
        return states

    # --- forgotten, rewound, forked

    async def forget(self, account: Account) -> None:
        number = self._ids.get(account.key)
        if number is not None and self._accounts.get(account.key) is not None:
            self._keep(lambda: self._file.forget(number))
            self._drop(account.key)

    async def forget_all(self) -> int:
        kept = self._reader.list_accounts()
        self._keep(self._file.forget_all)
        for each in kept:
            self._drop(each.key)
        return len(kept)

    def _drop(self, key: str) -> None:
        number = self._ids.pop(key, None)
        if number is not None:
            self._checkpointing.leave(number)
        self._changed.pop(key, None)
        self._reporting.discard(key)
        self._accounts.forget(key)

    async def rewind(self, account: Account, number: int) -> Account:
        rewound = await self._recall(account, number)
        self._flush()  # what came meanwhile was before
        self._keep(lambda: self._file.rewind(self._ids[account.key], number, self._stand(rewound)))
        self._checkpointing.leave(self._ids[account.key])
        self._accounts.put(rewound, "rewound")
        rewound.process_due(rewound.clock.read(self.machine(rewound)))
        return rewound

    async def fork(self, account: Account, key: str, number: int) -> Account:
        copy = await self._recall(account, number)
        if self._reader.find(key) is not None:
            raise KeyTakenError(f"there is an account of the key '{key}' already")
        copy.key = key
        self._flush()
        self._keep(lambda: self._fork(account.key, copy, number))
        self._accounts.put(copy, "new")
        copy.process_due(copy.clock.read(self.machine(copy)))
        return copy

    def _fork(self, key: str, copy: Account, number: int) -> None:
        kept = self._file.fork(self._ids[key], copy.key, number, self._stand(copy))
        self._ids[copy.key] = kept.id

    async def export(self, account: Account, target: Path) -> None:
        self._flush()
        await asyncio.to_thread(self._file.copy, target, account=self._ids[account.key])

    async def _recall(self, account: Account, number: int) -> Account:
        """Make an account anew as it was after a command, of what is in memory or else of what is in the file."""
        self._flush()
        try:
            return recall(account, number, self._answer)
        except LogTooShortError:
            kept = self._reader.find(account.key)
            if kept is None or not max(1, kept.base) <= number <= kept.commands:
                raise
            return (await self._reader.bring(kept, number)).account

    # --- scenarios

    async def keep_scenario(self, ruleset: Ruleset) -> None:
        self._keep(lambda: self._file.scenarios.put(ruleset))


def _current(account: Account) -> Account:
    """Find the account that is in the place of one by now."""
    while account.is_forgotten and account.successor is not None:
        account = account.successor
    return account
