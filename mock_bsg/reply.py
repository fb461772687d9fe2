"""BSG's answers on the wire: JSON, with the rules that decided, head and body in one piece."""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import HttpVersion11, web
from aiohttp.http import SERVER_SOFTWARE

from mock_bsg.encoding import JSON_TYPE

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.web_request import BaseRequest

    from mock_bsg.scenario.faults import Effect

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


def reply(request: web.Request, body: bytes, rules: str) -> web.StreamResponse:
    """Answer 200 with JSON; `rules` are the names of those that decided, as `name_rules` writes them."""
    if request.version == HttpVersion11:
        return _Reply(body, rules)
    return web.Response(body=body, headers={"Content-Type": JSON_TYPE, RULE_HEADER: rules})


class _Reply(web.StreamResponse):
    """What nearly every request ends with. Its head is the same for a second, so it is made once in a second.

    Left to aiohttp, headers go into a dict and out of it again for every answer, which takes 4 of a status's 31 µs.
    """

    def __init__(self, body: bytes, rules: str) -> None:
        super().__init__()
        self._content = body
        self._rules = rules
        self._writer: AbstractStreamWriter | None = None

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        self._writer = request.writer
        if self._keep_alive is None:
            self._keep_alive = request.keep_alive
        return self._writer

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002 -- as aiohttp calls it, never with any
        writer, self._writer = self._writer, None
        if writer is not None:
            head = _head(int(time.time()), self._rules, is_last=not self._keep_alive)
            await writer.write_eof(b"%b%d\r\n\r\n%b" % (head, len(self._content), self._content))


@lru_cache(maxsize=256)
def _head(second: int, rules: str, *, is_last: bool) -> bytes:
    lines = [
        "HTTP/1.1 200 OK",
        f"Content-Type: {JSON_TYPE}",
        f"{RULE_HEADER}: {rules}",
        f"Date: {formatdate(second, usegmt=True)}",
        f"Server: {SERVER_SOFTWARE}",
        *(["Connection: close"] if is_last else []),
        "Content-Length: ",
    ]
    return "\r\n".join(lines).encode("ascii")
