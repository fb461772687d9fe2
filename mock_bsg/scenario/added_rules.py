"""Rules that are written into a scenario's text, and taken out of it again; all else in it stays as it was written."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple, get_args

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from mock_bsg.rules.rule import ADDED, is_added
from mock_bsg.rules.usage import Section
from mock_bsg.scenario.document import Document, WrittenFloat, WrittenInt, read_document
from mock_bsg.scenario.errors import CannotBeWrittenError, Problem, ScenarioError
from mock_bsg.scenario.load import load

SECTIONS: Final[tuple[Section, ...]] = get_args(Section)

_CALLED: Final = re.compile(r"(.*), with \d+ rules? of yours")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PLAIN_TEXT: Final = re.compile(r"[A-Za-z_]+(?: [A-Za-z_0-9]+)*|[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h)")
_NO_TEXT: Final = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


class Addition(NamedTuple):
    """A rule or fault that stands in a text because somebody added it: where, counted from 0, and how it is written."""

    section: Section
    place: int
    name: str
    times: int | None
    line: int
    """Where its name stands, counted from 1."""
    text: str


def add_rule(source: str, given: str) -> tuple[str, Section, str]:
    """Put a rule, or a fault, above all others of a scenario's text; tells the text then, the section and the name.

    `given` is a scenario that has that one rule or fault and nothing else. Raises ScenarioError if it has not, or if
    the scenario makes no sense with it; CannotBeWrittenError.
    """
    section, rule = _read_given(given)
    data = _read(source)
    name = _choose_name(data, rule.get("name"))
    rule = {"name": name} | {key: value for key, value in rule.items() if key != "name"}
    wanted = data | {section: [rule, *data.get(section, [])]}
    text = _check(lambda: _insert(source, section, rule), wanted)
    load(text, "scenario")
    return text, section, name


def take_out_rule(source: str, section: Section, place: int) -> str:
    """Take a rule out of a scenario's text, and the section with its last one; raises CannotBeWrittenError."""
    data = _read(source)
    left = [rule for each, rule in enumerate(data[section]) if each != place]
    wanted = {key: value for key, value in data.items() if key != section or left} | ({section: left} if left else {})
    return _check(lambda: _remove(source, section, place), wanted)


def find_additions(source: str) -> list[Addition]:
    """List what was added to a scenario's text, in its order."""
    if ADDED not in source:  # reading takes long
        return []
    document, _ = read_document(source)
    if document is None or not isinstance(document.data, dict):
        return []
    return [
        Addition(
            section,
            place,
            rule["name"],
            None if rule.get("times") is None else int(rule["times"]),
            document.mark((section, place, "name"), at_key=True).line,
            _write_block(rule, ""),
        )
        for section in SECTIONS
        for place, rule in enumerate(document.data.get(section) or [])
        if is_added(rule.get("name"))
    ]


def call_scenario(name: str, source: str) -> str:
    """Tell what a scenario is called that is the one of this name but for what was added to it, or taken out again."""
    called = _CALLED.fullmatch(name)
    own = called[1] if called else name
    count = len(find_additions(source))
    return f"{own}, with {count} rule{'' if count == 1 else 's'} of yours" if count else own


# --- what is there


def _read_given(given: str) -> tuple[Section, dict[str, Any]]:
    load(given, "rule")  # tells what is wrong with it, by its own lines
    data = _read(given)
    rules = [(section, rule) for section in SECTIONS for rule in data.get(section, [])]
    if len(rules) != 1 or len(data) != 1:
        message = "one rule under 'rules', or one fault under 'faults', can be added at a time, and nothing else"
        raise ScenarioError("rule", [Problem("", 1, 1, message)])
    return rules[0]


def _read(text: str) -> dict[str, Any]:
    document, _ = read_document(text)
    return document.data if document is not None and isinstance(document.data, dict) else {}


def _choose_name(data: dict[str, Any], given: object) -> str:
    names = [rule.get("name") for section in SECTIONS for rule in data.get(section, [])]
    highest = max((int(name.split()[2].rstrip(":")) for name in names if is_added(name)), default=0)
    return f"{ADDED} {highest + 1}" + (f": {given}" if given else "")


def _check(change: Callable[[], str], wanted: dict[str, Any]) -> str:
    """Change a text; raises CannotBeWrittenError unless it says what is wanted, and nothing else has changed."""
    text = ""
    document: Document | None = None
    problems: list[Problem] = []
    with suppress(YAMLError, LookupError, AttributeError):
        text = change()
        document, problems = read_document(text)
    if document is None or problems or (document.data or {}) != wanted:
        raise CannotBeWrittenError(
            "this scenario is written in a way that no rule can be put into or taken out of: change its text instead"
        )
    return text


