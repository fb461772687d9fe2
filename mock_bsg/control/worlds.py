"""What an account has behind it: its log, taken back, taken along into another account, written down for elsewhere."""

from __future__ import annotations

import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from aiohttp import web

from mock_bsg.control.exports.formats import FORMATS
from mock_bsg.control.exports.selection import QUERY as EXPORT_QUERY
from mock_bsg.control.exports.selection import Selection, Wanted
from mock_bsg.control.exports.world import CONTENT_TYPE, written_world
from mock_bsg.control.handling import ControlCall, ControlError, answer, check_query, shown
from mock_bsg.control.lists import Listing, answer_list
from mock_bsg.control.snapshot_json import show
from mock_bsg.domain.credentials import mask_key
from mock_bsg.logs import LOG
from mock_bsg.sandbox.camera import take_log_entry
from mock_bsg.sandbox.filters import LogFilter

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

_REWINDS = ('{"to": 17}', '{"last": 1}')
_FORKS = ('{"key": "test_copy"}', '{"key": "test_copy", "until": 17}')
_LARGEST = 10**18
WORLD = "world"
"""The format that has all of an account, and no filters."""
_BUFFER = 65_536
"""Bytes that are sent together."""


async def log(call: ControlCall) -> web.StreamResponse:
    """List the commands of an account newest first; `after` is the number that the page before ended with."""
    return await answer_list(call, LISTING)


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


async def export(call: ControlCall) -> web.StreamResponse:
    """Write an account down in a format for elsewhere, piece by piece: its messages and requests, or its world."""
    query = call.query
    name = query.get("format", "json")
    if name == WORLD:
        return await _export_world(call)
    wanted = Wanted.read(query)
    form = FORMATS.get(name)
    if form is None:
        names = [*FORMATS, WORLD]
        raise ControlError(400, f"format must be one of {', '.join(names)}; not '{name}'", names)
    account = await call.account()
    selection = Selection(account, call.operations.now(account), wanted, form.usual_limit)
    return await _answer_file(call, account.key, name, form.content_type, form.write(selection))


async def _export_world(call: ControlCall) -> web.StreamResponse:
    left_over = sorted(call.query.keys() - {"format"})
    check_query(call.query, EXPORT_QUERY)
    if left_over:
        raise ControlError(400, f"a world has all of an account: leave out {', '.join(left_over)}", ["format=world"])
    account = await call.account()
    async with written_world(call.operations, account) as pieces:
        return await _answer_file(call, account.key, WORLD, CONTENT_TYPE, pieces)


async def _answer_file(
    call: ControlCall, key: str, ending: str, content_type: str, pieces: AsyncGenerator[bytes]
) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": content_type,
            "Content-Disposition": f'attachment; filename="{_name_file(key, ending)}"',
        }
    )
    async with aclosing(pieces):
        await response.prepare(call.request)
        try:
            await _send(response, pieces)
        except ConnectionError:
            raise  # the client has gone
        except Exception:
            LOG.exception("a mistake of mock_bsg's own in an export as %s; please report it", ending)
            if call.request.transport is not None:
                call.request.transport.abort()  # half of it is there: a whole answer must not be taken for one
    return response


async def _send(response: web.StreamResponse, pieces: AsyncIterator[bytes]) -> None:
    waiting: list[bytes] = []
    size = 0
    async for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size > _BUFFER:
            await response.write(b"".join(waiting))
            waiting, size = [], 0
    await response.write_eof(b"".join(waiting))


def _name_file(key: str, ending: str) -> str:
    """Name the file of an export; the key is masked in it, and nothing that no file system takes is left."""
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", mask_key(key)).strip("-.")
    return "-".join(filter(None, ("mock_bsg", kept))) + f".{ending}"


def _read_number(order: dict[str, Any], name: str, examples: tuple[str, ...]) -> int | None:
    number = order.get(name)
    if number is None or (isinstance(number, int) and not isinstance(number, bool) and 0 < number <= _LARGEST):
        return number
    raise ControlError(400, f"{name} must be a whole number from 1 on, not {shown(number)}", list(examples))


LISTING = Listing("commands", LogFilter, lambda account, noted, _now: show(take_log_entry(account, noted)))
