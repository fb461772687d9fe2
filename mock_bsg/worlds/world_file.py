"""A world file: accounts as logs of commands and checkpoints, in an SQLite file that anybody can open.

What one call changes is in the file whole, or not at all; once it returns, no crash of the process loses it. Whatever
is wrong with the file is a WorldError, and after one that passes (a full disk) the next call works again. Calls wait
for the disk, so large tasks come in slices; they are for one thread at a time, but for `move_log` and `copy`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mock_bsg.worlds.claim import Claim
from mock_bsg.worlds.database import Database
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.kept_checkpoints import KeptCheckpoints
from mock_bsg.worlds.kept_scenarios import KeptScenarios, use_scenario
from mock_bsg.worlds.rows import Addition, KeptAccount, LogMoved, Record, Standing
from mock_bsg.worlds.sqlite_errors import DAMAGED, MISHAPS, explain
from mock_bsg.worlds.tidying import Tidying, free_pages
from mock_bsg.worlds.world_copy import Part, check_reach, copy_world
from mock_bsg.worlds.world_opening import LONG_LOG, View, connect, connect_to_fill, open_to_serve, uri_of

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self


class WorldFile:
    """A world file that is open: to be served, or only to be looked at."""

    def __init__(self, database: Database, holder: Claim | View | None) -> None:
        self._database = database
        self._holder = holder
        self._uri = holder.uri if isinstance(holder, View) else uri_of(database.path, "mode=ro")
        self._tidying = Tidying(database)
        self.scenarios = KeptScenarios(database, self._tidying)
        self.checkpoints = KeptCheckpoints(database, self._tidying)
        newest = database.ask("SELECT seq FROM sqlite_sequence WHERE name='accounts'")
        self._last_id: int = newest[0][0] if newest else 0

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, read_only: bool = False) -> Self:
        """Open a world file; one to be served is begun if there is none, and claimed. Raises WorldError.

        `read_only` shows it as it is now, changes nothing in the file nor beside it, and needs no claim.
        """
        place = Path(path)
        holder: Claim | View
        if read_only:
            holder = View(place)
            connection = holder.connection
        else:
            connection, holder = open_to_serve(place)
        try:
            return cls(Database(connection, place), holder)
        except BaseException:
            connection.close()
            holder.release()
            raise

    @classmethod
    def begin(cls, path: Path) -> Self:
        """Make an empty file a world that nobody else knows of yet. Until it is closed a crash destroys it."""
        try:
            return cls(Database(connect_to_fill(path), path), None)
        except MISHAPS as error:
            raise explain(error, path) from None

    def close(self) -> None:
        """Leave a single file, no larger than what is in it, and let others have it."""
        connection = self._database.connection
        if isinstance(self._holder, Claim):
            # If another program reads it, or the disk is full: the next one that opens it finds it as it is.
            with suppress(sqlite3.Error):
                free_pages(connection, _EVERY)
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        connection.close()
        if self._holder is not None:
            self._holder.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        return self._database.path

    # --- accounts and their logs

    def reserve_account(self) -> int:
        """Tell an id for an account that is going to begin; none is ever used twice."""
        self._last_id += 1
        return self._last_id

    def begin_after(self, key: str, number: int) -> int:
        """Begin an account of which nothing is known before that command; tells its id.

        Its checkpoint there has to follow, and `shorten`.
        """
        account = self.reserve_account()
        with self._database.changing() as connection:
            connection.execute(_BEGIN_ACCOUNT, (account, _write_key(key)))
            connection.execute(_MOVE_END, (number, account, 0))
        return account

    def append(self, additions: Sequence[Addition]) -> None:
        """Add to the logs of accounts, all or nothing.

        Raises ValueError if an account is not there, or not at the command before the first that is added.
        """
        rows: list[tuple[int, int, int, str, str]] = []
        ends: list[tuple[int, int, int]] = []
        for account, records, *_ in additions:
            if records:
                ends.append((records[-1].number, account, records[0].number - 1))
                rows += [(account, number, at, kind, data.decode()) for number, at, kind, data in records]
        with self._database.changing() as connection:
            for account, _, standing, key, scenarios in additions:
                if key is not None:
                    connection.execute(_BEGIN_ACCOUNT, (account, _write_key(key)))
                if standing is not None:
                    _set_standing(connection, account, standing)
                for number, ruleset in scenarios.items():
                    use_scenario(connection, account, number, ruleset)
            connection.executemany("INSERT INTO commands VALUES(?, ?, ?, ?, ?)", rows)
            if connection.executemany(_MOVE_END, ends).rowcount != len(ends) and ends:
                raise ValueError(f"an account is not at the command that these follow: {ends[:9]}")

    def accounts(self) -> list[KeptAccount]:
        """List all accounts, the oldest first."""
        return [self._read_account(row) for row in self._database.ask(f"{_ACCOUNTS} ORDER BY id")]

    def account(self, key: str) -> KeptAccount | None:
        """Find the account of a key."""
        rows = self._database.ask(f"{_ACCOUNTS} WHERE key=?", _write_key(key))
        return self._read_account(rows[0]) if rows else None

    def records(self, account: int, after: int, most: int = 1000) -> list[Record]:
        """Read the commands of an account that come after a number, at most so many; none at the end.

        Raises WorldError if the log begins later or has a gap, ValueError if there is no such account.
        """
        base, end = self._reach(account)
        if after < base:
            raise WorldError(f"{self.path}: this log begins after command {base}; what was before is not kept")
        rows = self._database.ask(_RECORDS, account, after, min(after + most, end))
        if [row[0] for row in rows] != list(range(after + 1, min(after + most, end) + 1)):
            raise self._damage()
        return [Record(*row) for row in rows]

    def rewind(self, account: int, number: int, standing: Standing) -> int:
        """Forget all commands and checkpoints of an account after that command; tells its next epoch.

        Raises ValueError for a command that the log does not reach, or that has not been yet.
        """
        self._reach(account, number)
        later = (account, number)
        with self._database.changing() as connection:
            parts = connection.execute("SELECT part FROM checkpoints WHERE account=? AND number>?", later).fetchall()
            connection.execute("DELETE FROM checkpoints WHERE account=? AND number>?", later)
            connection.execute("DELETE FROM commands WHERE account=? AND number>?", later)
            connection.execute("DELETE FROM scenario_uses WHERE account=? AND number>?", later)
            connection.execute("UPDATE accounts SET commands=?, epoch=epoch + 1 WHERE id=?", (number, account))
            _set_standing(connection, account, standing)
            epoch: int = connection.execute("SELECT epoch FROM accounts WHERE id=?", (account,)).fetchone()[0]
        self._tidying.drop([part for (part,) in parts])
        self._tidying.look_for_scenarios()
        return epoch

    def shorten(self, account: int, number: int) -> None:
        """Let the log of an account begin after that command, where it has a checkpoint; raises ValueError if not."""
        found = self.checkpoints.newest(account, number)
        if found is None or found.number != number:
            raise ValueError(f"account {account} has no checkpoint after command {number}")
        with self._database.changing() as connection:
            connection.execute("UPDATE accounts SET base=? WHERE id=?", (number, account))
        self._tidying.shorten(account, number)

    def fork(self, account: int, key: str, until: int, standing: Standing) -> KeptAccount:
        """Begin another account with the same past, as far as that command; checkpoints share their parts.

        Raises ValueError for a command that the log does not reach, or if there is an account of that key.
        """
        base, _ = self._reach(account, until)
        if self.account(key) is not None:
            raise ValueError(f"there is an account '{key}' already")
        fork = self.reserve_account()
        with self._database.changing() as connection:
            connection.execute(_BEGIN_ACCOUNT, (fork, _write_key(key)))
            connection.execute("UPDATE accounts SET commands=?, base=? WHERE id=?", (until, base, fork))
            for statement in _FORK:
                connection.execute(statement, (fork, account, base, until))
            _set_standing(connection, fork, standing)
        return KeptAccount(fork, key, 0, until, base, standing)

    def forget(self, account: int) -> None:
        """Forget an account with all that is in it."""
        self._forget(account)

    def forget_all(self) -> None:
        self._forget(None)

    def _forget(self, account: int | None) -> None:
        with self._database.changing() as connection:
            ids = connection.execute("SELECT id FROM accounts WHERE ?1 IS NULL OR id=?1", (account,)).fetchall()
            connection.executemany("INSERT INTO forgotten VALUES(?)", ids)
            connection.executemany("DELETE FROM accounts WHERE id=?", ids)
        self._tidying.forget(found for (found,) in ids)

    def _reach(self, account: int, number: int | None = None) -> tuple[int, int]:
        """Tell base and end of a log; raises ValueError if there is none, or it does not reach that command."""
        rows = self._database.ask("SELECT base, commands FROM accounts WHERE id=?", account)
        if not all(isinstance(told, int) for row in rows for told in row):
            raise self._damage()
        check_reach(account, rows, number)
        base, end = rows[0]
        return base, end

    def _read_account(self, row: tuple[Any, ...]) -> KeptAccount:
        account, key, epoch, commands, base, state, reports_due = row
        try:
            return KeptAccount(account, _read_key(key), epoch, commands, base, Standing(state, reports_due))
        except (AttributeError, UnicodeDecodeError):
            raise self._damage() from None

    def _damage(self) -> WorldError:
        return WorldError(f"{self.path} {DAMAGED}")

    # --- the file itself

    def probe(self) -> None:
        """Write as much as a long command is, and remove it again; raises WorldError while that cannot be."""
        for change in _PROBE:
            with self._database.changing() as connection:
                connection.execute(change)

    def tidy(self, most: int = 200) -> bool:
        """Remove for good what was forgotten or rewound, and let the file shrink: about so many rows or pages.

        Tells whether there may be more to do.
        """
        return self._tidying.tidy(most)

    def move_log(self) -> LogMoved:
        """Move what SQLite has in its write-ahead log into the file itself, while others read and write.

        For a thread of its own. The log begins anew once all is moved, which it never is while something is always
        being added: so when it has grown long, changes wait for the little that is left.
        """
        try:
            with closing(connect(uri_of(self.path, "mode=rw"), _MOVER_SECONDS)) as connection:
                _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if pages > LONG_LOG:
                    # What came in the meantime is less, and then again.
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                    connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        except MISHAPS as error:
            raise explain(error, self.path) from None
        return LogMoved(pages, moved)

    def copy(
        self,
        target: str | os.PathLike[str],
        *,
        account: int | None = None,
        until: int | None = None,
        time: int | None = None,
    ) -> None:
        """Copy this world, or one account of it, into a file of its own.

        With `until`, as it was after that command; with `time` (ms UTC of the machine's clock), as it was then: an
        account that began later is left out.

        May be called from any thread. Raises WorldError, and ValueError for a command that the log does not reach; then
        there is at `target` what was there before.
        """
        copy_world((self._uri, self.path), Path(target), Part(account, until, time))


def _set_standing(connection: sqlite3.Connection, account: int, standing: Standing) -> None:
    state = None if standing.state is None else standing.state.decode()
    connection.execute("UPDATE accounts SET state=?, reports_due=? WHERE id=?", (state, standing.reports_due, account))


def _write_key(key: str) -> str | bytes:
    """Keys that are no Unicode, as they can come in a header, are kept as bytes."""
    try:
        key.encode()
    except UnicodeEncodeError:
        return key.encode("utf-8", "surrogatepass")
    return key


def _read_key(kept: str | bytes) -> str:
    return kept if isinstance(kept, str) else kept.decode("utf-8", "surrogatepass")


_MOVER_SECONDS: Final = 0.2
"""For how long it is tried to make changes wait; while somebody reads what the log began with, it cannot begin anew."""
_EVERY: Final = 1 << 30
_BEGIN_ACCOUNT: Final = "INSERT INTO accounts(id, key, epoch, commands, base) VALUES(?, ?, 0, 0, 0)"
_MOVE_END: Final = "UPDATE accounts SET commands=? WHERE id=? AND commands=?"
_ACCOUNTS: Final = "SELECT id, key, epoch, commands, base, CAST(state AS BLOB), reports_due FROM accounts"
_RECORDS: Final = (
    "SELECT number, machine, kind, CAST(data AS BLOB) FROM commands WHERE account=? AND number>? AND number<=?"
    " ORDER BY number"
)
_PROBE: Final = (
    "INSERT OR REPLACE INTO meta VALUES('probe', hex(zeroblob(8192)))",
    "DELETE FROM meta WHERE name='probe'",
)
_FORK: Final = (
    """
    INSERT INTO commands SELECT ?1, number, machine, kind, data FROM commands
    WHERE account=?2 AND number>?3 AND number<=?4 ORDER BY number
    """,
    """
    INSERT INTO checkpoints SELECT ?1, number, name, part FROM checkpoints
    WHERE account=?2 AND number>=?3 AND number<=?4
    """,
    """
    INSERT INTO scenario_uses SELECT ?1, number, hash FROM scenario_uses
    WHERE account=?2 AND number>=?3 AND number<=?4
    """,
)
