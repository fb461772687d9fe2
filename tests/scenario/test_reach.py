"""What is told to be found nowhere is found nowhere; and what is found somewhere is never told so."""

import random
import time

import pytest
from pydantic import BaseModel

from mock_bsg.domain import sms_parts
from mock_bsg.domain.country_codes import COUNTRY_CODES, WITHOUT_NUMBERS
from mock_bsg.domain.phones import countries_from, country_of, is_msisdn
from mock_bsg.domain.references import is_reference
from mock_bsg.one_api import channels
from mock_bsg.rest import sms_orders, viber
from mock_bsg.rules.expressions import Expression
from mock_bsg.scenario import domains
from mock_bsg.scenario.domains import HEADER_VALUES, METHODS, NUMBERS, PATHS, REFERENCES, TEXTS, Domain
from mock_bsg.scenario.reach import may_be_found


@pytest.mark.parametrize(
    "source",
    [
        r"^\+380", r"^0", r"\d{20}", r"^38050.*x$", r"[a-z]", r"^\d{7}$", r"(?i)x", r"^[^1-9]", r"^(?=0)", r"^\d{16,}",
        r"(?<=\+)380", "$5", "5^", "^38 050", r"^(?:\+|00)380", "^$", r"(a{1000}){1000}", r"((((\d*)*)*)*)*x", r"\D",
        r"3(?:8|9)x",
        r"^(?>38)\+", r"(?P<a>3)x(?P=a)", "^.{,7}$", "\u0663", r"\A[05]{0}0", "(3)(?(1)x|8)y",
    ],
)  # fmt: skip
def test_expression_that_no_number_has_is_told(source: str) -> None:
    assert not may_be_found(source, NUMBERS)


@pytest.mark.parametrize(
    "source",
    [
        "^380", "7$", r"^\+?380", "^0?380", "^(0|38)", r"^\d{8}$", r"380\b", r"(\d)\1", "^38-?050", "^.{8,15}$",
        "(1?){5000}",
        "", r"^(380|\+380)", r"(?:\A|x)38", "(?P<a>3)(?(a)8|x)", "^(?!0)", "(?<=^38)05", r"\d\d$", r"^[^0]", "(?i)^380",
        # What only the engine that searches understands.
        "3{e<=1}x", "(?:3x){s<=1}", "[[:digit:]]", r"\p{Nd}", "(?x) 3 8 0", "(?|3|x)8", r"\m3", r"^\K3",
    ],
)  # fmt: skip
def test_expression_that_some_number_has_is_never_told(source: str) -> None:
    assert may_be_found(source, NUMBERS)


@pytest.mark.parametrize(
    ("domain", "found", "found_nowhere"),
    [
        (TEXTS, ["^a$\n", "(?m)a$\n^b", r"(?s)x.{998}y", r"\s", "^$", "x{1001}"], ["a$b", r"a\Z\n", "a^b"]),
        (PATHS, [r"^\/viber", "^/$", r"^/\w+/create/?$", "//", "(?i)CREATE"], [r"create\/$", "^viber", r"\?a", "[?]"]),
        (METHODS, ["POST|PUT", "(?i)^post$", "^P"], ["^post$", "GET POST"]),
        (REFERENCES, ["^$", "_", "^.{32}$"], [r"\s", "^.{33}", "ж", r"\."]),
        (HEADER_VALUES, ["^$", "a b", "^Bearer .", "ж"], ["^ ", "a\nb", "a $"]),
    ],
)
def test_other_values_have_bounds_of_their_own(domain: Domain, found: list[str], found_nowhere: list[str]) -> None:
    assert [source for source in found if not may_be_found(source, domain)] == []
    assert [source for source in found_nowhere if may_be_found(source, domain)] == []


_PARTS = (
    "3",
    "8",
    "0",
    "5",
    "x",
    r"\d",
    r"\D",
    ".",
    "[05]",
    "[^0]",
    "[+3]",
    "^",
    "$",
    r"\b",
    r"\+",
    r"\Z",
    r"\s",
    r"\1",
)
_ENDS = ("", "", "", "?", "*", "+", "{2}", "{0,1}", "*?", "{7}", "++")
_GROUPS = ("(", "(?:", "(?=", "(?!", "(?<=", "(?i:", "(?>")


