"""BSG's functions about the account itself, and what all modules have: balance and prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.domain.error_codes import INVALID_PARAMETERS, NOT_ENOUGH_PARAMETERS, UNKNOWN_TARIFF_IN_PRICES
from mock_bsg.domain.money import as_text as amount_text
from mock_bsg.domain.phones import COUNTRIES, country_of_mcc
from mock_bsg.rest.answers import balance_answer, prices_answer
from mock_bsg.rest.body import as_text, as_whole_number
from mock_bsg.rest.call import EVERY_CLIENT, V1_SDK, Call, Function
from mock_bsg.rest.errors import NO_ERRORS
from mock_bsg.rest.reading import read_tariff, read_tariff_of_path
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.sandbox.sending import check_tariff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mock_bsg.domain.lifecycle import Channel

V1_CHANNELS: tuple[Channel, ...] = ("viber", "sms", "hlr", "mnp")
"""What API v1 sells; the others are the One API's."""
ANY_COUNTRY = ""
"""Priced at the channel's default."""
ALL_NETWORKS = "0"
"""The MNC in a price that holds for all networks of a country [docs]."""

_PRICE_FIELDS = ("mcc", "mnc", "product", "tariff_code")


def balance(call: Call) -> Answer:
    call.account.process_due(call.now)
    return Answer(balance_answer(call.account))


def read_own_tariff(call: Call) -> int:
    """Read the tariff of the path; of Viber's prices 0 is the account's own, whatever its code [spec]."""
    prices = call.account.prices
    if as_whole_number(call.params.get("tariff", 0)) == 0 and not prices.has_tariff(0):
        return _find_own_tariff(call)
    return read_tariff_of_path(call)


def _find_own_tariff(call: Call) -> int:
    """Tell the lowest code of a tariff that the account has [assumed]; raises ApiError(6) if it has none."""
    return check_tariff(call.account, min(call.account.ruleset.account.tariffs, default=None))


def prices_of(channel: Channel, read_tariff: Callable[[Call], int] = read_tariff_of_path) -> Callable[[Call], Answer]:
    """Make the function `prices` of a module; raises ApiError(6), which has a text of its own there [docs]."""

    def prices(call: Call) -> Answer:
        try:
            tariff = read_tariff(call)
        except ApiError as unknown:
            raise ApiError(unknown.code, UNKNOWN_TARIFF_IN_PRICES) from None
        return Answer(prices_answer(call.account, channel, tariff))

    return prices


def price(call: Call) -> Answer:
    """Tell one price by MCC; raises ApiError: 3 without one, 7 for an unknown one or product, 6 [assumed]."""
    asked = call.asked()
    call.note_unknown("", asked, _PRICE_FIELDS)
    mcc, mnc = _read_code(asked, "mcc"), _read_code(asked, "mnc")
    if mcc is None:
        raise ApiError(NOT_ENOUGH_PARAMETERS)
    product = asked.get("product")
    wanted = "sms" if product is None or product == "" else product
    channel: Channel | None = next((each for each in V1_CHANNELS if each == wanted), None)
    country = COUNTRIES.get(country_of_mcc(mcc))
    if country is None or channel is None:
        raise ApiError(INVALID_PARAMETERS)
    amount = call.account.prices.price(channel, country.iso, read_tariff(call, asked.get("tariff_code")))
    return Answer(
        NO_ERRORS
        | {
            "price": amount_text(amount),
            "currency": call.account.currency,
            "country": country.name,
            "mcc": mcc,
            "mnc": mnc or ALL_NETWORKS,
        }
    )


def _read_code(asked: Mapping[str, Any], name: str) -> str | None:
    """Read an MCC or MNC, which loses its zeros if it comes as a number; None if there is none."""
    given = asked.get(name)
    if given is None or given == "":
        return None
    code = as_text(given)
    if code is None or not (code.isascii() and code.isdigit()):
        raise ApiError(INVALID_PARAMETERS)
    return code


def tariff(call: Call) -> Answer:
    """Tell the account's tariff and, for each service, the price of countries without their own [assumed]."""
    code = _find_own_tariff(call)
    services = [
        {
            "service": channel,
            "price": amount_text(call.account.prices.price(channel, ANY_COUNTRY, code)),
            "currency": call.account.currency,
        }
        for channel in V1_CHANNELS
    ]
    return Answer(NO_ERRORS | {"tariff_name": f"Tariff {code}", "tariff_code": str(code), "services": services})


FUNCTIONS = (
    Function(("GET", "POST"), "/common/balance", balance, "Balance and credit", EVERY_CLIENT),
    Function(("GET", "POST"), "/common/getbalance", balance, "Balance and credit", V1_SDK),
    Function(("GET", "POST"), "/common/price", price, "The price of one country", V1_SDK),
    Function(("GET", "POST"), "/common/tariff", tariff, "The account's tariff", V1_SDK),
)
