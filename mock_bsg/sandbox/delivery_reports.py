"""An account's delivery reports: which is due when, in what order, and what became of each. Knows no HTTP."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from mock_bsg.domain.draws import draw
from mock_bsg.sandbox.blocks import Blocks
from mock_bsg.sandbox.event_queue import StatusChange
from mock_bsg.sandbox.report_retries import wait_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mock_bsg.rules.ruleset import ReportSetting
    from mock_bsg.sandbox.blocks import Block
    from mock_bsg.sandbox.message import Message

KEPT = 10_000
"""Reports that are kept when nothing more is to be done for them."""

_CAPTURED_TOGETHER = 250
"""Numbers in a block of a checkpoint."""

State = Literal["pending", "delivered", "given_up", "refused", "lost"]
STATES: tuple[State, ...] = get_args(State)


class Attempt(NamedTuple):
    """One try to deliver a report. `at` is ms of the account's clock, `duration` microseconds of the machine's.

    `status` is None where no answer came; then `error` says why. `is_refused`: it was not even sent, and will not be.
    `body` is what was sent, or would have been.
    """

    at: int
    status: int | None = None
    error: str | None = None
    duration: int = 0
    answer: str = ""
    is_refused: bool = False
    body: bytes | None = None

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Report:
    """What is to be said, or was, of one change of one message's status. Times are ms of the account's clock."""

    __slots__ = (
        "at",
        "attempts",
        "body",
        "due",
        "duplicate_of",
        "gives_way",
        "is_in_flight",
        "message",
        "number",
        "state",
        "status",
        "url",
    )

    def __init__(self, number: int, status_change: StatusChange, url: str, due: int) -> None:
        self.number = number
        self.at, self.message, self.status = status_change
        self.url = url
        self.due = due
        """When it is tried next, if the reports of the same message before it are done with by then."""
        self.state: State = "pending"
        self.attempts: list[Attempt] = []
        self.is_in_flight = False
        self.gives_way = False
        """Whether the message's next report is to overtake it."""
        self.duplicate_of: int | None = None
        self.body: bytes | None = None
        """What is sent; put together at the first attempt and the same in all."""

    @property
    def is_untouched(self) -> bool:
        return not self.attempts and not self.is_in_flight


class ReportState(NamedTuple):
    """A report as it was once; see its fields. Whether it was being sent just then is not said."""

    number: int
    at: int
    message: Message
    status: str
    url: str
    due: int
    state: State
    attempts: tuple[Attempt, ...]
    gives_way: bool
    duplicate_of: int | None
    body: bytes | None

    @classmethod
    def of(cls, report: Report) -> ReportState:
        return cls(
            report.number,
            report.at,
            report.message,
            report.status,
            report.url,
            report.due,
            report.state,
            tuple(report.attempts),
            report.gives_way,
            report.duplicate_of,
            report.body,
        )

    def restore(self) -> Report:
        report = Report(self.number, StatusChange(self.at, self.message, self.status), self.url, self.due)
        report.state = self.state
        report.attempts.extend(self.attempts)
        report.gives_way = self.gives_way
        report.duplicate_of = self.duplicate_of
        report.body = self.body
        return report


class ReportsState(NamedTuple):
    """The reports of an account as they were once, when so many had been made.

    `done` are the numbers of those that are done with, in the order in which they came to that; `crossed` those of the
    reports of a message that are pending, where one has overtaken another, in the order in which they go; `begun` those
    of which an attempt has begun and is not known to have ended.
    """

    made: int
    are_expected: bool
    states: Mapping[State, int]
    done: tuple[int, ...]
    crossed: tuple[tuple[int, ...], ...]
    begun: frozenset[int]
    blocks: tuple[Block[ReportState], ...]


