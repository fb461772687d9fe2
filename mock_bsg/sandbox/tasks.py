"""SMS sent together: a task remembers what they share, and counts what has become of them."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mock_bsg.sandbox.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.domain.money import Amount
    from mock_bsg.sandbox.blocks import Block
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


NumberedTask: TypeAlias = tuple[int, Task]
_CAPTURED_TOGETHER = 500
"""Numbers in a block of a checkpoint; they are those of requests."""


class Tasks:
    """The tasks of an account, by number; one goes when all its messages have gone."""

    __slots__ = ("_blocks", "_ends", "_kept")

    def __init__(self) -> None:
        self._kept: dict[int, Task] = {}
        self._blocks: Blocks[NumberedTask] = Blocks(_CAPTURED_TOGETHER)
        self._ends: deque[tuple[int, int]] = deque()
        """Each task's number and last id, oldest first: a dict's beginning is slow to find after many were dropped."""

    def open(self, number: int, messages: list[Message], oldest_kept: int) -> Task:
        """Begin a task of messages that were created one after the other, at least one; no number comes twice.

        `oldest_kept` is the lowest id that the account still knows.
        """
        ends = self._ends
        while ends and ends[0][1] < oldest_kept:
            gone = ends.popleft()[0]
            del self._kept[gone]
            self._blocks.touch(gone)
        first = messages[0].submission
        ids = range(messages[0].id, messages[-1].id + 1)
        price = sum(message.price for message in messages)
        task = self._kept[number] = Task(first.sender, first.text, first.validity or 0, price, ids)
        self._blocks.touch(number)
        ends.append((number, ids[-1]))
        return task

    def find(self, number: int, oldest_kept: int) -> Task | None:
        task = self._kept.get(number)
        return None if task is None or task.ids[-1] < oldest_kept else task

    def capture(self) -> tuple[Block[NumberedTask], ...]:
        """Tell all tasks; the block objects are the same where nothing has changed since it was last asked."""
        return self._blocks.collect(self._read)

    @classmethod
    def restore(cls, blocks: tuple[Block[NumberedTask], ...]) -> Tasks:
        tasks = cls()
        tasks._kept = {number: task for block in blocks for number, task in block.rows}
        tasks._ends.extend(sorted(((number, task.ids[-1]) for number, task in tasks._kept.items()), key=_last_id))
        tasks._blocks.adopt(blocks)
        return tasks

    def _read(self, first: int, end: int) -> list[NumberedTask]:
        return [(number, self._kept[number]) for number in range(first, end) if number in self._kept]


def _last_id(end: tuple[int, int]) -> int:
    return end[1]
