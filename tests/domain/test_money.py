import json
from decimal import Decimal, localcontext

import pytest

from mock_bsg.domain.money import as_number, as_short_text, as_text, to_amount


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("0.23", 2_300_000),
        ("0.0000001", 1),
        ("-7", -70_000_000),
        ("1e2", 1_000_000_000),
        ("0.2300000000", 2_300_000),
        (3, 30_000_000),
        (0.1, 1_000_000),
        (Decimal("0.023"), 230_000),
        (Decimal("-0.00"), 0),
        (Decimal("0e-999999999"), 0),
        ("999999999999999.9999999", 9_999_999_999_999_999_999_999),
    ],
)
def test_a_number_becomes_an_exact_amount(value: Decimal | float | str, amount: int) -> None:
    assert to_amount(value) == amount


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("0.00000001", "at most 7"),
        (0.1 + 0.2, "at most 7"),
        ("1e-999999999", "at most 7"),
        ("1e999999999", "at most 15 digits"),
        ("1000000000000000", "at most 15 digits"),
        ("NaN", "finite"),
        ("-Infinity", "finite"),
        (float("inf"), "finite"),
        ("", "a number"),
        ("12,5", "a number"),
        ("€5", "a number"),
        (True, "a number"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_was_found(value: Decimal | float | str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        to_amount(value)
    assert repr(value) in str(caught.value)


def test_amounts_do_not_depend_on_the_precision_set_for_decimals() -> None:
    with localcontext() as context:
        context.prec = 3
        assert to_amount("123456.7654321") == 1_234_567_654_321


def test_sums_show_no_binary_noise() -> None:
    total = to_amount("0.1") + to_amount("0.2")
    assert json.dumps(as_number(total)) == "0.3"


def test_a_number_prints_as_the_shortest_text_of_its_amount() -> None:
    for amount in [*range(0, 10_000_000, 9_973), 123_456_789_012_345, -2_300_000]:
        assert to_amount(repr(as_number(amount))) == amount
        assert len(repr(as_number(amount))) <= len(as_text(amount))


@pytest.mark.parametrize(
    ("amount", "text", "short"),
    [
        (2_300_000, "0.2300000", "0.23"),
        (230_000, "0.0230000", "0.023"),
        (1_000_000_000, "100.0000000", "100"),
        (70_000_000, "7.0000000", "7"),
        (1, "0.0000001", "0.0000001"),
        (-1, "-0.0000001", "-0.0000001"),
        (-65_500_000, "-6.5500000", "-6.55"),
        (0, "0.0000000", "0"),
    ],
)
def test_an_amount_is_written_as_bsg_writes_it(amount: int, text: str, short: str) -> None:
    assert as_text(amount) == text
    assert as_short_text(amount) == short


def test_every_text_reads_back_as_its_amount() -> None:
    for amount in range(-30_000_000, 30_000_000, 99_991):
        assert to_amount(as_text(amount)) == to_amount(as_short_text(amount)) == amount
