"""Whether a regular expression can be found in any value of a kind; when in doubt, it can."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mock_bsg.scenario.domains import Domain

# The engine that searches has no tree to show; Python's own has one. Where both read an expression they read it alike,
# but for what is looked for here: fuzzy matches `(…){e<=1}`, POSIX classes `[[:alpha:]]`, operations on sets.
_READ_DIFFERENTLY: Final = re.compile(r"(?<!\\)\{(?!\d+(,\d*)?\}|,\d+\})|\[\^?\[|\[:|--|&&|~~|\|\|")
_MOST_LOOKS: Final = 5_000  # about 10 ms
_MOST_PLACES: Final = 1_100  # further on, places of a long text are not told apart

_parser: Final[Any] = import_module("re._parser")


class _Places(NamedTuple):
    """Where in a value a search can stand, a bit for each place: bit 5 is after 5 characters.

    `free`: anything can follow. `last`: nothing or one line break. `end`: nothing.
    """

    free: int = 0
    last: int = 0
    end: int = 0

    def __or__(self, other: _Places) -> _Places:
        return _Places(self.free | other.free, self.last | other.last, self.end | other.end)

    def without(self, other: _Places) -> _Places:
        return _Places(self.free & ~other.free, self.last & ~other.last, self.end & ~other.end)


_NOWHERE: Final = _Places()


class _TooHardError(Exception):
    """Looking further would take too long, or what is there is not known."""


@lru_cache(maxsize=2048)
def may_be_found(source: str, domain: Domain) -> bool:
    """Whether a search for the expression can succeed in a value of this kind; false only where that is certain."""
    if _READ_DIFFERENTLY.search(source):
        return True
    try:
        tree = _parser.parse(source)
        flags = tree.state.flags
        if flags & re.VERBOSE or _Walk(domain).finds(tree, flags):
            return True
        return any(re.search(source, each) for each in domain.besides)
    except (re.error, OverflowError, RecursionError, _TooHardError):
        return True


class _Walk:
    """A walk through an expression's tree that keeps every place of a value where the search can stand.

    It forgets which characters led to a place, what a group held and what must not follow: so it stands in more places
    than a search could, never in fewer.
    """

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._length = min(domain.high, _MOST_PLACES)
        self._is_limited = domain.high <= _MOST_PLACES
        self._all = (1 << self._length + 1) - 1
        self._looks = 0

    def finds(self, tree: Any, flags: int) -> bool:
        low = self._domain.low
        # A search begins anywhere, and a value can be of any length from the lowest to the highest.
        found = self._go(tree, _Places(free=self._all), flags)
        return bool(found.free) or bool(found.end >> low) or bool(found.last >> max(low - 1, 0))

    def _go(self, items: Iterable[tuple[Any, Any]], places: _Places, flags: int) -> _Places:
        before: tuple[Any, Any] | None = None
        for item in items:
            self._looks += 1
            if self._looks > _MOST_LOOKS:
                raise _TooHardError
            if places == _NOWHERE:
                return places
            if str(item[0]) == "AT" and self._ends_wrongly(before, str(item[1]), flags):
                return _NOWHERE
            places = self._step(str(item[0]), item[1], places, flags)
            before = item
        return places

    def _ends_wrongly(self, before: tuple[Any, Any] | None, anchor: str, flags: int) -> bool:
        """Whether the end is asked for just after a character that no value ends with."""
        if before is None or str(before[0]) != "LITERAL" or not self._domain.is_one_line or flags & re.MULTILINE:
            return False
        return anchor in ("AT_END", "AT_END_STRING") and chr(before[1]) in self._domain.not_last

    def _step(self, kind: str, value: Any, places: _Places, flags: int) -> _Places:  # noqa: PLR0911 -- one for each kind
        match kind:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                return self._take(kind, value, places, flags)
            case "AT":
                return self._anchor(str(value), places, flags)
            case "BRANCH":
                return self._either(value[1], places, flags)
            case "SUBPATTERN":
                _, more, fewer, inner = value
                return self._go(inner, places, (flags | more) & ~fewer)
            case "ATOMIC_GROUP":
                return self._go(value, places, flags)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self._repeat(value, places, flags)
            case "ASSERT":
                return self._look_around(value, places, flags)
            case "ASSERT_NOT":
                return places
            case "GROUPREF_EXISTS":
                _, yes, no = value
                return self._either([yes, no or []], places, flags)
        raise _TooHardError

    def _take(self, kind: str, value: Any, places: _Places, flags: int) -> _Places:
        """Go on by one character."""
        moving = 0
        if places.free & 1 and self._is_there(kind, value, flags, at_first=True):
            moving |= 1
        if places.free & ~1 and self._is_there(kind, value, flags, at_first=False):
            moving |= places.free & ~1
        takes_line_break = not self._domain.is_one_line and _accepts(kind, value, "\n", flags)
        return _Places(free=self._move(moving), end=self._move(places.last) if takes_line_break else 0)

    def _move(self, places: int) -> int:
        """Move on by one; beyond the last place that is kept there is none, or those that are not told apart."""
        moved = places << 1
        if moved <= self._all:
            return moved
        return moved & self._all | (0 if self._is_limited else 1 << self._length)

    def _is_there(self, kind: str, value: Any, flags: int, *, at_first: bool) -> bool:
        """Whether a value can have a character here that the expression accepts."""
        domain = self._domain
        is_possible = domain.may_begin_with if at_first else domain.has
        known = domain.first if at_first and domain.first is not None else domain.chars
        if known is not None:
            return any(is_possible(char) and _accepts(kind, value, char, flags) for char in known)
        literals = _literals(kind, value)
        return literals is None or bool(flags & re.IGNORECASE) or any(is_possible(char) for char in literals)

    def _anchor(self, anchor: str, places: _Places, flags: int) -> _Places:
        has_lines = not self._domain.is_one_line
        match anchor:
            case "AT_BEGINNING" if not (flags & re.MULTILINE and has_lines):
                return _Places(places.free & 1, places.last & 1, places.end & 1)
            case "AT_BEGINNING_STRING":
                return _Places(places.free & 1, places.last & 1, places.end & 1)
            case "AT_END" if not (flags & re.MULTILINE) and has_lines:
                return _Places(last=places.free | places.last, end=places.end)
            case "AT_END" if not has_lines:
                return _Places(end=places.free | places.last | places.end)
            case "AT_END_STRING":
                return _Places(end=places.free | places.last | places.end)
        return places

    def _either(self, branches: Sequence[Any], places: _Places, flags: int) -> _Places:
        found = _NOWHERE
        for branch in branches:
            found |= self._go(branch, places, flags)
        return found

    def _repeat(self, value: Any, places: _Places, flags: int) -> _Places:
        least, most, inner = int(value[0]), int(value[1]), value[2]
        for _ in range(least):
            after = self._go(inner, places, flags)
            if after == places:
                break
            places = after
        found = places
        for _ in range(most - least):
            places = self._go(inner, places, flags).without(found)
            if places == _NOWHERE:
                break
            found |= places
        return found

    def _look_around(self, value: Any, places: _Places, flags: int) -> _Places:
        direction, inner = value
        if direction < 0:
            behind = self._go(inner, _Places(free=self._all), flags)
            return _Places(places.free & (behind.free | behind.last | behind.end), places.last, places.end)
        # Which of the places lets it go on is not asked: one of them must.
        return places if self._go(inner, places, flags) != _NOWHERE else _NOWHERE


def _literals(kind: str, value: Any) -> list[str] | None:
    """List the characters that are accepted, if they are written one by one; None if not."""
    if kind == "LITERAL":
        return [chr(value)]
    if kind == "IN" and all(str(part) == "LITERAL" for part, _ in value):
        return [chr(code) for _, code in value]
    return None


def _accepts(kind: str, value: Any, char: str, flags: int) -> bool:
    """Whether a part of an expression that stands for one character accepts this one."""
    forms = {char}
    if flags & re.IGNORECASE:
        # Beyond ASCII letters have more forms than two: those are taken to fit.
        forms |= {char.lower(), char.upper()}
        if _has_foreign_letters(kind, value):
            return True
    match kind:
        case "LITERAL":
            return chr(value) in forms
        case "NOT_LITERAL":
            return chr(value) not in forms
        case "ANY":
            return char != "\n" or bool(flags & re.DOTALL)
    is_negated = str(value[0][0]) == "NEGATE"
    fits = any(_in_part(str(part), what, form) for part, what in value[is_negated:] for form in forms)
    return fits != is_negated


def _has_foreign_letters(kind: str, value: Any) -> bool:
    if kind in ("LITERAL", "NOT_LITERAL"):
        return bool(value > 127)
    return kind == "IN" and any(
        (str(part) == "LITERAL" and what > 127) or (str(part) == "RANGE" and what[1] > 127) for part, what in value
    )


_CATEGORIES: Final = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


def _in_part(part: str, what: Any, char: str) -> bool:
    match part:
        case "LITERAL":
            return chr(what) == char
        case "RANGE":
            return bool(what[0] <= ord(char) <= what[1])
        case "CATEGORY" if str(what) in _CATEGORIES:
            return re.match(_CATEGORIES[str(what)], char) is not None
    raise _TooHardError
