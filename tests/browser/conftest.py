"""A server, a browser, and a page that must neither complain nor ask anything of another host."""

from __future__ import annotations

import asyncio
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
import pytest_asyncio
import requests

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from playwright.async_api import Browser, BrowserContext, Page, Route

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
READY = re.compile(r"page (http://\S+?)/? ")
PATIENCE_MS = 30_000


def skip_or_fail(reason: str) -> None:
    """What is missing may be missing on a developer's machine, never in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a server of one's own (one for each worker), without a last slash."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_BSG_")}
    with subprocess.Popen(
        [sys.executable, "-m", "mock_bsg", "serve", "--port", "0"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = READY.search(line + " ")
        assert found, f"the server did not say where it is: {line!r}"
        yield found[1]
        process.terminate()
        process.stdout.read()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        skip_or_fail("there is no chromium on this machine")
    try:
        from playwright.async_api import async_playwright, expect
    except ImportError:
        skip_or_fail("playwright is not installed")
        raise
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@dataclass
class Sandbox:
    """One account of the server, as a client and a test steer it."""

    url: str
    key: str = field(default_factory=lambda: f"test_{secrets.token_hex(6)}")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        path = path.replace("{key}", quote(self.key, safe=""))
        data = body.encode() if isinstance(body, str) else None
        answer = requests.request(method, f"{self.url}/_mock{path}", data=data, json=None if data else body, timeout=20)
        assert answer.ok, answer.text
        return answer.json()

    def use(self, scenario: str) -> None:
        self.control("PUT", "/accounts/{key}/scenario", scenario)

    def advance(self, span: str) -> None:
        self.control("POST", "/accounts/{key}/clock", {"advance": span})

    def send(self, function: str, body: Any) -> Any:
        answer = requests.post(f"{self.url}/rest{function}", json=body, headers={"X-API-KEY": self.key}, timeout=20)
        return answer.json()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the One API, logged in with the account's key; tells the answer, whatever its status."""
        login = requests.post(f"{self.url}/api/auth/login", json={"api_key": self.key}, timeout=20)
        headers = {"Authorization": f"Bearer {login.json()['bearer']}"}
        return requests.request(method, f"{self.url}/api{path}", json=body, headers=headers, timeout=20).json()

    def send_on(self, channel: str, number: str = "447700900600", text: str = "Hello!", **more: Any) -> str:
        """Send one message through the One API, by SMS if that fails and `sms` says what; tells its id."""
        said: dict[str, Any] = {"sender": "Shop", "text": text} | ({"category": "otp"} if channel == "voice" else {})
        body = {"channels": [channel, *more], "phone": {"number": number}, channel: said, **more}
        return str(self.ask("POST", "/messages/send", body)["data"]["id"])

    def send_code(self, number: str = "447700900600", **more: Any) -> Any:
        """Send a one-time code by SMS, unless `more` says otherwise; tells its session."""
        wanted = {"channel": "sms", "sender": "Shop", "template_id": 1}
        limits = {"code_lifetime": 300, "code_max_tries": 3, "code_digits": 5}
        body = {"recipient": number, **wanted, **limits, **more}
        return self.ask("POST", "/2fa/authentications/otp", body)["data"]

    def send_viber(self, msisdn: str = "447700900600", text: str = "Hello!", **more: Any) -> str:
        """Send one Viber message; `reference`, `sender` and the fields of options.viber can be given; tells its id."""
        to = {"msisdn": msisdn} | ({"reference": more.pop("reference")} if "reference" in more else {})
        message = {"to": [to], "text": text, "alpha_name": more.pop("sender", "Shop")}
        if "callback_url" in more:
            message["callback_url"] = more.pop("callback_url")
        if more:
            message["options"] = {"viber": more}
        result = self.send("/viber/create", {"messages": [message]})
        return str(result["result"][0]["id"])

    @property
    def page(self) -> str:
        """The page's address with this account chosen."""
        return f"{self.url}/#key={quote(self.key, safe='')}"


@pytest.fixture
def nobody(server: str) -> None:
    """The server has seen no account yet."""
    requests.delete(f"{server}/_mock/accounts", timeout=20).raise_for_status()


STILL = """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
account: {balance: 100}
defaults:
  viber: {sent: 1s, delivered: 2s, read: 5s}
  sms: {sent: 1s, delivered: 3s}
rules:
  - name: no Viber here
    match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 2s}
    sms: {sent: 1s, delivered: 3s}
"""


@pytest.fixture
def sandbox(server: str) -> Sandbox:
    """An account whose clock stands still."""
    sandbox = Sandbox(server)
    sandbox.use(STILL)
    return sandbox


@dataclass
class Watch:
    """What the page complained about and whom it asked; `allowed` are things that a test provokes on purpose."""

    origin: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def attend(self, page: Page) -> None:
        page.on("console", lambda said: self._complain(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self._complain(f"{error}\n{error.stack}"))
        page.on("request", lambda request: self._look_at(request.url))

    def _complain(self, text: str) -> None:
        self.complaints.append(text)

    def _look_at(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.strangers.append(url)

    def _is_allowed(self, text: str) -> bool:
        return any(part in text for part in self.allowed)

    def check(self) -> None:
        assert [said for said in self.complaints if not self._is_allowed(said)] == []
        assert [url for url in self.strangers if not self._is_allowed(url)] == []


async def hold_back(route: Route) -> None:
    """Let a call wait: with SLOW_ANSWERS in the environment, tests and page show what they take for granted."""
    await asyncio.sleep(random.choice((0, 0.3, 0.6)))  # noqa: S311 -- nothing secret
    await route.continue_()


@pytest.fixture
def watch(server: str) -> Watch:
    return Watch(server)


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, server: str) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    context.set_default_timeout(PATIENCE_MS)
    if os.environ.get("SLOW_ANSWERS"):
        await context.route(re.compile(r"/(_mock/(?!page|docs|events)|rest/|api/)"), hold_back)
    yield context
    await context.unroute_all(behavior="ignoreErrors")
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext, watch: Watch) -> AsyncIterator[Page]:
    """An empty tab; at the end of the test it must have complained about nothing and asked no other host."""
    page = await context.new_page()
    watch.attend(page)
    yield page
    await page.close()
    watch.check()


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core, which npm has; BSG_NODE_MODULES names the folder that it was installed in."""
    folders = [os.environ.get("BSG_NODE_MODULES"), Path(__file__).parents[2] / "node_modules"]
    for folder in folders:
        path = None if folder is None else Path(folder) / "axe-core" / "axe.min.js"
        if path is not None and path.is_file():
            return path.read_text("utf-8")
    skip_or_fail("there is no axe-core: npm install axe-core, and name its node_modules in BSG_NODE_MODULES")
    raise AssertionError
