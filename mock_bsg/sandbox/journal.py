"""The journal of an account: the last requests with their answers, and what decided them."""

from __future__ import annotations

from collections import deque
from copy import copy
from typing import TYPE_CHECKING, NamedTuple

from mock_bsg.sandbox.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mock_bsg.sandbox.blocks import Block

KEPT = 10_000
_CAPTURED_TOGETHER = 250
"""Exchanges in a block of a checkpoint."""


class Exchange:
    """One request and its answer. `at` is ms of the account's clock, `duration` microseconds of the machine's.

    Once it was answered it is never changed, only replaced; but `duration` is known later, and says nothing of what
    happened in the account.
    """

    __slots__ = (
        "answer",
        "at",
        "body",
        "duration",
        "fault",
        "headers",
        "method",
        "notes",
        "number",
        "path",
        "rules",
        "status",
    )

    def __init__(self, number: int, at: int, method: str, path: str, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        self.number = number
        self.at = at
        self.method = method
        self.path = path
        self.headers = headers
        self.body = b""
        self.status: int | None = None
        """None: not answered (yet), or the connection was broken on purpose."""
        self.answer = b""
        self.duration = 0
        self.rules: tuple[str, ...] = ()
        self.fault: str | None = None
        self.notes: tuple[str, ...] = ()
        """What the sender probably did not mean: unknown fields, a body that is no JSON."""

    def with_note(self, note: str) -> Exchange:
        """Make one like it that has this note, too."""
        twin = copy(self)
        twin.notes = (*self.notes, note)
        return twin


class JournalState(NamedTuple):
    """A journal as it was once, when so many requests had been made."""

    made: int
    blocks: tuple[Block[Exchange], ...]


class Journal:
    """The last exchanges of an account, oldest first; it knows how many it has dropped."""

    __slots__ = ("_blocks", "_kept", "count")

    def __init__(self) -> None:
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self._blocks: Blocks[Exchange] = Blocks(_CAPTURED_TOGETHER)
        self.count = 0
        """Requests ever made; the number of the newest."""

    def __len__(self) -> int:
        """Tell how many exchanges are kept."""
        return len(self._kept)

    @property
    def dropped(self) -> int:
        return self.count - len(self._kept)

    def open(self, at: int, method: str, path: str, headers: tuple[tuple[bytes, bytes], ...]) -> Exchange:
        self.count += 1
        exchange = Exchange(self.count, at, method, path, headers)
        self._kept.append(exchange)
        return exchange

    def get(self, number: int) -> Exchange | None:
        index = number - self.dropped - 1
        return self._kept[index] if 0 <= index < len(self._kept) else None

    def replace(self, exchange: Exchange) -> None:
        """Keep this instead of the exchange that has its number, if that is still kept."""
        index = exchange.number - self.dropped - 1
        if 0 <= index < len(self._kept):
            self._kept[index] = exchange
            self._blocks.touch(exchange.number)

    def newest(self) -> Exchange:
        """Tell the newest; raises IndexError if there is none."""
        return self._kept[-1]

    def newest_first(self) -> Iterator[Exchange]:
        return reversed(self._kept)

    def capture(self, still_open: Mapping[int, Exchange]) -> JournalState:
        """Tell all exchanges; `still_open` are copies, by number, of those that will change."""
        kept, start = list(self._kept), self.dropped + 1

        def read(first: int, end: int) -> list[Exchange]:
            rows = kept[first - start : end - start]
            return [still_open.get(each.number, each) for each in rows] if still_open else rows

        blocks = self._blocks.collect_between(start, self.count + 1, read)
        for number in still_open:
            self._blocks.touch(number)
        return JournalState(self.count, blocks)

    @classmethod
    def restore(cls, state: JournalState, still_open: Mapping[int, Exchange]) -> Journal:
        """Make a journal that is like that one; `still_open` are copies, by number, of those that will change."""
        journal = cls()
        journal.count = state.made
        for block in state.blocks:
            journal._kept.extend(still_open.get(each.number, each) for each in block.rows)
        blocks = journal._blocks
        blocks.adopt(state.blocks, journal.dropped + 1, state.made + 1)
        for number in still_open:
            blocks.touch(number)
        return journal
