"""What stands behind a key of `match`, read into a matcher; what can match nothing is refused, with what would."""

# ruff: noqa: TRY004 -- whatever is wrong with a value, a reader raises ValueError: pydantic takes nothing else

import re
from collections.abc import Callable
from fnmatch import translate
from typing import Any, Final

from mock_bsg.domain.country_codes import COUNTRY_CODES, WITHOUT_NUMBERS
from mock_bsg.domain.durations import parse_duration
from mock_bsg.domain.lifecycle import CHANNELS, LOOKUPS
from mock_bsg.rules.matchers import FlagMatch, NumberMatch, Searcher, TextMatch
from mock_bsg.scenario import domains
from mock_bsg.scenario.domains import LONGEST_EXPRESSION, Domain
from mock_bsg.scenario.errors import Findings, T
from mock_bsg.scenario.reach import may_be_found
from mock_bsg.scenario.slips import (
    find_foreign_in_set,
    is_path_with_slash,
    mend_list,
    mend_number,
    mend_range,
    mend_set,
    mend_texts,
    refuse_half_expression,
    refuse_unseen,
    without_wrapping,
)
from mock_bsg.scenario.values import MOST_TARIFF, describe, one_of, read_country, read_flag, read_text

WILDCARD: Final = re.compile(r"[*?\[]")
_RANGE: Final = re.compile(r"\+?([0-9]+)\.\.\+?([0-9]+)")
_BLANK_RANGE: Final = re.compile(r"\s*([0-9]+)\s*(?:\.\.+|[\u2026\u2010-\u2015-])\s*([0-9]+)\s*")

Check = Callable[[str], str]
"""Writes a glob as values will be held against it; raises ValueError for one that none can fit."""


def as_it_is(text: str) -> str:
    return text


def text_pattern(
    domain: Domain, check: Check = as_it_is, check_expression: Check = as_it_is
) -> Callable[[Any], TextMatch]:
    """Make a reader of globs, `/regular expressions/` and lists of them, each of which fits a value of the domain."""

    def read(value: Any) -> TextMatch:
        return _any_of(value, lambda item: read_one(item, domain, check, check_expression))

    return read


def read_msisdn_pattern(value: Any) -> TextMatch:
    """Read numbers, globs, expressions, ranges `A..B` of numbers with as many digits, or a list of them."""
    return _any_of(value, _read_one_msisdn)


def read_country_pattern(value: Any) -> TextMatch:
    """Read a country code or a list of them."""
    return _any_of(value, _read_one_country)


def read_channel_pattern(value: Any) -> TextMatch:
    """Read a channel or a list of them."""
    return _any_of(value, _read_one_channel)


def read_tariff_pattern(value: Any) -> NumberMatch:
    """Read tariff codes, ranges `A..B`, or a list of them."""
    return _numbers(value, _read_tariffs)


def read_validity_pattern(value: Any) -> NumberMatch:
    """Read times of validity in seconds, ranges `A..B`, or a list of them."""
    return _numbers(value, _read_validities)


def read_flag_match(value: Any) -> FlagMatch:
    """Read true or false."""
    return FlagMatch(read_flag(value))


def read_one(value: Any, domain: Domain, check: Check = as_it_is, check_expression: Check = as_it_is) -> TextMatch:
    """Read one glob or expression; raises ValueError for one that fits no value of the domain."""
    text = read_text(value)
    refuse_unseen(text, domain)
    if is_expression(text) and not (domain is domains.PATHS and is_path_with_slash(text)):
        source = text[1:-1]
        expression = _expression(source)
        check_expression(source)
        if not may_be_found(source, domain):
            raise ValueError(f"{describe(text)} is found in no {domain.what}, which {domain.rule}")
        return TextMatch(text, regexes=(expression,))
    refuse_half_expression(text, is_path=domain is domains.PATHS)
    glob = check(text)
    if not may_fit(glob, domain):
        bare = without_wrapping(glob)
        hint = f": write '{bare}'" if bare and bare != glob and may_fit(bare, domain) else ""
        hint = hint or mend_texts(glob, lambda part: may_fit(part, domain))
        raise ValueError(f"{describe(text)} fits no {domain.what}, which {domain.rule}{hint}")
    return _glob(glob)


def may_fit(glob: str, domain: Domain) -> bool:
    """Whether the glob can fit the whole of a value of the domain; false only where that is certain."""
    wildcard = WILDCARD.search(glob)
    if wildcard is None:
        return domain.holds(glob)
    if wildcard.start() == len(glob) - 1 and glob.endswith("*"):
        return domain.may_go_on(glob[:-1])
    return may_be_found(r"\A" + translate(glob), domain)


