"""Where one is stands in the address: it can be shared, opened anew, and gone back from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sandbox

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def test_back_and_forward_lead_through_messages_tabs_and_searches(page: Page, sandbox: Sandbox) -> None:
    first, second = sandbox.send_viber(text="first"), sandbox.send_viber(text="second")
    await page.goto(sandbox.page)
    await expect(page.locator(".row[aria-selected=true]")).to_contain_text("second")
    await page.locator(".row", has_text="first").click()
    await expect(page.locator(".part-facts")).to_contain_text("first")
    await page.get_by_role("tab", name="Requests").click()
    await expect(page.locator("#details-body h2")).to_have_text("Request 2")
    await page.locator(".row").last.click()
    await expect(page.locator("#details-body h2")).to_have_text("Request 1")
    await page.get_by_role("tab", name="Messages").click()
    await expect(page.locator(".part-facts")).to_contain_text("first")
    await page.locator("#filter-channel").select_option("sms")
    await expect(page.locator("#nothing")).to_contain_text("Nothing fits")
    for shown in ("first", "Request 1", "Request 2", "first", "second"):
        await page.go_back()
        await expect(page.locator("#details-body")).to_contain_text(shown)
    assert f"id={second}" in page.url
    await page.go_forward()
    await expect(page.locator(".part-facts")).to_contain_text("first")
    assert f"id={first}" in page.url


async def test_address_opens_the_same_view_in_another_tab(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber(text="first")
    sandbox.send("/viber/create", {"messages": []})
    sandbox.send_viber(text="second")
    await page.goto(sandbox.page)
    await page.get_by_role("tab", name="Requests").click()
    await page.locator("#search").fill("first")
    await expect(page.locator(".row")).to_have_count(1)
    await page.locator(".row").click()
    await expect(page.locator("#details-body h2")).to_have_text("Request 1")
    await page.get_by_role("button", name="One command back").click()
    await expect(page).to_have_url(re.compile(r"&at=\d+"))
    told = await page.locator("#past-told").inner_text()
    other = await page.context.new_page()
    await other.goto(page.url)
    await expect(other.locator("#search")).to_have_value("first")
    await expect(other.locator(".row")).to_have_count(1)
    await expect(other.locator("#details-body h2")).to_have_text("Request 1")
    await expect(other.locator("#past-told")).to_have_text(told)
    await expect(other.locator("#past-go")).to_be_visible()
    assert other.url == page.url
    await other.close()


async def test_each_list_has_a_search_of_its_own(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber(text="first")
    sandbox.send_viber(text="second")
    await page.goto(sandbox.page)
    await page.locator("#search").fill("second")
    await expect(page.locator(".row")).to_have_count(1)
    await page.get_by_role("tab", name="Requests").click()
    await expect(page.locator("#search")).to_have_value("")
    await expect(page.locator(".row")).to_have_count(2)
    await page.locator("#search").fill("/nothing")
    await expect(page.locator("#nothing")).to_contain_text("Nothing fits")
    await page.get_by_role("tab", name="Messages").click()
    await expect(page.locator("#search")).to_have_value("second")
    await expect(page.locator(".row")).to_have_count(1)


@pytest.mark.parametrize("number", ["999", "99999999999999999999999", "no-number", "0", "-1"])
@pytest.mark.parametrize(("field", "tab", "what"), [("id", "", "message"), ("request", "&tab=requests", "request")])
async def test_link_to_what_is_not_there_says_so_and_shows_nothing_else(
    page: Page, sandbox: Sandbox, field: str, tab: str, what: str, number: str
) -> None:
    sandbox.send_viber(text="first")
    await page.goto(f"{sandbox.page}{tab}&{field}={number}")
    await expect(page.locator("#details-body")).to_contain_text(f"There is no {what} {number} in this account.")
    await expect(page.locator(".bubble")).to_have_count(0)
    sandbox.send_viber(text="second")
    await expect(page.locator(".row")).to_have_count(2)
    await expect(page.locator("#details-body")).to_contain_text(f"There is no {what} {number}")
    await page.get_by_role("button", name=f"Show the newest {what}").click()
    await expect(page.locator("#details-body")).to_contain_text("second")


async def test_link_to_an_account_that_has_not_begun_waits_for_its_message(page: Page, server: str) -> None:
    sandbox = Sandbox(server)
    await page.goto(f"{sandbox.page}&id=1")
    await expect(page.locator("#details-body")).to_contain_text("There is no message 1 in this account.")
    sandbox.use("first_id: 1")
    sandbox.send_viber(text="first")
    await expect(page.locator(".part-facts")).to_contain_text("first")


async def test_account_that_was_cleared_is_still_the_one_that_is_looked_at(page: Page, sandbox: Sandbox) -> None:
    other = Sandbox(sandbox.url)
    other.send_viber(text="of another")
    sandbox.send_viber(text="first")
    await page.goto(sandbox.page)
    await page.locator("#choose-account").click()
    await page.get_by_role("button", name="Clear this account…").click()
    await page.get_by_role("button", name="Clear", exact=True).click()
    await expect(page.locator("#nothing")).to_contain_text("No messages in this account yet")
    await expect(page.locator("#account-key")).to_have_text(sandbox.key)
    assert page.url == sandbox.page


@pytest.mark.parametrize("width", [360, 800, 1440])
async def test_what_is_in_sight_is_the_same_after_loading_anew(page: Page, sandbox: Sandbox, width: int) -> None:
    sandbox.send_viber(text="first")
    await page.set_viewport_size({"width": width, "height": 740})
    panes = [".list-pane", ".phone-pane", ".details-pane"]

    async def seen() -> list[bool]:
        await expect(page.locator(".row[aria-selected=true]")).to_have_count(1)
        return [await page.locator(pane).is_visible() for pane in panes]

    await page.goto(sandbox.page)
    for tab in ("Requests", "Messages"):
        await page.get_by_role("tab", name=tab).click()
        before = await seen()
        await page.reload()
        assert await seen() == before
    await page.locator(".row").click()
    await expect(page.locator(".bubble")).to_be_visible()
    chosen = await seen()
    await page.reload()
    await expect(page.locator(".bubble")).to_be_visible()
    assert await seen() == chosen


async def test_back_leads_from_the_phone_to_the_list_in_a_narrow_window(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber(text="first")
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(sandbox.page)
    await page.locator(".row").click()
    await expect(page.locator(".bubble")).to_be_visible()
    await page.go_back()
    await expect(page.locator(".row")).to_be_visible()
    await expect(page.locator(".bubble")).to_be_hidden()
