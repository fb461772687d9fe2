"""What the control API says of the server as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg import __version__
from mock_bsg.control.handling import ControlCall, answer

if TYPE_CHECKING:
    from aiohttp import web


async def health(call: ControlCall) -> web.StreamResponse:
    runtime = call.runtime
    uptime = (runtime.machine() - runtime.started) / 1000
    return answer({"status": "healthy", "version": __version__, "uptime_s": round(uptime, 3)})


async def numbers(call: ControlCall) -> web.StreamResponse:
    """The magic numbers, read off the rules of the built-in default scenario."""
    default = call.runtime.library.get("default")
    return answer({"numbers": [{"msisdn": number.msisdn, "outcome": number.outcome} for number in default.numbers()]})
