"""The page that shows all APIs: whole, searchable, by keyboard, and what it tells to paste can be pasted."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import requests
from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.conftest import Sandbox

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

ENDLESS = "events_stream"


async def go(page: Page, server: str, call: str = "") -> None:
    await page.goto(f"{server}/_mock/docs{f'#{call}' if call else ''}")
    await expect(page.locator(".call").first).to_be_visible()


def description(server: str) -> dict[str, Any]:
    api: dict[str, Any] = requests.get(f"{server}/_mock/openapi.json", timeout=20).json()
    return api


def run(command: str) -> str:
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=30).stdout


async def test_every_call_of_the_description_is_there_and_opens(page: Page, server: str) -> None:
    api = description(server)
    await go(page, server)
    shown = await page.locator(".call").evaluate_all("all => all.map((one) => one.dataset.words)")
    for path, methods in api["paths"].items():
        for operation in methods.values():
            own = [words for words in shown if operation["operationId"].lower() in words.split()]
            assert any(words.startswith(f"{path.lower()} ") for words in own), operation["operationId"]
    await page.get_by_role("button", name="Open all").click()
    await expect(page.locator(".call .examples")).to_have_count(len(shown))
    text = await page.locator("main").inner_text()
    assert "undefined" not in text
    assert "[object" not in text
    await page.get_by_role("button", name="Close all").click()
    await expect(page.locator(".call[open]")).to_have_count(0)


async def test_calls_are_found_by_words(page: Page, server: str) -> None:
    await go(page, server)
    await page.keyboard.press("/")
    await page.keyboard.type("viber_create")
    await expect(page.locator(".call:visible")).to_have_count(1)
    await expect(page.locator("#found")).to_contain_text("1 of")
    await page.keyboard.type(" nothing")
    await expect(page.locator("#found")).to_contain_text("No of")
    await page.keyboard.press("Escape")
    await expect(page.locator(".room:visible")).to_have_count(len(description(server)["tags"]))


async def test_a_call_opens_by_keyboard_and_the_address_names_it(page: Page, server: str) -> None:
    await go(page, server)
    await page.locator("#viber_create summary").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#viber_create .examples")).to_be_visible()
    assert page.url.endswith("#viber_create")
    await page.reload()
    await expect(page.locator("#viber_create .examples")).to_be_in_viewport()
    await expect(page.locator("#viber_create")).to_contain_text("Invalid combination of Viber options")


async def test_fields_are_told_with_what_is_required(page: Page, server: str) -> None:
    await go(page, server, "viber_create")
    call = page.locator("#viber_create")
    await call.get_by_text("Fields of the body").click()
    field = call.locator(".fields li > p", has_text="alpha_name")
    await expect(field).to_contain_text("required")
    await expect(field).to_contain_text("A registered sender")


async def test_curl_of_a_call_works_when_it_is_pasted(page: Page, server: str, sandbox: Sandbox) -> None:
    await go(page, server, "viber_create")
    await page.get_by_label("Key").fill(sandbox.key)
    await page.locator("#viber_create").get_by_role("button", name="Copy").click()
    await expect(page.locator("#viber_create").get_by_role("button", name="Copied")).to_be_visible()
    created = json.loads(run(await page.evaluate("navigator.clipboard.readText()")))
    assert created["result"][0]["error"] == 0
    found = json.loads(run(await curl_of(page, "viber_by_reference")))
    assert found["id"] == created["result"][0]["id"]
    assert json.loads(run(await curl_of(page, "clock_set_clock")))["next"] is None
    assert json.loads(run(await curl_of(page, "viber_by_reference")))["status"] == "read"


async def curl_of(page: Page, call: str) -> str:
    await page.locator(f"#{call}").evaluate("call => { call.open = true; }")
    return await page.locator(f"#{call} pre[aria-label=curl]").inner_text()


async def test_every_curl_gets_an_answer_that_is_described(page: Page, server: str, sandbox: Sandbox) -> None:
    operations = {each["operationId"]: each for item in description(server)["paths"].values() for each in item.values()}
    await go(page, server)
    await page.get_by_label("Key").fill(sandbox.key)
    calls = await page.locator(".call").evaluate_all("all => all.map((one) => one.id)")
    last = ["accounts_forget", "accounts_forget_all"]
    for call in [call for call in calls if call not in last] + last:
        command = await curl_of(page, call)
        if call == ENDLESS:
            assert command.startswith("curl -N ")
            continue
        status = run(re.sub(r"^curl -s", "curl -s -o /dev/null -w '%{http_code}'", command, flags=re.MULTILINE))
        assert status in operations[call]["responses"], command
        assert status < "400" or call in ABSENT, command


ABSENT = {
    *("server_ca_pem", "reports_get", "reports_resend"),
    *("verify_otp", "resend_otp", "cancel_otp", "status_otp", "otp_template_delete"),
    *("campaign_stop", "incoming_reply", "rules_take_back"),
}
"""Calls about what is not there or not possible: no TLS, no delivery reports, no session with the id of the example, a
default template that stays, a campaign that is done, a message that no phone can answer, no rule that was added."""


async def test_narrow_window_has_nothing_beyond_its_edge(page: Page, server: str) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    await go(page, server, "messages_list_all")
    for name in ("Fields of the answer", "Open all"):
        await page.get_by_text(name).first.click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_colours_follow_the_system(page: Page, server: str, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await go(page, server)
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(243, 242, 247)" if scheme == "light" else "rgb(19, 18, 25)")
