"""Opens the ledger that a server was told to keep its accounts in, or to show them of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.scenarios import put_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mock_bsg.domain.store_address import StoreAddress
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.ledger import Ledger
    from mock_bsg.sandbox.requests import Answering
    from mock_bsg.scenario.library import Library


async def open_ledger(
    address: StoreAddress,
    accounts: Accounts,
    machine: Callable[[], int],
    answer: Answering[Account],
    library: Library,
) -> Ledger:
    """Open the store at that address, and put the scenarios that it keeps into the library. Raises WorldError."""
    if address.file is not None:
        return _open_file(address.file, accounts, machine, answer, library)
    return await _open_shared(address, accounts, answer, library)


def _open_file(
    path: Path, accounts: Accounts, machine: Callable[[], int], answer: Answering[Account], library: Library
) -> Ledger:
    from mock_bsg.worlds.file_ledger import FileLedger  # noqa: PLC0415 -- of no use without a store
    from mock_bsg.worlds.world_file import WorldFile  # noqa: PLC0415 -- likewise

    file = WorldFile.open(path)
    put_scenarios(file.scenarios.library(), library)
    return FileLedger(file, accounts, machine, answer, library)


def open_world(
    path: Path, accounts: Accounts, machine: Callable[[], int], answer: Answering[Account], library: Library
) -> Ledger:
    """Open a world file to look at it, with its scenarios. Raises WorldError."""
    from mock_bsg.worlds.opened_world import OpenedWorld  # noqa: PLC0415 -- of no use without a file
    from mock_bsg.worlds.world_file import WorldFile  # noqa: PLC0415 -- likewise

    file = WorldFile.open(path, read_only=True)
    put_scenarios(file.scenarios.library(), library)
    return OpenedWorld(file, accounts, machine, answer, library)


async def _open_shared(
    address: StoreAddress, accounts: Accounts, answer: Answering[Account], library: Library
) -> Ledger:
    try:
        from mock_bsg.worlds.shared.opening import open_shared  # noqa: PLC0415 -- of no use without a store
    except ImportError as missing:
        raise WorldError(
            f"--store {address} needs the package '{missing.name}'; pip install 'mock-bsg[redis]' brings it"
        ) from None
    return await open_shared(address, accounts, answer, library)
