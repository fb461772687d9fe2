"""The closed set of what can change an account: each change is one of these, with a number and a time.

An account is the fold of its commands: the same ones at the same times make the same account in any process
(`operations.replay`). They are plain data; all times in them are milliseconds of the machine's clock.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

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
    """Move the account's time on by so many ms."""

    duration: int


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


class NoteAttempt(NamedTuple):
    """An attempt to deliver a report ended so."""

    report: int
    attempt: Attempt


class DropMessages(NamedTuple):
    """There were too many messages on the server: so many of the account's oldest went."""

    messages: int


Command: TypeAlias = (
    "BeginAccount | ExpectRequest | TakeRequest | RefuseRequest | ContinueRequest | NoteOnRequest | UseScenario"
    " | AdvanceClock | RunClock | SetStatus | ResendReport | NoteAttempt | DropMessages"
)


class Entry(NamedTuple):
    """A command with its place in an account's log, from 1 on, and the machine's time at which it was taken, in ms."""

    number: int
    machine: int
    command: Command


class Log:
    """The last commands of an account, oldest first: as many as are kept, with no more scenarios than that."""

    __slots__ = ("_kept", "_scenarios", "count")

    def __init__(self) -> None:
        self._kept: deque[tuple[int, Command]] = deque()
        self._scenarios = 0
        self.count = 0
        """Commands ever taken; the number of the newest."""

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Entry]:
        first = self.count - len(self._kept) + 1
        return (Entry(number, *kept) for number, kept in enumerate(self._kept, first))

    def append(self, machine: int, command: Command) -> None:
        self.count += 1
        self._kept.append((machine, command))
        if isinstance(command, UseScenario):
            self._scenarios += 1
            while self._scenarios > MOST_SCENARIOS:
                self._drop_oldest()
        if len(self._kept) > KEPT:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        self._scenarios -= isinstance(self._kept.popleft()[1], UseScenario)
