"""The check of a description is able to fail: on a small API of our own making, each kind of difference is found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.rest.described.accepted import find_doubled, find_gone, find_strange, read_accepted, spell_out
from tests.rest.described.description import Description, DescriptionError
from tests.rest.described.ledger import Ledger
from tests.rest.described.requests import Request, requests_of
from tests.rest.described.schemas import find_differences, find_disorder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rest.described.description import Operation

TEA: dict[str, Any] = {
    "type": "object",
    "required": ["sort"],
    "properties": {
        "sort": {"type": "string", "enum": ["green", "black"], "example": "green"},
        "cups": {"type": "integer", "minimum": 1, "maximum": 12, "example": 2},
        "label": {"type": "string", "maxLength": 30, "minLength": 2, "example": "Assam"},
        "sweet": {"type": "boolean", "example": False},
    },
}
POT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$"},
        "status": {"type": "string", "enum": ["drawing", "ready"]},
        "ready_at": {"type": "string", "format": "date-time", "nullable": True},
        "leaves": {"type": "array", "items": {"type": "object", "properties": {"weight": {"type": "number"}}}},
        "remark": {"$ref": "#/components/schemas/Nowhere"},
    },
}
GOOD = {"id": "7", "status": "ready", "ready_at": None, "leaves": [{"weight": 2}], "remark": "strong"}


def describe(**changes: Any) -> Description:
    """Describe one function, which makes a pot of tea, and one, which tells of it."""
    answer = {
        "examples": {
            "good": {"value": {"id": "1", "status": "ready"}},
            "bad": {"value": {"error": 9, "errorDescription": "No leaves"}},
        },
        "schema": {"$ref": "#/components/schemas/PotResponse"},
    }
    content = {"examples": {"one": {"value": {"sort": "black"}}}, "schema": {"$ref": "#/components/schemas/TeaRequest"}}
    answers = {"200": {"content": {"application/json": answer}}}
    parameter = {"name": "id", "in": "path", "example": "7", "schema": {"type": "string"}}
    error = {
        "required": ["error"],
        "properties": {"error": {"type": "integer"}, "errorDescription": {"type": "string"}},
    }
    schemas = {"TeaRequest": TEA, "PotResponse": POT, "ErrorResponse": error} | changes
    paths = {
        "/rest/tea/create": {"post": {"requestBody": {"content": {"application/json": content}}, "responses": answers}},
        "/rest/tea/{id}": {"get": {"parameters": [parameter], "responses": answers}},
    }
    return Description({"paths": paths, "components": {"schemas": schemas}})


def names(answer: Any, status: int = 200, content_type: str = "application/json") -> list[str]:
    """Name the differences of one answer."""
    ledger = Ledger(describe())
    ledger.note_answer(create(ledger), status, content_type, answer)
    return sorted(ledger.differences)


def create(ledger: Ledger) -> Operation:
    return ledger.description.operation("POST", "/rest/tea/create")


def test_an_answer_as_described_is_no_difference() -> None:
    assert names(GOOD) == []
    assert names({"error": 3, "errorDescription": "No water"}) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"id": 7}, "pot.id:integer"),
        ({"id": None}, "pot.id:null"),
        ({"id": "x7"}, "pot.id:pattern"),
        ({"status": "cold"}, "pot.status=cold"),
        ({"status": True}, "pot.status:boolean"),
        ({"ready_at": "2017-01-17 09:20:02"}, "pot.ready_at:format"),
        ({"ready_at": "yesterday"}, "pot.ready_at:format"),
        ({"ready_at": 5}, "pot.ready_at:integer"),
        ({"milk": 0}, "pot.milk:unknown"),
        ({"leaves": [{"weight": 1}, {"weight": "1"}]}, "pot.leaves[].weight:string"),
        ({"leaves": [{"colour": "green"}]}, "pot.leaves[].colour:unknown"),
        ({"leaves": {}}, "pot.leaves:object"),
    ],
)
def test_a_value_that_is_not_as_described_is_found(change: dict[str, Any], name: str) -> None:
    assert name in names(GOOD | change)


@pytest.mark.parametrize("field", ["id", "status"])
def test_a_missing_field_is_found(field: str) -> None:
    assert names({name: value for name, value in GOOD.items() if name != field}) == [f"pot.{field}:missing"]


def test_fields_in_another_order_than_the_examples_show_are_found() -> None:
    assert names({"status": "ready", "id": "7"}) == ["pot.status:before-id"]
    assert find_disorder([{"a": {"b": 1, "c": 2}}], {"a": {"c": 1, "x": 0, "b": 2}}) == []  # they are no neighbours
    assert [each.name for each in find_disorder([[{"b": 1, "c": 2}]], [{"c": 1, "b": 2}])] == ["[].c:before-b"]


def test_an_answer_of_another_status_or_type_is_found() -> None:
    assert names({"error": 4}, status=404) == ["/tea/create:404"]
    assert names(GOOD, content_type="text/html") == ["/tea/create:content-type"]
    assert names("<html>") == ["pot:string"]
    assert names([]) == ["pot:array"]


def test_an_answer_is_held_against_the_form_that_it_is_most_like() -> None:
    either = {
        "anyOf": [{"type": "object", "properties": {"a": {}, "b": {}}}, {"type": "object", "properties": {"c": {}}}]
    }
    strict = describe().strict(either)

    assert [each.name for each in find_differences(strict, {"a": 1, "b": 2, "d": 3})] == ["d:unknown"]


def test_a_wrong_entry_of_a_list_does_not_make_the_list_another_form() -> None:
    entry = {"type": "object", "properties": {"id": {"type": "string"}}}
    one, many = (
        {"type": "object", "properties": {"result": each}} for each in (entry, {"type": "array", "items": entry})
    )
    strict = describe().strict({"anyOf": [one, many]})

    answer = {"result": [{"id": None}, {"id": "7"}]}
    assert [each.name for each in find_differences(strict, answer)] == ["result[].id:null"]


def test_an_error_code_to_what_is_allowed_is_found_wherever_it_stands() -> None:
    ledger = Ledger(describe())
    for answer in ({"error": 5}, {"result": [{"error": 0}, {"error": 5}, {"error": 6}]}, {"result": {"error": "1"}}):
        ledger.note_request(create(ledger), Request("tea@one", {"sort": "black"}), 200, answer)

    assert sorted(ledger.differences) == ["tea@one=1", "tea@one=5", "tea@one=5,6"]


def test_what_no_answer_had_is_found() -> None:
    ledger = Ledger(describe())
    ledger.note_answer(create(ledger), 200, "application/json", {"id": "1", "status": "ready", "leaves": []})

    assert sorted(ledger.found()) == [
        "pot.leaves[].weight:never",
        "pot.ready_at:never",
        "pot.remark:never",
        "pot.status=drawing:never",
        "tea.error=9:never",
    ]


def test_an_error_with_another_text_is_not_the_one_that_is_described() -> None:
    ledger = Ledger(describe())
    for text, is_met in (("No water", False), ("No leaves", True)):
        ledger.note_answer(create(ledger), 200, "application/json", {"error": 9, "errorDescription": text})
        assert ("tea.error=9:never" not in ledger.found()) == is_met


def test_an_error_in_another_place_is_told_from_one_that_never_came() -> None:
    ledger = Ledger(describe())
    entry = {"error": 9, "errorDescription": "No leaves"}
    ledger.note_answer(create(ledger), 200, "application/json", {"result": [entry]})

    assert {name for name in ledger.found() if "=9" in name} == {"tea.error=9:elsewhere"}


def test_a_function_that_never_succeeds_is_found() -> None:
    ledger = Ledger(describe())
    ledger.note_answer(create(ledger), 200, "application/json", {"error": 1, "errorDescription": "No kettle"})

    assert "pot:never" in ledger.found()


def test_an_example_that_was_not_sent_is_found() -> None:
    ledger = Ledger(describe())
    operation = create(ledger)
    fields = {f"POST /rest/tea/create: schema/{name}" for name in ("sort", "cups", "label", "sweet")}
    everything = {"POST /rest/tea/create: body/one", "GET /rest/tea/{id}: parameters/id", *fields}
    assert set(ledger.unsent()) == everything

    for request in requests_of(ledger.description, operation):
        ledger.note_request(operation, request, 200, {})
    assert ledger.unsent() == ["GET /rest/tea/{id}: parameters/id"]


def test_requests_are_made_of_examples_of_few_fields_and_of_all_limits() -> None:
    description = describe()
    made = {
        each.name: each.body for each in requests_of(description, description.operation("POST", "/rest/tea/create"))
    }

    whole = {"sort": "green", "cups": 2, "label": "Assam", "sweet": False}
    assert made == {
        "tea-request@one": {"sort": "black"},
        "tea-request@every-field": whole,
        "tea-request@required-fields": {"sort": "green"},
        "tea-request@without-cups": {"sort": "green", "label": "Assam", "sweet": False},
        "tea-request@without-label": {"sort": "green", "cups": 2, "sweet": False},
        "tea-request@without-sweet": {"sort": "green", "cups": 2, "label": "Assam"},
        "tea-request@is-green-sort": whole,
        "tea-request@is-black-sort": whole | {"sort": "black"},
        "tea-request@least-cups": whole | {"cups": 1},
        "tea-request@greatest-cups": whole | {"cups": 12},
        "tea-request@shortest-label": whole | {"label": "As"},
        "tea-request@longest-label": whole | {"label": "AssamAssamAssamAssamAssamAssam"},
        "tea-request@is-true-sweet": whole | {"sweet": True},
        "tea-request@is-false-sweet": whole,
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"paths": {}}',
        '{"paths": []}',
        '{"paths": {"/tea": {}}}',
        '{"paths": {"/tea": {"get": 5}}}',
        "null",
    ],
)
def test_a_file_that_describes_nothing_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "api.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(DescriptionError, match=r"api\.json is no description"):
        Description.read(file)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError, match=r"none\.json"):
        Description.read(tmp_path / "none.json")


def test_a_schema_that_cannot_be_checked_is_refused() -> None:
    itself = {"properties": {"inner": {"$ref": "#/components/schemas/PotResponse"}}}
    with pytest.raises(DescriptionError, match="contains itself"):
        describe(PotResponse=itself).strict({"$ref": "#/components/schemas/PotResponse"})
    with pytest.raises(DescriptionError, match="format colour"):
        find_differences({"type": "string", "format": "colour"}, "red")


ROWS = """
# Page

