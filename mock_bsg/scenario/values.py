"""What a value of a scenario file may be: each reader returns what is meant, or says in a sentence what is wrong."""

# ruff: noqa: TRY004 -- whatever is wrong with a value, a reader raises ValueError: pydantic takes nothing else

import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from mock_bsg.domain.country_codes import COUNTRY_CODES
from mock_bsg.domain.durations import Span, parse_duration, parse_span
from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.rules.answers import MissingKey
from mock_bsg.rules.faults import FAULT_KINDS, FaultKind
from mock_bsg.scenario.errors import Findings, suggest

MONEY_UNIT: Final = 10_000_000  # an amount of 1 is a ten-millionth: BSG's prices have up to 7 decimals
MOST_MONEY: Final = 10**12
# What json_schemas.py says of values, too.
LOWEST_STATUS: Final = 200
HIGHEST_STATUS: Final = 599
MOST_WEIGHT: Final = 10**9
MOST_SPEED: Final = 1_000_000
MOST_FACTOR: Final = 1000
MOST_TARIFF: Final = 999
CURRENCY: Final = "[A-Z]{3}"
PHONE: Final = r"\+?[1-9][0-9]{7,14}"
HEADER_NAME: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
MEDIA_TYPE: Final = rf"{HEADER_NAME}/{HEADER_NAME}( *;([ -~]*[!-~])?)?"
METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
# With one of these wrong, a client would take the next answer on its connection for a part of this one.
FRAMING: Final = ("content-length", "transfer-encoding")
_COMMON_COUNTRY_SLIPS: Final = {"UK": "GB", "EN": "GB", "EL": "GR"}


def describe(value: Any) -> str:
    """Name a value that is not what it should be, as a message does."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping (keys with values)"
    if isinstance(value, list):
        return "a list"
    written = str(getattr(value, "text", value))
    shown = written if len(written) <= 60 else written[:57] + "..."
    return f"the number {shown}" if isinstance(value, int | float) else f"'{shown}'"


def one_of(word: str, known: Iterable[str]) -> str:
    """Say ` (did you mean 'x'?)`, or all the words there are."""
    known = list(known)
    return suggest(word, known) or f": it can be {', '.join(known)}"


def read_text(value: Any) -> str:
    """Read a text; a whole number counts as the text it is written as."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(getattr(value, "text", value))
    if isinstance(value, bool | float):
        raise ValueError(f"should be a text, not {describe(value)}: put it in quotes")
    raise ValueError(f"should be a text, not {describe(value)}")


def read_name(value: Any) -> str:
    """Read a text in one line that is not empty."""
    name = read_text(value)
    if not name.strip() or not name.isprintable():
        raise ValueError("should be one line of text that is not empty")
    return name


def read_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in ("yes", "on", "no", "off", "y", "n", "true", "false"):
        meant = "true" if value.casefold() in ("yes", "on", "y", "true") else "false"
        raise ValueError(f"should be true or false, not the text '{value}': write {meant}")
    raise ValueError(f"should be true or false, not {describe(value)}")


