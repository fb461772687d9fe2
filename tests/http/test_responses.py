"""Answers as they stand on the wire: one head, whether it is made here or by aiohttp."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPMessage, parse_headers
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from mock_bsg.http.responses import Outbox, name_rules

if TYPE_CHECKING:
    from tests.conftest import Client

BALANCE = b'{"error":0,"errorDescription":"No errors","amount":"100.0000000","currency":"EUR","limit":"7"}'


def ask(version: str = "1.1", *headers: str, path: str = "/rest/common/balance") -> bytes:
    lines = [f"GET {path} HTTP/{version}", "Host: localhost", "X-API-KEY: test_key", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


async def converse(client: Client, *requests: bytes) -> list[tuple[str, HTTPMessage, bytes]]:
    """Send requests all at once on one connection; tells status line, headers and body of each answer."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    try:
        writer.write(b"".join(requests))
        return [await read_answer(reader) for _ in requests]
    finally:
        writer.close()
        await writer.wait_closed()


async def read_answer(reader: asyncio.StreamReader) -> tuple[str, HTTPMessage, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    headers = parse_headers(BytesIO(rest))
    return line.decode(), headers, await reader.readexactly(int(headers["Content-Length"]))


async def test_answer_has_the_headers_that_aiohttp_would_give_it(client: Client) -> None:
    (quick,) = await converse(client, ask("1.1"))
    (plain,) = await converse(client, ask("1.0"))
    assert (quick[0], plain[0]) == ("HTTP/1.1 200 OK", "HTTP/1.0 200 OK")
    assert quick[2] == plain[2] == BALANCE
    told, expected = ({name: value for name, value in each[1].items() if name != "Date"} for each in (quick, plain))
    assert told == expected
    assert abs(parsedate_to_datetime(quick[1]["Date"]) - parsedate_to_datetime(plain[1]["Date"])) < timedelta(minutes=1)


async def test_requests_sent_at_once_on_one_connection_are_answered_in_order(client: Client) -> None:
    # What the outbox sends, what aiohttp does, the control API, and what has to look for its way.
    paths = ["/rest/common/balance", "/rest/viber/5", "/rest/nothing", "/_mock/health", "/rest/viber/5?x", "/nowhere"]
    answers = await converse(client, *(ask(path=path) for path in paths * 3))
    assert [line[9:12] for line, _, _ in answers] == ["200", "200", "404", "200", "200", "404"] * 3
    told = [BALANCE, b'"error":40', b'"error":4,', b'"version"', b'"error":40', b"nowhere"] * 3
    assert all(said in body for said, (_, _, body) in zip(told, answers, strict=True))


@pytest.mark.parametrize("request_line", [("1.1", "Connection: close"), ("1.0",)])
async def test_connection_ends_where_the_client_wants_it(client: Client, request_line: tuple[str, ...]) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(ask(*request_line))
    assert (await read_answer(reader))[2] == BALANCE
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_client_of_http_1_0_may_keep_its_connection(client: Client) -> None:
    answers = await converse(client, ask("1.0", "Connection: keep-alive"), ask("1.0", "Connection: keep-alive"))
    assert [headers["Connection"] for _, headers, _ in answers] == ["keep-alive", "keep-alive"]


class Wire(asyncio.Transport):
    """Notes what is sent."""

    def __init__(self, *, is_closing: bool = False) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self._is_closing = is_closing

    def is_closing(self) -> bool:
        return self._is_closing

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))


async def test_answers_of_one_turn_are_sent_together_before_whatever_comes_later() -> None:
    outbox, wire, closed = Outbox(), Wire(), Wire(is_closing=True)
    for transport, answer in ((wire, b"1"), (closed, b"2"), (wire, b"3")):
        outbox.put(transport, b"head of ", answer)
    assert wire.sent == []

    seen: list[list[bytes]] = []
    asyncio.get_running_loop().call_soon(lambda: seen.append(list(wire.sent)))
    await asyncio.sleep(0)
    outbox.put(wire, b"head of ", b"4")
    await asyncio.sleep(0)

    assert seen == [[b"head of 1", b"head of 3"]]
    assert wire.sent == [b"head of 1", b"head of 3", b"head of 4"]
    assert closed.sent == []


async def test_client_that_goes_before_its_answer_disturbs_nobody(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        _, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(ask() * 50)
        writer.transport.abort()
    ((_, _, body),) = await converse(client, ask())
    assert body == BALANCE
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "name", ["plain name (of a rule)", "a, b", "100 %", "Київ", "a\tb", "😀", "%41", "x\r\nSet-Cookie: y"]
)
def test_name_of_a_rule_can_stand_in_a_header_and_be_read_back(name: str) -> None:
    written = name_rules((name,))
    assert written.isascii()
    assert written.isprintable()
    assert "," not in written
    assert unquote(written) == name


def test_names_of_several_rules_are_separated_by_commas() -> None:
    assert name_rules(("a, b", "c")) == "a%2C b,c"
