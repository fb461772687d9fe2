"""The page at `/`: its files, served as they lie in the package, under a policy that lets nothing else in."""

from __future__ import annotations

import hashlib
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from aiohttp import web

from mock_bsg.control.handling import ControlCall, ControlError, controlled

FOLDER = Path(__file__).with_name("page")
INDEX = "index.html"
DOCS = "docs.html"
PICTURE_QUERY = frozenset({"url"})
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

# Pictures of messages never load in the page itself: each has a frame of its own (see `picture`), which is let see
# nothing but that picture. So the page needs no host but this one.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PICTURE_POLICY = (
    "default-src 'none'; img-src {source}; style-src 'self'; sandbox allow-same-origin; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
_GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PICTURE_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Picture of a message</title>
<link rel="stylesheet" href="/_mock/page/picture.css">
<img src="{address}" alt="The picture cannot be loaded.">
</html>
"""


class Asset(NamedTuple):
    """A file of the page, as it is sent."""

    content: bytes
    content_type: str
    etag: str


def add_routes(app: web.Application) -> None:
    """Add the page and its files to the application."""
    app.router.add_get("/", controlled(_index))
    app.router.add_get("/_mock/page/{file}", controlled(_file))


@cache
def read_assets() -> dict[str, Asset]:
    """All files of the page by name; read once, when the first is asked for."""
    assets = {}
    for path in FOLDER.iterdir():
        if path.suffix in _TYPES:
            content = path.read_bytes()
            etag = hashlib.blake2b(content, digest_size=12).hexdigest()
            assets[path.name] = Asset(content, _TYPES[path.suffix], etag)
    return assets


async def picture(call: ControlCall) -> web.StreamResponse:
    """Serve a frame that shows the picture at `url` (http or https) and can load and run nothing else."""
    address = call.query.get("url", "")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or host is None or not _is_plain(host):
        raise ControlError(400, f"url must be the http or https address of a picture; not '{address}'")
    name = f"[{host}]" if ":" in host else host
    source = f"{parts.scheme}://{name}{'' if port is None else f':{port}'}"
    policy = _PICTURE_POLICY.format(source=source)
    text = _PICTURE_PAGE.format(address=escape(address, quote=True))
    return _respond(text.encode(), _TYPES[".html"], {"Content-Security-Policy": policy, "Cache-Control": "no-store"})


async def docs(call: ControlCall) -> web.StreamResponse:
    """Serve the page that shows openapi.json."""
    return _send(call.request, DOCS)


def _is_plain(host: str) -> bool:
    """Whether a host's name can stand in a policy: nothing in it may end the directive and begin another."""
    return all(letter.isalnum() or letter in ".-_:" for letter in host) and host.isascii()


async def _index(call: ControlCall) -> web.StreamResponse:
    return _send(call.request, INDEX)


async def _file(call: ControlCall) -> web.StreamResponse:
    return _send(call.request, call.param("file"))


def _send(request: web.Request, name: str) -> web.StreamResponse:
    asset = read_assets().get(name)
    if asset is None:
        raise ControlError(404, f"the page has no file '{name}'")
    headers = {"ETag": f'"{asset.etag}"', "Cache-Control": "no-cache", "Content-Security-Policy": _PAGE_POLICY}
    known = request.if_none_match
    if known and any(tag.value in {asset.etag, "*"} for tag in known):
        return web.Response(status=304, headers=_GUARDS | headers)
    return _respond(asset.content, asset.content_type, headers)


def _respond(content: bytes, content_type: str, headers: dict[str, str]) -> web.Response:
    return web.Response(body=content, headers={"Content-Type": content_type, **_GUARDS, **headers})