def whole_number(low: int, high: int) -> Callable[[Any], int]:
    """Make a reader of whole numbers from `low` to `high`."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            hint = ": remove the quotes" if isinstance(value, str) and value.isdigit() else ""
            raise ValueError(f"should be a whole number, not {describe(value)}{hint}")
        if not low <= value <= high:
            raise ValueError(f"should be a whole number from {low} to {high}, not {int(value)}")
        return int(value)

    return read


def _read_number(value: Any, what: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        hint = ": remove the quotes" if isinstance(value, str) and _is_number(value) else ""
        raise ValueError(f"should be {what}, not {describe(value)}{hint}")
    if not math.isfinite(value):
        raise ValueError(f"should be {what}, not {describe(value)}")
    return Decimal(str(value))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def read_probability(value: Any) -> float:
    number = _read_number(value, "a probability from 0 to 1")
    if not 0 <= number <= 1:
        hint = f": {number} % is {number / 100}" if 1 < number <= 100 else ""
        raise ValueError(f"should be a probability from 0 to 1, not {number}{hint}")
    return float(number)


def read_chance(value: Any) -> float:
    """Read a probability of something that shall happen at all."""
    chance = read_probability(value)
    if chance == 0:
        raise ValueError("with a probability of 0 this never happens: leave it out")
    return chance


def read_weight(value: Any) -> float:
    weight = _read_number(value, "a number greater than 0")
    if not 0 < weight <= MOST_WEIGHT:
        most = f" and at most {MOST_WEIGHT}" if weight > MOST_WEIGHT else ""
        raise ValueError(f"should be a number greater than 0{most}, not {weight}")
    return float(weight)


def read_speed(value: Any) -> float:
    speed = _read_number(value, "a number such as 60 (a minute goes by in a second)")
    if speed == 0:
        raise ValueError("a clock of speed 0 stands still: write manual: true")
    if not 0 < speed <= MOST_SPEED:
        raise ValueError(f"should be greater than 0 and at most {MOST_SPEED}, not {speed}")
    return float(speed)


def read_factor(value: Any) -> Decimal:
    factor = _read_number(value, "a factor on prices such as 0.8")
    if not 0 <= factor <= MOST_FACTOR:
        raise ValueError(f"should be a factor on prices from 0 to {MOST_FACTOR}, not {factor}")
    return factor


def read_signed_money(value: Any) -> int:
    """Read money in units of 1e-7."""
    units = _read_number(value, "an amount of money such as 0.05") * MONEY_UNIT
    if units != int(units):
        raise ValueError(f"{describe(value)} has more than 7 decimals")
    if abs(units) > MOST_MONEY * MONEY_UNIT:
        raise ValueError(f"{describe(value)} is too much money: at most {MOST_MONEY}")
    return int(units)


def read_money(value: Any) -> int:
    """Read money in units of 1e-7, not negative."""
    amount = read_signed_money(value)
    if amount < 0:
        raise ValueError(f"should not be negative, but is {getattr(value, 'text', value)}")
    return amount


def read_currency(value: Any) -> str:
    currency = read_text(value)
    if not re.fullmatch(CURRENCY, currency):
        hint = suggest(currency, [currency.upper()]) if re.fullmatch("[a-zA-Z]{3}", currency) else ""
        raise ValueError(f"should be a currency code of three capital letters such as EUR, not '{currency}'{hint}")
    return currency


def read_country(value: Any) -> str:
    """Read a two-letter country code."""
    if value is False:
        raise ValueError("should be a country code, not false: write NO for Norway")
    code = read_text(value)
    if code not in COUNTRY_CODES:
        meant = _COMMON_COUNTRY_SLIPS.get(code.upper(), code.upper())
        meant = meant if meant in COUNTRY_CODES else _find_country(code)
        hint = f" (did you mean '{meant}'?)" if meant else ""
        raise ValueError(f"'{code}' is not a country code of two capital letters such as UA{hint}")
    return code


def _find_country(word: str) -> str:
    """Find the country whose name is meant, or abbreviated to three letters or more; empty if there are several."""
    # Only the unlucky pay for the file.
    from mock_bsg.domain.phones import COUNTRIES  # noqa: PLC0415 -- see above

    folded = word.casefold()
    same = [
        iso for iso, country in COUNTRIES.items() if folded in (country.name.casefold(), country.name_ru.casefold())
    ]
    near = [iso for iso, country in COUNTRIES.items() if len(word) > 2 and country.name.casefold().startswith(folded)]
    found = same or near
    return found[0] if len(found) == 1 else ""


def read_duration(value: Any) -> int:
    """Read a duration in ms."""
    return parse_duration(_duration_text(value))


def read_span(value: Any) -> Span:
    """Read a duration or a range of two."""
    return parse_span(_duration_text(value))


def _duration_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(getattr(value, "text", value))
    raise ValueError(f"should be a duration such as 5s, not {describe(value)}")


def read_error_code(value: Any) -> int:
    """Read a code of BSG's API that means an error."""
    code = whole_number(-(10**9), 10**9)(value)
    if code == 0:
        raise ValueError("the error code 0 means that there is no error: leave it out")
    if code not in ERROR_TEXTS:
        codes = ", ".join(str(known) for known in ERROR_TEXTS if known)
        raise ValueError(f"{code} is not an error code of BSG's API: the codes are {codes}")
    return code


