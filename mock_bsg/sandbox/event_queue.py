"""What is going to happen in an account, in order of time; no timer runs for it."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.timeline import Timeline

_Entry: TypeAlias = "tuple[int, int, int, Message, Timeline]"
"""When it is due, the message's id, a number that no other entry of it has, the message, and the timeline it had."""

_FEW = 256
"""So few entries are never worth clearing out."""


class StatusChange(NamedTuple):
    """A message took on a status at that instant (ms of the account's clock)."""

    at: int
    message: Message
    status: str


class EventQueue:
    """The next step of every message that somebody cares about, soonest first; at one instant in order of ids.

    So an SMS is born right after its Viber message gave up, and the order does not depend on who looked when. A step
    is looked up in the message's timeline when it is due: an entry of a message that was forgotten, or whose timeline
    was replaced meanwhile (a status set by hand), is void and simply passed over.
    """

    __slots__ = ("_entries", "_messages", "_most", "_order")

    def __init__(self, messages: Mapping[int, Message]) -> None:
        self._messages = messages
        self._entries: list[_Entry] = []
        self._order = 0
        self._most = _FEW

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, message: Message, after: int) -> None:
        """Note the message's first step later than `after` (ms of the account's clock), if it has one."""
        offset = message.timeline.next_offset(after - message.submission.start)
        if offset is not None:
            self.add_at(message.submission.start + offset, message)

    def add_at(self, due: int, message: Message) -> None:
        self._order += 1
        heapq.heappush(self._entries, (due, message.id, self._order, message, message.timeline))
        if len(self._entries) > self._most:
            self._clear_out()

    def add_all(self, messages: Collection[Message], after: int) -> None:
        """Note of each of these what `add` does; there may be a million."""
        if len(messages) * 8 < len(self._entries):
            for message in messages:
                self.add(message, after)
            return
        entries = self._entries
        # Put in order at the end, all at once.
        for message in messages:
            offset = message.timeline.next_offset(after - message.submission.start)
            if offset is not None:
                self._order += 1
                entries.append((message.submission.start + offset, message.id, self._order, message, message.timeline))
        heapq.heapify(entries)
        self._most = max(_FEW, 2 * len(entries))

    def next_due(self) -> int | None:
        """Tell when the next thing happens, in ms of the account's clock."""
        entries = self._entries
        while entries and not self._holds(entries[0]):
            heapq.heappop(entries)
        return entries[0][0] if entries else None

    def take_due(self, now: int) -> Iterator[StatusChange]:
        """Yield everything that has become due, in order of time; each message's next step is noted again."""
        entries = self._entries
        while entries and entries[0][0] <= now:
            entry = heapq.heappop(entries)
            if not self._holds(entry):
                continue
            due, _, _, message, timeline = entry
            self.add(message, due)
            elapsed = due - message.submission.start
            for status, offset in zip(timeline.statuses, timeline.offsets, strict=True):
                if offset == elapsed:
                    yield StatusChange(due, message, status)

    def _holds(self, entry: _Entry) -> bool:
        _, message_id, _, message, timeline = entry
        return message.timeline is timeline and self._messages.get(message_id) is message

    def _clear_out(self) -> None:
        """Let go of void entries, which would keep dropped messages in memory until they are due."""
        self._entries[:] = [entry for entry in self._entries if self._holds(entry)]
        heapq.heapify(self._entries)
        self._most = max(_FEW, 2 * len(self._entries))
