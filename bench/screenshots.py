"""`python -m bench.screenshots`: takes the pictures of the page that the README shows, into docs/."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import requests

from bench.browser import open_browser
from bench.servers import Servers

FOLDER = Path(__file__).parent.parent / "docs"
KEY = "test_shop"
LIMIT = 150_000
"""Bytes that a picture may have."""
SAMPLES = 8
WITHOUT_VIBER = "447700900200"
SCENARIO = "clock: {start: 2026-03-02T09:20:02Z, manual: true}\n"
BROKEN = """\
description: Viber cannot reach Vodafone numbers; the SMS delivers.
rules:
  - name: no Viber on this phone
    match: {msidn: "38050*"}
    viber: {sent: 2s, undeliverable: 1s}
    sms: {sent: 1s, delivered: 3s}
  - name: one in five expires
    match: {channel: viber, country: DE}
    outcomes:
      - {weight: 80, viber: {sent: 1s, delivered: 2s..9s}}
      - {weight: 20, viber: {sent: 1s, expired: 60s}}
"""


def main() -> int:
    with Servers().sandbox() as server, open_browser() as browser:
        url = f"http://127.0.0.1:{server.port}"
        message = _tell_a_story(url)
        for name, scheme in (("page", "light"), ("page-dark", "dark")):
            page = browser.new_page(
                viewport={"width": 1280, "height": 760},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            page.goto(f"{url}/#key={KEY}&id={message}")
            page.frame_locator(".picture iframe").first.locator("img").wait_for()
            page.locator(".of-sms").last.wait_for()
            if scheme == "dark":
                page.keyboard.press("s")
                page.locator("#yaml").fill(BROKEN)
                page.locator("#notes li").nth(1).wait_for()
            path = FOLDER / f"{name}.jpg"
            page.screenshot(path=path, type="jpeg", quality=76)
            page.close()
            size = path.stat().st_size
            print(f"{path.relative_to(FOLDER.parent)}: {size:,} bytes")
            if size > LIMIT:
                print(f"that is more than {LIMIT:,}")
                return 1
    return 0


def _tell_a_story(url: str) -> str:
    """Send samples, the last but one to a phone without Viber; tells the id of that one."""
    _control(url, "PUT", f"/accounts/{KEY}/scenario", SCENARIO + _default_of(url))
    chosen = ""
    for place, sample in enumerate(
        requests.get(f"{url}/_mock/samples?seed=5&count={SAMPLES}", timeout=20).json()["samples"]
    ):
        is_chosen = place == SAMPLES - 2
        route = {"originator": sample["sender"], "text": sample["sms"]}
        options = {"caption": sample["caption"], "action": sample["action"], "img": sample["img"], "alt_route": route}
        to = {"msisdn": WITHOUT_VIBER if is_chosen else sample["msisdn"], "reference": sample["reference"]}
        message = {"to": [to], "text": sample["text"], "alpha_name": sample["sender"], "options": {"viber": options}}
        answer = requests.post(
            f"{url}/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": KEY}, timeout=20
        ).json()
        chosen = answer["result"][0]["id"] if is_chosen else chosen
        _control(url, "POST", f"/accounts/{KEY}/clock", {"advance": "3500ms"})
    return chosen


def _default_of(url: str) -> str:
    return requests.get(f"{url}/_mock/scenarios/default", timeout=20).text


def _control(url: str, method: str, path: str, body: Any) -> None:
    data, json = (body.encode(), None) if isinstance(body, str) else (None, body)
    requests.request(method, f"{url}/_mock{path}", data=data, json=json, timeout=20).raise_for_status()


if __name__ == "__main__":
    sys.exit(main())
