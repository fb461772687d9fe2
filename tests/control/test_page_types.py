"""What the page's code takes as given is what there is."""

from __future__ import annotations

from tests.control.page_types import FILE, write_types


def test_types_of_the_page_are_those_of_the_control_api_and_of_its_html() -> None:
    wanted = write_types()
    assert FILE.read_text("utf-8") == wanted, "`python -m tests.control.page_types` writes them anew"
