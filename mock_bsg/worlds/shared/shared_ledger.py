"""Accounts kept in Redis or Valkey, which several servers share: each sees all that was answered before by any."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from mock_bsg.sandbox import camera
from mock_bsg.sandbox.commands import DropMessages
from mock_bsg.sandbox.errors import KeyTakenError, NotKeptError
from mock_bsg.worlds.shared.leases import Leases
from mock_bsg.worlds.shared.log_reader import TRIES, LogReader, check_reach
from mock_bsg.worlds.shared.news import NewsLine
from mock_bsg.worlds.shared.redis_line import PATIENCE, LostAnswerError
from mock_bsg.worlds.shared.redis_store import PAGE, REWOUND
from mock_bsg.worlds.shared.shared_account import Server, SharedAccount
from mock_bsg.worlds.shared.shared_checkpoints import SharedCheckpoints
from mock_bsg.worlds.shared.shared_scenarios import SharedScenarios
from mock_bsg.worlds.standing import read_stand, take_stand
from mock_bsg.worlds.world_writing import take_excerpt, write_world

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.commands import Command
    from mock_bsg.sandbox.requests import Answering
    from mock_bsg.sandbox.snapshots import AccountState
    from mock_bsg.scenario.library import Library
    from mock_bsg.worlds.shared.redis_store import KeptCheckpoint, KeptStand, RedisStore

_NOTES_EVERY: Final = 1.0
"""Seconds after which it is noted, for lists, how accounts stand that this server has changed."""
_LISTED_AT_ONCE: Final = 1_000
_PARTS_AT_ONCE: Final = 50


class SharedLedger:
    """Keeps commands in a store that others use as well, and does those of others in the same order as they do.

    It is the scheduler's company, too: it knows the time by the clock of all, and who sends reports.
    """

    def __init__(self, store: RedisStore, accounts: Accounts, answer: Answering[Account], library: Library) -> None:
        self._store = store
        self._accounts = accounts
        self._scenarios = SharedScenarios(store, library)
        self._leases = Leases(store, self.find, self._hear)
        self._checkpoints = SharedCheckpoints(store, self._scenarios)
        self._server = Server(
            store,
            accounts,
            self._scenarios,
            LogReader(store, self._scenarios, answer),
            self._leases,
            self._checkpoints,
            answer,
            self._hear,
            self._note_change,
            count(1),
        )
        self._known: dict[str, SharedAccount] = {}
        self._changed: dict[str, SharedAccount] = {}
        self._news = NewsLine(store, self._heard_news, self._missed_news)
        self._tasks: list[asyncio.Task[None]] = []
        self._looking: set[asyncio.Task[None]] = set()
        self.on_heard: Callable[[Account], None] = lambda _account: None

    # --- the store

    @property
    def trouble(self) -> str | None:
        return self._store.line.trouble

    @property
    def company(self) -> SharedLedger:
        return self

    async def open(self) -> None:
        """Look whether the store fits, and put what is in its library into ours. Raises WorldError, NotKeptError."""
        await self._store.open()
        await self._scenarios.refresh()
        self._tasks = [asyncio.ensure_future(self._news.run()), asyncio.ensure_future(self._note_stands())]
        try:
            async with asyncio.timeout(PATIENCE):
                await self._news.is_open.wait()
        except TimeoutError:
            raise NotKeptError(f"{self._store.line.where} tells no news (SUBSCRIBE) within {PATIENCE:g} s") from None
        self._store.line.is_in_use = True

    async def start(self) -> None:
        self._tasks.append(asyncio.ensure_future(self._leases.run()))

    async def check(self) -> str | None:
        with suppress(NotKeptError):
            await self._store.check()
        return self.trouble

    async def close(self) -> None:
        self._news.end()
        tasks = [*self._tasks, *self._looking]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._checkpoints.close()
        with suppress(NotKeptError):
            await self._write_stands()
            await self._leases.leave()
        await self._store.line.close()

    # --- time, and company

    def machine(self, account: Account) -> int:
        known = self._known.get(account.key)
        return self._store.estimate() if known is None or known.machine == 0 else known.machine

    def estimate(self) -> int:
        return self._store.estimate()

    def sends_reports(self, account: Account) -> bool:
        return self._leases.has(account.key)

    async def refresh(self, account: Account) -> None:
        await self.find(account.key)

    def _hear(self, account: Account) -> None:
        self.on_heard(account)

    # --- which account

    def _know(self, key: str) -> SharedAccount:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = SharedAccount(key, self._server)
        return known

    async def find(self, key: str) -> Account | None:
        found: Account | None = await asyncio.shield(self._know(key).look())
        return found

    async def begin(self, key: str) -> Account:
        begun: Account = await asyncio.shield(self._know(key).look(begins=True))
        return begun

    async def submit(self, account: Account, command: Command) -> Any:
        if isinstance(command, DropMessages):
            await self.refresh(account)
            if not self._accounts.retention.is_overfull:
                return None  # another server has done the same meanwhile
        return await self._know(account.key).submit(account, command)

    # --- lists

    async def list_states(self) -> list[AccountState]:
        machine = self._store.estimate()  # not later than what is told now
        keys = await self._store.list_keys()
        states = []
        for first in range(0, len(keys), _LISTED_AT_ONCE):
            for kept in await self._store.stands(keys[first : first + _LISTED_AT_ONCE]):
                state = self._show_stand(kept, machine) or await self._show(kept.key)
                if state is not None:
                    states.append(state)
        return states

    def _show_stand(self, kept: KeptStand, machine: int) -> AccountState | None:
        stand = read_stand(kept.stand)
        return stand.show(kept.key, machine) if stand is not None and stand.holds(kept.number, machine) else None

    async def _show(self, key: str) -> AccountState | None:
        account = await self.find(key)
        if account is None:
            return None
        now = account.clock.read(self.machine(account))
        account.process_due(now)
        return camera.take_account(account, now)

    def _note_change(self, known: SharedAccount) -> None:
        self._changed[known.key] = known

    async def _note_stands(self) -> None:
        while True:
            await asyncio.sleep(_NOTES_EVERY)
            with suppress(NotKeptError):  # lists bring the account then
                await self._write_stands()

    async def _write_stands(self) -> None:
        changed, self._changed = self._changed, {}
        noted = [
            self._store.describe(known.key, known.place, take_stand(known.account, known.machine).write())
            for known in changed.values()
            if known.account is not None
        ]
        await asyncio.gather(*noted)

    # --- forgotten, rewound, forked

    async def forget(self, account: Account) -> None:
        await self._forget(account.key)

    async def forget_all(self) -> int:
        keys = await self._store.list_keys()
        return sum(await asyncio.gather(*map(self._forget, keys)))

    async def _forget(self, key: str) -> bool:
        known = self._know(key)
        async with known.lock:
            was_there = await self._store.forget(key)
            known.leave()
            return was_there

    async def rewind(self, account: Account, number: int) -> Account:
        known = self._know(account.key)
        name = self._server.make_name()
        async with known.lock:
            for _ in range(TRIES):
                now = await known.catch_up()
                if known.place.by == name:  # done, only its answer was lost
                    return now
                made = await self._server.reader.make(known.key, number)
                if made is None or made.told.epoch != known.place.epoch:
                    continue
                try:
                    told = await self._store.rewind(known.key, known.place, number, name)
                except LostAnswerError as lost:
                    if lost.is_late:
                        raise
                    continue
                if told.word == "done":
                    known.admit(made.account, told, name)
                    self._note_change(known)
                    made.account.process_due(made.account.clock.read(known.machine))
                    return made.account
        raise NotKeptError(f"the account '{known.key}' goes on all the time, so that it cannot be rewound; try again")

    async def fork(self, account: Account, key: str, number: int) -> Account:
        source, target = self._know(account.key), self._know(key)
        async with source.lock:
            for _ in range(TRIES):
                await source.catch_up()
                if await self._plant(source, key, number):
                    break
            else:
                raise NotKeptError(f"the account '{source.key}' is rewound all the time; try again")
        async with target.lock:
            if target.account is None:
                await target.bring("new")
            copy = await target.catch_up()
        self._note_change(target)
        copy.process_due(copy.clock.read(target.machine))
        return copy

    async def export(self, account: Account, target: Path) -> None:
        found = await self.find(account.key) or account
        await asyncio.to_thread(write_world, target, [take_excerpt(found, self.machine(found))])

    async def _plant(self, source: SharedAccount, key: str, number: int) -> bool:
        """Copy a log, page by page; False if it was rewound meanwhile. Raises KeyTakenError."""
        store = self._store
        taken = KeyTakenError(f"there is an account of the key '{key}' already")
        if await store.stands([key]):
            raise taken
        told = await store.read(source.key, source.place.epoch)
        check_reach(source.key, told, number)
        epoch, last = told.machine, told.base
        base = await self._copy_base(source.key, key, told.base, epoch) if told.base else None
        if told.base and base is None:
            return False
        while told.word == "done":
            page = [one for one in told.commands if last < one.number <= number and one.kind != REWOUND]
            last = page[-1].number if page else last
            is_last = last == number
            if page and (await store.plant(key, page, is_last=is_last, epoch=epoch, base=base)).word == "there":
                raise taken
            if is_last or len(told.commands) < PAGE:
                return is_last
            told = await store.read(source.key, source.place.epoch, told.last_id)
        return False

    async def _copy_base(self, source: str, key: str, number: int, epoch: int) -> KeptCheckpoint | None:
        """Copy the parts of the checkpoint with which a log begins; None if it begins elsewhere by now."""
        kept = await self._store.newest_checkpoint(source, number)
        if kept is None or kept.number != number:
            return None
        names = list(kept.parts.values())
        for first in range(0, len(names), _PARTS_AT_ONCE):
            some = names[first : first + _PARTS_AT_ONCE]
            parts = dict(zip(some, await self._store.parts(source, some), strict=True))
            await self._store.keep_parts(key, {name: data for name, data in parts.items() if data is not None})
        return kept._replace(after=b"%d-%d" % (epoch, number))

    # --- scenarios

    async def keep_scenario(self, ruleset: Ruleset) -> None:
        await self._scenarios.put(ruleset)

    async def refresh_scenarios(self) -> None:
        await self._scenarios.refresh()

    # --- news

    def _heard_news(self, what: str, key: str) -> None:
        if what == "library":
            self._look(self._scenarios.refresh())
            return
        known = self._known.get(key)
        account = None if known is None else known.account
        is_awaited = self._accounts.is_awaited(key)
        if account is None:
            if is_awaited and what != "gone":
                self._look(self._bring(key, is_new=what == "begun"))
        elif what == "gone" or is_awaited or account.has_listeners or self._leases.has(key):
            self._look(self._bring(key))

    def _missed_news(self) -> None:
        self._look(self._scenarios.refresh())
        for key, known in self._known.items():
            account = known.account
            if account is not None and (account.has_listeners or self._leases.has(key)):
                self._look(self._bring(key))

    async def _bring(self, key: str, *, is_new: bool = False) -> None:
        await asyncio.shield(self._know(key).look(is_new=is_new))

    def _look(self, looking: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(self._try(looking))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _try(self, looking: Coroutine[Any, Any, None]) -> None:
        with suppress(NotKeptError):  # whoever asks for something hears of it; when the line is back, all is looked at
            await looking