def read_status(value: Any) -> int:
    """Read an HTTP status that ends a request."""
    return whole_number(LOWEST_STATUS, HIGHEST_STATUS)(value)


def read_fault_kind(value: Any) -> FaultKind:
    for kind in FAULT_KINDS:
        if value == kind:
            return kind
    if not isinstance(value, str):
        raise ValueError(f"should be one of {', '.join(FAULT_KINDS)}, not {describe(value)}")
    raise ValueError(f"'{value}' is not a kind of fault{one_of(value, FAULT_KINDS)}")


def read_header_name(name: str) -> str:
    """Read the name of a header, in lower case."""
    if not re.fullmatch(HEADER_NAME, name):
        raise ValueError(f"'{name}' cannot be the name of a header")
    return name.lower()


def read_headers(value: Any) -> tuple[tuple[str, str], ...]:
    """Read names and values of an answer's headers."""
    if not isinstance(value, dict):
        raise ValueError(f'should be headers such as {{Retry-After: "1"}}, not {describe(value)}')
    findings = Findings()
    headers: list[tuple[str, str]] = []
    for name, written in value.items():
        findings.check_key(name, _read_answer_header_name)
        content = findings.attempt(name, _read_header_value, written)
        headers.append((name, content or ""))
    findings.refuse()
    return tuple(headers)


def _read_answer_header_name(value: str) -> str:
    name = read_header_name(value)
    if name in FRAMING:
        raise ValueError(
            f"'{value}' is how an answer is sent, not what it says: for half an answer write fault: truncated_response"
        )
    return name


def _read_header_value(value: Any) -> str:
    text = str(getattr(value, "text", value)) if isinstance(value, float) else read_text(value)
    if not (text.isprintable() and text.isascii()):
        raise ValueError("a header's value is one line of plain ASCII")
    return text


def read_content_type(value: Any) -> str:
    """Read a Content-Type as it stands in an answer's head: a type and a subtype, then what the user likes."""
    example = "text/html; charset=UTF-8"
    if not isinstance(value, str):
        raise ValueError(f"should be a content type such as {example}, not {describe(value)}")
    if not (value.isprintable() and value.isascii()):
        raise ValueError(f"should be a content type such as {example}: one line of plain ASCII")
    if not re.fullmatch(MEDIA_TYPE, value):
        hint = ": remove the spaces around it" if re.fullmatch(MEDIA_TYPE, value.strip()) else ""
        raise ValueError(f"should be a type and a subtype such as {example}, not {describe(value)}{hint}")
    return value


def read_missing_key(value: Any) -> MissingKey:
    """Read how the code 1 is written where no key came."""
    if value == "1":
        return "1"
    if isinstance(value, int) and not isinstance(value, bool) and value == 1:
        return 1
    raise ValueError(f'should be the number 1 or the text "1", as error code 1 is written, not {describe(value)}')


def read_moment(value: Any) -> int:
    """Read a point in time, in ms since the epoch; UTC if no offset is given."""
    example = "2017-01-17T09:20:02Z"
    if not isinstance(value, str):
        raise ValueError(f"should be a time such as {example}, not {describe(value)}")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"'{value}' is not a time such as {example}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    ms = round(moment.timestamp() * 1000)
    if not 0 <= ms < 32_503_680_000_000:  # 3000-01-01
        raise ValueError(f"'{value}' is not between 1970 and 3000")
    return ms


def read_phone(value: Any) -> str:
    """Read an international phone number, digits only."""
    text = read_text(value)
    if not re.fullmatch(PHONE, text):
        raise ValueError(f"should be an international phone number of 8 to 15 digits, not {describe(value)}")
    return text.removeprefix("+")