## Where we differ from BSG's description of 2026

| id | the description says | the sandbox does | why | how the check names it |
|---|---|---|---|---|
| tea-words | also cold | never | seed | `pot.status=cold`, `pot.{milk,sugar}:unknown` |
| tea-way | nothing | something | live | in words only |

## Next

| other | pot.x |
"""


def test_rows_of_the_page_accept_differences_by_their_names() -> None:
    rows = read_accepted(ROWS)
    assert [row.id for row in rows] == ["tea-words", "tea-way"]
    ledger = Ledger(describe())
    ledger.note_answer(create(ledger), 200, "application/json", GOOD | {"milk": 1, "status": "cold", "id": 5})

    (strange,) = find_strange(ledger.differences, rows)
    assert strange.splitlines() == [
        "pot.id:integer",
        "    where: POST /rest/tea/create",
        "    found: 5",
        "    the description says: the type string",
    ]
    assert find_gone(ledger.differences, rows) == ["tea-words: pot.sugar:unknown"]
    assert find_doubled(rows) == []
    assert find_doubled([*rows, *rows[:1]]) == ["pot.milk:unknown", "pot.status=cold", "pot.sugar:unknown"]


def test_names_are_spelt_out_as_a_shell_does_it() -> None:
    assert spell_out("`a.{b,c}={d,e}` and `/sms/{id}:404`") == ["a.b=d", "a.b=e", "a.c=d", "a.c=e", "/sms/{id}:404"]


@pytest.mark.parametrize("row", ["| x | a | b | c |", "| x | a | b | | `d` |", "| x | a | b | c | no name |"])
def test_a_row_that_says_too_little_is_refused(row: str) -> None:
    with pytest.raises(ValueError, match="has to"):
        read_accepted(f"{ROWS.partition('| tea-words')[0]}{row}\n")


def test_the_message_of_a_long_value_fits_on_a_line() -> None:
    ledger = Ledger(describe())
    ledger.note_answer(create(ledger), 200, "application/json", GOOD | {"id": list(range(100))})

    assert max(len(line) for line in str(ledger.differences["pot.id:array"]).splitlines()) < 120
    assert json.dumps(list(range(100)))[:20] in str(ledger.differences["pot.id:array"])
