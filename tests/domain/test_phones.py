import csv
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from mock_bsg.domain import phones
from mock_bsg.domain.phones import COUNTRIES, country_of, country_of_mcc, is_msisdn


def read_prefixes() -> list[tuple[str, str]]:
    with Path(phones.__file__).with_name("countries.csv").open(encoding="utf-8", newline="") as file:
        return [(prefix, row["iso"]) for row in csv.DictReader(file) for prefix in row["prefixes"].split()]


@pytest.mark.parametrize("text", ["12345678", "380972920000", "447700900123", "123456789012345"])
def test_8_to_15_digits_are_a_number(text: str) -> None:
    assert is_msisdn(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1234567",
        "1234567890123456",
        "+380972920000",
        "0380972920000",
        "38097 292000",
        "38097292000x",
        "٣٨٠٩٧٢٩٢٠٠٠٠",
        "³80972920000",
        "380972920000\n",
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert not is_msisdn(text)


@pytest.mark.parametrize(
    ("msisdn", "country"),
    [
        ("380972920000", "UA"),
        ("4915112345678", "DE"),
        ("971501234567", "AE"),
        ("85267202829", "HK"),
        ("79161234567", "RU"),
        ("77011234567", "KZ"),
        ("76001234567", "KZ"),
        ("12125550100", "US"),
        ("12045550100", "CA"),
        ("18765550100", "JM"),
        ("16585550100", "JM"),
        ("18095550100", "DO"),
        ("17875550100", "PR"),
        ("12425550100", "BS"),
        ("393331234567", "IT"),
        ("390669812345", "VA"),
        ("37912345678", "VA"),
        ("590690001234", "GP"),
        ("590590271234", "BL"),
        ("262692123456", "RE"),
        ("262639123456", "YT"),
        ("59996123456", "CW"),
        ("5997123456", "BQ"),
        ("447781123456", "GG"),
        ("447797123456", "JE"),
        ("447624123456", "IM"),
        ("4779123456", "SJ"),
        ("38349123456", "XK"),
        ("290123456", "SH"),
        ("24762123456", "SH"),
    ],
)
def test_a_number_belongs_to_the_country_of_its_longest_prefix(msisdn: str, country: str) -> None:
    assert country_of(msisdn) == country


def test_the_drama_numbers_are_british() -> None:
    assert {country_of(f"447700900{n:03d}") for n in range(1000)} == {"GB"}


@pytest.mark.parametrize(
    "msisdn", ["999123456789", "210123456789", "800123456789", "881612345678", "", "3", "0", "abc"]
)
def test_a_number_of_no_country_belongs_to_nobody(msisdn: str) -> None:
    assert country_of(msisdn) == ""


def test_every_prefix_leads_to_its_country() -> None:
    for prefix, iso in read_prefixes():
        assert country_of(prefix + "9999999") == iso or prefix in {"1", "39", "44", "590", "599"}
        assert any(country_of(f"{prefix}{n:07d}") == iso for n in range(0, 10_000_000, 500_009))


def test_no_prefix_stands_for_two_countries() -> None:
    prefixes = [prefix for prefix, _ in read_prefixes()]
    assert len(prefixes) == len(set(prefixes))


def test_looking_up_says_what_a_plain_search_for_the_longest_prefix_says() -> None:
    by_prefix = dict(read_prefixes())
    for number in range(10_000_000, 99_999_999, 7_919):
        msisdn = f"{number}000"
        fitting = [length for length in range(1, 9) if msisdn[:length] in by_prefix]
        assert country_of(msisdn) == (by_prefix[msisdn[: max(fitting)]] if fitting else "")


def test_there_are_over_200_countries_and_each_has_names_and_a_code() -> None:
    assert len(COUNTRIES) > 200
    for iso, country in COUNTRIES.items():
        assert country.iso == iso
        assert len(iso) == 2
        assert iso.isalpha()
        assert country.name.isascii()
        assert country.name_ru
        assert len(country.mcc) == 3
        assert country.mcc.isdigit()
    assert len({country.name for country in COUNTRIES.values()}) == len(COUNTRIES)
    assert all(before < after for before, after in pairwise(COUNTRIES))


@pytest.mark.parametrize(("iso", "mcc"), [("UA", "255"), ("DE", "262"), ("AE", "424")])
def test_countries_that_bsg_shows_have_bsgs_codes(iso: str, mcc: str) -> None:
    assert COUNTRIES[iso].mcc == mcc
    assert country_of_mcc(mcc) == iso


@pytest.mark.parametrize(
    ("mcc", "iso"), [("234", "GB"), ("310", "US"), ("505", "AU"), ("362", "CW"), ("999", ""), ("", "")]
)
def test_of_countries_that_share_a_code_the_main_one_is_meant(mcc: str, iso: str) -> None:
    assert country_of_mcc(mcc) == iso


def test_a_country_that_is_not_there_is_a_key_error() -> None:
    assert "ZZ" not in COUNTRIES
    with pytest.raises(KeyError):
        COUNTRIES["ZZ"]


def test_importing_reads_no_file() -> None:
    code = "from mock_bsg.domain import phones; print(phones._read_plan.cache_info().currsize)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "0"
