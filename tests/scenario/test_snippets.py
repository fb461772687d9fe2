"""Every piece that editors are offered is a scenario that can be used."""

import pytest

from mock_bsg.scenario.library import compile_text
from mock_bsg.scenario.model import schema
from mock_bsg.scenario.snippets import SNIPPETS


@pytest.mark.parametrize(
    ("section", "text"), [(section, text) for section, all_ in SNIPPETS.items() for text in all_.values()]
)
def test_each_is_a_scenario(section: str, text: str) -> None:
    is_list = text.startswith("- ")
    compile_text(f"{section}:\n{text}\n" if is_list else f"{section}: {text}\n", "snippet")


def test_the_schema_offers_them_where_they_belong() -> None:
    sections = schema()["properties"]
    offered = {name: [each["label"] for each in about.get("defaultSnippets", [])] for name, about in sections.items()}
    assert {name: labels for name, labels in offered.items() if labels} == {
        section: list(snippets) for section, snippets in SNIPPETS.items()
    }
