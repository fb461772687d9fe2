"""A YAML 1.2 (or JSON) text as plain data that knows where each of its values stands."""

# By hand: ruamel's composed nodes lose aliases' places and written tags, have no limit of size, and take 25 % longer.

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from mock_bsg.scenario.errors import Problem
from mock_bsg.scenario.slips import QUOTES, PlainText
from mock_bsg.scenario.syntax import word_syntax_error

LONGEST_TEXT: Final = 1024 * 1024
MOST_VALUES: Final = 100_000
DEEPEST: Final = 40

_INT: Final = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_CONSTANTS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_STR_TAG: Final = "tag:yaml.org,2002:str"
_TABBED_LINE: Final = re.compile(r"^[ ]*\t[ \t]*(?=\S)", re.MULTILINE)
_UNLIKE_YAML: Final = re.compile("[\t\x85\u2028\u2029]")
_TAB_WIDTHS: Final = (1, 2, 4, 8, 0)


class Mark(NamedTuple):
    """A place in the text, counted from 1."""

    line: int
    column: int


class WrittenInt(int):
    """A whole number that remembers how it was written (a phone number is no number)."""

    text: str


class WrittenFloat(float):
    """A number with a fraction that remembers how it was written (money is no binary fraction)."""

    text: str


Path = Sequence[str | int]


class Document:
    """Plain data, and the places of its keys and values."""

    def __init__(self, data: Any, root: Mark, places: dict[int, dict[str | int, tuple[Mark, Mark]]]) -> None:
        self.data: Final = data
        self._root: Final = root
        self._places: Final = places  # by identity of the mapping or list: a value that an alias repeats has one place

    def mark(self, path: Path, *, at_key: bool = False) -> Mark:
        """Find where the value at `path` stands, or its key; for a path that leads nowhere, the last one on the way."""
        value, mark = self.data, self._root
        for depth, step in enumerate(path):
            places = self._places_in(value)
            if step not in places:
                break
            key_mark, value_mark = places[step]
            value = value[step]
            # Where nothing is written, the parser stands somewhere below.
            names_key = value is None or (at_key and depth == len(path) - 1)
            mark = key_mark if names_key else value_mark
        return mark

    def value(self, path: Path) -> Any:
        """Find what stands at `path`; None if it leads nowhere."""
        value = self.data
        for step in path:
            if step not in self._places_in(value):
                return None
            value = value[step]
        return value

    def _places_in(self, value: Any) -> dict[str | int, tuple[Mark, Mark]]:
        return self._places.get(id(value), {}) if isinstance(value, dict | list) else {}


def read_document(text: str) -> tuple[Document | None, list[Problem]]:
    """Read a document, and what is wrong with its form; None if nothing of it can be read."""
    if len(text) > LONGEST_TEXT:
        return None, [Problem("", 1, 1, f"the text is longer than {LONGEST_TEXT} characters")]
    text = _mend_json(text)
    try:
        return _parse(text)
    except YAMLError as error:
        tabs = list(_TABBED_LINE.finditer(text))
        if not tabs:
            return None, [word_syntax_error(error, text)]
        return _parse_despite_tabs(text, tabs, error)


def _mend_json(text: str) -> str:
    """Mend JSON so that YAML can read it: tabs are no indentation there, and some characters would break its lines."""
    if text.lstrip()[:1] not in ("{", "[") or not _UNLIKE_YAML.search(text):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    # JSON has tabs between its values only, and the other ones within texts only.
    return _UNLIKE_YAML.sub(lambda found: " " if found[0] == "\t" else f"\\u{ord(found[0]):04x}", text)


def _parse_despite_tabs(
    text: str, tabs: list[re.Match[str]], error: YAMLError
) -> tuple[Document | None, list[Problem]]:
    """Tell of the tabs, and read on as if they were spaces, for whatever else is wrong."""
    lines = [text.count("\n", 0, tab.start()) + 1 for tab in tabs]
    first = tabs[0]
    more = " (and it is not the only one)" if len(tabs) > 1 else ""
    problem = Problem(
        "",
        lines[0],
        first[0].index("\t") + 1,
        f"this line is indented with a tab{more}: YAML wants spaces",
    )
    mark = getattr(error, "problem_mark", None)
    if mark is not None and mark.line + 1 < lines[0]:
        return None, [word_syntax_error(error, text), problem]
    for width in _TAB_WIDTHS:
        spaced = _TABBED_LINE.sub(lambda tab: tab[0].replace("\t", " " * width), text)  # noqa: B023 -- used at once
        shifts = {line: tab[0].count("\t") * (1 - width) for line, tab in zip(lines, tabs, strict=True)}
        try:
            document, problems = _parse(spaced, shifts)
        except YAMLError:
            continue
        return document, [problem, *problems]
    return None, [problem]


def _parse(text: str, shifts: Mapping[int, int] = MappingProxyType({})) -> tuple[Document | None, list[Problem]]:
    """Read text that is YAML in form, or raise YAMLError; the columns of a line are told shifted by so many."""
    builder = _Builder(YAML(typ="safe", pure=True).parse(text), shifts)
    document = builder.build()
    return document, builder.problems


class Unreadable:
    """Stands for a value whose problem has been noted already."""


UNREADABLE: Final = Unreadable()


class _TooMuchError(Exception):
    """Reading stops here; the problem is noted."""


