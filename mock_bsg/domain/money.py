"""Money as whole numbers, so that amounts add up without binary noise."""

from decimal import Decimal, InvalidOperation
from typing import TypeAlias

Amount: TypeAlias = int
"""So many 1e-7 of the account's currency: 0.23 EUR is 2_300_000. Seven decimals are what BSG prints [docs]."""

DECIMALS = 7
UNITS = 10_000_000

# Nothing real is dearer; the limit keeps "1e999999999" from becoming a number of a billion digits.
_MOST_DIGITS = 15


def to_amount(value: Decimal | float | str) -> Amount:
    """Read a number in units of the currency as an amount: 0.23 is 2_300_000.

    A float counts as the shortest decimal that reads back as it. Raises ValueError for what is no finite number,
    has more than 7 decimals that matter, or has more than 15 digits before the point.
    """
    if isinstance(value, bool):  # one kind of error for all bad values
        raise ValueError(f"{value!r} is no amount of money: expected a number such as 0.23")  # noqa: TRY004 -- see above
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is no amount of money: expected a number such as 0.23") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is no amount of money: expected a finite number such as 0.23")
    if number and number.adjusted() >= _MOST_DIGITS:
        raise ValueError(f"{value!r} is too much money: expected at most {_MOST_DIGITS} digits before the point")
    if number and number.adjusted() < -DECIMALS:
        raise ValueError(f"{value!r} has too many decimals: expected at most {DECIMALS}")
    numerator, denominator = number.as_integer_ratio()
    amount, rest = divmod(numerator * UNITS, denominator)
    if rest:
        raise ValueError(f"{value!r} has too many decimals: expected at most {DECIMALS}")
    return amount


def as_number(amount: Amount) -> float:
    """Write the amount as a number for JSON, in units of the currency: 2_300_000 is 0.23, and prints as that.

    One correctly rounded division of whole numbers, so the shortest text of the result is the amount itself
    (up to 15 digits).
    """
    return amount / UNITS


def as_short_number(amount: Amount) -> int | float:
    """Write the amount as a number for JSON, as the One API has them: without a point where it is whole."""
    return amount // UNITS if amount % UNITS == 0 else amount / UNITS


def as_text(amount: Amount) -> str:
    """Write the amount with all 7 decimals, as BSG does prices and balances: "0.2300000" [docs]."""
    whole, rest = divmod(abs(amount), UNITS)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:07d}"


def as_short_text(amount: Amount) -> str:
    """Write the amount without zeros at its end: "0.023" is an alternative route's price [seed], "7" a limit."""
    return as_text(amount).rstrip("0").removesuffix(".")
