"""Time at work in a server's accounts: whom it concerns is woken when it has come, and nobody else has a timer."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple

from mock_bsg.callbacks.sender import Sender
from mock_bsg.domain.credentials import mask_key
from mock_bsg.domain.web_address import mask_address
from mock_bsg.logs import LOG
from mock_bsg.sandbox.accounts import AccountGone
from mock_bsg.sandbox.errors import NotKeptError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_bsg.callbacks.sender import Word
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.delivery_reports import Attempt, Report
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.ledger import Company
    from mock_bsg.sandbox.news import Change
    from mock_bsg.sandbox.operations import Operations
    from mock_bsg.sandbox.subscriptions import Subscription, Tell
    from mock_bsg.settings import Callbacks

GRACE = 1.0
"""Seconds that a stop waits for reports in flight."""
_LONGEST_SLEEP = 10.0
"""Seconds after which a timer looks again: a machine that was asleep may show a much later time by then."""
_SOON = 0.001
"""Seconds; timers are not set any finer."""
_PATIENCE = 1.0
"""Seconds until something is tried again that could not be heard or kept."""
_BREATH = 1_000
"""Steps of a long advance after which others have their turn."""


class _Timer(NamedTuple):
    """When an account is looked at again, by the loop's clock; uvloop's handles do not always tell."""

    wakes: float
    handle: asyncio.Handle


class Scheduler:
    """Lets things happen in the accounts that are followed (`Account.is_followed`), and wakes those who wait for it.

    A running clock gets one timer for each such account, set to the next thing that happens there; a clock that
    stands still needs none. `machine` tells the machine's time in ms.
    """

    def __init__(
        self,
        accounts: Accounts,
        operations: Operations,
        machine: Callable[[], int],
        callbacks: Callbacks,
        word: Word,
    ) -> None:
        self.is_stopping = False
        self._accounts = accounts
        self._operations = operations
        self._machine = machine
        self._sender = Sender(callbacks, self._read, word, self._begin, self._attempted)
        self._timers: dict[Account, _Timer] = {}
        self._bells: set[asyncio.Event] = set()
        self._advances: dict[Account, asyncio.Lock] = {}
        self._company: Company | None = None
        self._looking: set[asyncio.Task[None]] = set()
        self._by_hand: set[Report] = set()
        """Reports that are sent again because somebody asked this server for that, whoever sends the others."""
        accounts.on_change = self._changed

    def join(self, company: Company | None) -> None:
        """Know of others that do something to the same accounts."""
        self._company = company
        if company is not None:
            company.on_heard = self._heard

    # --- being told

    def touched(self, account: Account, exchange: Exchange | None = None) -> None:
        """Go on where a call may have changed something; `exchange` is its entry in the journal, if it has one.

        Asked for only if the account is followed, so that the others pay nothing.
        """
        account.tell("touched" if exchange is None else exchange)
        self._go_on(account)

    def _changed(self, account: Account, change: Change) -> None:
        if change == "forgotten":
            self._cancel(account)
            self._advances.pop(account, None)
        elif account.is_followed:
            self._go_on(account)  # it has only just begun, or its clock goes differently now

    async def _begin(self, account: Account, report: Report) -> bool:
        """Note that a report is about to be sent; tells whether it may be."""
        if report not in self._by_hand and not self._may_send(account):
            return False
        try:
            if await self._operations.begin_attempt(account, report):
                note = f"delivery report {report.number} may come twice: a server ended before it knew how that ended"
                await self._operations.note_on_request(account, report.message.submission.request, note)
        except NotKeptError:
            await asyncio.sleep(_PATIENCE)  # it is tried again then
            return False
        return not account.is_forgotten

    def _heard(self, account: Account) -> None:
        if account.is_followed:
            self._go_on(account)

    async def _attempted(self, account: Account, report: Report, attempt: Attempt | None) -> None:
        if attempt is None or not await self._note(account, report, attempt):
            account.reports.release(report)
            account.tell(report)
        elif not attempt.succeeded and report.state != "pending":
            await self._explain(account, report, attempt)
        self._go_on(account)

    async def _note(self, account: Account, report: Report, attempt: Attempt) -> bool:
        """Note an attempt, however long that can't be kept; False if that is of no use any more."""
        while not account.is_forgotten:
            try:
                await self._operations.note_attempt(account, report, attempt)
            except NotKeptError:
                if self.is_stopping:
                    break
                await asyncio.sleep(_PATIENCE)
            else:
                return True
        return False

    # --- time

    def _read(self, account: Account) -> int:
        return self._operations.now(account)

    def _go_on(self, account: Account) -> None:
        """Let happen what is due, and set the timer for what is due next."""
        if account.is_forgotten or self.is_stopping:
            return
        now = self._read(account)
        account.process_due(now)
        if not self._operations.holds_reports and self._may_send(account):
            for report in account.reports.take_due(now):
                self._sender.start(account, report)
        self._set_timer(account)

    def _may_send(self, account: Account) -> bool:
        return self._company is None or self._company.sends_reports(account)

    def _set_timer(self, account: Account) -> None:
        if self._company is None:
            machine, is_our_matter = self._machine(), True
        else:
            machine = self._company.estimate()
            is_our_matter = account.has_listeners or self._company.sends_reports(account)
        due = self._next_due(account) if is_our_matter else None
        wait = None if due is None else account.clock.machine_wait(due, machine)
        if wait is None:
            self._cancel(account)
            return
        loop = asyncio.get_running_loop()
        wakes = loop.time() + min(max(wait / 1000, _SOON), _LONGEST_SLEEP)
        timer = self._timers.get(account)
        if timer is not None:
            if timer.wakes <= wakes + _SOON:  # it looks again by then, and is set to what is due after that
                return
            timer.handle.cancel()
        self._timers[account] = _Timer(wakes, loop.call_at(wakes, self._wake, account))

    def _next_due(self, account: Account) -> int | None:
        reports = None if self._operations.holds_reports else account.reports.next_due()
        return min((due for due in (account.event_queue.next_due(), reports) if due is not None), default=None)

    def _wake(self, account: Account) -> None:
        self._timers.pop(account, None)
        if self._company is not None:
            self._look_again(account, self._company)
        elif account.is_followed:
            self._go_on(account)

    def _look_again(self, account: Account, company: Company) -> None:
        """Go on with an account when it is known what others did to it until now."""
        task = asyncio.ensure_future(self._refresh(account, company))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _refresh(self, account: Account, company: Company) -> None:
        try:
            await company.refresh(account)
        except NotKeptError:
            self._cancel(account)
            if not self.is_stopping and not account.is_forgotten:
                loop = asyncio.get_running_loop()
                wakes = loop.time() + _PATIENCE
                self._timers[account] = _Timer(wakes, loop.call_at(wakes, self._wake, account))
        else:
            self._heard(account)

    def _cancel(self, account: Account) -> None:
        timer = self._timers.pop(account, None)
        if timer is not None:
            timer.handle.cancel()

    async def advance(self, account: Account, span: int | Literal["next"], *, goes_on: bool = False) -> None:
        """Move an account's time on by so many ms, or to the next thing that happens.

        Returns when all that became due has happened, delivery reports and their retries included.

        Where reports are expected, the clock stops at each thing that happens on the way, so that a receiver which
        asks back is told the time at which it was called. `goes_on`: it is part of the order before it. Raises
        AccountGone if the account is forgotten meanwhile.
        """
        if account.is_forgotten:
            raise AccountGone(account.key)
        due = self._operations.next_due(account) if span == "next" else None
        left = span if span != "next" else 0 if due is None else max(0, due - self._read(account))
        if not account.reports.are_expected:
            await self._operations.advance_clock(account, left, goes_on=goes_on)
            self._go_on(account)
            return
        async with self._advances.setdefault(account, asyncio.Lock()):
            await self.flush(account)
            steps = 0
            while not self.is_stopping and (due := self._next_due(account)) is not None:
                step = max(0, due - self._read(account))
                if step > left:
                    break
                left -= step
                await self._operations.advance_clock(account, step, goes_on=goes_on or steps > 0)
                await self.flush(account)
                steps += 1
                if steps % _BREATH == 0:
                    await asyncio.sleep(0)
            if not self.is_stopping:
                await self._operations.advance_clock(account, left, goes_on=goes_on or steps > 0)
                await self.flush(account)

    async def flush(self, account: Account) -> None:
        """Let everything happen that is due now; returns when the reports that are due, too, have been tried.

        Raises AccountGone if the account is forgotten meanwhile, or was before.
        """
        self._go_on(account)
        newest, now = account.reports.count, self._read(account)

        def is_being_sent() -> bool:
            reports = account.reports
            if self.is_stopping:
                return False
            if any(report.number <= newest for report in reports.flying):
                return True
            due = None if self._company is None else reports.next_due()  # else all that was due is flying
            return due is not None and due <= now

        await self._wait_while(account, is_being_sent)

    async def resend(self, account: Account, report: Report) -> None:
        """Send a report again now; returns when that has been tried. Raises AccountGone as `flush` does."""
        if self.is_stopping:
            return
        await self._operations.resend_report(account, report)
        account.reports.take(report)
        self._by_hand.add(report)
        self._sender.start(account, report)
        try:
            await self._wait_while(account, lambda: report.is_in_flight)
        finally:
            self._by_hand.discard(report)

    # --- waiting

    def subscribe(self, tell: Tell, key: str | None = None) -> Subscription:
        """Tell a listener everything that happens in all accounts, or in the one of `key`, as soon as it does."""
        subscription = self._accounts.subscribe(tell, key)
        for account in self._accounts.concerned(subscription):
            self._go_on(account)
            if self._company is not None:
                self._look_again(account, self._company)
        return subscription

    @contextmanager
    def bell(self, key: str) -> Iterator[asyncio.Event]:
        """Ring a bell whenever something happens in the account of that key, which may still be to come."""
        with self._ring_at_the_end() as bell, self.subscribe(lambda _account, _news: bell.set(), key):
            yield bell

    async def wait_until(self, key: str, is_so: Callable[[Account], bool], longest: int) -> tuple[Account | None, bool]:
        """Wait until something is so in the account of that key, which may have to begin first; at most `longest` ms.

        Tells the account, None if it hasn't begun, and whether it is so. It is asked whenever something has happened
        in the account: a call, a step of a message, an attempt to deliver a report. Raises AccountGone if the account
        is forgotten meanwhile.
        """
        now = asyncio.get_running_loop().time
        end = now() + longest / 1000
        known: Account | None = None
        with self.bell(key) as bell:
            await self._operations.look_for(key)
            while True:
                account = self._accounts.get(key)
                if known is not None and account is not known and known.successor is None:
                    raise AccountGone(key)
                known = account
                bell.clear()
                if account is not None:
                    account.process_due(self._read(account))
                    if is_so(account):
                        return account, True
                left = end - now()
                if left <= 0 or self.is_stopping:
                    return account, False
                if not await has_rung(bell, left):
                    await self._operations.look_for(key)
                    end = 0  # looked at once more: what was due at the last instant may have happened without a bell

    async def _wait_while(self, account: Account, is_so: Callable[[], bool]) -> None:
        """Wait until something is not so any more, which only an attempt to deliver a report can change."""
        if is_so() and not account.is_forgotten:
            with (
                self._ring_at_the_end() as bell,
                self._accounts.subscribe(lambda _account, _news: bell.set(), account.key, every_step=False),
            ):
                while is_so() and not account.is_forgotten:
                    bell.clear()
                    if self._company is None:
                        await bell.wait()
                    elif not await has_rung(bell, _PATIENCE):
                        await self._company.refresh(account)  # the news of it may be lost
        if account.is_forgotten:
            raise AccountGone(account.key)

    @contextmanager
    def _ring_at_the_end(self) -> Iterator[asyncio.Event]:
        """Make a bell that rings when the server stops, if not before."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            yield bell
        finally:
            self._bells.discard(bell)

    async def _explain(self, account: Account, report: Report, attempt: Attempt) -> None:
        """Log that nobody will be told of a status; the journal's entry of the message's request notes a refusal."""
        why = attempt.error or f"it was answered with {attempt.status}"
        LOG.warning(
            "%s: the report that message %d is %s was given up: %s (%s)",
            mask_key(account.key),
            report.message.id,
            report.status,
            why,
            mask_address(report.url),
        )
        if attempt.is_refused:
            await self._operations.note_on_request(
                account, report.message.submission.request, f"delivery reports: {why}"
            )

    # --- the end

    async def stop(self) -> None:
        """Send no more reports; those in flight have a short grace."""
        self.is_stopping = True
        for account in list(self._timers):
            self._cancel(account)
        for task in self._looking:
            task.cancel()
        await self._sender.stop(GRACE)
        for bell in self._bells:
            bell.set()

    async def close(self) -> int:
        """Let go of everything; tells how many reports were not delivered."""
        await self._sender.close()
        return sum(account.reports.pending for account in self._accounts)


async def has_rung(bell: asyncio.Event, patience: float) -> bool:
    """Wait for a bell; tells whether it has rung within so many seconds."""
    try:
        async with asyncio.timeout(patience):
            await bell.wait()
    except TimeoutError:
        return False
    return True
