"""What one may do with accounts, and ask of them: the one door, through which every face goes.

Every change is a command, noted in the account's log and then applied. Asking changes nothing: what has become due by
then happens at its own time, whoever looks. Nothing here waits; what takes time is up to `scheduler`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from mock_bsg.domain.lifecycle import STATUSES
from mock_bsg.sandbox import camera
from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.commands import (
    AdvanceClock,
    BeginAccount,
    Command,
    ContinueRequest,
    DropMessages,
    Entry,
    ExpectRequest,
    NoteAttempt,
    NoteOnRequest,
    RefuseRequest,
    ResendReport,
    RunClock,
    SetStatus,
    TakeRequest,
    UseScenario,
)
from mock_bsg.sandbox.errors import BadOrderError, NothingThereError
from mock_bsg.sandbox.retention import Retention
from mock_bsg.sandbox.steering import set_status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.delivery_reports import Attempt, Report
    from mock_bsg.sandbox.filters import Filter
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.requests import Answering, Course
    from mock_bsg.sandbox.snapshots import AccountState, ClockTold, MessageWhole

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Page(Generic[S]):
    """A part of a list, newest first. `next` is what to give as `after` for what comes then, None at the end.

    `dropped` is how many older ones are not kept any more.
    """

    rows: list[S]
    next: int | None = None
    dropped: int = 0


class Operations:
    """What one may do with the accounts of a server. `machine` tells the machine's time in ms."""

    __slots__ = ("_accounts", "_answer", "_is_valid_key", "_machine")

    def __init__(
        self,
        accounts: Accounts,
        machine: Callable[[], int],
        is_valid_key: Callable[[str], bool],
        answer: Answering[Account],
    ) -> None:
        self._accounts = accounts
        self._machine = machine
        self._is_valid_key = is_valid_key
        self._answer = answer

    # --- which account

    def now(self, account: Account) -> int:
        """Tell the account's time in ms."""
        return account.clock.read(self._machine())

    def find(self, key: str) -> Account:
        """Find the account of this key as it is now; raises NothingThereError if it was never seen."""
        account = self._accounts.get(key)
        if account is None:
            raise NothingThereError(f"no account has the key '{key}' yet; it begins with the first call that names it")
        account.process_due(self.now(account))
        return account

    def open(self, key: str) -> Account:
        """Find the account of this key, or begin it.

        Raises NothingThereError for a key that this server does not take, ScenarioError if its scenario is broken.
        """
        if not self._is_valid_key(key):
            raise NothingThereError(f"the key '{key}' is none of this server's --api-keys")
        account = self._accounts.get(key) or self._accounts.open(key, self._machine())
        account.process_due(self.now(account))
        return account

    # --- asking

    def list_accounts(self) -> list[AccountState]:
        return [self.show(account) for account in self._accounts]

    def show(self, account: Account) -> AccountState:
        now = self.now(account)
        account.process_due(now)
        return camera.take_account(account, now)

    def show_clock(self, account: Account) -> ClockTold:
        return camera.take_clock(account, self.now(account), self.next_due(account))

    def next_due(self, account: Account) -> int | None:
        """Tell when the next thing happens to a message or a delivery report, in ms of the account's clock."""
        dues = (account.next_due(self.now(account)), account.reports.next_due())
        return min((due for due in dues if due is not None), default=None)

    def list(
        self, account: Account, wanted: Filter[T], take: Callable[[Account, T, int], S], limit: int | None = None
    ) -> Page[S]:
        """List what is as wanted, the newest first, as `take` shows it; at most `limit` of them."""
        now = self.now(account)
        account.process_due(now)
        found = list(islice(wanted.select(account, now), None if limit is None else limit + 1))
        has_more = limit is not None and len(found) > limit
        rows = [take(account, one, now) for one in found[:limit]]
        return Page(rows, wanted.place(found[len(rows) - 1]) if has_more else None, wanted.dropped(account))

    def count(self, account: Account, wanted: Filter[T], most: int) -> int:
        """Count what is as wanted; no further than `most`."""
        return sum(1 for _ in islice(wanted.select(account, self.now(account)), most))

    def find_message(self, account: Account, message_id: int) -> Message:
        """Find a message that exists by now; raises NothingThereError."""
        message = account.find(message_id, self.now(account))
        if message is None:
            raise NothingThereError(f"this account has no message '{message_id}'")
        return message

    def show_message(self, account: Account, message: Message) -> MessageWhole:
        return camera.take_whole(account, message, self.now(account))

    def find_request(self, account: Account, number: int) -> Exchange:
        """Find a request that the journal has; raises NothingThereError."""
        exchange = account.journal.get(number)
        if exchange is None:
            dropped = _tell_dropped("the oldest ", account.journal.dropped)
            raise NothingThereError(f"the journal has no request '{number}'{dropped}")
        return exchange

    def find_report(self, account: Account, number: int) -> Report:
        """Find a delivery report that is kept; raises NothingThereError."""
        report = account.reports.get(number)
        if report is None:
            dropped = _tell_dropped("", account.reports.dropped)
            raise NothingThereError(f"this account has no delivery report '{number}'{dropped}")
        return report

    # --- changing

    def take_request(self, account: Account, request: TakeRequest) -> Course:
        """Let an account answer a request of BSG's API; tells how far that has come."""
        machine = self._machine()
        account.log.append(machine, request)
        course = account.requests.begin(account, request, account.clock.read(machine), self._answer)
        retention = self._accounts.retention
        if retention.count > retention.capacity:  # as is_overfull, without the call: this is hot
            self._make_room()
        return course

    def continue_request(self, account: Account, request: int) -> Course:
        """Go on with a request that was held back."""
        machine = self._machine()
        account.log.append(machine, ContinueRequest(request))
        course = account.requests.go_on(request, account.clock.read(machine))
        self._make_room()
        return course

    def expect_request(self, account: Account, request: TakeRequest) -> Exchange:
        """Enter a request into the journal whose body is still on its way; tells its entry."""
        self._issue(account, ExpectRequest(request))
        return account.journal.newest()

    def refuse_request(self, account: Account, request: TakeRequest, status: int | None, answer: bytes) -> Exchange:
        """Enter a request into the journal that came to no function; tells its entry."""
        expected = account.requests.expected(request.expected)  # the journal may have dropped it meanwhile
        self._issue(account, RefuseRequest(request, status, answer))
        return expected or account.journal.newest()

    def note_on_request(self, account: Account, request: int, note: str) -> None:
        self._issue(account, NoteOnRequest(request, note))

    def use(self, account: Account, ruleset: Ruleset) -> None:
        """Let an account follow another scenario from now on; its messages stay."""
        self._issue(account, UseScenario(ruleset))
        self._accounts.tell(account, "scenario")

    def clear(self, account: Account) -> Account:
        """Forget all that was sent, and begin the scenario that the account follows anew."""
        self.forget(account)
        anew = self.open(account.key)
        self.use(anew, account.ruleset)
        return anew

    def forget(self, account: Account) -> None:
        """Forget an account with all that is in it, its log included."""
        self._accounts.forget(account.key)

    def forget_all(self) -> int:
        """Forget every account; tells how many there were."""
        return self._accounts.forget_all()

    def run_clock(self, account: Account, speed: float) -> None:
        self._issue(account, RunClock(speed))

    def advance_clock(self, account: Account, duration: int) -> None:
        """Move an account's time on by so many ms; what becomes due happens, but for delivery reports."""
        self._issue(account, AdvanceClock(duration))

    def set_status(self, account: Account, message: Message, status: str) -> None:
        """Make a status happen now.

        Raises BadOrderError for one that a message of its channel never has, ImpossibleStepError for one that can't
        follow.
        """
        known = STATUSES[message.channel]
        if status not in known:
            raise BadOrderError(
                f"the status of a {message.channel} message is one of {', '.join(known)}; not '{status}'", known
            )
        machine = self._machine()
        now = account.clock.read(machine)
        account.process_due(now)
        message.timeline.with_step_now(status, now - message.submission.start)  # raises if it can't be
        self._issue(account, SetStatus(message.id, status), machine)

    def resend_report(self, account: Account, report: Report) -> None:
        """Note that a report is to be sent again."""
        self._issue(account, ResendReport(report.number))

    def note_attempt(self, account: Account, report: Report, attempt: Attempt) -> None:
        """Note how an attempt to deliver a report ended."""
        self._issue(account, NoteAttempt(report.number, attempt))

    def _issue(self, account: Account, command: Command, machine: int | None = None) -> None:
        machine = self._machine() if machine is None else machine
        account.log.append(machine, command)
        apply(account, command, machine)
        self._make_room()

    def _make_room(self) -> None:
        retention = self._accounts.retention
        if retention.is_overfull:
            for account, count in retention.choose_oldest().items():
                self._issue(account, DropMessages(count))


