"""The aiohttp application: every route of both APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from mock_bsg import control
from mock_bsg.domain.paths import BASES, ONE_API
from mock_bsg.http.fast_path import SHORTCUT, Shortcut
from mock_bsg.http.gateway import Gateway
from mock_bsg.http.rejections import Rejections
from mock_bsg.logs import LOG
from mock_bsg.runtime import RUNTIME, Runtime

if TYPE_CHECKING:
    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings


def create_app(settings: Settings, library: Library) -> web.Application:
    """Make the application; its state is under RUNTIME."""
    app = web.Application(client_max_size=settings.max_body, logger=LOG)
    app[RUNTIME] = Runtime(settings, library)
    rejections = Rejections(app[RUNTIME])
    gateway = Gateway(app[RUNTIME], rejections)
    app[SHORTCUT] = Shortcut(gateway.answer, rejections.answer_lost)
    for base in (*BASES, ONE_API):
        app.router.add_route("*", base + "{path:(/.*)?}", gateway.answer)
    control.add_routes(app)
    app.router.add_route("*", "/{path:.*}", rejections.answer_lost)
    app.on_startup.append(_open)
    app.on_shutdown.append(_stop)
    app.on_cleanup.append(_close)
    return app


async def _open(app: web.Application) -> None:
    await app[RUNTIME].open_store()


async def _stop(app: web.Application) -> None:
    app[RUNTIME].stopping.set()
    await app[RUNTIME].scheduler.stop()


async def _close(app: web.Application) -> None:
    missed = await app[RUNTIME].scheduler.close()
    if missed and app[RUNTIME].operations.ledger is None:
        LOG.warning("%d delivery report%s not delivered", missed, " was" if missed == 1 else "s were")
    await app[RUNTIME].close_store()
