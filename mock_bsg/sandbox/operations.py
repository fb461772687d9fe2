"""What one may do with accounts, and ask of them: the one door, through which every face goes.

Every change is a command, noted in the account's log and then applied. Asking changes nothing: what has become due by
then happens at its own time, whoever looks. Nothing here waits; what takes time is up to `scheduler`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mock_bsg.domain.lifecycle import STATUSES
from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox import camera
from mock_bsg.sandbox.commands import (
    AddRule,
    AdvanceClock,
    BeginAttempt,
    Command,
    ContinueRequest,
    DropMessages,
    ExpectRequest,
    NoteAttempt,
    NoteOnRequest,
    RefuseRequest,
    ReplyToSms,
    ResendReport,
    RunClock,
    SetStatus,
    TakeBackRule,
    TakeRequest,
    UseScenario,
)
from mock_bsg.sandbox.errors import BadOrderError, KeyTakenError, NothingThereError, RuleChangeError
from mock_bsg.sandbox.incoming import check_reply
from mock_bsg.sandbox.performing import perform, recall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.added_rules import Change
    from mock_bsg.sandbox.delivery_reports import Attempt, Report
    from mock_bsg.sandbox.filters import Filter
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.ledger import Ledger
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.replies import Incoming
    from mock_bsg.sandbox.requests import Answering, Course
    from mock_bsg.sandbox.snapshots import AccountState, AddedRule, ClockTold, MessageWhole

T = TypeVar("T")
S = TypeVar("S")


_TRIES = 5


@dataclass(frozen=True, slots=True)
class Page(Generic[S]):
    """A part of a list, newest first. `next` is what to give as `after` for what comes then, None at the end.

    `dropped` is how many older ones are not kept any more.
    """

    rows: list[S]
    next: int | None = None
    dropped: int = 0


class Operations:
    """What one may do with the accounts of a server.

    `machine` tells the machine's time in ms, `answer` how an account answers a request of BSG's API. With a `ledger`
    every command is kept there before it is done, and each call that changes or finds an account raises NotKeptError
    where that fails; without one, nothing that is awaited here ever waits.
    """

    __slots__ = ("_accounts", "_answer", "_is_valid_key", "_machine", "holds_reports", "ledger")

    def __init__(
        self,
        accounts: Accounts,
        machine: Callable[[], int],
        is_valid_key: Callable[[str], bool],
        answer: Answering[Account],
        ledger: Ledger | None = None,
    ) -> None:
        self._accounts = accounts
        self._machine = machine
        self._is_valid_key = is_valid_key
        self._answer = answer
        self.ledger = ledger
        self.holds_reports = False
        """Whether delivery reports stay as they are when they are due, because accounts are only looked at."""

    # --- which account

    def now(self, account: Account) -> int:
        """Tell the account's time in ms."""
        return account.clock.read(self.machine(account))

    def machine(self, account: Account) -> int:
        """Tell the machine's time in ms at which an account is looked at."""
        return self._machine() if self.ledger is None else self.ledger.machine(account)

    async def find(self, key: str) -> Account:
        """Find the account of this key as it is now; raises NothingThereError if it was never seen."""
        account = await self.look_for(key)
        if account is None:
            raise NothingThereError(f"no account has the key '{key}' yet; it begins with the first call that names it")
        account.process_due(self.now(account))
        return account

    async def open(self, key: str) -> Account:
        """Find the account of this key, or begin it.

        Raises NothingThereError for a key that this server does not take, ScenarioError if its scenario is broken.
        """
        self._check_key(key)
        if self.ledger is None:
            account = self._accounts.get(key) or self._accounts.open(key, self._machine())
        else:
            account = await self.ledger.begin(key)
        account.process_due(self.now(account))
        return account

    def _check_key(self, key: str) -> None:
        if not self._is_valid_key(key):
            raise NothingThereError(f"the key '{key}' is none of this server's --api-keys")

    # --- asking

    async def list_accounts(self) -> list[AccountState]:
        if self.ledger is not None:
            return await self.ledger.list_states()
        return [self.show(account) for account in self._accounts]

    def show(self, account: Account) -> AccountState:
        now = self.now(account)
        account.process_due(now)
        return camera.take_account(account, now)

    def show_clock(self, account: Account) -> ClockTold:
        return camera.take_clock(account, self.now(account), self.next_due(account))

    def next_due(self, account: Account) -> int | None:
        """Tell when the next thing happens to a message or a delivery report, in ms of the account's clock."""
        dues = (account.next_due(self.now(account)), None if self.holds_reports else account.reports.next_due())
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

    async def take_request(self, account: Account, request: TakeRequest) -> Course:
        """Let an account answer a request of BSG's API; tells how far that has come."""
        if self.ledger is not None:
            return await self._submit(account, request)  # type: ignore[no-any-return] # what perform tells
        machine = self._machine()
        now = account.clock.read(machine)
        account.log.append(machine, now, request)
        course = account.requests.begin(account, request, now, self._answer)
        retention = self._accounts.retention
        if retention.count > retention.capacity:  # as is_overfull, without the call: this is hot
            await self._make_room()
        return course

    async def continue_request(self, account: Account, request: int) -> Course:
        """Go on with a request that was held back."""
        return await self._issue(account, ContinueRequest(request))  # type: ignore[no-any-return] # likewise

    async def expect_request(self, account: Account, request: TakeRequest) -> Exchange:
        """Enter a request into the journal whose body is still on its way; tells its entry."""
        return await self._issue(account, ExpectRequest(request))  # type: ignore[no-any-return] # likewise

    async def refuse_request(
        self, account: Account, request: TakeRequest, status: int | None, answer: bytes
    ) -> Exchange:
        """Enter a request into the journal that came to no function; tells its entry."""
        return await self._issue(account, RefuseRequest(request, status, answer))  # type: ignore[no-any-return] # likewise

    async def note_on_request(self, account: Account, request: int, note: str) -> None:
        await self._issue(account, NoteOnRequest(request, note))

    async def use(self, account: Account, ruleset: Ruleset) -> None:
        """Let an account follow another scenario from now on; its messages stay."""
        await self._issue(account, UseScenario(ruleset))
        self._accounts.tell(account, "scenario")

    async def add_rule(self, account: Account, given: str) -> str:
        """Add the one rule or fault of a scenario, above all others of the account's; tells the name that it got.

        What was used of the others stays used. Raises ScenarioError, CannotBeWrittenError, RuleChangeError.
        """
        from mock_bsg.sandbox.added_rules import with_rule  # noqa: PLC0415 -- reading scenarios is slow to import

        return await self._change_rules(
            account,
            lambda ruleset: with_rule(ruleset, given),
            lambda change, before: AddRule(change.ruleset, change.section, before),
        )

    async def take_back_rule(self, account: Account, name: str) -> None:
        """Take a rule out of the account's scenario that was added; raises NothingThereError, and as `add_rule`."""
        from mock_bsg.sandbox.added_rules import without_rule  # noqa: PLC0415 -- as above

        await self._change_rules(
            account,
            lambda ruleset: without_rule(ruleset, name),
            lambda change, before: TakeBackRule(change.ruleset, change.section, change.place, before),
        )

    async def _change_rules(
        self, account: Account, make: Callable[[Ruleset], Change], command: Callable[[Change, str], Command]
    ) -> str:
        for _ in range(_TRIES):
            change = make(account.ruleset)
            if await self._issue(account, command(change, scenario_hash(account.ruleset))):
                self._accounts.tell(account, "scenario")
                return change.name
            account = await self.find(account.key)
        raise RuleChangeError(f"the scenario of the account '{account.key}' is changed by others all the time")

    def list_added_rules(self, account: Account) -> Sequence[AddedRule]:
        from mock_bsg.sandbox.added_rules import list_added  # noqa: PLC0415 -- as above

        return list_added(account.ruleset, account.usage)

    async def clear(self, account: Account) -> Account:
        """Forget all that was sent, and begin the scenario that the account follows anew."""
        await self.forget(account)
        anew = await self.open(account.key)
        await self.use(anew, account.ruleset)
        return anew

    async def forget(self, account: Account) -> None:
        """Forget an account with all that is in it, its log included."""
        if self.ledger is None:
            self._accounts.forget(account.key)
        else:
            await self.ledger.forget(account)

    async def forget_all(self) -> int:
        """Forget every account; tells how many there were."""
        return self._accounts.forget_all() if self.ledger is None else await self.ledger.forget_all()

    async def run_clock(self, account: Account, speed: float) -> None:
        await self._issue(account, RunClock(speed))

    async def advance_clock(self, account: Account, duration: int, *, goes_on: bool = False) -> None:
        """Move an account's time on by so many ms; what becomes due happens, but for delivery reports.

        `goes_on`: it is part of the order before it.
        """
        if duration or not goes_on:
            await self._issue(account, AdvanceClock(duration, goes_on))

    async def set_status(self, account: Account, message: Message, status: str) -> Message:
        """Make a status happen now; tells the message as it is then.

        Raises BadOrderError for one that a message of its channel never has, ImpossibleStepError for one that can't
        follow.
        """
        known = STATUSES[message.channel]
        if status not in known:
            raise BadOrderError(
                f"the status of a {message.channel} message is one of {', '.join(known)}; not '{status}'", known
            )
        now = self.now(account)
        account.process_due(now)
        message.timeline.with_step_now(status, now - message.submission.start)  # raises if it can't be
        await self._issue(account, SetStatus(message.id, status))
        return account.messages.get(message.id) or message  # to make room, it may have gone at once

    async def reply(self, account: Account, message: Message, text: str) -> Incoming:
        """Let the phone that got an SMS answer it; tells the answer.

        Raises BadOrderError for a text that no SMS has, ImpossibleReplyError for a message that no phone can answer.
        """
        check_reply(message, text, self.now(account))
        came: Incoming | None = await self._issue(account, ReplyToSms(message.id, text))
        if came is None:  # another server has dropped it meanwhile
            raise NothingThereError(f"this account has no message '{message.id}' any more")
        return came

    async def resend_report(self, account: Account, report: Report) -> None:
        """Note that a report is to be sent again."""
        await self._issue(account, ResendReport(report.number))

    async def begin_attempt(self, account: Account, report: Report) -> bool:
        """Note that a report is about to be sent, where accounts outlive the server that sends it.

        Tells whether it may have been sent before: by a server that ended before it could say how that ended.
        """
        return self.ledger is not None and await self._issue(account, BeginAttempt(report.number))

    async def note_attempt(self, account: Account, report: Report, attempt: Attempt) -> None:
        """Note how an attempt to deliver a report ended."""
        await self._issue(account, NoteAttempt(report.number, attempt))

    async def refresh_scenarios(self) -> None:
        """See to it that the library has what was put into it anywhere."""
        if self.ledger is not None and self.ledger.company is not None:
            await self.ledger.company.refresh_scenarios()

    async def look_for(self, key: str) -> Account | None:
        """Find the account of this key as it is now, if it was ever seen."""
        return self._accounts.get(key) if self.ledger is None else await self.ledger.find(key)

    async def keep_scenario(self, ruleset: Ruleset) -> None:
        """Keep a scenario that was put into the library where accounts are kept, if they are."""
        if self.ledger is not None:
            await self.ledger.keep_scenario(ruleset)

    # --- going back

    async def rewind(self, account: Account, number: int) -> Account:
        """Forget all commands after the one of that number; tells the account as it is then.

        Raises LogTooShortError if the log does not have that command, or not any more.
        """
        if self.ledger is not None:
            return await self.ledger.rewind(account, number)
        rewound = recall(account, number, self._answer)
        self._accounts.put(rewound, "rewound")
        rewound.process_due(self.now(rewound))
        return rewound

    async def take_back(self, account: Account, steps: int) -> Account:
        """Forget the last so many steps that somebody took, and what followed from them; raises as `rewind`."""
        return await self.rewind(account, account.log.before_last(steps))

    async def fork(self, account: Account, key: str, number: int | None = None) -> Account:
        """Begin another account with the same past: all commands, or those up to the one of that number.

        Raises LogTooShortError as `rewind`, KeyTakenError if there is an account of that key already,
        NothingThereError for a key that this server does not take.
        """
        self._check_key(key)
        number = account.log.count if number is None else number
        if self.ledger is not None:
            return await self.ledger.fork(account, key, number)
        if self._accounts.get(key) is not None:
            raise KeyTakenError(f"there is an account of the key '{key}' already")
        copy = recall(account, number, self._answer)
        copy.key = key
        self._accounts.put(copy, "new")
        copy.process_due(self.now(copy))
        return copy

    # ---

    async def _issue(self, account: Account, command: Command) -> Any:
        if self.ledger is not None:
            return await self._submit(account, command)
        machine = self._machine()
        account.log.append(machine, account.clock.read(machine), command)
        told = perform(account, machine, command, self._answer)
        await self._make_room()
        return told

    async def _submit(self, account: Account, command: Command) -> Any:
        assert self.ledger is not None  # noqa: S101 -- told to the type checker; the callers looked
        told = await self.ledger.submit(account, command)
        await self._make_room()
        return told

    async def _make_room(self) -> None:
        retention = self._accounts.retention
        if retention.is_overfull:
            for account, count in retention.choose_oldest().items():
                await self._issue(account, DropMessages(count))


def _tell_dropped(which: str, dropped: int) -> str:
    return f" (any more: it has dropped {which}{dropped})" if dropped else ""
