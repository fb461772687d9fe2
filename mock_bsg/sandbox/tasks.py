"""SMS sent together: a task remembers what they share, and counts what has become of them."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.domain.money import Amount
    from mock_bsg.sandbox.message import Message


class Task(NamedTuple):
    """Several SMS of one request. `validity` is in ms, `price` what all of them cost when they were created."""

    originator: str
    body: str
    validity: int
    price: Amount
    ids: range
    """The ids of its messages, which were given in one go."""

    def count_statuses(self, messages: Mapping[int, Message], now: int) -> Counter[str]:
        """Count how many of its messages that are still kept have which status at that instant (ms)."""
        kept = (messages.get(message_id) for message_id in self.ids)
        return Counter(message.status(now) for message in kept if message is not None)


class Tasks:
    """The tasks of an account, by number; one goes when all its messages have gone."""

    __slots__ = ("_ends", "_kept")

    def __init__(self) -> None:
        self._kept: dict[int, Task] = {}
        self._ends: deque[tuple[int, int]] = deque()
        """Each task's number and last id, oldest first: a dict's beginning is slow to find after many were dropped."""

    def open(self, number: int, messages: list[Message], oldest_kept: int) -> Task:
        """Begin a task of messages that were created one after the other, at least one; no number comes twice.

        `oldest_kept` is the lowest id that the account still knows.
        """
        ends = self._ends
        while ends and ends[0][1] < oldest_kept:
            del self._kept[ends.popleft()[0]]
        first = messages[0].submission
        ids = range(messages[0].id, messages[-1].id + 1)
        price = sum(message.price for message in messages)
        task = self._kept[number] = Task(first.sender, first.text, first.validity or 0, price, ids)
        ends.append((number, ids[-1]))
        return task

    def find(self, number: int, oldest_kept: int) -> Task | None:
        task = self._kept.get(number)
        return None if task is None or task.ids[-1] < oldest_kept else task
