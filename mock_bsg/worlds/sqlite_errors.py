"""What SQLite finds wrong with a world file, in one line that says what to do."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from mock_bsg.worlds.errors import WorldError

if TYPE_CHECKING:
    from pathlib import Path

DAMAGED: Final = "is damaged: bring it back from a copy, or remove it with all that is in it"

MISHAPS: Final = (sqlite3.Error, UnicodeDecodeError)
"""What reading or writing may raise: of a damaged file even what SQLite says of it may be no text."""

_WORDS: Final = {
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full: make room, and it goes on",
    sqlite3.SQLITE_IOERR: "cannot be read or written{detail}: see to the disk, and it goes on",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_SCHEMA: DAMAGED,
    sqlite3.SQLITE_BUSY: "is being written by another program: close that one",
    sqlite3.SQLITE_LOCKED: "is being written by another program: close that one",
    sqlite3.SQLITE_PROTOCOL: "is on a file system without locks: put it on a local disk",
    sqlite3.SQLITE_NOLFS: "has grown as large as a file can be on this disk: put it on another",
    sqlite3.SQLITE_TOOBIG: "is to keep something that is too large for it{detail}",
    sqlite3.SQLITE_READONLY: "may not be written: let this user write it, and its directory",
    sqlite3.SQLITE_PERM: "may not be written: let this user write it, and its directory",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened{detail}: let this user read and write it, and its directory",
}


def explain(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> WorldError:
    """Say what is wrong with the file; raises the error itself if it is rather a mistake in the program."""
    if isinstance(error, sqlite3.ProgrammingError):
        raise error
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return WorldError(f"{path} {DAMAGED}")
    detail = f" ({getattr(error, 'sqlite_errorname', error)})"
    words = _WORDS.get(code & 0xFF, f"does not have the tables of a world, or cannot be used: {error}")
    return WorldError(f"{path} {words.format(detail=detail)}")
