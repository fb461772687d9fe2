"""Checkpoints put into a world file while their accounts go on, and logs that begin with them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from mock_bsg.logs import LOG
from mock_bsg.sandbox import log
from mock_bsg.worlds.checkpoint_format import encode
from mock_bsg.worlds.errors import WorldError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.checkpoint import Checkpoint
    from mock_bsg.worlds.kept_checkpoints import CheckpointWriter
    from mock_bsg.worlds.world_file import WorldFile

_TOGETHER: Final = 64 << 10
"""Bytes of parts that are written in one go."""


class Checkpointing:
    """Writes the checkpoints that accounts' logs have made, each in slices, and shortens the logs in the file."""

    __slots__ = ("_file", "_kept", "_newest", "_writing")

    def __init__(self, file: WorldFile) -> None:
        self._file = file
        self._kept: dict[int, tuple[Checkpoint, Mapping[str, int]]] = {}
        """A checkpoint of each account that is in the file, with whose parts the next one has most in common."""
        self._newest: dict[int, int] = {}
        """The number of the last checkpoint of each account that is in the file, if it has any."""
        self._writing: dict[int, asyncio.Task[None]] = {}

    def adopt(self, account: int, checkpoint: Checkpoint, parts: Mapping[str, int]) -> None:
        """Note that an account was brought back from a checkpoint in the file; there may be later ones."""
        self._kept[account] = checkpoint, parts
        self._newest[account] = self._file.checkpoints.numbers(account)[-1]

    def leave(self, account: int) -> None:
        """Think nothing any more of what is in the file of an account: it was rewound, or forgotten."""
        self._kept.pop(account, None)
        self._newest.pop(account, None)
        writing = self._writing.pop(account, None)
        if writing is not None:
            writing.cancel()

    def look(self, number: int, account: Account) -> None:
        """Write the last checkpoint of an account, whose id is `number`, if it has one that is not in the file."""
        newest = account.log.newest_base
        if newest is not None and number not in self._writing and newest.number > self._newest.get(number, 0):
            writing = self._writing[number] = asyncio.ensure_future(self._write(number, account, newest))
            writing.add_done_callback(lambda done: self._ended(number, done))

    def _ended(self, number: int, writing: asyncio.Task[None]) -> None:
        if self._writing.get(number) is writing:
            del self._writing[number]
        if not writing.cancelled() and (wrong := writing.exception()) is not None:
            if not isinstance(wrong, WorldError):
                raise wrong
            LOG.warning("no checkpoint was kept: %s", wrong)  # the log is whole without it

    async def close(self) -> None:
        """Write nothing more; what was begun is tidied up at the next start."""
        writing = list(self._writing.values())
        for each in writing:
            each.cancel()
        if writing:
            await asyncio.wait(writing)

    async def _write(self, number: int, account: Account, checkpoint: Checkpoint) -> None:
        before, shared = self._kept.get(number, (None, {}))
        writer = self._file.checkpoints.begin(number, checkpoint.number)
        try:
            parts, rulesets = await self._write_parts(writer, checkpoint, before, shared)
            is_kept = writer.finish(rulesets)
        except BaseException:
            writer.abandon()
            raise
        self._newest[number] = checkpoint.number  # if it was not kept, it was there already
        if is_kept:
            self._kept[number] = checkpoint, parts
            self._shorten(number, account)

    async def _write_parts(
        self,
        writer: CheckpointWriter,
        checkpoint: Checkpoint,
        before: Checkpoint | None,
        shared: Mapping[str, int],
    ) -> tuple[dict[str, int], set[Ruleset]]:
        parts: dict[str, int] = {}
        rulesets: set[Ruleset] = set()
        waiting: list[tuple[str, bytes]] = []

        def write() -> None:
            parts.update(zip([name for name, _ in waiting], writer.add(waiting), strict=True))
            waiting.clear()

        for part in encode(checkpoint, before):
            rulesets |= part.rulesets
            if part.data is None:
                parts[part.name] = shared[part.name]
                writer.share([(part.name, shared[part.name])])
                continue
            waiting.append((part.name, part.data))
            if sum(len(data) for _, data in waiting) >= _TOGETHER:
                write()
            await asyncio.sleep(0)  # others have their turn
        write()
        return parts, rulesets

    def _shorten(self, number: int, account: Account) -> None:
        """Let a log in the file begin at a checkpoint, as far back as one may want to go."""
        early = [each for each in self._file.checkpoints.numbers(number) if each <= account.log.count - log.REACH]
        if early:
            self._file.shorten(number, early[-1])
