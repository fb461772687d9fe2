"""The aiohttp application: every route of both APIs."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from aiohttp import web

from mock_bsg import control
from mock_bsg.bsg import FUNCTIONS
from mock_bsg.bsg.call import BASES, Answer, Call, function_path
from mock_bsg.bsg.errors import UNKNOWN_FUNCTION
from mock_bsg.gateway import Gateway
from mock_bsg.logs import LOG
from mock_bsg.rejections import Rejections
from mock_bsg.runtime import RUNTIME, Runtime
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.shortcut import SHORTCUT, Shortcut

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings
    from mock_bsg.shortcut import AnswerTo


def create_app(settings: Settings, library: Library) -> web.Application:
    """Make the application; its state is under RUNTIME."""
    app = web.Application(client_max_size=settings.max_body, logger=LOG)
    app[RUNTIME] = Runtime(settings, library)
    rejections = Rejections(app[RUNTIME])
    gateway = Gateway(app[RUNTIME], rejections)
    shortcut = app[SHORTCUT] = Shortcut(rejections.answer_lost)
    for function in FUNCTIONS:
        answer_to = gateway.lead_to(function.handle)
        handler = _route(answer_to)
        # A trailing slash is legal everywhere [client]. Methods come last: added one after the other, those of a path
        # share one resource, which is found at one look.
        for base, slash, method in product(BASES, ("", "/"), function.methods):
            path = base + function.path + slash
            # A reference may have braces in it, malformed as it is, which a plain {reference} would not take.
            app.router.add_route(method, path.replace("}", ":[^/]+}"), handler)
            shortcut.add(method, path, answer_to)
    unknown = _route(gateway.lead_to(_unknown_function))
    for base in BASES:
        for path in {function.path: None for function in FUNCTIONS if "{" not in function.path}:
            # Else GET /viber/create would ask for the message "create".
            app.router.add_route("*", base + path, unknown)
            app.router.add_route("*", base + path + "/", unknown)
        app.router.add_route("*", base + "{function:(/.*)?}", unknown)
    control.add_routes(app)
    app.router.add_route("*", "/{path:.*}", _route(rejections.answer_lost))
    app.on_shutdown.append(_stop)
    app.on_cleanup.append(_close)
    return app


def _route(answer_to: AnswerTo) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make a handler of what answers: as aiohttp's router wants it."""

    async def handler(request: web.Request) -> web.StreamResponse:
        return await answer_to(request, request.match_info)

    return handler


async def _stop(app: web.Application) -> None:
    app[RUNTIME].stopping.set()
    await app[RUNTIME].pulse.stop()


async def _close(app: web.Application) -> None:
    missed = await app[RUNTIME].pulse.close()
    if missed:
        LOG.warning("%d delivery report%s not delivered", missed, " was" if missed == 1 else "s were")


def _unknown_function(call: Call) -> Answer:
    path = function_path(call.target)
    methods = next((function.methods for function in FUNCTIONS if function.path == path), ())
    if methods:
        call.notes.append(f"{path} takes {' and '.join(methods)}")
    if "//" in path:
        call.notes.append(f"{path} has a slash too many")
    raise ApiError(UNKNOWN_FUNCTION)
