"""Readers of the parts of a scenario that are mappings of their own kind: clock, prices, tariffs, senders."""

# ruff: noqa: TRY004 -- whatever is wrong with a value, a reader raises ValueError: pydantic takes nothing else

from decimal import Decimal
from typing import Any, Final

from mock_bsg.scenario.errors import Findings
from mock_bsg.scenario.life import CHANNELS
from mock_bsg.scenario.playbook import ClockSetting
from mock_bsg.scenario.values import (
    MOST_TARIFF,
    describe,
    one_of,
    read_country,
    read_factor,
    read_flag,
    read_moment,
    read_money,
    read_name,
    read_speed,
    whole_number,
)

_read_tariff: Final = whole_number(0, MOST_TARIFF)
_CLOCK_KEYS: Final = ("start", "speed", "manual")


def read_clock(value: Any) -> ClockSetting:
    """Read `real`, `manual`, or a mapping of start, speed and manual."""
    if value == "real":
        return ClockSetting()
    if value == "manual":
        return ClockSetting(manual=True)
    if not isinstance(value, dict):
        hint = one_of(value, ("real", "manual")) if isinstance(value, str) else ""
        raise ValueError(f"should be real, manual, or a mapping such as {{speed: 60}}, not {describe(value)}{hint}")
    findings = Findings()
    for key in value:
        if key not in _CLOCK_KEYS:
            findings.note(key, f"there is no key '{key}' in clock{one_of(key, _CLOCK_KEYS)}", at_key=True)
    start = findings.attempt("start", read_moment, value["start"]) if "start" in value else None
    speed = findings.attempt("speed", read_speed, value["speed"]) if "speed" in value else None
    manual = findings.attempt("manual", read_flag, value["manual"]) if "manual" in value else False
    if manual and speed is not None:
        findings.note("speed", "a manual clock has no speed: it goes when it is told to", at_key=True)
    findings.refuse()
    return ClockSetting(start, 1.0 if speed is None else speed, bool(manual))


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
            findings.note(channel, f"'{channel}' is no channel{one_of(channel, CHANNELS)}", at_key=True)
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
            if not (written.isdecimal() and written.isascii() and int(written[:9]) <= MOST_TARIFF):
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
