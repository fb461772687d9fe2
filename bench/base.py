"""What the sandbox is measured against: bare aiohttp that does nothing and answers fixed bytes of the same sizes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_STATUS = (
    b'{"error":0,"errorDescription":"No errors","id":"1234567","msisdn":"380970000000","reference":"r12345678-01",'
    b'"time_in":"2026-01-17 09:20:02","time_sent":"2026-01-17 09:20:03","time_dr":"2026-01-17 09:20:07",'
    b'"status":"read","price":0.23,"currency":"EUR"}'
)
_ENTRY = (
    b'{"error":0,"errorDescription":"No errors","reference":"r12345678-01","id":"1234567",'
    b'"price":0.23,"currency":"EUR"}'
)


def _receipt(recipients: int) -> bytes:
    total = f"{recipients * 0.23:.2f}".encode()
    return b'{"result":[' + b",".join([_ENTRY] * recipients) + b'],"currency":"EUR","total_price":' + total + b"}"


def _answering(body: bytes) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=body, headers={"Content-Type": "application/json"})

    return handler


def _make_app() -> web.Application:
    app = web.Application()
    app.router.add_post("/rest/viber/create", _answering(_receipt(1)))
    app.router.add_post("/rest/viber/create/50", _answering(_receipt(50)))
    app.router.add_get("/rest/viber/{id}", _answering(_STATUS))
    return app


async def _serve() -> None:
    runner = web.AppRunner(_make_app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(f"base is ready: http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    try:
        import uvloop  # noqa: PLC0415 -- not on every platform
    except ImportError:
        asyncio.run(_serve())
    else:
        uvloop.run(_serve())


if __name__ == "__main__":
    main()
