"""Sends requests to one server, slowly and within limits, and tells what came back, whatever came."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from mock_bsg import __version__
from mock_bsg.compare.answers import Answer, printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from mock_bsg.compare.answers import Mask
    from mock_bsg.compare.exchanges import Exchange

_AUTO_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_BUSY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may take; times in seconds, `answer` in bytes.

    `requests` are those to each API, and after `failures` requests in a row without an answer it is sent no more.
    `pause` lies between the beginnings of two requests; `wait` is the longest that a Retry-After is obeyed.
    """

    requests: int = 60
    pause: float = 0.5
    request: float = 10
    answer: int = 65_536
    wait: float = 30
    run: float = 600
    failures: int = 3


LIMITS = Limits()


class _AgainError(Exception):
    """aiohttp was about to send a request a second time."""


class Pace:
    """Keeps a pause (s) between the beginnings of two requests, whoever sends them."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._next = 0.0

    async def wait(self) -> None:
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self._next - clock()))
        self._next = clock() + self._pause


class Asker:
    """Asks one server, one request after the other; every request on a connection of its own, so that none is repeated.

    `keys` are the keys to be sent as "given" and "wrong"; `mask` hides in what comes back whatever is secret in this
    run. No cookies, no redirects, nothing of the environment.
    """

    def __init__(
        self, url: str, keys: Mapping[str, str], mask: Mask, limits: Limits, pace: Pace, proxy: str = ""
    ) -> None:
        self.sent = 0
        self._keys = keys
        self._mask = mask
        self._url = url
        self._limits = limits
        self._pace = pace
        self._proxy = proxy or None
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_start.append(_refuse_second)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._limits.request),
            skip_auto_headers=_AUTO_HEADERS,
            auto_decompress=False,
            trust_env=False,
            trace_configs=[trace],
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    @property
    def may_ask(self) -> bool:
        """Whether there is still a request left of those that a run may send."""
        return self.sent < self._limits.requests

    async def ask(self, exchange: Exchange, filling: str = "") -> Answer:
        """Send one request, in its turn; where the server is busy and says for how long, once more after that."""
        answer = await self._send(exchange, filling)
        if answer.status not in _BUSY:
            return answer
        wait = _read_wait(answer.headers.get("Retry-After", ""))
        if wait is None:
            return Answer(problem=f"HTTP {answer.status}, and it does not say for how long")
        if wait > self._limits.wait:
            return Answer(problem=f"HTTP {answer.status}, for longer than {self._limits.wait:g} s")
        if not self.may_ask:
            return Answer(problem=f"HTTP {answer.status}, and no request is left to try again")
        await asyncio.sleep(wait)
        again = await self._send(exchange, filling)
        return Answer(problem=f"HTTP {again.status} twice") if again.status in _BUSY else again

    async def _send(self, exchange: Exchange, filling: str) -> Answer:
        await self._pace.wait()
        self.sent += 1
        try:
            return await self._exchange(exchange, filling)
        except TimeoutError:
            return Answer(problem=f"no answer within {self._limits.request:g} s")
        except (aiohttp.ClientError, OSError, ValueError, _AgainError) as fault:
            return Answer(problem=_explain(fault))

    async def _exchange(self, exchange: Exchange, filling: str) -> Answer:
        path, content = exchange.path, self._content(exchange)
        if exchange.missing is not None:
            missing = f"{{{exchange.missing}}}"
            path = path.replace(missing, filling)
            content = None if content is None else content.replace(missing.encode(), filling.encode())
        async with self._session.request(
            exchange.method,
            URL(self._url + path, encoded=True),
            data=content,
            headers=self._headers(exchange),
            allow_redirects=False,
            proxy=self._proxy,
            trace_request_ctx=SimpleNamespace(connections=0),
        ) as response:
            body = b""
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > self._limits.answer:
                    return Answer(problem=f"the answer is longer than {self._limits.answer} bytes")
            packed = response.headers.get("Content-Encoding", "identity")
            if packed != "identity":
                return Answer(problem=f"the answer is packed, which was not asked for: {printable(packed, 40)}")
            return self._read(exchange, response.status, response.headers, body)

    def _read(self, exchange: Exchange, status: int, headers: Mapping[str, str], body: bytes) -> Answer:  # noqa: ARG002 -- of the One API's it depends
        shown = {name: self._mask.hide(value) for name, value in headers.items()}
        return Answer(status, CIMultiDict(shown), self._mask.hide_in(body))

    def _content(self, exchange: Exchange) -> bytes | None:
        return exchange.content

    def _headers(self, exchange: Exchange) -> dict[str, str]:
        headers = {"User-Agent": f"mock_bsg/{__version__} compare", "Accept-Encoding": "identity"}
        if exchange.content is not None:
            headers["Content-Type"] = exchange.content_type
        return headers | self._credentials(exchange) | dict(exchange.headers)

    def _credentials(self, exchange: Exchange) -> dict[str, str]:
        return {} if exchange.key == "none" else {"X-API-KEY": self._keys.get(exchange.key, "")}


async def _refuse_second(_session: aiohttp.ClientSession, context: SimpleNamespace, _: object) -> None:
    # aiohttp sends what is idempotent a second time if its connection breaks; nothing is to be sent twice here.
    request = context.trace_request_ctx
    request.connections += 1
    if request.connections > 1:
        raise _AgainError


def _read_wait(text: str) -> float | None:
    """Read a Retry-After, seconds or a date; None if there is none that can be obeyed."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


# Told in this order: what stands first is a kind of what stands later.
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (_AgainError, "the connection was closed without an answer"),
    (aiohttp.ServerDisconnectedError, "the connection was closed without an answer"),
    (aiohttp.ClientPayloadError, "the connection was closed in the middle of the answer"),
    (aiohttp.ClientConnectorSSLError, "it does not speak TLS"),
    (aiohttp.ClientConnectorDNSError, "there is no host of that name"),
    (aiohttp.ClientProxyConnectionError, "the proxy cannot be reached"),
    (ConnectionResetError, "the connection was broken"),
    (aiohttp.ClientResponseError, "what came is no HTTP"),
)


def _explain(fault: Exception) -> str:
    """Say in one line why no answer came."""
    if isinstance(fault, aiohttp.ClientConnectorCertificateError):
        why = getattr(fault.certificate_error, "verify_message", "") or str(fault.certificate_error)
        return f"its certificate is not to be trusted: {printable(why, 120)}"
    if isinstance(fault, aiohttp.ClientHttpProxyError):
        return f"the proxy answered HTTP {fault.status}"
    for kind, reason in _REASONS:
        if isinstance(fault, kind):
            return reason
    if isinstance(fault, OSError):
        return f"it cannot be reached: {printable(fault.strerror or str(fault), 120)}"
    return f"no answer: {printable(str(fault) or type(fault).__name__, 120)}"
