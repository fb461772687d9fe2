"""How often an account has used what a scenario counts: its rules, draws and faults."""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast

from mock_bsg.domain.lifecycle import Channel

Counted: TypeAlias = (
    tuple[Literal["rule", "looks", "hits"], int]
    | tuple[Literal["draw"], int, str]
    | tuple[Literal["default draw"], Channel, str]
    | tuple[Literal["code"], str]
)
"""A use of the rule of that index; a draw by it for a number, or by the defaults; what a fault looked at, and hit.

And the one-time codes that were drawn for a number.
"""

Section: TypeAlias = Literal["rules", "faults"]
"""What is counted by its place in a scenario's list."""

_COUNTED_IN: Final[dict[str, Section]] = {"rule": "rules", "draw": "rules", "looks": "faults", "hits": "faults"}

_FEW = 1_000
"""So few counts are never worth collecting anew."""


class Counts(NamedTuple):
    """What was counted, and how often."""

    counted: tuple[Counted, ...]
    times: tuple[int, ...]


class Usage:
    """An account's counters for one ruleset; what was never counted is in none of them."""

    __slots__ = ("_captured", "_changed", "counts")

    def __init__(self) -> None:
        self.counts: dict[Counted, int] = {}
        self._changed: set[Counted] = set()
        self._captured: list[Counts] = []

    def told(self, what: Counted) -> int:
        """Tell how often it was counted."""
        return self.counts.get(what, 0)

    def count(self, what: Counted) -> int:
        """Count one more; tells how many there were before."""
        before = self.told(what)
        self.counts[what] = before + 1
        self._changed.add(what)
        return before

    def take(self, counts: dict[Counted, int]) -> None:
        """Let these be the counts of what they are about."""
        self.counts.update(counts)
        self._changed.update(counts)

    def moved(self, section: Section, move: Callable[[int], int | None]) -> "Usage":
        """Tell the same counters where rules, or faults, stand in other places; None: in none any more."""
        usage = Usage()
        counts: dict[Any, int] = {}
        for what, count in self.counts.items():
            kind, place, *rest = what
            if _COUNTED_IN.get(kind) != section:
                counts[what] = count
            elif (now := move(cast("int", place))) is not None:
                counts[kind, now, *rest] = count
        usage.take(counts)
        return usage

    def capture(self) -> tuple[Counts, ...]:
        """Tell all counts: in the order of these, what is told later is so. Only what has changed is told anew."""
        if self._changed:
            told = sum(len(each.counted) for each in self._captured) + len(self._changed)
            if told > 2 * len(self.counts) + _FEW:
                self._captured = [Counts(tuple(self.counts), tuple(self.counts.values()))]
            else:
                changed = tuple(self._changed)
                self._captured.append(Counts(changed, tuple([self.counts[what] for what in changed])))
            self._changed.clear()
        return tuple(self._captured)

    @classmethod
    def restore(cls, captured: Iterable[Counts]) -> "Usage":
        usage = cls()
        for each in captured:
            usage.counts.update(zip(each.counted, each.times, strict=True))
            usage._captured.append(each)
        return usage


class Quote(Usage):
    """What would be counted on top of an account's counters: they notice it only when it is taken over.

    So a request that is refused, or only rehearsed, leaves no trace. Nothing is copied: there may be a million.
    """

    __slots__ = ("_usage",)

    def __init__(self, usage: Usage) -> None:
        self.counts = {}  # and nothing else: nobody captures what is only a quote
        self._usage = usage

    def told(self, what: Counted) -> int:
        count = self.counts.get(what)
        return self._usage.told(what) if count is None else count

    def count(self, what: Counted) -> int:
        before = self.told(what)
        self.counts[what] = before + 1
        return before

    def take_over(self) -> None:
        """Let the account's counters have all that was counted."""
        if self.counts:
            self._usage.take(self.counts)

    def take_over_only(self, rule: int) -> None:
        """Let the account's counters have only what was counted for the rule of this index."""
        self._usage.take({what: count for what, count in self.counts.items() if what[1] == rule})
