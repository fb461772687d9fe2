"""The tables of a world file, which anybody may open with SQLite; and whether a file has them.

Only `meta` is the same in every format, so that an old version can tell which one to use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mock_bsg import __version__
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.sqlite_errors import DAMAGED

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

FORMAT: Final = 3
"""1 knew API v1 alone, 2 neither what caused steps nor answers from phones; they are read as they are, and become 3."""
APPLICATION: Final = int.from_bytes(b"mBSG")
"""What SQLite's header says whose file it is."""
MAGIC: Final = b"SQLite format 3\0"

_TABLES: Final = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE scenarios(hash TEXT PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL);
CREATE TABLE library(name TEXT PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE accounts(
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- of one that was forgotten it is never used again
  key TEXT NOT NULL UNIQUE,
  epoch INTEGER NOT NULL,       -- how often it was rewound
  commands INTEGER NOT NULL,    -- the number of the last command
  base INTEGER NOT NULL,        -- the log begins after this command, with the checkpoint there; 0: it is whole
  state TEXT,                   -- JSON, for lists; null: not known
  reports_due INTEGER           -- ms UTC
);
CREATE TABLE commands(
  account INTEGER NOT NULL,
  number INTEGER NOT NULL,      -- from 1
  machine INTEGER NOT NULL,     -- when it was taken: ms UTC
  kind TEXT NOT NULL,
  data TEXT NOT NULL            -- JSON
);
-- No primary key without rowid: with many accounts that takes five times as long, since rows go into the middle.
CREATE UNIQUE INDEX commands_in_order ON commands(account, number);
CREATE TABLE checkpoints(
  account INTEGER NOT NULL,
  number INTEGER NOT NULL,      -- the command after which it was taken
  name TEXT NOT NULL,
  part INTEGER NOT NULL,        -- several checkpoints may have the same
  PRIMARY KEY(account, number, name)
) WITHOUT ROWID;
CREATE INDEX checkpoints_of_part ON checkpoints(part);
CREATE TABLE parts(id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);
CREATE TABLE scenario_uses(
  account INTEGER NOT NULL,
  number INTEGER NOT NULL,      -- of the command, or of the checkpoint's command
  hash TEXT NOT NULL,
  PRIMARY KEY(account, number, hash)
) WITHOUT ROWID;
CREATE INDEX scenario_uses_of_hash ON scenario_uses(hash);
CREATE TABLE forgotten(account INTEGER PRIMARY KEY); -- accounts whose rows are still to be removed
"""


def create_tables(connection: sqlite3.Connection) -> None:
    """Make an empty database a world file."""
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # before the first table, or never
    connection.executescript(
        f"BEGIN IMMEDIATE; PRAGMA application_id={APPLICATION}; {_TABLES} INSERT INTO meta VALUES('format', {FORMAT});"
    )
    note_writer(connection)
    connection.execute("COMMIT")


def note_writer(connection: sqlite3.Connection) -> None:
    """Say in the file which version has written to it last, and in which format."""
    connection.execute("UPDATE meta SET value = ? WHERE name = 'format'", (FORMAT,))
    connection.execute("INSERT OR REPLACE INTO meta VALUES('written by', ?)", (f"mock-bsg {__version__}",))


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever put into this database: a file without content is one, too."""
    return not _read_one(connection, "SELECT count(*) FROM sqlite_master") and not _application(connection)


def check_is_filled(connection: sqlite3.Connection, path: Path) -> None:
    """Raise WorldError if there is nothing to look at."""
    if is_empty(connection):
        raise WorldError(f"{path} is empty: no world was ever kept in it")


def check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """Raise WorldError unless this is a world file in a format that is known."""
    if _application(connection) != APPLICATION:
        raise WorldError(f"{path} is an SQLite file, but no world of mock-bsg: name another file")
    told = dict(connection.execute("SELECT name, value FROM meta"))
    known, writer = told.get("format"), told.get("written by")
    if not isinstance(known, int) or known < 1:
        raise WorldError(f"{path} {DAMAGED}")
    if known > FORMAT:
        raise WorldError(
            f"{path} was written by {writer} in format {known}, and mock-bsg {__version__} knows formats up to"
            f" {FORMAT}: use {writer} or newer"
        )
    problem = _read_one(connection, "PRAGMA quick_check(1)") if _is_soon_checked(connection) else "ok"
    if problem != "ok":
        raise WorldError(f"{path} {DAMAGED}")


def _is_soon_checked(connection: sqlite3.Connection) -> bool:
    """Whether to check all pages at the start; with a larger file that would be waited for, so damage shows later."""
    pages, size = (_read_one(connection, f"PRAGMA {name}") for name in ("page_count", "page_size"))
    return int(pages) * int(size) <= _SOON_CHECKED


_SOON_CHECKED: Final = 32 << 20


def _application(connection: sqlite3.Connection) -> object:
    return _read_one(connection, "PRAGMA application_id")


def _read_one(connection: sqlite3.Connection, question: str) -> int | str:
    answer: int | str = connection.execute(question).fetchone()[0]
    return answer
