"""What a receiver reads off its socket: request target and Host header are as the address was given, byte for byte."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.conftest import Client, Serve

KEY = "test_key"
SCENARIO = """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
defaults: {viber: {sent: 1s, undeliverable: 1s}, sms: {sent: 1s}, hlr: {sent: 0s, active: 1s}}
"""


class Wire:
    """A receiver that knows no HTTP: notes the head of each request as it came, and says 200."""

    def __init__(self) -> None:
        self.port = 0
        self.heads: list[bytes] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    @property
    def targets(self) -> list[bytes]:
        return [head.split(b"\r\n")[0].removeprefix(b"POST ").removesuffix(b" HTTP/1.1") for head in self.heads]

    def header(self, name: bytes) -> bytes | None:
        lines = [line.split(b": ", 1) for line in self.heads[-1].split(b"\r\n")[1:] if line]
        return next((value for key, value in lines if key.lower() == name), None)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    async with await asyncio.start_server(wire.handle, "127.0.0.1", 0) as server:
        wire.port = server.sockets[0].getsockname()[1]
        yield wire


@pytest.fixture
async def client(serve: Serve) -> Client:
    return await serve(SCENARIO)


async def post(client: Client, path: str, body: Any) -> Any:
    answer = await client.post(f"/rest/{path}", json=body, headers={"X-API-KEY": KEY})
    return json.loads(await answer.read())


async def send(client: Client, url: str) -> int:
    """Send a message that asks for reports to this address; the error of its entry."""
    message = {"to": [{"msisdn": "380972920000"}], "text": "hi", "alpha_name": "BSG", "callback_url": url}
    error: int = (await post(client, "viber/create", {"messages": [message]}))["result"][0]["error"]
    return error


async def advance(client: Client, duration: str) -> None:
    answer = await client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": duration})
    assert answer.status == 200


async def reports_of(client: Client, query: dict[str, str] | None = None) -> list[dict[str, Any]]:
    answer = await client.get(f"/_mock/accounts/{KEY}/reports", params=query)
    return list((await answer.json())["reports"])


TARGETS = (
    "/dlr?sig=a%2Fb%3D&to=u%40x",
    "/%2f%2F%7e%7E%zz%%25%",
    "/a+b=c&d;e|f^g{h}[i]\"j'k\\l~m`n<o>p!q*r(s)t,u:v@w$x_y-z.",
    "/a?a+b=c&d;e|f^g{h}[i]\"j'k\\l~m`n<o>p!q*r(s)t,u:v@w$x_y-z.?/%20%2B",
    "/привіт/ß?ї=ґ&e=é",
    "//double//slash",
    "/./a/../b/./../",
    "/..",
    "/%2e%2e/%2E",
    "/a?",
    "/a??",
    "/?a?b",
    "/a?&&=&",
    "/a;jsessionid=1?x",
    "/http://other.test/?u=http://h/#",
)


@pytest.mark.parametrize("target", TARGETS)
async def test_the_request_target_arrives_byte_for_byte(client: Client, wire: Wire, target: str) -> None:
    url = f"http://127.0.0.1:{wire.port}{target}"
    assert await send(client, url) == 0
    await advance(client, "1s")
    assert wire.targets[0] == target.partition("#")[0].encode()
    assert wire.header(b"host") == f"127.0.0.1:{wire.port}".encode()
    report = (await reports_of(client))[-1]
    assert (report["url"], report["state"]) == (url, "delivered")


@pytest.mark.parametrize(
    ("rest", "target"),
    [("", b"/"), ("?", b"/?"), ("?a=%2f", b"/?a=%2f"), ("#part", b"/"), ("?#", b"/?"), ("/a?b#c?d", b"/a?b")],
)
async def test_without_a_path_there_is_a_slash_and_a_fragment_is_never_sent(
    client: Client, wire: Wire, rest: str, target: bytes
) -> None:
    assert await send(client, f"http://127.0.0.1:{wire.port}{rest}") == 0
    await advance(client, "1s")
    assert wire.targets[0] == target


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("LOCALHOST:{}", "LOCALHOST:{}"),
        ("LocalHost.:{}", "LocalHost.:{}"),
        ("127.0.0.1:0{}", "127.0.0.1:0{}"),
        ("приклад.test:{}", "xn--80aikifvh.test:{}"),
        ("my_app:{}", "my_app:{}"),
        ("[::FFFF:127.0.0.1]:{}", "[::FFFF:127.0.0.1]:{}"),
    ],
)
async def test_the_host_is_named_as_it_was_given(
    client: Client, wire: Wire, monkeypatch: pytest.MonkeyPatch, authority: str, host: str
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda _host, port, *_: [(2, 1, 6, "", ("127.0.0.1", port))])
    assert await send(client, f"http://{authority.format(wire.port)}/") == 0
    await advance(client, "1s")
    assert (wire.targets[0], wire.header(b"host")) == (b"/", host.format(wire.port).encode())


async def test_a_default_port_that_was_written_stays(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire()
    async with await asyncio.start_server(wire.handle, "127.0.0.1", 0) as server:
        # The test may not be allowed to listen on port 80, so the name stands for the port as well.
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_: [(2, 1, 6, "", ("127.0.0.1", port))])
        monkeypatch.setattr("mock_bsg.callbacks.addresses._result_of", _keep_port)
        assert await send(client, "http://my-app.test:80/a") == 0
        await advance(client, "1s")
    assert (wire.targets[0], wire.header(b"host")) == (b"/a", b"my-app.test:80")


def _keep_port(host: str, _port: int, family: int, _kind: int, proto: int, _name: str, address: Any) -> dict[str, Any]:
    return {
        "hostname": host, "host": address[0], "port": address[1], "family": family, "proto": proto, "flags": 0,
    }  # fmt: skip


@pytest.mark.usefixtures("ipv6")
async def test_an_ipv6_receiver_is_called_and_named_in_brackets(client: Client) -> None:
    wire = Wire()
    async with await asyncio.start_server(wire.handle, "::1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await send(client, f"http://[0:0::1]:{port}/a?b=%5b") == 0
        await advance(client, "1s")
    assert (wire.targets[0], wire.header(b"host")) == (b"/a?b=%5b", f"[0:0::1]:{port}".encode())


async def test_a_user_in_the_address_becomes_basic_authentication_and_nothing_else(client: Client, wire: Wire) -> None:
    assert await send(client, f"http://me:p%40%2Fw@127.0.0.1:{wire.port}/a@b") == 0
    await advance(client, "1s")
    assert wire.targets[0] == b"/a@b"
    assert wire.header(b"host") == f"127.0.0.1:{wire.port}".encode()
    assert wire.header(b"authorization") == b"Basic bWU6cEAvdw=="
    assert wire.heads[0].count(b"uthorization") == 1


@pytest.mark.parametrize("bad", ["\r\nX-Evil: 1", "\n", "\r", "\0", "\t", " ", "\x7f", "\x85", "\u2028", "\xa0"])
async def test_what_could_end_a_line_is_refused_when_the_message_is_created(
    client: Client, wire: Wire, bad: str
) -> None:
    for url in (f"http://127.0.0.1:{wire.port}/a{bad}b", f"http://127.0.0.1{bad}:{wire.port}/", f"http://a{bad}b@h/"):
        assert await send(client, url) == 7
    await advance(client, "1m")
    assert (wire.heads, await reports_of(client)) == ([], [])


async def test_percent_escapes_of_line_ends_stay_escapes(client: Client, wire: Wire) -> None:
    assert await send(client, f"http://127.0.0.1:{wire.port}/a%0d%0aX-Evil:%201?%00") == 0
    await advance(client, "1s")
    assert wire.targets[0] == b"/a%0d%0aX-Evil:%201?%00"
    assert wire.header(b"x-evil") is None


async def test_the_addresses_of_an_sms_of_an_alternative_route_and_of_a_lookup_are_called_as_given_too(
    client: Client, wire: Wire
) -> None:
    base = f"http://127.0.0.1:{wire.port}"
    alt = {"originator": "BSG", "text": "hi", "callback_url": f"{base}/alt/../?sig=%2f"}
    message = {"to": [{"msisdn": "380972920000"}], "text": "hi", "alpha_name": "BSG"}
    await post(client, "viber/create", {"messages": [message | {"options": {"viber": {"alt_route": alt}}}]})
    sms = {"destination": "phone", "originator": "BSG", "body": "hi", "msisdn": "380972920001", "reference": "a"}
    await post(client, "sms/create", sms | {"callback_url": f"{base}/sms?a=%zz"})
    lookup = {"msisdn": "380972920002", "reference": "b", "callback_url": f"{base}/hlr?a=%7E&&"}
    answer = await post(client, "hlr/create", [lookup])
    assert answer["result"][0]["callback_url"] == lookup["callback_url"]
    await advance(client, "5s")
    assert {b"/alt/../?sig=%2f", b"/sms?a=%zz", b"/hlr?a=%7E&&"} == set(wire.targets)


async def test_addresses_of_pictures_and_buttons_are_shown_as_given(client: Client) -> None:
    viber = {"img": "http://h/%7e/../a?b=%2f#c", "caption": "See", "action": "HTTP://H:80/%zz?"}
    message = {"to": [{"msisdn": "380972920000"}], "text": "hi", "alpha_name": "BSG", "options": {"viber": viber}}
    created = await post(client, "viber/create", {"messages": [message]})
    answer = await client.get(f"/_mock/accounts/{KEY}/messages/{created['result'][0]['id']}")
    options = (await answer.json())["options"]
    assert {name: options[name] for name in viber} == viber


async def test_reports_are_found_by_the_address_as_it_was_given(client: Client, wire: Wire) -> None:
    urls = [f"http://127.0.0.1:{wire.port}/{rest}" for rest in ("a?sig=%2f", "[b]?c", "*")]
    for url in urls:
        await send(client, url)
    await advance(client, "1s")
    for url in urls[:2]:
        assert {report["url"] for report in await reports_of(client, {"url": url})} == {url}
    assert len(await reports_of(client, {"url": "*[[]b]*"})) == 2
