"""What a scenario does to a whole request on the wire: late, broken or refused answers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from http.client import responses as REASONS  # noqa: N812 -- a table of constants
from typing import TYPE_CHECKING

from aiohttp import web
from multidict import CIMultiDict

from mock_bsg.bsg.errors import INTERNAL_ERROR, error_answer
from mock_bsg.encoding import encode
from mock_bsg.reply import FAULT_HEADER, RULE_HEADER, add_fault, name_rules
from mock_bsg.scenario.draws import draw

if TYPE_CHECKING:
    from mock_bsg.scenario.answers import AnswerSetting
    from mock_bsg.scenario.faults import Effect

BROKEN_JSON = b'{"result": [{"error": 0, "errorDescription": "No err'
_HTML_TYPE = "text/html; charset=utf-8"
_OF_BSG = 500
"""The only HTTP status of a failure that is BSG's own [spec]; others come from what stands before it."""
_MISSING_BYTES = 200
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


async def hold_back(effect: Effect, seed: int, number: int) -> None:
    """Wait as long as the effect says; `number` is the request's, so that the draw is the same every time."""
    if effect.delay is not None:
        await asyncio.sleep(effect.delay.at(draw(seed, "delay", effect.name, number)) / 1000)


async def answer_instead(
    request: web.BaseRequest,
    effect: Effect,
    answers: AnswerSetting,
    stopping: asyncio.Event,
    fault: Effect | None = None,
) -> web.StreamResponse:
    """Answer a request as the effect says, or break its connection; `fault` is one that only adds its headers.

    `answers` is what the scenario says of all answers; `stopping` ends what would hang for ever.
    """
    headers = _headers(effect, answers, fault)
    match effect.fault:
        case "connection_reset":
            return _reset(request)
        case "empty_response":
            return _close(request)
        case "hang":
            return await _hang(request, stopping)
        case "malformed_response":
            return web.Response(body=BROKEN_JSON, headers=headers)
        case "truncated_response":
            return await _truncate(request, headers)
        case None:
            pass
    return _answer(effect, headers)


def _answer(effect: Effect, headers: CIMultiDict[str]) -> web.Response:
    """Answer with one of BSG's errors, or with the HTTP status of something that stands before BSG."""
    status = effect.status or 200
    if effect.error is not None:
        return web.Response(body=encode(error_answer(effect.error)), headers=headers, status=status)
    if status == _OF_BSG:
        return web.Response(body=encode(INTERNAL_ERROR), headers=headers, status=status)
    body = f"<html><body><h1>{status} {REASONS.get(status, '')}</h1></body></html>"
    return web.Response(body=body.encode(), headers=headers, status=status)


def _headers(effect: Effect, answers: AnswerSetting, fault: Effect | None) -> CIMultiDict[str]:
    # What stands between a client and BSG answers in HTML, not in BSG's JSON [assumed].
    is_json = effect.error is not None or effect.fault is not None or effect.status == _OF_BSG
    headers = CIMultiDict({"Content-Type": answers.json_type if is_json else answers.content_type or _HTML_TYPE})
    if fault is not None:
        add_fault(headers, fault)
    headers[FAULT_HEADER if effect.origin == "fault" else RULE_HEADER] = name_rules((effect.name,))
    headers.update(effect.headers)  # what the scenario says replaces what is there, however it is spelt
    return headers


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


async def _truncate(request: web.BaseRequest, headers: CIMultiDict[str]) -> web.StreamResponse:
    response = web.StreamResponse(headers=headers)
    response.content_length = len(BROKEN_JSON) + _MISSING_BYTES
    await response.prepare(request)
    await response.write(BROKEN_JSON)
    _close(request)
    return response


async def _hang(request: web.BaseRequest, stopping: asyncio.Event) -> web.Response:
    """Say nothing until the client has gone or the server stops."""
    while not stopping.is_set() and request.transport is not None and not request.transport.is_closing():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 1)
    return _close(request)
