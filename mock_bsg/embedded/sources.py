"""What a test gave as a scenario, compiled where the servers are; each text once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mock_bsg.embedded.scenario_source import Source
from mock_bsg.scenario.library import compile_text
from mock_bsg.scenario.texts import read_file

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.scenario.library import Library

_KEPT = 200


class Compiled:
    """The rulesets of texts, the last ones used."""

    def __init__(self) -> None:
        self._known: dict[Source, Ruleset] = {}

    def find(self, given: tuple[str, str | None, str | None], library: Library) -> Ruleset:
        """Find the ruleset of a source; raises ScenarioError, or UnknownScenario for a name."""
        name, text, file = given
        if text is None:
            if file is None:
                return library.get(name)
            text = read_file(Path(file))
        source = Source(name, text, file)
        ruleset = self._known.pop(source, None) or compile_text(text, name, file)
        self._known[source] = ruleset
        if len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return ruleset
