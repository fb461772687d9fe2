"""Messages by id, in drawers of some ten thousand: nobody waits while one dict of a million grows."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING

from mock_bsg.sandbox.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mock_bsg.sandbox.blocks import Block
    from mock_bsg.sandbox.message import Message

DRAWER = 21_845
"""Ids in a drawer: as many as a dict takes before it grows from 32,768 places to more, so that none stands empty."""

CAPTURED_TOGETHER = 500
"""Ids in a block of a checkpoint."""


class MessageStore(Mapping[int, "Message"]):
    """A mapping of ids to messages, in the order of ids; they are given in that order, and none twice.

    One dict would do but for its growing: at 699,051 messages it takes 40 ms at once.
    """

    __slots__ = ("_blocks", "_count", "_drawers")

    def __init__(self) -> None:
        self._drawers: dict[int, dict[int, Message]] = {}
        self._blocks: Blocks[Message] = Blocks(CAPTURED_TOGETHER)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(self._drawers.values())

    def __getitem__(self, message_id: int) -> Message:
        return self._drawers[message_id // DRAWER][message_id]

    def get(self, message_id: int, default: Message | None = None) -> Message | None:  # type: ignore[override] # no other default
        drawer = self._drawers.get(message_id // DRAWER)
        return default if drawer is None else drawer.get(message_id, default)

    def __contains__(self, message_id: object) -> bool:
        return isinstance(message_id, int) and self.get(message_id) is not None

    def oldest_first(self) -> Iterator[Message]:
        return chain.from_iterable(drawer.values() for drawer in self._drawers.values())

    def newest_first(self) -> Iterator[Message]:
        return chain.from_iterable(reversed(drawer.values()) for drawer in reversed(self._drawers.values()))

    def put(self, messages: Sequence[Message], first_id: int) -> None:
        """Give messages their ids, from `first_id` on, and keep them."""
        message_id, end = first_id, 0
        drawer: dict[int, Message] = {}
        for message in messages:
            if message_id >= end:
                place = message_id // DRAWER
                drawer = self._drawers.setdefault(place, {})
                end = (place + 1) * DRAWER
            message.id = message_id
            drawer[message_id] = message
            message_id += 1
        self._count += len(messages)

    def replace(self, message: Message) -> None:
        """Keep this instead of the message that has its id."""
        self._drawers[message.id // DRAWER][message.id] = message
        self._blocks.touch(message.id)

    def remove(self, message_id: int) -> None:
        """Let go of a message that is there; raises KeyError if it is not."""
        place = message_id // DRAWER
        drawer = self._drawers[place]
        del drawer[message_id]
        self._blocks.touch(message_id)
        self._count -= 1
        if not drawer:
            del self._drawers[place]

    def capture(self, oldest_id: int, next_id: int) -> tuple[Block[Message], ...]:
        """Tell all messages; the block objects are the same where nothing has changed since it was last asked."""
        return self._blocks.collect_between(oldest_id, next_id, self._read)

    def put_back(self, block: Block[Message]) -> None:
        """Keep messages that have their ids already, newer than all that are there."""
        end = 0
        drawer: dict[int, Message] = {}
        for message in block.rows:
            message_id = message.id
            if message_id >= end:
                place = message_id // DRAWER
                drawer = self._drawers.setdefault(place, {})
                end = (place + 1) * DRAWER
            drawer[message_id] = message
        self._count += len(block.rows)

    def adopt(self, blocks: tuple[Block[Message], ...], oldest_id: int, next_id: int) -> None:
        """Take blocks, whose messages were put back, as what was last captured."""
        self._blocks.adopt(blocks, oldest_id, next_id)

    def _read(self, first: int, end: int) -> list[Message]:
        found: list[Message | None] = []
        while first < end:
            place = first // DRAWER
            stop = min(end, (place + 1) * DRAWER)
            found += map(self._drawers.get(place, {}).get, range(first, stop))
            first = stop
        return [message for message in found if message is not None]
