"""What tests of the server share: scenarios, settings, a client, a key of one's own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request, Response

from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from pytest_aiohttp.plugin import AiohttpClient, AiohttpServer

Client: TypeAlias = TestClient[Request, Application]
Serve: TypeAlias = Callable[..., Awaitable[Client]]

TIMES = """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
first_id: 217
account: {balance: 100, limit: 7}
prices: {viber: {UA: 0.23}, sms: {UA: 0.023}}
defaults:
  viber: {sent: 1s, delivered: 2s, read: 5s}
  sms: {sent: 1s, delivered: 3s}
rules:
  - name: no Viber
    match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 2s}
    sms: {sent: 1s, delivered: 3s}
"""
"""A scenario whose clock stands still until it is advanced."""


@pytest.fixture
def library() -> Library:
    """The scenarios: built-in ones, and `times` with a clock that stands still."""
    return Library(texts={"times": TIMES})


@pytest.fixture
def app_settings() -> Settings:
    return Settings(scenario="times")


@pytest.fixture
def key() -> str:
    return "test_key"


@pytest.fixture(scope="session")
def ipv6() -> None:
    """Skip a test where this machine has no IPv6 to talk to itself."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError as fault:
        pytest.skip(f"no IPv6 here: {fault}")


class Receiver:
    """A webhook: notes the reports that come, and answers each with the next of `answers`, then with 200.

    An answer is an HTTP status, or something that is awaited first.
    """

    def __init__(self) -> None:
        self.url = ""
        self.reports: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.answers: list[int | Awaitable[Any]] = []
        self.called = asyncio.Event()
        self.open = asyncio.Event()
        """Answers are held back while it is not set."""
        self.open.set()

    async def handle(self, request: Request) -> Response:
        self.requests.append(request)
        self.reports.append(await request.json())
        self.called.set()
        answer = self.answers.pop(0) if self.answers else 200
        if not isinstance(answer, int):
            await answer
            answer = 200
        await self.open.wait()
        return Response(status=answer, text="noted", headers={"Location": self.url} if answer == 302 else {})

    @property
    def statuses(self) -> list[str]:
        return [report["status"] for report in self.reports]


@pytest.fixture
async def receiver(aiohttp_server: AiohttpServer) -> Receiver:
    """Something that delivery reports can be sent to."""
    hook = Receiver()
    app = Application()
    app.router.add_route("*", "/hook", hook.handle)
    server = await aiohttp_server(app)
    hook.url = str(server.make_url("/hook"))
    return hook


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, app_settings: Settings, library: Library) -> Client:
    """A client of a server with the scenario `times`."""
    from mock_bsg.app import create_app  # the sandbox's tests need no server, and so no import of one

    return await open_client(aiohttp_client, create_app(app_settings, library))


@pytest.fixture
def serve(aiohttp_client: AiohttpClient) -> Serve:
    """Start a server with this scenario as the default one, and make a client of it."""
    from mock_bsg.app import create_app

    async def start(scenario: str, **settings: Any) -> Client:
        app = create_app(Settings(scenario="given", **settings), Library(texts={"given": scenario}))
        return await open_client(aiohttp_client, app)

    return start


async def open_client(aiohttp_client: AiohttpClient, app: Application) -> Client:
    """Start a server as users have it, with the shortcut before its router, and make a client of it."""
    from mock_bsg.shortcut import SHORTCUT

    client: Client = await aiohttp_client(app)
    runner = client.server.runner
    assert runner is not None
    assert runner.server is not None
    app[SHORTCUT].lead(runner.server)
    return client
