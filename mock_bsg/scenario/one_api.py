"""Readers of the section `one_api`: how long tokens live, the one-time code, and what stands in a template."""

# ruff: noqa: TRY004 -- whatever is wrong with a value, a reader raises ValueError: pydantic takes nothing else

import re
from typing import Any, Final, get_args

from mock_bsg.domain.country_codes import WITHOUT_NUMBERS
from mock_bsg.domain.durations import format_duration
from mock_bsg.rules.one_api import CODE_VARIABLE, TemplateStatus
from mock_bsg.scenario.domains import LONGEST_TEXT
from mock_bsg.scenario.errors import Findings
from mock_bsg.scenario.values import describe, one_of, read_country, read_duration, read_name, read_text

SHORTEST_TOKEN_LIFE: Final = 1000
"""In ms: the times in a token are whole seconds."""
OTP: Final = "[1-9][0-9]{0,8}"
"""A code has up to 9 digits [spec], and none of ours begins with a zero."""
TEMPLATE_ID: Final = "[1-9][0-9]{0,8}"
SHORTEST_NAME: Final = 3
LONGEST_NAME: Final = 50
TEMPLATE_STATUSES: Final[tuple[TemplateStatus, ...]] = get_args(TemplateStatus)

_NEARLY_THE_VARIABLE: Final = re.compile(r"(?i)\$?\{+ *(?:code[\w -]*|otp *|pin *)\}+|%code\w*%|\[code\w*\]")


def read_token_life(value: Any) -> int:
    """Read how long a token is valid, in ms."""
    life = read_duration(value)
    if life < SHORTEST_TOKEN_LIFE:
        shortest = format_duration(SHORTEST_TOKEN_LIFE)
        raise ValueError(f"a token, whose times are whole seconds, lives for {shortest} at least")
    return life


def read_otp(value: Any) -> str:
    """Read the digits of every one-time code."""
    digits = read_text(value)
    if re.fullmatch(OTP, digits):
        return digits
    hint = ""
    if re.fullmatch("0+[1-9][0-9]*", digits):
        hint = ": no code begins with a zero, so that one sent as a number fits"
    raise ValueError(f'should be the 1 to 9 digits of a code such as "12345", not {describe(value)}{hint}')


def read_template_id(value: Any) -> int:
    """Read the id of a template, which is a key."""
    text = str(value)
    if not re.fullmatch(TEMPLATE_ID, text):
        bare = text.strip().lstrip("#0")
        hint = f": write {bare}" if re.fullmatch(TEMPLATE_ID, bare) else ""
        raise ValueError(f"the id of a template is a whole number from 1 to 999999999, not '{text}'{hint}")
    return int(text)


def read_template_text(value: Any) -> str:
    """Read the text of a template, in which the code has its place once [sdk]."""
    text = read_text(value)
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text has at most {LONGEST_TEXT} characters, not {len(text)}")
    count = text.count(CODE_VARIABLE)
    if count == 0:
        nearly = _NEARLY_THE_VARIABLE.search(text)
        hint = f": write {CODE_VARIABLE} for {nearly[0]}" if nearly else ""
        raise ValueError(f"the text has no {CODE_VARIABLE}, where the code is to stand{hint}")
    if count > 1:
        raise ValueError(f"{CODE_VARIABLE} must occur only once in the text, not {count} times")
    return text


def read_template_name(value: Any) -> str:
    """Read the name of a template [spec: 3 to 50 characters]."""
    name = read_name(value)
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        wanted = f"{SHORTEST_NAME} to {LONGEST_NAME} characters"
        raise ValueError(f"the name of a template has {wanted}, not {len(name)}: {describe(value)}")
    return name


def read_template_countries(value: Any) -> tuple[str, ...]:
    """Read a country code or a list of them."""
    if not isinstance(value, list):
        return (_read_template_country(value),)
    if not value:
        raise ValueError("a template for no country could be used for no number: leave the key out for all countries")
    findings = Findings()
    countries = [findings.attempt(place, _read_template_country, code) for place, code in enumerate(value)]
    findings.refuse()
    return tuple(dict.fromkeys(country for country in countries if country is not None))


def _read_template_country(value: Any) -> str:
    code = read_country(value)
    if code in WITHOUT_NUMBERS:
        raise ValueError(f"no phone number belongs to {code}: it has none of its own")
    return code


def read_template_status(value: Any) -> TemplateStatus:
    """Read what has become of a template's request."""
    for status in TEMPLATE_STATUSES:
        if value == status:
            return status
    if not isinstance(value, str):
        raise ValueError(f"should be one of {', '.join(TEMPLATE_STATUSES)}, not {describe(value)}")
    raise ValueError(f"'{value}' is not a status of a template{one_of(value, TEMPLATE_STATUSES)}")
