"""The garbage collector of a server that stores a million messages: short passes, and a thorough one when needed."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

COLLECT_AFTER = 2_000
"""Objects made and kept between two short passes; one takes one or two milliseconds then, not ten."""
QUIET = 2.0
"""Seconds without a short pass after which a thorough one holds up nobody."""
_FEWEST_WHEN_BUSY, _FEWEST_WHEN_QUIET = 30_000, 5_000
"""Objects that nobody can name the use of, before a thorough pass is worth its time."""


class Collector:
    """Looks at each object once, soon after it was made; what is still there then is left alone.

    That is right for messages and the journal, which are in no cycle and go when nothing names them any more. By
    default the collector goes over everything again and again, which takes 0.3 seconds for a million messages.

    What was in use during a short pass and was left in a cycle later, as exceptions and the data of a parser are, would
    stay for ever. So what has survived short passes is held against what is stored: `count_stored` tells about how many
    objects that is. Where much more has survived, and is still there, a thorough pass looks at everything once.
    """

    def __init__(self, count_stored: Callable[[], int]) -> None:
        self._count_stored = count_stored
        self._loop = asyncio.get_running_loop()
        self._survivors = 0
        """Objects that have survived short passes since the last thorough one; many may have gone since."""
        self._stored = count_stored()
        self._live = 0
        """Objects that there were after the last thorough pass."""
        self._is_at_it = False
        self._is_about_to_consider = False
        self._quiet: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Turn the collector on; what there is by now is left alone."""
        gc.freeze()
        self._live = gc.get_freeze_count()
        gc.set_threshold(COLLECT_AFTER)
        gc.callbacks.append(self._passed)
        gc.enable()

    def stop(self) -> None:
        """Look at nothing more."""
        gc.callbacks.remove(self._passed)
        if self._quiet is not None:
            self._quiet.cancel()

    def _passed(self, phase: str, info: dict[str, Any]) -> None:
        """Leave what has survived a pass alone from now on. Called by whichever thread the collector ran in."""
        if phase != "stop" or self._is_at_it:
            return
        gc.freeze()
        self._survivors += max(0, COLLECT_AFTER - int(info.get("collected", 0)))
        if not self._is_about_to_consider and not self._loop.is_closed():
            self._is_about_to_consider = True
            self._loop.call_soon_threadsafe(self._consider)

    def _consider(self) -> None:
        self._is_about_to_consider = False
        self._look_if_beyond(self._allowed(_FEWEST_WHEN_BUSY, 4))
        if self._quiet is not None:
            self._quiet.cancel()
        self._quiet = self._loop.call_later(QUIET, self._consider_in_quiet)

    def _consider_in_quiet(self) -> None:
        self._quiet = None
        self._look_if_beyond(self._allowed(_FEWEST_WHEN_QUIET, 20))

    def _look_if_beyond(self, allowed: int) -> None:
        if self._unexplained() > allowed:
            # Counting takes a hundredth of a pass, and is only worth it here: journals and logs drop what they have
            # kept long enough, which nobody has told the survivors.
            self._survivors = gc.get_freeze_count() - self._live
            if self._unexplained() > allowed:
                self._look_at_everything()

    def _allowed(self, fewest: int, share: int) -> int:
        # In proportion to what there is: the more a thorough pass has to look at, the less often it comes.
        return max(fewest, self._live // share)

    def _unexplained(self) -> int:
        """Tell how many objects have survived beside those that are stored."""
        return self._survivors - (self._count_stored() - self._stored)

    def _look_at_everything(self) -> None:
        self._is_at_it = True
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._is_at_it = False
        self._survivors, self._stored, self._live = 0, self._count_stored(), gc.get_freeze_count()
