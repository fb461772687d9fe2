"""How the values of a scenario file look in JSON Schema (Draft 2020-12), for editors."""

import re
from collections.abc import Collection
from itertools import combinations
from typing import Any, Final

from mock_bsg.domain import durations as spans
from mock_bsg.domain.country_codes import COUNTRY_CODES, WITHOUT_NUMBERS
from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.domain.lifecycle import CHANNELS, STATUSES, Channel
from mock_bsg.rules.faults import FAULT_KINDS
from mock_bsg.rules.one_api import CODE_VARIABLE, DEFAULT_TEXT
from mock_bsg.scenario import clashes, domains, one_api, values
from mock_bsg.scenario.fault_patterns import ONE_API_FUNCTIONS
from mock_bsg.scenario.slips import INVISIBLE

Schema = dict[str, Any]

_DURATION: Final = rf"([0-9]+(\.[0-9]+)?({'|'.join(spans.UNITS)}))+"

_HEADER_NAME: Final[Schema] = {"pattern": f"^{values.HEADER_NAME}$"}
# The patterns of JSON Schema have no flag for capitals.
_FRAMING: Final = "|".join("".join(f"[{c.upper()}{c}]" if c.isalpha() else c for c in name) for name in values.FRAMING)


def whole_number(low: int, high: int) -> Schema:
    """Describe whole numbers from `low` to `high`."""
    return {"type": "integer", "minimum": low, "maximum": high}


TEXT: Final[Schema] = {"type": ["string", "integer"]}
NAME: Final[Schema] = {"type": ["string", "integer"], "minLength": 1}
FLAG: Final[Schema] = {"type": "boolean"}
_PHONE_NUMBERS: Final[Schema] = {
    "minimum": 10 ** (domains.NUMBERS.low - 1),
    "exclusiveMaximum": 10**domains.NUMBERS.high,
}
DURATION: Final[Schema] = {"type": "string", "pattern": rf"^\s*{_DURATION}\s*$", "examples": ["0s", "200ms", "1h30m"]}
SPAN: Final[Schema] = {
    "type": "string",
    "pattern": rf"^\s*{_DURATION}(\s*\.\.\s*{_DURATION})?\s*$",
    "examples": ["5s", "2s..9s"],
}
MONEY: Final[Schema] = {"type": "number", "minimum": 0, "maximum": values.MOST_MONEY}
SIGNED_MONEY: Final[Schema] = {"type": "number", "minimum": -values.MOST_MONEY, "maximum": values.MOST_MONEY}
CURRENCY: Final[Schema] = {"type": "string", "pattern": f"^{values.CURRENCY}$", "examples": ["EUR"]}
PROBABILITY: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1}
CHANCE: Final[Schema] = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
WEIGHT: Final[Schema] = {"type": "number", "exclusiveMinimum": 0, "maximum": values.MOST_WEIGHT}
ERROR_CODE: Final[Schema] = {
    "type": "integer",
    "oneOf": [{"const": code, "description": text} for code, text in ERROR_TEXTS.items() if code],
}
HTTP_STATUS: Final = whole_number(values.LOWEST_STATUS, values.HIGHEST_STATUS)
FAULT_KIND: Final[Schema] = {"enum": list(FAULT_KINDS)}
PHONE: Final[Schema] = {
    "type": ["string", "integer"],
    "pattern": rf"^{values.PHONE}$",
    **_PHONE_NUMBERS,
}
HEADERS: Final[Schema] = {
    "type": "object",
    "propertyNames": {**_HEADER_NAME, "not": {"pattern": f"^({_FRAMING})$"}},
    "additionalProperties": {"type": ["string", "number"]},
    "examples": [{"Retry-After": "1"}],
}
CONTENT_TYPE: Final[Schema] = {
    "type": "string",
    "pattern": f"^{values.MEDIA_TYPE}$",
    "examples": ["text/html; charset=UTF-8"],
}
MISSING_KEY: Final[Schema] = {"enum": [1, "1"]}
MOMENT: Final[Schema] = {"type": "string", "examples": ["2017-01-17T09:20:02Z"]}
SENDERS: Final[Schema] = {"type": "array", "items": NAME}
SPEED: Final[Schema] = {"type": "number", "exclusiveMinimum": 0, "maximum": values.MOST_SPEED}
CLOCK_SENSE: Final[Schema] = {"allOf": [clash.schema() for clash in clashes.CLOCK]}
TARIFFS: Final[Schema] = {
    "oneOf": [
        {"type": "array", "minItems": 1, "items": whole_number(0, values.MOST_TARIFF)},
        {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": f"^0*[0-9]{{1,{len(str(values.MOST_TARIFF))}}}$"},
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": values.MOST_FACTOR},
        },
    ]
}
_COUNTRY_PRICES: Final[Schema] = {
    "type": "object",
    "propertyNames": {"enum": ["default", *sorted(COUNTRY_CODES)]},
    "additionalProperties": MONEY,
}
PRICES: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "properties": dict.fromkeys(CHANNELS, _COUNTRY_PRICES),
}


