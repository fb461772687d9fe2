"""The room for messages, over all accounts: when it is full, the oldest go, and that is said."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account

log = logging.getLogger("mock_bsg")


class Shelf:
    """Knows in which order messages came to which account; holds `capacity` of them.

    A full shelf drops one message in a hundred at a time, so that dropping costs next to nothing per message.
    """

    __slots__ = ("_runs", "_share", "capacity", "count", "dropped")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.count = 0
        self.dropped = 0
        self._share = max(1, capacity // 100)
        self._runs: deque[tuple[Account, int]] = deque()
        """Messages that came to the same account one after the other, oldest first."""

    def take(self, account: Account, count: int) -> None:
        """Note that so many messages were added to an account; make room if there is too little."""
        runs = self._runs
        if runs and runs[-1][0] is account:
            count_before = runs.pop()[1]
            runs.append((account, count_before + count))
        else:
            runs.append((account, count))
        self.count += count
        if self.count > self.capacity:
            self._make_room()

    def clear(self, account: Account) -> None:
        """Note that an account was forgotten with all its messages."""
        self._runs = deque(run for run in self._runs if run[0] is not account)
        self.count -= len(account.messages)

    def _make_room(self) -> None:
        if not self.dropped:
            log.warning(
                "more than %d messages: from now on the oldest are dropped (--max-messages keeps more)", self.capacity
            )
        wanted = max(self.count - self.capacity, self._share)
        while wanted > 0 and self._runs:
            account, count = self._runs.popleft()
            gone = account.drop_oldest(min(count, wanted))
            if gone < count and gone:
                self._runs.appendleft((account, count - gone))
            self.count -= gone
            self.dropped += gone
            wanted -= gone
