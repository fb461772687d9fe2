"""What a world file needs now and then: room made, SQLite's log moved into the file, without anybody waiting."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from mock_bsg.logs import LOG
from mock_bsg.worlds.errors import WorldError

if TYPE_CHECKING:
    from mock_bsg.worlds.world_file import WorldFile

_EVERY: Final = 1.0
"""Seconds between two looks."""
_BREATH: Final = 0.005
"""Seconds that others have between two slices of tidying up."""
_LONG_LOG: Final = 8_000
"""Pages, of 4 KiB: a log that grows beyond this is ended, though somebody waits for the disk for that."""


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
        """Stop; returns when no thread is at the file any more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

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
            moved = await asyncio.shield(moving)
        except asyncio.CancelledError:
            await asyncio.wait({moving})
            raise
        if moved.pages > _LONG_LOG:
            # Under load there is always something new behind what was moved: what is left now is little.
            self._file.move_log()
