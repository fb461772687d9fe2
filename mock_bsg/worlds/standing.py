"""How an account stands, as a store notes it for lists: so that nobody has to bring it back only to see its balance."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from mock_bsg.domain.money import as_short_text
from mock_bsg.encoding import decode, encode
from mock_bsg.sandbox import camera
from mock_bsg.sandbox.clock import Clock
from mock_bsg.sandbox.snapshots import AccountState, ClockState

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account


_MONEY = ("balance", "limit")


class Stand(NamedTuple):
    """What a store notes of an account after its command `number`.

    `holds_until`: the machine's time, in ms, at which something happens by itself that changes it; None: never.
    """

    number: int
    holds_until: int | None
    clock: tuple[int, int, float]
    """The clock's own time, the machine's at that instant, both ms UTC, and its speed."""
    shown: dict[str, Any]

    def write(self) -> bytes:
        """Write it as JSON that people can read."""
        own, machine, speed = self.clock
        return encode(
            {
                "number": self.number,
                "holds_until": self.holds_until,
                "clock": {"own": own, "machine": machine, "speed": speed},
                **self.shown,
            }
        )

    def holds(self, number: int, machine: int) -> bool:
        """Whether this is still so at that time, if the account's last command is the one of that number."""
        return self.number == number and (self.holds_until is None or machine < self.holds_until)

    def show(self, key: str, machine: int) -> AccountState:
        """Show the account as lists do, at that time of the machine's."""
        own, at, speed = self.clock
        clock = Clock(at, start=own, speed=speed)
        shown = {**self.shown, **{name: Decimal(self.shown[name]) for name in _MONEY}}
        now = camera.instant_of(clock.read(machine))
        return AccountState(key=key, clock=ClockState(now, clock.speed, clock.is_manual), **shown)


def take_stand(account: Account, machine: int) -> Stand:
    """Note how an account stands at that time of the machine's."""
    now = account.clock.read(machine)
    account.process_due(now)
    due = account.event_queue.next_due()
    wait = None if due is None else account.clock.machine_wait(due, machine)
    return Stand(
        account.log.count,
        None if wait is None else machine + int(wait),
        (now, machine, account.clock.speed),
        {
            "scenario": account.ruleset.name,
            "balance": as_short_text(account.balance),
            "limit": as_short_text(account.limit),
            "currency": account.currency,
            "messages": account.message_count,
            "messages_dropped": account.messages_dropped,
            "requests": account.journal.count,
        },
    )


def read_stand(written: bytes | None) -> Stand | None:
    """Read what was noted; None if there is nothing that makes sense."""
    if written is None:
        return None
    try:
        told = decode(written)
        clock = told.pop("clock")
        return Stand(
            told.pop("number"), told.pop("holds_until"), (clock["own"], clock["machine"], clock["speed"]), told
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def find_reports_due(account: Account, machine: int) -> int | None:
    """Tell the machine's time, in ms, from which on a delivery report may have to be sent; None: never by itself."""
    if not account.reports.are_expected:
        return None
    dues = [due for due in (account.event_queue.next_due(), account.reports.next_due()) if due is not None]
    if account.reports.flying:
        return machine
    if not dues:
        return None
    wait = 0.0 if min(dues) <= account.clock.read(machine) else account.clock.machine_wait(min(dues), machine)
    return None if wait is None else machine + int(wait)
