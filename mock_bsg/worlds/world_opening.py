"""Opens world files: to be served, by one server at a time; or to be looked at, which leaves no trace beside them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path
from struct import Struct
from tempfile import TemporaryDirectory
from typing import Final

from mock_bsg.worlds.claim import Claim, is_claimed
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.sqlite_errors import DAMAGED, MISHAPS, explain
from mock_bsg.worlds.world_schema import MAGIC, check_is_filled, check_tables, create_tables, is_empty, note_writer

SIDECARS: Final = ("-wal", "-journal")
"""What SQLite keeps beside a file that was not closed."""
_ROLLBACK_MODE: Final = 1
_SIZES: Final = Struct(">16x H 6x I I 60x I")
"""Bytes in a page, changes ever made, pages, and the change at which those were counted."""
_BUSY_SECONDS: Final = 5.0
"""Longer than a slow disk takes to have a few pages for good."""
LONG_LOG: Final = 16_384
"""Pages (64 MB) to which SQLite's log may grow. It keeps them on disk: to give them back would take a while."""


def uri_of(path: Path, query: str) -> str:
    return f"{path.absolute().as_uri()}?{query}"


def open_to_serve(path: Path) -> tuple[sqlite3.Connection, Claim]:
    """Open a world file, or begin one, and claim it for this process; raises WorldError."""
    check_place(path, must_exist=False)
    try:
        claim = Claim(path)
        try:
            if path.exists():
                os.close(os.open(path, os.O_RDWR))
                _check_header(path)
        except BaseException:
            claim.release()
            raise
    except OSError as error:
        raise WorldError(
            f"{path} may not be written ({error.strerror}): let this user write it and its directory,"
            " where SQLite keeps more files while it is in use"
        ) from None
    try:
        return _connect_to_serve(path), claim
    except BaseException:
        claim.release()
        raise


def _connect_to_serve(path: Path) -> sqlite3.Connection:
    try:
        connection = connect(uri_of(path, "mode=rwc"))
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    except MISHAPS as error:
        raise explain(error, path) from None
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    if is_empty(connection):
        create_tables(connection)
    check_tables(connection, path)
    if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
        raise WorldError(f"{path} is on a file system that SQLite cannot share memory on: put it on a local disk")
    connection.execute("PRAGMA synchronous=NORMAL")
    note_writer(connection)
    # Moving the log into the file takes a while, and is left to a thread.
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute(f"PRAGMA journal_size_limit={4096 * LONG_LOG}")


def connect(uri: str, patience: float = _BUSY_SECONDS) -> sqlite3.Connection:
    """Open a connection that begins no transactions by itself, for one thread at a time.

    `patience` is for how many seconds it waits for others.
    """
    return sqlite3.connect(uri, patience, isolation_level=None, check_same_thread=False, uri=True)


def connect_to_fill(path: Path) -> sqlite3.Connection:
    """Make an empty file a world that nobody else knows of yet: thrown away, if anything goes wrong."""
    connection = connect(uri_of(path, "mode=rw"))
    try:
        connection.execute("PRAGMA journal_mode=MEMORY")
        connection.execute("PRAGMA synchronous=OFF")
        create_tables(connection)
    except BaseException:
        connection.close()
        raise
    return connection


class View:
    """A world file to be looked at: as it stands, or, where a server has it or a crash left it, as a copy of now."""

    def __init__(self, path: Path) -> None:
        """Open a file; raises WorldError."""
        check_place(path, must_exist=True)
        self._folder: TemporaryDirectory[str] | None = None
        try:
            self.uri = self._choose(path)
            self.connection = self._connect(path)
        except BaseException as error:
            self.release()
            if isinstance(error, MISHAPS):
                raise explain(error, path) from None
            if isinstance(error, OSError):
                raise WorldError(f"{path} cannot be read ({error.strerror}): let this user read it") from None
            raise

    def _connect(self, path: Path) -> sqlite3.Connection:
        connection = connect(self.uri)
        try:
            check_is_filled(connection, path)
            check_tables(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection

    def release(self) -> None:
        """Remove the copy, if it is one."""
        if self._folder is not None:
            self._folder.cleanup()

    def _choose(self, path: Path) -> str:
        if is_claimed(path):
            return self._copy_live(path)
        mode = _check_header(path)
        if not any(_is_filled(path, suffix) for suffix in SIDECARS):
            # One that was closed takes SQLite's locks, and no more; for the other those would need a file beside it.
            return uri_of(path, "mode=ro" if mode == _ROLLBACK_MODE else "mode=ro&immutable=1")
        uri = self._copy_as_it_was_left(path)
        return self._copy_live(path) if is_claimed(path) else uri

    def _copy_live(self, path: Path) -> str:
        copy = self._copy_path()
        copy.unlink(missing_ok=True)
        with closing(connect(uri_of(path, "mode=ro"))) as live, closing(sqlite3.connect(copy)) as target:
            live.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        return uri_of(copy, "mode=ro")

    def _copy_as_it_was_left(self, path: Path) -> str:
        """Copy a file with what SQLite keeps beside it: opened there, it is mended there."""
        copy = self._copy_path()
        shutil.copyfile(path, copy)
        for suffix in SIDECARS:
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{os.path.realpath(path)}{suffix}", f"{copy}{suffix}")
        return uri_of(copy, "mode=rw")

    def _copy_path(self) -> Path:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="mock-bsg-")
        return Path(self._folder.name, "copy.world")


def check_no_leftovers(path: Path) -> None:
    """Raise WorldError if a file cannot be replaced because it is in use, or was not closed."""
    if is_claimed(path) or any(_is_filled(path, suffix) for suffix in SIDECARS):
        raise WorldError(
            f"{path} is a world that is in use, or was not closed when its server ended: name another file"
        )


def check_place(path: Path, *, must_exist: bool) -> None:
    """Raise WorldError unless there is a file, or can be one."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if must_exist:
            raise WorldError(f"there is no file {path}") from None
        if not path.parent.is_dir():
            raise WorldError(f"{path} cannot be made: there is no directory {path.parent}; make it first") from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise WorldError(f"{path} cannot be used: {said}") from None
    else:
        if stat.S_ISDIR(mode):
            raise WorldError(f"{path} is a directory: name a file in it, like {path / 'bsg.world'}")
        if not stat.S_ISREG(mode):
            raise WorldError(f"{path} is no regular file: name one on a disk")


def _check_header(path: Path) -> int:
    """Raise WorldError for what is no SQLite file; tells how it is written to, by SQLite's number for that."""
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        return _ROLLBACK_MODE
    if not header.startswith(MAGIC):
        raise WorldError(f"{path} is no world of mock-bsg, or its beginning is damaged: name another file")
    if len(header) < 100 or _pages_lack(header, path):
        raise WorldError(f"{path} {DAMAGED}")
    return header[18]


def _pages_lack(header: bytes, path: Path) -> bool:
    """Whether a file is shorter than its header says, though nothing beside it could have the rest."""
    page_size, changes, pages, changes_of_pages = _SIZES.unpack_from(header)
    size = (page_size if page_size > 1 else 65536) * pages
    is_told = changes == changes_of_pages and not any(_is_filled(path, suffix) for suffix in SIDECARS)
    return is_told and path.stat().st_size < size


def _is_filled(path: Path, suffix: str) -> bool:
    try:
        return Path(f"{os.path.realpath(path)}{suffix}").stat().st_size > 0
    except FileNotFoundError:
        return False
