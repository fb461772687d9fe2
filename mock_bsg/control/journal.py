"""The journal of an account as the control API shows it: requests, answers, and what decided them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control.handling import ControlCall, answer
from mock_bsg.control.lists import Listing, answer_list
from mock_bsg.control.snapshot_json import SHOWN_IN_LISTS, show_request
from mock_bsg.sandbox.camera import take_request
from mock_bsg.sandbox.filters import RequestFilter

if TYPE_CHECKING:
    from aiohttp import web


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List requests newest first; `after` is the number that the page before ended with."""
    return await answer_list(call, LISTING)


async def get(call: ControlCall) -> web.StreamResponse:
    exchange = call.operations.find_request(await call.account(), call.number("n", "the journal has no request"))
    return answer(show_request(take_request(exchange)))


LISTING = Listing(
    "requests",
    RequestFilter,
    lambda _account, exchange, _now: show_request(take_request(exchange), SHOWN_IN_LISTS),
)
