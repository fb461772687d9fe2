"""What shortening and forgetting leave in a world file, removed in slices, so that nobody waits for it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable

    from mock_bsg.worlds.database import Database

_SPARE_PAGES: Final = 256
"""Free pages that a file keeps, beside an eighth of all: what goes and comes all the time is not worth moving pages."""
_EVERYTHING: Final = (1 << 63) - 1
_BYTES_OF_ROW: Final = 2000
"""So much of a part takes about as long to remove as a row does."""


class Tidying:
    """What is still to be removed from a world file. It is invisible already; after a crash it is found again."""

    __slots__ = ("_accounts", "_database", "_has_looked", "_held", "_loose", "_scenarios_after", "_unseen")

    def __init__(self, database: Database) -> None:
        self._database = database
        self._has_looked = False
        self._accounts: deque[tuple[int, int]] = deque()
        """Accounts, with the number up to which they are not needed any more."""
        self._unseen = range(0)
        """Parts of which some may belong to checkpoints that were never finished."""
        self._held: set[int] = set()
        self._loose: deque[int] = deque()
        self._scenarios_after: str | None = None

    # --- what there is to do

    def hold(self, parts: Iterable[int]) -> None:
        """Keep parts although no checkpoint refers to them yet."""
        self._held.update(parts)

    def release(self, parts: Iterable[int]) -> None:
        self._held.difference_update(parts)

    def drop(self, parts: Collection[int]) -> None:
        """Remove those of these parts that no checkpoint refers to."""
        self.release(parts)
        self._loose.extend(parts)

    def forget(self, accounts: Iterable[int]) -> None:
        """Remove what belongs to accounts that are among the forgotten."""
        self._accounts.extend((account, _EVERYTHING) for account in accounts)

    def shorten(self, account: int, base: int) -> None:
        """Remove the commands of an account up to its base, and the checkpoints before that."""
        self._accounts.append((account, base))

    def look_for_scenarios(self) -> None:
        """Remove scenarios that nobody refers to any more."""
        self._scenarios_after = ""

    # --- slices

    def tidy(self, most: int) -> bool:
        """Remove about so many rows, or free so many pages; tells whether there may be more to do."""
        if not self._has_looked:
            self._look_for_leftovers()
            self._has_looked = True
        if self._accounts:
            if self._remove_from(*self._accounts[0], most):
                self._accounts.popleft()
                self.look_for_scenarios()
        elif self._unseen:
            self._look_for_unfinished(most)
        elif self._loose:
            self._remove_loose(most)
        elif self._scenarios_after is not None:
            self._scenarios_after = self._remove_scenarios(self._scenarios_after, most)
        else:
            return self._shrink(most)
        return True

    def _look_for_leftovers(self) -> None:
        self.forget(account for (account,) in self._database.ask("SELECT account FROM forgotten"))
        self._accounts.extend(self._database.ask(_SHORTENED))
        self._unseen = range(1, (self._database.ask("SELECT max(id) FROM parts")[0][0] or 0) + 1)
        self.look_for_scenarios()

    def _look_for_unfinished(self, most: int) -> None:
        now, later = self._unseen[:most], self._unseen[most:]
        found = self._database.ask(_UNREFERRED, now[0], now[-1])
        self.drop([part for (part,) in found if part not in self._held])
        self._unseen = later

    def _remove_loose(self, most: int) -> None:
        count, cost = 0, 0
        with self._database.changing() as connection:
            while count < len(self._loose) and cost < most:
                cost += _remove_part(connection, self._loose[count])
                count += 1
        for _ in range(count):
            self._loose.popleft()

    def _remove_from(self, account: int, last: int, most: int) -> bool:
        """Remove what an account does not need any more; tells whether that was all."""
        with self._database.changing() as connection:
            cost = connection.execute(_REMOVE_COMMANDS, (account, last, most)).rowcount
            for number, name, part in connection.execute(_REFERENCES, (account, last, most)).fetchall():
                if cost >= most:
                    break
                connection.execute(_REMOVE_REFERENCE, (account, number, name))
                cost += _remove_part(connection, part)
            if cost >= most:
                return False
            connection.execute("DELETE FROM scenario_uses WHERE account=? AND number<?", (account, last))
            if last == _EVERYTHING:
                connection.execute("DELETE FROM forgotten WHERE account=?", (account,))
        return True

    def _remove_scenarios(self, after: str, most: int) -> str | None:
        """Tell after which one to go on, or None at the end."""
        hashes = self._database.ask("SELECT hash FROM scenarios WHERE hash>? ORDER BY hash LIMIT ?", after, most)
        with self._database.changing() as connection:
            connection.executemany(_REMOVE_SCENARIO, hashes)
        return hashes[-1][0] if len(hashes) == most else None

    def _shrink(self, most: int) -> bool:
        free = self._database.ask("PRAGMA freelist_count")[0][0]
        if free <= _SPARE_PAGES + self._database.ask("PRAGMA page_count")[0][0] // 8:
            return False
        with self._database.asking() as connection:
            free_pages(connection, most)
        return True


def free_pages(connection: sqlite3.Connection, most: int) -> None:
    """Let the file shrink by so many free pages."""
    connection.executescript(f"PRAGMA incremental_vacuum({most})")  # `execute` would stop after the first


def _remove_part(connection: sqlite3.Connection, part: int) -> int:
    """Remove a part that no checkpoint refers to; tells what that cost, in rows."""
    size = connection.execute("SELECT length(data) FROM parts WHERE id=?", (part,)).fetchone()
    removed = connection.execute(_REMOVE_PART, (part, part)).rowcount
    return 1 + (size[0] // _BYTES_OF_ROW if removed else 0)


_SHORTENED: Final = (
    "SELECT id, base FROM accounts WHERE base>0 AND (EXISTS(SELECT 1 FROM commands WHERE account=id AND number<=base)"
    " OR EXISTS(SELECT 1 FROM checkpoints WHERE account=id AND number<base))"
)
_UNREFERRED: Final = (
    "SELECT id FROM parts WHERE id BETWEEN ? AND ? AND NOT EXISTS(SELECT 1 FROM checkpoints WHERE part=id)"
)
_REMOVE_PART: Final = "DELETE FROM parts WHERE id=? AND NOT EXISTS(SELECT 1 FROM checkpoints WHERE part=?)"
_REMOVE_COMMANDS: Final = (
    "DELETE FROM commands WHERE rowid IN (SELECT rowid FROM commands WHERE account=? AND number<=? LIMIT ?)"
)
_REFERENCES: Final = "SELECT number, name, part FROM checkpoints WHERE account=? AND number<? LIMIT ?"
_REMOVE_REFERENCE: Final = "DELETE FROM checkpoints WHERE account=? AND number=? AND name=?"
_REMOVE_SCENARIO: Final = (
    "DELETE FROM scenarios WHERE hash=? AND NOT EXISTS(SELECT 1 FROM scenario_uses WHERE hash=scenarios.hash)"
    " AND NOT EXISTS(SELECT 1 FROM library WHERE hash=scenarios.hash)"
)
