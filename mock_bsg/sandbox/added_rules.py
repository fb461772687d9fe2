"""Rules that are added to a scenario while it is in use: what it is with one more, or less, and how they were used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mock_bsg.sandbox import snapshots
from mock_bsg.sandbox.errors import NothingThereError
from mock_bsg.scenario.added_rules import add_rule, call_scenario, find_additions, take_out_rule
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.rules.usage import Section, Usage
    from mock_bsg.scenario.added_rules import Addition


class Change(NamedTuple):
    """A scenario with a rule or fault more, or less: which, and where it stands or stood."""

    ruleset: Ruleset
    section: Section
    place: int
    name: str


def with_rule(ruleset: Ruleset, given: str) -> Change:
    """Add the one rule or fault of a scenario; raises ScenarioError, CannotBeWrittenError."""
    text, section, name = add_rule(ruleset.source, given)
    return Change(_compile(ruleset, text), section, 0, name)


def without_rule(ruleset: Ruleset, name: str) -> Change:
    """Take out a rule that was added; raises NothingThereError, ScenarioError, CannotBeWrittenError."""
    found = next((each for each in find_additions(ruleset.source) if each.name == name), None)
    if found is None:
        raise NothingThereError(f"no rule '{name}' was added to this account's scenario")
    text = take_out_rule(ruleset.source, found.section, found.place)
    return Change(_compile(ruleset, text), found.section, found.place, name)


def list_added(ruleset: Ruleset, usage: Usage) -> list[snapshots.AddedRule]:
    """List the rules and faults that were added, as they stand in the text."""
    return [_show(each, usage) for each in find_additions(ruleset.source)]


def _show(added: Addition, usage: Usage) -> snapshots.AddedRule:
    is_rule = added.section == "rules"
    used = usage.told(("rule" if is_rule else "hits", added.place))
    return snapshots.AddedRule(
        name=added.name,
        kind="rule" if is_rule else "fault",
        line=added.line,
        text=added.text,
        times=added.times,
        used=None if is_rule and added.times is None else used,
    )


def _compile(ruleset: Ruleset, text: str) -> Ruleset:
    return compile_text(text, call_scenario(ruleset.name, text))
