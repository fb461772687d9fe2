"""A call of the One API: what its body and its query say, as models of pydantic's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from mock_bsg.encoding import decode
from mock_bsg.one_api import refusals
from mock_bsg.one_api.fields import Part, word_errors
from mock_bsg.sandbox import answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mock_bsg.sandbox.answering import Answer

PartT = TypeVar("PartT", bound=Part)


def read_json(raw: bytes) -> dict[str, Any]:
    """Read a body; what is no object has no field. Raises Refusal for what is no JSON."""
    try:
        found = decode(raw)
    except ValueError:
        raise refusals.no_json() from None
    if not isinstance(found, dict):
        return {}
    try:
        return _drop_nulls(found) if b"null" in raw else found
    except RecursionError:
        raise refusals.no_json() from None


def _drop_nulls(found: Any) -> Any:
    """Leave out what is null: that is as good as absent [assumed]."""
    if isinstance(found, dict):
        return {name: _drop_nulls(value) for name, value in found.items() if value is not None}
    return [_drop_nulls(each) for each in found] if isinstance(found, list) else found


@dataclass(slots=True)
class Call(answering.Call):
    """One call of the One API."""

    def body(self, model: type[PartT]) -> PartT:
        """Read the body, JSON whatever its header says [assumed]; raises Refusal: 400 for no JSON, 422 for fields."""
        return self.read(model, read_json(self.raw))

    def query(self, model: type[PartT]) -> PartT:
        """Read the query; raises Refusal for fields.

        Lists repeat their name, with [] behind it or without, or have commas [sdk] [assumed].
        """
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.target.partition("?")[2], keep_blank_values=True, errors="replace"):
            found.setdefault(name.removesuffix("[]"), []).append(value)
        lists = {field.alias or name for name, field in model.model_fields.items() if "list" in str(field.annotation)}
        read: dict[str, Any] = {}
        for name, values in found.items():
            if name in lists:
                read[name] = [each for value in values for each in value.split(",")]
            elif values[-1]:
                read[name] = values[-1]
        return self.read(model, read)

    def read(self, model: type[PartT], found: Mapping[str, Any]) -> PartT:
        """Read an object; raises Refusal with what is wrong with its fields. What is unknown is noted."""
        if _has_unknown(model, found):
            for name in _find_unknown(model, found):
                self.note(f"unknown field {name}")
        errors: dict[str, list[str]] = {}
        read: PartT | None = None
        try:
            read = model.model_validate(found)
        except ValidationError as broken:
            errors = word_errors(broken)
        for name, text in model.find_clashes(found):
            texts = errors.setdefault(name, [])
            if text not in texts:
                texts.append(text)
        if read is None or errors:
            raise refusals.wrong_fields(errors)
        return read


_KNOWN: dict[type[BaseModel], frozenset[str]] = {}


def _known(model: type[BaseModel]) -> frozenset[str]:
    known = _KNOWN.get(model)
    if known is None:
        fields = model.model_fields.items()
        known = _KNOWN[model] = frozenset(field.alias or name for name, field in fields)
    return known


def _has_unknown(model: type[BaseModel], found: Mapping[str, Any]) -> bool:
    """Whether there is a field that the One API does not know; asked of every request, and so without a detour."""
    if not found.keys() <= _known(model):
        return True
    for name, part in _parts(model).items():
        inner = found.get(name)
        if inner is None:
            continue
        for each in inner if isinstance(inner, list) else (inner,):
            if isinstance(each, dict) and _has_unknown(part, each):
                return True
    return False


def _find_unknown(model: type[BaseModel], found: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """Find fields that the One API does not know: a misspelt one is the commonest integration mistake."""
    parts = _parts(model)
    for name, value in found.items():
        if name not in _known(model):
            yield where + name
        elif name in parts:
            if isinstance(value, dict):
                yield from _find_unknown(parts[name], value, f"{where}{name}.")
            elif isinstance(value, list):
                for place, each in enumerate(value):
                    if isinstance(each, dict):
                        yield from _find_unknown(parts[name], each, f"{where}{name}[{place}].")


_PARTS: dict[type[BaseModel], dict[str, type[BaseModel]]] = {}


def _parts(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Find the fields of a model that are objects, or lists of them."""
    parts = _PARTS.get(model)
    if parts is None:
        parts = _PARTS[model] = {}
        for name, field in model.model_fields.items():
            inner = next((each for each in _types_in(field.annotation) if issubclass(each, BaseModel)), None)
            if inner is not None:
                parts[field.alias or name] = inner
    return parts


def _types_in(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for each in getattr(annotation, "__args__", ()):
        yield from _types_in(each)


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the One API; `operation` and `tag` are what BSG's SDKs call it, and its class.

    `path` begins with /api. `body` and `query` are what it takes; `status` is that of its success.
    """

    method: str
    path: str
    handle: Callable[[Call], Answer]
    operation: str
    tag: str
    summary: str
    body: type[Part] | None = None
    query: type[Part] | None = None
    status: int = 200
    is_open: bool = False
    """Whether it wants no token."""
