import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mock_bsg.scenario.document import read_document
from mock_bsg.scenario.library import BUILTIN
from mock_bsg.scenario.load import load
from mock_bsg.scenario.model import schema

_SCENARIOS = sorted(BUILTIN.glob("*.yaml"))
_PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
_EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", _PAGE, re.DOTALL | re.MULTILINE)
# Whose mistakes are in the YAML itself, or in how values go together, of which a schema knows nothing.
_BEYOND_A_SCHEMA = {"debt", "names", "never-expressions", "never-together", "two-documents"}
_BAD = [
    file
    for file in sorted((Path(__file__).parent / "bad").glob("*.yaml"))
    if file.stem not in _BEYOND_A_SCHEMA and read_document(file.read_text(encoding="utf-8"))[0] is not None
]


def _misfits(text: str) -> list[str]:
    """What an editor with the schema says of a text."""
    document, _ = read_document(text)
    assert document is not None
    return [error.message for error in Draft202012Validator(schema()).iter_errors(document.data)]


def _objects(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for each in part for found in _objects(each)]
    if isinstance(part, dict):
        return [part, *(found for each in part.values() for found in _objects(each))]
    return []


def test_schema_is_of_the_draft_that_it_names() -> None:
    written = schema()
    assert written["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(written)


@pytest.mark.parametrize("file", _SCENARIOS, ids=lambda file: file.stem)
def test_built_in_scenario_fits_the_schema(file: Path) -> None:
    assert _misfits(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", _EXAMPLES)
def test_example_of_the_documentation_fits_the_schema(text: str) -> None:
    assert _misfits(text) == []


@pytest.mark.parametrize("file", _BAD, ids=lambda file: file.stem)
def test_bad_file_does_not_fit_the_schema(file: Path) -> None:
    assert _misfits(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rules: [{match: {text: '", "'}, error: 5}]"),
        ("rules: [{match: {msisdn: ['", "']}, error: 5}]"),
        ("faults: [{match: {path: '", "'}, status: 503}]"),
        ("faults: [{match: {header: {Accept: '", "'}}, status: 503}]"),
    ],
)
def test_expression_that_is_too_long_does_not_fit_the_schema(before: str, after: str) -> None:
    fits = [not _misfits(f"{before}/{'7' * length}/{after}") for length in (1000, 1001)]
    assert fits == [True, False]


@pytest.mark.parametrize(
    ("section", "key", "patterns"),
    [
        (
            "rules",
            "msisdn",
            [
                380501234567,
                "380[5-79]*[!0]",
                "+38050??*",
                "[3-4]80[!0]*",
                "/^380/",
                "38050*67",
                "*",
                "0123456789..3805012345",
                ["38050*"],
            ],
        ),
        ("rules", "reference", ["a", "", "*-x", "[ab]*", "/x/", 12, "x" * 32, "[!-]*"]),
        ("rules", "alpha_name", ["", "*", "A*", "/a b/", "Ünï", "x" * 40]),
        ("rules", "originator", ["+380501234567", "*", "1" * 15, "BSG shop", "Ünï", "x" * 40]),
        ("rules", "text", ["", "a\nb\n", "*\n*", "/(?s)a.b/", "/", "/start", "[/]/", "x" * 1000, "5$", "“a” b"]),
        ("rules", "channel", ["viber", ["sms", "hlr"], ["rcs", "voice", "telegram"]]),
        ("rules", "country", ["UA", ["NO", "SE"]]),
        ("rules", "tariff", [0, 9, "0..9", [0, "5..999"]]),
        ("rules", "validity", [1, 29, 30, 86400, "60..86400", 259200, 90000, 0]),
        (
            "faults",
            "path",
            [
                "/",
                "/*",
                "*",
                "/x/*/y",
                "/a?/b",
                "[/]a",
                "/create$/",
                "/viber/i",
                "//x",
                "/[^/]+$/",
                "/a, b",
                "/5%",
                "/[%]65",
                "/api/messages/send",
                "/api/2fa/authentications/*/cancel",
                "/api/*",
                "*/messages/send",
                "/messages-of-mine",
                r"/^\/api\/2fa\//",
                "/^/(messages|x)/",
            ],
        ),
        ("faults", "method", ["get", "POST", "P*", "[GP]*", "/GET|PUT/"]),
        ("faults", "body", ["", "{}", "[1]", "a=b", "*x*", '"x"', "/x/"]),
        ("faults", "header", [{"A": "x y"}, {"A": ""}, {"X-API-KEY": ["test_*", "/^live_/"]}, {"A": 12}, {}]),
    ],
)
def test_pattern_that_can_match_fits_reader_and_schema(section: str, key: str, patterns: list[Any]) -> None:
    for pattern in patterns:
        text = json.dumps({section: [{"match": {key: pattern}, "status": 503}]})
        load(text, "file.yaml")
        assert _misfits(text) == [], pattern


@pytest.mark.parametrize(
    "match",
    [
        "{channel: sms, has_alt_route: false}",
        "{alpha_name: '*', originator: '*'}",
        "{channel: [viber, rcs, voice, telegram], has_alt_route: true}",
        "{channel: [rcs, hlr], has_alt_route: true}",
        "{channel: rcs, originator: 'Ünï and more than an SMS takes'}",
        "{channel: telegram, originator: BSG, text: hello, validity: 30}",
        "{channel: rcs, text: ''}",
        "{channel: viber, validity: 259200}",
        "{channel: sms, validity: 30}",
        "{alpha_name: BSG, validity: 1}",
    ],
)
def test_keys_that_a_message_can_have_together_fit_reader_and_schema(match: str) -> None:
    text = f"rules: [{{match: {match}, error: 5}}]"
    load(text, "file.yaml")
    assert _misfits(text) == []


def test_every_key_is_described() -> None:
    written = schema()
    sections = [written, *written["$defs"].values()]
    undescribed = [
        key for section in sections for key, value in section["properties"].items() if "description" not in value
    ]
    assert undescribed == []


def test_no_section_takes_unknown_keys() -> None:
    written = schema()
    assert all(section["additionalProperties"] is False for section in (written, *written["$defs"].values()))


def test_schema_shows_nothing_of_the_inside() -> None:
    assert not any("default" in part for part in _objects(schema()))


def test_patterns_of_the_schema_are_regular_expressions() -> None:
    patterns = [part["pattern"] for part in _objects(schema()) if isinstance(part.get("pattern"), str)]
    assert patterns
    assert all(re.compile(pattern) for pattern in patterns)