class Reports:
    """The delivery reports of an account, by number.

    The reports of one message go in order: only the first of those that are pending is ever due.
    """

    __slots__ = (
        "_blocks",
        "_crossed",
        "_done",
        "_kept",
        "_lanes",
        "_order",
        "_queue",
        "are_expected",
        "begun",
        "count",
        "flying",
        "states",
    )

    def __init__(self) -> None:
        self._kept: dict[int, Report] = {}
        self._done: deque[int] = deque()
        self._lanes: dict[int, list[Report]] = {}
        """The reports of each message that are pending, by its id, in the order in which they go."""
        self._crossed: set[int] = set()
        """The messages whose pending reports are not in the order of their numbers."""
        self._blocks: Blocks[ReportState] = Blocks(_CAPTURED_TOGETHER)
        self._queue: list[tuple[int, int, int, Report]] = []
        self._order = 0
        self.are_expected = False
        """Whether any message ever asked for reports."""
        self.count = 0
        """Reports ever made; the number of the newest."""
        self.states: Counter[State] = Counter()
        """How many of the reports ever made are in which state."""
        self.begun: set[int] = set()
        """The numbers of those that somebody began to send, and has not said yet how that ended."""
        self.flying: set[Report] = set()
        """Those that are being sent right now."""

    @property
    def pending(self) -> int:
        return self.states["pending"]

    @property
    def dropped(self) -> int:
        return self.count - len(self._kept)

    def get(self, number: int) -> Report | None:
        return self._kept.get(number)

    def newest_first(self) -> Iterator[Report]:
        return reversed(self._kept.values())

    def of(self, message: Message) -> list[Report]:
        """List the reports of one message, oldest first."""
        return [report for report in self._kept.values() if report.message.id == message.id]

    def next_attempt(self, report: Report) -> int | None:
        """Tell when a report is tried next at the earliest, those before it included; None if it is done with."""
        lane = self._lanes.get(report.message.id, [])
        if report not in lane:
            return None
        return max(one.due for one in lane[: lane.index(report) + 1])

    # --- made

    def note(self, status_change: StatusChange, setting: ReportSetting, seed: int) -> list[Report]:
        """Make the report of a change of status, as the scenario's gateway makes it: late, twice, or lost.

        Tells what was made, which is nothing where nobody asked for reports.
        """
        message, url = status_change.message, status_change.message.submission.callback_url
        if url is None:
            return []

        def draw_for(chance: str) -> float:
            who = message.reference or message.id
            return draw(seed, "report", chance, message.channel, message.msisdn, who, status_change.status)

        due = status_change.at + (setting.delay.low if setting.delay.is_fixed else setting.delay.at(draw_for("delay")))
        report = self._make(status_change, url, due)
        if setting.lose and draw_for("lose") < setting.lose:
            self._finish(report, "lost", due)
            return [report]
        made = [report]
        if setting.duplicate and draw_for("duplicate") < setting.duplicate:
            made.append(self._make(status_change, url, due))
            made[1].duplicate_of = report.number
        if setting.reorder and draw_for("reorder") < setting.reorder:
            self._let_pass(made)
        self._line_up(made)
        return made

    def renew(self, message: Message) -> None:
        """Let reports be about a message as it is now: it has been replaced."""
        if message.submission.callback_url is not None:
            done = (self._kept[number] for number in self._done)
            for report in chain(self._lanes.get(message.id, ()), done):
                if report.message.id == message.id:
                    report.message = message
                    self._blocks.touch(report.number)

    def _make(self, status_change: StatusChange, url: str, due: int) -> Report:
        self.count += 1
        self.states["pending"] += 1
        self._blocks.touch(self.count)
        report = self._kept[self.count] = Report(self.count, status_change, url, due)
        return report

    @staticmethod
    def _let_pass(made: list[Report]) -> None:
        """Hold reports back until the message's next status, if it is going to have one."""
        message, at = made[0].message, made[0].at
        start = message.submission.start
        following = message.timeline.next_offset(at - start)
        if following is not None:
            for report in made:
                report.gives_way = True
                report.due = max(report.due, start + following)

    def _line_up(self, made: list[Report]) -> None:
        lane = self._lanes.setdefault(made[0].message.id, [])
        place = len(lane)
        while place and lane[place - 1].gives_way and lane[place - 1].is_untouched:
            place -= 1
        for overtaken in lane[place:]:
            overtaken.gives_way = False
            self._crossed.add(overtaken.message.id)
            self._blocks.touch(overtaken.number)
        lane[place:place] = made
        self._expect(lane[0])

    # --- due

    def next_due(self) -> int | None:
        """Tell when a report is to be tried next, in ms of the account's clock."""
        queue = self._queue
        while queue and not self._is_current(queue[0]):
            heapq.heappop(queue)
        return queue[0][0] if queue else None

    def take_due(self, now: int) -> list[Report]:
        """Take all that are to be tried now, in order of due time; from here on they are in flight."""
        taken = []
        while (due := self.next_due()) is not None and due <= now:
            report = heapq.heappop(self._queue)[3]
            self.take(report)
            taken.append(report)
        return taken

    def take(self, report: Report) -> None:
        """Note that a report is being sent: because it is due, or because somebody wants it sent again."""
        report.is_in_flight = True
        self.flying.add(report)

    def release(self, report: Report) -> None:
        """Take back that a report is being sent: this server does not know how it ended, or does not send it at all."""
        self._land(report)
        lane = self._lanes.get(report.message.id)
        if lane is not None and lane[0] is report:
            self._expect(report)

    def _land(self, report: Report) -> None:
        report.is_in_flight = False
        self.flying.discard(report)

    def _expect(self, report: Report) -> None:
        self._order += 1
        heapq.heappush(self._queue, (report.due, report.number, self._order, report))

    def _is_current(self, entry: tuple[int, int, int, Report]) -> bool:
        due, _, _, report = entry
        lane = self._lanes.get(report.message.id)
        return lane is not None and lane[0] is report and report.due == due and not report.is_in_flight

    # --- tried

    def begin(self, report: Report) -> bool:
        """Note that a report is about to be sent; tells whether it may have been sent before, by whom we don't know."""
        may_repeat = report.number in self.begun
        self.begun.add(report.number)
        return may_repeat

    def record(self, report: Report, attempt: Attempt, now: int) -> None:
        """Note how an attempt ended at `now`: the report is done with, or tried again later."""
        self._land(report)
        self.begun.discard(report.number)
        self._blocks.touch(report.number)
        report.attempts.append(attempt)
        report.body = report.body or attempt.body
        if attempt.succeeded:
            self._finish(report, "delivered", now)
        elif attempt.is_refused:
            self._finish(report, "refused", now)
        elif report.state == "pending" and (wait := wait_after(len(report.attempts))) is not None:
            report.due = now + wait
            self._expect(report)
        else:
            self._finish(report, "given_up", now)

    def _finish(self, report: Report, state: State, now: int) -> None:
        before = report.state
        if before == "delivered":
            return  # sent again by hand: what was delivered stays so, whatever becomes of the other copy
        report.state = state
        self.states[before] -= 1
        self.states[state] += 1
        if before != "pending":
            return
        lane = self._lanes.get(report.message.id, [])
        if report in lane:
            lane.remove(report)
            if lane:
                lane[0].due = max(lane[0].due, now)
                self._blocks.touch(lane[0].number)
                self._expect(lane[0])
            else:
                del self._lanes[report.message.id]
                self._crossed.discard(report.message.id)
        self._done.append(report.number)
        if len(self._done) > KEPT:
            gone = self._done.popleft()
            del self._kept[gone]
            self._blocks.touch(gone)

    # --- put down, and taken up again

    def capture(self) -> ReportsState:
        """Tell all reports; the block objects are the same where nothing has changed since it was last asked."""
        crossed = tuple(tuple(report.number for report in self._lanes[message]) for message in sorted(self._crossed))
        return ReportsState(
            self.count,
            self.are_expected,
            dict(self.states),
            tuple(self._done),
            crossed,
            frozenset(self.begun),
            self._blocks.collect(self._read),
        )

    @classmethod
    def restore(cls, state: ReportsState) -> Reports:
        """Make reports that are like those; none is being sent, and each is due when it was."""
        reports = cls()
        reports.count, reports.are_expected = state.made, state.are_expected
        reports.states.update(state.states)
        reports._done.extend(state.done)
        reports.begun.update(state.begun)
        kept, lanes = reports._kept, reports._lanes
        for block in state.blocks:
            for row in block.rows:
                report = kept[row.number] = row.restore()
                if report.state == "pending":
                    lanes.setdefault(report.message.id, []).append(report)
        for numbers in state.crossed:
            message = kept[numbers[0]].message.id
            lanes[message] = [kept[number] for number in numbers]
            reports._crossed.add(message)
        for lane in lanes.values():
            reports._expect(lane[0])
        reports._blocks.adopt(state.blocks)
        return reports

    def _read(self, first: int, end: int) -> list[ReportState]:
        found = (self._kept.get(number) for number in range(first, end))
        return [ReportState.of(report) for report in found if report is not None]
