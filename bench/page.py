"""`python -m bench.page`: what the page costs with many messages in the account: time to paint, to change, memory."""

from __future__ import annotations

import argparse
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, Any

import requests

from bench.browser import open_browser
from bench.load import fill
from bench.report import Row, describe_machine, print_table
from bench.servers import Servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

MESSAGES = 100_000
ROUNDS = 10
CHANGES = 40
KEY = "test_page"

# The instants at which the first row, and a status in it, are in the document: ms since the navigation began, and
# since 1970.
_NOTE = """
new MutationObserver(() => {
  if (!globalThis.firstRow && document.querySelector(".row .status")) globalThis.firstRow = performance.now();
  const status = document.querySelector(".row[aria-selected=true] .status")?.textContent;
  if (status && status !== globalThis.status) {
    globalThis.status = status;
    globalThis.changed = performance.timeOrigin + performance.now();
  }
}).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
"""
_PAINTED = """new Promise((done) => {
  const observer = new PerformanceObserver((seen) => {
    const [paint] = seen.getEntriesByName("first-contentful-paint");
    if (paint) done(paint.startTime);
  });
  observer.observe({ type: "paint", buffered: true });
})"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.page", description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES, help=f"in the account [{MESSAGES:,}]")
    arguments = parser.parse_args()
    print(describe_machine())
    rows = []
    for messages in (100, arguments.messages):
        with Servers().sandbox() as server:
            fill(server, messages, 50, KEY)
            with open_browser() as browser:
                rows.append(Row(f"{messages:,}", _measure(browser, f"http://127.0.0.1:{server.port}", messages)))
    print_table(
        "the page, messages",
        ("first paint", "first row", "status by hand", "heap at first", "after scrolling to the end", "after changes"),
        rows,
    )
    return 0


def _measure(browser: Browser, url: str, messages: int) -> list[str]:
    _order(url, "/clock", {"manual": True})
    opened = [_open(browser, url) for _ in range(ROUNDS)]
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_NOTE)
    page.goto(f"{url}/#key={KEY}")
    page.wait_for_selector(".row .status")
    session = context.new_cdp_session(page)
    heap = [_heap(session)]
    _scroll_through(page, messages)
    heap.append(_heap(session))
    page.evaluate("document.querySelector('#scroller').scrollTop = 0")
    changes = [_change(page, url, number) for number in range(CHANGES)]
    heap.append(_heap(session))
    context.close()
    return [
        f"{median(painted for painted, _ in opened):.0f} ms",
        f"{median(row for _, row in opened):.0f} ms",
        f"{median(changes):.0f} ms, worst {max(changes):.0f} ms",
        *heap,
    ]


def _open(browser: Browser, url: str) -> tuple[float, float]:
    """Open the page in a browser that has not seen it; when it had painted something, and the first row (ms)."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_NOTE)
    page.goto(f"{url}/#key={KEY}")
    page.wait_for_selector(".row .status")
    found = page.evaluate(_PAINTED), page.evaluate("firstRow")
    context.close()
    return found


def _change(page: Page, url: str, number: int) -> float:
    """Send a message, set its status, and tell how long it took until the page showed that (ms)."""
    text = f"Change {number}."
    message = {"to": [{"msisdn": f"38097{number:07}"}], "text": text, "alpha_name": "BSG"}
    sent = requests.post(
        f"{url}/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": KEY}, timeout=20
    ).json()
    page.locator(".row", has_text=text).first.click()
    page.locator(".row[aria-selected=true]", has_text=text).wait_for()
    page.locator(".part-facts", has_text=text).wait_for()
    page.wait_for_timeout(1000)  # what the message itself has set going is over
    began = time.time() * 1000
    _order(url, f"/messages/{sent['result'][0]['id']}/status", {"status": "delivered"})
    page.locator(".row[aria-selected=true] .status", has_text="delivered").wait_for()
    return float(page.evaluate("changed")) - began


def _scroll_through(page: Page, messages: int) -> None:
    """Go down page by page until the oldest message has been seen."""
    while page.evaluate("document.querySelector('#space').offsetHeight") < messages * 62:
        page.evaluate(
            "() => new Promise((done) => {"
            "const scroller = document.querySelector('#scroller');"
            "scroller.scrollTop = scroller.scrollHeight; requestAnimationFrame(done); })"
        )


def _heap(session: CDPSession) -> str:
    """What scripts hold after the collector has been, and how many nodes there are."""
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return f"{metrics['JSHeapUsedSize'] / 1e6:.1f} MB, {metrics['Nodes']:,.0f} nodes"


def _order(url: str, path: str, order: dict[str, Any]) -> None:
    requests.post(f"{url}/_mock/accounts/{KEY}{path}", json=order, timeout=20).raise_for_status()


if __name__ == "__main__":
    sys.exit(main())
