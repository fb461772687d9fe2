"""The journal of an account: the last requests with their answers, and what decided them."""

from __future__ import annotations

from collections import deque
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = 10_000


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


class Journal:
    """The last exchanges of an account, oldest first; it knows how many it has dropped."""

    __slots__ = ("_kept", "count")

    def __init__(self) -> None:
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
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

    def newest(self) -> Exchange:
        """Tell the newest; raises IndexError if there is none."""
        return self._kept[-1]

    def newest_first(self) -> Iterator[Exchange]:
        return reversed(self._kept)
