"""SMS that came from phones, listed, and a phone that answers one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control.handling import ControlCall, ControlError, answer, shown
from mock_bsg.control.lists import Listing, answer_list
from mock_bsg.control.snapshot_json import show
from mock_bsg.sandbox.camera import take_incoming
from mock_bsg.sandbox.filters import IncomingFilter

if TYPE_CHECKING:
    from aiohttp import web

_REPLIES = ('{"text": "STOP"}',)


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List what came from phones, newest first; `after` is the number that the page before ended with."""
    return await answer_list(call, LISTING)


async def reply(call: ControlCall) -> web.StreamResponse:
    """Let the phone that got an SMS answer it."""
    order = await call.read_object(("text",), _REPLIES)
    text = order["text"]
    if not isinstance(text, str):
        raise ControlError(400, f"text must be what the phone answers, not {shown(text)}", list(_REPLIES))
    account = await call.account()
    message = call.operations.find_message(account, call.number("id", "this account has no message"))
    return answer(show(take_incoming(await call.operations.reply(account, message, text))))


LISTING = Listing("incoming", IncomingFilter, lambda _account, incoming, _now: show(take_incoming(incoming)))
