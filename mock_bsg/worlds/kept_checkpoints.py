"""The checkpoints of a world file, in parts: written in slices, valid with the last; several share what is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.kept_scenarios import use_scenario
from mock_bsg.worlds.rows import KeptCheckpoint
from mock_bsg.worlds.sqlite_errors import DAMAGED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.worlds.database import Database
    from mock_bsg.worlds.tidying import Tidying


class KeptCheckpoints:
    """The checkpoints of the accounts in a world file."""

    __slots__ = ("_database", "_tidying")

    def __init__(self, database: Database, tidying: Tidying) -> None:
        self._database = database
        self._tidying = tidying

    def numbers(self, account: int) -> list[int]:
        """List the commands after which an account has checkpoints, from its base on."""
        rows = self._database.ask(f"SELECT DISTINCT number {_VALID} ORDER BY number", account)
        return [number for (number,) in rows]

    def newest(self, account: int, at_most: int | None = None) -> KeptCheckpoint | None:
        """Find the newest checkpoint of an account, at or before a command; None if there is none."""
        limit = _BOUNDLESS if at_most is None else at_most
        found = self._database.ask(f"SELECT number {_VALID} AND number<=? ORDER BY number DESC LIMIT 1", account, limit)
        if not found:
            return None
        number = found[0][0]
        rows = self._database.ask("SELECT name, part FROM checkpoints WHERE account=? AND number=?", account, number)
        return KeptCheckpoint(number, dict(rows))

    def part(self, part: int) -> bytes:
        """Read a part; raises WorldError if it has gone."""
        rows = self._database.ask("SELECT data FROM parts WHERE id=?", part)
        if not rows or not isinstance(rows[0][0], bytes):
            raise WorldError(f"{self._database.path} {DAMAGED}")
        return rows[0][0]

    def begin(self, account: int, number: int) -> CheckpointWriter:
        """Begin a checkpoint of an account as it was after that command; raises ValueError if it is not there."""
        rows = self._database.ask("SELECT epoch FROM accounts WHERE id=?", account)
        if not rows:
            raise ValueError(f"there is no account {account}")
        return CheckpointWriter(self._database, self._tidying, (account, rows[0][0]), number)


class CheckpointWriter:
    """A checkpoint that is being written. Until it is finished nobody sees it, and after a crash it was never begun."""

    __slots__ = ("_account", "_added", "_database", "_epoch", "_number", "_parts", "_tidying")

    def __init__(self, database: Database, tidying: Tidying, account: tuple[int, int], number: int) -> None:
        self._database = database
        self._tidying = tidying
        self._account, self._epoch = account
        self._number = number
        self._parts: dict[str, int] = {}
        self._added: list[int] = []

    def add(self, parts: Iterable[tuple[str, bytes]]) -> list[int]:
        """Write parts, with their names; tells their ids, by which later checkpoints can refer to them."""
        names: list[str] = []
        ids: list[int] = []
        with self._database.changing() as connection:
            for name, data in parts:
                part = connection.execute("INSERT INTO parts(data) VALUES(?)", (data,)).lastrowid
                assert part is not None  # noqa: S101 -- an INSERT has one
                names.append(name)
                ids.append(part)
        self._parts.update(zip(names, ids, strict=True))
        self._added += ids
        self._tidying.hold(ids)
        return ids

    def share(self, parts: Iterable[tuple[str, int]]) -> None:
        """Refer to parts that an earlier checkpoint of the account has, by their ids."""
        self._parts.update(parts)

    def finish(self, scenarios: Iterable[Ruleset] = ()) -> bool:
        """Make the checkpoint valid; `scenarios` are those that it refers to.

        False, and nothing is kept, if the account was rewound or forgotten meanwhile, its log shortened to later, or
        if it has this checkpoint already. Raises ValueError for a checkpoint without parts.
        """
        if not self._parts:
            raise ValueError("a checkpoint has at least one part")
        account, number = self._account, self._number
        rows = [(account, number, name, part) for name, part in self._parts.items()]
        with self._database.changing() as connection:
            fits = connection.execute(_FITS, (account, self._epoch, number, number)).fetchone() is not None
            if fits:
                connection.executemany("INSERT INTO checkpoints VALUES(?, ?, ?, ?)", rows)
                for ruleset in scenarios:
                    use_scenario(connection, account, number, ruleset)
        if fits:
            self._tidying.release(self._added)
            self._added = []
        else:
            self.abandon()
        return fits

    def abandon(self) -> None:
        """Leave the checkpoint unfinished; what was written of it is tidied up."""
        self._tidying.drop(self._added)
        self._added = []


_BOUNDLESS: Final = (1 << 63) - 1
_VALID: Final = "FROM checkpoints JOIN accounts ON id=account WHERE account=? AND number BETWEEN base AND commands"
_FITS: Final = (
    "SELECT 1 FROM accounts WHERE id=? AND epoch=? AND ? BETWEEN base + 1 AND commands"
    " AND NOT EXISTS(SELECT 1 FROM checkpoints WHERE account=accounts.id AND number=?)"
)
