"""Who sends an account's delivery reports: one server of all that share it, and another one when that has gone."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.worlds.shared.redis_store import LEASE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mock_bsg.sandbox.account import Account
    from mock_bsg.worlds.shared.redis_store import RedisStore

_EVERY: Final = 1.0
"""Seconds after which leases are renewed, and those of others looked through."""


class Leases:
    """The leases of one server. `find` brings an account as it is now; `heard` is told of those that it got."""

    def __init__(
        self,
        store: RedisStore,
        find: Callable[[str], Awaitable[Account | None]],
        heard: Callable[[Account], None],
    ) -> None:
        self._store = store
        self._find = find
        self._heard = heard
        self._mine: dict[str, float] = {}
        """Until when, by the clock that counts while this machine runs."""
        self._claims: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether this server is the one that sends."""
        return self._mine.get(key, 0.0) > time.monotonic()

    async def claim(self, key: str) -> bool:
        """Try to become the one that sends, and if another one is, let it know that there may be more; tells which."""
        until = time.monotonic() + LEASE / 1000
        is_mine = await self._store.claim_lease(key)
        if is_mine:
            self._mine[key] = until
        return is_mine

    def want(self, account: Account) -> None:
        """See to it that somebody sends the account's reports, without waiting for that."""
        key = account.key
        if self.has(key) or not is_ahead(account):
            return
        if key in self._claims:
            self._again.add(key)
            return
        task = self._claims[key] = asyncio.ensure_future(self._claim_for(account))
        task.add_done_callback(lambda _: self._claims.pop(key, None))

    async def _claim_for(self, account: Account) -> None:
        try:
            while True:
                self._again.discard(account.key)
                if await self.claim(account.key):
                    self._heard(account)
                if account.key not in self._again:
                    return
        except NotKeptError:
            pass  # whoever keeps leases looks again

    async def keep(self) -> None:
        """Renew the leases, take over those of servers that have gone, and give back what nothing is left to do for."""
        until = time.monotonic() + LEASE / 1000
        keys = await self._store.keep_leases()
        gained = [key for key in keys if not self.has(key)]
        self._mine = dict.fromkeys(keys, until)
        for key in gained:
            account = await self._find(key)
            if account is not None:
                self._heard(account)
        await self._release(await self._find_done([key for key in keys if key not in gained]))

    async def _find_done(self, keys: list[str]) -> list[str]:
        done = []
        for key in keys:
            if self.has(key):
                account = await self._find(key)
                if account is None or not is_ahead(account):
                    done.append(key)
        return done

    async def _release(self, keys: list[str]) -> None:
        if keys:
            for key in await self._store.release_leases(keys, "done"):
                self._mine.pop(key, None)

    async def run(self) -> None:
        """Do what is to be done every second."""
        while True:
            with suppress(NotKeptError):  # those that are not renewed end by themselves
                await self.keep()
            await asyncio.sleep(_EVERY)

    async def leave(self) -> None:
        """Let others go on at once."""
        keys, self._mine = list(self._mine), {}
        if keys:
            await self._store.release_leases(keys, "left")


def is_ahead(account: Account) -> bool:
    """Whether a report of this account is still to be sent, or may come of what is to happen."""
    reports = account.reports
    if not reports.are_expected:
        return False
    return bool(reports.pending or reports.flying or account.event_queue.next_due() is not None)
