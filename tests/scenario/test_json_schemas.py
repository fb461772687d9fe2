"""The schema is never stricter than `check`: whatever is a scenario, an editor with the schema takes as well."""

import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.domain.lifecycle import CHANNELS, EVERY_STATUS
from mock_bsg.rules.faults import FAULT_KINDS
from mock_bsg.scenario.document import read_document
from mock_bsg.scenario.domains import HOUR, LONGEST_TEXT, LONGEST_VALIDITY, MOST_HOURS
from mock_bsg.scenario.errors import ScenarioError
from mock_bsg.scenario.load import load
from mock_bsg.scenario.model import (
    Account,
    Answers,
    Clock,
    FaultMatch,
    Incoming,
    OneApi,
    Outcome,
    Plans,
    Reports,
    RequestFault,
    Rule,
    RuleMatch,
    Scenario,
    Template,
    schema,
)
from mock_bsg.scenario.values import HIGHEST_STATUS, LOWEST_STATUS, METHODS, MOST_TARIFF, MOST_WEIGHT

_NUMBERS: Final = (-1, 0, 1, 2, 7, 60, 1000, 999_999, 10**9, 10**12, 10**15, 2**53, 0.5, 1e-7, 1.5, -0.5)
_EDGES: Final = (
    *(edge + step for edge in (LOWEST_STATUS, HIGHEST_STATUS, MOST_TARIFF, MOST_WEIGHT) for step in (-1, 0, 1)),
    *(edge + step for edge in (LONGEST_VALIDITY, HOUR * MOST_HOURS) for step in (-1, 0, 1)),
    380501234567,
    38050,
)
_TEXTS: Final = (
    *("", " ", "a", "A b", "Ünï", "a\nb", "\u200b", "“a”", "x" * 14, "x" * 32, "x" * 33, "x" * (LONGEST_TEXT + 1)),
    *("*", "?", "a*", "*a*", "[ab]", "[!a]*", "/", "//", "/a/", "/^a$/", "/a/i", "/(?i)a/", "/^a", "/[/]/", "/a b/"),
    *("380501234567", "+380501234567", "0501234567", "38050*", "+38050*", "00380*", "/^380/", "38050?", "[3]80*"),
    *("380501234567..380501234569", "+380501234567..+380501234569", "0..9", "5..9", "9..5", "60..86400", " 1..2 "),
    *("0s", "5s", " 5s ", "5s ", "\t5s", "1h30m", "200ms", "1.5s", "2s..9s", "2s .. 9s", " 2s..9s\n", "5", "5S", "1d"),
    *("real", "manual", "default", "UA", "NO", "ua", "AQ", "EUR", "eur", "BSG", "2017-01-17", "2017-01-17T09:20:02Z"),
    *("/viber/create", "/viber/*", "/a/", "/rest/viber", "*/create", "[/]a", "viber", "/a?b", "/{id}", "/:id"),
    *("text/html", "text/html; charset=UTF-8", "text/html ;a", "text", "GET", "get", "P*", "FETCH", "{}", "a=b", '"x"'),
    *("/api/messages/send", "/messages/send", "/messages*", "/messagesx", "/api", "/api/*", "/2fa", "/senders/a"),
    *("x" * 40, "x" * 41, "12345", "012", "1234567890", "Code {code2fa}", "{code2fa}{code2fa}", "{CODE2FA}", "abc"),
    *("Ü" * 50, "Ü" * 51, "approved", "requested", "deleted"),
    *FAULT_KINDS,
    *CHANNELS,
    *METHODS,
)
_WHOLES: Final = (
    *({}, [], [1], [0, 9], ["a"], ["viber", "sms"], ["UA", "NO"], ["GET", "post"], ["38050*", 380501234567]),
    *({"0": 1, "9": 0.8}, {"0009": 1}, {"999": 0}, {"1000": 1}, {"0000000001000": 1}, {"-1": 1}, {"x": 1}),
    *({"57": {}}, {"0": {}}, {"057": {}}, {"1": {"text": "{code2fa}"}}, {"1234567890": {}}, {"7": {"name": "abc"}}),
    *({"1": {"status": "rejected"}}, {"7": {"countries": ["UA"], "status": "rejected"}}, {"7": {"countries": []}}),
    *({"token_life": "1h", "otp": "12"}, {"token_life": "0s"}, {"templates": {}}, {"templates": {"57": {}}}),
    *({"viber": {}}, {"viber": {"UA": 0.2, "default": 1}}, {"vibr": {}}, {"mnp": {"XX": 1}}),
    *({"speed": 60}, {"speed": 0}, {"manual": True}, {"manual": True, "speed": 2}, {"manual": False, "speed": 2}),
    *({"start": "2017-01-17T09:20:02Z"}, {"start": "2017-01-17", "manual": True}, {"sped": 1}),
    *(
        {"Retry-After": "1"},
        {"A": 1, "B": 1.5},
        {"A": "Ü"},
        {"a b": "x"},
        {"content-length": "1"},
        {"A": ["a*", "/b/"]},
    ),
    *(
        {"content-length": "1"},
        {"X-API-KEY": "test_*"},
        {"X_API_KEY": "test_*"},
        {"x-api-key": ["a", "b"]},
        {"A": ""},
        {"A": " x"},
    ),
    *({status: "1s"} for status in EVERY_STATUS),
    *({"sent": "1s", "read": "5s..9s"}, {"read": "1s", "sent": "2s"}, {"sent": "1s", "undeliverable": "2s"}),
    *([{"viber": {"sent": "1s"}}], [{"weight": 2, "sms": {}}, {"weight": 1}], [{"weight": 0, "hlr": {}}], [{}]),
)
_POOL: Final = (None, True, False, *_NUMBERS, *_EDGES, *_TEXTS, *ERROR_TEXTS, *_WHOLES)

