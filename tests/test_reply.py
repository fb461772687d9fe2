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

from mock_bsg.reply import name_rules

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
    answers = await converse(client, ask(), ask(path="/rest/viber/5"), ask(path="/rest/nothing"), ask())
    assert [line for line, _, _ in answers] == [
        "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK",
    ]  # fmt: skip
    assert answers[0][2] == answers[3][2] == BALANCE
    assert b'"error":40' in answers[1][2]


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
