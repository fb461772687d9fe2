"""What an account has behind it: its log of commands, read, taken back, and taken along into another account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.control.handling import ControlCall, ControlError, answer, shown
from mock_bsg.control.lists import Listing, answer_list
from mock_bsg.control.snapshot_json import show
from mock_bsg.sandbox.camera import take_log_entry
from mock_bsg.sandbox.filters import LogFilter

if TYPE_CHECKING:
    from aiohttp import web

_REWINDS = ('{"to": 17}', '{"last": 1}')
_FORKS = ('{"key": "test_copy"}', '{"key": "test_copy", "until": 17}')
_LARGEST = 10**18


async def log(call: ControlCall) -> web.StreamResponse:
    """List the commands of an account newest first; `after` is the number that the page before ended with."""
    return await answer_list(call, LOG)


async def rewind(call: ControlCall) -> web.StreamResponse:
    """Let an account be as it was after a command, or before the last steps that somebody took."""
    order = await call.read_object(("to", "last"), _REWINDS)
    to, last = _read_number(order, "to", _REWINDS), _read_number(order, "last", _REWINDS)
    if (to is None) == (last is None):
        raise ControlError(400, "the body must say to or last, and not both", list(_REWINDS))
    account = await call.account()
    if last is not None:
        account = await call.operations.take_back(account, last)
    elif to is not None:
        account = await call.operations.rewind(account, to)
    return answer(show(call.operations.show(account)))


async def fork(call: ControlCall) -> web.StreamResponse:
    """Begin another account with the same past, or with the beginning of it."""
    order = await call.read_object(("key", "until"), _FORKS)
    key, until = order.get("key"), _read_number(order, "until", _FORKS)
    if not isinstance(key, str) or not key.isprintable() or not key.strip():
        found = f"not {shown(key)}" if "key" in order else "and it is missing"
        raise ControlError(400, f"key must be the API key of the new account, {found}", list(_FORKS))
    copy = await call.operations.fork(await call.account(), key, until)
    return answer(show(call.operations.show(copy)))


def _read_number(order: dict[str, Any], name: str, examples: tuple[str, ...]) -> int | None:
    number = order.get(name)
    if number is None or (isinstance(number, int) and not isinstance(number, bool) and 0 < number <= _LARGEST):
        return number
    raise ControlError(400, f"{name} must be a whole number from 1 on, not {shown(number)}", list(examples))


LOG = Listing("commands", LogFilter, lambda account, noted, _now: show(take_log_entry(account, noted)))
