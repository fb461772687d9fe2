"""The scenarios that can be found by name: built-in ones, those of further folders, and texts put in at run time."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from mock_bsg.rules.ruleset import Ruleset
from mock_bsg.scenario import compiled
from mock_bsg.scenario.errors import Problem, ScenarioError, UnknownScenario
from mock_bsg.scenario.texts import read_file

_PACKAGE: Final = Path(__file__).resolve().parent.parent
# In a wheel the scenarios lie within the package, in a checkout beside it.
BUILTIN: Final = next(
    (each for each in (_PACKAGE / "builtin", _PACKAGE.parent / "scenarios") if each.is_dir()), _PACKAGE / "builtin"
)
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
_KEY_BEGINNINGS: Final = ("test_", "live_")


class Entry(NamedTuple):
    """One scenario in a list; `problem` says why it cannot be used, if it cannot."""

    name: str
    description: str
    problem: str | None = None


class Library:
    """Finds scenarios by name: texts come before folders, a later folder before an earlier, the built-in ones last.

    A folder is looked at when it is asked for a name, so files may come and go; a file is read once, by all libraries
    that share `read`.
    """

    def __init__(
        self,
        directories: Sequence[Path] = (),
        texts: Mapping[str, str] | None = None,
        *,
        read: dict[Path, tuple[tuple[int, int] | None, Ruleset]] | None = None,
    ) -> None:
        self._directories: Final = tuple(directories)
        self._texts: Final[dict[str, str]] = dict(texts or {})
        self._put: Final[dict[str, Ruleset]] = {}
        self._read: Final = {} if read is None else read

    def names(self) -> list[str]:
        """List the names of all scenarios, in order."""
        found = set(self._texts) | set(self._put)
        for directory in (*self._directories, BUILTIN):
            found |= set(_files(directory))
        return sorted(found)

    def has(self, name: str) -> bool:
        """Whether there is a scenario of that name, be it right or wrong."""
        return name in self._put or name in self._texts or self._find(name) is not None

    def get(self, name: str) -> Ruleset:
        """Find the ruleset of that name; raises UnknownScenario, or ScenarioError if its text is wrong."""
        if name in self._put:
            return self._put[name]
        if name in self._texts:
            return self.put(name, self._texts[name])
        path = self._find(name)
        if path is None:
            raise UnknownScenario(name, self.names())
        return self._read_file(path, name)

    def put(self, name: str, text: str) -> Ruleset:
        """Add or replace a scenario; raises ScenarioError, and keeps what was there, if name or text is wrong."""
        if not is_name(name):
            message = f"'{name}' cannot be a scenario's name: letters, digits, '_', '-' and '.' make one"
            raise ScenarioError(name, [Problem("", 1, 1, message)])
        ruleset = compile_text(text, name)
        self._put[name] = ruleset
        return ruleset

    def add(self, ruleset: Ruleset) -> None:
        """Add or replace a scenario that was read elsewhere, under the name that it has."""
        self._put[ruleset.name] = ruleset

    def describe(self) -> list[Entry]:
        """List all scenarios with their descriptions; broken ones are told of, not raised."""
        return [self._describe(name) for name in self.names()]

    def _describe(self, name: str) -> Entry:
        try:
            description = self.get(name).description
        except (ScenarioError, UnknownScenario) as error:
            return Entry(name, "", str(error))
        return Entry(name, description)

    def _find(self, name: str) -> Path | None:
        # A name from outside is only ever compared with the names that a folder has, and never made a path of.
        for directory in (*reversed(self._directories), BUILTIN):
            path = _files(directory).get(name)
            if path is not None:
                return path
        return None

    def _read_file(self, path: Path, name: str) -> Ruleset:
        version = _version(path)
        known = self._read.get(path)
        if known is not None and known[0] == version:
            return known[1]
        text = read_file(path)
        ruleset = compiled.find(path, text) if path.parent == BUILTIN else None
        if ruleset is None:
            ruleset = compile_text(text, name, str(path))
        self._read[path] = (version, ruleset)
        return ruleset


def compile_text(text: str, name: str, file: str | None = None) -> Ruleset:
    """Compile a YAML or JSON text; ScenarioError names its problems by `file`, or by `name` if there is none."""
    # Reading a scenario needs pydantic and YAML, which are slow to import: not before one must be read.
    from mock_bsg.scenario.compiler import compile_scenario  # noqa: PLC0415 -- see above
    from mock_bsg.scenario.load import load  # noqa: PLC0415 -- see above

    return compile_scenario(load(text, name if file is None else file), name, text)


def is_name(name: str) -> bool:
    """Whether a scenario may have that name."""
    return _NAME.fullmatch(name) is not None and ".." not in name


def scenario_of_key(key: str, library: Library) -> str | None:
    """Find the scenario that an API key chooses: `sms-fallback` for `test_sms-fallback.anything`, if there is one."""
    for beginning in _KEY_BEGINNINGS:
        if key.startswith(beginning):
            name = key.removeprefix(beginning).partition(".")[0]
            return name if is_name(name) and library.has(name) else None
    return None


def _version(path: Path) -> tuple[int, int] | None:
    """Tell apart what a file holds from what it held before; None if it has gone, as reading it will tell."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _files(directory: Path) -> dict[str, Path]:
    """Find the scenario files of a folder by name; none if it cannot be read."""
    try:
        paths = [path for path in directory.iterdir() if path.suffix in _SUFFIXES and is_name(path.stem)]
    except OSError:
        return {}
    # Of several files of one name, that with the earliest of the suffixes counts: it comes last, and so it stays.
    paths.sort(key=lambda path: _SUFFIXES.index(path.suffix), reverse=True)
    return {path.stem: path for path in paths}
