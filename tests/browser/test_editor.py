"""The scenario editor loses nothing: what was typed stays until it is put to use or thrown away on purpose."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import STILL, Sandbox

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page, Route

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


async def open_editor(page: Page, text: str) -> Locator:
    """Open it, wait for the text that it begins with, and tell the field."""
    await page.locator("#open-scenario").click()
    field = page.get_by_label("The scenario as YAML")
    await expect(field).to_have_value(text)
    return field


async def leave_by_escape(page: Page) -> None:
    await page.keyboard.press("Escape")


async def leave_by_a_click_beside(page: Page) -> None:
    await page.mouse.click(5, 5)


async def leave_by_its_button(page: Page) -> None:
    await page.get_by_role("dialog", name="Scenario").get_by_role("button", name="Close").click()


async def leave_by_loading_anew(page: Page) -> None:
    await page.reload()


@pytest.mark.parametrize(
    "leave", [leave_by_escape, leave_by_a_click_beside, leave_by_its_button, leave_by_loading_anew]
)
async def test_what_was_typed_is_there_again(page: Page, sandbox: Sandbox, leave: object) -> None:
    assert callable(leave)
    await page.goto(sandbox.page)
    field = await open_editor(page, STILL)
    await field.fill("description: half a thought")
    await page.get_by_label("Keep as").fill("thought")
    await leave(page)
    await expect(page.get_by_role("dialog", name="Scenario")).to_be_hidden()
    await expect(page.locator("#open-scenario")).to_contain_text("unused draft")
    await open_editor(page, "description: half a thought")
    await expect(page.get_by_label("Keep as")).to_have_value("thought")
    await page.get_by_role("button", name="Throw draft away").click()
    await expect(field).to_have_value(STILL)
    await expect(page.get_by_label("Keep as")).to_have_value("")
    await leave_by_escape(page)
    await expect(page.locator("#scenario-draft")).to_be_hidden()


async def test_a_selection_that_ends_outside_leaves_the_editor_open(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    field = await open_editor(page, STILL)
    box = await field.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 200, box["y"] + 50)
    await page.mouse.down()
    await page.mouse.move(5, 5, steps=4)
    await page.mouse.up()
    await expect(page.get_by_role("dialog", name="Scenario")).to_be_visible()


async def test_another_scenario_that_is_chosen_takes_nothing_from_what_was_typed(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    field = await open_editor(page, STILL)
    await field.fill("description: mine")
    names = page.get_by_role("navigation", name="Scenarios")
    await names.get_by_role("button", name="sms-fallback").click()
    await expect(field).not_to_have_value("description: mine")
    await field.fill("description: of sms-fallback")
    await names.get_by_role("button", name="In use now").click()
    await expect(field).to_have_value("description: mine")
    await names.get_by_role("button", name="sms-fallback").click()
    await expect(field).to_have_value("description: of sms-fallback")
    await page.get_by_role("button", name="Put to use").click()
    await expect(page.get_by_role("dialog", name="Scenario")).to_be_hidden()
    assert sandbox.control("GET", "/accounts/{key}")["scenario"] == f"{sandbox.key}'s own"
    await open_editor(page, "description: mine")


async def test_each_account_has_drafts_of_its_own(page: Page, sandbox: Sandbox) -> None:
    other = Sandbox(sandbox.url)
    other.use(STILL + "# other\n")
    await page.goto(sandbox.page)
    await (await open_editor(page, STILL)).fill("description: mine")
    await page.keyboard.press("Escape")
    await page.goto(other.page)
    await expect(page.locator("#account-key")).to_have_text(other.key)
    await expect(page.locator("#scenario-draft")).to_be_hidden()
    await open_editor(page, STILL + "# other\n")
    await page.keyboard.press("Escape")
    await page.goto(sandbox.page)
    await expect(page.locator("#scenario-draft")).to_be_visible()
    await open_editor(page, "description: mine")


async def test_a_browser_that_keeps_nothing_edits_all_the_same(page: Page, sandbox: Sandbox) -> None:
    await page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})")
    await page.goto(sandbox.page)
    field = await open_editor(page, STILL)
    await field.fill("description: mine")
    await page.get_by_role("button", name="Put to use").click()
    await expect(page.get_by_role("dialog", name="Scenario")).to_be_hidden()


async def test_what_comes_after_it_was_closed_goes_into_no_other_field(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    asked, let_go_on = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.set()
        await let_go_on.wait()
        await route.continue_()

    await page.route("**/scenario", hold)
    await page.locator("#open-scenario").click()
    await asyncio.wait_for(asked.wait(), 30)
    await page.keyboard.press("Escape")
    await page.locator("#search").fill("38")
    let_go_on.set()
    await expect(page.locator("#yaml")).to_have_value(STILL)
    await expect(page.locator("#search")).to_have_value("38")
