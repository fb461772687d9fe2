"""What a scenario does to whole requests, seen on the wire of a server as it really runs."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import unquote

import pytest

from mock_bsg.http.server import Server
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings
from tests.conftest import until

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

ORDER = {"messages": [{"to": [{"msisdn": "447700900001", "reference": "a"}], "text": "hello", "alpha_name": "BSG"}]}
BROKEN = ["connection_reset", "empty_response", "malformed_response", "truncated_response", "hang"]


class Answer(NamedTuple):
    """What came back over a connection of its own, until it was closed."""

    status: int
    headers: dict[str, str]
    body: bytes


Connection: TypeAlias = "tuple[StreamReader, StreamWriter]"
Start: TypeAlias = Callable[[str], Awaitable["Wire"]]


class Wire:
    """A server that runs a scenario, and connections to it byte by byte."""

    def __init__(self, server: Server) -> None:
        self.server = server

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Connection]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(ConnectionError):  # it may be broken already
                await writer.wait_closed()

    async def exchange(self, method: str, path: str, body: bytes = b"", headers: str = "") -> bytes:
        """Send a request and read until the connection ends; raises what a broken connection raises."""
        async with self.connect() as (reader, writer):
            writer.write(
                f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: test_key\r\nConnection: close\r\n{headers}"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            return await asyncio.wait_for(reader.read(), 10)

    async def ask(self, method: str, path: str, body: bytes = b"", headers: str = "") -> Answer:
        head, _, content = (await self.exchange(method, path, body, headers)).partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        found = dict(line.split(": ", 1) for line in lines)
        return Answer(int(first.split()[1]), found, content)

    async def create(self) -> Answer:
        return await self.ask("POST", "/rest/viber/create", json.dumps(ORDER).encode())

    async def has_message(self) -> bool:
        answer = await self.ask("GET", "/_mock/accounts/test_key/messages")
        return bool(json.loads(answer.body)["messages"])


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start a server that runs the scenario of this text."""
    async with AsyncExitStack() as stack:

        async def run(scenario: str) -> Wire:
            server = Server(Settings(scenario="given", port=0), Library(texts={"given": scenario}), grace=0.1)
            await server.start()
            stack.push_async_callback(server.stop)
            return Wire(server)

        yield run


@pytest.fixture(autouse=True)
def _no_traceback(caplog: pytest.LogCaptureFixture) -> object:
    """Whatever breaks on purpose, the log stays free of tracebacks."""
    with caplog.at_level(logging.INFO):
        yield
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def faulty(what: str, more: str = "") -> str:
    return f'faults: [{{name: "what goes wrong", match: {{path: "/viber/*"}}, {what}{more}}}]'


def ruled(what: str) -> str:
    return f'rules: [{{name: "what goes wrong", match: {{msisdn: "447700900001"}}, {what}}}]'


