"""Compiled matchers: does a value fit what a scenario asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Matcher(Protocol):
    """Anything that accepts or refuses a value, and can say what it asks for."""

    @property
    def source(self) -> str: ...

    def accepts(self, value: Any, /) -> bool: ...


class Searcher(Protocol):
    """Something that is found in a text or not: a glob as an expression of `re`, or an Expression."""

    def search(self, text: str, /) -> object: ...


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Any of: a text, the beginning of one, a glob or regular expression, a range of digits of one length."""

    source: str
    literals: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    regexes: tuple[Searcher, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()

    def accepts(self, value: str, /) -> bool:
        if value in self.literals or value.startswith(self.prefixes):
            return True
        for regex in self.regexes:
            if regex.search(value):
                return True
        return any(len(value) == len(low) and low <= value <= high for low, high in self.ranges)

    @property
    def test(self) -> Callable[[str], object]:
        """The quickest call whose answer is true for what is accepted."""
        if len(self.regexes) == 1 and not (self.literals or self.prefixes or self.ranges):
            return self.regexes[0].search
        return self.accepts


@dataclass(frozen=True, slots=True)
class NumberMatch:
    """Any of: a whole number, a range of whole numbers with both ends."""

    source: str
    values: frozenset[int] = frozenset()
    ranges: tuple[tuple[int, int], ...] = ()

    def accepts(self, value: int, /) -> bool:
        return value in self.values or any(low <= value <= high for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class FlagMatch:
    """True or false."""

    wanted: bool

    @property
    def source(self) -> str:
        return "true" if self.wanted else "false"

    def accepts(self, value: bool, /) -> bool:  # noqa: FBT001 -- a matcher's value is all it is given
        return value is self.wanted
