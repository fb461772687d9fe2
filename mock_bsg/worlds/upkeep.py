"""What a world file needs now and then: room made, SQLite's log moved into the file, without anybody waiting."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from mock_bsg.logs import LOG
from mock_bsg.worlds.errors import WorldError

if TYPE_CHECKING:
    from mock_bsg.worlds.world_file import WorldFile

_EVERY: Final = 1.0
"""Seconds between two looks."""
_BREATH: Final = 0.005
"""Seconds that others have between two slices of tidying up."""
_LAST_MOMENT: Final = 2.0
"""Seconds; what is left then is found again at the next start."""


class Upkeep:
    """Keeps a file in order, from `start` to `stop`, for as long as something is written into it."""

    __slots__ = ("_file", "_task", "is_needed")

    def __init__(self, file: WorldFile) -> None:
        self._file = file
        self._task: asyncio.Task[None] | None = None
        self.is_needed = True
        """Whether anything was written since the last look."""

    def start(self) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Stop, and tidy up for a moment; returns when no thread is at the file any more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
        until = time.monotonic() + _LAST_MOMENT
        with suppress(WorldError):
            while time.monotonic() < until and self._file.tidy():
                pass

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            if not self.is_needed:
                continue
            self.is_needed = False
            try:
                await self._look()
            except WorldError as wrong:  # the next command tells whoever sent it
                LOG.warning("%s", wrong)

    async def _look(self) -> None:
        while self._file.tidy():  # noqa: ASYNC110 -- nothing is waited for, others have their turn
            await asyncio.sleep(_BREATH)
        moving = asyncio.ensure_future(asyncio.to_thread(self._file.move_log))
        try:
            await asyncio.shield(moving)
        except asyncio.CancelledError:
            await asyncio.wait({moving})
            raise
