"""Reads a scenario out of its text; tells everything that is wrong with it at once."""

from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mock_bsg.scenario.checks import find_nonsense
from mock_bsg.scenario.document import UNREADABLE, Document, Path, read_document, word_path
from mock_bsg.scenario.errors import Mistake, MistakesError, Problem, ScenarioError
from mock_bsg.scenario.model import (
    Account,
    Answers,
    Clock,
    FaultMatch,
    Incoming,
    OneApi,
    Outcome,
    Plans,
    Reports,
    RequestFault,
    Rule,
    RuleMatch,
    Scenario,
    Template,
)
from mock_bsg.scenario.values import describe, one_of

MOST_PROBLEMS: Final = 200
_MOST_WORDED: Final = 10 * MOST_PROBLEMS  # a text of nothing but mistakes shall not take long

# The mappings that have a model of their own, by their path with list places left out.
_SECTIONS: Final[dict[tuple[str, ...], type[BaseModel]]] = {
    (): Scenario,
    ("clock",): Clock,
    ("account",): Account,
    ("defaults",): Plans,
    ("rules",): Rule,
    ("rules", "match"): RuleMatch,
    ("rules", "outcomes"): Outcome,
    ("faults",): RequestFault,
    ("faults", "match"): FaultMatch,
    ("answers",): Answers,
    ("reports",): Reports,
    ("one_api",): OneApi,
    ("one_api", "templates"): Template,
    ("incoming",): Incoming,
}
_KEYED: Final = {("one_api", "templates")}
"""Mappings whose keys are data, as places in a list are: left out of the paths above likewise."""


def load(text: str, name: str) -> Scenario:
    """Read the scenario that a YAML 1.2 or JSON text describes; a ScenarioError tells each problem after `name`."""
    document, problems = read_document(text)
    scenario: Scenario | None = None
    if document is not None:
        data = {} if document.data is None else document.data
        mistakes: list[Mistake] = []
        try:
            scenario = Scenario.model_validate(data)
        except ValidationError as error:
            mistakes = [mistake for details in error.errors()[:_MOST_WORDED] for mistake in _read_error(details)]
        mistakes += find_nonsense(data)
        problems += [_locate(mistake, document) for mistake in mistakes if not _is_told_already(mistake, document)]
    if problems or scenario is None:
        raise ScenarioError(name, _in_order(problems))
    return scenario


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Tell each problem once, as they stand in the text; of hundreds, the first."""
    unique = {(problem.line, problem.column, problem.path, problem.message): problem for problem in problems}
    told = [unique[place] for place in sorted(unique)[:MOST_PROBLEMS]]
    left = len(unique) - len(told)
    return [*told, Problem("", told[-1].line, told[-1].column, f"and {left} more mistakes")] if left else told


def _is_told_already(mistake: Mistake, document: Document) -> bool:
    return document.value(mistake.path) is UNREADABLE


def _locate(mistake: Mistake, document: Document) -> Problem:
    mark = document.mark(mistake.path, at_key=mistake.at_key)
    return Problem(word_path(mistake.path), mark.line, mark.column, mistake.message)


def _read_error(details: ErrorDetails) -> list[Mistake]:
    """Say in our words what pydantic found."""
    path = details["loc"]
    kind = details["type"]
    if is_of_key := path[-1:] == ("[key]",) and path[:-2] in _KEYED:
        path = path[:-1]
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, MistakesError):
        return [Mistake((*path, *each.path), each.message, each.at_key) for each in cause.mistakes]
    if isinstance(cause, ValueError):
        return [Mistake(path, str(cause), is_of_key)]
    if kind in ("extra_forbidden", "invalid_key"):
        return [Mistake(path, _word_unknown_key(path), at_key=True)]
    if kind == "missing":
        return [Mistake(path[:-1], f"the key '{path[-1]}' is missing")]
    return [Mistake(path, _word_wrong_kind(kind, details["input"]))]


def _word_wrong_kind(kind: str, found: Any) -> str:
    if kind == "too_short":
        return "an empty list decides nothing: name something, or leave the key out"
    wanted = "a list (each item after a '-')" if kind == "list_type" else "a mapping (keys with values)"
    hint = ": leave the key out if it has none" if found is None else ""
    return f"should be {wanted}, not {describe(found)}{hint}"


def _section_of(path: Path) -> tuple[str, ...]:
    """Tell in which section the last key of a path stands."""
    section: tuple[str, ...] = ()
    for step in path[:-1]:
        if isinstance(step, str) and section not in _KEYED:
            section = (*section, step)
    return section


def _word_unknown_key(path: Path) -> str:
    key = str(path[-1])
    section = _section_of(path)
    known = list(_SECTIONS[section].model_fields)
    place = f"in {section[-1]}" if section else "at the top of a scenario"
    if section and _section_of(path[:-1]) == section:
        place = f"in an item of {section[-1]}"
    message = f"there is no key '{key}' {place}"
    below = _SECTIONS.get((*section, "match"))
    if below is not None and key in below.model_fields:
        return f"{message}: it belongs under 'match'"
    if section[-1:] == ("match",) and key in _SECTIONS[section[:-1]].model_fields:
        return f"{message}: it belongs beside 'match', not under it"
    return message + one_of(key, known)
