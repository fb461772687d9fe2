"""Blocks of numbered rows: what is in them, and that what has not changed is not made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as some

from mock_bsg.sandbox.blocks import Blocks

if TYPE_CHECKING:
    from mock_bsg.sandbox.blocks import Block


class Rows:
    """Numbered rows, collected in blocks of 4."""

    def __init__(self) -> None:
        self.rows: dict[int, str] = {}
        self.start = self.end = 1
        self.blocks: Blocks[tuple[int, str]] = Blocks(4)

    def add(self, count: int) -> None:
        self.rows |= dict.fromkeys(range(self.end, self.end + count), "new")
        self.end += count

    def drop(self, count: int) -> None:
        self.start = min(self.start + count, self.end)
        self.rows = {number: row for number, row in self.rows.items() if number >= self.start}

    def change(self, number: int) -> None:
        if number in self.rows:
            self.rows[number] += "!"
            self.blocks.touch(number)

    def collect(self) -> tuple[Block[tuple[int, str]], ...]:
        return self.blocks.collect_between(self.start, self.end, self.read)

    def read(self, first: int, end: int) -> list[tuple[int, str]]:
        return [(number, self.rows[number]) for number in range(first, end) if number in self.rows]


_what = some.tuples(some.sampled_from(["add", "drop", "change"]), some.integers(0, 40))


@given(some.lists(some.lists(_what)))
def test_blocks_have_all_rows_whatever_has_become_of_them(history: list[list[tuple[str, int]]]) -> None:
    rows = Rows()
    rows.collect()
    for part in history:
        for what, number in part:
            getattr(rows, what)(number)
        blocks = rows.collect()
        assert [row for block in blocks for row in block.rows] == sorted(rows.rows.items())
        assert all(block.first % 4 == 0 for block in blocks)


def test_a_second_look_makes_nothing_anew() -> None:
    rows = Rows()
    rows.add(10)
    first = rows.collect()
    assert [block.first for block in first] == [0, 4, 8]
    assert all(one is two for one, two in zip(first, rows.collect(), strict=True))
    rows.change(5)
    second = rows.collect()
    assert [one is two for one, two in zip(first, second, strict=True)] == [True, False, True]
    assert first[1].rows[1] == (5, "new")


def test_rows_may_begin_anew_at_a_lower_number() -> None:
    blocks: Blocks[int] = Blocks(4)
    assert blocks.collect_between(100, 100, lambda first, end: list(range(first, end))) == ()
    (block, *_) = blocks.collect_between(1, 7, lambda first, end: list(range(first, end)))
    assert block == (0, (1, 2, 3))
