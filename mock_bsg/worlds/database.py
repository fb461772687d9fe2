"""An SQLite connection whose changes are made whole or not at all, and whose mishaps are WorldErrors."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from mock_bsg.worlds.sqlite_errors import MISHAPS, explain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Database:
    """The connection to a world file at that path."""

    __slots__ = ("connection", "path")

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Make all changes in here, or none if anything is raised."""
        connection = self.connection
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")  # the disk may have failed that, too
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            if isinstance(error, MISHAPS):
                raise explain(error, self.path) from None
            raise

    @contextmanager
    def asking(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self.connection
        except MISHAPS as error:
            raise explain(error, self.path) from None

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask for all rows of an answer."""
        with self.asking() as connection:
            return connection.execute(question, values).fetchall()
