"""The room for messages, over all accounts: when it is full, the oldest go, and that is said."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from mock_bsg.logs import LOG

if TYPE_CHECKING:
    from collections.abc import Sized


class Keeper(Protocol):
    """Whoever keeps messages, until it is forgotten with all of them."""

    @property
    def is_forgotten(self) -> bool: ...

    @property
    def messages(self) -> Sized: ...


Whose = TypeVar("Whose", bound=Keeper)


class Retention(Generic[Whose]):
    """Knows in which order messages came to which account; holds `capacity` of them.

    A full store drops one message in a hundred at a time, so that dropping costs next to nothing per message.
    """

    __slots__ = ("_runs", "_share", "_withdrawn", "capacity", "count", "dropped")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.count = 0
        self.dropped = 0
        self._share = max(1, capacity // 100)
        self._runs: deque[tuple[Whose, int]] = deque()
        """Messages that came to the same account one after the other, oldest first."""
        self._withdrawn: dict[Whose, int] = {}
        """How many messages of an account's runs were withdrawn out of turn."""

    def take(self, account: Whose, count: int) -> None:
        """Note that so many messages were added to an account; there may be more than `capacity` then."""
        if not count or account.is_forgotten:
            return
        runs = self._runs
        if runs and runs[-1][0] is account:
            count_before = runs.pop()[1]
            runs.append((account, count_before + count))
        else:
            runs.append((account, count))
        self.count += count

    def withdraw(self, account: Whose) -> None:
        """Note that one message was taken away out of turn: a planned SMS that will never be."""
        self.count -= 1
        self._withdrawn[account] = self._withdrawn.get(account, 0) + 1

    def clear(self, account: Whose) -> None:
        """Note that an account was forgotten with all its messages."""
        self._runs = deque(run for run in self._runs if run[0] is not account)
        self._withdrawn.pop(account, None)
        self.count -= len(account.messages)

    def clear_all(self) -> None:
        """Note that all accounts were forgotten."""
        self._runs.clear()
        self._withdrawn.clear()
        self.count = 0

    @property
    def is_overfull(self) -> bool:
        return self.count > self.capacity

    def choose_oldest(self) -> dict[Whose, int]:
        """Tell how many messages have to go from which account, so that there is room again."""
        if not self.dropped:
            LOG.warning(
                "more than %d messages: from now on the oldest are dropped (--max-messages keeps more)", self.capacity
            )
        wanted = max(self.count - self.capacity, self._share)
        # Each account is told once: it is slow to find the beginning of a dict that much was dropped from.
        going: dict[Whose, int] = {}
        while wanted > 0 and self._runs:
            account, count = self._runs.popleft()
            count -= self._settle_withdrawn(account, count)
            if count > wanted:
                self._runs.appendleft((account, count - wanted))
                count = wanted
            going[account] = going.get(account, 0) + count
            wanted -= count
        return going

    def note_dropped(self, count: int) -> None:
        """Note that so many of the messages that had to go have gone."""
        self.count -= count
        self.dropped += count

    def _settle_withdrawn(self, account: Whose, count: int) -> int:
        """Tell how many of the `count` messages of an account's oldest run are not there any more."""
        withdrawn = self._withdrawn.pop(account, 0)
        if withdrawn > count:
            self._withdrawn[account] = withdrawn - count
        return min(withdrawn, count)
