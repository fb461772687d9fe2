"""An account as a world file, with all that its log has: to be looked at with `mock-bsg open`."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.worlds.errors import WorldError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.operations import Operations

CONTENT_TYPE: Final = "application/vnd.sqlite3"
_PIECE: Final = 1 << 20
"""Bytes that are read together."""


@asynccontextmanager
async def written_world(operations: Operations, account: Account) -> AsyncIterator[AsyncGenerator[bytes]]:
    """Write an account into a world file, and read that piece by piece; threads do it, so that nobody waits.

    Raises NotKeptError if there is no room for the file.
    """
    with TemporaryDirectory(prefix="mock-bsg-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, "export.world")
        try:
            await _write(operations, account, path)
        except WorldError as wrong:
            raise NotKeptError(str(wrong)) from None
        yield _read(path)


async def _write(operations: Operations, account: Account, path: Path) -> None:
    if operations.ledger is not None:
        await operations.ledger.export(account, path)
        return
    # Most servers write no world: they need not have SQLite in memory.
    from mock_bsg.worlds.world_writing import take_excerpt, write_world  # noqa: PLC0415 -- see above

    excerpt = take_excerpt(account, operations.machine(account))
    await asyncio.to_thread(write_world, path, [excerpt])


async def _read(path: Path) -> AsyncGenerator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