# --- the text changed


def _compose(text: str) -> Any:
    return YAML(typ="safe", pure=True).compose(text)


def _find(root: Any, section: Section) -> tuple[int, Node, SequenceNode] | None:
    if root is None:
        return None
    for place, (key, value) in enumerate(root.value):
        if key.value == section:
            return place, key, value
    return None


def _insert(text: str, section: Section, rule: dict[str, Any]) -> str:
    root = _compose(text)
    found = _find(root, section)
    if found is None:
        return _insert_section(text, root, section, rule)
    _, key, items = found
    if items.flow_style:
        written = _write_flow(rule, quotes=root.flow_style) + (", " if items.value else "")
        return _put(text, items.start_mark.index + 1, written)
    lines = text.splitlines(keepends=True)
    lines.insert(key.end_mark.line + 1, _write_block(rule, " " * items.start_mark.column))
    return "".join(lines)


def _insert_section(text: str, root: MappingNode | None, section: Section, rule: dict[str, Any]) -> str:
    if root is not None and root.flow_style:
        written = f'"{section}": [{_write_flow(rule, quotes=True)}]' + (", " if root.value else "")
        return _put(text, root.start_mark.index + 1, written)
    end = len(text) if root is None else root.end_mark.index
    before = text[:end] if text[:end].endswith("\n") or not text[:end] else text[:end] + "\n"
    indent = "" if root is None else " " * root.start_mark.column
    return f"{before}{indent}{section}:\n{_write_block(rule, indent + '  ')}{text[end:]}"


def _remove(text: str, section: Section, place: int) -> str:
    root = _compose(text)
    found = _find(root, section)
    assert found is not None  # noqa: S101 -- told to the type checker: the rule was found there
    position, key, items = found
    is_last = len(items.value) == 1
    if root.flow_style and is_last:
        return _cut_flow(text, [(each[0].start_mark.index, each[1].end_mark.index) for each in root.value], position)
    if items.flow_style:
        if is_last:
            return _cut_lines(text, key.start_mark.line, items.end_mark.line + 1)
        return _cut_flow(text, [(each.start_mark.index, each.end_mark.index) for each in items.value], place)
    first = items.value[place].start_mark.line
    last = _end_of_block(text, first, items.start_mark.column)
    return _cut_lines(text, key.start_mark.line if is_last else first, last)


def _end_of_block(text: str, first: int, column: int) -> int:
    """Tell the line after the last one that stands deeper than the dash in that column."""
    end = first + 1
    for line, said in enumerate(text.splitlines()[end:], end):
        if said.strip():
            if len(said) - len(said.lstrip(" ")) <= column:
                break
            end = line + 1
    return end


def _put(text: str, place: int, more: str) -> str:
    return text[:place] + more + text[place:]


def _cut_lines(text: str, first: int, end: int) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(lines[:first] + lines[end:])


def _cut_flow(text: str, spans: list[tuple[int, int]], place: int) -> str:
    """Cut out one of several things between commas, and a comma with it."""
    start, end = spans[place]
    if place + 1 < len(spans):
        end = spans[place + 1][0]
    elif place:
        start = spans[place - 1][1]
    return text[:start] + text[end:]


# --- a rule written


def _write_block(rule: dict[str, Any], indent: str) -> str:
    lines = [f"{key}: {_write_flow(value)}\n" for key, value in rule.items()]
    return indent + "- " + f"{indent}  ".join(lines)


def _write_flow(value: Any, *, quotes: bool = False) -> str:
    match value:
        case dict():
            pairs = (
                f"{_write_text(key, _PLAIN_KEY, quotes=quotes)}: {_write_flow(each, quotes=quotes)}"
                for key, each in value.items()
            )
            return f"{{{', '.join(pairs)}}}"
        case list():
            return f"[{', '.join(_write_flow(each, quotes=quotes) for each in value)}]"
        case WrittenInt() | WrittenFloat():
            return value.text
        case str():
            return _write_text(value, _PLAIN_TEXT, quotes=quotes)
    return json.dumps(value)


def _write_text(text: str, plain: re.Pattern[str], *, quotes: bool) -> str:
    if not quotes and plain.fullmatch(text) and text.lower() not in _NO_TEXT:
        return text
    return (
        json.dumps(text, ensure_ascii=False)
        .replace("\x85", "\\u0085")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )
