"""docs/fidelity.md names every function that there is, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from mock_bsg.bsg import FUNCTIONS
from mock_bsg.bsg.call import CLASSIC_CLIENTS, Function

PAGE = (Path(__file__).parent.parent.parent / "docs" / "fidelity.md").read_text(encoding="utf-8")
SOURCES = {"seed", "docs", "client", "SDK", "assumed"}


class Row(NamedTuple):
    """One line of the page's table of functions."""

    methods: frozenset[str]
    path: str
    clients: frozenset[str]
    emulated: str
    source: str


def read_rows() -> list[Row]:
    table = PAGE.partition("## Every function of API v1")[2].partition("\n## ")[0]
    rows = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            methods, path, _, clients, emulated, source = cells
            named = clients.replace("all seven", CLASSIC_CLIENTS)
            rows.append(
                Row(
                    frozenset(re.findall(r"`(\w+)`", methods)),
                    path.strip("`"),
                    frozenset(named.split(", ")),
                    emulated,
                    source,
                )
            )
    return rows


ROWS = {row.path: row for row in read_rows()}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.path)
def test_every_function_is_in_the_table(function: Function) -> None:
    row = ROWS[function.path]

    assert row.emulated == "yes"
    assert row.methods == set(function.methods)
    assert row.clients == set(function.clients.split(", "))


def test_the_table_promises_nothing_that_there_is_not() -> None:
    assert {path for path, row in ROWS.items() if row.emulated == "yes"} == {function.path for function in FUNCTIONS}


def test_no_function_is_told_of_twice() -> None:
    assert len(ROWS) == len(read_rows())
    assert len({function.path for function in FUNCTIONS}) == len(FUNCTIONS)


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.path)
def test_every_row_says_where_its_behaviour_comes_from(row: Row) -> None:
    assert set(row.source.split(", ")) <= SOURCES


def test_every_function_says_what_it_does_and_who_calls_it() -> None:
    assert all(function.summary and function.clients for function in FUNCTIONS)
