"""The machine's time as accounts are told it: it follows the machine's clock forward, and never goes back."""

from __future__ import annotations

import time


class WallClock:
    """Milliseconds since the epoch, UTC.

    A clock that is set back goes on from where it was, at its own pace. One that jumps forward, as a laptop's does
    when it wakes, is followed at once: what was due meanwhile is due then.
    """

    __slots__ = ("_ahead",)

    def __init__(self) -> None:
        self._ahead = time.time_ns() - time.monotonic_ns()
        """By how many ns the wall's clock is ahead of the one that counts only while the machine runs."""

    def read(self) -> int:
        # The wall's is read first: a pause between the two makes the lead smaller, and so can't push the clock forward.
        shown = time.time_ns()
        running = time.monotonic_ns()
        lead = shown - running
        self._ahead = max(self._ahead, lead)
        return (self._ahead + running) // 1_000_000
