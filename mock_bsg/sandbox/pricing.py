"""What a message or a lookup costs, by channel, country and tariff."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mock_bsg.domain.lifecycle import MODELS, Channel
from mock_bsg.domain.money import Amount, to_amount
from mock_bsg.domain.phones import COUNTRIES

_CSV = Path(__file__).with_name("prices.csv")
_DEFAULT = "default"  # the key of what holds for countries that are not named


class PriceRow(NamedTuple):
    """One line of a price list. `mnc` is always "0": BSG's prices hold for all networks of a country [docs]."""

    country: str
    country_name: str
    mcc: str
    mnc: str
    price: Amount


@cache
def _read_grid() -> Mapping[str, Mapping[str, Amount]]:
    """Read the built-in grid: channel → country or "default" → price of tariff 0."""
    with _CSV.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        _, *channels = next(rows)
        grid: dict[str, dict[str, Amount]] = {channel: {} for channel in channels}
        for iso, *prices in rows:
            for channel, price in zip(channels, prices, strict=True):
                grid[channel][iso] = to_amount(price)
    return grid


def _scale(amount: Amount, factor: Decimal | Fraction) -> Amount:
    """Multiply, rounding half to even; exact, whatever the precision set for decimals."""
    numerator, denominator = factor.as_integer_ratio()
    return round(Fraction(amount * numerator, denominator))


class Prices:
    """The prices of one account: the built-in grid, a scenario's overrides over it, and factors by tariff.

    `overrides` is channel → country or "default" → amount; "default" beats the grid for every country that the
    overrides do not name. `tariffs` is tariff code → factor.
    """

    __slots__ = ("_overrides", "_priced", "_tariffs")

    def __init__(
        self, overrides: Mapping[str, Mapping[str, Amount]], tariffs: Mapping[int, Decimal | Fraction]
    ) -> None:
        self._overrides = overrides
        self._tariffs = tariffs
        self._priced: dict[tuple[str, str, int], Amount] = {}

    def has_tariff(self, code: int) -> bool:
        """Whether the account has this price list."""
        return code in self._tariffs

    def price(self, channel: Channel, country: str, tariff: int) -> Amount:
        """Find the price of one message, SMS part or lookup; for a country that nobody prices, the channel's default.

        Raises KeyError for a tariff that the account does not have and for an unknown channel.
        """
        amount = self._priced.get((channel, country, tariff))
        if amount is not None:
            return amount
        amount = _scale(self._base_price(channel, country), self._tariffs[tariff])
        if country in COUNTRIES or not country:  # what is kept stays as small as the world
            self._priced[channel, country, tariff] = amount
        return amount

    def rows(self, channel: Channel, tariff: int) -> list[PriceRow]:
        """List the prices of a channel, by name of country; raises KeyError as `price` does."""
        return [
            PriceRow(country.iso, country.name, country.mcc, "0", self.price(channel, country.iso, tariff))
            for country in sorted(COUNTRIES.values(), key=lambda country: country.name)
        ]

    def _base_price(self, channel: Channel, country: str) -> Amount:
        model = MODELS.get(channel, channel)
        grid = _read_grid()[model]
        own, overrides = self._overrides.get(channel, {}), self._overrides.get(model, {})
        for prices, key in (
            (own, country),
            (own, _DEFAULT),
            (overrides, country),
            (overrides, _DEFAULT),
            (grid, country),
        ):
            if key in prices:
                return prices[key]
        return grid[_DEFAULT]