def may_fit_sms_originator(glob: str) -> bool:
    """Whether the glob can fit the sender of an SMS: of a number's length, if it is a number, else of a name's."""
    bare = glob.removeprefix("+")
    is_too_long = WILDCARD.search(glob) is None and len(bare) > (15 if bare.isdecimal() else 14)
    return not is_too_long and may_fit(glob, domains.SMS_ORIGINATORS)


def is_expression(text: str) -> bool:
    return len(text) > 2 and text[0] == text[-1] == "/"


def _any_of(value: Any, read: Callable[[Any], TextMatch]) -> TextMatch:
    found = _read_items(value, read)
    return TextMatch(
        _source(value),
        frozenset(literal for match in found for literal in match.literals),
        tuple(prefix for match in found for prefix in match.prefixes),
        tuple(regex for match in found for regex in match.regexes),
        tuple(span for match in found for span in match.ranges),
    )


def _read_items(value: Any, read: Callable[[Any], T]) -> list[T]:
    """Read one value, or the values of a list."""
    if not isinstance(value, list):
        return [read(value)]
    if not value:
        raise ValueError("nothing can match an empty list: name something, or leave the key out")
    findings = Findings()
    found = [findings.attempt(place, read, item) for place, item in enumerate(value)]
    findings.refuse()
    return [item for item in found if item is not None]


