"""Every example of docs/scenarios.md is a scenario, and every word of the language is in it."""

import re
from pathlib import Path

import pytest

from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.domain.lifecycle import STATUSES
from mock_bsg.rules.faults import FAULT_KINDS
from mock_bsg.scenario.library import Library, compile_text
from mock_bsg.scenario.model import schema

_PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
_EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", _PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", _EXAMPLES, ids=[f"example {place + 1}" for place in range(len(_EXAMPLES))])
def test_example_is_a_scenario(example: str) -> None:
    assert compile_text(example, "example").source == example


def test_page_has_every_key_of_the_language() -> None:
    written = schema()
    keys = {key for section in (written, *written["$defs"].values()) for key in section["properties"]}
    assert {key for key in keys if f"`{key}`" not in _PAGE and f"{key}:" not in _PAGE} == set()


def test_glance_has_every_key_of_the_language() -> None:
    glance = next(example for example in _EXAMPLES if "Every key there is" in example)
    written = schema()
    keys = {key for section in (written, *written["$defs"].values()) for key in section["properties"]}
    assert {key for key in keys if not re.search(rf"\b{key}:", glance)} == set()


def test_page_has_every_status_fault_and_built_in_scenario() -> None:
    words = {status for statuses in STATUSES.values() for status in statuses} | {*FAULT_KINDS, *Library().names()}
    assert {word for word in words if f"`{word}`" not in _PAGE} == set()


def test_code_ranges_of_the_page_cover_every_code() -> None:
    ranges = [(int(low), int(high)) for low, high in re.findall(r"^\| (\d+) to (\d+) \|", _PAGE, re.MULTILINE)]
    assert all(any(low <= code <= high for low, high in ranges) for code in ERROR_TEXTS if code)


def test_links_within_the_page_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", _PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert {link for link in re.findall(r"\]\(#([^)]*)\)", _PAGE) if link not in anchors} == set()