def _grow(dice: random.Random, depth: int) -> str:
    pieces = []
    for _ in range(dice.randrange(1, 5)):
        if depth and dice.random() < 0.3:
            inner = "|".join(_grow(dice, depth - 1) for _ in range(dice.randrange(1, 3)))
            pieces.append(dice.choice(_GROUPS) + inner + ")" + dice.choice(_ENDS))
        else:
            pieces.append(dice.choice(_PARTS) + dice.choice(_ENDS))
    return "".join(pieces)


def test_what_is_found_in_a_number_is_never_told_to_be_found_nowhere() -> None:
    dice = random.Random(9)  # noqa: S311 -- no secret
    numbers = ["38050123", "380501234567", "333333333333333", "8000000000", "55555555", "300358053058350"]
    numbers += [str(dice.randrange(10**7, 10**15)) for _ in range(40)]
    told = 0
    for _ in range(3000):
        source = _grow(dice, 2)
        try:
            expression = Expression(source)
        except ValueError:
            continue
        is_found = any(expression.search(number) for number in numbers)
        is_possible = may_be_found(source, NUMBERS)
        assert is_possible or not is_found, source
        told += not is_possible
    assert told > 300


@pytest.mark.parametrize(
    "source", ["(" * 400 + "3" + ")" * 400, "((3{1000}){1000}){1000}", "(3?|8?)" * 140, "(?:3|8|)*" * 110]
)
@pytest.mark.parametrize("domain", [NUMBERS, TEXTS])
def test_no_expression_takes_long_to_look_at(source: str, domain: Domain) -> None:
    began = time.process_time()
    may_be_found(source, domain)
    assert time.process_time() - began < 2


def test_domains_are_those_of_requests() -> None:
    assert domains.LONGEST_SENDER >= viber.MAX_ALPHA_NAME
    assert domains.LONGEST_TEXT == viber.MAX_TEXT
    assert domains.LONGEST_VALIDITY == viber.MAX_VALIDITY
    assert domains.MOST_HOURS == sms_orders.MAX_HOURS
    assert domains.LONGEST_SMS == sms_parts.GSM_LIMIT
    for text in ("0501234567", "38050123", "3805012", "1" * 15, "1" * 16, "٣٨٠٥٠١٢٣"):
        assert is_msisdn(text) == NUMBERS.holds(text)
    for text in ("a-_9Z", "x" * 32, "x" * 33, "a b", "ж"):
        assert (is_reference(text) is not None) == REFERENCES.holds(text)
    for text in ("BSG shop", "1" * 15, "+" + "1" * 15, "Ünï", "a\n"):
        assert sms_orders.is_originator(text) == domains.SMS_ORIGINATORS.holds(text)


def test_domains_are_those_of_requests_of_the_one_api() -> None:
    def longest(part: type[BaseModel], field: str) -> int:
        return int(part.model_json_schema()["properties"][field]["maxLength"])

    for part in (channels.Viber, channels.Rcs, channels.Voice, channels.Telegram):
        assert longest(part, "sender") == domains.LONGEST_SENDER
    assert longest(channels.Viber, "text") == longest(channels.Voice, "text") == domains.LONGEST_TEXT
    assert longest(channels.Sms, "text") == domains.LONGEST_SMS
    assert longest(channels.Telegram, "text") == domains.LONGEST_TELEGRAM
    a_card = longest(channels.Card, "title") + 1 + longest(channels.Card, "text")
    assert longest(channels.Rcs, "text") < 10 * a_card + 9 * 2 == domains.LONGEST_CARDS
    assert longest(channels.Sms, "sender") <= domains.LONGEST_SMS_ORIGINATOR
    assert channels.MOST_HOURS == domains.MOST_HOURS


def test_beginnings_of_numbers_are_of_the_countries_of_all_that_begin_so() -> None:
    assert countries_from("38050") == {"UA"}
    assert countries_from("7") == {"RU", "KZ"}
    assert "" in countries_from("")
    assert countries_from("999") == {""}
    dice = random.Random(4)  # noqa: S311 -- no secret
    for _ in range(2000):
        number = str(dice.randrange(10**9, 10**13))
        assert all(country_of(number) in countries_from(number[:length]) for length in range(len(number) + 1)), number


def test_countries_without_numbers_are_those_that_no_number_is_of() -> None:
    assert COUNTRY_CODES - countries_from("") == WITHOUT_NUMBERS
