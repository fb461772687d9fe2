"""What a test gave as a scenario, compiled where the servers are; each text once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mock_bsg.embedded.scenario_source import Source
from mock_bsg.scenario.library import compile_text
from mock_bsg.scenario.texts import read_file

if TYPE_CHECKING:
    from mock_bsg.scenario.library import Library
    from mock_bsg.scenario.playbook import Playbook

_KEPT = 200


class Compiled:
    """The playbooks of texts, the last ones used."""

    def __init__(self) -> None:
        self._known: dict[Source, Playbook] = {}

    def find(self, given: tuple[str, str | None, str | None], library: Library) -> Playbook:
        """Find the playbook of a source; raises ScenarioError, or UnknownScenario for a name."""
        name, text, file = given
        if text is None:
            if file is None:
                return library.get(name)
            text = read_file(Path(file))
        source = Source(name, text, file)
        playbook = self._known.pop(source, None) or compile_text(text, name, file)
        self._known[source] = playbook
        if len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return playbook
