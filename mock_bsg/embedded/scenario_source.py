"""What a test may give as a scenario: a file, a text, a mapping; read here, compiled where the servers are."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from mock_bsg.embedded.process import find_process
from mock_bsg.embedded.waiting import wait_here
from mock_bsg.scenario.texts import read_file

INLINE = "inline"
"""The name of a scenario that no file has."""
_SUFFIXES = (".yaml", ".yml", ".json")


class Source(NamedTuple):
    """A scenario's text, and what stands before its problems; without a text, the name of one, or a file to be read."""

    name: str
    text: str | None = None
    file: str | None = None


class Scenario:
    """A scenario that was read and checked, for several tests or servers to use.

    `given` is the path of a file, YAML or JSON text, or a mapping with the keys of a scenario file. Raises
    ScenarioError, which tells each problem with file, line and column; a mapping's are those of its JSON.
    """

    __slots__ = ("_description", "source")

    def __init__(self, given: str | Path | Mapping[str, Any]) -> None:
        self.source = _read(given)
        self._description: str = wait_here(lambda: find_process().ask(None, "check", (self.source,)).wait())

    @property
    def name(self) -> str:
        """The file's name without its ending, "inline" if there is no file."""
        return self.source.name

    @property
    def description(self) -> str:
        return self._description

    @property
    def text(self) -> str:
        """The scenario as YAML or JSON."""
        return self.source.text or ""

    def __repr__(self) -> str:
        return f"Scenario({self.name!r})"


AnyScenario: TypeAlias = "str | Path | Mapping[str, Any] | Scenario"
"""Whatever stands for a scenario; a text that is neither path nor YAML is the name of one."""


def find_source(given: AnyScenario | Source) -> Source:
    """Find the source of whatever stands for a scenario; raises ScenarioError for a file that cannot be read."""
    if isinstance(given, Source):
        return given
    if isinstance(given, Scenario):
        return given.source
    if isinstance(given, str) and not _is_path(given) and not _is_text(given):
        return Source(given)
    return _read(given)


def in_folder(given: AnyScenario, folder: Path) -> AnyScenario | Source:
    """Let a path that is no absolute one begin at `folder`; whatever else stands for a scenario stays as it is.

    The file is read where the servers are, whichever files a test has faked.
    """
    if isinstance(given, os.PathLike) or (isinstance(given, str) and _is_path(given)):
        path = os.path.join(str(folder), os.path.expanduser(os.fspath(given)))  # noqa: PTH118, PTH111 -- Path may be faked
        return Source(Path(path).stem, file=path)
    return given


def _read(given: str | Path | Mapping[str, Any]) -> Source:
    if isinstance(given, Mapping):
        return Source(INLINE, _write_json(given), "<dict>")
    if isinstance(given, str) and not _is_path(given):
        return Source(INLINE, given, "<text>")
    path = Path(given).expanduser()
    return Source(path.stem, read_file(path), str(path))


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
