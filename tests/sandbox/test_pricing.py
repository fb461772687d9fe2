import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from mock_bsg.domain.lifecycle import Channel
from mock_bsg.domain.money import to_amount
from mock_bsg.domain.phones import COUNTRIES
from mock_bsg.sandbox import pricing
from mock_bsg.sandbox.pricing import Prices

ONE_TARIFF = {0: Decimal(1)}


@pytest.mark.parametrize(
    ("channel", "country", "price"),
    [
        ("viber", "UA", "0.23"),
        ("viber", "DE", "0.02"),
        ("viber", "AE", "0.01"),
        ("sms", "UA", "0.023"),
        ("hlr", "UA", "0.0025"),
        ("mnp", "UA", "0.001"),
    ],
)
def test_the_grid_has_the_prices_that_bsg_shows(channel: Channel, country: str, price: str) -> None:
    assert Prices({}, ONE_TARIFF).price(channel, country, 0) == to_amount(price)


@pytest.mark.parametrize(
    ("channel", "low", "high"),
    [("viber", "0.005", "0.08"), ("sms", "0.01", "0.15"), ("hlr", "0.002", "0.02"), ("mnp", "0.001", "0.005")],
)
def test_every_country_has_a_plausible_price(channel: Channel, low: str, high: str) -> None:
    prices = Prices({}, ONE_TARIFF)
    for country in [*COUNTRIES, ""]:
        if (channel, country) != ("viber", "UA"):  # BSG's own example is dearer
            assert to_amount(low) <= prices.price(channel, country, 0) <= to_amount(high), country


def test_the_grid_prices_the_countries_there_are_and_no_others() -> None:
    with Path(pricing.__file__).with_name("prices.csv").open(encoding="utf-8", newline="") as file:
        priced = [row["iso"] for row in csv.DictReader(file)]
    assert priced == ["default", *COUNTRIES]


def test_a_scenarios_price_beats_its_default_and_its_default_beats_the_grid() -> None:
    prices = Prices({"viber": {"UA": 5, "default": 7}, "sms": {"DE": 9}}, ONE_TARIFF)
    assert prices.price("viber", "UA", 0) == 5
    assert prices.price("viber", "DE", 0) == 7
    assert prices.price("viber", "", 0) == 7
    assert prices.price("sms", "DE", 0) == 9
    assert prices.price("sms", "UA", 0) == to_amount("0.023")
    assert prices.price("hlr", "UA", 0) == to_amount("0.0025")


@pytest.mark.parametrize(("channel", "model"), [("rcs", "viber"), ("telegram", "viber"), ("voice", "sms")])
def test_a_channel_of_the_one_api_costs_what_its_model_does_unless_it_has_prices_of_its_own(
    channel: Channel, model: Channel
) -> None:
    assert Prices({}, ONE_TARIFF).price(channel, "UA", 0) == Prices({}, ONE_TARIFF).price(model, "UA", 0)
    prices = Prices({channel: {"UA": 1}, model: {"UA": 5, "DE": 6, "default": 7}}, ONE_TARIFF)
    assert [prices.price(channel, country, 0) for country in ("UA", "DE", "PL")] == [1, 6, 7]
    assert Prices({channel: {"default": 2}, model: {"UA": 5}}, ONE_TARIFF).price(channel, "UA", 0) == 2


def test_a_country_that_nobody_prices_costs_the_channels_default() -> None:
    prices = Prices({}, ONE_TARIFF)
    assert prices.price("viber", "", 0) == prices.price("viber", "ZZ", 0) == to_amount("0.05")


def test_a_price_may_be_nothing() -> None:
    prices = Prices({"viber": {"default": 0}}, ONE_TARIFF)
    assert prices.price("viber", "UA", 0) == prices.price("viber", "UA", 0) == 0


def test_a_tariff_scales_the_price_whether_the_grids_or_the_scenarios() -> None:
    prices = Prices({"sms": {"UA": to_amount("0.5")}}, {0: Decimal(1), 9: Decimal("0.8"), 3: Fraction(1, 3)})
    assert prices.price("viber", "UA", 9) == to_amount("0.184")
    assert prices.price("sms", "UA", 9) == to_amount("0.4")
    assert prices.price("sms", "UA", 3) == to_amount("0.1666667")


@pytest.mark.parametrize(("amount", "scaled"), [(1, 0), (3, 2), (5, 2), (7, 4), (2, 1)])
def test_a_scaled_price_is_rounded_half_to_even(amount: int, scaled: int) -> None:
    assert Prices({"viber": {"UA": amount}}, {1: Decimal("0.5")}).price("viber", "UA", 1) == scaled


def test_an_account_has_the_tariffs_it_was_given() -> None:
    prices = Prices({}, {0: Decimal(1), 9: Decimal("0.8")})
    assert [code for code in range(-1, 12) if prices.has_tariff(code)] == [0, 9]
    with pytest.raises(KeyError):
        prices.price("viber", "UA", 1)
    with pytest.raises(KeyError):
        prices.rows("viber", 1)


def test_an_unknown_channel_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Prices({}, ONE_TARIFF).price("fax", "UA", 0)  # type: ignore[arg-type] # on purpose


def test_accounts_do_not_share_prices() -> None:
    cheap, dear = Prices({"viber": {"UA": 1}}, ONE_TARIFF), Prices({}, ONE_TARIFF)
    assert (cheap.price("viber", "UA", 0), dear.price("viber", "UA", 0)) == (1, to_amount("0.23"))


def test_the_price_list_names_every_country_once_by_name() -> None:
    rows = Prices({"viber": {"DE": 4}}, {0: Decimal(1), 9: Decimal("0.5")}).rows("viber", 9)
    names = [row.country_name for row in rows]
    assert names == sorted(names)
    assert {row.country for row in rows} == set(COUNTRIES)
    assert len(rows) == len(COUNTRIES)
    (ukraine,) = (row for row in rows if row.country == "UA")
    assert ukraine == ("UA", "Ukraine", "255", "0", to_amount("0.115"))
    (germany,) = (row for row in rows if row.country == "DE")
    assert germany.price == 2