class _Builder:
    """Builds plain data out of the parser's events; a value that an alias repeats is the same object again."""

    def __init__(self, events: Iterator[Event], shifts: Mapping[int, int]) -> None:
        self.problems: list[Problem] = []
        self._shifts = shifts
        self._events = events
        self._places: dict[int, dict[str | int, tuple[Mark, Mark]]] = {}
        self._anchors: dict[str, tuple[Any, int] | None] = {}  # None while the value is being read

    def build(self) -> Document | None:
        first = next((event for event in self._events if not isinstance(event, _BEFORE_CONTENT)), None)
        if first is None:
            return Document({}, Mark(1, 1), {})
        try:
            data, _ = self._value(first, ())
        except _TooMuchError:
            return None
        second = next((event for event in self._events if isinstance(event, DocumentStartEvent)), None)
        if second is not None:
            self._note(second, "a second document begins here: a file holds one scenario")
        return Document(data, self._mark(first), self._places)

    def _note(self, event: Event, message: str, path: Path = ()) -> None:
        self.problems.append(Problem(word_path(path), *self._mark(event), message))

    def _mark(self, event: Event) -> Mark:
        line = event.start_mark.line + 1
        return Mark(line, event.start_mark.column + 1 + self._shifts.get(line, 0))

    def _value(self, event: Event, path: Path) -> tuple[Any, int]:
        """Read the value that begins with this event, and how many values it holds, repeated ones counted each time."""
        if len(path) > DEEPEST:
            self._note(event, f"this is nested more than {DEEPEST} levels deep")
            raise _TooMuchError
        if isinstance(event, AliasEvent):
            return self._repeated(event, path)
        return self._anchored(event, path)

    def _grow(self, size: int, more: int, event: Event) -> int:
        """Tell the size of a collection with another item in it; raises _TooMuchError where it becomes too large."""
        if size + more > MOST_VALUES:
            self._note(event, f"the scenario has more than {MOST_VALUES} values")
            raise _TooMuchError
        return size + more

    def _anchored(self, event: Event, path: Path) -> tuple[Any, int]:
        assert isinstance(event, ScalarEvent | CollectionStartEvent)  # noqa: S101 -- there are no others
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        result: tuple[Any, int]
        if isinstance(event, MappingStartEvent):
            result = self._mapping(path)
        elif isinstance(event, SequenceStartEvent):
            result = self._list(path)
        elif isinstance(event, ScalarEvent):
            result = (_resolve(event), 1)
        tag = None if event.tag is None else str(event.tag)
        if tag is not None and not (tag == _STR_TAG and isinstance(event, ScalarEvent)):
            self._note(event, f"a scenario has no tags such as '{tag.replace(_CORE, '!!')}'", path)
            result = (UNREADABLE, result[1])
        if event.anchor is not None:
            self._anchors[event.anchor] = result
        return result

    def _repeated(self, event: AliasEvent, path: Path) -> tuple[Any, int]:
        if event.anchor not in self._anchors:
            hint = "a text that begins with '*' needs quotes"
            self._note(event, f"there is no '&{event.anchor}' above to repeat ({hint})", path)
            return UNREADABLE, 1
        known = self._anchors[event.anchor]
        if known is None:
            self._note(event, f"'*{event.anchor}' contains itself", path)
            return UNREADABLE, 1
        return known

    def _mapping(self, path: Path) -> tuple[dict[str, Any], int]:
        mapping: dict[str, Any] = {}
        places: dict[str | int, tuple[Mark, Mark]] = {}
        size = 1
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, path)
            value_event = next(self._events)
            value, value_size = self._value(value_event, (*path, key))
            size = self._grow(size, value_size, event)
            if key in mapping:
                self._note(event, f"'{key}' is given twice, first in line {places[key][0].line}", (*path, key))
            elif key == "<<":
                self._note(event, "merging with '<<' is not supported here: repeat a whole value (*name)", path)
            elif key:
                mapping[key] = value
                places[key] = (self._mark(event), self._mark(value_event))
        self._places[id(mapping)] = places
        return mapping, size

    def _key(self, event: Event, path: Path) -> str:
        """Read the key as it is written; empty, and noted, if it is none."""
        if isinstance(event, ScalarEvent) and event.value:
            return _join_surrogates(event.value)
        self._note(event, "a key must be plain text", path)
        if not isinstance(event, (ScalarEvent, AliasEvent)):
            self._value(event, (*path, "?"))
        return ""

    def _list(self, path: Path) -> tuple[list[Any], int]:
        values: list[Any] = []
        places: dict[str | int, tuple[Mark, Mark]] = {}
        size = 1
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            value, value_size = self._value(event, (*path, len(values)))
            places[len(values)] = (self._mark(event), self._mark(event))
            values.append(value)
            size = self._grow(size, value_size, event)
        self._places[id(values)] = places
        return values, size


_CORE: Final = "tag:yaml.org,2002:"
_BEFORE_CONTENT: Final = (StreamStartEvent, DocumentStartEvent, StreamEndEvent)


def word_path(path: Path) -> str:
    """Write a path as `rules[2].viber.sent`; lists count from 0."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return words.removeprefix(".")


def _resolve(event: ScalarEvent) -> Any:
    """Read a scalar by YAML 1.2's core schema: quoted ones and whatever is nothing else are texts."""
    text: str = event.value
    if event.style is not None or event.tag is not None:
        return _join_surrogates(text)
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    number: WrittenInt | WrittenFloat
    if _INT.fullmatch(text):
        number = WrittenInt(int(text, 0 if text[1:2] in ("o", "x") else 10))
    elif _FLOAT.fullmatch(text):
        number = WrittenFloat(text.replace(".inf", "inf").replace(".nan", "nan").lower().lstrip("+."))
    else:
        text = _join_surrogates(text)
        return PlainText(text) if text[0] in QUOTES else text
    number.text = text
    return number


def _join_surrogates(text: str) -> str:
    # JSON writes a character beyond U+FFFF as two escapes; YAML reads them as two characters that are none.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
