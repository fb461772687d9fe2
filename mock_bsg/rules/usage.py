"""How often an account has used what a scenario counts: its rules, draws and faults."""

from typing import TYPE_CHECKING, Literal, TypeAlias

from mock_bsg.domain.lifecycle import Channel

if TYPE_CHECKING:
    from collections.abc import MutableMapping

Counted: TypeAlias = (
    tuple[Literal["rule", "looks", "hits"], int]
    | tuple[Literal["draw"], int, str]
    | tuple[Literal["default draw"], Channel, str]
)
"""A use of the rule of that index; a draw by it for a number, or by the defaults; what a fault looked at, and hit."""


class Usage:
    """An account's counters for one ruleset; what was never counted is in none of them."""

    __slots__ = ("counts",)

    def __init__(self) -> None:
        self.counts: MutableMapping[Counted, int] = {}

    def told(self, what: Counted) -> int:
        """Tell how often it was counted."""
        return self.counts.get(what, 0)

    def count(self, what: Counted) -> int:
        """Count one more; tells how many there were before."""
        before = self.told(what)
        self.counts[what] = before + 1
        return before


class Quote(Usage):
    """What would be counted on top of an account's counters: they notice it only when it is taken over.

    So a request that is refused, or only rehearsed, leaves no trace. Nothing is copied: there may be a million.
    """

    __slots__ = ("_usage",)

    def __init__(self, usage: Usage) -> None:
        super().__init__()
        self._usage = usage

    def told(self, what: Counted) -> int:
        count = self.counts.get(what)
        return self._usage.told(what) if count is None else count

    def take_over(self) -> None:
        """Let the account's counters have all that was counted."""
        if self.counts:
            self._usage.counts.update(self.counts)

    def take_over_only(self, rule: int) -> None:
        """Let the account's counters have only what was counted for the rule of this index."""
        self._usage.counts.update({what: count for what, count in self.counts.items() if what[1] == rule})
