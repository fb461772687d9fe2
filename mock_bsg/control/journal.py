"""The journal of an account as the control API shows it: requests, answers, what decided them, what they created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.control.handling import ControlCall, answer
from mock_bsg.control.lists import Listing, answer_list
from mock_bsg.control.snapshot_json import SHOWN_IN_LISTS, read_json, show_request
from mock_bsg.domain.paths import function_path, is_of_one_api
from mock_bsg.sandbox.camera import take_request
from mock_bsg.sandbox.filters import RequestFilter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp import web

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.journal import Exchange


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List requests newest first; `after` is the number that the page before ended with."""
    return await answer_list(call, LISTING)


async def get(call: ControlCall) -> web.StreamResponse:
    account = await call.account()
    exchange = call.operations.find_request(account, call.number("n", "the journal has no request"))
    return answer(show_exchange(account, exchange))


def show_exchange(account: Account, exchange: Exchange, longest: int | None = None) -> dict[str, Any]:
    """Show a request with the messages that it created; `longest` cuts bodies after so many bytes."""
    shown = show_request(take_request(account, exchange), longest)
    is_cut = longest is not None and len(exchange.answer) > longest
    said = read_json(exchange.answer) if is_cut else shown["answer_json"]
    find = _find_in_one_api if is_of_one_api(exchange.path) else _find_in_v1
    return shown | {"messages": list(find(account, exchange, said)) if isinstance(said, dict) else []}


def _find_in_v1(_: Account, exchange: Exchange, said: dict[str, Any]) -> Iterable[str]:
    if not function_path(exchange.path).endswith("/create"):
        return []
    result = said.get("result")
    entries = result if isinstance(result, list) else [result]
    return [entry["id"] for entry in entries if isinstance(entry, dict) and "id" in entry]


def _find_in_one_api(account: Account, exchange: Exchange, said: dict[str, Any]) -> Iterable[str]:
    """Tell the message that was sent, or that had a code in it; a campaign's are told by the filter `campaign`."""
    path, data = function_path(exchange.path), said.get("data")
    named = data.get("id") if isinstance(data, dict) else None
    if not isinstance(named, str | int):  # null, as when sending was only tried
        return []
    if path == "/api/messages/send":
        return [str(named)]
    session = account.authentications.find(str(named)) if path.startswith("/api/2fa/authentications/otp") else None
    sent = [] if session is None else [account.messages.get(each.message) for each in session.sent]
    return [str(each.id) for each in sent if each is not None and each.submission.request == exchange.number]


LISTING = Listing(
    "requests",
    RequestFilter,
    lambda account, exchange, _now: show_exchange(account, exchange, SHOWN_IN_LISTS),
)
