"""A request is the same however its target is written: as a path, or with the host before it, as to a proxy."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.http.test_gateway import journal

if TYPE_CHECKING:
    from tests.conftest import Client, Serve

NOT_FOUND = {"error": 40, "errorDescription": "Message not found"}


class Answer(NamedTuple):
    status: int
    content_type: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def ask(client: Client, line: str, *headers: str, host: str | None = "localhost", body: bytes = b"") -> Answer:
    """Send a request whose first line is this, to the byte, on a connection of its own."""
    lines = [f"{line} HTTP/1.{0 if host is None else 1}", "X-API-KEY: test_key", "Connection: close", *headers]
    lines += [] if host is None else [f"Host: {host}"]
    lines += [f"Content-Length: {len(body)}"] if body else []
    reader, writer = await asyncio.open_connection(client.host, client.port)
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head, _, content = (await asyncio.wait_for(reader.read(), 10)).partition(b"\r\n\r\n")
    finally:
        writer.close()
        await writer.wait_closed()
    first, *rest = head.decode().split("\r\n")
    types = [line.partition(": ")[2] for line in rest if line.lower().startswith("content-type:")]
    (content_type,) = types
    return Answer(int(first.split()[1]), content_type, content)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("http://api.bsg.world/rest/viber/1", "/rest/viber/1"),
        ("https://api.bsg.world:443/rest/viber/1", "/rest/viber/1"),
        ("HTTP://API.BSG.WORLD/rest/viber/1/", "/rest/viber/1/"),
        ("http://localhost/v1.0/viber/1?a=%2F&b=c+d&c=http://x/y", "/v1.0/viber/1?a=%2F&b=c+d&c=http://x/y"),
        ("http://user:secret@api.bsg.world:8080/rest/viber/1", "/rest/viber/1"),
        ("http://[::1]:8080/rest/viber/1", "/rest/viber/1"),
        ("http://127.0.0.1/rest/viber/reference/a%2fb%3F", "/rest/viber/reference/a%2fb%3F"),
        ("http://api.bsg.world/rest/viber/1;a=b", "/rest/viber/1;a=b"),
        ("http://api.bsg.world/rest/viber/1#part", "/rest/viber/1"),
        ("/rest/viber/1#part", "/rest/viber/1"),
        ("/rest/viber/1?a=b#part", "/rest/viber/1?a=b"),
    ],
)
async def test_request_is_the_same_with_a_host_before_its_path(client: Client, target: str, path: str) -> None:
    answer = await ask(client, f"GET {target}")
    assert (answer.status, answer.json) == (200, NOT_FOUND)
    (exchange,) = journal(client)
    assert (exchange.path, exchange.status) == (path, 200)


async def test_journal_and_those_who_wait_find_it(client: Client) -> None:
    found = "/_mock/accounts/test_key/requests?path=/viber/*&count=1&wait=5s"
    waiting = asyncio.ensure_future(client.get(found))
    await ask(client, "GET http://api.bsg.world/rest/viber/1")
    listed = await (await waiting).json()
    assert [request["path"] for request in listed["requests"]] == ["/rest/viber/1"]


async def test_body_that_comes_with_it_is_read(client: Client) -> None:
    body = b'{"messages": [{"to": [{"msisdn": "380972920000"}], "text": "hello", "alpha_name": "BSG"}]}'
    for query in ("", "?on=the+long+way"):
        answer = await ask(client, f"POST http://api.bsg.world/rest/viber/create{query}", body=body)
        assert answer.json["result"][0]["error"] == 0


async def test_faults_and_rules_find_it(serve: Serve) -> None:
    client = await serve("faults: [{match: {path: /viber/1}, status: 503}]")
    assert (await ask(client, "GET http://api.bsg.world/rest/viber/1")).status == 503
    assert (await ask(client, "GET http://api.bsg.world/rest/viber/2")).status == 200


async def test_notes_of_unknown_functions_name_its_path(client: Client) -> None:
    assert (await ask(client, "GET http://api.bsg.world/rest/viber/create")).status == 404
    assert journal(client)[0].notes == ("/viber/create takes PUT and POST",)


async def test_several_on_one_connection_are_answered_in_order(client: Client) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    targets = ["http://x.example/rest/viber/1", "/rest/sms/1", "http://x.example", "http://x.example/rest/hlr/1"]
    for target in targets:
        writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\nX-API-KEY: test_key\r\n\r\n".encode())
    for code in (40, 20, 4, 60):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        assert json.loads(await reader.readexactly(int(length.split(b":")[1])))["error"] == code
    writer.close()
    await writer.wait_closed()


# --- what has no path


@pytest.mark.parametrize(
    "line",
    [
        "GET http://api.bsg.world", "GET http://localhost", "GET https://api.bsg.world:443?api_key=test_secret",
        "POST http://user:secret@api.bsg.world", "OPTIONS http://api.bsg.world", "OPTIONS *",
        "CONNECT api.bsg.world:443", "CONNECT /rest/viber/1", "CONNECT user:secret@api.bsg.world:443",
        "GET http://api.bsg.world?k=live_0ZeXYZsecret",
    ],
)  # fmt: skip
async def test_request_without_a_path_is_answered_as_bsg_would(
    client: Client, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "mock_bsg"):
        answer = await ask(client, line)
    assert (answer.status, answer.content_type) == (404, "application/json; charset=utf-8")
    assert answer.json["error"] == 4
    assert line.partition(" ")[0] in caplog.text
    assert "Traceback" not in caplog.text
    assert "secret" not in caplog.text
    assert b"secret" not in answer.body


async def test_request_for_a_tunnel_is_told_that_there_is_none(client: Client) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"CONNECT api.bsg.world:443 HTTP/1.1\r\nHost: api.bsg.world:443\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 10)  # until the connection ends
    assert b"no proxy" in answer
    assert b"--tls-port" in answer
    writer.close()
    await writer.wait_closed()


# --- paths that are nearly right


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("//rest/viber/1", "/rest/viber/1"),
        ("http://x.example//rest/viber/1", "/rest/viber/1"),
        ("/REST/sms/1", "/rest/sms/1"),
    ],
)
async def test_path_with_a_slash_too_many_or_in_capitals_is_none_but_told(
    client: Client, target: str, meant: str
) -> None:
    answer = await ask(client, f"GET {target}")
    assert (answer.status, answer.json["error"]) == (404, 4)
    assert f"did you mean {meant}?" in answer.json["errorDescription"]


async def test_slash_too_many_below_the_base_is_noted(client: Client) -> None:
    assert (await ask(client, "GET /rest//viber/1")).status == 404
    assert journal(client)[0].notes == ("//viber/1 has a slash too many",)


@pytest.mark.parametrize(
    "target", ["/rest/viber%2F1", "/rest/./viber/1", "/rest/../rest/viber/1", "/rest/%2e%2e/rest/viber/1", "/rest/%00"]
)
async def test_encoded_slashes_and_dots_lead_nowhere(client: Client, target: str) -> None:
    for before in ("", "http://api.bsg.world"):
        answer = await ask(client, f"GET {before}{target}")
        assert (answer.status, answer.json["error"]) == (404, 4)


@pytest.mark.parametrize(
    "line", ["GET ?x=1", "GET rest/viber/1", "GET *", "GET http:///rest/viber/1", "GET http://[::1/x"]
)
async def test_target_that_is_none_is_no_http(client: Client, line: str, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    try:
        assert (await ask(client, line)).status == 400
    finally:
        logging.getLogger("aiohttp.server").setLevel(logging.NOTSET)
    assert "Traceback" not in caplog.text


# --- who may steer


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("http://evil.example.com/_mock/accounts", "localhost"),
        ("http://localhost/_mock/accounts", "evil.example.com"),
        ("http://evil.example.com/_mock/accounts", None),
        ("http://localhost@evil.example.com/_mock/accounts", "localhost"),
        ("http://evil.example.com/", "localhost"),
        ("https://evil.example.com:8443/_mock/nothing", "localhost"),
    ],
)
async def test_foreign_host_before_the_path_must_not_steer(client: Client, target: str, host: str | None) -> None:
    answer = await ask(client, f"GET {target}", host=host)
    assert answer.status == 403
    assert b"'evil.example.com" in answer.body


@pytest.mark.parametrize(
    "target", ["http://localhost:8080/_mock/accounts", "http://127.0.0.1/", "http://[::1]/_mock/health"]
)
async def test_own_host_before_the_path_may_steer(client: Client, target: str) -> None:
    assert (await ask(client, f"GET {target}")).status == 200
