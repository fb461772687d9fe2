"""Every field of every body and query, wrong in every way that its model knows: told by its name, and never a 500."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.control.one_api_paths import EXAMPLES
from mock_bsg.one_api.fields import name_field
from mock_bsg.one_api.functions import FUNCTIONS
from tests.one_api.conftest import log_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_bsg.one_api.call import Function
    from tests.conftest import Client, Serve
    from tests.one_api.conftest import Api

SCENARIO = """
clock: {start: 2026-02-03T04:05:06Z, manual: true}
account: {tariffs: [0, 1]}
one_api: {otp: "12345"}
"""
WITH_BODY = [function for function in FUNCTIONS if function.body is not None]
WITH_QUERY = [function for function in FUNCTIONS if function.query is not None]
MISSING = object()
NUMBER = "447700900100"
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Field:
    """A field of a body or query: where it is, its JSON Schema, and whether it has to be there."""

    path: Path
    schema: dict[str, Any]
    is_required: bool


def named(function: Function) -> str:
    return function.operation


def simple(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema without references and null."""
    if "$ref" in schema:
        return simple(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    return simple(choices[0], definitions) if choices else schema


def fields_of(model: dict[str, Any], body: Any, path: Path = (), root: dict[str, Any] | None = None) -> Iterator[Field]:
    """List the fields of a model; of the lists among them the first item's, too."""
    definitions = (root or model).get("$defs", {})
    for name, part in model.get("properties", {}).items():
        schema = simple(part, definitions)
        yield Field((*path, name), schema, name in model.get("required", ()))
        if name not in body:
            continue
        if schema.get("type") == "object":
            yield from fields_of(schema, body[name], (*path, name), root or model)
        elif schema.get("type") == "array" and body[name]:
            item = simple(schema.get("items", {}), definitions)
            if "properties" in item:
                yield from fields_of(item, body[name][0], (*path, name, 0), root or model)
            elif item:
                yield Field((*path, name, 0), item, is_required=False)


def good_value(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """Something that fits a schema."""
    schema = simple(schema, definitions)
    told = schema.get("examples") or schema.get("enum")
    if told:
        return told[0]
    makers: dict[str, Callable[[], Any]] = {
        "object": lambda: {name: good_value(part, definitions) for name, part in schema.get("properties", {}).items()},
        "array": lambda: [good_value(schema["items"], definitions)] if schema.get("items") else [],
        "integer": lambda: schema.get("minimum", 1),
        "boolean": lambda: False,
        "string": lambda: "x" * max(1, schema.get("minLength", 1)),
    }
    kinds = kinds_of(schema)
    return makers[kinds.pop()]() if len(kinds) == 1 else NUMBER


def wrong_values(field: Field) -> Iterator[Any]:
    """List what a field of a query must not be: texts, or lists of them."""
    schema = field.schema
    kinds = kinds_of(schema)
    if field.is_required:
        yield MISSING
    if "enum" in schema:
        yield "none of them"
    if kinds == {"integer"}:
        yield from ("many", "1.5")
    yield from (schema[bound] + step for bound, step in (("minimum", -1), ("maximum", 1)) if bound in schema)
    lengths = [schema[bound] + step for bound, step in (("minLength", -1), ("maxLength", 1)) if bound in schema]
    yield from ("x" * length for length in lengths if length > 0)
    if "pattern" in schema:
        yield "a b"
    if str(schema.get("examples", [""])[0]).startswith("2026-"):
        yield from ("tomorrow", "2026-13-01")
    if "maxItems" in schema and schema["maxItems"] <= 100:
        item = schema.get("items", {})
        yield [{} if "$ref" in item else good_value(item, {})] * (schema["maxItems"] + 1)


def wrong_json(field: Field) -> Iterator[Any]:
    """List what a field of a body must not be, beside what no query could say."""
    schema = field.schema
    kinds = kinds_of(schema)
    yield from wrong_values(field)
    if field.is_required:
        yield None
    if schema.get("minLength") or "enum" in schema or "integer" in kinds:
        yield ""
    if schema.get("minItems"):
        yield []
    if kinds:
        yield from (value for value, kind in (({}, "object"), ([], "array"), ("text", "string")) if kind not in kinds)
    if "boolean" in kinds:
        yield from (2, "maybe")
    elif kinds:
        yield True


def kinds_of(schema: dict[str, Any]) -> set[str]:
    told = schema.get("type", [])
    return {told} if isinstance(told, str) else set(told)


def change(body: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The body with this value at that place."""
    changed = copy.deepcopy(body)
    inner: Any = changed
    for step in path[:-1]:
        inner = inner[step]
    if value is MISSING:
        inner.pop(path[-1], None)
    else:
        inner[path[-1]] = value
    return changed


def full_body(function: Function) -> dict[str, Any]:
    """A body with every field of the model, each right; what the example says goes first."""
    assert function.body is not None
    model = function.body.model_json_schema()
    whole: dict[str, Any] = good_value(model, model.get("$defs", {}))
    return whole | {name: merge(whole.get(name), value) for name, value in EXAMPLES[function.operation].items()}


def merge(whole: Any, example: Any) -> Any:
    if isinstance(whole, dict) and isinstance(example, dict):
        return whole | {name: merge(whole.get(name), value) for name, value in example.items()}
    if isinstance(whole, list) and isinstance(example, list) and whole and isinstance(example[0], dict):
        return [merge(whole[0], example[0]), *example[1:]]
    return example


async def path_of(api: Api, function: Function) -> str:
    """The path of a function, with the id of something that there is."""
    path = function.path.removeprefix("/api/")
    if "{" in path:
        path = path.replace(
            "{id}", (await api.post("2fa/authentications/otp", EXAMPLES["send_otp"], 201))["data"]["id"]
        )
    return path


def is_named(field: Path, errors: Any) -> bool:
    """Whether errors name a field, something in it, or what it is in."""
    name = name_field(field)
    return isinstance(errors, dict) and any(each.startswith(name) or name.startswith(each) for each in errors)


async def ask(client: Client, api: Api, function: Function, path: str, **named_: Any) -> tuple[int, Any]:
    answer = await client.request(function.method, f"/api/{path}", headers=api.headers, **named_)
    return answer.status, await answer.json()


@pytest.mark.parametrize("function", WITH_BODY, ids=named)
async def test_every_field_of_a_body_is_refused_by_its_name(serve: Serve, function: Function) -> None:
    client = await serve(SCENARIO)
    api = await log_in(client)
    path, body = await path_of(api, function), full_body(function)
    assert function.body is not None
    problems, count = [], 0
    for field in fields_of(function.body.model_json_schema(), body):
        for value in wrong_json(field):
            status, said = await ask(client, api, function, path, json=change(body, field.path, value))
            count += 1
            if status != 422 or not is_named(field.path, said["errors"]):
                problems.append((field.path, "missing" if value is MISSING else value, status, said))
    assert problems == []
    assert count >= 4 * len(function.body.model_fields)


@pytest.mark.parametrize("function", WITH_QUERY, ids=named)
async def test_every_field_of_a_query_is_refused_by_its_name(serve: Serve, function: Function) -> None:
    client = await serve(SCENARIO)
    api = await log_in(client)
    assert function.query is not None
    model = function.query.model_json_schema()
    required = {name: good_value(model["properties"][name], {}) for name in model.get("required", ())}
    problems, count = [], 0
    for field in fields_of(model, {}):
        for value in wrong_values(field):
            query = change(required, field.path, value)
            pairs = [
                (name, each)
                for name, found in query.items()
                for each in (found if isinstance(found, list) else [found])
            ]
            status, said = await ask(client, api, function, await path_of(api, function), params=pairs)
            count += 1
            if status != 422 or not is_named(field.path, said["errors"]):
                problems.append((field.path, "missing" if value is MISSING else value, status, said))
    assert problems == []
    assert count >= len(function.query.model_fields) - 2


@pytest.mark.parametrize("function", WITH_BODY, ids=named)
async def test_every_field_of_a_body_is_known_to_its_function(serve: Serve, function: Function) -> None:
    api = await log_in(await serve(SCENARIO))
    body = full_body(function) | ({"api_key": api.key} if function.is_open else {})
    await api.ask(function.method, await path_of(api, function), body, status=function.status)
    newest = (await api.control("requests"))["requests"][0]
    assert [note for note in newest["notes"] if note.startswith("unknown")] == []


@pytest.mark.parametrize("function", WITH_BODY, ids=named)
async def test_null_is_as_good_as_absent(serve: Serve, function: Function) -> None:
    client = await serve(SCENARIO)
    assert function.body is not None
    body = full_body(function)
    problems = []
    for number, field in enumerate(fields_of(function.body.model_json_schema(), body)):
        if isinstance(field.path[-1], int):
            continue
        answers = []
        for name, value in (("null", None), ("absent", MISSING)):
            api = await log_in(client, f"test_{name}_{number}")
            path = await path_of(api, function)
            answers.append(await ask(client, api, function, path, json=change(body, field.path, value)))
        if answers[0] != answers[1]:
            problems.append((field.path, answers))
    assert problems == []


@pytest.mark.parametrize("function", WITH_BODY, ids=named)
async def test_unknown_field_of_a_body_is_ignored_and_noted(serve: Serve, function: Function) -> None:
    api = await log_in(await serve(SCENARIO))
    body = EXAMPLES[function.operation] | {"api_kee": "x"} | ({"api_key": api.key} if function.is_open else {})
    await api.ask(function.method, await path_of(api, function), body, status=function.status)
    newest = (await api.control("requests"))["requests"][0]
    assert newest["notes"] == ["unknown field api_kee"]


@pytest.mark.parametrize("function", WITH_QUERY, ids=named)
async def test_unknown_field_of_a_query_is_ignored_and_noted(serve: Serve, function: Function) -> None:
    api = await log_in(await serve(SCENARIO))
    assert function.query is not None
    model = function.query.model_json_schema()
    query = {name: good_value(model["properties"][name], {}) for name in model.get("required", ())}
    await api.get(await path_of(api, function), query | {"page[limt]": "15"})
    newest = (await api.control("requests"))["requests"][0]
    assert newest["notes"] == ["unknown field page[limt]"]


@pytest.mark.parametrize("text", ["", "{", "null x", "\x00", "[1,", '{"api_key": "a", }', "\ud800"])
@pytest.mark.parametrize("function", WITH_BODY, ids=named)
async def test_body_that_is_no_json_is_a_bad_request(client: Client, function: Function, text: str) -> None:
    api = await log_in(client)
    path = f"/api/{await path_of(api, function)}"
    body = text.encode("utf-8", "surrogatepass")
    answer = await client.request(function.method, path, data=body, headers=api.headers)
    assert (answer.status, await answer.json()) == (400, {"message": "Invalid JSON", "errors": []})


@pytest.mark.parametrize("text", ["[]", "5", "null", '"text"', "true", "1e999"])
@pytest.mark.parametrize("function", WITH_BODY, ids=named)
async def test_body_that_is_no_object_has_no_field(client: Client, function: Function, text: str) -> None:
    api = await log_in(client)
    answer = await client.request(function.method, function.path.replace("{id}", "7"), data=text, headers=api.headers)
    assert answer.status in {400, 404, 422}, await answer.text()


async def test_a_whole_number_is_one_with_a_point_too(client: Client) -> None:
    api = await log_in(client)
    wanted = EXAMPLES["send_otp"] | {"recipient": 447700900100.0, "code_digits": 5.0}
    session = (await api.post("2fa/authentications/otp", wanted, 201))["data"]
    assert (session["recipient"], session["code_digits"]) == (NUMBER, 5)
    refused = await api.post("2fa/authentications/otp", wanted | {"code_digits": 5.5}, 422)
    assert refused["errors"] == {"code_digits": ["This value is not valid."]}
