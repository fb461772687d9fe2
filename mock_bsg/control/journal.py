"""The journal of an account as the control API shows it: requests, answers, and what decided them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mock_bsg.bsg.call import function_path
from mock_bsg.control.filters import read_pattern
from mock_bsg.control.handling import ControlCall, ControlError, answer, is_number, read_number
from mock_bsg.control.views import instant
from mock_bsg.control.waiting import Listing, answer_list
from mock_bsg.credentials import mask_header, mask_target
from mock_bsg.encoding import decode
from mock_bsg.scenario.error_codes import ERROR_TEXTS
from mock_bsg.scenario.values import HIGHEST_STATUS, LOWEST_STATUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from aiohttp import web

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.journal import Exchange

_FILTERS = frozenset({"method", "path", "status", "error", "rule", "fault", "body"})
SHOWN_IN_LISTS = 16_384
"""Bytes of a body that a list shows; the request by itself shows all of it."""


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List requests newest first; `after` is the number that the page before ended with."""
    return await answer_list(call, LISTING)


async def get(call: ControlCall) -> web.StreamResponse:
    account = call.account()
    wanted = call.param("n")
    exchange = account.journal.get(int(wanted)) if is_number(wanted) else None
    if exchange is None:
        raise ControlError(404, f"the journal has no request '{wanted}'{_tell_dropped(account)}")
    return answer(exchange_view(exchange))


def exchange_summary(exchange: Exchange) -> dict[str, Any]:
    """Show a request in one line: what it was, what it got, and what decided that."""
    return {
        "n": exchange.number,
        "at": instant(exchange.at),
        "method": exchange.method,
        "path": mask_target(exchange.path),
        "status": exchange.status,
        "duration_ms": exchange.duration / 1000,
        "rules": list(exchange.rules),
        "fault": exchange.fault,
        "notes": list(exchange.notes),
    }


def exchange_view(exchange: Exchange, longest: int | None = None) -> dict[str, Any]:
    """Show a request whole; `longest` cuts bodies after so many bytes; JSON that is not cut comes as a value, too."""
    answer_body = _read_json(exchange.answer)
    return exchange_summary(exchange) | {
        "headers": [[name, mask_header(name, value)] for name, value in read_headers(exchange)],
        "body": exchange.body[:longest].decode("utf-8", "replace"),
        "body_size": len(exchange.body),
        "json": _read_json(exchange.body) if longest is None or len(exchange.body) <= longest else None,
        "answer": exchange.answer[:longest].decode("utf-8", "replace"),
        "answer_size": len(exchange.answer),
        "answer_json": answer_body if longest is None or len(exchange.answer) <= longest else None,
        "messages": _created(exchange, answer_body),
    }


def select(account: Account, query: Mapping[str, str], _now: int) -> Iterator[Exchange]:
    """Go through the requests that fit the filters, newest first."""
    checks = list(_checks(query))
    exchanges = account.journal.newest_first()
    if "after" in query:
        after = read_number(query, "after", 0, 0, 10**18)
        exchanges = (exchange for exchange in exchanges if exchange.number < after)
    return (exchange for exchange in exchanges if all(check(exchange) for check in checks))


def check_filters(query: Mapping[str, str]) -> None:
    """Raise ControlError(400) for filters that no request can ever fit."""
    list(_checks(query))


def _checks(query: Mapping[str, str]) -> Iterator[Callable[[Exchange], bool]]:
    method, path = read_pattern(query, "method"), read_pattern(query, "path")
    if method is not None:
        yield lambda exchange: method.accepts(exchange.method.upper())
    if path is not None:
        yield lambda exchange: path.accepts(function_path(exchange.path))
    if "status" in query:
        status = read_number(query, "status", 0, LOWEST_STATUS, HIGHEST_STATUS)
        yield lambda exchange: exchange.status == status
    if "error" in query:
        wanted = read_number(query, "error", 0, 0, 999)
        if wanted not in ERROR_TEXTS:
            raise ControlError(
                400, f"error: {wanted} is no error code of BSG's API", [str(code) for code in ERROR_TEXTS]
            )
        # The answers are our own, compact JSON: to read each of ten thousand would take long.
        code = re.compile(rb'"error":"?%d"?[,}]' % wanted)
        yield lambda exchange: code.search(exchange.answer) is not None
    rule, fault = read_pattern(query, "rule"), read_pattern(query, "fault")
    if rule is not None:
        yield lambda exchange: any(rule.accepts(name) for name in exchange.rules)
    if fault is not None:
        yield lambda exchange: exchange.fault is not None and fault.accepts(exchange.fault)
    if "body" in query:
        text = query["body"].casefold()
        yield lambda exchange: text in exchange.body.decode("utf-8", "replace").casefold()


def read_headers(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Read names and values as they came, in their order; no key is masked yet."""
    for name, value in exchange.headers:
        yield name.decode("latin-1"), value.decode("utf-8", "replace")


def _read_json(text: bytes) -> Any:
    try:
        return decode(text) if text else None
    except ValueError:
        return None


def _created(exchange: Exchange, said: Any) -> list[str]:
    """List the ids of the messages that the answer to a create names."""
    if not function_path(exchange.path).endswith("/create") or not isinstance(said, dict):
        return []
    result = said.get("result")
    entries = result if isinstance(result, list) else [result]
    return [entry["id"] for entry in entries if isinstance(entry, dict) and "id" in entry]


def _tell_dropped(account: Account) -> str:
    dropped = account.journal.dropped
    return f" (any more: it has dropped the oldest {dropped})" if dropped else ""


LISTING = Listing(
    "requests",
    _FILTERS,
    check_filters,
    select,
    lambda _account, exchange, _now: exchange_view(exchange, SHOWN_IN_LISTS),
    lambda exchange: exchange.number,
    lambda account: account.journal.dropped,
)
