"""Markdown in which every text stays what it is."""

from __future__ import annotations

import pytest

from mock_bsg.control.exports.markdown import code, fence, table


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("defaults", "`defaults`"),
        ("a <b> *c* _d_ [e](f) @team #1", "`a <b> *c* _d_ [e](f) @team #1`"),
        ("", ""),
        (" ", ""),
        ("a|b", "<code>a&#124;b</code>"),
        ("a`b", "<code>a&#96;b</code>"),
        ("a\\", "<code>a&#92;</code>"),
        ("</code>|<img src=x>", "<code>&#60;&#47;code&#62;&#124;&#60;img src&#61;x&#62;</code>"),
        ("|@team _x_ www.a.b", "<code>&#124;&#64;team &#95;x&#95; www&#46;a&#46;b</code>"),
        ("two\nlines", "`two lines`"),
        ("a\r\n\r\n# b", "`a # b`"),
        ("a\u2028b\x00c", "`a b c`"),
    ],
)
def test_a_value_in_a_line_is_nothing_but_itself(text: str, written: str) -> None:
    assert code(text) == written


@pytest.mark.parametrize(
    ("text", "mark"),
    [("plain", "```"), ("a `b` c", "```"), ("```\n# out", "````"), ("x ``````", "```````"), ("", "```")],
)
def test_a_fence_is_longer_than_all_that_could_end_it(text: str, mark: str) -> None:
    assert fence(text, "json") == f"{mark}json\n{text}\n{mark}"


def test_a_table_has_as_many_cells_in_each_row() -> None:
    assert list(table(("a", "b"), [(code("1"), code("x|y"))])) == [
        "| a | b |",
        "| --- | --- |",
        "| `1` | <code>x&#124;y</code> |",
    ]
