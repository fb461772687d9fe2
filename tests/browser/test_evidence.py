"""What one sees can be found again and handed over: requests by outcome, links, commands that run as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.test_tools import run

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.conftest import Sandbox

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


def send_three(sandbox: Sandbox) -> None:
    """Make a request that fails, one that comes through with a note, and one that is fine, in this order."""
    sandbox.send("/viber/create", {"messages": []})
    to = [{"msisdn": "447700900600"}]
    sandbox.send("/viber/create", {"messages": [{"to": to, "text": "It's noted", "alpha_name": "BSG", "oops": 1}]})
    sandbox.send_viber(text="Fine")


async def test_requests_are_found_by_their_outcome_which_the_address_keeps(page: Page, sandbox: Sandbox) -> None:
    send_three(sandbox)
    await page.goto(f"{sandbox.page}&tab=requests")
    await expect(page.locator(".row")).to_have_count(3)
    await expect(page.locator(".row .status").nth(0)).to_have_class("status is-arrived")
    await expect(page.locator(".row .status").nth(1)).to_have_class("status is-noted")
    await expect(page.locator(".row .status").nth(2)).to_have_class("status is-failed")
    await page.get_by_label("Outcome").select_option("noted")
    await expect(page.locator(".row")).to_have_count(1)
    await expect(page.locator(".row")).to_contain_text("unknown field messages[0].oops")
    await page.reload()
    await expect(page.locator(".row")).to_have_count(1)
    await expect(page.get_by_label("Outcome")).to_have_value("noted")
    await page.get_by_label("Method", exact=True).select_option("GET")
    await expect(page.locator("#nothing")).to_contain_text("Nothing fits")
    await page.get_by_role("tab", name="Messages").click()
    await expect(page.locator(".row")).to_have_count(2)


async def test_request_search_takes_a_status_and_an_error_code(page: Page, sandbox: Sandbox) -> None:
    sandbox.use('faults: [{match: {path: "/sms/*"}, status: 503}]')
    send_three(sandbox)
    code = sandbox.control("GET", "/accounts/{key}/requests/1")["answer_json"]["error"]
    run(f"curl -s {sandbox.url}/rest/sms/1 -H 'X-API-KEY: {sandbox.key}'")
    await page.goto(f"{sandbox.page}&tab=requests&find=status:503")
    await expect(page.locator(".row .status")).to_have_text(["503"])
    await page.locator("#search").fill("status:200 /viber")
    await expect(page.locator(".row")).to_have_count(3)
    await page.locator("#search").fill(f"error:{code}")
    await expect(page.locator(".row .status")).to_have_text([f"error {code}"])


async def test_a_failed_request_is_copied_as_a_command_that_fails_the_same_way(page: Page, sandbox: Sandbox) -> None:
    sandbox.send("/viber/create", {"messages": [], "note": "it's “so”\n$HOME `id`"})
    before = sandbox.control("GET", "/accounts/{key}/requests/1")
    await page.goto(f"{sandbox.page}&tab=requests")
    await expect(page.locator("#details-body h2")).to_have_text("Request 1")
    await page.get_by_role("button", name="curl").click()
    await expect(page.locator("#toast")).to_have_text("Copied: curl")
    command = await page.evaluate("navigator.clipboard.readText()")
    printed = run(command)
    again = sandbox.control("GET", "/accounts/{key}/requests/2")
    assert printed == before["answer"]
    assert (again["method"], again["path"], again["body"]) == (before["method"], before["path"], before["body"])


async def test_link_to_a_request_opens_it_in_a_fresh_tab(page: Page, sandbox: Sandbox) -> None:
    send_three(sandbox)
    await page.goto(f"{sandbox.page}&tab=requests")
    await page.locator(".row").last.click()
    await expect(page.locator("#details-body h2")).to_have_text("Request 1")
    await page.get_by_role("button", name="link", exact=True).click()
    await expect(page.locator("#toast")).to_have_text("Copied: link")
    link = await page.evaluate("navigator.clipboard.readText()")
    fresh = await page.context.new_page()
    await fresh.goto(link)
    await expect(fresh.locator("#details-body h2")).to_have_text("Request 1")
    await fresh.close()


async def test_enter_on_half_a_key_makes_no_account(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    await page.locator("#choose-account").click()
    field, half = page.locator("#account-search"), sandbox.key[:-2]
    await field.fill(half)
    await field.press("Enter")
    await expect(page.locator("#account-list button").first).to_be_focused()
    assert f"key={sandbox.key}" in page.url
    await page.get_by_role("button", name=f"Open {half} as a new account").click()
    await expect(page.locator("#account-key")).to_have_text(half)
