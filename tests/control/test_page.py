"""The page's files: what they are sent with, what they may load, and how large they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mock_bsg.control.page import FOLDER, read_assets

if TYPE_CHECKING:
    from tests.conftest import Client

LIMIT = 220_000
"""Bytes that all files of the page together may have, uncompressed; the page that shows the APIs is not counted."""


async def test_page_may_load_nothing_but_its_own_files(client: Client) -> None:
    answer = await client.get("/")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in policy if name.endswith("-src") and name != "default-src"} == {"'self'"}
    assert policy["form-action"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("file", "content_type"),
    [
        ("main.js", "text/javascript; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
async def test_every_file_comes_with_its_type_and_the_same_policy(client: Client, file: str, content_type: str) -> None:
    page, answer = await client.get("/"), await client.get(f"/_mock/page/{file}")
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]
    assert await answer.read() == (FOLDER / file).read_bytes()


async def test_browser_that_has_a_file_is_not_sent_it_again(client: Client) -> None:
    tag = (await client.get("/_mock/page/main.js")).headers["ETag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = await client.get("/_mock/page/main.js", headers={"If-None-Match": known})
        assert answer.status == 304
        assert answer.headers["ETag"] == tag
        assert await answer.read() == b""
    assert (await client.get("/_mock/page/main.js", headers={"If-None-Match": '"other"'})).status == 200
    assert (await client.get("/")).headers["ETag"] != tag


@pytest.mark.parametrize("file", ["none.js", "..%2Fpage.py", "%2e%2e%2fpage.py", "MAIN.JS", "main.js%00", "."])
async def test_file_that_the_page_does_not_have_is_not_found(client: Client, file: str) -> None:
    answer = await client.get(f"/_mock/page/{file}", allow_redirects=False)
    assert answer.status == 404


async def test_page_is_not_shown_under_a_name_that_an_outsider_can_own(client: Client) -> None:
    for path in ("/", "/_mock/page/main.js"):
        assert (await client.get(path, headers={"Host": "evil.example.com"})).status == 403


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://shop.example/a.png", "https://shop.example"),
        ("http://Shop.example:8080/a.png?b=1#c", "http://shop.example:8080"),
        ("http://[::1]:8080/a.png", "http://[::1]:8080"),
        ("http://user:word@shop.example/a.png", "http://shop.example"),
    ],
)
async def test_frame_of_a_picture_sees_the_host_of_that_picture_alone(client: Client, url: str, source: str) -> None:
    answer = await client.get("/_mock/picture", params={"url": url})
    assert answer.status == 200
    directives = [part.strip() for part in answer.headers["Content-Security-Policy"].split(";")]
    assert directives == [
        "default-src 'none'",
        f"img-src {source}",
        "style-src 'self'",
        "sandbox allow-same-origin",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "url",
    [
        "", "shop.example/a.png", "//shop.example/a.png", "javascript:alert(1)", "data:image/png;base64,AA==",
        "file:///etc/passwd", "http://", "http:///a.png", "http://[::1", "http://shop.example:99999/", "http://shop.example:x/",
        "http://*/a.png", "http://*.example/a.png", "http://a; script-src */a.png", "http://a'unsafe-inline'/a.png",
        "http://a,b/a.png", "http://ünïcode.example/a.png", "http://a%20b/a.png",
    ],
)  # fmt: skip
async def test_address_whose_host_could_say_more_in_a_policy_gets_no_frame(client: Client, url: str) -> None:
    answer = await client.get("/_mock/picture", params={"url": url})
    assert answer.status == 400
    assert (await answer.json())["error"] == f"url must be the http or https address of a picture; not '{url}'"


async def test_address_of_a_picture_is_text_and_never_markup(client: Client) -> None:
    url = "http://shop.example/\"><script>alert(1)</script><img src='x' onerror=alert(2)>"
    text = await (await client.get("/_mock/picture", params={"url": url})).text()
    assert "<script" not in text
    assert text.count("<img") == 1
    assert re.search(r'<img src="([^"]*)" alt=', text)


def test_all_files_of_the_page_are_small() -> None:
    sizes = {name: len(asset.content) for name, asset in read_assets().items() if not name.startswith("docs")}
    assert sum(sizes.values()) < LIMIT, sizes


def test_every_file_of_the_page_is_used_by_it() -> None:
    texts = {name: asset.content.decode() for name, asset in read_assets().items()}
    samples = (FOLDER.parent / "samples.py").read_text("utf-8")
    for name in texts.keys() - {"index.html", "docs.html", "picture.css"}:
        users = [other for other, text in texts.items() if other != name and name in text]
        drawing = name.removeprefix("sample-").removesuffix(".svg")
        assert users or f'"{drawing}"' in samples, name


def test_no_file_of_the_page_names_another_host_to_load_from() -> None:
    loads = re.compile(r"""(?:src|href|url|import|from|fetch)\s*[=(:]?\s*["'(]\s*(?:https?:)?//""")
    for name, asset in read_assets().items():
        assert loads.search(asset.content.decode()) is None, name
