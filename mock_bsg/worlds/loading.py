"""Accounts on their way into memory: whoever names one that is being brought waits for the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.accounts import Accounts


class Loading:
    """Finds accounts in memory, or brings them there, each once however many ask for it."""

    __slots__ = ("_accounts", "_tasks")

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._tasks: dict[str, asyncio.Task[Account | None]] = {}

    async def find(self, key: str, bring: Callable[[str], Awaitable[Account | None]]) -> Account | None:
        """Find the account of a key; `bring` makes it of what is kept, None if nothing is. Raises what that raises."""
        account = self._accounts.get(key)
        if account is not None:
            return account
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.ensure_future(self._bring(key, bring))
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return await asyncio.shield(task)  # one who gives up leaves the others theirs

    async def _bring(self, key: str, bring: Callable[[str], Awaitable[Account | None]]) -> Account | None:
        account = await bring(key)
        if account is not None and self._accounts.get(key) is None:
            self._accounts.put(account, "opened")
        return self._accounts.get(key)
