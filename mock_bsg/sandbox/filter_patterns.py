"""Patterns in filters: read as scenarios read theirs, and refused if nothing can ever fit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mock_bsg.rules.matchers import TextMatch
from mock_bsg.scenario import domains
from mock_bsg.scenario.domains import Domain
from mock_bsg.scenario.fault_patterns import check_path, check_path_expression, mend_path, read_method_pattern
from mock_bsg.scenario.patterns import read_msisdn_pattern, read_one

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAMES = Domain("name", "is one line that is not empty", 1)
_ADDRESSES = Domain(
    "callback_url", "begins with http:// or https:// and has no blanks", 8, never=" \t\r", first=frozenset("hH")
)


def read_pattern(name: str, text: str | None) -> TextMatch | None:
    """Read what is asked of a number, reference, method, path, rule, fault or url; None if nothing is.

    Raises ValueError with what would fit, if nothing does.
    """
    if text is None:
        return None
    try:
        return _read(name, text)
    except ValueError as fault:
        raise ValueError(f"{name}: {fault}") from None


@lru_cache(maxsize=256)
def _read(name: str, text: str) -> TextMatch:
    return _READERS[name](text)


def _read_number(text: str) -> TextMatch:
    # A plus sign that was not percent-encoded arrives as a blank.
    return read_msisdn_pattern(text.strip())


def _read_path(text: str) -> TextMatch:
    return read_one(text, domains.PATHS, _mend_path, check_path_expression)


def _mend_path(path: str) -> str:
    """Take base, query and last slash away, which stand in what a client logs."""
    return check_path(path) if " " in path.strip() else mend_path(path)[0]


def _read_address(text: str) -> TextMatch:
    match = read_one(text, _ADDRESSES, _check_address)
    # The brackets of an IPv6 address are no wildcard.
    return TextMatch(text, match.literals | {text}, match.prefixes, match.regexes)


def _check_address(glob: str) -> str:
    if " " in glob:
        raise ValueError(f"'{glob}' fits no callback_url, which has no blanks: write a + as %2B")
    fixed = re.split(r"[*?\[]", glob, maxsplit=1)[0].lower()
    is_bare_host = re.match(r"\[[0-9a-fA-F.]*:[0-9a-fA-F:.]*\]", glob) is not None
    if is_bare_host or not any(
        fixed.startswith(scheme) or (scheme.startswith(fixed) and fixed != glob) for scheme in _SCHEMES
    ):
        right = f"*{glob}" if glob.startswith("/") else f"http://{glob}"
        raise ValueError(f"'{glob}' fits no callback_url, which begins with http:// or https://: write '{right}'")
    return glob


_SCHEMES = ("http://", "https://")
_READERS: Mapping[str, Callable[[str], TextMatch]] = {
    "msisdn": _read_number,
    "reference": lambda text: read_one(text, domains.REFERENCES),
    "method": read_method_pattern,
    "path": _read_path,
    "rule": lambda text: read_one(text, _NAMES),
    "fault": lambda text: read_one(text, _NAMES),
    "url": _read_address,
}


def only_text(match: TextMatch | None) -> str | None:
    """Tell the one text that fits; None if several may."""
    if match is None or match.prefixes or match.regexes or match.ranges or len(match.literals) != 1:
        return None
    return next(iter(match.literals))
