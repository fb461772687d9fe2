"""BSG's functions about the account itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.bsg.answers import UNKNOWN_TARIFF_TEXT, balance_answer
from mock_bsg.bsg.call import Answer, Call, Function
from mock_bsg.bsg.reading import read_tariff_of_path
from mock_bsg.sandbox.errors import ApiError

if TYPE_CHECKING:
    pass


def balance(call: Call) -> Answer:
    call.account.settle(call.now)
    return Answer(balance_answer(call.account))


def tariff_of_prices(call: Call) -> int:
    """Read the tariff of a `prices` call, which has a text of its own for an unknown one [docs]."""
    try:
        return read_tariff_of_path(call)
    except ApiError as unknown:
        raise ApiError(unknown.code, UNKNOWN_TARIFF_TEXT) from None


FUNCTIONS = (
    Function(("GET", "POST"), "/common/balance", balance, "Balance and credit", "Python, PHP, Node.js, Go, Ruby, Perl, Java"),
)