def apply(account: Account, command: Command, machine: int) -> None:  # noqa: C901, PLR0912 -- a table of commands
    """Let an account change as a command says that was taken at that time of the machine's."""
    now = account.clock.read(machine)
    account.process_due(now)
    match command:
        case AdvanceClock(duration):
            account.clock.advance(duration, machine)
            account.process_due(account.clock.read(machine))
        case RunClock(speed):
            account.clock.run(speed, machine)
        case UseScenario(ruleset):
            account.use(ruleset, machine)
        case SetStatus(message_id, status):
            message = account.messages.get(message_id)
            if message is not None:
                set_status(account, message, status, now)
        case NoteAttempt(number, attempt):
            report = account.reports.get(number)
            if report is not None:
                account.record(report, attempt, now)
        case ExpectRequest(request):
            account.requests.expect(account, request, now)
        case RefuseRequest():
            account.requests.refuse(account, command, now)
        case NoteOnRequest(number, note):
            noted = account.journal.get(number)
            if noted is not None and note not in noted.notes:
                noted.notes = (*noted.notes, note)
        case DropMessages(messages):
            account.retention.note_dropped(account.drop_oldest(messages))
        case ResendReport() | BeginAccount() | TakeRequest() | ContinueRequest():
            pass  # it's sent, begun, answered elsewhere


def replay(key: str, entries: Sequence[Entry], answer: Answering[Account]) -> Account:
    """Make the account that these commands made, from its beginning on; raises ValueError if they begin elsewhere."""
    first = entries[0]
    if first.number != 1 or not isinstance(first.command, BeginAccount):
        raise ValueError(f"the log of '{key}' begins with command {first.number}: what was before is not kept")
    account = Account(key, first.command.ruleset, first.machine, Retention(_BOUNDLESS))
    account.log.append(first.machine, first.command)
    follow(account, entries[1:], answer)
    return account


def follow(account: Account, entries: Iterable[Entry], answer: Answering[Account]) -> None:
    """Let an account do what others did: apply commands that come after those that it has."""
    for _, machine, command in entries:
        account.log.append(machine, command)
        match command:
            case TakeRequest():
                account.requests.begin(account, command, account.clock.read(machine), answer)
            case ContinueRequest(request):
                account.requests.go_on(request, account.clock.read(machine))
            case _:
                apply(account, command, machine)


_BOUNDLESS = 1 << 62
"""More messages than there will ever be: what was dropped is in the log."""


def _tell_dropped(which: str, dropped: int) -> str:
    return f" (any more: it has dropped {which}{dropped})" if dropped else ""
