"""The requests that a description speaks of: its examples, and what its schemas allow around them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.rest.described.description import name_of, named_examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rest.described.description import Description, Operation

_LIMITS = {
    "minLength": "shortest",
    "maxLength": "longest",
    "minItems": "fewest",
    "maxItems": "most",
    "minimum": "least",
    "maximum": "greatest",
}


@dataclass(frozen=True)
class Request:
    """A body that the description allows, or the parameters of a path.

    `name` is what differences call it. `covers` are the examples that it holds, by their places in the description.
    """

    name: str
    body: Any = None
    parameters: tuple[tuple[str, str, str], ...] = ()
    """Place (path or query), name, value."""
    covers: frozenset[str] = frozenset()


def examples_of(description: Description, operation: Operation) -> set[str]:
    """List the places of all examples that an operation's requests have."""
    places = {f"parameters/{each['name']}" for each in operation.parameters if named_examples(each)}
    if operation.body is not None:
        places |= {f"body/{name}" for name, _ in named_examples(operation.body)}
        for _, pointer, schema in description.branches(operation.body.get("schema", {}), "schema"):
            places |= {pointer} if "example" in schema else set()
            places |= {f"{pointer}/{field}" for field, each in _leaves(description, schema) if "example" in each}
    return places


def requests_of(description: Description, operation: Operation) -> list[Request]:
    """Make every request that an operation is to be asked: examples, all fields, few fields, values at the limits."""
    if operation.body is None:
        return list(_parameter_requests(operation)) or [Request(operation.function)]
    schema = operation.body.get("schema", {})
    named = [
        Request(f"{name_of(schema)}@{name}", value, covers=frozenset({f"body/{name}"}))
        for name, value in named_examples(operation.body)
    ]
    of_schema = [
        request
        for name, pointer, branch in description.branches(schema, "schema")
        for request in _schema_requests(description, name, pointer, branch)
    ]
    return [*named, *of_schema, *_parameter_requests(operation)]


def _parameter_requests(operation: Operation) -> Iterator[Request]:
    """Make a request with every parameter's example, and for each value that a parameter is limited to one more."""
    examples = {each["name"]: str(value) for each in operation.parameters for _, value in named_examples(each)}
    if not operation.parameters:
        return
    places = {each["name"]: each["in"] for each in operation.parameters}
    covers = frozenset(f"parameters/{name}" for name in examples)

    def asking(name: str, values: dict[str, str]) -> Request:
        return Request(
            f"{operation.function}@{name}", None, tuple((places[each], each, values[each]) for each in values), covers
        )

    yield asking("example", examples)
    for parameter in operation.parameters:
        for label, value in _extremes(parameter.get("schema", {}), None):
            yield asking(f"{label}-{parameter['name']}", examples | {parameter["name"]: str(value)})


def _schema_requests(description: Description, name: str, pointer: str, schema: dict[str, Any]) -> Iterator[Request]:
    leaves = list(_leaves(description, schema))
    if "example" in schema:
        yield Request(f"{name}@schema-example", schema["example"], covers=frozenset({pointer}))
    covers = frozenset(f"{pointer}/{field}" for field, each in leaves if "example" in each)
    whole = _fill(description, schema)
    yield Request(f"{name}@every-field", whole, covers=covers)
    yield Request(f"{name}@required-fields", _fill(description, schema, only_required=True))
    for field, is_required in _every_field(description, schema):
        if not is_required:
            yield Request(f"{name}@without-{field}", _without(whole, field.split(".")))
    for field, leaf in leaves:
        steps = field.split(".") if field else []
        for label, value in _extremes(leaf, _find(whole, steps)):
            yield Request(f"{name}@{label}-{field}", _with(whole, steps, value))


def _leaves(description: Description, schema: dict[str, Any], where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """List the fields that have an example or a limit of their own: all but objects."""
    schema = description.resolve(schema)
    if "properties" in schema:
        for name, each in schema["properties"].items():
            yield from _leaves(description, each, f"{where}.{name}" if where else name)
        return
    yield where, schema
    if "items" in schema:
        yield from _leaves(description, schema["items"], f"{where}[]")


def _every_field(description: Description, schema: dict[str, Any], where: str = "") -> Iterator[tuple[str, bool]]:
    """List all fields of a body, and whether each is required where it stands."""
    schema = description.resolve(schema)
    if "items" in schema:
        yield from _every_field(description, schema["items"], f"{where}[]")
    for name, each in schema.get("properties", {}).items():
        field = f"{where}.{name}" if where else name
        yield field, name in schema.get("required", ())
        yield from _every_field(description, each, field)


def _fill(description: Description, schema: dict[str, Any], *, only_required: bool = False) -> Any:
    """Make a value out of the examples of a schema's fields."""
    schema = description.resolve(schema)
    if "properties" in schema:
        required = schema.get("required", ())
        return {
            name: _fill(description, each, only_required=only_required)
            for name, each in schema["properties"].items()
            if name in required or not only_required
        }
    if "items" in schema and "example" not in schema:
        return [_fill(description, schema["items"], only_required=only_required)]
    return schema.get("example", schema.get("default", schema.get("enum", [None])[0]))


def _extremes(schema: dict[str, Any], example: Any) -> Iterator[tuple[str, Any]]:
    """List the values at the limits of a field, each with its name: `longest`, `greatest`, `is-false`."""
    for value in schema.get("enum", ()):
        yield f"is-{value}", value
    if schema.get("type") == "boolean":
        yield from (("is-true", True), ("is-false", False))
    for key, label in _LIMITS.items():
        if key in schema and "enum" not in schema:
            yield label, _at_limit(key, schema[key], example)


def _at_limit(key: str, limit: int, example: Any) -> Any:
    if key in {"minimum", "maximum"}:
        return limit
    if key in {"minLength", "maxLength"}:
        return (example * (limit // len(example) + 1))[:limit]
    return [_renumber(example[0], index) for index in range(limit)]


def _renumber(item: Any, index: int) -> Any:
    """Make another item of a list: one with its own phone number and reference."""
    if isinstance(item, int):
        return item + index
    if not isinstance(item, dict):
        return item
    changed = {"msisdn": str(int(item.get("msisdn", "0")) + index), "reference": f"{item.get('reference')}_{index}"}
    return item | {name: value for name, value in changed.items() if name in item}


def _find(whole: Any, steps: list[str]) -> Any:
    for step in steps:
        whole = whole[step.rstrip("[]")] if step.rstrip("[]") else whole
        whole = whole[0] if step.endswith("[]") else whole
    return whole


def _with(whole: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    changed = copy.deepcopy(whole)
    *way, last = steps
    around = _find(changed, way)
    name = last.removesuffix("[]")
    if last.endswith("[]"):
        around[name][0] = value
    else:
        around[name] = value
    return changed


def _without(whole: Any, steps: list[str]) -> Any:
    changed = copy.deepcopy(whole)
    del _find(changed, steps[:-1])[steps[-1]]
    return changed
