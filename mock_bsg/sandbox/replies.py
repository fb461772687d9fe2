"""What phones answered to SMS, by number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mock_bsg.sandbox.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.sandbox.blocks import Block
    from mock_bsg.sandbox.message import Message

MOST_KEPT = 10_000
"""Answers of an account; then the oldest go."""
FIRST_REPLY = 1_000_001
"""Their numbers begin here, beyond those that a scenario lists, which may become more with another one."""
_CAPTURED_TOGETHER = 500
"""Numbers in a block of a checkpoint."""


class Incoming(NamedTuple):
    """An SMS that a phone sent to an originator of the account, at that time of the account's clock, in ms.

    `message` is the SMS that it answers; None: the scenario says that it comes.
    """

    number: int
    at: int
    msisdn: str
    originator: str
    text: str
    message: int | None = None


class Replies:
    """The answers of phones to an account's SMS."""

    __slots__ = ("_blocks", "_kept", "_next")

    def __init__(self) -> None:
        self._kept: dict[int, Incoming] = {}
        self._blocks: Blocks[Incoming] = Blocks(_CAPTURED_TOGETHER)
        self._next = FIRST_REPLY

    def __iter__(self) -> Iterator[Incoming]:
        """Go through them, the oldest first."""
        return iter(self._kept.values())

    def add(self, at: int, message: Message, text: str) -> Incoming:
        """Keep the answer to a message."""
        number = self._next
        reply = Incoming(number, at, message.msisdn, message.submission.sender, text, message.id)
        self._kept[number] = reply
        self._blocks.touch(number)
        self._next += 1
        if len(self._kept) > MOST_KEPT:
            oldest = number - MOST_KEPT  # numbers have no gaps, and a dict's beginning is slow to find
            del self._kept[oldest]
            self._blocks.touch(oldest)
        return reply

    @property
    def dropped(self) -> int:
        """How many are not kept any more."""
        return self._next - FIRST_REPLY - len(self._kept)

    def capture(self) -> tuple[Block[Incoming], ...]:
        """Tell all answers; the block objects are the same where nothing has changed since it was last asked."""
        return self._blocks.collect(self._read)

    @classmethod
    def restore(cls, blocks: tuple[Block[Incoming], ...]) -> Replies:
        replies = cls()
        replies._kept = {reply.number: reply for block in blocks for reply in block.rows}
        replies._next = max(replies._kept, default=FIRST_REPLY - 1) + 1
        replies._blocks.adopt(blocks)
        return replies

    def _read(self, first: int, end: int) -> list[Incoming]:
        return [self._kept[number] for number in range(first, end) if number in self._kept]
