"""Finds keys of a rule's `match` that each mean something, and together nothing: no message can fit them all."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from mock_bsg.domain.lifecycle import CHANNELS, LOOKUPS, MODELS, PLANNED
from mock_bsg.domain.phones import countries_from
from mock_bsg.rules.faults import ANSWERS
from mock_bsg.rules.matchers import NumberMatch, TextMatch
from mock_bsg.rules.ruleset import AccountSetting
from mock_bsg.scenario import domains, patterns
from mock_bsg.scenario.domains import Domain
from mock_bsg.scenario.errors import Mistake
from mock_bsg.scenario.reach import may_be_found
from mock_bsg.scenario.sections import read_senders, read_tariffs
from mock_bsg.scenario.values import MOST_TARIFF

Path = tuple[str | int, ...]

_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "msisdn": patterns.read_msisdn_pattern,
    "country": patterns.read_country_pattern,
    "alpha_name": patterns.text_pattern(domains.ALPHA_NAMES),
    "originator": patterns.text_pattern(domains.ORIGINATORS),
    "text": patterns.text_pattern(domains.TEXTS),
    "is_promotional": patterns.read_flag_match,
    "has_alt_route": patterns.read_flag_match,
    "tariff": patterns.read_tariff_pattern,
    "validity": patterns.read_validity_pattern,
}


class Account(NamedTuple):
    """What an account takes: None is any sender."""

    senders: frozenset[str] | None
    tariffs: frozenset[int]


def read_account(account: Any) -> Account:
    """Read what the account takes; what is wrong with it is told elsewhere, and takes anything here."""
    written = account if isinstance(account, dict) else {}
    senders: frozenset[str] | None = None
    tariffs: Iterable[int] = AccountSetting().tariffs
    with suppress(ValueError):
        senders = read_senders(written["senders"]) if "senders" in written else None
    if "tariffs" in written:
        tariffs = range(MOST_TARIFF + 1)
        with suppress(ValueError):
            tariffs = read_tariffs(written["tariffs"])
    return Account(senders, frozenset(tariffs))


def find_disagreement(
    rule: Mapping[str, Any], path: Path, named: set[str] | None, account: Account
) -> Iterator[Mistake]:
    """Find what makes a rule match nothing; `named` are the channels that it asks for, None if it does not."""
    match = rule.get("match")
    if not isinstance(match, dict):
        return
    if len(match.keys() - {"reference", "channel"}) == 1 and match.keys() & {"msisdn", "country"}:
        return  # the usual rule
    asked: dict[str, Any] = {}
    for key in _READERS.keys() & match.keys():
        try:
            asked[key] = _READERS[key](match[key])
        except ValueError:
            return  # told where it is read
    at = (*path, "match")
    yield from _in_account(match, at, account)
    yield from _in_countries(match, at)
    channels = spoken_channels(rule)
    if named is not None:
        channels = with_followers(channels) & named
    if channels:
        yield from _in_channels(match, asked, at, channels, named)


def spoken_channels(rule: Mapping[str, Any]) -> set[str]:
    """Tell the channels that a rule itself says something about, without those that only follow them."""
    if any(key in rule for key in ANSWERS):
        return set(CHANNELS)
    planned: set[str] = {key for key in PLANNED if key in rule}
    outcomes = rule.get("outcomes")
    for outcome in outcomes if isinstance(outcomes, list) else ():
        if isinstance(outcome, dict):
            planned |= {key for key in PLANNED if key in outcome}
    return planned


def with_followers(channels: set[str]) -> set[str]:
    """Tell the channels that plans for these hold for."""
    return channels | {each for each, model in MODELS.items() if model in channels}


def _in_account(match: Mapping[str, Any], at: Path, account: Account) -> Iterator[Mistake]:
    """Find senders and tariffs that the scenario's own account does not have."""
    senders = account.senders
    if senders is not None and "alpha_name" in match:
        known = ", ".join(sorted(senders)) or "none"
        for place, item in _items(match["alpha_name"]):
            wanted = _READERS["alpha_name"](item)
            if not any(wanted.accepts(sender) for sender in (*senders, "")):
                message = f"'{wanted.source}' is none of account.senders, and another gets error 45: there are {known}"
                yield Mistake((*at, "alpha_name", *place), message)
    if "tariff" in match:
        for place, item in _items(match["tariff"]):
            wanted = _READERS["tariff"](item)
            if not any(wanted.accepts(tariff) for tariff in account.tariffs):
                codes = ", ".join(str(code) for code in sorted(account.tariffs)[:20])
                message = f"the account has no tariff {wanted.source}, which gets error 6: account.tariffs are {codes}"
                yield Mistake((*at, "tariff", *place), message)


def _items(value: Any) -> list[tuple[Path, Any]]:
    return [((place,), item) for place, item in enumerate(value)] if isinstance(value, list) else [((), value)]


