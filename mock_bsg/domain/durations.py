"""Durations as scenarios write them ("1h30m", "200ms", "2s..9s"), in whole milliseconds."""

import re
from typing import Final, NamedTuple

UNITS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_PART: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?(ms|s|m|h|d)")
_BARE_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_FRACTION_DIGITS: Final = 6
LONGEST_MS: Final = 3650 * 86_400_000


class Span(NamedTuple):
    """A duration that is drawn evenly between `low` and `high`, both included, in ms."""

    low: int
    high: int

    @property
    def is_fixed(self) -> bool:
        return self.low == self.high

    def at(self, draw: float) -> int:
        """Tell the duration in ms for a draw in [0, 1)."""
        return self.low + int(draw * (self.high - self.low + 1))

    def __str__(self) -> str:
        low = format_duration(self.low)
        return low if self.is_fixed else f"{low}..{format_duration(self.high)}"


NO_TIME: Final = Span(0, 0)


def parse_duration(text: str) -> int:
    """Read a duration in ms; ValueError says in a sentence what is wrong."""
    written = text.strip()
    if _BARE_NUMBER.fullmatch(written):
        raise ValueError(f"a duration needs a unit: write {written}s for seconds, {written}ms for milliseconds")
    total, end, last_unit = 0, 0, UNITS["d"] + 1  # in millionths of a ms, for fractions
    for part in _PART.finditer(written):
        unit = UNITS[part[3]]
        if part.start() != end or unit >= last_unit:
            break
        fraction = (part[2] or "").ljust(_FRACTION_DIGITS, "0")
        total += int(part[1] + fraction) * unit
        end, last_unit = part.end(), unit
    if end == 0 or end != len(written):
        raise ValueError(f"'{text}' is not a duration: write 200ms, 5s, 1h30m or 2d")
    ms, finer = divmod(total, 10**_FRACTION_DIGITS)
    if finer:
        raise ValueError(f"'{text}' is finer than a millisecond")
    if ms > LONGEST_MS:
        raise ValueError(f"'{text}' is longer than 3650d")
    return ms


def parse_span(text: str) -> Span:
    """Read a duration or a range of two (`2s..9s`); ValueError says in a sentence what is wrong."""
    first, dots, second = text.partition("..")
    low = parse_duration(first)
    if not dots:
        return Span(low, low)
    high = parse_duration(second)
    if high < low:
        raise ValueError(f"the range '{text}' runs backwards: write {second.strip()}..{first.strip()}")
    return Span(low, high)


def format_duration(ms: int) -> str:
    """Write the shortest text that `parse_duration` reads back as `ms`."""
    parts = []
    rest = ms
    for unit in ("d", "h", "m", "s", "ms"):
        count, rest = divmod(rest, UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
