"""Connections that a scenario breaks, on the wire."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from multidict import CIMultiDict

    from mock_bsg.rules.faults import FaultKind

_MISSING_BYTES = 200
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


async def break_off(
    request: web.BaseRequest, fault: FaultKind, body: bytes, headers: CIMultiDict[str], stopping: asyncio.Event
) -> web.StreamResponse:
    """Break a request's connection instead of answering it whole; `stopping` ends what would hang for ever."""
    match fault:
        case "connection_reset":
            return _reset(request)
        case "hang":
            return await _hang(request, stopping)
        case "truncated_response":
            return await _truncate(request, body, headers)
    return _close(request)


def _reset(request: web.BaseRequest) -> web.Response:
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            # With a linger of zero the kernel sends RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    return web.Response()


def _close(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def _truncate(request: web.BaseRequest, body: bytes, headers: CIMultiDict[str]) -> web.StreamResponse:
    response = web.StreamResponse(headers=headers)
    response.content_length = len(body) + _MISSING_BYTES
    await response.prepare(request)
    await response.write(body)
    _close(request)
    return response


async def _hang(request: web.BaseRequest, stopping: asyncio.Event) -> web.Response:
    """Say nothing until the client has gone or the server stops."""
    while not stopping.is_set() and request.transport is not None and not request.transport.is_closing():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 1)
    return _close(request)