@pytest.fixture(params=["fault", "rule"])
def word(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Word a scenario in which something happens by a fault, or by a rule for the recipient."""
    return faulty if request.param == "fault" else ruled


Word: TypeAlias = Callable[[str], str]


def named(answer: Answer) -> str:
    """The name of the fault or rule that decided, as the header tells it."""
    return unquote(answer.headers.get("X-Mock-BSG-Fault") or answer.headers["X-Mock-BSG-Rule"])


# --- broken connections and answers


async def test_connection_reset_is_one(start: Start, word: Word) -> None:
    wire = await start(word("fault: connection_reset"))
    with pytest.raises(ConnectionResetError):
        await wire.create()
    assert not await wire.has_message()


async def test_empty_response_closes_without_a_byte(start: Start, word: Word) -> None:
    wire = await start(word("fault: empty_response"))
    assert await wire.exchange("POST", "/rest/viber/create", json.dumps(ORDER).encode()) == b""
    assert not await wire.has_message()


async def test_malformed_response_is_200_with_json_that_is_none(start: Start, word: Word) -> None:
    wire = await start(word("fault: malformed_response"))
    answer = await wire.create()
    assert (answer.status, answer.headers["Content-Type"], named(answer)) == (
        200,
        "application/json; charset=utf-8",
        "what goes wrong",
    )
    assert len(answer.body) == int(answer.headers["Content-Length"])
    with pytest.raises(ValueError, match=r"."):
        json.loads(answer.body)
    assert not await wire.has_message()


async def test_truncated_response_promises_more_than_it_sends(start: Start, word: Word) -> None:
    wire = await start(word("fault: truncated_response"))
    answer = await wire.create()
    assert (answer.status, named(answer)) == (200, "what goes wrong")
    assert 0 < len(answer.body) < int(answer.headers["Content-Length"])
    assert not await wire.has_message()


async def test_hang_says_nothing_until_the_client_goes(start: Start, word: Word) -> None:
    wire = await start(word("fault: hang"))
    async with wire.connect() as (reader, writer):
        body = json.dumps(ORDER).encode()
        writer.write(
            b"POST /rest/viber/create HTTP/1.1\r\nHost: x\r\nX-API-KEY: test_key\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.05)
    assert not await wire.has_message()


async def test_hang_ends_when_the_server_stops(start: Start) -> None:
    wire = await start(faulty("fault: hang"))
    async with wire.connect() as (reader, writer):
        writer.write(b"GET /rest/viber/1 HTTP/1.1\r\nHost: x\r\nX-API-KEY: test_key\r\n\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.05)
        await wire.server.stop()
        assert await asyncio.wait_for(reader.read(), 5) == b""


@pytest.mark.parametrize("fault", BROKEN[:4])
async def test_next_request_after_a_broken_one_is_answered(start: Start, fault: str) -> None:
    wire = await start(faulty(f"fault: {fault}", ", times: 1"))
    with suppress(ConnectionError):
        await wire.exchange("GET", "/rest/viber/1")
    assert (await wire.create()).status == 200
    assert await wire.has_message()


async def test_what_went_wrong_is_in_the_log(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    wire = await start(faulty("fault: empty_response"))
    await wire.exchange("GET", "/rest/viber/1")
    assert "test_k… GET /rest/viber/1: fault 'what goes wrong'" in caplog.text


@pytest.mark.parametrize("fault", BROKEN[:4])
async def test_journal_has_what_was_really_answered(start: Start, word: Word, fault: str) -> None:
    wire = await start(word(f"fault: {fault}"))
    with suppress(ConnectionError):
        sent = (await wire.exchange("POST", "/rest/viber/create", json.dumps(ORDER).encode())).partition(b"\r\n\r\n")[2]
    account = wire.server.runtime.accounts.get("test_key")
    assert account is not None
    exchange = account.journal.get(1)
    assert exchange is not None
    if fault.endswith(("malformed_response", "truncated_response")):
        assert (exchange.status, exchange.answer) == (200, sent)
    else:
        assert (exchange.status, exchange.answer) == (None, b"")


# --- statuses, errors, headers, delays


@pytest.mark.parametrize("status", [200, 204, 302, 304, 404, 418, 429, 500, 503, 599])
async def test_whole_request_gets_an_http_status(start: Start, word: Word, status: int) -> None:
    wire = await start(word(f"status: {status}"))
    answer = await wire.create()
    assert (answer.status, named(answer)) == (status, "what goes wrong")
    assert len(answer.body) == int(answer.headers.get("Content-Length", 0)) or status == 304
    assert not await wire.has_message()


async def test_fault_is_told_from_a_rule_by_its_header(start: Start) -> None:
    by_fault, by_rule = await start(faulty("status: 503")), await start(ruled("status: 503"))
    assert "X-Mock-BSG-Fault" in (await by_fault.create()).headers
    headers = (await by_rule.create()).headers
    assert "X-Mock-BSG-Fault" not in headers
    assert headers["X-Mock-BSG-Rule"] == "what goes wrong"


async def test_whole_answer_is_an_error_of_bsgs_with_http_200(start: Start) -> None:
    wire = await start(faulty("error: 11"))
    answer = await wire.create()
    assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, "application/json")
    assert json.loads(answer.body) == {
        "error": 11,
        "errorDescription": "Exceeded limit for messages processed simultaneously",
    }
    assert not await wire.has_message()


@pytest.mark.parametrize("what", ["status: 503", "error: 11", "fault: malformed_response", "fault: truncated_response"])
async def test_headers_of_a_fault_come_with_its_answer(start: Start, what: str) -> None:
    wire = await start(faulty(what, ', headers: {Retry-After: "1", Content-Type: text/plain, x-mock-bsg-fault: own}'))
    answer = await wire.create()
    assert (answer.headers["Retry-After"], answer.headers["Content-Type"]) == ("1", "text/plain")


async def test_fault_may_only_add_headers_and_the_request_is_answered(start: Start) -> None:
    wire = await start(faulty('headers: {X-RateLimit-Remaining: "0", content-type: application/problem+json}'))
    answer = await wire.create()
    assert json.loads(answer.body)["result"][0]["error"] == 0
    assert (answer.headers["X-RateLimit-Remaining"], named(answer)) == ("0", "what goes wrong")
    assert [value for name, value in answer.headers.items() if name.lower() == "content-type"] == [
        "application/problem+json"
    ]
    assert answer.headers["X-Mock-BSG-Rule"] == "defaults"


async def test_delay_makes_the_answer_late_and_nothing_else(start: Start, word: Word) -> None:
    wire = await start(word("delay: 30ms..40ms"))
    loop = asyncio.get_running_loop()
    began = loop.time()
    answer = await wire.create()
    assert loop.time() - began >= 0.03
    assert json.loads(answer.body)["result"][0]["error"] == 0


async def test_times_every_and_probability_choose_the_requests(start: Start) -> None:
    wire = await start(
        """
        seed: 1
        faults:
          - {match: {path: "/viber/1"}, times: 2, status: 500}
          - {match: {path: "/viber/2"}, every: 3, status: 500}
          - {match: {path: "/viber/3"}, probability: 0.5, status: 500}
        """
    )

    async def hits_of(wire: Wire, path: str) -> str:
        hits = [(await wire.ask("GET", path)).status == 500 for _ in range(12)]
        return "".join("x" if hit else "." for hit in hits)

    hits = [await hits_of(wire, f"/rest/viber/{n}/") for n in (1, 2, 3)]
    assert hits[:2] == ["xx..........", "..x..x..x..x"]
    assert 2 < hits[2].count("x") < 10
    again = await start(wire.server._library.get("given").source)  # noqa: SLF001 -- the same scenario anew
    assert hits[2] == await hits_of(again, "/v1.0/viber/3")


async def test_faults_look_at_method_path_header_and_body(start: Start) -> None:
    wire = await start(
        """
        faults:
          - {match: {method: DELETE, path: "/viber/1"}, status: 501}
          - {match: {header: {X-API-SOURCE: "Mag*"}}, status: 502}
          - {match: {body: "*secret*"}, status: 503}
        """
    )
    assert (await wire.ask("GET", "/rest/viber/1")).status == 200
    assert (await wire.ask("DELETE", "/rest/viber/1")).status == 501
    assert (await wire.ask("GET", "/rest/common/balance", headers="x-api-source: Magento\r\n")).status == 502
    assert (await wire.ask("POST", "/rest/common/balance", b"a secret of mine")).status == 503
    assert (await wire.ask("GET", "/_mock/health", b"a secret of mine")).status == 200


async def test_faults_of_one_account_are_not_used_up_by_another(start: Start) -> None:
    wire = await start(faulty("status: 500", ", times: 1"))
    assert [(await wire.ask("GET", "/rest/viber/1")).status for _ in range(2)] == [500, 200]
    async with wire.connect() as (reader, writer):
        writer.write(b"GET /rest/viber/1 HTTP/1.0\r\nX-API-KEY: test_other\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.0 500")


# --- clients that misbehave


async def test_client_that_goes_while_it_sends_harms_nobody(start: Start) -> None:
    wire = await start("{}")
    async with wire.connect() as (_, writer):
        writer.write(
            b"POST /rest/viber/create HTTP/1.1\r\nHost: x\r\nX-API-KEY: test_key\r\nContent-Length: 99\r\n\r\n{"
        )
        await writer.drain()

        async def is_noted() -> bool:
            return b'"requests":1' in await wire.exchange("GET", "/_mock/accounts/test_key")

        await until(is_noted, "the request to be noted")
    assert not await wire.has_message()


@pytest.mark.parametrize(
    "garbage",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /rest/viber/\xff HTTP/1.1\r\n\r\n",
        b"POST /rest/viber/create HTTP/1.1\r\nHost: x\r\nX-API-KEY: k\r\nContent-Length: x\r\n\r\n",
        b"POST /rest/viber/create HTTP/1.1\r\nHost: x\r\nX-API-KEY: k\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    ],
)
async def test_what_is_no_http_is_refused(start: Start, garbage: bytes) -> None:
    from mock_bsg.logs import tell_bad_http_in_one_line

    log = logging.getLogger("aiohttp.server")
    log.addFilter(tell_bad_http_in_one_line)
    try:
        wire = await start("{}")
        async with wire.connect() as (reader, writer):
            writer.write(garbage)
            assert (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.0 400 ")
    finally:
        log.removeFilter(tell_bad_http_in_one_line)


@pytest.mark.parametrize(
    "line",
    [
        "X-API-KEY : {}", "X API KEY: {}", "X-API-KEY {}", "X-API-KEY: {}\x01", "X-API-KEY: a\r\n {}",
        "X-API-KEY: " + "{}" * 900, "Authorization : Bearer {}", "X-API-KEY\t: it's \"{}\"",
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["live_0ZeXYZsecret", "0ZeXYZsecret"])
async def test_what_is_no_http_is_logged_without_its_key(
    start: Start, line: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = await say_in_log(
        start, f"GET /rest/viber/1 HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n".replace("{}", key), caplog
    )
    assert "what came is not HTTP as it should be" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/rest/viber/1 ?api_key=0ZeXYZsecret", "GET /rest/viber/1…"),
        ("/rest/vi ber?api_key=0ZeXYZsecret", "GET /rest/vi…"),
        ("/rest/\x01viber?key=0ZeXYZsecret", "GET /rest/"),
        ("/live_0ZeXYZsecret/viber 1", "GET /live_0Ze…"),
        ("http://x:99999/rest/viber/1?token=0ZeXYZsecret", "http://x:99999/rest/viber/1?…"),
        ("http://user:0ZeXYZsecret@x:99999/rest/viber/1", "http://x:99999/rest/viber/1"),
    ],
)
async def test_target_that_is_no_http_is_logged_without_its_secrets(
    start: Start, target: str, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = await say_in_log(start, f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n", caplog)
    assert shown in said
    assert "secret" not in said


async def say_in_log(start: Start, sent: str, caplog: pytest.LogCaptureFixture) -> str:
    """Send what aiohttp's parser refuses, and tell the line that the log has of it."""
    from mock_bsg.logs import tell_bad_http_in_one_line

    log = logging.getLogger("aiohttp.server")
    log.addFilter(tell_bad_http_in_one_line)
    try:
        wire = await start("{}")
        async with wire.connect() as (reader, writer):
            writer.write(sent.encode())
            assert (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.0 400 ")
    finally:
        log.removeFilter(tell_bad_http_in_one_line)
    return "\n".join(each.getMessage() for each in caplog.records if each.name == "aiohttp.server")
