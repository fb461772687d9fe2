"""The log of an account: its last commands, and checkpoints from which they make it anew."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol
from weakref import ref

from mock_bsg.sandbox.commands import (
    AddRule,
    Command,
    ContinueRequest,
    DropMessages,
    Entry,
    NoteOnRequest,
    RefuseRequest,
    TakeBackRule,
    TakeRequest,
    UseScenario,
    is_new_request,
    is_step,
)
from mock_bsg.sandbox.errors import LogTooShortError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Sized

    from mock_bsg.sandbox.blocks import Block
    from mock_bsg.sandbox.checkpoint import Checkpoint
    from mock_bsg.sandbox.journal import Exchange

REACH = 10_000
"""The last so many commands can be taken back, once there were so many; a quarter more are kept."""
_STRIDE = 4
"""Checkpoints in that reach."""
MOST_SCENARIOS = 20
"""Scenarios that are kept among them: one of 300 rules takes 1 MB."""
_SHARE = 10
"""Messages that have been dropped, but are still in checkpoints, are at most one tenth of those that are kept."""
_FEW_MESSAGES = 1_000
"""So many dropped messages may always be there."""
_FOLLOWING = (UseScenario, AddRule, TakeBackRule)
"""Commands with which an account follows another scenario."""
_WEIGHTY = (*_FOLLOWING, DropMessages)


class Noted(NamedTuple):
    """A command as one looks back at it: `at` is the account's time at which it was taken, in ms.

    `request` is the number of the request that it is about.
    """

    number: int
    at: int
    command: Command
    request: int | None


class Captured(Protocol):
    """Whose log it is."""

    @property
    def messages(self) -> Sized: ...

    def capture(self) -> Checkpoint: ...


class _Base(NamedTuple):
    """Where a log may begin: a checkpoint, or None for the very beginning.

    The others are how many scenarios had been used, and messages dropped, by then.
    """

    checkpoint: Checkpoint | None
    scenarios: int = 0
    dropped: int = 0

    @property
    def number(self) -> int:
        return 0 if self.checkpoint is None else self.checkpoint.number


class Log:
    """The last commands of an account, oldest first, and the checkpoint after which the oldest was taken.

    A checkpoint is made at every so many commands; when the one after it is far enough back, the log begins there.
    Where commands hold much memory, scenarios and the messages of checkpoints, it begins there earlier.
    """

    __slots__ = ("_bases", "_dropped", "_due", "_kept", "_leaving", "_scenarios", "_spare", "_whose", "count")

    def __init__(self, whose: Captured, base: Checkpoint | None = None) -> None:
        self._whose = ref(whose)  # which has the log, and is to go at once when nothing else names it
        self._bases = deque([_Base(base)])
        self._kept: deque[tuple[int, int, Command]] = deque()
        self._spare = 0
        """How many of the oldest commands are of no use any more. They go one by one, as new ones come: of what comes
        and goes in turns the garbage collector takes no notice."""
        self._leaving: deque[Exchange] = deque()
        """Requests that the journal dropped long ago, and checkpoints now; they go one by one, too."""
        self._scenarios = 0
        self._dropped = 0
        self.count = self._bases[0].number
        """Commands ever taken; the number of the newest."""
        self._due = self.count + REACH // _STRIDE

    def __len__(self) -> int:
        return len(self._kept) - self._spare

    def __iter__(self) -> Iterator[Entry]:
        kept = islice(self._kept, self._spare, None)
        return (Entry(number, machine, command) for number, (machine, _, command) in enumerate(kept, self._first))

    @property
    def held(self) -> int:
        """How many commands are in memory, those too that are on their way out."""
        return len(self._kept)

    @property
    def _first(self) -> int:
        return self.count - len(self) + 1

    def newest_first(self, requests: int) -> Iterator[Noted]:
        """Look back at the commands; `requests` is the number of the newest request by now."""
        for number, (_, at, command) in zip(range(self.count, self._first - 1, -1), reversed(self._kept), strict=False):
            yield Noted(number, at, command, _request_of(command, requests))
            requests -= is_new_request(command)

    def before_last(self, steps: int) -> int:
        """Tell after which command the last so many steps were taken; raises LogTooShortError."""
        found = 0
        for number, _, command, _ in self.newest_first(0):
            found += is_step(command)
            if found == steps:
                return number - 1
        there_are = f"has {found} step{'s' if found != 1 else ''}"
        raise LogTooShortError(f"the log {there_are} to take back, not {steps}")

    @property
    def newest_machine(self) -> int:
        """The machine's time at which the newest command was taken, in ms; 0 before the first."""
        if self._kept:
            return self._kept[-1][0]
        base = self._bases[-1].checkpoint
        return 0 if base is None else base.machine

    def append(self, machine: int, at: int, command: Command) -> None:
        """Note a command that was taken at that time of the machine's, and at that of the account's.

        The account has done all commands before it by now, and nothing of this one.
        """
        if self.count >= self._due:
            self._take_base()
        self.count += 1
        self._kept.append((machine, at, command))
        if self._spare:
            self._kept.popleft()
            self._spare -= 1
        if self._leaving:
            self._leaving.popleft()
        if isinstance(command, _WEIGHTY):
            self._weigh(command)

    # --- from where the account can be made anew

    @property
    def newest_base(self) -> Checkpoint | None:
        """The last checkpoint that was made; None before the first."""
        return self._bases[-1].checkpoint

    @property
    def reach(self) -> range:
        """The numbers of the commands after which the account can be made anew."""
        return range(max(1, self._bases[0].number), self.count + 1)

    def since(self, number: int) -> tuple[Checkpoint | None, list[Entry]]:
        """Tell the last checkpoint up to that command, and all commands after it up to that one; None: all from first.

        The number is one of `reach`.
        """
        base = next(base for base in reversed(self._bases) if base.number <= number)
        first = self._first
        return base.checkpoint, list(islice(self, max(0, base.number + 1 - first), number + 1 - first))

    def until(self, number: int, whose: Captured) -> Log:
        """Make a log of the commands up to that one, which is one of `reach`, for an account that was made of them."""
        log = Log(whose)
        first = self._first
        log._bases = deque(base for base in self._bases if base.number <= number)
        log._kept = deque(islice(self._kept, self._spare, self._spare + number + 1 - first))
        log.count = number
        since_base = islice(log._kept, log._bases[-1].number + 1 - first, None)
        log._scenarios, log._dropped = log._bases[-1].scenarios, log._bases[-1].dropped
        log._due = log._bases[-1].number + REACH // _STRIDE
        for _, _, command in since_base:
            log._weigh(command)
        return log

    def _weigh(self, command: Command) -> None:
        """Take the next checkpoint early where there is much after the last one that holds memory."""
        last = self._bases[-1]
        if isinstance(command, _FOLLOWING):
            self._scenarios += 1
            if self._scenarios - last.scenarios >= MOST_SCENARIOS // 2:
                self._due = min(self._due, self.count)
        elif isinstance(command, DropMessages):
            self._dropped += command.messages
            if self._dropped - last.dropped >= self._most_dropped() // 2:
                self._due = min(self._due, self.count)

    def _most_dropped(self) -> int:
        return max(_FEW_MESSAGES, len(self._account().messages) // _SHARE)

    def _account(self) -> Captured:
        account = self._whose()
        assert account is not None  # noqa: S101 -- told to the type checker: only its account has commands for it
        return account

    def _take_base(self) -> None:
        self._due = self.count + REACH // _STRIDE
        checkpoint = self._account().capture()
        self._let_go_of_exchanges(checkpoint.journal.blocks)
        self._bases.append(_Base(checkpoint, self._scenarios, self._dropped))
        while len(self._bases) > 1 and self._is_spare(*islice(self._bases, 2)):
            self._bases.popleft()
        self._spare = len(self._kept) - (self.count - self._bases[0].number)

    def _let_go_of_exchanges(self, blocks: Sequence[Block[Exchange]]) -> None:
        """Let older checkpoints forget the requests that the journal has dropped: they need not outlive it."""
        start = blocks[0].first if blocks else 0
        gone: dict[int, Block[Exchange]] = {}
        for place, base in enumerate(self._bases):
            checkpoint = base.checkpoint
            dropped = [] if checkpoint is None else [each for each in checkpoint.journal.blocks if each.first < start]
            if checkpoint is not None and dropped:
                gone.update((each.first, each) for each in dropped)
                journal = checkpoint.journal._replace(blocks=checkpoint.journal.blocks[len(dropped) :])
                self._bases[place] = base._replace(checkpoint=replace(checkpoint, journal=journal))
        self._leaving.extend(exchange for each in gone.values() for exchange in each.rows)

    def _is_spare(self, oldest: _Base, second: _Base) -> bool:
        """Whether the log may begin at the second of its checkpoints, or has to."""
        return (
            self.count - second.number >= REACH
            or self._scenarios - oldest.scenarios > MOST_SCENARIOS // 2
            or self._dropped - oldest.dropped > self._most_dropped() // 2
        )


def _request_of(command: Command, newest: int) -> int | None:
    match command:
        case TakeRequest(expected=int(number)) | RefuseRequest(request=TakeRequest(expected=int(number))):
            return number
        case ContinueRequest(number) | NoteOnRequest(number):
            return number
    return newest if is_new_request(command) else None
