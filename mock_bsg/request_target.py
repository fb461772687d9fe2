"""What a request asks for, however its target is written: with a host before the path, too, as to a proxy."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from aiohttp import web
from yarl import URL

_Request = TypeVar("_Request", bound=web.BaseRequest)

_ABSOLUTE = re.compile(r"[^:/?#]+://(?:[^/?#]*@)?([^/?#]*)([^#]*)", re.DOTALL)
# Older versions of aiohttp have no such keys, newer ones want no others.
_AUTHORITY: Any = web.RequestKey("authority", str) if hasattr(web, "RequestKey") else "authority"


def in_origin_form(request: _Request) -> _Request | None:
    """Write a request with nothing but path and query as its target, and keep the host that stood before them.

    None if it has no path: `*`, a host alone, what CONNECT asks for.
    """
    target = request.raw_path
    if request.method == "CONNECT":
        return None
    if target.startswith("/"):
        authority, rest = None, target.partition("#")[0]  # which is no part of a request, but some clients send it
    else:
        found = _ABSOLUTE.fullmatch(target.partition("#")[0])
        if found is None:
            return None
        authority, rest = found[1], found[2]
        if not rest.startswith("/"):
            return None
    path, _, query = rest.partition("?")
    plain: _Request = request.clone(rel_url=URL.build(path=path, query_string=query, encoded=True))  # type: ignore[assignment]  # of its own class
    if authority is not None:
        plain[_AUTHORITY] = authority
    return plain


def hide_user(target: str) -> str:
    """Show a target without the name and password that may stand before its host, which is all that CONNECT names."""
    return re.sub(r"^([^:/?#]+://|//)?[^/?#]*@", r"\1", target)


def authority_of(request: web.BaseRequest) -> str | None:
    """Tell the host, with its port, that stood before the path of a request; None if there was none."""
    found: str | None = request.get(_AUTHORITY)
    return found
