"""The closed set of what can change an account: each change is one of these, with a number and a time.

An account is the fold of its commands: the same ones at the same times make the same account in any process
(`operations.replay`). They are plain data; all times in them are milliseconds of the machine's clock.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mock_bsg.sandbox.errors import LogTooShortError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.delivery_reports import Attempt

KEPT = 10_000
"""Commands of an account that are kept."""
MOST_SCENARIOS = 20
"""Scenarios that are kept among them: one of 300 rules takes 1 MB."""


class BeginAccount(NamedTuple):
    """The first call that named the key: the account follows this scenario."""

    ruleset: Ruleset


class TakeRequest(NamedTuple):
    """A request of BSG's API came: method, path and headers as they were. `notes` say what was wrong with its form.

    `expected` is its number if its head came earlier.
    """

    method: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    notes: tuple[str, ...] = ()
    body: bytes = b""
    expected: int | None = None


class ExpectRequest(NamedTuple):
    """The head of a request came; its body is still on its way."""

    request: TakeRequest


class RefuseRequest(NamedTuple):
    """A request came that no function was asked about. `status` is None if it got no answer."""

    request: TakeRequest
    status: int | None
    answer: bytes


class ContinueRequest(NamedTuple):
    """A request that the scenario holds back has waited long enough."""

    request: int


class NoteOnRequest(NamedTuple):
    """Something became known of a request when it had been taken: its client had gone, for one."""

    request: int
    note: str


class UseScenario(NamedTuple):
    """Follow this scenario from now on."""

    ruleset: Ruleset


class AdvanceClock(NamedTuple):
    """Move the account's time on by so many ms.

    `goes_on`: it is part of the order of the command before it, as an advance is that stops where something happens.
    """

    duration: int
    goes_on: bool = False


class RunClock(NamedTuple):
    """Let the account's time go at that speed; 0: stand still."""

    speed: float


class SetStatus(NamedTuple):
    """Make a status happen to a message."""

    message: int
    status: str


class ResendReport(NamedTuple):
    """A delivery report is to be sent again."""

    report: int


class BeginAttempt(NamedTuple):
    """A delivery report is about to be sent; only where accounts outlive the server that sends it."""

    report: int


class NoteAttempt(NamedTuple):
    """An attempt to deliver a report ended so."""

    report: int
    attempt: Attempt


class DropMessages(NamedTuple):
    """There were too many messages on the server: so many of the account's oldest went."""

    messages: int


Command: TypeAlias = (
    "BeginAccount | ExpectRequest | TakeRequest | RefuseRequest | ContinueRequest | NoteOnRequest | UseScenario"
    " | AdvanceClock | RunClock | SetStatus | ResendReport | BeginAttempt | NoteAttempt | DropMessages"
)


class Entry(NamedTuple):
    """A command with its place in an account's log, from 1 on, and the machine's time at which it was taken, in ms."""

    number: int
    machine: int
    command: Command


class Noted(NamedTuple):
    """A command as one looks back at it: `at` is the account's time at which it was taken, in ms.

    `request` is the number of the request that it is about.
    """

    number: int
    at: int
    command: Command
    request: int | None


class Log:
    """The last commands of an account, oldest first: as many as are kept, with no more scenarios than that."""

    __slots__ = ("_kept", "_scenarios", "count")

    def __init__(self) -> None:
        self._kept: deque[tuple[int, int, Command]] = deque()
        self._scenarios = 0
        self.count = 0
        """Commands ever taken; the number of the newest."""

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Entry]:
        first = self.count - len(self._kept) + 1
        return (Entry(number, machine, command) for number, (machine, _, command) in enumerate(self._kept, first))

    @property
    def newest_machine(self) -> int:
        """The machine's time of the newest command; raises IndexError if there is none."""
        return self._kept[-1][0]

    def newest_first(self, requests: int) -> Iterator[Noted]:
        """Look back at the commands; `requests` is the number of the newest request by now."""
        for number, (_, at, command) in zip(range(self.count, 0, -1), reversed(self._kept), strict=False):
            yield Noted(number, at, command, _request_of(command, requests))
            requests -= _is_new_request(command)

    def before_last(self, steps: int) -> int:
        """Tell after which command the last so many steps were taken; raises LogTooShortError."""
        found = 0
        for number, _, command, _ in self.newest_first(0):
            found += is_step(command)
            if found == steps:
                return number - 1
        there_are = f"has {found} step{'s' if found != 1 else ''}"
        raise LogTooShortError(f"the log {there_are} to take back, not {steps}")

    def append(self, machine: int, at: int, command: Command) -> None:
        """Note a command that was taken at that time of the machine's, and at that of the account's."""
        self.count += 1
        self._kept.append((machine, at, command))
        if isinstance(command, UseScenario):
            self._scenarios += 1
            while self._scenarios > MOST_SCENARIOS:
                self._drop_oldest()
        if len(self._kept) > KEPT:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        self._scenarios -= isinstance(self._kept.popleft()[2], UseScenario)


def is_step(command: Command) -> bool:
    """Whether somebody took it: a request of BSG's API, or a control order. All else follows from what was before."""
    match command:
        case TakeRequest() | RefuseRequest():
            return _is_new_request(command)  # else its head was the step
        case AdvanceClock(goes_on=goes_on):
            return not goes_on
        case ExpectRequest() | UseScenario() | RunClock() | SetStatus() | ResendReport():
            return True
    return False


def _is_new_request(command: Command) -> bool:
    """Whether a request is entered into the journal with it."""
    match command:
        case TakeRequest(expected=None) | ExpectRequest() | RefuseRequest(request=TakeRequest(expected=None)):
            return True
    return False


def _request_of(command: Command, newest: int) -> int | None:
    match command:
        case TakeRequest(expected=int(number)) | RefuseRequest(request=TakeRequest(expected=int(number))):
            return number
        case ContinueRequest(number) | NoteOnRequest(number):
            return number
    return newest if _is_new_request(command) else None
