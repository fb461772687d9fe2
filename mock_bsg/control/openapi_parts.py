"""What descriptions of APIs are made of: schemas, parameters, answers, and references to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from mock_bsg.control.calls import JSON
from mock_bsg.sandbox.report_retries import RETRIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic.json_schema import JsonSchemaMode

Json = dict[str, Any]


class _Generator(GenerateJsonSchema):
    """Names schemas so that code made of them reads well."""

    def normalize_name(self, name: str) -> str:
        """Name `Page[Message]` `MessagePage`, and with its room what would have the name of another one."""
        names = [part.split(".") for part in name.rstrip("]").split("[")]
        room = names[0][1].title().replace("_", "") if len(names[0]) > 1 else ""
        return room + "".join(part[-1] for part in reversed(names))


class Schemas:
    """The schemas of types: named ones among the components, and references to them."""

    def __init__(self) -> None:
        self._types: dict[str, Any] = {}
        self._made: dict[str, Json] = {}
        self.components: dict[str, Json] = {}

    def add(self, *types: Any) -> None:
        self._types.update((repr(each), each) for each in types if each is not None)

    def make(self) -> None:
        """Make all schemas at once, so that no name is given twice."""
        inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
            (name, "validation", TypeAdapter(each)) for name, each in self._types.items()
        ]
        made, whole = TypeAdapter.json_schemas(
            inputs, ref_template="#/components/schemas/{model}", schema_generator=_Generator
        )
        self.components = prune(whole["$defs"], are_names=True)
        self._made = {name: prune(schema) for (name, _), schema in made.items()}

    def of(self, wanted: Any) -> Json:
        return self._made[repr(wanted)]

    def any_of(self, *wanted: Any) -> Json:
        return {"anyOf": [one for each in wanted for one in self.of(each).get("anyOf", [self.of(each)])]}


def prune(schema: Any, *, are_names: bool = False) -> Any:
    """Leave out what pydantic adds and nobody needs: titles made of names, and defaults, told in descriptions."""
    if isinstance(schema, list):
        return [prune(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if are_names:
        return {name: prune(part) for name, part in schema.items()}
    return {
        key: part if key in {"examples", "const", "enum"} else prune(part, are_names=key == "properties")
        for key, part in schema.items()
        if key not in {"title", "default"}
    }


def without_null(schema: Json) -> Json:
    """Of what may be null in JSON: what a query can say, which has no null."""
    choices: list[Json] = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return choices[0] | {key: part for key, part in schema.items() if key != "anyOf"}


HEADERS = {
    "X-Mock-BSG-Rule": {
        "description": "The rules that decided, separated by commas; percent-encoded where they are not plain ASCII",
        "schema": {"type": "string"},
    },
    "X-Mock-BSG-Fault": {"description": "The fault that hit the request", "schema": {"type": "string"}},
}


def parameter(name: str, where: str, schema: Json, *, is_required: bool) -> Json:
    inner = dict(schema)
    described = {"description": inner.pop("description")} if "description" in inner else {}
    return {"name": name, "in": where, "required": is_required, **described, "schema": inner}


def webhook(name: str, summary: str, schema: Json) -> Json:
    """Describe what is sent to a callback_url."""
    *waits, last = (wait // 1000 for wait in RETRIES)
    again = f"the report is sent again after {', '.join(map(str, waits))} and {last} seconds"
    answers = {"2XX": {"description": f"Received; otherwise {again}"}}
    body = {"required": True, "content": json_content(schema)}
    return {"post": {"operationId": name, "summary": summary, "requestBody": body, "responses": answers}}


def json_content(schema: Json) -> Json:
    return {JSON: {"schema": schema}}


def response(description: str, content: Json) -> Json:
    return {"description": description, "content": content}


def reference(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def references(kind: str, names: Iterable[str]) -> Json:
    return {name: reference(kind, name) for name in names}
