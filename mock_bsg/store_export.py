"""What accounts that servers share look like in a world file: read from the store as one more server would read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.runtime import Runtime
from mock_bsg.sandbox.errors import LogTooShortError, NotKeptError
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.world_writing import take_excerpt, write_world

if TYPE_CHECKING:
    from pathlib import Path

    from mock_bsg.domain.store_address import StoreAddress
    from mock_bsg.sandbox.account import Account
    from mock_bsg.worlds.world_writing import Excerpt


async def export_store(store: StoreAddress, target: Path, key: str | None, until: int | None, time: int | None) -> None:
    """Write all accounts of a store, or the one of a key, as far as a command or a time (ms UTC) into a world file.

    Raises WorldError, also where there is no such account or its log does not reach that command.
    """
    runtime = Runtime(Settings(store=store), Library())
    await runtime.open_store()
    try:
        await _export(runtime, target, key, until, time)
    except (NotKeptError, LogTooShortError) as wrong:
        raise WorldError(str(wrong)) from None
    finally:
        await runtime.close_store()


async def _export(runtime: Runtime, target: Path, key: str | None, until: int | None, time: int | None) -> None:
    ledger = runtime.operations.ledger
    assert ledger is not None  # noqa: S101 -- told to the type checker: the store is open
    keys = [state.key for state in await ledger.list_states()]
    if key is not None:
        if key not in keys:
            others = "one other" if len(keys) == 1 else f"{len(keys) or 'no'} others"
            raise WorldError(f"{runtime.settings.store} has no account of that key, and {others}")
        keys = [key]
    excerpts: list[Excerpt] = []
    for each in keys:
        account = await ledger.find(each)
        last = None if account is None else _find_last(account, until, time, is_only=key is not None)
        if account is not None and last:
            excerpts.append(take_excerpt(account, ledger.machine(account), last))
    write_world(target, excerpts)


def _find_last(account: Account, until: int | None, time: int | None, *, is_only: bool) -> int:
    """Tell the number of the last command that is written; 0 if there is none.

    Of all accounts, one that has fewer commands than `until` is written whole.
    """
    log = account.log
    if until is not None:
        return until if is_only else min(until, log.count)
    if time is not None:
        return max((entry.number for entry in log if entry.machine <= time), default=0)
    return log.count
