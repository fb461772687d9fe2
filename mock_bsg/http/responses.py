"""BSG's answers on the wire: JSON, with the rules that decided, head and body in one piece."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import HttpVersion11, web
from aiohttp.http import SERVER_SOFTWARE

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from aiohttp.abc import AbstractStreamWriter

    from mock_bsg.rules.faults import Effect

RULE_HEADER = "X-Mock-BSG-Rule"
FAULT_HEADER = "X-Mock-BSG-Fault"
_PLAIN = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in ",%")


@lru_cache(maxsize=1024)
def name_rules(names: tuple[str, ...]) -> str:
    """Write names of rules as a header can hold them: by commas, percent-encoded where they are not plain ASCII."""
    return ",".join([quote(name, safe=_PLAIN) for name in names])


def add_fault(headers: MutableMapping[str, str], fault: Effect) -> None:
    """Name a fault in an answer, and add the headers that it asks for."""
    headers[FAULT_HEADER] = name_rules((fault.name,))
    headers.update(fault.headers)


class Outbox:
    """Answers on their way: those made in one turn of the event loop are sent together at the beginning of the next.

    A client that waits on another core has to be woken, which takes longer than the sending. Sent one by one, each
    answer finds it asleep again; of answers that are sent together the first wakes it for all [bench/README.md].
    """

    __slots__ = ("_answers",)

    def __init__(self) -> None:
        self._answers: list[tuple[asyncio.Transport, bytes, bytes]] = []

    def put(self, transport: asyncio.Transport, head: bytes, body: bytes) -> None:
        """Send an answer before anything runs that is scheduled from now on."""
        if not self._answers:
            asyncio.get_running_loop().call_soon(self._send)
        self._answers.append((transport, head, body))

    def _send(self) -> None:
        answers, self._answers = self._answers, []
        for transport, head, body in answers:
            if not transport.is_closing():
                transport.write(head + body)  # put together no sooner: what waits beside what stays leaves holes


def reply(request: web.BaseRequest, body: bytes, rules: str, content_type: str, outbox: Outbox) -> web.StreamResponse:
    """Answer 200 with JSON; `rules` are the names of those that decided, as `name_rules` writes them."""
    if request.version == HttpVersion11:
        return _Reply(body, rules, content_type, outbox)
    return web.Response(body=body, headers={"Content-Type": content_type, RULE_HEADER: rules})


class _Reply(web.StreamResponse):
    """What nearly every request ends with. Its head is the same for a second, so it is made once in a second.

    Left to aiohttp, headers go into a dict and out of it again for every answer, which takes 4 of a status's 31 µs.
    """

    def __init__(self, body: bytes, rules: str, content_type: str, outbox: Outbox) -> None:
        super().__init__()
        self._content = body
        self._rules = rules
        self._type = content_type
        self._outbox = outbox
        self._request: web.BaseRequest | None = None

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        self._request = request
        if self._keep_alive is None:
            self._keep_alive = request.keep_alive
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002 -- as aiohttp calls it, never with any
        request, self._request = self._request, None
        if request is None or request.transport is None:
            return
        head = _head(int(time.time()), self._rules, self._type, is_last=not self._keep_alive)
        self._outbox.put(request.transport, b"%b%d\r\n\r\n" % (head, len(self._content)), self._content)
        await asyncio.sleep(0)  # it is sent now; what this connection is answered next must not overtake it
        await request.writer.drain()


@lru_cache(maxsize=256)
def _head(second: int, rules: str, content_type: str, *, is_last: bool) -> bytes:
    lines = [
        "HTTP/1.1 200 OK",
        f"Content-Type: {content_type}",
        f"{RULE_HEADER}: {rules}",
        f"Date: {formatdate(second, usegmt=True)}",
        f"Server: {SERVER_SOFTWARE}",
        *(["Connection: close"] if is_last else []),
        "Content-Length: ",
    ]
    return "\r\n".join(lines).encode("ascii")
