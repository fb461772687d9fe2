"""Copies a world, or one account of it as far as one likes, into a file of its own: whole, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from mock_bsg.worlds.replacement import replacing
from mock_bsg.worlds.sqlite_errors import MISHAPS, explain
from mock_bsg.worlds.world_opening import connect_to_fill

if TYPE_CHECKING:
    from pathlib import Path


class Part(NamedTuple):
    """What of a world is copied: all accounts, or the one of that id; no command after `until`, or taken after `time`.

    `time` is ms UTC, of the machine's clock.
    """

    account: int | None
    until: int | None
    time: int | None


def copy_world(source: tuple[str, Path], target: Path, part: Part) -> None:
    """Copy from a file, given by its URI and name; replaces what is at `target`, and leaves it if that goes wrong.

    Raises WorldError, and ValueError for a command that the log does not reach or a time at which nothing had begun.
    """
    try:
        with replacing(target) as unfinished, closing(connect_to_fill(unfinished)) as connection:
            _fill(connection, source[0], part)
    except MISHAPS as error:
        is_targets = getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
        raise explain(error, target if is_targets else source[1]) from None


def _fill(connection: sqlite3.Connection, source: str, part: Part) -> None:
    connection.execute("ATTACH ? AS source", (source,))
    connection.execute("BEGIN")
    account, until, time = part
    if account is not None:
        rows = connection.execute("SELECT base, commands FROM source.accounts WHERE id=?", (account,)).fetchall()
        check_reach(account, rows, until)
    values = {"account": account, "until": _BOUNDLESS if until is None else until, "time": time}
    for statement in _STATEMENTS:
        connection.execute(statement, values)
    if (until, time) != (None, None) and not connection.execute("SELECT count(*) FROM main.accounts").fetchone()[0]:
        raise ValueError("no account had begun by then")
    connection.execute("COMMIT")


def check_reach(account: int, rows: list[tuple[int, int]], number: int | None) -> None:
    """Raise ValueError unless the log of an account, of which `rows` tell base and end, reaches that command."""
    if not rows:
        raise ValueError(f"there is no account {account}")
    base, end = rows[0]
    first = max(base, 1)
    if number is not None and not first <= number <= end:
        raise ValueError(f"the log of account {account} reaches from command {first} to {end}, and not to {number}")


_BOUNDLESS: Final = (1 << 63) - 1
_STATEMENTS: Final = (
    # How an account stood before its end is not known.
    """
    INSERT INTO accounts SELECT id, key, epoch, last, base,
      CASE WHEN last = commands THEN state END, CASE WHEN last = commands THEN reports_due END
    FROM (
      SELECT *, coalesce(
        (SELECT max(number) FROM source.commands
         WHERE account = id AND number > base AND number <= :until AND (:time IS NULL OR machine <= :time)),
        CASE WHEN :time IS NULL AND base BETWEEN 1 AND :until THEN base END) AS last
      FROM source.accounts WHERE :account IS NULL OR id = :account
    ) WHERE last IS NOT NULL
    """,
    """
    INSERT INTO commands SELECT account, number, machine, kind, data
    FROM main.accounts JOIN source.commands ON account = id AND number > base AND number <= main.accounts.commands
    ORDER BY account, number
    """,
    """
    INSERT INTO checkpoints SELECT account, number, name, part
    FROM main.accounts JOIN source.checkpoints ON account = id AND number >= base AND number <= main.accounts.commands
    """,
    "INSERT INTO parts SELECT * FROM source.parts WHERE id IN (SELECT part FROM main.checkpoints)",
    """
    INSERT INTO scenario_uses SELECT account, number, hash
    FROM main.accounts JOIN source.scenario_uses ON account = id AND number >= base AND number <= main.accounts.commands
    """,
    "INSERT INTO library SELECT * FROM source.library",
    """
    INSERT INTO scenarios SELECT * FROM source.scenarios
    WHERE hash IN (SELECT hash FROM main.scenario_uses) OR hash IN (SELECT hash FROM main.library)
    """,
)
