"""Messages: listed and filtered, one whole, a status made to happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control.handling import ControlCall, ControlError, answer, shown
from mock_bsg.control.lists import Listing, answer_list
from mock_bsg.control.snapshot_json import show_message, show_summary
from mock_bsg.domain.lifecycle import STATUSES
from mock_bsg.sandbox.camera import take_summary
from mock_bsg.sandbox.filters import MessageFilter

if TYPE_CHECKING:
    from aiohttp import web

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List messages newest first; `after` is the id that the page before ended with."""
    return await answer_list(call, LISTING)


async def get(call: ControlCall) -> web.StreamResponse:
    account = await call.account()
    return answer(show_message(call.operations.show_message(account, _find(call, account))))


async def set_status(call: ControlCall) -> web.StreamResponse:
    order = await call.read_object(("status",), ('{"status": "delivered"}',))
    account = await call.account()
    message = _find(call, account)
    status = order["status"]
    known = STATUSES[message.channel]
    if not known:
        raise ControlError(409, f"{message.channel.upper()} lookups are answered at once: nothing can follow")
    if status not in known:
        raise ControlError(400, f"status must be one of {', '.join(known)}; not {shown(status)}", list(known))
    message = await call.operations.set_status(account, message, status)
    await call.runtime.scheduler.flush(account)
    return answer(show_message(call.operations.show_message(account, message)))


def _find(call: ControlCall, account: Account) -> Message:
    return call.operations.find_message(account, call.number("id", "this account has no message"))


LISTING = Listing(
    "messages",
    MessageFilter,
    lambda account, message, now: show_summary(take_summary(message, now, account.authentications)),
)
