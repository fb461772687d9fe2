"""Which country a phone number belongs to, by its leading digits."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_CSV = Path(__file__).with_name("countries.csv")
_HEAD = 3  # digits that settle most numbers at one look: no calling code is longer
_LONGEST = 8  # digits of the longest prefix in the file


class Country(NamedTuple):
    """A country or territory with numbers of its own.

    `iso` is ISO 3166 alpha-2 (XK for Kosovo), `name` is English in plain ASCII as BSG writes it, `mcc` is the
    country's main mobile country code [docs for Ukraine 255, Germany 262 and UAE 424; ITU for the others].
    """

    iso: str
    name: str
    name_ru: str
    mcc: str


class _Plan(NamedTuple):
    """The numbering plan of the world, made for quick looking up."""

    countries: dict[str, Country]
    processed: dict[str, str]  # head → country, where the head alone decides
    lengths: dict[str, tuple[int, ...]]  # head → lengths of prefixes to try, longest first, where it does not
    prefixes: dict[str, str]  # prefix → country
    by_mcc: dict[str, str]  # mobile country code → the country that is meant by it


@cache
def _read_plan() -> _Plan:
    countries: dict[str, Country] = {}
    prefixes: dict[str, str] = {}
    with _CSV.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)  # the line of names
        for iso, name, name_ru, mcc, leading in rows:
            countries[iso] = Country(iso, name, name_ru, mcc)
            for prefix in leading.split():
                prefixes[prefix] = iso
    processed, lengths = _index_heads(prefixes)
    return _Plan(countries, processed, lengths, prefixes, _index_mccs(countries, prefixes))


def _index_heads(prefixes: Mapping[str, str]) -> tuple[dict[str, str], dict[str, tuple[int, ...]]]:
    """Find the heads that settle the country, and for the others the lengths of prefixes to try."""
    tries: dict[str, set[int]] = {}
    for prefix in prefixes:
        missing = _HEAD - len(prefix)
        tails = [f"{n:0{missing}d}" for n in range(10**missing)] if missing > 0 else [""]
        for tail in tails:
            tries.setdefault((prefix + tail)[:_HEAD], set()).add(len(prefix))
    processed: dict[str, str] = {}
    lengths: dict[str, tuple[int, ...]] = {}
    for head, found in tries.items():
        if max(found) <= _HEAD:
            processed[head] = prefixes[head[: max(found)]]
        else:
            lengths[head] = tuple(sorted(found, reverse=True))
    return processed, lengths


def _index_mccs(countries: Mapping[str, Country], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Find each MCC's country: of several that share one, the one with the shortest prefix (Britain before Jersey)."""
    shortest: dict[str, int] = {}
    for prefix, iso in prefixes.items():
        shortest[iso] = min(len(prefix), shortest.get(iso, len(prefix)))
    found: dict[str, str] = {}
    for iso in sorted(countries, key=lambda iso: (shortest[iso], iso)):
        found.setdefault(countries[iso].mcc, iso)
    return found


class _Countries(Mapping[str, Country]):
    """All countries by ISO code; the file is read when somebody first asks."""

    __slots__ = ()

    def __getitem__(self, iso: str) -> Country:
        return _read_plan().countries[iso]

    def __iter__(self) -> Iterator[str]:
        return iter(_read_plan().countries)

    def __len__(self) -> int:
        return len(_read_plan().countries)


COUNTRIES: Mapping[str, Country] = _Countries()
"""Every country that has a calling code, by ISO 3166 alpha-2 code."""


def is_msisdn(text: str) -> bool:
    """Whether this is a phone number in international form without "+": 8 to 15 digits [client], no leading zero."""
    return 8 <= len(text) <= 15 and text.isascii() and text.isdigit() and text[0] != "0"


def country_of(msisdn: str) -> str:
    """Find the country of a number, as its ISO 3166 alpha-2 code; "" where the leading digits are nobody's."""
    iso = _read_plan().processed.get(msisdn[:_HEAD])
    return _look_closer(msisdn[:_LONGEST]) if iso is None else iso


@lru_cache(maxsize=4096)
def _look_closer(leading: str) -> str:
    """Find the country by the longest prefix that fits: for plans shared by several, such as +44 and +1."""
    plan = _read_plan()
    for length in plan.lengths.get(leading[:_HEAD], ()):
        iso = plan.prefixes.get(leading[:length])
        if iso is not None:
            return iso
    return ""


def countries_from(beginning: str) -> frozenset[str]:
    """Find the countries of all numbers that begin so; "" among them where some are nobody's."""
    prefixes = _read_plan().prefixes
    longer = {iso for prefix, iso in prefixes.items() if prefix.startswith(beginning)}
    shorter = [iso for length in range(1, _LONGEST + 1) if (iso := prefixes.get(beginning[:length])) is not None]
    return frozenset(longer | {shorter[-1] if shorter else ""})


def country_of_mcc(mcc: str) -> str:
    """Find the country with this main mobile country code, as its ISO code; "" for one that is no country's."""
    return _read_plan().by_mcc.get(mcc, "")
