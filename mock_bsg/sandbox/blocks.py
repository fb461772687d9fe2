"""Numbered rows as they were when they were last collected, in blocks that never change; only what changed is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Row = TypeVar("Row")


class Block(NamedTuple, Generic[Row]):
    """The rows with numbers from `first` on, up to the next block. While none of them changes, it is one object."""

    first: int
    rows: tuple[Row, ...]


class Blocks(Generic[Row]):
    """Collects numbered rows, of which it has to be told what has changed: `touch`. `size` is numbers in a block."""

    __slots__ = ("_changed", "_end", "_kept", "_size", "_start")

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: dict[int, Block[Row]] = {}
        self._changed: set[int] = set()
        self._start = self._end = 0

    def touch(self, number: int) -> None:
        """Note that the row of this number has come, changed, or gone."""
        self._changed.add(number // self._size)

    def collect(self, read: Callable[[int, int], Sequence[Row]]) -> tuple[Block[Row], ...]:
        """Collect all rows; `read` tells those from one number up to, but not including, another."""
        size = self._size
        for place in self._changed:
            rows = tuple(read(place * size, (place + 1) * size))
            if rows:
                self._kept[place] = Block(place * size, rows)
            else:
                self._kept.pop(place, None)
        self._changed.clear()
        return tuple(self._kept[place] for place in sorted(self._kept))

    def collect_between(
        self, start: int, end: int, read: Callable[[int, int], Sequence[Row]]
    ) -> tuple[Block[Row], ...]:
        """Collect rows of which new ones have ever higher numbers, and the lowest go: none of that was to be told.

        `start` is the lowest number there may be by now, `end` the one that comes next.
        """
        size, changed = self._size, self._changed
        if start < self._start:  # another beginning: what was there before is not there any more
            self._kept.clear()
            self._end = start
        if start > self._start:
            lowest = start // size
            self._kept = {place: block for place, block in self._kept.items() if place >= lowest}
            self._changed = changed = {place for place in changed if place >= lowest} | {lowest}
        if end > self._end:
            changed.update(range(max(self._end, start) // size, -(-end // size)))
        self._start, self._end = start, end
        return self.collect(lambda first, stop: read(max(first, start), min(stop, end)))

    def adopt(self, blocks: Iterable[Block[Row]], start: int = 0, end: int = 0) -> None:
        """Go on from what was collected elsewhere, in blocks of the same size."""
        self._kept = {block.first // self._size: block for block in blocks}
        self._start, self._end = start, end
