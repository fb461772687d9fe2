from typing import Any

import pytest

from mock_bsg.rules.matchers import TextMatch
from mock_bsg.scenario.domains import TEXTS
from mock_bsg.scenario.fault_patterns import check_method, check_path
from mock_bsg.scenario.patterns import (
    read_country_pattern,
    read_msisdn_pattern,
    read_tariff_pattern,
    text_pattern,
)


def _msisdn(pattern: Any) -> TextMatch:
    return read_msisdn_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("380501234567", ["380501234567"], ["3805012345678", "38050123456"]),
        (380501234567, ["380501234567"], ["380501234568"]),
        ("+380501234567", ["380501234567"], ["+380501234567"]),
        ("38050*", ["38050", "380501234567"], ["3805", "380660000000"]),
        ("*", ["", "1"], []),
        ("38050???4567", ["380501234567"], ["3805012344567"]),
        ("38050*67", ["380501234567"], ["380501234568"]),
        ("[34]80*", ["380", "48099"], ["580"]),
        ("/67$/", ["380501234567"], ["380501234568"]),
        (
            "380500000000..380500000099",
            ["380500000000", "380500000099", "380500000050"],
            ["380500000100", "38050000005"],
        ),
        ("+380500000000..+380500000099", ["380500000050"], ["380500000100"]),
        (["38050*", "49151*", "/7$/"], ["380501", "491519", "17"], ["38066"]),
    ],
)
def test_number_patterns(pattern: Any, fits: list[str], fits_not: list[str]) -> None:
    match = _msisdn(pattern)
    assert all(match.accepts(number) and match.test(number) for number in fits)
    assert not any(match.accepts(number) or match.test(number) for number in fits_not)


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("BSG", ["BSG"], ["bsg", "BSG2", ""]),
        ("", [""], ["x"]),
        ("*sale*", ["big sale!", "sale", "two\nlines of sale\n"], ["Sale"]),
        ("/(?i)sale/", ["big SALE"], ["big deal"]),
        ("a?c*f", ["abcdef", "abcf"], ["xabcf", "abcfx", "abf"]),
        ("*a?c*", ["xabcx", "abc"], ["xacx"]),
        ("??", ["ab"], ["abc", "a"]),
        ("**", ["", "x"], []),
        ("[/]/", ["//"], [""]),
        ("/", ["/"], [""]),
        ("a..b", ["a..b"], ["a"]),
        ("1..5", ["1..5"], ["3"]),
        (12, ["12"], ["012"]),
    ],
)
def test_text_patterns(pattern: Any, fits: list[str], fits_not: list[str]) -> None:
    match = text_pattern(TEXTS)(pattern)
    assert all(match.accepts(text) for text in fits)
    assert not any(match.accepts(text) for text in fits_not)


def test_whole_number_patterns() -> None:
    match = read_tariff_pattern([0, "5..9"])
    assert [number for number in range(12) if match.accepts(number)] == [0, 5, 6, 7, 8, 9]
    assert match.source == "[0, 5..9]"


def test_countries_are_codes() -> None:
    assert read_country_pattern("NO").accepts("NO")
    assert not read_country_pattern(["NO", "SE"]).accepts("UA")
    with pytest.raises(ValueError, match=r"did you mean 'GB'"):
        read_country_pattern("UK")


def test_paths_and_methods_are_as_requests_have_them() -> None:
    assert check_path("/viber/create") == "/viber/create"
    assert check_method("post") == "POST"
    for wrong in ("/rest/viber/create", "/v1.0/viber/*", "viber/create", "/viber/create/", "/rest"):
        with pytest.raises(ValueError, match="write '"):
            check_path(wrong)


def test_path_that_only_begins_like_a_base_path_is_a_path() -> None:
    assert check_path("/restaurants") == "/restaurants"


def test_pattern_tells_what_was_written() -> None:
    assert _msisdn(["38050*", 380501234567]).source == "[38050*, 380501234567]"
