"""From what one sees to what happens next: a rule is written, put to use, counts its uses, and is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from playwright.async_api import expect

from tests.browser.conftest import STILL, Sandbox

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

NUMBER = "380501234567"


def send(sandbox: Sandbox, number: str = NUMBER, reference: str = "") -> int:
    """Send one message; tells the error that its entry got, 0 for none."""
    to = {"msisdn": number} | ({"reference": reference} if reference else {})
    answer = sandbox.send("/viber/create", {"messages": [{"to": [to], "text": "Hello", "alpha_name": "BSG"}]})
    return int(answer["result"][0].get("error", 0) if "result" in answer else answer["error"])


def status_of_create(sandbox: Sandbox) -> int:
    answer = requests.post(f"{sandbox.url}/rest/viber/create", json={}, headers={"X-API-KEY": sandbox.key}, timeout=20)
    return answer.status_code


async def open_next(page: Page) -> Locator:
    await page.locator("#details-body").get_by_role("button", name="Next time…").click()
    dialog = page.get_by_role("dialog", name="Next time…")
    await expect(dialog).to_be_visible()
    return dialog


async def put_to_use(page: Page, dialog: Locator) -> None:
    await dialog.get_by_role("button", name="Put to use").click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator("#toast")).to_contain_text("In use: next time")


async def test_the_next_three_to_a_number_fail_with_43_and_it_is_taken_back(page: Page, sandbox: Sandbox) -> None:
    send(sandbox)
    await page.goto(sandbox.page)
    dialog = await open_next(page)
    await expect(dialog.get_by_label("Number")).to_have_value(NUMBER)
    await dialog.get_by_label("How many").select_option("3")
    await dialog.get_by_label("What they get").select_option("error 43: External ID already exists")
    await expect(dialog.locator("#next-yaml")).to_have_text(
        f'rules:\n  - match: {{msisdn: "{NUMBER}"}}\n    times: 3\n    error: 43\n'
    )
    await expect(dialog.locator("#next-verdict")).to_have_text("No faults. Not in use yet.")
    await put_to_use(page, dialog)
    await expect(page.locator("#scenario-name")).to_contain_text("with 1 rule of yours")
    assert [send(sandbox) for _ in range(2)] == [43, 43]
    dialog = await open_next(page)
    await expect(dialog.get_by_role("listitem")).to_contain_text(["used 2 of 3"])
    await dialog.get_by_role("button", name="Take back next time 1").click()
    await expect(dialog.locator("#next-list")).to_be_hidden()
    await expect(page.locator("#scenario-name")).not_to_contain_text("of yours")
    assert send(sandbox) == 0


async def test_a_message_and_the_sms_that_follows_it_get_an_outcome(page: Page, sandbox: Sandbox) -> None:
    send(sandbox)
    await page.goto(sandbox.page)
    dialog = await open_next(page)
    await dialog.get_by_label("What they get").select_option("Viber undeliverable")
    await dialog.get_by_label("The SMS that follows").select_option("expired")
    await dialog.get_by_label("Late by").fill("100ms")
    await put_to_use(page, dialog)
    send(sandbox)
    newest = sandbox.control("GET", "/accounts/{key}/messages?limit=1")["messages"][0]["id"]
    message = sandbox.control("GET", f"/accounts/{{key}}/messages/{newest}")
    assert (message["rule"], message["timeline"][-1]["status"]) == ("next time 1", "undeliverable")
    assert "sms: {sent: 1s, expired: 2s}" in sandbox.control("GET", "/accounts/{key}/rules")["rules"][0]["text"]


async def test_a_request_that_failed_is_offered_to_fail_again(page: Page, sandbox: Sandbox) -> None:
    sandbox.use(STILL + "faults: [{times: 1, status: 502}]\n")
    status_of_create(sandbox)
    await page.goto(sandbox.page + "&tab=requests&request=1")
    dialog = await open_next(page)
    await expect(dialog.get_by_label("Method and path")).to_have_value("POST /viber/create")
    await expect(dialog.get_by_label("What they get")).to_have_value("status 502")
    await put_to_use(page, dialog)
    assert [status_of_create(sandbox) for _ in range(2)] == [502, 200]


async def test_what_makes_no_sense_cannot_be_put_to_use(page: Page, sandbox: Sandbox) -> None:
    send(sandbox)
    await page.goto(sandbox.page)
    dialog = await open_next(page)
    use = dialog.get_by_role("button", name="Put to use")
    await dialog.get_by_label("Late by").fill("soon")
    await expect(dialog.locator("#next-verdict")).to_contain_text("soon")
    await expect(use).to_be_disabled()
    await dialog.get_by_label("Late by").fill("")
    await dialog.get_by_label("Number").fill("")
    await expect(dialog.locator("#next-verdict")).to_contain_text("For whom?")
    await expect(use).to_be_disabled()
    await page.keyboard.press("Escape")
    await expect(page.locator("#details-body").get_by_role("button", name="Next time…")).to_be_focused()
    assert sandbox.control("GET", "/accounts/{key}/rules")["rules"] == []


async def test_a_rule_leads_to_its_line_in_the_scenario(page: Page, sandbox: Sandbox) -> None:
    send(sandbox)
    await page.goto(sandbox.page)
    await put_to_use(page, await open_next(page))
    dialog = await open_next(page)
    await dialog.get_by_role("button", name="next time 1", exact=True).click()
    field = page.get_by_label("The scenario as YAML")
    await expect(field).to_be_focused()
    await page.wait_for_function(
        "() => { const f = document.querySelector('#yaml');"
        " return f.value.slice(f.selectionStart, f.selectionEnd) === '- name: next time 1'; }"
    )


async def test_a_magic_number_and_an_account_without_messages_offer_it_too(page: Page, sandbox: Sandbox) -> None:
    sandbox.use(STILL)
    await page.goto(sandbox.page)
    await page.locator("#open-numbers").click()
    await page.get_by_role("button", name="Next time to 447700900100").click()
    dialog = page.get_by_role("dialog", name="Next time…")
    await expect(dialog.get_by_label("Number")).to_have_value("447700900100")
    await page.keyboard.press("Escape")
    await page.locator("#open-scenario").click()
    await page.get_by_role("dialog", name="Scenario").get_by_role("button", name="Next time…").click()
    await dialog.get_by_label("Number").fill("38050*")
    await put_to_use(page, dialog)
