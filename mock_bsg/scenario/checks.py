"""Finds what is well written in a scenario and makes no sense: keys that contradict each other or decide nothing."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mock_bsg.domain.lifecycle import CHANNELS, PLANNED
from mock_bsg.rules.one_api import DEFAULT_TEMPLATE, default_name
from mock_bsg.scenario import clashes
from mock_bsg.scenario.agreement import find_disagreement, read_account, spoken_channels, with_followers
from mock_bsg.scenario.errors import Mistake
from mock_bsg.scenario.model import Outcome, RequestFault, Rule
from mock_bsg.scenario.one_api import TEMPLATE_ID


def find_nonsense(data: Any) -> Iterator[Mistake]:
    """Find what makes no sense in a scenario's plain data; takes any data, as wrong types are told elsewhere."""
    if not isinstance(data, dict):
        return
    if isinstance(data.get("clock"), dict):
        yield from _clashing(clashes.CLOCK, data["clock"], ("clock",))
    account = read_account(data.get("account"))
    for place, rule in _mappings(data.get("rules")):
        path = ("rules", place)
        yield from _clashing(clashes.RULE, rule, path)
        yield from _in_rule(rule, path)
        yield from find_disagreement(rule, path, _channels_of(rule.get("match")), account)
    for place, fault in _mappings(data.get("faults")):
        path = ("faults", place)
        yield from _clashing(clashes.FAULT, fault, path)
        if not clashes.FAULT_ACTS.is_in(fault) and fault.keys() <= RequestFault.model_fields.keys():
            yield Mistake(path, clashes.FAULT_ACTS.message)
    yield from _repeated_names(data.get("rules"), "rule")
    yield from _repeated_names(data.get("faults"), "fault")
    yield from _in_account(data.get("account"))
    yield from _in_templates(data.get("one_api"))


def _mappings(items: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    if isinstance(items, list):
        yield from ((place, item) for place, item in enumerate(items) if isinstance(item, dict))


def _clashing(wanted: Sequence[clashes.Clash], item: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Mistake]:
    yield from (Mistake((*path, *each.path), each.message, each.at_key) for each in clashes.find(wanted, item))


def _in_rule(rule: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Mistake]:
    if not clashes.RULE_DECIDES.is_in(rule) and rule.keys() <= Rule.model_fields.keys():
        yield Mistake(path, clashes.RULE_DECIDES.message)
    yield from _in_outcomes(rule, path)
    yield from _in_rule_match(rule, path)


def _in_outcomes(rule: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Mistake]:
    outcomes = [outcome for _, outcome in _mappings(rule.get("outcomes"))]
    if not outcomes:
        return
    if not any(key in outcome for outcome in outcomes for key in PLANNED) and all(
        outcome.keys() <= Outcome.model_fields.keys() for outcome in outcomes
    ):
        message = f"the outcomes decide nothing: give them one of {', '.join(PLANNED)}"
        yield Mistake((*path, "outcomes"), message, at_key=True)
    for key in PLANNED:
        if key in rule and all(key in outcome for outcome in outcomes):
            message = f"every outcome has a '{key}' plan of its own, so this one is never used"
            yield Mistake((*path, key), message, at_key=True)


def _in_rule_match(rule: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Mistake]:
    match = rule.get("match")
    channels = _channels_of(match)
    if channels is None or not isinstance(match, dict):
        return
    planned = spoken_channels(rule)
    if planned and not with_followers(planned) & channels:
        message = f"the rule is about {_listed(sorted(channels))} only, and plans only {_listed(sorted(planned))}"
        yield Mistake((*path, "match", "channel"), f"{message}: it decides nothing")


def _channels_of(match: Any) -> set[str] | None:
    """Find the channels that a rule names; None if it names none, or none that can be read."""
    if not isinstance(match, dict) or "channel" not in match:
        return None
    named = match["channel"] if isinstance(match["channel"], list) else [match["channel"]]
    return set(named) if named and all(isinstance(name, str) and name in CHANNELS for name in named) else None


def _listed(words: list[str]) -> str:
    return " and ".join(words)


def _repeated_names(items: Any, kind: str) -> Iterator[Mistake]:
    """Find names that do not tell rules apart in answers and draws; an unnamed rule is called by its place."""
    first_places: dict[str, int] = {}
    mappings = list(_mappings(items))
    unnamed = {f"{kind} {place + 1}": place for place, item in mappings if "name" not in item}
    for place, item in mappings:
        name = str(getattr(item.get("name"), "text", item.get("name"))) if "name" in item else None
        if name is None:
            continue
        if name in first_places:
            message = f"'{name}' is already the name of {kind} {first_places[name] + 1}: each needs a name of its own"
            yield Mistake((f"{kind}s", place, "name"), message)
        elif name in unnamed:
            message = f"'{name}' is what the {kind} at {kind}s[{unnamed[name]}] is called, which has no name of its own"
            yield Mistake((f"{kind}s", place, "name"), message)
        else:
            first_places[name] = place


def _in_account(account: Any) -> Iterator[Mistake]:
    if not isinstance(account, dict):
        return
    balance, limit = account.get("balance", 0), account.get("limit", 0)
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in (balance, limit)):
        return
    if balance < 0 <= limit < -balance:
        lowest = f"-{limit}" if limit else "0 without a limit"
        yield Mistake(("account", "balance"), f"the balance cannot be lower than the credit allows: at least {lowest}")


def _in_templates(one_api: Any) -> Iterator[Mistake]:
    """Find templates with the name of another one, which BSG takes of nobody [sdk], and a default one that is none."""
    templates = one_api.get("templates") if isinstance(one_api, dict) else None
    if not isinstance(templates, dict):
        return
    first: dict[str, str] = {}
    for key, template in {str(DEFAULT_TEMPLATE): {}, **templates}.items():
        if not isinstance(template, dict) or not re.fullmatch(TEMPLATE_ID, key):
            continue
        place = ("one_api", "templates", key)
        written = template.get("name", default_name(int(key)))
        name = str(getattr(written, "text", written))
        if name in first:
            message = f"'{name}' is already the name of template {first[name]}: each needs a name of its own"
            yield Mistake((*place, "name") if "name" in template else place, message, "name" not in template)
        else:
            first[name] = key
        if int(key) == DEFAULT_TEMPLATE and template.get("status", "approved") != "approved":
            message = "the default template is always approved: leave its status out"
            yield Mistake((*place, "status"), message)
