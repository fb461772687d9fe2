"""docs/fidelity.md names every function that there is, and none that there is not; a server answers as it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from mock_bsg.domain.paths import BASES
from mock_bsg.rest import FUNCTIONS
from mock_bsg.rest.call import EVERY_CLIENT, Function

if TYPE_CHECKING:
    from tests.conftest import Client

PAGE = (Path(__file__).parent.parent.parent / "docs" / "fidelity.md").read_text(encoding="utf-8")
SOURCES = {"seed", "live", "docs", "client", "SDK", "spec", "users", "assumed"}
CLIENTS = {*EVERY_CLIENT.split(", "), "none"}
EVERY_METHOD = ("GET", "POST", "PUT", "DELETE", "PATCH")


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
        if line.startswith("| ") and not line.startswith("| method"):
            methods, path, _, clients, emulated, source = cells
            named = frozenset(clients.split(", "))
            rows.append(Row(frozenset(re.findall(r"`(\w+)`", methods)), path.strip("`"), named, emulated, source))
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
def test_every_row_says_who_calls_it_and_where_its_behaviour_comes_from(row: Row) -> None:
    assert row.clients <= CLIENTS
    assert set(row.source.split(", ")) <= SOURCES
    assert row.emulated in {"yes", "no: 404, error 4"}


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.path)
async def test_a_server_has_the_functions_of_the_table_and_their_methods_only(
    client: Client, key: str, row: Row, base: str
) -> None:
    path = base + re.sub(r"{\w+}|…", "7", row.path)
    answered = set()
    for method in EVERY_METHOD:
        answer = await client.request(method, path, headers={"X-API-KEY": key})
        is_known = answer.status == 200
        assert is_known or (answer.status, (await answer.json())["error"]) == (404, 4)
        answered |= {method} if is_known else set()

    assert answered == (row.methods if row.emulated == "yes" else set())


def read_entries() -> list[list[str]]:
    """Read the rows of all tables whose first column is an id."""
    entries = []
    has_ids = False
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            has_ids = False
        elif cells[0] == "id":
            has_ids = True
        elif has_ids and not set(cells[0]) <= {"-"}:
            entries.append(cells)
    return entries


def test_every_entry_has_an_id_of_its_own() -> None:
    ids = [cells[0] for cells in read_entries()]

    assert len(ids) > 60
    assert [each for each in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each)] == []
    assert [each for each in set(ids) if ids.count(each) > 1] == []


def test_every_function_says_what_it_does_and_who_calls_it() -> None:
    assert all(function.summary and function.clients for function in FUNCTIONS)
