"""How a value differs from a schema: each difference with its place and its kind, not in a validator's words."""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from tests.rest.described.description import DescriptionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jsonschema import ValidationError

_FORMATS = FormatChecker(formats=())
_FREE_FORMATS = frozenset({"float", "double", "int32", "int64"})
"""Formats that say how a number is kept, not how it is written."""
_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Finding(NamedTuple):
    """One difference: `name` is the place and how it differs (`price:string`), `found` and `said` are for people."""

    name: str
    found: str
    said: str


@_FORMATS.checks("date-time")
def _is_moment(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return _RFC_3339.fullmatch(value) is not None


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


def find_differences(schema: Mapping[str, Any], value: Any) -> list[Finding]:
    """Hold a value against a strict schema (`Description.strict`); raises DescriptionError for an unknown format."""
    unknown = set(_formats(schema)) - set(_FORMATS.checkers) - _FREE_FORMATS
    if unknown:
        raise DescriptionError(f"nobody can check the format {min(unknown)}")
    errors = Draft202012Validator(schema, format_checker=_FORMATS).iter_errors(value)
    return sorted({finding for error in errors for finding in _findings(error)})


def _formats(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("format"), str):
            yield schema["format"]
        for each in schema.values():
            yield from _formats(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _formats(each)


def _findings(error: ValidationError) -> Iterator[Finding]:
    where = place(error.absolute_path)
    value: Any = error.instance
    said: Any = error.validator_value
    schema: Any = error.schema
    match error.validator:
        case "anyOf" | "oneOf":
            yield from _closest(error)
        case "additionalProperties":
            for name in value.keys() - schema["properties"].keys():
                yield Finding(f"{_join(where, name)}:unknown", shown(value[name]), "no such field")
        case "required":
            for name in said:
                if name not in value:
                    yield Finding(f"{_join(where, name)}:missing", "nothing", "that the field is required")
        case "type":
            kind = "null" if value is None else _TYPES[type(value)]
            yield Finding(f"{where}:{kind}", shown(value), f"the type {said if isinstance(said, str) else said[0]}")
        case "enum":
            yield Finding(f"{where}={value}", shown(value), f"one of {', '.join(map(str, said))}")
        case kind:
            yield Finding(f"{where}:{kind}", shown(value), f"{kind} {said}")


def _closest(error: ValidationError) -> Iterator[Finding]:
    """Tell how the value differs from the form that it is most like: the one that explains the most of it."""
    forms: dict[Any, list[ValidationError]] = {}
    for each in error.context or ():
        forms.setdefault(each.schema_path[0], []).append(each)
    if forms:
        for each in min(forms.values(), key=lambda errors: sum(map(_weight, errors))):
            yield from _findings(each)
    else:
        yield Finding(f"{place(error.absolute_path)}:{error.validator}", shown(error.instance), "one form only")


def _weight(error: ValidationError) -> int:
    """Count what an error leaves unexplained: a value of the wrong type with all that it holds."""
    return len(list(walk(error.instance))) if error.validator == "type" else 1


def place(steps: Sequence[str | int]) -> str:
    """Name a place: `result[].price`, whichever entry of a list it is."""
    where = ""
    for step in steps:
        where = f"{where}[]" if isinstance(step, int) else _join(where, step)
    return where


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def walk(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """List everything that an answer holds, with its place."""
    yield where, value
    if isinstance(value, dict):
        for name, each in value.items():
            yield from walk(each, _join(where, name))
    elif isinstance(value, list):
        for each in value:
            yield from walk(each, f"{where}[]")


def orders_of(value: Any) -> dict[str, list[list[str]]]:
    """List the orders in which a value's objects have their fields, by place."""
    orders: dict[str, list[list[str]]] = {}
    for where, each in walk(value):
        if isinstance(each, dict):
            orders.setdefault(where, []).append(list(each))
    return orders


def find_disorder(examples: Sequence[Any], value: Any) -> list[Finding]:
    """Tell which neighbouring fields an answer has the other way round than all examples that have both."""
    shown_orders = [orders_of(example) for example in examples]
    findings = set()
    for where, orders in orders_of(value).items():
        taught = [order for each in shown_orders for order in each.get(where, [])]
        for order in orders:
            for before, after in pairwise(order):
                both = [each.index(before) < each.index(after) for each in taught if {before, after} <= set(each)]
                if both and not any(both):
                    name = f"{_join(where, before)}:before-{after}"
                    findings.add(Finding(name, f"{before}, {after}", f"{after}, {before}"))
    return sorted(findings)


def shown(value: Any) -> str:
    """Write a value for people, not longer than a line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "…"
