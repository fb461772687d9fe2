"""The pulse of a server's accounts: whom time concerns is woken when it has come, and nobody else has a timer."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from mock_bsg.delivery import Delivery
from mock_bsg.logs import LOG, mask_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.accounts import Accounts, Change
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.reports import Attempt, Report
    from mock_bsg.settings import Callbacks

GRACE = 1.0
"""Seconds that a stop waits for reports in flight."""
_LONGEST_SLEEP = 3_600_000.0
"""Milliseconds after which a timer looks again: none can be set for years ahead."""
_SOON = 1.0
"""Milliseconds; timers are not set any finer."""
_BREATH = 1_000
"""Steps of a long advance after which others have their turn."""


class Observer(Protocol):
    """Who listens to everything that happens in all accounts."""

    def changed(self, account: Account, change: Change) -> None: ...
    def requested(self, account: Account, exchange: Exchange) -> None: ...


class Pulse:
    """Lets things happen in the accounts that are followed (`Account.is_followed`), and wakes those who wait for it.

    A running clock gets one timer for each such account, set to the next thing that happens there; a clock that
    stands still needs none. `machine` tells the machine's time in ms.
    """

    def __init__(self, accounts: Accounts, machine: Callable[[], int], callbacks: Callbacks) -> None:
        self.observer: Observer | None = None
        self.is_stopping = False
        self._accounts = accounts
        self._machine = machine
        self._delivery = Delivery(callbacks, self._read, self._attempted)
        self._timers: dict[Account, tuple[asyncio.TimerHandle, float]] = {}
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._advances: dict[Account, asyncio.Lock] = {}
        accounts.watchers.append(self._changed)

    # --- being told

    def touched(self, account: Account, exchange: Exchange | None = None) -> None:
        """Go on where a call may have changed something; `exchange` is its entry in the journal, if it has one.

        Asked for only if the account is followed, so that the others pay nothing.
        """
        if exchange is not None and self.observer is not None:
            self.observer.requested(account, exchange)
        self._go_on(account)

    def _changed(self, account: Account, change: Change) -> None:
        if change == "forgotten":
            self._cancel(account)
            self._advances.pop(account, None)
        elif self.observer is not None or account.key in self._bells:
            account.is_followed = True
        if self.observer is not None:
            self.observer.changed(account, change)
        if change == "scenario" and account.is_followed:
            self._go_on(account)  # its clock may go differently now
        self._ring(account)

    def _attempted(self, account: Account, report: Report, attempt: Attempt | None) -> None:
        if attempt is None:
            account.reports.release(report)
        else:
            account.reports.record(report, attempt, self._read(account))
            if not attempt.succeeded and report.state != "pending":
                _explain(account, report, attempt)
        self._go_on(account)

    # --- time

    def _read(self, account: Account) -> int:
        return account.clock.read(self._machine())

    def _go_on(self, account: Account) -> None:
        """Let happen what is due, and set the timer for what is due next."""
        if not account.is_forgotten and not self.is_stopping:
            now = self._read(account)
            account.settle(now)
            for report in account.reports.take_due(now):
                self._delivery.start(account, report)
            self._set_timer(account)
        self._ring(account)

    def _set_timer(self, account: Account) -> None:
        machine = self._machine()
        due = _next_due(account)
        wait = None if due is None else account.clock.machine_wait(due, machine)
        if wait is None:
            self._cancel(account)
            return
        wait = min(max(wait, _SOON), _LONGEST_SLEEP)
        set_already = self._timers.get(account)
        if set_already is not None:
            if abs(set_already[1] - machine - wait) <= _SOON:
                return
            set_already[0].cancel()
        handle = asyncio.get_running_loop().call_later(wait / 1000, self._wake, account)
        self._timers[account] = handle, machine + wait

    def _wake(self, account: Account) -> None:
        self._timers.pop(account, None)
        if account.is_followed:
            self._go_on(account)

    def _cancel(self, account: Account) -> None:
        timer = self._timers.pop(account, None)
        if timer is not None:
            timer[0].cancel()

    async def advance(self, account: Account, duration: int) -> None:
        """Move an account's clock on by so many ms; returns when all that became due has happened, reports included.

        Where reports are expected, the clock stops at each thing that happens on the way, so that a receiver which
        asks back is told the time at which it was called.
        """
        if not account.reports.are_expected:
            account.clock.advance(duration, self._machine())
            self._go_on(account)
            return
        async with self._advances.setdefault(account, asyncio.Lock()):
            await self.flush(account)
            left, steps = duration, 0
            while not self.is_stopping and (due := _next_due(account)) is not None:
                step = max(0, due - self._read(account))
                if step > left:
                    break
                left -= step
                account.clock.advance(step, self._machine())
                await self.flush(account)
                steps += 1
                if steps % _BREATH == 0:
                    await asyncio.sleep(0)
            if not self.is_stopping:
                account.clock.advance(left, self._machine())
                await self.flush(account)

    async def flush(self, account: Account) -> None:
        """Let everything happen that is due now; returns when the reports that are due, too, have been tried."""
        self._go_on(account)
        if not account.reports.flying:
            return
        newest = account.reports.count
        with self.bell(account.key) as bell:
            while any(report.number <= newest for report in account.reports.flying) and not self.is_stopping:
                bell.clear()
                await bell.wait()

    async def resend(self, account: Account, report: Report) -> None:
        """Send a report again now; returns when that has been tried."""
        if self.is_stopping:
            return
        account.reports.take(report)
        self._delivery.start(account, report)
        with self.bell(account.key) as bell:
            while report.is_in_flight:
                bell.clear()
                await bell.wait()

    # --- waiting

    @contextmanager
    def bell(self, key: str) -> Iterator[asyncio.Event]:
        """Ring a bell whenever something may have happened in the account of that key, which may still be to come."""
        bell = asyncio.Event()
        self._bells.setdefault(key, set()).add(bell)
        try:
            yield bell
        finally:
            bells = self._bells[key]
            bells.discard(bell)
            if not bells:
                del self._bells[key]
                account = self._accounts.get(key)
                if account is not None:
                    self.consider(account)

    def consider(self, account: Account) -> None:
        """Follow an account, or stop doing so, as anybody waits for what happens there or nobody does."""
        account.is_followed = account.reports.are_expected or self.observer is not None or account.key in self._bells

    def follow(self, account: Account) -> None:
        """From now on let every step of every message happen when its time has come, for somebody who waits."""
        account.watch()
        account.is_followed = True
        self._go_on(account)

    def _ring(self, account: Account) -> None:
        for bell in self._bells.get(account.key, ()):
            bell.set()

    # --- the end

    async def stop(self) -> None:
        """Send no more reports; those in flight have a short grace."""
        self.is_stopping = True
        for account in list(self._timers):
            self._cancel(account)
        await self._delivery.stop(GRACE)
        for bells in self._bells.values():
            for bell in bells:
                bell.set()

    async def close(self) -> int:
        """Let go of everything; tells how many reports were not delivered."""
        await self._delivery.close()
        return sum(account.reports.pending for account in self._accounts)


async def has_rung(bell: asyncio.Event, patience: float) -> bool:
    """Wait for a bell; tells whether it has rung within so many seconds."""
    try:
        async with asyncio.timeout(patience):
            await bell.wait()
    except TimeoutError:
        return False
    return True


def _explain(account: Account, report: Report, attempt: Attempt) -> None:
    """Log that nobody will be told of a status; the journal's entry of the message's request notes a refusal."""
    why = attempt.error or f"it was answered with {attempt.status}"
    LOG.warning(
        "%s: the report that message %d is %s was given up: %s (%s)",
        mask_key(account.key),
        report.message.id,
        report.status,
        why,
        report.url,
    )
    exchange = account.journal.get(report.message.submission.request)
    note = f"delivery reports: {why}"
    if attempt.is_refused and exchange is not None and note not in exchange.notes:
        exchange.notes = (*exchange.notes, note)


def _next_due(account: Account) -> int | None:
    dues = [due for due in (account.agenda.next_due(), account.reports.next_due()) if due is not None]
    return min(dues, default=None)
