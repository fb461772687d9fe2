"""What is going to happen in an account, in order of time; no timer runs for it."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mock_bsg.sandbox.message import Message, Timeline


class Happening(NamedTuple):
    """A message took on a status at that instant (ms of the account's clock)."""

    at: int
    message: Message
    status: str


class Agenda:
    """The next step of every message that somebody cares about, soonest first.

    A step is looked up in the message's timeline when it is due, so that a message whose timeline was replaced
    meanwhile (a status set by hand) simply has its old entry ignored.
    """

    __slots__ = ("_entries", "_order")

    def __init__(self) -> None:
        self._entries: list[tuple[int, int, Message, Timeline]] = []
        self._order = 0

    def add(self, message: Message, after: int) -> None:
        """Note the message's first step later than `after` (ms of the account's clock), if it has one."""
        offset = message.timeline.next_offset(after - message.submission.start)
        if offset is not None:
            self.add_at(message.submission.start + offset, message)

    def add_at(self, due: int, message: Message) -> None:
        self._order += 1
        heapq.heappush(self._entries, (due, self._order, message, message.timeline))

    def replace(self, messages: Iterable[Message], after: int) -> None:
        """Forget everything and note the next step of each of these."""
        self._entries = []
        for message in messages:
            if message.submission.time_in > after:
                self.add_at(message.submission.time_in, message)
            else:
                self.add(message, after)

    def next_due(self) -> int | None:
        """When the next thing happens, in ms of the account's clock."""
        entries = self._entries
        while entries and entries[0][3] is not entries[0][2].timeline:
            heapq.heappop(entries)
        return entries[0][0] if entries else None

    def take_due(self, now: int) -> Iterator[Happening]:
        """Yield everything that has become due, in order of time; each message's next step is noted again."""
        entries = self._entries
        while entries and entries[0][0] <= now:
            due, _, message, timeline = heapq.heappop(entries)
            if message.timeline is not timeline:
                continue
            self.add(message, due)
            elapsed = due - message.submission.start
            for status, offset in zip(timeline.statuses, timeline.offsets, strict=True):
                if offset == elapsed:
                    yield Happening(due, message, status)
