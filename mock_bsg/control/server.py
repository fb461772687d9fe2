"""What the control API says of the server as a whole."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from mock_bsg import __version__
from mock_bsg.control.handling import ControlCall, ControlError, Route, answer
from mock_bsg.domain.error_codes import ERROR_TEXTS, NO_ERROR

ROUTES = web.AppKey("control_routes", tuple[Route, ...])
"""What the control API consists of, for its description."""


async def health(call: ControlCall) -> web.StreamResponse:
    runtime = call.runtime
    uptime = (runtime.machine() - runtime.started) / 1000
    told = {"status": "healthy", "version": __version__, "uptime_s": round(uptime, 3)}
    ledger = runtime.operations.ledger
    trouble = None if ledger is None else await ledger.check()
    if trouble is not None:
        return answer({**told, "status": "degraded", "error": trouble, "detail": []}, 503)
    return answer(told)


async def ca_pem(call: ControlCall) -> web.StreamResponse:
    """Hand out the certificate of the authority that --tls-port uses; raises ControlError(404) without TLS."""
    certificate = call.runtime.ca_pem
    if certificate is None:
        raise ControlError(404, "there is no certificate authority: this server has no --tls-port (MOCK_BSG_TLS_PORT)")
    return web.Response(body=certificate, content_type="application/x-pem-file")


async def openapi(call: ControlCall) -> web.StreamResponse:
    """Describe both APIs as OpenAPI 3.1, for clients of this server under the name by which it was asked."""
    base = f"{call.request.scheme}://{call.request.host}"
    # The first time takes a while, and others are not to wait for it.
    return answer(await asyncio.to_thread(_describe_apis, base, call.request.app[ROUTES]))


def _describe_apis(base: str, routes: tuple[Route, ...]) -> dict[str, Any]:
    # pydantic and the models are slow to import, and few servers are asked for this.
    from mock_bsg.control.openapi import describe  # noqa: PLC0415 -- see above

    return describe(base, routes)


async def numbers(call: ControlCall) -> web.StreamResponse:
    """Tell the magic numbers, read off the rules of the built-in default scenario."""
    default = call.runtime.library.get("default")
    return answer({"numbers": [{"msisdn": number.msisdn, "outcome": number.outcome} for number in default.numbers()]})


async def error_codes(_call: ControlCall) -> web.StreamResponse:
    """Tell the error codes of BSG's API v1, which rules and faults can answer."""
    told = [{"code": code, "text": text} for code, text in ERROR_TEXTS.items() if code != NO_ERROR]
    return answer({"error_codes": told})
