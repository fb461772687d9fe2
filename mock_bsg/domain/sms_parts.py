"""How many SMS a text takes, where it is cut, and how Cyrillic becomes Latin."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

_CSV = Path(__file__).with_name("latin.csv")

Encoding = Literal["GSM 03.38", "UCS-2"]

GSM_LIMIT = 765
"""The most septets that a text in the GSM alphabet may have [docs]: five parts."""

UCS2_LIMIT = 355
"""The most UTF-16 code units that any other text may have [docs]."""

# Units that fit in one part alone, and in each of several (7 septets or 3 code units go to the header that joins them).
_ROOM: dict[Encoding, tuple[int, int]] = {"GSM 03.38": (160, 153), "UCS-2": (70, 67)}
_SHORT = 70  # characters of ASCII that are one part in either encoding

# GSM 03.38, the basic table in its own order, without the escape at 0x1B.
_GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = "\f^{}\\[~]|€"  # each takes two septets: the escape and a code

_all_basic = re.compile(f"[{re.escape(_GSM_BASIC)}]*").fullmatch
_all_gsm = re.compile(f"[{re.escape(_GSM_BASIC + _GSM_EXTENDED)}]*").fullmatch
_find_extended = re.compile(f"[{re.escape(_GSM_EXTENDED)}]").findall

_IS_WIDE: dict[Encoding, Callable[[str], bool]] = {
    "GSM 03.38": _GSM_EXTENDED.__contains__,
    "UCS-2": "\uffff".__lt__,
}  # whether a character takes two units


@dataclass(frozen=True, slots=True)
class Parts:
    """A text as the SMS that carry it. `units` are septets in GSM 03.38 and UTF-16 code units in UCS-2."""

    encoding: Encoding
    units: int
    count: int
    texts: tuple[str, ...]


def split_parts(text: str, *, ucs2: bool = False) -> Parts:
    """Split a text into parts, in GSM 03.38 where its alphabet suffices and `ucs2` does not forbid it, else in UCS-2.

    One part holds 160 septets or 70 code units, each of several 153 or 67. What takes two units stays in one part:
    an escaped character such as "€", an emoji. An empty text is one empty part.
    """
    encoding, units = _measure(text, ucs2=ucs2)
    alone, joined = _ROOM[encoding]
    texts = (text,) if units <= alone else _cut(text, joined, _IS_WIDE[encoding])
    return Parts(encoding, units, len(texts), texts)


def count_parts(text: str, *, ucs2: bool = False) -> int:
    """Count the parts that `split_parts` makes."""
    if len(text) <= _SHORT and text.isascii():
        return 1
    encoding, units = _measure(text, ucs2=ucs2)
    alone, joined = _ROOM[encoding]
    if units <= alone:
        return 1
    if units == len(text):  # nothing takes two units, so every part but the last is full
        return -(-units // joined)
    return len(_cut(text, joined, _IS_WIDE[encoding]))


def is_too_long(text: str, *, ucs2: bool = False) -> bool:
    """Whether the text is beyond what BSG takes: 765 septets in GSM 03.38, 355 code units in UCS-2 [docs]."""
    if len(text) <= UCS2_LIMIT // 2:
        return False  # no character takes more than two units
    encoding, units = _measure(text, ucs2=ucs2)
    return units > (GSM_LIMIT if encoding == "GSM 03.38" else UCS2_LIMIT)


def _measure(text: str, *, ucs2: bool) -> tuple[Encoding, int]:
    if not ucs2:
        if _all_basic(text):
            return "GSM 03.38", len(text)
        if _all_gsm(text):
            return "GSM 03.38", len(text) + len(_find_extended(text))
    # A lone surrogate can come out of JSON; it is one code unit like any other.
    return "UCS-2", len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, room: int, is_wide: Callable[[str], bool]) -> tuple[str, ...]:
    """Cut the text into pieces of at most `room` units, as long as each can be."""
    pieces: list[str] = []
    start = units = 0
    for position, character in enumerate(text):
        width = 2 if is_wide(character) else 1
        if units + width > room:
            pieces.append(text[start:position])
            start, units = position, 0
        units += width
    pieces.append(text[start:])
    return tuple(pieces)


def transliterate(text: str) -> str:
    """Write Cyrillic letters in Latin ones; every other character stays as it is.

    A capital that takes several letters follows its neighbours: SHCH in a word of capitals, else Shch. One table
    serves all languages, as the language of a message is not known; where languages disagree, Russian wins
    [assumed: BSG does not publish its table].
    """
    if text.isascii():
        return text
    latin = _read_latin()

    def raise_whole(match: re.Match[str]) -> str:
        """Write a capital among capitals all in Latin capitals; any other is left to the table."""
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        neighbour = after if after.isalpha() else before
        return latin.long_capitals[match[0]] if neighbour.isupper() else match[0]

    return latin.find_long.sub(raise_whole, text).translate(latin.table)


class _Latin(NamedTuple):
    table: dict[int, str]  # for str.translate
    long_capitals: dict[str, str]  # capitals that take several Latin ones
    find_long: re.Pattern[str]


@cache
def _read_latin() -> _Latin:
    letters: dict[str, str] = {}
    long_capitals: dict[str, str] = {}
    with _CSV.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)  # the line of names
        for letter, latin, _language in rows:
            letters[letter], letters[letter.upper()] = latin, latin.capitalize()
            if len(latin) > 1:
                long_capitals[letter.upper()] = latin.upper()
    return _Latin(str.maketrans(letters), long_capitals, re.compile(f"[{''.join(long_capitals)}]"))
