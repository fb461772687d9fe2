"""What stands behind a key of `match`, read into a matcher."""

# ruff: noqa: TRY004 -- whatever is wrong with a value, a reader raises ValueError: pydantic takes nothing else

import re
from collections.abc import Callable
from fnmatch import translate
from typing import Any, Final

from mock_bsg.scenario.errors import Findings, T
from mock_bsg.scenario.json_schemas import LONGEST_EXPRESSION
from mock_bsg.scenario.life import CHANNELS
from mock_bsg.scenario.match import FlagMatch, NumberMatch, Searcher, TextMatch
from mock_bsg.scenario.values import describe, one_of, read_country, read_flag, read_header_name, read_text

_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_WILDCARD: Final = re.compile(r"[*?\[]")
_NUMBER_GLOB: Final = re.compile(r"(?:[0-9*?]|\[!?[0-9-]+\])+")
_RANGE: Final = re.compile(r"\+?([0-9]+)\.\.\+?([0-9]+)")


def _as_it_is(text: str) -> str:
    return text


def text_pattern(check: Callable[[str], str] = _as_it_is) -> Callable[[Any], TextMatch]:
    """Make a reader of globs, `/regular expressions/` and lists of them; `check` mends or refuses the globs."""

    def read(value: Any) -> TextMatch:
        return _any_of(value, lambda item: _read_one(item, check))

    return read


def read_msisdn_pattern(value: Any) -> TextMatch:
    """Read numbers, globs, expressions, ranges `A..B` of numbers with as many digits, or a list of them."""
    return _any_of(value, _read_one_msisdn)


def read_country_pattern(value: Any) -> TextMatch:
    """Read a country code or a list of them."""
    return _any_of(value, lambda item: _literal(read_country(item)))


def read_channel_pattern(value: Any) -> TextMatch:
    """Read a channel or a list of them."""
    return _any_of(value, _read_one_channel)


def read_number_pattern(value: Any) -> NumberMatch:
    """Read whole numbers, ranges `A..B`, or a list of them."""
    found = _read_items(value, _read_one_number)
    values = frozenset(item for item in found if isinstance(item, int))
    return NumberMatch(_source(value), values, tuple(item for item in found if not isinstance(item, int)))


def read_flag_match(value: Any) -> FlagMatch:
    """Read true or false."""
    return FlagMatch(read_flag(value))


def read_header_patterns(value: Any) -> tuple[tuple[str, TextMatch], ...]:
    """Read patterns of headers by name; names come out in lower case."""
    if not isinstance(value, dict):
        raise ValueError(f'should be header names with patterns such as {{X-API-KEY: "test_*"}}, not {describe(value)}')
    findings, read = Findings(), text_pattern()
    for name in value:
        findings.check_key(name, read_header_name)
    patterns = [(str(name).lower(), findings.attempt(name, read, pattern)) for name, pattern in value.items()]
    findings.refuse()
    return tuple((name, pattern) for name, pattern in patterns if pattern is not None)


def check_path(path: str) -> str:
    """Write a path pattern as requests will be held against it; raises ValueError if none can fit."""
    bare = re.sub(r"^/(rest|v1\.0)(?=/|$)", "", path)
    if bare != path:
        raise ValueError(f"paths are written without /rest and /v1.0: write '{bare}'")
    if path[:1] not in ("/", "*", "?", "["):
        raise ValueError(f"a path begins with '/': write '/{path}'")
    if path.endswith("/"):
        raise ValueError(f"paths are written without a last '/': write '{path.rstrip('/')}'")
    return path


def check_method(method: str) -> str:
    """Write a method pattern in capitals; raises ValueError if it is no method of HTTP."""
    capitals = method.upper()
    if not _WILDCARD.search(capitals) and capitals not in _METHODS:
        raise ValueError(f"'{method}' is no method{one_of(capitals, _METHODS)}")
    return capitals


