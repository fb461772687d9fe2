"""The types of what the page's code takes as given: the control API's answers, and the elements of its HTML.

`python -m tests.control.page_types` writes page.d.ts anew; test_page_types.py sees to it that it is what it should be.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_bsg.control import openapi
from mock_bsg.control.page import FOLDER
from mock_bsg.control.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

FILE = Path(__file__).with_name("page.d.ts")
CALLS = {
    "accounts": "accounts_list_all",
    "account": "accounts_get",
    "clearAccount": "accounts_forget",
    "messages": "messages_list_all",
    "message": "messages_get",
    "setStatus": "messages_set_status",
    "requests": "journal_list_all",
    "exchange": "journal_get",
    "resendReport": "reports_resend",
    "clock": "clock_get",
    "setClock": "clock_set_clock",
    "log": "worlds_log",
    "rewind": "worlds_rewind",
    "fork": "worlds_fork",
    "scenarios": "scenarios_list_all",
    "scenario": "scenarios_get",
    "keepScenario": "scenarios_put",
    "checkScenario": "scenarios_check",
    "followedScenario": "scenarios_get_followed",
    "useScenario": "accounts_use_scenario",
    "codeTemplates": "code_templates_list_all",
    "rules": "rules_list_all",
    "addRule": "rules_add",
    "takeBackRule": "rules_take_back",
    "schema": "scenarios_schema",
    "numbers": "server_numbers",
    "errorCodes": "server_error_codes",
    "samples": "samples_list_all",
}
"""What the page calls them, and their `operationId`."""
_ROOTS = ("AccountEvent", "Refusal")
"""Schemas that the page knows beside those of these calls; what a schema is made of comes with it."""
_YAML = "application/yaml"
_SIMPLE = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "object": "Record<string, any>",
}

_REFERENCE = "#/components/schemas/"


class _Elements(HTMLParser):
    """What has an id in a page, by its tag; the fields of its forms; the drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[str, str] = {}
        self.forms: dict[str, dict[str, str]] = {}
        self.icons: list[str] = []
        self._form: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, field = given.get("id", ""), given.get("name", "")
        if tag == "symbol":
            self.icons.append(name.removeprefix("i-"))
        elif name:
            self.ids[name] = _element(tag)
        if tag == "form":
            self._form = self.forms.setdefault(name, {})
        elif field and tag != "meta":
            self._form[field] = "RadioNodeList" if given.get("type") == "radio" else _element(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = {}


def write_types() -> str:
    """Everything, as TypeScript declares it."""
    api = openapi.describe("http://localhost", ROUTES)
    operations = {each["operationId"]: each for path in api["paths"].values() for each in path.values()}
    calls = {name: _call(operations[wanted]) for name, wanted in CALLS.items()}
    schemas = _reach(api["components"]["schemas"], calls.values())
    elements = _Elements()
    for path in sorted(FOLDER.glob("*.html")):
        elements.feed(path.read_text("utf-8"))
    return "\n".join(
        [
            "// Written by tests/control/page_types.py from the OpenAPI description and the page's HTML.",
            *(f"type {name} = {_type_of(schemas[name])};" for name in sorted(schemas)),
            "/** The control calls that the page makes. */",
            f"type ControlCalls = {_object(calls)};",
            "/** The elements of the page by their id. */",
            f"type Ids = {_object(elements.ids)};",
            "/** The fields of each form by their names. */",
            f"type Forms = {_object({name: _object(fields) for name, fields in elements.forms.items()})};",
            "/** The drawings at the end of index.html. */",
            f"type IconName = {_union(json.dumps(name) for name in elements.icons)};",
            "",
        ]
    )


def _call(operation: dict[str, Any]) -> str:
    """A call as a function of the parts of its path, its body, and its query."""
    parameters = operation.get("parameters", ())
    takes = [f"{one['name']}: string | number" for one in parameters if one["in"] == "path"]
    if "requestBody" in operation:
        takes.append(f"body: {_body(operation['requestBody']['content'])}")
    query = {one["name"]: "string | number | null" for one in parameters if one["in"] == "query"}
    if query:
        takes.append(f"query: {_object(query, optional=query.keys())}")
    ((kind, content),) = operation["responses"]["200"]["content"].items()
    answer = "string" if kind == _YAML else _type_of(content["schema"])
    return f"({', '.join(takes)}) => Promise<{answer}>"


def _body(contents: dict[str, Any]) -> str:
    """Its JSON; a whole scenario the page gives as text."""
    found = _type_of(contents["application/json"]["schema"]).split(" | ")
    return _union("string" if name == "Scenario" else name for name in found)


def _reach(schemas: dict[str, Any], calls: Iterable[str]) -> dict[str, Any]:
    ahead = [*_ROOTS, *(name for call in calls for name in re.findall(r"\b[A-Z]\w+", call) if name in schemas)]
    found = {}
    while ahead:
        name = ahead.pop()
        if name not in found:
            found[name] = schemas[name]
            ahead += _references(schemas[name])
    return found


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].removeprefix(_REFERENCE)
        for each in part.values():
            yield from _references(each)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)


def _type_of(schema: dict[str, Any]) -> str:
    match schema:
        case {"$ref": target}:
            found = str(target).removeprefix(_REFERENCE)
        case {"enum": values}:
            found = _union(json.dumps(value) for value in values)
        case {"anyOf": parts}:
            found = _union(_type_of(part) for part in parts)
        case {"type": "array", "items": items}:
            found = f"Array<{_type_of(items)}>"
        case {"type": "object", "properties": properties}:
            fields = {name: _type_of(part) for name, part in properties.items()}
            found = _object(fields, optional=fields.keys() - set(schema.get("required", ())))
        case {"type": str(name)}:
            found = _SIMPLE[name]
        case _ if schema.keys() <= {"description"}:
            found = "any"
        case _:
            raise ValueError(f"no type is known for {schema}")
    return found


def _union(types: Iterable[str]) -> str:
    return " | ".join(types)


def _object(fields: dict[str, str], optional: AbstractSet[str] = frozenset()) -> str:
    lines = (f"{json.dumps(name)}{'?' if name in optional else ''}: {kind};" for name, kind in fields.items())
    return "\n".join(("{", *(f"\t{line}".replace("\n", "\n\t") for line in lines), "}"))


def _element(tag: str) -> str:
    return f"HTMLElementTagNameMap[{json.dumps(tag)}]"


if __name__ == "__main__":
    FILE.write_text(write_types(), "utf-8")
