"""The scenarios of a world file: each once, whoever refers to it; and those that can be found by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.worlds.rows import KeptScenario

if TYPE_CHECKING:
    import sqlite3

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.worlds.database import Database
    from mock_bsg.worlds.tidying import Tidying


class KeptScenarios:
    """The scenarios of a world file."""

    __slots__ = ("_database", "_tidying")

    def __init__(self, database: Database, tidying: Tidying) -> None:
        self._database = database
        self._tidying = tidying

    def get(self, hash_: str) -> KeptScenario | None:
        rows = self._database.ask("SELECT name, source FROM scenarios WHERE hash=?", hash_)
        return KeptScenario(*rows[0]) if rows else None

    def put(self, ruleset: Ruleset) -> None:
        """Let a scenario be found by its name, in place of the one that was."""
        with self._database.changing() as connection:
            hash_ = _keep(connection, ruleset)
            connection.execute("INSERT OR REPLACE INTO library VALUES(?, ?)", (ruleset.name, hash_))
        self._tidying.look_for_scenarios()

    def library(self) -> list[KeptScenario]:
        """List the scenarios that can be found by name, in the order of names."""
        rows = self._database.ask(
            "SELECT library.name, source FROM library JOIN scenarios USING(hash) ORDER BY library.name"
        )
        return [KeptScenario(*row) for row in rows]


def use_scenario(connection: sqlite3.Connection, account: int, number: int, ruleset: Ruleset) -> None:
    """Keep a scenario that a command of that number refers to, or the checkpoint after it."""
    hash_ = _keep(connection, ruleset)
    connection.execute("INSERT OR IGNORE INTO scenario_uses VALUES(?, ?, ?)", (account, number, hash_))


def _keep(connection: sqlite3.Connection, ruleset: Ruleset) -> str:
    hash_ = scenario_hash(ruleset)
    connection.execute("INSERT OR IGNORE INTO scenarios VALUES(?, ?, ?)", (hash_, ruleset.name, ruleset.source))
    return hash_