def plan(channel: Channel) -> Schema:
    """Describe a channel's plans."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys(STATUSES[channel], SPAN),
    }


def any_of(item: Schema) -> Schema:
    """Describe one value or a list of them."""
    return {"anyOf": [item, {"type": "array", "minItems": 1, "items": item}]}


_TOO_LONG: Final[Schema] = {"type": "string", "pattern": rf"^/[\s\S]{{{domains.LONGEST_EXPRESSION + 1},}}/$"}
# What is not a regular expression and was certainly meant as one; characters that nobody sees.
_HALF_EXPRESSION: Final[Schema] = {"type": "string", "pattern": r"^//$|^/\^([\s\S]*[^/])?$|^/[^/\n]+/[gimsuxy]{1,4}$"}
_UNSEEN: Final[Schema] = {"type": "string", "pattern": f"[{INVISIBLE}]"}
_EXPRESSION: Final = r"/[\s\S]+/"
_MISTYPED: Final[Schema] = {"anyOf": [_TOO_LONG, _HALF_EXPRESSION, _UNSEEN]}


def _text_pattern(glob: str | None = None) -> Schema:
    """Describe globs and expressions; `glob` is what the globs look like."""
    item = {**TEXT, "not": _MISTYPED}
    return any_of(item if glob is None else {**item, "pattern": f"^({_EXPRESSION}|{glob})$"})


def _up_to(length: int, character: str) -> str:
    """Describe texts of at most so many characters, or longer ones with a wildcard."""
    return rf"{character}{{0,{length}}}|[\s\S]*[*?\[][\s\S]*"


REFERENCE_PATTERN: Final = _text_pattern(
    rf"[A-Za-z0-9_-]{{0,{domains.LONGEST_REFERENCE}}}|"
    r"[A-Za-z0-9_*?\[\]!^-]*[*?\[][A-Za-z0-9_*?\[\]!^-]*"
)
ALPHA_NAME_PATTERN: Final = _text_pattern(_up_to(domains.LONGEST_SENDER, r"[\s\S]"))
ORIGINATOR_PATTERN: Final = ALPHA_NAME_PATTERN
MESSAGE_TEXT_PATTERN: Final = _text_pattern(_up_to(domains.LONGEST_CARDS, r"[\s\S]"))
MSISDN_PATTERN: Final = any_of(
    {
        "anyOf": [
            {"type": "integer", **_PHONE_NUMBERS},
            {
                "type": "string",
                "pattern": (
                    rf"^({_EXPRESSION}|\+?[1-9][0-9]{{7,14}}|\+?(?!0)(?=[^*?\[]*[*?\[])([0-9*?]|\[!?[0-9-]+\])+"
                    r"|\+?[0-9]{8,15}\.\.\+?[1-9][0-9]{7,14})$"
                ),
                "not": _MISTYPED,
            },
        ]
    }
)
PATH_PATTERN: Final = any_of(
    {
        "type": "string",
        "pattern": r"^([/*?\[]|/.*[^/])$|^[/*?\[].*[^/]$|^/[\s\S]+/$",
        "not": {
            "anyOf": [
                _TOO_LONG,
                _UNSEEN,
                {"pattern": r"^//$|^/\^([\s\S]*[^/])?$"},
                {"pattern": r"^/(rest|v1\.0|_mock)(/|\*|$)|/\{\w+\}|/:[A-Za-z_]|\?[\w.%-]+="},
                {"pattern": rf"^/{ONE_API_FUNCTIONS}(/|\*|$)"},
            ]
        },
    }
)
_METHOD: Final = "|".join("".join(f"[{c}{c.lower()}]" for c in method) for method in values.METHODS)
METHOD_PATTERN: Final = _text_pattern(rf"{_METHOD}|\S*[*?\[]\S*")
BODY_PATTERN: Final = _text_pattern(r"|[\s\S]*[\n{=&\"*?\[][\s\S]*")
CHANNEL_PATTERN: Final = any_of({"enum": list(CHANNELS)})
COUNTRY_PATTERN: Final = any_of({"enum": sorted(COUNTRY_CODES - WITHOUT_NUMBERS)})


_NUMBER_RANGE: Final[Schema] = {"type": "string", "pattern": r"^\+?[0-9]+\.\.\+?[0-9]+$"}
TARIFF_PATTERN: Final = any_of({"anyOf": [whole_number(0, values.MOST_TARIFF), _NUMBER_RANGE]})
VALIDITY_PATTERN: Final = any_of(
    {
        "anyOf": [
            whole_number(0, domains.LONGEST_VALIDITY),
            {**whole_number(0, domains.MOST_HOURS * domains.HOUR), "multipleOf": domains.HOUR},
            _NUMBER_RANGE,
        ]
    }
)
HEADER_PATTERNS: Final[Schema] = {
    "type": "object",
    "propertyNames": {
        **_HEADER_NAME,
        "not": {"pattern": r"^[Xx](_[Aa][Pp][Ii][_-]|-[Aa][Pp][Ii]_)[Kk][Ee][Yy]$|\*"},
    },
    "additionalProperties": _text_pattern(r"(?![ \t])[^\r\n]*"),
}


OTP: Final[Schema] = {
    **whole_number(1, 999_999_999),
    "type": ["string", "integer"],
    "pattern": f"^{one_api.OTP}$",
    "examples": ["12345"],
}
TOKEN_LIFE: Final[Schema] = {**DURATION, "examples": ["30d"]}
TEMPLATE_IDS: Final[Schema] = {"propertyNames": {"pattern": f"^{one_api.TEMPLATE_ID}$"}}
TEMPLATE_TEXT: Final[Schema] = {
    "type": "string",
    "maxLength": domains.LONGEST_TEXT,
    "pattern": re.escape(CODE_VARIABLE),
    "examples": [DEFAULT_TEXT],
}
TEMPLATE_NAME: Final[Schema] = {
    **NAME,
    "minLength": one_api.SHORTEST_NAME,
    "maxLength": one_api.LONGEST_NAME,
}
TEMPLATE_STATUS: Final[Schema] = {"enum": list(one_api.TEMPLATE_STATUSES)}


def _only_of(owners: Collection[str], key: str, value: Schema) -> Schema:
    """Describe a key that asks for something which only messages of these channels have."""
    others = [channel for channel in CHANNELS if channel not in owners]
    asked = {"channel": {"enum": [*others, *([channel] for channel in others)]}, key: value}
    return {"not": {"required": ["channel", key], "properties": asked}}


_PLAIN: Final[Schema] = {"type": "string", "pattern": r"^[^*?\[/]+$"}
# What is well written and makes no sense, as far as a schema can tell; `check` says of the rest what is wrong.
MATCH_SENSE: Final[Schema] = {
    "allOf": [
        *(_only_of(owners.keys(), key, _PLAIN) for key, owners in domains.TEXTS_OF.items()),
        *(_only_of(owners, key, {"const": True}) for key, owners in domains.FLAGS_OF.items()),
        *(
            {"not": {"required": [one, other], "properties": dict.fromkeys((one, other), _PLAIN)}}
            for one, other in combinations(domains.TEXTS_OF, 2)
            if domains.TEXTS_OF[one].keys().isdisjoint(domains.TEXTS_OF[other])
        ),
    ]
}
RULE_SENSE: Final[Schema] = {
    "anyOf": clashes.RULE_DECIDES.schema(),
    "allOf": [clash.schema() for clash in clashes.RULE],
}
FAULT_SENSE: Final[Schema] = {
    "anyOf": clashes.FAULT_ACTS.schema(),
    "allOf": [clash.schema() for clash in clashes.FAULT],
}