def _source(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_source(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(getattr(value, "text", value))


def _literal(text: str) -> TextMatch:
    return TextMatch(text, literals=frozenset((text,)))


def _expression(source: str) -> Searcher:
    if len(source) > LONGEST_EXPRESSION:
        raise ValueError(f"a regular expression has at most {LONGEST_EXPRESSION} characters, not {len(source)}")
    # Few scenarios have one, and the engine is slow to import.
    from mock_bsg.rules.expressions import Expression  # noqa: PLC0415 -- see above

    return Expression(source)


def _glob(glob: str) -> TextMatch:
    wildcard = WILDCARD.search(glob)
    if wildcard is None:
        return _literal(glob)
    if wildcard.start() == len(glob) - 1 and glob.endswith("*"):
        return TextMatch(glob, prefixes=(glob[:-1],))
    inner = glob[1:-1]
    if glob[0] == glob[-1] == "*" and inner and not WILDCARD.search(inner):
        # Found anywhere: three times as fast as the expression for the whole text.
        return TextMatch(glob, regexes=(re.compile(re.escape(inner)),))
    return TextMatch(glob, regexes=(re.compile(r"\A" + translate(glob)),))


def _read_one_msisdn(value: Any) -> TextMatch:
    if isinstance(value, float):
        raise ValueError(f"should be a phone number, not {describe(value)}: put it in quotes")
    if isinstance(value, int) and not isinstance(value, bool):
        written = str(getattr(value, "text", value))
        if not re.fullmatch(r"\+?[1-9][0-9]*", written):
            hint = " and write it with the country code" if written.startswith("0") else ""
            raise ValueError(f"should be a phone number, not {describe(value)}: put it in quotes{hint}")
        return _glob(_check_msisdn_glob(written))
    text = read_text(value)
    if is_expression(text):
        return read_one(text, domains.NUMBERS, check_expression=_check_msisdn_expression)
    refuse_half_expression(text)
    span = _RANGE.fullmatch(text)
    if span is not None:
        return TextMatch(text, ranges=(_check_msisdn_range(text, span[1], span[2]),))
    return _glob(_check_msisdn_glob(text))


def _check_msisdn_range(text: str, low: str, high: str) -> tuple[str, str]:
    if len(low) != len(high):
        full = low[: -len(high)] + high
        hint = f": write {low}..{full}" if len(full) == len(low) else ""
        raise ValueError(f"the two ends of '{text}' should have as many digits as each other{hint}")
    if high < low:
        raise ValueError(f"the range '{text}' runs backwards: write {high}..{low}")
    # Of a range that begins with zeros, the end may be a number.
    if not domains.NUMBERS.holds(high):
        bare = (low.removeprefix("00"), high.removeprefix("00"))
        trunk = (f"38{low}", f"38{high}")
        rights = [f"{a}..{b}" for a, b in (bare, trunk) if all(map(domains.NUMBERS.holds, (a, b)))]
        hint = f": write {rights[0]}" if rights else ""
        raise ValueError(f"'{text}' has no phone number in it, which {domains.NUMBERS.rule}{hint}")
    return low, high


def _fits_number(text: str) -> bool:
    if is_expression(text):
        return may_be_found(text[1:-1], domains.NUMBERS)
    return re.fullmatch(r"(?:[0-9*?]|\[!?[0-9-]+\])+", text) is not None and may_fit(text, domains.NUMBERS)


def _check_msisdn_glob(text: str) -> str:
    glob = text.removeprefix("+")
    if _fits_number(glob):
        return glob
    ends = mend_range(text)
    if ends is not None and len(ends[0]) == len(ends[1]) and all(map(domains.NUMBERS.holds, ends)):
        raise ValueError(f"'{text}' is not a range of phone numbers: write {ends[0]}..{ends[1]}")
    foreign = find_foreign_in_set(text)
    if foreign and may_fit(glob, domains.NUMBERS):
        hint = mend_set(glob, _fits_number)
        raise ValueError(f"{describe(text)} asks for a '{foreign}' between [ and ], which no phone number has{hint}")
    hint = mend_set(glob, _fits_number) or mend_list(text, _fits_number) or mend_number(text, _fits_number)
    raise ValueError(f"{describe(text)} matches no phone number, which {domains.NUMBERS.rule}{hint}")


def _check_msisdn_expression(source: str) -> str:
    if may_be_found(source, domains.NUMBERS):
        return source
    right = re.sub(r"\\\+|\[\+\]", "", source)
    for meant in (right, re.sub(r"\A\^?00", "^", right), re.sub(r"\A\^0", "^380", right)):
        if meant != source and may_be_found(meant, domains.NUMBERS):
            hint = f": write '/{meant}/'"
            break
    else:
        hint = ""
    raise ValueError(f"{describe(f'/{source}/')} is found in no phone number, which {domains.NUMBERS.rule}{hint}")


def _read_one_country(value: Any) -> TextMatch:
    several = mend_list(value, COUNTRY_CODES.__contains__) if isinstance(value, str) else ""
    if several:
        raise ValueError(f"'{value}' is not a country code{several}")
    code = read_country(value)
    if code in WITHOUT_NUMBERS:
        raise ValueError(f"no phone number belongs to {code}: it has none of its own")
    return _literal(code)


def _read_one_channel(value: Any) -> TextMatch:
    if isinstance(value, str) and value in CHANNELS:
        return _literal(value)
    if isinstance(value, str):
        hint = mend_list(value, CHANNELS.__contains__) or one_of(value, CHANNELS)
        raise ValueError(f"'{value}' is not a channel{hint}")
    raise ValueError(f"should be one of {', '.join(CHANNELS)}, not {describe(value)}")


Span = tuple[int, int]


def _numbers(value: Any, read: Callable[[Any], Span]) -> NumberMatch:
    found = _read_items(value, read)
    values = frozenset(low for low, high in found if low == high)
    return NumberMatch(_source(value), values, tuple((low, high) for low, high in found if low != high))


def _read_span(value: Any) -> Span:
    """Read a whole number or a range of them."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return int(value), int(value)
    span = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if span is None:
        hint = ""
        if isinstance(value, str):
            spaced = _BLANK_RANGE.fullmatch(value)
            hint = f": write {spaced[1]}..{spaced[2]}" if spaced else ""
            hint = ": remove the quotes" if value.isdigit() else hint
        raise ValueError(f"should be a whole number or a range such as 1..9, not {describe(value)}{hint}")
    # Longer ones than any that means something are slow to read.
    low, high = (int(end[:20]) for end in (span[1], span[2]))
    if high < low:
        raise ValueError(f"the range '{value}' runs backwards: write {high}..{low}")
    return low, high


def _read_tariffs(value: Any) -> Span:
    low, high = _read_span(value)
    if low > MOST_TARIFF:
        raise ValueError(f"no tariff has the code {_source(value)}: codes are from 0 to {MOST_TARIFF}")
    return low, high


def _read_validities(value: Any) -> Span:
    if isinstance(value, str) and not _RANGE.fullmatch(value):
        try:
            ends = [parse_duration(end) / 1000 for end in value.split("..")]
        except ValueError:
            pass
        else:
            right = "..".join(f"{seconds:.0f}" for seconds in ends)
            hint = f": write {right}" if len(ends) < 3 and all(seconds == int(seconds) for seconds in ends) else ""
            raise ValueError(f"should be a number of seconds without a unit, not {describe(value)}{hint}")
    low, high = _read_span(value)
    if not any(may_be_valid(channel, low, high) for channel in CHANNELS):
        raise ValueError(f"no message is valid for {_source(value)} seconds: {VALIDITY_RULE}")
    return low, high


VALIDITY_RULE: Final = (
    f"a Viber message is valid for 1 to {domains.LONGEST_VALIDITY}, another one for {domains.SHORTEST_VALIDITY} to "
    f"{domains.LONGEST_VALIDITY}, and either for 1 to {domains.MOST_HOURS} whole hours of {domains.HOUR}"
)


def may_be_valid(channel: str, low: int, high: int) -> bool:
    """Whether a message of this channel can be valid for so many seconds, at least `low` and at most `high`."""
    if channel in LOOKUPS:
        return low == 0
    shortest = 1 if channel == "viber" else domains.SHORTEST_VALIDITY
    hours = -(-max(low, 1) // domains.HOUR)
    return (high >= shortest and low <= domains.LONGEST_VALIDITY) or (
        hours * domains.HOUR <= high and hours <= domains.MOST_HOURS
    )
