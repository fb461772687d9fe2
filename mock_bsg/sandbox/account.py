"""One API key, one world: balance, messages, references, clock and scenario of an account."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Protocol

from mock_bsg.domain.draws import draw
from mock_bsg.domain.lifecycle import FAILED, LOOKUPS, REFUNDED, Channel
from mock_bsg.rules.usage import Usage
from mock_bsg.sandbox.authentications import Authentications
from mock_bsg.sandbox.campaigns import Campaigns
from mock_bsg.sandbox.checkpoint import Checkpoint
from mock_bsg.sandbox.clock import Clock
from mock_bsg.sandbox.code_templates import CodeTemplates
from mock_bsg.sandbox.delivery_reports import Reports
from mock_bsg.sandbox.event_queue import EventQueue, StatusChange
from mock_bsg.sandbox.journal import Journal
from mock_bsg.sandbox.log import Log
from mock_bsg.sandbox.message_index import MessageIndex
from mock_bsg.sandbox.message_store import MessageStore
from mock_bsg.sandbox.pricing import Prices
from mock_bsg.sandbox.replies import Replies
from mock_bsg.sandbox.requests import Requests
from mock_bsg.sandbox.tasks import Tasks
from mock_bsg.sandbox.timeline import FIRST_STATUS, Step, Timeline, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mock_bsg.domain.money import Amount
    from mock_bsg.rules.plan import Plan
    from mock_bsg.rules.ruleset import Decision, Ruleset
    from mock_bsg.rules.usage import Section
    from mock_bsg.sandbox.delivery_reports import Attempt, Report
    from mock_bsg.sandbox.message import Message, Submission
    from mock_bsg.sandbox.news import News
    from mock_bsg.sandbox.retention import Retention

DEFAULTS = "defaults"
"""What decides for a recipient that no rule matched, in X-Mock-BSG-Rule and wherever a rule is named."""

MOST_SHARED_TIMELINES = 1_000
"""A client that makes up a validity for every message must not fill the memory with timelines nobody shares."""


class Listener(Protocol):
    """Who is told what happens in an account; `every_step`: of the statuses of all messages."""

    @property
    def every_step(self) -> bool: ...

    def tell(self, account: Account, news: News, /) -> object: ...


class Account:
    """The world of one API key. Every call that depends on the time is told it, in ms of the account's clock."""

    def __init__(self, key: str, ruleset: Ruleset, machine: int, retention: Retention[Account]) -> None:
        self.key = key
        self.retention = retention
        self.is_forgotten = False
        """Whether it is not there any more; `successor` is the account in its place, if it was only rewound."""
        self.successor: Account | None = None
        self.messages = MessageStore()
        """By id, in the order of creation; the planned SMS of an alternative route is here before it is born."""
        self.references: dict[Channel, dict[str, int]] = {channel: {} for channel in FIRST_STATUS}
        self.nameless: set[int] = set()
        """Messages that did not take their references: what was refused in a campaign, and SMS of alternative routes
        whose reference another message had when they were born."""
        self._by_number = MessageIndex(self.messages, lambda message: message.msisdn)
        self._by_reference = MessageIndex(self.messages, lambda message: message.reference)
        self.log = Log(self)
        """The commands that made it what it is; only `operations` adds to them."""
        self.journal = Journal()
        self.requests = Requests()
        self.event_queue = EventQueue(self.messages)
        self.reports = Reports()
        self.messages_dropped = 0
        self.planned_sms = 0
        """How many of the messages are planned SMS that do not exist yet."""
        self._listeners: list[Listener] = []
        self.is_followed = False
        """Whether anybody outside waits for what happens here: a receiver of reports, a listener, a test."""
        self.created_counts: dict[Channel, int] = dict.fromkeys(FIRST_STATUS, 0)
        """Messages ever created; the SMS of an alternative route counts from its birth."""
        self.tasks = Tasks()
        self.campaigns = Campaigns()
        self.replies = Replies()
        self._tells_every_step = False
        self._begin(ruleset, machine)

    def _begin(self, ruleset: Ruleset, machine: int) -> None:
        setting = ruleset.clock
        self.clock = Clock(machine, start=setting.start, speed=0 if setting.manual else setting.speed)
        self.next_id = ruleset.first_id
        self.oldest_id = ruleset.first_id
        """No message that is still kept has a lower id."""
        self.noted_until = ruleset.first_id
        """The next step of every message with a lower id is in the queue, whether anything depends on it or not."""
        self.processed = self.clock.read(machine)
        """Everything up to here has happened; ms of the account's clock."""
        self.began = self.processed
        # Their times would be those of another clock.
        self.authentications = Authentications()
        self.code_templates = CodeTemplates()
        self._follow(ruleset)

    def _follow(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.usage = Usage()
        self.prices = Prices(ruleset.prices, ruleset.account.tariffs)
        self.balance: Amount = ruleset.account.balance
        self.paid_from = self.next_id
        """The first message that this balance has paid for: what an earlier scenario's paid is not given back to it."""
        self.limit: Amount = ruleset.account.limit
        self.currency = ruleset.account.currency
        self._timelines: dict[tuple[Plan, int | None, int], Timeline] = {}

    def use(self, ruleset: Ruleset, machine: int) -> None:
        """Follow another scenario from now on: its rules, prices, faults and money. The messages stay as they are.

        An account that has no messages yet begins anew, with the scenario's clock and first id, too. Otherwise the
        clock keeps its time, which never goes back, and takes on the scenario's speed.
        """
        if not self.messages and not self.messages_dropped:
            self._begin(ruleset, machine)
            return
        self.process_due(self.clock.read(machine))
        setting = ruleset.clock
        if setting.start is not None:
            self.clock.advance(max(0, setting.start - self.clock.read(machine)), machine)
        self.clock.run(0 if setting.manual else setting.speed, machine)
        self.process_due(self.clock.read(machine))
        self._follow(ruleset)

    def follow_changed(self, ruleset: Ruleset, section: Section, move: Callable[[int], int | None]) -> None:
        """Follow the same scenario with a rule or fault more, or less; what was used of the others stays used.

        `move` tells where each of the section stands now; None: nowhere.
        """
        self.ruleset = ruleset
        self.usage = self.usage.moved(section, move)

    # --- money

    @property
    def available(self) -> Amount:
        """What can be spent: balance and credit."""
        return self.balance + self.limit

    # --- messages

    def find(self, message_id: int, now: int, channel: Channel | None = None) -> Message | None:
        message = self.messages.get(message_id)
        if message is None or not message.is_visible(now) or (channel is not None and channel != message.channel):
            return None
        return message

    def find_by_reference(self, reference: str, now: int, channel: Channel) -> Message | None:
        self.process_due(now)  # an SMS takes its reference when it is born
        message_id = self.references[channel].get(reference)
        return None if message_id is None else self.find(message_id, now)

    def has_reference(self, reference: str) -> bool:
        """Whether a message of any channel has it, lookups aside."""
        for channel, taken in self.references.items():  # noqa: SIM110 -- any() takes longer, and every message asks
            if reference in taken and channel not in LOOKUPS:
                return True
        return False

    def counterpart(self, message: Message, now: int) -> Message | None:
        """Find of a Viber message its SMS, if it came to that by now; of such an SMS its Viber message."""
        return None if message.counterpart is None else self.find(message.counterpart, now)

    @property
    def message_count(self) -> int:
        return len(self.messages) - self.planned_sms

    def newest_first(
        self, now: int, before: int | None = None, *, msisdn: str | None = None, reference: str | None = None
    ) -> Iterator[Message]:
        """Go through the messages that exist, the newest first; `before` goes on below that id.

        With `reference`, or else `msisdn`, only through those that have it: nothing else is looked at then.
        """
        if reference is not None:
            newest = self._by_reference.newest_first(reference, before)
        elif msisdn is not None:
            newest = self._by_number.newest_first(msisdn, before)
        elif before is not None and self.messages:
            ids = range(min(before, self.next_id) - 1, self.oldest_id - 1, -1)
            newest = (message for message_id in ids if (message := self.messages.get(message_id)) is not None)
        else:
            newest = self.messages.newest_first()
        return (message for message in newest if message.is_visible(now))

    def add(self, messages: Sequence[Message], *, named: Sequence[Message] | None = None) -> None:
        """Give messages of one channel their ids and keep them.

        `named` are those that take their references; None: all. One that is not born yet does not.
        """
        self.messages.put(messages, self.next_id)
        self.next_id += len(messages)
        self._by_number.add(messages)
        self._by_reference.add(messages)
        references = self.references[messages[0].channel]
        for message in messages if named is None else named:
            if message.reference is not None:
                references.setdefault(message.reference, message.id)

    def note_steps(self, messages: Sequence[Message]) -> None:
        """Note new messages' steps, their creation included, if anybody or anything depends on them."""
        every_step = self._tells_every_step
        for message in messages:
            is_reported = message.submission.callback_url is not None
            # As in has_consequences, without the call: this is hot.
            if every_step or is_reported or message.timeline.failed_at is not None:
                self.event_queue.add_at(message.submission.time_in, message)
                if is_reported:
                    self.expect_reports()
        if every_step:
            self.noted_until = self.next_id

    def expect_reports(self) -> None:
        """Note that somebody waits for what happens here."""
        self.is_followed = self.reports.are_expected = True

    def forget(self, message: Message) -> None:
        self._forget_all_but_names(message)
        self._by_number.remove(message)
        self._by_reference.remove(message)

    def _forget_all_but_names(self, message: Message) -> None:
        self.messages.remove(message.id)
        if not message.is_visible(self.processed):
            self.planned_sms -= 1
        references = self.references[message.channel]
        if message.reference is not None and references.get(message.reference) == message.id:
            del references[message.reference]
        else:
            self.nameless.discard(message.id)

    def drop_oldest(self, count: int) -> int:
        """Forget so many of the oldest messages; tells how many there were to forget."""
        oldest = list(islice(self.messages.oldest_first(), count))
        for message in oldest:
            self._forget_all_but_names(message)
        # Found here, not each time it is asked for: a dict's beginning is slow to find after many were dropped.
        self.oldest_id = next(iter(self.messages), self.next_id)
        self._by_number.drop(oldest, self.oldest_id)
        self._by_reference.drop(oldest, self.oldest_id)
        self.messages_dropped += len(oldest)
        return len(oldest)

    # --- timelines

    def timeline_of(
        self, plan: Plan, submission: Submission, msisdn: str, decision: Decision | None, usage: Usage
    ) -> Timeline:
        """Turn a plan into what will really happen: ranges drawn, validity and scheduled time observed.

        A draw that no rule counts is counted in `usage`.
        """
        validity, lead = submission.validity, submission.start - submission.time_in
        if plan.is_fixed:
            timeline = self._timelines.get((plan, validity, lead))
            if timeline is None:
                steps = [Step(status, span.low) for status, span in plan.steps]
                timeline = lay_out(plan.channel, steps, validity, lead)
                if len(self._timelines) < MOST_SHARED_TIMELINES:
                    self._timelines[plan, validity, lead] = timeline
            return timeline
        if decision is not None:
            decided_by, drawn = decision.rule.drawn_as, decision.draw
        else:
            decided_by = DEFAULTS
            drawn = usage.count(("default draw", plan.channel, msisdn))
        seed = self.ruleset.seed
        steps = [
            Step(status, span.at(draw(seed, decided_by, msisdn, drawn, plan.channel, index)))
            for index, (status, span) in enumerate(plan.steps)
        ]
        return lay_out(plan.channel, steps, validity, lead)

    # --- time

    def process_due(self, now: int) -> None:
        """Let everything happen that has become due: refunds, the SMS of alternative routes, word to the watchers."""
        due = self.event_queue.next_due()
        if due is not None and due <= now:
            for status_change in self.event_queue.take_due(now):
                self._process(status_change)
        self.processed = max(self.processed, now)

    def next_due(self, now: int) -> int | None:
        """Tell when the next thing happens to any message, in ms of the account's clock."""
        self.note_every_step()
        self.process_due(now)
        return self.event_queue.next_due()

    def note_every_step(self) -> None:
        """Note the next step of every message there is, not only of those on which money or a report depends."""
        start = max(self.noted_until, self.oldest_id)
        if start >= self.next_id:
            return
        found = (self.messages.get(message_id) for message_id in range(start, self.next_id))
        self.event_queue.add_all(
            [message for message in found if message is not None and not self.has_consequences(message)],
            self.processed,
        )
        self.noted_until = self.next_id

    # --- who is told

    def attach(self, listener: Listener) -> None:
        """Tell a listener from now on what happens here."""
        self._listeners.append(listener)
        self._consider_listeners()
        if listener.every_step:
            self.note_every_step()

    def detach(self, listener: Listener) -> None:
        """Tell a listener nothing more."""
        self._listeners.remove(listener)
        self._consider_listeners()

    @property
    def has_listeners(self) -> bool:
        return bool(self._listeners)

    def detach_all(self) -> None:
        """Let go of whoever listens: nothing will happen here any more."""
        self._listeners.clear()
        self._consider_listeners()

    def tell(self, news: News) -> None:
        """Let those who listen know of something."""
        for listener in tuple(self._listeners):  # one who hears of it may leave at once
            listener.tell(self, news)

    def _consider_listeners(self) -> None:
        self.is_followed = self.reports.are_expected or bool(self._listeners)
        self._tells_every_step = any(listener.every_step for listener in self._listeners)

    # --- what happens

    def record(self, report: Report, attempt: Attempt, now: int) -> None:
        """Note how an attempt to deliver a report ended at that instant."""
        self.reports.record(report, attempt, now)
        self.tell(report)

    def reschedule(self, message: Message, timeline: Timeline, now: int) -> Message:
        """Replace what becomes of a message; the steps of this instant that are new happen at once.

        Tells the message as it is from now on.
        """
        known = message.timeline.position(now - message.submission.start)
        message = message.with_timeline(timeline)
        self.messages.replace(message)
        if known:  # else there is no report of it yet
            self.reports.renew(message)
        reached = timeline.position(now - message.submission.start)
        for status in timeline.statuses[known + 1 : reached + 1]:
            self._process(StatusChange(now, message, status))
        if message.id < self.noted_until or self.has_consequences(message):
            self.event_queue.add(message, now)
        return message

    @staticmethod
    def has_consequences(message: Message) -> bool:
        """Whether its steps have to happen in their time: money, a report or an SMS depends on them."""
        submission = message.submission
        return (
            submission.callback_url is not None
            or message.timeline.failed_at is not None
            or (message.counterpart is not None and submission.channel == "sms")
        )

    def _process(self, status_change: StatusChange) -> None:
        _, message, status = status_change
        if message.channel == "sms" and message.counterpart is not None and status == FIRST_STATUS["sms"]:
            self.planned_sms -= 1
            self.created_counts["sms"] += 1
            self.balance -= message.price
            if message.reference is not None:
                owner = self.references["sms"].setdefault(message.reference, message.id)
                if owner != message.id:
                    self.nameless.add(message.id)
        elif message.channel in REFUNDED and status in FAILED and message.id >= self.paid_from:
            self.balance += message.price
        if self._listeners:
            self.tell(status_change)
        if message.submission.callback_url is not None and status != message.timeline.statuses[0]:
            for report in self.reports.note(status_change, self.ruleset.reports, self.ruleset.seed):
                self.tell(report)

    # --- put down

    def capture(self) -> Checkpoint:
        """Tell all that makes the account, as it is after the newest command of its log; quick, whatever is in it."""
        requests = self.requests.capture()
        return Checkpoint(
            number=self.log.count,
            machine=self.log.newest_machine,
            ruleset=self.ruleset,
            clock=self.clock.capture(),
            processed=self.processed,
            began=self.began,
            balance=self.balance,
            paid_from=self.paid_from,
            oldest_id=self.oldest_id,
            next_id=self.next_id,
            messages=self.messages.capture(self.oldest_id, self.next_id),
            messages_dropped=self.messages_dropped,
            created_counts=dict(self.created_counts),
            nameless=frozenset(self.nameless),
            usage=self.usage.capture(),
            journal=self.journal.capture(requests.entries),
            requests=requests,
            reports=self.reports.capture(),
            tasks=self.tasks.capture(),
            campaigns=self.campaigns.capture(),
            replies=self.replies.capture(),
            authentications=self.authentications.capture(),
            code_templates=self.code_templates.capture(),
        )
