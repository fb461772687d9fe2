"""A server listens where it was told, says clearly when it cannot, and stops without losing what is in flight."""

import asyncio
import gc
import json
import socket
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from mock_bsg.http import server as server_room
from mock_bsg.http.app import create_app
from mock_bsg.http.server import Server, open_library
from mock_bsg.http.sockets import ServerError
from mock_bsg.rest import viber
from mock_bsg.rest.call import Call
from mock_bsg.runtime import Runtime
from mock_bsg.sandbox.message import Message
from mock_bsg.scenario.errors import ScenarioError, UnknownScenario
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Server]:
    server = Server(settings, open_library(settings))
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        yield taken.getsockname()[1]


class SlowApp:
    """The application with one more address, /slow, whose answer waits until the test lets it go."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.stopping = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.was_cancelled = False

    def create(self, settings: Settings, library: Library) -> web.Application:
        app = create_app(settings, library)
        app.router.add_get("/slow", self.answer)
        app.on_shutdown.append(self.note_stop)
        return app

    async def answer(self, _request: web.Request) -> web.Response:
        self.asked.set()
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        return web.Response(text="late, but here")

    async def note_stop(self, _app: web.Application) -> None:
        self.stopping.set()


async def test_free_port_is_told_and_answers() -> None:
    async with running(Settings(port=0)) as server, aiohttp.ClientSession() as client:
        assert server.port > 0
        assert server.url == f"http://127.0.0.1:{server.port}"
        async with client.get(f"{server.url}/_mock/health") as answer:
            assert json.loads(await answer.read())["status"] == "healthy"


@pytest.mark.parametrize(("host", "reachable"), [("0.0.0.0", "127.0.0.1"), ("localhost", "127.0.0.1")])
async def test_url_is_one_that_this_machine_reaches(host: str, reachable: str) -> None:
    async with running(Settings(hosts=(host,), port=0)) as server, aiohttp.ClientSession() as client:
        assert server.url == f"http://{reachable}:{server.port}"
        async with client.get(f"{server.url}/_mock/health") as answer:
            assert answer.status == 200


async def test_servers_in_one_process_share_nothing() -> None:
    async with running(Settings(port=0)) as one, running(Settings(port=0)) as other:
        assert one.port != other.port


async def test_taken_port_says_what_to_do(taken_port: int) -> None:
    with pytest.raises(ServerError) as caught:
        await Server(Settings(port=taken_port), Library((), {})).start()

    assert str(caught.value) == (
        f"port {taken_port} is taken on 127.0.0.1; choose another with --port or MOCK_BSG_PORT, 0 takes a free one"
    )


async def test_taken_tls_port_leaves_nothing_open(taken_port: int, unused_tcp_port: int) -> None:
    with pytest.raises(ServerError, match="--tls-port or MOCK_BSG_TLS_PORT"):
        await Server(Settings(port=unused_tcp_port, tls_port=taken_port), Library((), {})).start()

    socket.create_server(("127.0.0.1", unused_tcp_port)).close()


async def test_requests_of_bsgs_api_go_past_the_router(monkeypatch: pytest.MonkeyPatch) -> None:
    routed: list[str] = []
    resolve = web.UrlDispatcher.resolve

    async def watch(router: web.UrlDispatcher, request: web.Request) -> web.UrlMappingMatchInfo:
        routed.append(request.path)
        return await resolve(router, request)

    monkeypatch.setattr(web.UrlDispatcher, "resolve", watch)
    async with running(Settings(port=0)) as server, aiohttp.ClientSession() as client:
        for path in (
            "/rest/viber/1",
            "/v1.0/sms/5",
            "/rest/common/balance",
            "/rest/viber/reference/a",
            "/_mock/health",
        ):
            async with client.get(f"{server.url}{path}", headers={"X-API-KEY": "test_key"}) as answer:
                assert answer.status == 200

    assert routed == ["/_mock/health"]


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
async def test_host_that_is_not_ours_says_what_to_do(host: str) -> None:
    with pytest.raises(ServerError, match=f"'{host}' is no address of this machine; choose one with --host"):
        await Server(Settings(hosts=(host,), port=0), Library((), {})).start()


async def test_request_in_flight_gets_its_answer_when_the_server_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowApp()
    monkeypatch.setattr(server_room, "create_app", slow.create)
    server = Server(Settings(port=0), Library((), {}))
    await server.start()
    async with aiohttp.ClientSession() as client:
        asking = asyncio.ensure_future(client.get(f"{server.url}/slow"))
        await slow.asked.wait()
        stopping = asyncio.ensure_future(server.stop())
        await slow.stopping.wait()
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.get(f"{server.url}/slow")
        slow.may_answer.set()
        async with await asking as answer:
            assert await answer.text() == "late, but here"
        await stopping


@pytest.mark.parametrize("grace", [0, 0.01])
async def test_request_that_outlasts_the_grace_is_given_up(monkeypatch: pytest.MonkeyPatch, grace: float) -> None:
    slow = SlowApp()
    monkeypatch.setattr(server_room, "create_app", slow.create)
    server = Server(Settings(port=0), Library((), {}), grace=grace)
    await server.start()
    async with aiohttp.ClientSession() as client:
        asking = asyncio.ensure_future(client.get(f"{server.url}/slow"))
        await slow.asked.wait()
        await server.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await asking
    assert slow.was_cancelled


async def test_server_can_be_stopped_twice_and_before_its_start() -> None:
    server = Server(Settings(port=0), Library((), {}))
    await server.stop()
    await server.start()
    await server.stop()
    await server.stop()


def test_default_scenario_is_read_before_the_start(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("description: Mine.\n", "utf-8")

    by_file = open_library(Settings.read({"scenario": str(file)}, {}))
    by_text = open_library(Settings.read({}, {"MOCK_BSG_SCENARIO_YAML": "description: Text."}))
    by_folder = open_library(Settings.read({"scenario": "mine", "scenario_dirs": [str(tmp_path)]}, {}))

    assert by_file.get("mine").description == "Mine."
    assert by_text.get("environment").description == "Text."
    assert by_folder.get("mine").description == "Mine."


def test_folder_of_scenarios_that_is_not_there_or_empty_is_no_error(tmp_path: Path) -> None:
    environ = {"MOCK_BSG_SCENARIOS": f"{tmp_path},{tmp_path / 'missing'}"}

    assert open_library(Settings.read({}, environ)).get("default").name == "default"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"MOCK_BSG_SCENARIO": "defalt"}, UnknownScenario),
        ({"MOCK_BSG_SCENARIO_YAML": "seeed: 1"}, ScenarioError),
    ],
)
def test_default_scenario_that_is_none_is_told_before_the_start(
    environ: dict[str, str], expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        open_library(Settings.read({}, environ))


def test_what_is_forgotten_is_freed_without_the_collector() -> None:
    runtime = Runtime(Settings(), Library())
    order = {
        "to": [{"msisdn": "380972920000"}, {"msisdn": "447700900201"}],
        "text": "Hello",
        "alpha_name": "BSG",
        "options": {"viber": {"alt_route": {"originator": "BSG", "text": "Hello"}}},
    }
    gc.collect()
    gc.disable()
    try:
        before = count_messages()
        account = runtime.accounts.open("test_key", runtime.machine())
        viber.create(Call(account, runtime.operations.now(account), json.dumps({"messages": [order]}).encode()))
        account.process_due(runtime.operations.now(account) + 60_000)
        made = count_messages() - before
        witness = weakref.ref(account)
        runtime.accounts.forget("test_key")
        del account

        assert made == 3
        assert witness() is None
        assert count_messages() == before
    finally:
        gc.enable()


def count_messages() -> int:
    return sum(isinstance(each, Message) for each in gc.get_objects())
