"""One account that several servers have: what is asked of it is kept first, and done in the order that all have.

The account here is what the log says, as far as this server knows it. What others have added comes with the answer to
whatever this one adds or asks, and is done before.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from mock_bsg.logs import LOG
from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.accounts import AccountGone
from mock_bsg.sandbox.commands import (
    AddRule,
    BeginAccount,
    BeginAttempt,
    ContinueRequest,
    DropMessages,
    Entry,
    ExpectRequest,
    NoteAttempt,
    NoteOnRequest,
    RefuseRequest,
    ResendReport,
    TakeBackRule,
    TakeRequest,
    UseScenario,
)
from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.sandbox.journal import Exchange
from mock_bsg.sandbox.performing import perform
from mock_bsg.sandbox.requests import Outcome
from mock_bsg.sandbox.timeline import ImpossibleStepError
from mock_bsg.scenario.errors import ScenarioError
from mock_bsg.worlds.records import encode_command
from mock_bsg.worlds.shared.log_reader import TRIES
from mock_bsg.worlds.shared.redis_line import LostAnswerError
from mock_bsg.worlds.shared.redis_store import PAGE, NewCommand, Place, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.commands import Command
    from mock_bsg.sandbox.news import Change
    from mock_bsg.sandbox.requests import Answering
    from mock_bsg.worlds.shared.leases import Leases
    from mock_bsg.worlds.shared.log_reader import LogReader
    from mock_bsg.worlds.shared.redis_store import RedisStore
    from mock_bsg.worlds.shared.shared_checkpoints import SharedCheckpoints
    from mock_bsg.worlds.shared.shared_scenarios import Named, SharedScenarios

_MOST_BYTES: Final = 4 << 20
"""Of commands in one batch; one by itself may be larger."""


@dataclass(slots=True)
class Server:
    """What the shared accounts of one server have in common. `heard`: told of one to which others did something."""

    store: RedisStore
    accounts: Accounts
    scenarios: SharedScenarios
    reader: LogReader
    leases: Leases
    checkpoints: SharedCheckpoints
    answer: Answering[Account]
    heard: Callable[[Account], None]
    changed: Callable[[SharedAccount], None]
    """Told of an account that this server changed."""
    numbers: count[int]

    def make_name(self) -> bytes:
        """Make the name of a command: no other one has it, of any server."""
        return f"{self.store.replica}.{next(self.numbers):x}".encode()


class Order:
    """What somebody waits for: the account as it is now, begun if need be; or what comes of a command."""

    __slots__ = ("account", "begins", "command", "is_new", "kept", "told")

    def __init__(self, *, begins: bool = False, is_new: bool = False) -> None:
        self.account: Account | None = None
        self.command: Command | None = None
        self.kept: NewCommand | None = None
        self.begins = begins
        self.is_new = is_new
        """Whether it has just begun elsewhere: what it did since then is told to those who listen."""
        self.told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def settle(self, found: Any) -> None:
        if not self.told.done():
            self.told.set_result(found)

    def fail(self, fault: Exception) -> None:
        if not self.told.done():
            self.told.set_exception(fault)


class SharedAccount:
    """The account of one key. `account` is None as long as it is not known here, or not there any more."""

    def __init__(self, key: str, server: Server) -> None:
        self.key = key
        self.account: Account | None = None
        self.place = Place(b"", 0, b"", 0)
        self.lock = asyncio.Lock()
        """Held by whoever talks about it to the store."""
        self.brought_at = 0
        """The number of the last command when it was brought here, or rewound."""
        self._born = b""
        self._server = server
        self._waiting: list[Order] = []
        self._working: asyncio.Task[None] | None = None
        self._doubted: set[bytes] = set()
        """Names of commands that may have been kept: the answer that would have said so was lost."""
        self._found: set[bytes] = set()
        """Those of them that stood in the log when it was read from its beginning."""

    @property
    def machine(self) -> int:
        return self.place.machine

    # --- being asked

    def look(self, *, begins: bool = False, is_new: bool = False) -> asyncio.Future[Any]:
        """Ask for the account as it is now."""
        for order in self._waiting:
            if order.command is None and order.begins == begins and not is_new:
                return order.told
        return self._line_up(Order(begins=begins, is_new=is_new))

    def submit(self, account: Account, command: Command) -> asyncio.Future[Any]:
        """Ask for a command to be kept and done."""
        order = Order()
        order.account, order.command = account, command
        order.kept = NewCommand(*encode_command(command), self._server.make_name())
        order.begins = isinstance(command, _BEGINNING)
        return self._line_up(order)

    def _line_up(self, order: Order) -> asyncio.Future[Any]:
        self._waiting.append(order)
        if self._working is None:
            # Begins when this turn of the event loop ends, and takes with it all that has come by then.
            self._working = asyncio.get_running_loop().create_task(self._work())
        return order.told

    async def _work(self) -> None:
        try:
            while self._waiting:
                async with self.lock:
                    orders = self._take_batch()
                    try:
                        await self._serve(orders)
                    except NotKeptError as fault:
                        for order in orders:
                            is_in_doubt = order.kept is not None and order.kept.by in self._doubted
                            order.fail(NotKeptError(str(fault), is_in_doubt=is_in_doubt))
                    except ScenarioError as fault:
                        for order in orders:
                            order.fail(fault)
                    except Exception as fault:
                        LOG.exception("a mistake of mock_bsg's own in a shared account; please report it")
                        for order in orders:
                            order.fail(fault)
        finally:
            self._working = None

    def _take_batch(self) -> list[Order]:
        orders, size = 0, 0
        for order in self._waiting:
            size += 0 if order.kept is None else len(order.kept.data)
            if orders == PAGE or (orders and size > _MOST_BYTES):
                break
            orders += 1
        batch, self._waiting = self._waiting[:orders], self._waiting[orders:]
        return batch

    # --- what is done about it

    async def _serve(self, orders: Sequence[Order]) -> None:
        has_lost = False
        self._doubted, self._found = set(), set()
        for _ in range(TRIES):
            orders = [order for order in orders if not order.told.done()]
            if not orders:
                return
            if not await self._stand_ready(orders) or self._give_up_found(orders):
                continue
            todo = self._address(orders)
            try:
                if has_lost:  # first of all, find out whether they are there already
                    has_lost = not await self._talk(todo, [])
                elif await self._talk(todo, [order for order in todo if order.command is not None]):
                    self._settle_looks(orders)
                    return
            except LostAnswerError as lost:
                if not has_lost:
                    self._doubted = {order.kept.by for order in orders if order.kept is not None}
                if lost.is_late or has_lost:
                    raise
                has_lost = True
        raise NotKeptError(f"the account '{self.key}' is rewound or begun anew by others all the time")

    def _settle_looks(self, orders: Sequence[Order]) -> None:
        for order in orders:
            if order.command is None:
                order.settle(self.account)

    async def _stand_ready(self, orders: Sequence[Order]) -> bool:
        """Bring the account, or begin it if anybody wants that; False if there is none to talk about (any more)."""
        if self.account is None:
            await self.bring(is_new=any(order.is_new for order in orders))
        if self.account is not None:
            return True
        if any(order.begins for order in orders):
            await self._begin()
            return self.account is not None
        for order in orders:
            if order.command is None:
                order.settle(None)
            else:
                self._do_alone(order)
        return False

    def _give_up_found(self, orders: Sequence[Order]) -> bool:
        """Give up what was found in a log that was read from its beginning: what came of it then, nobody knows."""
        found = [order for order in orders if order.kept is not None and order.kept.by in self._found]
        for order in found:
            why = f"the account '{self.key}' was rewound while an answer was lost"
            order.fail(NotKeptError(why, is_in_doubt=True))
        return bool(found)

    def _address(self, orders: Sequence[Order]) -> list[Order]:
        """Find those about the account as it is; what goes on with what is no more is done by itself."""
        todo = []
        for order in orders:
            account = order.account
            if account is not None and account is not self.account:
                if isinstance(order.command, _GOING_ON):
                    self._do_alone(order)
                    continue
                account.successor = self.account
                if isinstance(order.command, TakeRequest) and order.command.expected is not None:
                    self._forget_expected(order, order.command)
            todo.append(order)
        return todo

    @staticmethod
    def _forget_expected(order: Order, request: TakeRequest) -> None:
        """Let a request be a new one: the account in which its head was entered is not there any more."""
        order.command = request._replace(expected=None)
        assert order.kept is not None  # noqa: S101 -- told to the type checker: it has a command
        order.kept = NewCommand(*encode_command(order.command), order.kept.by)
        order.account = None

    def _do_alone(self, order: Order) -> None:
        """Do something to an account that nobody sees any more, as its log has gone."""
        assert order.account is not None  # noqa: S101 -- told to the type checker: it has a command
        assert order.command is not None  # noqa: S101 -- likewise
        try:
            order.settle(perform(order.account, self.machine, order.command, self._server.answer))
        except Exception as fault:  # noqa: BLE001 -- it is for whoever asked
            order.fail(fault)

    async def _talk(self, orders: Sequence[Order], adding: Sequence[Order]) -> bool:
        """Say something to the store and do what it tells; False if that has to be repeated."""
        server = self._server
        commands = [order.command for order in adding if order.command is not None]
        await server.scenarios.keep(commands)
        kept = [order.kept for order in adding if order.kept is not None]
        if not server.leases.has(self.key) and any(b"callback_url" in one.data for one in kept):
            await server.leases.claim(self.key)  # before: if this server dies now, another one sends the reports
        told = await server.store.talk(self.key, self.place, kept)
        if told.word == "moved":
            await self.bring()
        if told.word not in {"done", "behind"}:
            return False
        missed = await server.scenarios.read(self.key, told.commands)
        first = self.place.number + len(missed) + 1
        own = [
            (one.by, Entry(number, told.machine, command))
            for number, one, command in zip(count(first), kept, commands, strict=False)
        ]
        self._apply([*missed, *own], {order.kept.by: order for order in orders if order.kept is not None})
        if told.word == "behind":
            return False
        self.place = self.place._replace(machine=max(self.machine, told.machine))
        assert self.account is not None  # noqa: S101 -- told to the type checker: it was talked about
        if missed:
            server.heard(self.account)
        if own:
            server.changed(self)
            server.checkpoints.look(self.account, self.place, self.brought_at)
        if self.account.reports.are_expected:
            server.leases.want(self.account)
        return True

    def _apply(self, entries: Sequence[Named], mine: dict[bytes, Order]) -> None:
        """Do what the log says, in its order, and tell those what came of it who wait for that."""
        account = self.account
        assert account is not None  # noqa: S101 -- told to the type checker
        for by, (number, machine, command) in entries:
            if number != account.log.count + 1:
                where = self._server.store.line.where
                raise NotKeptError(
                    f"the log of the account '{self.key}' in {where} is damaged:"
                    f" command {number} follows command {account.log.count}"
                )
            account.log.append(machine, account.clock.read(machine), command)
            self.place = Place(self.place.epoch, number, by, machine)
            order = mine.get(by)
            try:
                told = perform(account, machine, command, self._server.answer)
            except Exception as fault:
                if order is not None:
                    order.fail(fault)
                elif not isinstance(fault, ImpossibleStepError | KeyError):  # these are whoever's who did it
                    LOG.exception("a mistake of mock_bsg's own in a shared account; please report it")
            else:
                if order is not None:
                    order.settle(told)
                elif account.is_followed:
                    self._tell(account, command, told)

    def _tell(self, account: Account, command: Command, told: Any) -> None:
        """Let those who listen here know what was done elsewhere."""
        if isinstance(command, UseScenario | AddRule | TakeBackRule):
            self._server.accounts.tell(account, "scenario")
        elif isinstance(told, Outcome):
            account.tell(told.exchange)
        elif isinstance(told, Exchange) and isinstance(command, RefuseRequest):
            account.tell(told)
        else:
            account.tell("touched")

    # --- brought, begun, gone

    async def bring(self, change: Change = "opened", *, is_new: bool = False) -> None:
        """Bring the account as the store has it, whatever was known of it here; `is_new`: only how it began.

        `change` is what those who listen are told if nothing was known of it.
        """
        reader = self._server.reader
        made = await (reader.make_beginning(self.key) if is_new else reader.make(self.key, looked_for=self._doubted))
        if made is None:
            self.leave()
            return
        self._found |= made.found
        self.admit(made.account, made.told, made.by, "new" if is_new else change)
        if made.checkpoint is not None:
            self._server.checkpoints.adopt(self.key, made.checkpoint)

    def admit(self, account: Account, told: Told, by: bytes, change: Change = "opened") -> None:
        """Let an account be the one of this key, as far as it was made, in place of what was known of it."""
        before, self.account = self.account, account
        is_whole = told.number in {0, account.log.count}
        heard = told.machine if is_whole else account.log.newest_machine
        self.place = Place(told.epoch, account.log.count, by, max(heard, self.machine))
        if before is None:
            self._server.accounts.put(account, change)
        elif told.born and told.born != self._born:
            self._server.accounts.forget(self.key)
            self._server.accounts.put(account, "new")
        else:
            self._server.accounts.put(account, "rewound")
        self._born = told.born or self._born
        self.brought_at = account.log.count
        self._server.leases.want(account)

    def leave(self) -> None:
        """Know the account no more: it was forgotten."""
        self.account = None
        self._server.checkpoints.leave(self.key)
        self._server.accounts.forget(self.key)

    async def _begin(self) -> None:
        server = self._server
        await server.scenarios.refresh()
        command = BeginAccount(server.accounts.choose_ruleset(self.key))
        await server.scenarios.keep([command])
        name = server.make_name()
        try:
            told = await server.store.begin(self.key, NewCommand(*encode_command(command), name))
        except LostAnswerError as lost:
            if lost.is_late:
                raise
            return  # if it has begun, it will be found
        if told.word != "done":
            return
        account = Account(self.key, command.ruleset, told.machine, server.accounts.retention)
        account.log.append(told.machine, account.began, command)
        self._born = told.epoch
        self.account, self.brought_at = account, 1
        self.place = Place(told.epoch, 1, name, told.machine)
        server.accounts.put(account, "new")
        server.changed(self)

    # --- for whoever holds the lock

    async def catch_up(self) -> Account:
        """Hear all that others did; raises AccountGone if it was forgotten."""
        for _ in range(TRIES):
            if self.account is None:
                await self.bring()
            if self.account is None:
                raise AccountGone(self.key)
            if await self._talk([], []):
                return self.account
        raise NotKeptError(f"the account '{self.key}' is rewound or begun anew by others all the time")


_GOING_ON: Final = (ContinueRequest, NoteOnRequest, BeginAttempt, NoteAttempt, ResendReport, DropMessages)
"""Commands that go on with what an account has, and make no sense in another one in its place."""
_BEGINNING: Final = (TakeRequest, ExpectRequest, RefuseRequest, UseScenario)
"""Commands with which an account may begin, if the one that they were meant for was forgotten meanwhile."""
