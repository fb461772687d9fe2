"""What a test may give as a scenario: a file, a text, a mapping; read and checked at once."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from mock_bsg.scenario.library import compile_text
from mock_bsg.scenario.texts import read_file

if TYPE_CHECKING:
    from mock_bsg.scenario.library import Library
    from mock_bsg.scenario.playbook import Playbook

INLINE = "inline"
"""The name of a scenario that no file has."""
_SUFFIXES = (".yaml", ".yml", ".json")


class Scenario:
    """A scenario that was read and checked, for several tests or servers to use.

    `given` is the path of a file, YAML or JSON text, or a mapping with the keys of a scenario file. Raises
    ScenarioError, which tells each fault with file, line and column; a mapping's are those of its JSON.
    """

    __slots__ = ("playbook",)

    def __init__(self, given: str | Path | Mapping[str, Any]) -> None:
        self.playbook: Playbook = _read(given)

    @property
    def name(self) -> str:
        """The file's name without its ending, "inline" if there is no file."""
        return self.playbook.name

    @property
    def description(self) -> str:
        return self.playbook.description

    @property
    def text(self) -> str:
        """The scenario as YAML or JSON."""
        return self.playbook.source

    def __repr__(self) -> str:
        return f"Scenario({self.name!r})"


AnyScenario: TypeAlias = "str | Path | Mapping[str, Any] | Scenario"
"""Whatever stands for a scenario; a text that is neither path nor YAML is the name of one."""


def find_playbook(given: AnyScenario, library: Library) -> Playbook:
    """Find the playbook of whatever stands for a scenario; raises ScenarioError, or UnknownScenario for a name."""
    if isinstance(given, Scenario):
        return given.playbook
    if isinstance(given, str) and not _is_path(given) and not _is_text(given):
        return library.get(given)
    return _read(given)


def in_folder(given: AnyScenario, folder: Path) -> AnyScenario:
    """Let a path that is no absolute one begin at `folder`; whatever else stands for a scenario stays as it is."""
    if isinstance(given, Path) or (isinstance(given, str) and _is_path(given)):
        return folder / Path(given).expanduser()
    return given


def _read(given: str | Path | Mapping[str, Any]) -> Playbook:
    if isinstance(given, Mapping):
        return compile_text(_write_json(given), INLINE, "<dict>")
    if isinstance(given, str) and not _is_path(given):
        return compile_text(given, INLINE, "<text>")
    path = Path(given).expanduser()
    return compile_text(read_file(path), path.stem, str(path))


def _is_text(given: str) -> bool:
    return "\n" in given or ":" in given or given.lstrip().startswith("{")


def _is_path(given: str) -> bool:
    if "\n" in given or given.lstrip().startswith("{"):
        return False
    return given.lower().endswith(_SUFFIXES) or (":" not in given and ("/" in given or os.sep in given))


def _write_json(given: Mapping[str, Any]) -> str:
    return json.dumps(given, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: object) -> Any:
    """Write what JSON has no word for, as a scenario file would say it."""
    match value:
        case timedelta():
            return f"{value // timedelta(milliseconds=1)}ms"
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
        case Mapping():
            return dict(value)
        case set() | frozenset():
            return sorted(value)
    raise TypeError(f"a scenario has no place for {type(value).__name__}: {value!r}")
