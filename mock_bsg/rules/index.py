"""An index of rules by recipient: which of a hundred rules can be about this number, in the time of one look."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from mock_bsg.rules.matchers import TextMatch
from mock_bsg.rules.rule import Rule

# A set of rules is an int with one bit for each rule, lowest bit first: sets are joined with |, the first rule of a
# set is its lowest bit, and no list is built on the way.
_Ranges = tuple[list[str], list[int]]


class RecipientIndex:
    """Finds the rules that fit a recipient's number, country or reference; what it can't index is in every answer."""

    __slots__ = (
        "_countries",
        "_literals",
        "_prefixes",
        "_ranges",
        "_reference_prefixes",
        "_references",
        "_unindexed",
    )

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._literals: Final[dict[str, int]] = {}
        self._countries: Final[dict[str, int]] = {}
        self._unindexed = 0
        self._references: Final[dict[str, int]] = {}
        prefixes: dict[int, dict[str, int]] = {}
        reference_prefixes: dict[int, dict[str, int]] = {}
        ranges: dict[int, list[tuple[str, str, int]]] = {}
        for position, rule in enumerate(rules):
            bit = 1 << position
            if is_indexed_by_number(rule) and rule.msisdn is not None:
                _add(self._literals, rule.msisdn.literals, bit)
                for prefix in rule.msisdn.prefixes:
                    _add(prefixes.setdefault(len(prefix), {}), (prefix,), bit)
                for low, high in rule.msisdn.ranges:
                    ranges.setdefault(len(low), []).append((low, high, bit))
            elif is_indexed_by_country(rule) and rule.country is not None:
                _add(self._countries, rule.country.literals, bit)
            elif is_indexed_by_reference(rule) and rule.reference is not None:
                _add(self._references, rule.reference.literals, bit)
                for prefix in rule.reference.prefixes:
                    _add(reference_prefixes.setdefault(len(prefix), {}), (prefix,), bit)
            else:
                self._unindexed |= bit
        self._prefixes: Final = tuple(sorted(prefixes.items()))
        self._reference_prefixes: Final = tuple(sorted(reference_prefixes.items()))
        self._ranges: Final[dict[int, _Ranges]] = {digits: _flatten(spans) for digits, spans in ranges.items()}

    def find(self, msisdn: str, country: str, reference: str) -> int:
        """Find the set of rules that may be about this recipient; those left out certainly are not."""
        found = self._unindexed | self._literals.get(msisdn, 0)
        for length, table in self._prefixes:
            found |= table.get(msisdn[:length], 0)
        if self._ranges and (spans := self._ranges.get(len(msisdn))) is not None:
            starts, sets = spans
            place = bisect_right(starts, msisdn)
            if place:
                found |= sets[place - 1]
        if self._countries:
            found |= self._countries.get(country, 0)
        if self._references:
            found |= self._references.get(reference, 0)
        for length, table in self._reference_prefixes:
            found |= table.get(reference[:length], 0)
        return found


def is_indexed_by_number(rule: Rule) -> bool:
    """Whether the index answers the rule's `msisdn` wholly, so that it need not be looked at again."""
    return rule.msisdn is not None and not rule.msisdn.regexes


def is_indexed_by_country(rule: Rule) -> bool:
    """Whether the index answers the rule's `country` wholly; only where its numbers aren't indexed."""
    return not is_indexed_by_number(rule) and rule.country is not None and _is_literal(rule.country)


def is_indexed_by_reference(rule: Rule) -> bool:
    """Whether the index answers the rule's `reference` wholly; only where neither number nor country is indexed."""
    if is_indexed_by_number(rule) or is_indexed_by_country(rule):
        return False
    return rule.reference is not None and not (rule.reference.regexes or rule.reference.ranges)


def _is_literal(match: TextMatch) -> bool:
    return not (match.prefixes or match.regexes or match.ranges)


def _add(table: dict[str, int], keys: Iterable[str], bit: int) -> None:
    for key in keys:
        table[key] = table.get(key, 0) | bit


def _flatten(spans: list[tuple[str, str, int]]) -> _Ranges:
    """Turn overlapping ranges of digit strings of one length into stretches with one set of rules each."""
    # Digit strings of one length sort like their numbers. A stretch ends where the number after `high` stands; after
    # 999 there is none of the same length.
    steps: set[str] = set()
    for low, high, _ in spans:
        after = str(int(high) + 1).zfill(len(high))
        steps.update((low, after) if len(after) == len(high) else (low,))
    starts = sorted(steps)
    sets = [_union(bit for low, high, bit in spans if low <= start <= high) for start in starts]
    return starts, sets


def _union(bits: Iterable[int]) -> int:
    """Unite sets of rules."""
    union = 0
    for bit in bits:
        union |= bit
    return union
