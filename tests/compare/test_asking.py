"""Whatever a server does to a request, it is asked once, not waited for without an end, and told of in one line."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from mock_bsg.compare.asking import Limits
from mock_bsg.compare.comparison import StoppedError
from tests.compare.conftest import KEY, compare, compare_both, decisions, whys

if TYPE_CHECKING:
    from pathlib import Path

    from tests.compare.conftest import Open, Recorder


async def test_a_server_that_is_down_is_told_after_one_request(unused_tcp_port: int) -> None:
    with pytest.raises(StoppedError, match="it cannot be reached"):
        await compare(f"http://127.0.0.1:{unused_tcp_port}")


async def test_a_host_that_does_not_exist_is_told_after_one_request() -> None:
    with pytest.raises(StoppedError, match=r"there is no host of that name|cannot be reached"):
        await compare("http://nobody.invalid")


async def never(_: web.Request) -> web.Response:
    await asyncio.sleep(3600)
    return web.Response()


async def test_what_never_answers_is_not_waited_for(other: Open) -> None:
    limits = Limits(pause=0, request=0.5)
    with pytest.raises(StoppedError, match=r"no answer within 0\.5 s"):
        await compare(await other(never, is_good_at_first=False), limits)


async def test_three_requests_without_an_answer_end_the_run(other: Open, recorder: Recorder) -> None:
    run = await compare(await other(never), Limits(pause=0, request=0.5))

    assert len(recorder.requests) == 4
    assert len(run.findings) == len(run.questions)
    assert "not asked: 3 requests in a row got no answer, the last because no answer within 0.5 s" in whys(run)


async def test_a_run_has_an_end_of_its_own(other: Open) -> None:
    run = await compare(await other(never), Limits(pause=0, request=60, run=1))

    assert "the run took longer than 1 s" in whys(run)
    assert len(run.findings) == len(run.questions)


@pytest.mark.parametrize("packed", [False, True])
async def test_an_endless_answer_is_read_to_a_limit(other: Open, *, packed: bool) -> None:
    async def pour(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"} if packed else {})
        await response.prepare(request)
        while True:
            await response.write(b"[" * 10_000)

    run = await compare(await other(pour))

    assert "the answer is longer than 65536 bytes" in whys(run)


async def test_a_redirect_is_not_followed(other: Open, recorder: Recorder, sandbox: Open) -> None:
    target = await sandbox()

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": target + request.raw_path})

    run = await compare(await other(redirect))

    assert f"HTTP 307, a redirect to {target}/rest/common/balance, which is not followed" in whys(run)
    assert len(recorder.requests) == len([each for each in run.exchanges if each.after is None])


def close(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.close()


def reset(request: web.Request) -> None:
    import socket

    assert request.transport is not None
    connection = request.transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()


@pytest.mark.parametrize(
    ("end", "told"),
    [(close, "the connection was closed without an answer"), (reset, "the connection was ")],
)
async def test_no_request_is_repeated_when_a_connection_breaks(
    other: Open, recorder: Recorder, end: object, told: str
) -> None:
    async def break_off(request: web.Request) -> web.Response:
        end(request)  # type: ignore[operator]
        return web.Response()

    run = await compare(await other(break_off), Limits(pause=0, failures=100))

    asked = [(method, path) for method, path, _, _ in recorder.requests]
    assert told in whys(run)
    assert asked.count(("PUT", "/rest/viber/price")) == 1
    assert len(asked) == len([each for each in run.exchanges if each.after is None])


async def test_a_connection_closed_in_the_middle_cannot_be_told(other: Open) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"error":')
        close(request)
        return response

    assert "the connection was closed in the middle of the answer" in whys(await compare(await other(cut)))


async def test_what_is_no_http_cannot_be_told() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        with pytest.raises(StoppedError, match=r"what came is no HTTP|no answer"):
            await compare(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_server_is_obeyed_once(other: Open, recorder: Recorder, status: int) -> None:
    async def busy(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "0"})

    run = await compare(await other(busy))

    assert len(recorder.requests) == 1 + 3 * 2
    assert f"HTTP {status} twice" in whys(run)


async def test_a_server_that_is_busy_now_and_then_is_as_assumed(sandbox: Open) -> None:
    url = await sandbox(
        text="""
        faults:
          - {match: {path: "/viber/*"}, times: 1, status: 429, headers: {Retry-After: "0"}}
          - {match: {path: "/api/messages"}, times: 1, status: 429, headers: {Retry-After: "0"}}
        """
    )

    assert set(decisions(await compare(url, one_api_key=KEY)).values()) == {"as assumed"}


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ({}, "HTTP 429, and it does not say for how long"),
        ({"Retry-After": "soon"}, "HTTP 429, and it does not say for how long"),
        ({"Retry-After": "-1"}, "HTTP 429, and it does not say for how long"),
        ({"Retry-After": "86400"}, "HTTP 429, for longer than 30 s"),
        ({"Retry-After": "9" * 400}, "HTTP 429, and it does not say for how long"),
        ({"Retry-After": "Wed, 21 Oct 2115 07:28:00 GMT"}, "HTTP 429, for longer than 30 s"),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, "HTTP 429 twice"),
    ],
)
async def test_a_busy_server_is_not_waited_for_without_an_end(other: Open, header: dict[str, str], told: str) -> None:
    async def busy(_: web.Request) -> web.Response:
        return web.Response(status=429, headers=header)

    assert told in whys(await compare(await other(busy)))


async def test_no_more_requests_are_sent_than_a_run_may(sandbox: Open, recorder: Recorder) -> None:
    run = await compare(await sandbox(), Limits(pause=0, requests=10))

    assert len(recorder.requests) == 10
    assert "not asked: 10 requests were sent, and no more are" in whys(run)


async def test_the_one_api_has_a_limit_of_its_own(sandbox: Open, recorder: Recorder) -> None:
    run = await compare_both(await sandbox(), Limits(pause=0, requests=10))

    paths = [path for _, path, _, _ in recorder.requests]
    assert [path.startswith("/api/") for path in paths] == [False] * 10 + [True] * 10
    assert "one-refresh: a token for a token: not asked: 10 requests were sent, and no more are" in whys(run)


async def test_an_api_that_does_not_answer_leaves_the_other_to_be_asked(other: Open, recorder: Recorder) -> None:
    run = await compare_both(await other(never), Limits(pause=0, request=0.5))

    assert [path for _, path, _, _ in recorder.requests[4:]] == ["/api/auth/login"]
    assert len(run.findings) == len(run.questions)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_one_api_is_obeyed_once_too(other: Open, recorder: Recorder, status: int) -> None:
    async def busy(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "0"})

    run = await compare_both(await other(busy))

    assert [path for _, path, _, _ in recorder.requests[1 + 3 * 2 :]] == ["/api/auth/login"] * 2
    assert f"one-login: logging in to the One API: HTTP {status} twice" in whys(run)


async def test_a_redirect_of_the_one_api_is_not_followed(other: Open, recorder: Recorder, sandbox: Open) -> None:
    target = await sandbox()

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": target + request.raw_path})

    run = await compare_both(await other(redirect))

    assert f"HTTP 307, a redirect to {target}/api/auth/login, which is not followed" in whys(run)
    assert [path for _, path, _, _ in recorder.requests if path.startswith("/api/")] == ["/api/auth/login"]


async def test_both_apis_share_one_pace(sandbox: Open) -> None:
    began = asyncio.get_running_loop().time()
    await compare_both(await sandbox(), Limits(pause=0.05, requests=3))

    assert asyncio.get_running_loop().time() - began >= 0.25


async def test_requests_begin_a_pause_apart(sandbox: Open) -> None:
    began = asyncio.get_running_loop().time()
    await compare(await sandbox(), Limits(pause=0.05, requests=5))

    assert asyncio.get_running_loop().time() - began >= 0.2


async def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    from mock_bsg import MockBSG

    with MockBSG(tls=True) as bsg:
        assert bsg.tls_url is not None
        with pytest.raises(StoppedError, match="its certificate is not to be trusted"):
            await compare(bsg.tls_url)
        assert bsg.requests == []


async def test_http_where_tls_is_expected_is_told(sandbox: Open) -> None:
    url = await sandbox()
    with pytest.raises(StoppedError, match=r"does not speak TLS|not to be trusted|cannot be reached"):
        await compare(url.replace("http://", "https://"))


async def test_a_redirect_of_the_first_request_names_where_to(other: Open) -> None:
    async def redirect(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "https://api.bsg.world/\u202e"})

    with pytest.raises(StoppedError, match=r"HTTP 301, a redirect to https://api.bsg.world/.*, which is not followed"):
        await compare(await other(redirect, is_good_at_first=False))


async def test_headers_without_an_end_are_not_read() -> None:
    async def pour(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"X-Filler: " + b"x" * 1000 + b"\r\n")
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    async with server:
        with pytest.raises(StoppedError, match=r"what came is no HTTP|no answer within 0.5 s"):
            await compare(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", Limits(pause=0, request=0.5))


async def test_nothing_of_the_environment_goes_along(
    sandbox: Open, recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    await compare_both(await sandbox())

    assert recorder.requests
    assert not any(headers.get("Authorization", "").startswith("Basic") for _, _, headers, _ in recorder.requests)


async def test_cookies_are_not_sent_back(other: Open, recorder: Recorder) -> None:
    async def bake(_: web.Request) -> web.Response:
        return web.json_response({"error": 0}, headers={"Set-Cookie": "session=1"})

    await compare(await other(bake))

    assert not any("Cookie" in headers for _, _, headers, _ in recorder.requests)


async def test_a_proxy_is_asked_where_there_is_one(recorder: Recorder) -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        recorder.requests.append((request.method, str(request.raw_path), dict(request.headers), await request.read()))
        return web.json_response({"error": 1, "errorDescription": "Invalid API key"})

    proxy = RawTestServer(answer)
    await proxy.start_server()
    try:
        with pytest.raises(StoppedError, match="the key is refused"):
            await compare("http://bsg.invalid", proxy=str(proxy.make_url("")), proxy_name="http://proxy")
    finally:
        await proxy.close()

    ((method, target, headers, _),) = recorder.requests
    assert (method, target) == ("GET", "http://bsg.invalid/rest/common/balance")
    assert headers["X-API-KEY"] == KEY
    assert "Proxy-Authorization" not in headers


async def test_drops_of_an_answer_do_not_keep_the_run_waiting(other: Open) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    run = await compare(await other(drip), Limits(pause=0, request=0.5))

    assert "no answer within 0.5 s" in whys(run)
