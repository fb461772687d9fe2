"""docs/fidelity.md names every function of the One API, and none that there is not; a server answers as it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from mock_bsg.one_api.functions import FUNCTIONS

if TYPE_CHECKING:
    from tests.one_api.conftest import Api

PAGE = (Path(__file__).parent.parent.parent / "docs" / "fidelity.md").read_text(encoding="utf-8")
EVERY_METHOD = ("GET", "POST", "PUT", "DELETE", "PATCH")


class Row(NamedTuple):
    """One line of the page's table of functions."""

    methods: tuple[str, ...]
    path: str
    names: tuple[str, ...]
    emulated: str
    source: str


def read_rows() -> list[Row]:
    table = PAGE.partition("## Every function of the One API")[2].partition("\n## ")[0]
    rows = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and not line.startswith("| method"):
            methods, path, _, names, emulated, source = cells
            found = tuple(re.findall(r"`(\w+)`", methods))
            rows.append(Row(found, path.strip("`"), tuple(names.split(", ")), emulated, source))
    return rows


ROWS = read_rows()
LEFT_OUT = [row for row in ROWS if row.emulated == "no"]


def test_every_function_is_in_the_table_and_no_other_is_promised() -> None:
    promised = {
        (method, f"/api{row.path}", name)
        for row in ROWS
        if row.emulated == "yes"
        for method, name in zip(row.methods, row.names, strict=True)
    }
    assert promised == {(each.method, each.path, f"{each.tag}.{each.operation}") for each in FUNCTIONS}


def test_every_row_says_where_its_behaviour_comes_from() -> None:
    assert all(set(row.source.split(", ")) <= {"spec", "SDK", "users", "assumed"} for row in ROWS)
    assert {row.emulated for row in ROWS} == {"yes", "no"}
    assert len({(row.path, method) for row in ROWS for method in row.methods}) == sum(len(row.methods) for row in ROWS)


@pytest.mark.parametrize("row", LEFT_OUT, ids=lambda row: row.path)
async def test_what_is_not_emulated_is_not_found_by_any_method(api: Api, row: Row) -> None:
    for method in EVERY_METHOD:
        said = await api.ask(method, re.sub(r"{\w+}", "7", row.path)[1:], status=404)
        assert said == {"message": "Not found", "errors": []}
