"""Checkpoints in a store that several servers share: one of them writes each, and lets the log begin further on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from mock_bsg.logs import LOG
from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox import log
from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.worlds.checkpoint_format import encode
from mock_bsg.worlds.shared.redis_store import KeptCheckpoint

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.checkpoint import Checkpoint
    from mock_bsg.worlds.shared.redis_store import Place, RedisStore
    from mock_bsg.worlds.shared.shared_scenarios import SharedScenarios

_TOGETHER: Final = 256 << 10
"""Bytes of parts that go out together."""


class SharedCheckpoints:
    """Writes the checkpoints that logs have made here while commands came, if no other server does."""

    def __init__(self, store: RedisStore, scenarios: SharedScenarios) -> None:
        self._store = store
        self._scenarios = scenarios
        self._known: dict[str, tuple[Checkpoint, KeptCheckpoint]] = {}
        """A checkpoint of each account that is in the store, with whose parts the next one has most in common."""
        self._seen: dict[str, tuple[bytes, int]] = {}
        """Epoch and number of the last that was looked at."""
        self._writing: dict[str, asyncio.Task[None]] = {}

    def adopt(self, key: str, known: tuple[Checkpoint, KeptCheckpoint]) -> None:
        """Note that an account was made of a checkpoint."""
        self._known[key] = known

    def leave(self, key: str) -> None:
        """Think nothing any more of an account: it was forgotten."""
        self._known.pop(key, None)
        self._seen.pop(key, None)

    def look(self, account: Account, place: Place, brought_at: int) -> None:
        """Write the last checkpoint of an account, if it has made one since it was brought here, at that command."""
        key, newest = account.key, account.log.newest_base
        if newest is None or newest.number < brought_at or key in self._writing:
            return
        if self._seen.get(key) == (place.epoch, newest.number):
            return
        self._seen[key] = place.epoch, newest.number
        task = self._writing[key] = asyncio.ensure_future(self._try(key, place, newest))
        task.add_done_callback(lambda _: self._writing.pop(key, None))

    async def close(self) -> None:
        """Write nothing more."""
        writing = list(self._writing.values())
        for each in writing:
            each.cancel()
        if writing:
            await asyncio.wait(writing)

    async def _try(self, key: str, place: Place, checkpoint: Checkpoint) -> None:
        try:
            if await self._store.begin_checkpoint(key, checkpoint.number):
                try:
                    await self._write(key, place, checkpoint)
                finally:
                    await self._store.end_checkpoint(key)
        except NotKeptError as wrong:
            LOG.warning("no checkpoint was kept: %s", wrong)  # the log is whole without it

    async def _write(self, key: str, place: Place, checkpoint: Checkpoint) -> None:
        before, shared = await self._find_known(key)
        parts: dict[str, str] = {}
        rulesets: set[Ruleset] = set()
        waiting: dict[str, bytes] = {}
        for part in encode(checkpoint, before):
            rulesets |= part.rulesets
            if part.data is None:
                parts[part.name] = shared[part.name]
                continue
            parts[part.name] = name = f"{checkpoint.number}.{self._store.replica}/{part.name}"
            waiting[name] = part.data
            if sum(map(len, waiting.values())) >= _TOGETHER:
                await self._store.keep_parts(key, waiting)
                waiting = {}
            await asyncio.sleep(0)  # others have their turn
        if waiting:
            await self._store.keep_parts(key, waiting)
        await self._scenarios.keep_all(rulesets)
        hashes = sorted(map(scenario_hash, rulesets))
        kept = KeptCheckpoint(checkpoint.number, f"{place.epoch.decode()}-{checkpoint.number}".encode(), parts, hashes)
        if await self._store.finish_checkpoint(key, place.epoch, kept):
            self._known[key] = checkpoint, kept
            await self._store.shorten(key, place.epoch, place.number - log.REACH)

    async def _find_known(self, key: str) -> tuple[Checkpoint | None, dict[str, str]]:
        """Find a checkpoint whose parts are kept, to be shared."""
        known = self._known.get(key)
        if known is None:
            return None, {}
        checkpoint, kept = known
        found = await self._store.newest_checkpoint(key, kept.number)
        return (checkpoint, kept.parts) if found == kept else (None, {})