Json = dict[str, Any]


def _under(key: str) -> Callable[[Json], Json]:
    return lambda part: {key: part}


_SECTIONS: Final[dict[str, tuple[type[BaseModel], Callable[[Json], Json]]]] = {
    "scenario": (Scenario, lambda part: part),
    "account": (Account, _under("account")),
    "clock": (Clock, _under("clock")),
    "defaults": (Plans, _under("defaults")),
    "answers": (Answers, _under("answers")),
    "reports": (Reports, _under("reports")),
    "rule": (Rule, lambda part: {"rules": [part]}),
    "rule match": (RuleMatch, lambda part: {"rules": [{"match": part, "delay": "1s"}]}),
    "outcome": (Outcome, lambda part: {"rules": [{"outcomes": [{"viber": {"sent": "1s"}} | part]}]}),
    "fault": (RequestFault, lambda part: {"faults": [part]}),
    "fault match": (FaultMatch, lambda part: {"faults": [{"match": part, "delay": "1s"}]}),
    "one API": (OneApi, _under("one_api")),
    "template": (Template, lambda part: {"one_api": {"templates": {"57": part}}}),
    "incoming": (Incoming, lambda part: {"incoming": [{"msisdn": "380501234567", "text": "STOP"} | part]}),
}
"""Each section's model, and how a part of it becomes a scenario."""

_WITH: Final = {section: whole for section, (_, whole) in _SECTIONS.items()}
_KEYS: Final = [(section, key) for section, (model, _) in _SECTIONS.items() for key in model.model_fields]


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def _is_scenario(data: Any) -> bool:
    try:
        load(json.dumps(data), "tried")
    except ScenarioError:
        return False
    return True


def _fits_schema(data: Any) -> bool:
    document, _ = read_document(json.dumps(data))
    return document is not None and _validator().is_valid(document.data)


@cache
def _taken(section: str, key: str) -> list[tuple[Any, Json]]:
    """Find the values that `check` takes for a key, each with the scenario; rules and faults may need to do more."""
    found = []
    for value in _POOL:
        for more in ({}, {"delay": "1s"}) if section in ("rule", "fault") else ({},):
            data = _WITH[section]({key: value, **more})
            if _is_scenario(data):
                found.append((value, data))
    return found


@pytest.mark.parametrize(("section", "key"), _KEYS)
def test_value_that_check_takes_fits_the_schema(section: str, key: str) -> None:
    taken = _taken(section, key)
    assert taken, "nothing of the pool is such a value, so nothing was tried"
    assert [data for _, data in taken if not _fits_schema(data)] == []


@pytest.mark.parametrize(
    "section",
    [*("rule", "rule match", "outcome", "fault", "fault match", "account", "clock"), *("one API", "template")],
)
def test_keys_that_check_takes_together_fit_the_schema(section: str) -> None:
    draw = random.Random(section)  # noqa: S311 -- the same tries in every run
    values = {key: [value for value, _ in _taken(section, key)] for of, key in _KEYS if of == section}
    tried = 0
    for _ in range(300):
        keys = draw.sample(sorted(values), k=draw.randint(2, min(4, len(values))))
        data = _WITH[section]({key: draw.choice(values[key]) for key in keys})
        if _is_scenario(data):
            tried += 1
            assert _fits_schema(data), data
    assert tried > 20
