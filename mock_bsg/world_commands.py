"""What `mock-bsg open` and `mock-bsg export` do with worlds; what they print is up to cli.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mock_bsg.domain.store_address import StoreAddress
from mock_bsg.settings import Settings, SettingsError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from mock_bsg.http.server import Server
    from mock_bsg.worlds.world_file import WorldFile

OPEN_SETTINGS: Final = frozenset({"hosts", "port", "log_format", "allowed_hosts"})
"""The settings of a server that `open` has, too: the others are about what a server does, or keeps."""

OPEN_WORDS: Final[Mapping[str, dict[str, Any]]] = {
    "file": {"metavar": "FILE", "help": "a world file, as --store, export and the pytest plugin write it"},
}
EXPORT_WORDS: Final[Mapping[str, dict[str, Any]]] = {
    "store": {"metavar": "STORE", "help": "where a server keeps its accounts, as --store says it"},
    "-o": {"dest": "target", "metavar": "FILE", "required": True, "help": "where to write the world"},
    "--account": {"metavar": "KEY", "help": "one account only [default: all]"},
    "--until": {
        "metavar": "N|TIME",
        "help": "as it was after its command N, or at that time (ISO 8601, as 2026-11-30T09:00:00Z)",
    },
}


def show_only(settings: Settings, file: str) -> Settings:
    """Tell the settings of a server that shows a file and does nothing else. Raises SettingsError."""
    kept = {field: getattr(settings, field) for field in OPEN_SETTINGS}
    return replace(Settings(), **kept, world=_read_file(file, "FILE"), callbacks="off")


def tell_world(server: Server, settings: Settings) -> str:
    """Say what a server shows."""
    from mock_bsg.worlds.opened_world import OpenedWorld  # noqa: PLC0415 -- it is there by now

    ledger = server.runtime.operations.ledger
    assert isinstance(ledger, OpenedWorld)  # noqa: S101 -- told to the type checker
    accounts, commands = ledger.count()
    return f"{settings.world} with {_count(accounts, 'account')}, {_count(commands, 'command')}; it is never written"


def export(arguments: argparse.Namespace) -> str:
    """Write a world, or a part of it, into a file of its own; says what is in that. Raises SettingsError."""
    from mock_bsg.worlds.errors import WorldError  # noqa: PLC0415 -- of no use to the quick commands
    from mock_bsg.worlds.world_file import WorldFile  # noqa: PLC0415 -- likewise

    target = _read_file(arguments.target, "-o")
    until, time = _read_until(arguments.until)
    source = _find_source(arguments.store, target)
    try:
        if source.file is None:
            _export_shared(source, target, arguments.account, until, time)
        else:
            with WorldFile.open(source.file, read_only=True) as world:
                account = None if arguments.account is None else _find_account(world, arguments.account, until)
                world.copy(target, account=account, until=until, time=time)
        with WorldFile.open(target, read_only=True) as written:
            kept = written.accounts()
    except WorldError as wrong:
        raise SettingsError(f"export: {wrong}") from None
    except ValueError as wrong:
        raise SettingsError(f"export: --until {arguments.until}: {wrong}") from None
    return f"{target}: {_count(len(kept), 'account')}, {_count(sum(each.commands for each in kept), 'command')}"


def _export_shared(store: StoreAddress, target: Path, key: str | None, until: int | None, time: int | None) -> None:
    import asyncio  # noqa: PLC0415 -- slow to import, and for a store that servers share only

    from mock_bsg.store_export import export_store  # noqa: PLC0415 -- likewise

    asyncio.run(export_store(store, target, key, until, time))


def _find_source(store: str, target: Path) -> StoreAddress:
    try:
        address = StoreAddress.read(store)
    except ValueError as wrong:
        raise SettingsError(f"export: {wrong}") from None
    if address.file is not None and target.exists() and address.file.exists() and target.samefile(address.file):
        raise SettingsError(f"export: {target} is the very world that is to be exported; name another file with -o")
    return address


def _find_account(world: WorldFile, key: str, until: int | None) -> int:
    account = world.account(key)
    if account is None:
        others = len(world.accounts())
        there = "one other" if others == 1 else f"{others or 'no'} others"
        raise SettingsError(f"export: {world.path} has no account of that key, and {there}")
    if until is not None and not max(1, account.base) <= until <= account.commands:
        reach = f"from command {max(1, account.base)} to {account.commands}"
        raise SettingsError(f"export: --until {until}: the log of this account reaches {reach}")
    return account.id


def _read_until(text: str | None) -> tuple[int | None, int | None]:
    """Read a command's number, or a time as ms UTC; one of the two is None, both where nothing is said."""
    if text is None:
        return None, None
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and int(digits[:19]) > 0 and len(digits) < 19:
        return int(digits), None
    try:
        time = datetime.fromisoformat(digits)
    except ValueError:
        time = None
    if digits.isdigit() or time is None or time.tzinfo is None:
        raise SettingsError(
            f"export: --until: '{text}' was found; the number of a command from 1 on is expected, or a time with its"
            " zone, as 2026-11-30T09:00:00Z"
        )
    return None, int((time - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def _read_file(text: str, flag: str) -> Path:
    try:
        address = StoreAddress.read(text)
    except ValueError as wrong:
        raise SettingsError(f"{flag}: {wrong}") from None
    if address.file is None:
        raise SettingsError(f"{flag}: {address} was found, a file is expected")
    return address.file


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
