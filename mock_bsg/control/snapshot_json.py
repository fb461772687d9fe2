"""Snapshots as JSON: every snapshot by its own fields, so that nothing of it is named a second time."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.credentials import mask_header, mask_login, mask_target
from mock_bsg.encoding import decode
from mock_bsg.sandbox.snapshots import Message, MessageSummary, MessageWhole, Request, RequestSummary

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SHOWN_IN_LISTS = 16_384
"""Bytes of a body that a list shows; the request by itself shows all of it."""


def show(snapshot: DataclassInstance) -> dict[str, Any]:
    """Show a snapshot as JSON has it: times in ISO 8601, money as numbers, durations in ms, what was sent as text."""
    return {name: _plain(getattr(snapshot, field)) for field, name in _names(type(snapshot))}


def show_summary(message: MessageSummary) -> dict[str, Any]:
    """Show a message as lists and events do."""
    found = show(message)
    if message.channel != "sms":
        del found["alt_route_of"]
    return found


def show_message(message: MessageWhole) -> dict[str, Any]:
    """Show a message whole; its SMS as lists show it, with its timeline."""
    alt_route = [show_summary(_summary_of(sms)) | {"timeline": _plain(sms.timeline)} for sms in message.alt_route]
    return show_summary(message) | {"alt_route": alt_route}


def show_line(request: RequestSummary) -> dict[str, Any]:
    """Show a request in one line; keys and tokens in its address are masked."""
    return show(request) | {"path": mask_target(request.path)}


def show_request(request: Request, longest: int | None = None) -> dict[str, Any]:
    """Show a request whole; `longest` cuts bodies after so many bytes; JSON that is not cut comes as a value, too.

    Keys and tokens are masked in headers, and in logins of the One API.
    """
    body, answer = (_mask_login(request, each) for each in (request.body, request.answer))
    return {
        **show_line(_line_of(request)),
        "headers": [[name, mask_header(name, value)] for name, value in request.lines],
        "body": body[:longest].decode("utf-8", "replace"),
        "body_size": len(request.body),
        "json": read_json(body) if longest is None or len(body) <= longest else None,
        "answer": answer[:longest].decode("utf-8", "replace"),
        "answer_size": len(request.answer),
        "answer_json": read_json(answer) if longest is None or len(answer) <= longest else None,
    }


def _mask_login(request: Request, said: bytes) -> bytes:
    if not request.path.startswith(_LOGINS):
        return said
    return mask_login(said.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


_LOGINS = "/api/auth/"


def instant(at: datetime) -> str:
    """Write ISO 8601 with milliseconds, UTC."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=64)
def _names(kind: type[DataclassInstance]) -> tuple[tuple[str, str], ...]:
    return tuple((each.name, each.metadata.get("name") or each.name) for each in fields(kind))


def _plain(value: Any) -> Any:  # noqa: PLR0911 -- a table of kinds
    match value:
        case None | bool() | int() | str() | float():
            return value
        case datetime():
            return instant(value)
        case Decimal():
            return float(value)
        case timedelta():
            return value / timedelta(milliseconds=1)
        case bytes():
            return value.decode() if value else None
        case tuple() if hasattr(value, "_asdict"):
            return {name: _plain(each) for name, each in value._asdict().items()}
        case tuple():
            return [_plain(each) for each in value]
    return show(value)


def _summary_of(message: Message) -> MessageSummary:
    return MessageSummary(**{field: getattr(message, field) for field, _ in _names(MessageSummary)})


def _line_of(request: Request) -> RequestSummary:
    return RequestSummary(**{field: getattr(request, field) for field, _ in _names(RequestSummary)})


def read_json(text: bytes) -> Any:
    """Read what a body says; None if it is no JSON, or there is none."""
    try:
        return decode(text) if text else None
    except ValueError:
        return None