def _any_of(value: Any, read_one: Callable[[Any], TextMatch]) -> TextMatch:
    found = _read_items(value, read_one)
    return TextMatch(
        _source(value),
        frozenset(literal for match in found for literal in match.literals),
        tuple(prefix for match in found for prefix in match.prefixes),
        tuple(regex for match in found for regex in match.regexes),
        tuple(span for match in found for span in match.ranges),
    )


def _read_items(value: Any, read_one: Callable[[Any], T]) -> list[T]:
    """Read one value, or the values of a list."""
    if not isinstance(value, list):
        return [read_one(value)]
    if not value:
        raise ValueError("nothing can match an empty list: name something, or leave the key out")
    findings = Findings()
    found = [findings.attempt(place, read_one, item) for place, item in enumerate(value)]
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


def _read_one(value: Any, check: Callable[[str], str]) -> TextMatch:
    text = read_text(value)
    if len(text) > 2 and text[0] == text[-1] == "/":
        return TextMatch(text, regexes=(_expression(text[1:-1]),))
    return _glob(check(text))


def _expression(source: str) -> Searcher:
    if len(source) > LONGEST_EXPRESSION:
        raise ValueError(f"a regular expression has at most {LONGEST_EXPRESSION} characters, not {len(source)}")
    # Few scenarios have one, and the engine is slow to import.
    from mock_bsg.scenario.expressions import Expression  # noqa: PLC0415 -- see above

    return Expression(source)


def _glob(glob: str) -> TextMatch:
    wildcard = _WILDCARD.search(glob)
    if wildcard is None:
        return _literal(glob)
    if wildcard.start() == len(glob) - 1 and glob.endswith("*"):
        return TextMatch(glob, prefixes=(glob[:-1],))
    inner = glob[1:-1]
    if glob[0] == glob[-1] == "*" and inner and not _WILDCARD.search(inner):
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
    span = _RANGE.fullmatch(text)
    if span is not None:
        low, high = span[1], span[2]
        if len(low) != len(high):
            full = low[: -len(high)] + high
            hint = f": write {low}..{full}" if len(full) == len(low) else ""
            raise ValueError(f"the two ends of '{text}' should have as many digits as each other{hint}")
        if high < low:
            raise ValueError(f"the range '{text}' runs backwards: write {high}..{low}")
        return TextMatch(text, ranges=((low, high),))
    return _read_one(text, _check_msisdn_glob)


def _check_msisdn_glob(text: str) -> str:
    glob = text.removeprefix("+")
    if not _NUMBER_GLOB.fullmatch(glob):
        digits = re.sub(r"[\s()./-]", "", glob)
        hint = f": write '{digits}'" if _NUMBER_GLOB.fullmatch(digits) else ""
        raise ValueError(f"'{text}' matches no phone number, which is digits only{hint}")
    if glob.isdecimal() and not 8 <= len(glob) <= 15:
        hint = f": write '{glob}*' for all that begin so" if len(glob) < 8 else ""
        raise ValueError(f"'{text}' matches no phone number, which has 8 to 15 digits{hint}")
    return glob


def _read_one_channel(value: Any) -> TextMatch:
    if isinstance(value, str) and value in CHANNELS:
        return _literal(value)
    if isinstance(value, str):
        raise ValueError(f"'{value}' is no channel{one_of(value, CHANNELS)}")
    raise ValueError(f"should be one of {', '.join(CHANNELS)}, not {describe(value)}")


def _read_one_number(value: Any) -> int | tuple[int, int]:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return int(value)
    span = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if span is None:
        hint = ": take away the quotes" if isinstance(value, str) and value.isdigit() else ""
        raise ValueError(f"should be a whole number or a range such as 1..9, not {describe(value)}{hint}")
    low, high = int(span[1]), int(span[2])
    if high < low:
        raise ValueError(f"the range '{value}' runs backwards: write {high}..{low}")
    return low, high
