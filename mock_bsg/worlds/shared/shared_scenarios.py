"""Scenarios that several servers share: those that commands refer to, and those that were put into the library."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

from mock_bsg.encoding import decode
from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox.commands import Command, Entry
from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.records import decode_command, scenario_of
from mock_bsg.worlds.scenarios import Scenarios, put_scenarios

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.scenario.library import Library
    from mock_bsg.worlds.records import ScenarioOf
    from mock_bsg.worlds.rows import KeptScenario
    from mock_bsg.worlds.shared.redis_store import KeptCommand, RedisStore

Named: TypeAlias = "tuple[bytes, Entry]"
"""A command of a log, and the name under which it was kept."""


class SharedScenarios:
    """Keeps scenarios in a store before commands refer to them, and fetches them before such commands are read."""

    def __init__(self, store: RedisStore, library: Library) -> None:
        self._store = store
        self._library = library
        self._fetched: dict[str, KeptScenario] = {}
        self._found = Scenarios(self._fetched.get, library)
        self._known: dict[str, str] = {}
        """The shared library as it was when it was last looked at."""

    async def keep(self, commands: Sequence[Command]) -> None:
        """Keep what these commands refer to."""
        for command in commands:
            ruleset = scenario_of(command)
            if ruleset is not None:
                await self._store.keep_scenario(scenario_hash(ruleset), ruleset.name, ruleset.source)

    async def keep_all(self, rulesets: Iterable[Ruleset]) -> None:
        """Keep scenarios that something refers to."""
        for ruleset in rulesets:
            await self._store.keep_scenario(scenario_hash(ruleset), ruleset.name, ruleset.source)

    @asynccontextmanager
    async def at_hand(self, hashes: Sequence[str]) -> AsyncIterator[ScenarioOf]:
        """Have scenarios at hand that are looked for by these hashes."""
        try:
            await self._fetch(hashes)
            yield self._found.find
        finally:
            self._fetched.clear()

    async def read(self, key: str, kept: Sequence[KeptCommand]) -> list[Named]:
        """Read commands; raises NotKeptError if one of them cannot be read."""
        try:
            hashes = [decode(one.data)["scenario"] for one in kept if one.kind in _REFERRING]
            async with self.at_hand(list(dict.fromkeys(hashes))) as find:
                return [
                    (by, Entry(number, machine, decode_command(kind, data, find)))
                    for number, machine, kind, data, by in kept
                ]
        except (WorldError, ValueError, KeyError) as wrong:
            where = self._store.line.where
            raise NotKeptError(f"the account '{key}' in {where} cannot be read: {wrong}") from None

    async def _fetch(self, hashes: Sequence[str]) -> None:
        for hash_, found in zip(hashes, await self._store.scenarios(hashes), strict=True):
            if found is not None:
                self._fetched[hash_] = found

    # --- the library

    async def put(self, ruleset: Ruleset) -> None:
        """Let all servers find a scenario by its name."""
        hash_ = scenario_hash(ruleset)
        await self._store.keep_scenario(hash_, ruleset.name, ruleset.source)
        await self._store.put_scenario(ruleset.name, hash_)
        self._known[ruleset.name] = hash_

    async def refresh(self) -> None:
        """Put into the library of this server what was put into those of others."""
        library = await self._store.library()
        new = {name: hash_ for name, hash_ in library.items() if self._known.get(name) != hash_}
        found = await self._store.scenarios(list(new.values()))
        put_scenarios([kept for kept in found if kept is not None], self._library)
        self._known.update(new)


_REFERRING = frozenset({"begin_account", "use_scenario", "add_rule", "take_back_rule"})
"""Kinds of commands that refer to a scenario."""
