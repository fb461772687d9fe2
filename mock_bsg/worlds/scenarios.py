"""The scenarios that commands refer to, found by their hashes and compiled once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.logs import LOG
from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.scenario.errors import ScenarioError, UnknownScenario
from mock_bsg.scenario.library import Library, compile_text
from mock_bsg.worlds.errors import WorldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.worlds.rows import KeptScenario


class Scenarios:
    """Scenarios by hash. `look_up` finds what a store has kept of one; `library` may have it compiled already."""

    def __init__(self, look_up: Callable[[str], KeptScenario | None], library: Library) -> None:
        self._look_up = look_up
        self._library = library
        self._found: dict[str, Ruleset] = {}

    def find(self, hash_: str) -> Ruleset:
        """Find a scenario; raises WorldError if it is not kept, or cannot be read by this version."""
        ruleset = self._found.get(hash_)
        if ruleset is None:
            kept = self._look_up(hash_)
            if kept is None:
                raise WorldError(f"the scenario {hash_}, which a command refers to, is not kept with it: it is damaged")
            ruleset = self._found[hash_] = self._compile(kept, hash_)
        return ruleset

    def _compile(self, kept: KeptScenario, hash_: str) -> Ruleset:
        try:
            known = self._library.get(kept.name)
        except (ScenarioError, UnknownScenario):
            known = None
        if known is not None and scenario_hash(known) == hash_:
            return known
        try:
            return compile_text(kept.source, kept.name)
        except ScenarioError as wrong:
            raise WorldError(
                f"the scenario '{kept.name}' of an account is none that this version of mock-bsg can read: {wrong}"
            ) from None


def put_scenarios(kept: Iterable[KeptScenario], library: Library) -> None:
    """Put scenarios into the library that were put there before; one that is wrong by now is told of, and left."""
    for name, source in kept:
        try:
            library.put(name, source)
        except ScenarioError as wrong:
            LOG.warning("the scenario '%s', which was put into the library once, cannot be used: %s", name, wrong)
