import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mock_bsg.scenario.library import BUILTIN
from mock_bsg.scenario.model import schema

_SCENARIOS = sorted(BUILTIN.glob("*.yaml"))
_BAD = Path(__file__).parent / "bad"


def _objects(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for each in part for found in _objects(each)]
    if isinstance(part, dict):
        return [part, *(found for each in part.values() for found in _objects(each))]
    return []


def test_schema_is_of_the_draft_that_it_names() -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    written = schema()
    assert written["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    validator.check_schema(written)


@pytest.mark.parametrize("file", _SCENARIOS, ids=lambda file: file.stem)
def test_built_in_scenario_fits_the_schema(file: Path) -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    data = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    # A JSON document has no times: an editor sees the text.
    if isinstance(data.get("clock"), dict) and "start" in data["clock"]:
        data["clock"]["start"] = str(data["clock"]["start"])
    assert [error.message for error in validator(schema()).iter_errors(data)] == []


@pytest.mark.parametrize("name", ["six-mistakes", "unknown-keys", "plans", "numbers", "account", "empty-values"])
def test_bad_file_does_not_fit_the_schema(name: str) -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    data = YAML(typ="safe", pure=True).load((_BAD / f"{name}.yaml").read_text(encoding="utf-8"))
    assert list(validator(schema()).iter_errors(data))


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
    assert not any("default" in part for part in _objects(schema()) if not isinstance(part.get("default"), dict))


def test_patterns_of_the_schema_are_regular_expressions() -> None:
    patterns = [part["pattern"] for part in _objects(schema()) if isinstance(part.get("pattern"), str)]
    assert patterns
    assert all(re.compile(pattern) for pattern in patterns)
