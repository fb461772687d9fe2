"""Readers of the parts of a scenario that are no mappings of known keys: clock words, prices, tariffs, senders."""

# By hand, as their keys are data (channels, countries, codes), of which pydantic could not say which was meant.

# ruff: noqa: TRY004 -- whatever is wrong with a value, a reader raises ValueError: pydantic takes nothing else

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from mock_bsg.domain.lifecycle import CHANNELS
from mock_bsg.scenario.errors import Findings
from mock_bsg.scenario.values import (
    MOST_TARIFF,
    describe,
    one_of,
    read_country,
    read_factor,
    read_money,
    read_name,
    whole_number,
)

_read_tariff: Final = whole_number(0, MOST_TARIFF)


CLOCK_WORDS: Final[Mapping[str, Mapping[str, Any]]] = {"real": {}, "manual": {"manual": True}}
"""Clocks that have a word of their own, as the mappings that they stand for."""


def read_clock_word(value: Any) -> Any:
    """Read the word for a clock into its mapping, and leave mappings as they are."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str) and value in CLOCK_WORDS:
        return dict(CLOCK_WORDS[value])
    hint = one_of(value, CLOCK_WORDS) if isinstance(value, str) else ""
    raise ValueError(f"should be real, manual, or a mapping such as {{speed: 60}}, not {describe(value)}{hint}")


def read_prices(value: Any) -> dict[str, dict[str, int]]:
    """Read prices by channel and country, in units of 1e-7."""
    if not isinstance(value, dict):
        raise ValueError(f"should be channels with prices such as {{viber: {{UA: 0.23}}}}, not {describe(value)}")
    findings = Findings()
    prices: dict[str, dict[str, int]] = {}
    for channel, written in value.items():
        if channel in CHANNELS:
            prices[channel] = findings.attempt(channel, read_country_prices, written) or {}
        else:
            findings.note(channel, f"'{channel}' is not a channel{one_of(channel, CHANNELS)}", at_key=True)
    findings.refuse()
    return prices


def read_country_prices(value: Any) -> dict[str, int]:
    """Read prices by country (or `default`), in units of 1e-7."""
    if not isinstance(value, dict):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        hint = f": write {{default: {getattr(value, 'text', value)}}}" if is_number else ""
        raise ValueError(f"should be countries with prices such as {{UA: 0.23}}, not {describe(value)}{hint}")
    findings = Findings()
    prices: dict[str, int] = {}
    for country, written in value.items():
        if country != "default":
            try:
                read_country(country)
            except ValueError as error:
                hint = one_of(country, ("default",)) if country.casefold().startswith("def") else ""
                findings.note(country, f"{error}{hint}", at_key=True)
        prices[country] = findings.attempt(country, read_money, written) or 0
    findings.refuse()
    return prices


def read_tariffs(value: Any) -> dict[int, Decimal]:
    """Read tariff codes with their factors on prices; a list gives each the factor 1."""
    findings = Findings()
    tariffs: dict[int, Decimal] = {}
    if isinstance(value, list):
        for place, code in enumerate(value):
            tariffs[findings.attempt(place, _read_tariff, code) or 0] = Decimal(1)
    elif isinstance(value, dict):
        for written, factor in value.items():
            digits = written.lstrip("0") or written[:1]
            if not (written.isdecimal() and written.isascii() and int(digits[:9]) <= MOST_TARIFF):
                message = f"a tariff code is a whole number from 0 to {MOST_TARIFF}, not '{written}'"
                findings.note(written, message, at_key=True)
                continue
            tariffs[int(written)] = findings.attempt(written, read_factor, factor) or Decimal(0)
    else:
        example = "[0, 9], or with factors {0: 1, 9: 0.8}"
        raise ValueError(f"should be tariff codes such as {example}, not {describe(value)}")
    findings.refuse()
    if not tariffs:
        raise ValueError("an account without a tariff can send nothing: name one, or leave the key out")
    return tariffs


def read_senders(value: Any) -> frozenset[str]:
    """Read the names that are registered as Viber senders."""
    if not isinstance(value, list):
        raise ValueError(f"should be a list of names such as [BSG, my_shop], not {describe(value)}")
    findings = Findings()
    senders = [findings.attempt(place, read_name, name) for place, name in enumerate(value)]
    findings.refuse()
    return frozenset(sender for sender in senders if sender is not None)
