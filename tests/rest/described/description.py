"""An OpenAPI 3.0 description of an API: its operations, the bodies that it allows, the schemas of its answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

METHODS = ("get", "put", "post", "delete", "patch")
_REFERENCE = "#/components/schemas/"


class DescriptionError(ValueError):
    """A file that is no description of an API, or says something that the check cannot read."""


@dataclass(frozen=True)
class Operation:
    """One method of one path. `answers` are the content of each declared answer by HTTP status and media type."""

    method: str
    path: str
    parameters: tuple[dict[str, Any], ...]
    body: dict[str, Any] | None
    """The content of the request for JSON: schema and examples."""
    answers: dict[str, dict[str, Any]]

    @property
    def title(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def function(self) -> str:
        """The path without the base that all of BSG's functions have."""
        return self.path.removeprefix("/rest")

    @property
    def module(self) -> str:
        return self.function.split("/")[1]

    def schema_of(self, status: str) -> dict[str, Any] | None:
        """The schema of an answer with this HTTP status; None if no such answer is declared."""
        content = self.answers.get(status)
        return None if content is None else content.get("application/json", {}).get("schema", {})

    def answer_examples(self, status: str) -> list[Any]:
        content = self.answers.get(status, {}).get("application/json", {})
        return [value for _, value in named_examples(content)]


class Description:
    """A description that was read. Raises DescriptionError for what is none."""

    def __init__(self, document: Any) -> None:
        try:
            self.schemas: dict[str, Any] = document.get("components", {}).get("schemas", {})
            self.operations = [
                self._read_operation(method, path, item[method])
                for path, item in document.get("paths", {}).items()
                for method in METHODS
                if method in item
            ]
        except (AttributeError, TypeError) as fault:
            raise DescriptionError(f"it is not built like one ({fault})") from fault
        if not self.operations:
            raise DescriptionError("it describes no operations")

    @classmethod
    def read(cls, path: Path) -> Description:
        """Read a file; raises DescriptionError, which names it."""
        try:
            return cls(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, OSError) as fault:
            raise DescriptionError(f"{path} is no description of an API: {fault}") from fault

    def _read_operation(self, method: str, path: str, found: dict[str, Any]) -> Operation:
        body = found.get("requestBody", {}).get("content", {}).get("application/json")
        answers = {status: answer.get("content", {}) for status, answer in found.get("responses", {}).items()}
        return Operation(method.upper(), path, tuple(found.get("parameters", ())), body, answers)

    def operation(self, method: str, path: str) -> Operation:
        return next(each for each in self.operations if (each.method, each.path) == (method, path))

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Follow references; one that leads nowhere allows everything, as the empty schema does."""
        while "$ref" in schema:
            name = schema["$ref"]
            schema = self.schemas.get(name.removeprefix(_REFERENCE), {}) if name.startswith(_REFERENCE) else {}
        return schema

    def is_dangling(self, schema: dict[str, Any]) -> bool:
        """Whether a schema is a reference that leads nowhere."""
        name = schema.get("$ref")
        return name is not None and name.removeprefix(_REFERENCE) not in self.schemas

    def strict(self, schema: dict[str, Any], *, within: tuple[str, ...] = ()) -> dict[str, Any]:
        """Translate into JSON Schema without references, which knows `null` and takes no field that is not described.

        Raises DescriptionError for a schema that contains itself.
        """
        name = schema.get("$ref")
        if name in within:
            raise DescriptionError(f"the schema {name} contains itself")
        if name is not None:
            return self.strict(self.resolve(schema), within=(*within, name))
        found = {key: value for key, value in schema.items() if key not in {"example", "examples", "discriminator"}}
        for key in ("anyOf", "oneOf", "allOf"):
            if key in found:
                found[key] = [self.strict(each, within=within) for each in found[key]]
        if "items" in found:
            found["items"] = self.strict(found["items"], within=within)
        if "properties" in found:
            found["properties"] = {
                field: self.strict(each, within=within) for field, each in found["properties"].items()
            }
            found.setdefault("additionalProperties", False)
        if found.pop("nullable", False) and "type" in found:
            found["type"] = [found["type"], "null"]
            if "enum" in found:
                found["enum"] = [*found["enum"], None]
        return found

    def branches(self, schema: dict[str, Any], pointer: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """List the forms that a body may have: name, place in the description, schema of each."""
        resolved = self.resolve(schema)
        alternatives = resolved.get("anyOf") or resolved.get("oneOf")
        if alternatives is None:
            yield name_of(schema), pointer, resolved
            return
        for index, each in enumerate(alternatives):
            named = each if "$ref" in each else each | {"$ref": f"{name_of(schema)}-{index}"}
            yield name_of(named), f"{pointer}/{index}", self.resolve(each)


def name_of(schema: dict[str, Any]) -> str:
    """Name a schema as differences do: `SmsStatusResponse` is `sms-status`; "" if it has no name."""
    name = re.sub(r"_+", "-", schema.get("$ref", "").rpartition("/")[2]).removesuffix("Response")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def named_examples(content: dict[str, Any]) -> list[tuple[str, Any]]:
    """List the examples of a body, an answer or a parameter by their names; a single one has none."""
    single = [("", content["example"])] if "example" in content else []
    return single + [(name, each["value"]) for name, each in content.get("examples", {}).items()]


def fields_of(schema: dict[str, Any], where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """List every field that a strict schema knows, at any depth: `alt_route[].price`, and its schema."""
    for key in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(key, ()):
            yield from fields_of(each, where)
    if "items" in schema:
        yield from fields_of(schema["items"], f"{where}[]")
    for name, each in schema.get("properties", {}).items():
        field = f"{where}.{name}" if where else name
        yield field, each
        yield from fields_of(each, field)
