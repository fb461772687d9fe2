"""Messages by their number or reference: nothing is noted before somebody first asks, everything from then on."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mock_bsg.sandbox.message import Message


class MessageIndex:
    """The ids of messages under what `name_of` says of each; a message of which it says None is not in it.

    A load test never asks, and so pays nothing for it; a list that asks is as quick in a full account as in an empty
    one. `messages` are all that there are, in the order of ids; the first question goes through them.
    """

    __slots__ = ("_ids", "_messages", "_name_of")

    def __init__(self, messages: Mapping[int, Message], name_of: Callable[[Message], str | None]) -> None:
        self._messages = messages
        self._name_of = name_of
        self._ids: dict[str, list[int]] | None = None

    def newest_first(self, name: str, before: int | None = None) -> Iterator[Message]:
        """Go through the messages of that name; `before` goes on below that id."""
        if self._ids is None:
            self._ids = {}
            self.add(self._messages.values())
        ids = self._ids.get(name, [])
        end = len(ids) if before is None else bisect_left(ids, before)
        return (self._messages[message_id] for message_id in islice(reversed(ids), len(ids) - end, None))

    def add(self, messages: Iterable[Message]) -> None:
        """Note messages that are newer than all that are there."""
        if self._ids is None:
            return
        for message in messages:
            name = self._name_of(message)
            if name is not None:
                self._ids.setdefault(name, []).append(message.id)

    def remove(self, message: Message) -> None:
        """Let go of a message that is there."""
        name = self._name_of(message)
        if self._ids is None or name is None:
            return
        ids = self._ids[name]
        del ids[bisect_left(ids, message.id)]
        if not ids:
            del self._ids[name]

    def drop(self, messages: Iterable[Message], oldest_kept: int) -> None:
        """Let go of messages that are there: all whose ids are lower than that of the oldest that is kept."""
        if self._ids is None:
            return
        # One cut for each name: a long list is slow to shift, and must not be once for each message.
        for name in {self._name_of(message) for message in messages}:
            if name is not None:
                ids = self._ids[name]
                del ids[: bisect_left(ids, oldest_kept)]
                if not ids:
                    del self._ids[name]
