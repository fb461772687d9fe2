"""What tests of `compare` share: a server to be asked, quick limits, a run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from aiohttp import ClientSession, web
from yarl import URL

from mock_bsg.compare.asking import Limits
from mock_bsg.compare.comparison import Comparison
from mock_bsg.compare.target import Target
from mock_bsg.http.app import create_app
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from pytest_aiohttp.plugin import AiohttpServer

KEY = "test_0ZeXYZsecret"
ONE_API_KEY = "test_9WvABChidden"
QUICK = Limits(pause=0)
_OF_A_CONNECTION = ("Content-Length", "Transfer-Encoding", "Connection", "Date", "Server")
Handler: TypeAlias = "Callable[[web.Request], Awaitable[web.StreamResponse]]"
Doctor: TypeAlias = "Callable[[web.Request, web.Response], web.Response]"
Open: TypeAlias = Callable[..., Awaitable[str]]


class Recorder:
    """Notes what a server is asked before it answers."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []

    async def note(self, request: web.Request) -> None:
        body = await request.read()
        self.requests.append((request.method, request.raw_path, dict(request.headers), body))


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession(auto_decompress=False) as opened:
        yield opened


@pytest.fixture
def sandbox(aiohttp_server: AiohttpServer, recorder: Recorder, session: ClientSession) -> Open:
    """Open a second sandbox, which plays BSG, behind something that notes what it is asked; tells its URL.

    `doctor` changes its answers.
    """

    async def open_one(
        scenario: str = "default", *, text: str = "", doctor: Doctor | None = None, **settings: Any
    ) -> str:
        library = Library(texts={"given": text} if text else {})
        behind = await aiohttp_server(create_app(Settings(scenario="given" if text else scenario, **settings), library))

        async def pass_on(request: web.Request) -> web.Response:
            await recorder.note(request)
            async with session.request(
                request.method,
                URL(f"http://{behind.host}:{behind.port}{request.raw_path}", encoded=True),
                headers=request.headers,
                data=await request.read() or None,
                skip_auto_headers=("Accept", "Content-Type"),
                allow_redirects=False,
            ) as answer:
                headers = {name: answer.headers[name] for name in answer.headers if name not in _OF_A_CONNECTION}
                response = web.Response(status=answer.status, headers=headers, body=await answer.read())
            return response if doctor is None else doctor(request, response)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", pass_on)
        return str((await aiohttp_server(app)).make_url("")).rstrip("/")

    return open_one


@pytest.fixture
def other(aiohttp_server: AiohttpServer, recorder: Recorder) -> Open:
    """Open something that is no sandbox, which answers the balance as BSG would; tells its URL."""

    async def open_one(handle: Handler, *, is_good_at_first: bool = True) -> str:
        async def answer(request: web.Request) -> web.StreamResponse:
            await recorder.note(request)
            if is_good_at_first and len(recorder.requests) == 1:
                return web.json_response({"error": 0, "errorDescription": "No errors"})
            return await handle(request)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        return str((await aiohttp_server(app)).make_url("")).rstrip("/")

    return open_one


async def compare(url: str, limits: Limits = QUICK, key: str = KEY, **target: Any) -> Comparison:
    """Run a comparison to its end."""
    run = Comparison(Target(url, key, **target), limits)
    await run.run(lambda _: None)
    return run


async def compare_both(url: str, limits: Limits = QUICK, **target: Any) -> Comparison:
    """Run a comparison that asks the One API, too."""
    return await compare(url, limits, **{"one_api_key": ONE_API_KEY, **target})


def decisions(run: Comparison) -> dict[str, str]:
    return {finding.question.id: finding.decision for finding in run.findings}


def whys(run: Comparison) -> str:
    return "\n".join(f"{finding.question.id}: {line}" for finding in run.findings for line in finding.why)