def _in_countries(match: Mapping[str, Any], at: Path) -> Iterator[Mistake]:
    """Find numbers of other countries than those asked for, and countries of which no number is asked for."""
    if "msisdn" not in match or "country" not in match:
        return
    countries = {str(item) for _, item in _items(match["country"])}
    possible: set[str] = set()
    wrong = 0
    for place, item in _items(match["msisdn"]):
        found = _countries_of(_READERS["msisdn"](item))
        if found is None:
            possible |= countries
        elif found.isdisjoint(countries):
            wrong += 1
            whose = sorted(found - {""})
            owners = ", ".join(whose[:5]) + (", …" if len(whose) > 5 else "") if whose else "no country"
            written = _READERS["msisdn"](item).source
            message = f"'{written}' belongs to {owners}, but the rule is about {', '.join(sorted(countries))}"
            yield Mistake((*at, "msisdn", *place), f"{message}: this can never match")
        else:
            possible |= found
    if wrong and not possible:
        return
    for place, item in _items(match["country"]):
        if item not in possible:
            message = f"none of the rule's numbers belongs to {item}: this can never match"
            yield Mistake((*at, "country", *place), message)


def _countries_of(numbers: TextMatch) -> frozenset[str] | None:
    """Find the countries of a number, a beginning or a range; None if that cannot be told."""
    if numbers.regexes:
        return None
    beginnings = {*numbers.literals, *numbers.prefixes, *(_shared_beginning(low, high) for low, high in numbers.ranges)}
    return frozenset().union(*(countries_from(beginning) for beginning in beginnings))


def _shared_beginning(low: str, high: str) -> str:
    length = next((place for place, (one, other) in enumerate(zip(low, high, strict=True)) if one != other), len(low))
    return low[:length]


def _in_channels(
    match: Mapping[str, Any], asked: Mapping[str, Any], at: Path, channels: set[str], named: set[str] | None
) -> Iterator[Mistake]:
    """Find a key that no message of the rule's channels fits, or two that are of different ones."""
    left, by = channels, "the rule's plans" if named is None else "channel"
    for key in match:
        if key not in asked or key in ("msisdn", "country", "tariff"):
            continue
        fitting = {channel for channel in channels if _may_fit(key, match[key], asked[key], channel)}
        if not fitting:
            # Nobody who writes a plan for Viber, and none for RCS, asks for the sender of an RCS message.
            followers = with_followers(channels) - channels if named is None else set()
            meant = {channel for channel in followers if _may_fit(key, match[key], asked[key], channel)}
            message = _word_misfit(key, asked[key], channels, meant)
            yield Mistake((*at, key), message, at_key=True)
            return
        if not left & fitting:
            message = f"{by} and {key} are never those of one message ({_listed(left)}; {_listed(fitting)})"
            yield Mistake((*at, key), f"{message}: this rule can never match", at_key=True)
            return
        if fitting < left:
            left, by = left & fitting, key


def _may_fit(key: str, written: Any, wanted: Any, channel: str) -> bool:
    """Whether a message of this channel can have what is wanted of it."""
    if key in domains.FLAGS_OF:
        return channel in domains.FLAGS_OF[key] or not wanted.wanted
    if key == "validity":
        return any(patterns.may_be_valid(channel, low, high) for low, high in _spans(wanted))
    domain = domains.TEXTS_OF[key].get(channel)
    if domain is None:
        return bool(wanted.accepts(""))
    return any(_may_be_in(str(getattr(item, "text", item)), domain) for _, item in _items(written))


def _may_be_in(pattern: str, domain: Domain) -> bool:
    if patterns.is_expression(pattern):
        return may_be_found(pattern[1:-1], domain)
    if domain is domains.SMS_ORIGINATORS:
        return patterns.may_fit_sms_originator(pattern)
    return patterns.may_fit(pattern, domain)


def _spans(wanted: NumberMatch) -> list[tuple[int, int]]:
    return [*((value, value) for value in wanted.values), *wanted.ranges]


def _word_misfit(key: str, wanted: Any, channels: set[str], meant: set[str]) -> str:
    """Say why no message of these channels fits; those of the channels that are `meant` would."""
    never = ": this rule can never match"
    if meant:
        never = f"; if {_listed(meant, 'or')} messages are meant, say so by channel or plans"
    texts = domains.TEXTS_OF.get(key, {})
    having = channels & ({*CHANNELS} - LOOKUPS if key == "validity" else domains.FLAGS_OF.get(key, texts.keys()))
    if not having:
        return f"{_listed(channels)} messages have no {key}{never}"
    if key == "validity":
        hint = ""
        if channels == {"sms"} and all(low == high <= domains.MOST_HOURS for low, high in _spans(wanted)):
            hours = [str(low * domains.HOUR) for low, _ in sorted(_spans(wanted))]
            hint = f": if hours are meant, write {', '.join(hours)}"
        return f"no {_listed(channels, 'or')} message is valid for {wanted.source} s ({patterns.VALIDITY_RULE}){hint}"
    widest = max((texts[channel] for channel in having), key=lambda domain: domain.high)
    return f"the {key} of {_listed(having)} messages {widest.rule}{never}"


def _listed(channels: set[str], word: str = "and") -> str:
    *others, last = sorted(channels)
    return f"{', '.join(others)} {word} {last}" if others else last
