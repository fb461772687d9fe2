"""What tests of the server share: scenarios, settings, a client, a key of one's own."""

from __future__ import annotations

import asyncio
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from inspect import isawaitable
from ipaddress import ip_address
from pathlib import Path
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

PATIENCE_S = 30
"""Seconds after which something that a test waits for will not come, on a busy machine too."""
NOWHERE = (".test", ".invalid", ".example", ".localhost")
"""Domains that are nobody's (RFC 6761)."""

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


@asynccontextmanager
async def within(seconds: float, what: str) -> AsyncIterator[None]:
    """Fail the test where its block takes longer; `what` names what it waits for."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        pytest.fail(f"waited {seconds:g} s for {what}")


async def until(holds: Callable[[], Awaitable[object] | object], what: str, seconds: float = PATIENCE_S) -> None:
    """Wait until this holds; fail the test after so many seconds. `what` names what nobody tells of."""
    async with within(seconds, what):
        while not (await found if isawaitable(found := holds()) else found):  # noqa: ASYNC110 -- nobody tells of it
            await asyncio.sleep(0)


def wait_until(holds: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> None:
    """`until` for tests that have no event loop."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s for {what}")


@pytest.fixture(autouse=True)
def _no_real_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Look up no name but this machine's own: those that can't exist are told so at once, others fail the test."""
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def answer(host: bytes | str | None, *arguments: Any, **named: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if name is None or is_at_home(name):
            return look_up(host, *arguments, **named)
        if not name.lower().rstrip(".").endswith(NOWHERE):
            asked.append(name)
        raise socket.gaierror(socket.EAI_NONAME, f"tests look up no {name}")

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    yield
    assert asked == [], "names that somebody could own were looked up"


def is_at_home(name: str) -> bool:
    """Whether it is an address, a name of this machine, or a text that no resolver is asked for."""
    if name.lower() in {"", "localhost", socket.gethostname().lower()}:
        return True
    try:
        name.encode("idna")
        ip_address(name.partition("%")[0])
    except UnicodeError:
        return True
    except ValueError:
        return False
    return True


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


@pytest.fixture(scope="session")
def replayer() -> Iterator[subprocess.Popen[bytes]]:
    """A process that makes accounts anew of their commands."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "replayer.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    yield process
    process.communicate()


@pytest.fixture
async def client(
    request: pytest.FixtureRequest,
    aiohttp_client: AiohttpClient,
    app_settings: Settings,
    library: Library,
    replayer: subprocess.Popen[bytes],
) -> AsyncIterator[Client]:
    """A client of a server with the scenario `times`."""
    from mock_bsg.http.app import create_app  # the sandbox's tests need no server, and so no import of one

    client = await open_client(aiohttp_client, create_app(app_settings, library))
    yield client
    check_replay(request, client, replayer)
    check_answers(client)


@pytest.fixture
async def serve(
    request: pytest.FixtureRequest, aiohttp_client: AiohttpClient, replayer: subprocess.Popen[bytes]
) -> AsyncIterator[Serve]:
    """Start a server with this scenario as the default one, and make a client of it."""
    from mock_bsg.http.app import create_app

    started = []

    async def start(scenario: str, **settings: Any) -> Client:
        app = create_app(Settings(scenario="given", **settings), Library(texts={"given": scenario}))
        started.append(await open_client(aiohttp_client, app))
        return started[-1]

    yield start
    for client in started:
        check_replay(request, client, replayer)
        check_answers(client)


def check_replay(request: pytest.FixtureRequest, client: Client, replayer: subprocess.Popen[bytes]) -> None:
    """See that each account is what its commands make in another process: nothing changed it past the door.

    It is also what its checkpoint makes, written and read.
    """
    if request.node.get_closest_marker("past_the_door"):
        return
    from mock_bsg.runtime import RUNTIME
    from tests.replayer import picture, write_and_read

    runtime = client.app[RUNTIME]
    assert replayer.stdin is not None
    assert replayer.stdout is not None
    for account in runtime.accounts:
        machine = runtime.machine()
        assert picture(write_and_read(account), machine) == picture(account, machine), f"{account.key} restored"
        if account.log.count != len(account.log):
            continue  # its beginning isn't kept any more
        pickle.dump((account.key, list(account.log), machine), replayer.stdin)
        replayer.stdin.flush()
        assert pickle.load(replayer.stdout) == picture(account, machine), f"{account.key} replayed"  # noqa: S301 -- ours


def check_answers(client: Client) -> None:
    """See that the One API answered as its description says, whatever the test was about."""
    from mock_bsg.apis import is_one_api_loaded
    from mock_bsg.runtime import RUNTIME

    if is_one_api_loaded():
        from tests.one_api.described import check_journal

        for account in client.app[RUNTIME].accounts:
            check_journal(account)


async def open_client(aiohttp_client: AiohttpClient, app: Application) -> Client:
    """Start a server as users have it, with the shortcut before its router, and make a client of it."""
    from mock_bsg.http.fast_path import SHORTCUT

    client: Client = await aiohttp_client(app)
    runner = client.server.runner
    assert runner is not None
    assert runner.server is not None
    app[SHORTCUT].lead(runner.server)
    return client
