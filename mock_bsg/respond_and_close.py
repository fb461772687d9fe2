"""Ends a connection after an answer, where the rest of what the client sent cannot be made sense of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web


async def respond_and_close(request: web.BaseRequest, response: web.StreamResponse) -> web.StreamResponse:
    """Send the response and close: a body that is not packed, or cut into chunks, as its header says has no end.

    Left to itself, aiohttp would go on reading it, and log the mistake as one of its own.
    """
    response.force_close()
    await response.prepare(request)
    await response.write_eof()
    request.protocol.force_close()
    return response
