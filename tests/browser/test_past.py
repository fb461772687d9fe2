"""What was done: taken back by a button and by keys, looked at with a slider, gone back to, copied."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sandbox
from tests.browser.test_accessibility import violations

if TYPE_CHECKING:
    from typing import Any

    from playwright.async_api import Locator, Page, Route

    from tests.browser.conftest import Watch

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


def undo(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("[Uu]ndo"))


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Command of the log")


def log(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The commands of the account, the newest first."""
    commands: list[dict[str, Any]] = sandbox.control("GET", "/accounts/{key}/log")["commands"]
    return commands


async def slide(page: Page, sandbox: Sandbox, what: str) -> int:
    """Put the slider on the newest command of that sentence; tells its number."""
    number = next(each["n"] for each in log(sandbox) if each["what"] == what)
    await expect(slider(page)).to_have_attribute("max", str(log(sandbox)[0]["n"]))
    await slider(page).fill(str(number))
    await expect(page.locator("#past-told")).to_contain_text(what)
    return int(number)


async def test_the_last_step_is_taken_back_by_a_button_that_says_what_it_was(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber()
    await page.goto(sandbox.page)
    await page.get_by_role("button", name="+1 min").click()
    await expect(page.locator(".row .status")).to_have_text("read")
    await expect(undo(page)).to_have_text("Undo: advanced by 1m")
    await undo(page).click()
    await expect(page.locator("#toast")).to_have_text("Taken back: advanced by 1m")
    await expect(page.locator(".row .status")).to_have_text("scheduled")
    await expect(page.locator("#clock")).to_have_text("09:20:02")
    await expect(undo(page)).to_have_text("Undo: POST /rest/viber/create")
    await undo(page).click()
    await expect(page.locator(".row")).to_have_count(0)
    await expect(page.locator("#details-body")).to_contain_text("Choose a message")
    await expect(undo(page)).to_have_text(f"Undo: scenario '{sandbox.key}'s own'")


@pytest.mark.parametrize("key", ["Control+z", "Meta+z"])
async def test_keys_take_back_but_not_while_one_types(page: Page, sandbox: Sandbox, key: str) -> None:
    sandbox.send_viber(text="first")
    sandbox.send_viber(text="second")
    await page.goto(sandbox.page)
    await expect(page.locator(".row")).to_have_count(2)
    await page.locator("#search").press_sequentially("second")
    await expect(page.locator(".row")).to_have_count(1)
    await page.keyboard.press(key)
    await page.keyboard.press("Escape")
    await expect(page.locator(".row")).to_have_count(2)
    await page.keyboard.press("?")
    await page.keyboard.press(key)
    await page.keyboard.press("Escape")
    assert len(sandbox.control("GET", "/accounts/{key}/messages")["messages"]) == 2
    await page.keyboard.press(key)
    await expect(page.locator(".row")).to_have_text([re.compile("first")])


async def test_slider_tells_each_command_and_goes_back_to_it(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber(text="first")
    sandbox.advance("10s")
    sandbox.send_viber(text="second")
    await page.goto(sandbox.page)
    await expect(page.locator(".row")).to_have_count(2)
    commands = log(sandbox)
    for each in commands[1:]:
        await page.get_by_role("button", name="One command back").click()
        await expect(page.locator("#past-told")).to_contain_text(f"{each['n']} of {commands[0]['n']} · ")
        await expect(page.locator("#past-told")).to_contain_text(f"{each['at'][11:19]} {each['what']}")
        await expect(page.locator("#past-hint")).to_have_text(
            re.compile(rf"^forgets {commands[0]['n'] - each['n']} command")
        )
    await expect(page.get_by_role("button", name="One command back")).to_be_disabled()
    await expect(page.locator(".row")).to_have_count(2)
    number = await slide(page, sandbox, "advanced by 10s")
    await slider(page).press("ArrowLeft")
    await expect(page.locator("#past-told")).to_contain_text("POST /rest/viber/create")
    await page.get_by_role("button", name="Request 1").click()
    await expect(page.locator("#details-body")).to_contain_text("first")
    await slider(page).press("ArrowRight")
    await page.get_by_role("button", name="Go back to here").click()
    await expect(page.locator("#request-count")).to_have_text("1")
    await expect(page.locator("#clock")).to_have_text("09:20:12")
    assert log(sandbox)[0]["n"] == number


async def test_a_server_that_forgot_is_asked_once_to_go_forth(page: Page, sandbox: Sandbox, watch: Watch) -> None:
    watch.allowed.append("409")
    sandbox.send_viber(text="first")
    await page.goto(sandbox.page)
    await expect(page.locator(".row")).to_have_count(1)
    await undo(page).click()
    await expect(page.locator(".row")).to_have_count(0)
    await page.get_by_role("button", name="One command on").click()
    await expect(page.locator("#past-told")).to_contain_text("POST /rest/viber/create")
    await page.get_by_role("button", name="Go forth to here").click()
    await expect(page.locator("#toast")).to_contain_text("has the commands 1 to 2; there is none of number")
    await expect(slider(page)).to_have_attribute("max", "2")
    sandbox.send_viber(text="second")
    await expect(page.locator(".row")).to_have_count(1)
    await undo(page).click()
    await expect(slider(page)).to_have_attribute("max", "2")


async def test_page_goes_forth_again_where_the_server_takes_it(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber(text="first")
    sandbox.advance("1m")
    await page.goto(sandbox.page)
    await expect(page.locator(".row .status")).to_have_text("read")
    await slide(page, sandbox, "POST /rest/viber/create")
    await page.get_by_role("button", name="Go back to here").click()
    await expect(page.locator(".row .status")).to_have_text("scheduled")
    await expect(page.locator("#past-go")).to_be_hidden()

    async def go_forth(route: Route) -> None:
        """As a server that shows a world file: it has what came later."""
        sandbox.control("POST", "/accounts/{key}/clock", {"advance": "1m"})
        await route.fulfill(json=sandbox.control("GET", "/accounts/{key}"))

    await page.route("**/rewind", go_forth)
    await page.get_by_role("button", name="One command on").click()
    await expect(page.locator("#past-told")).to_contain_text("advanced by 1m")
    await page.get_by_role("button", name="Go forth to here").click()
    await expect(page.locator(".row .status")).to_have_text("read")
    await expect(undo(page)).to_have_text("Undo: advanced by 1m")


async def test_an_account_is_copied_up_to_a_command(page: Page, sandbox: Sandbox, watch: Watch) -> None:
    watch.allowed.append("409")
    sandbox.send_viber(text="first")
    sandbox.send_viber(text="second")
    await page.goto(sandbox.page)
    await expect(page.locator(".row")).to_have_count(2)
    await page.get_by_role("button", name="One command back").click()
    await page.get_by_role("button", name="Copy up to here…").click()
    dialog = page.get_by_role("dialog", name="Copy this account")
    key = dialog.get_by_label("Key of the copy")
    await expect(key).to_have_value(re.compile(rf"{sandbox.key}\.at-\d+"))
    await key.fill(sandbox.key)
    await dialog.get_by_role("button", name="Copy", exact=True).click()
    await expect(page.locator("#toast")).to_contain_text("there is an account of the key")
    await key.fill(f"{sandbox.key}.copy")
    await dialog.get_by_role("button", name="Copy", exact=True).click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator("#account-key")).to_have_text(f"{sandbox.key}.copy")
    await expect(page.locator(".row")).to_have_count(1)
    assert len(sandbox.control("GET", "/accounts/{key}/messages")["messages"]) == 2


async def test_what_somebody_else_takes_back_is_read_anew(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber(text="first")
    gone = sandbox.send_viber(text="second", reference="a")
    await page.goto(f"{sandbox.page}&id={gone}")
    await expect(page.locator(".part-facts")).to_contain_text("second")
    await page.get_by_role("button", name="One command back").click(click_count=2)
    put = int(await slider(page).input_value())
    answer = asyncio.Event()

    async def hold(route: Route) -> None:
        await answer.wait()
        await route.continue_()

    # What came in its place has its id, and the page does not look in between.
    await page.route("**/clock", hold)
    async with page.expect_request("**/clock"):
        sandbox.control("POST", "/accounts/{key}/rewind", {"last": 1})
    again = sandbox.send_viber(text="instead", reference="b")
    assert again == gone
    answer.set()
    await expect(page.locator(".row")).to_have_text([re.compile("instead"), re.compile("first")])
    await expect(page.locator(".letter .bubble-text")).to_have_text(["first", "instead"])
    await expect(page.locator(".part-facts")).to_contain_text("instead")
    await expect(page.locator(".part-json")).to_contain_text("instead")
    # The slider stays where it was put: a hand may be on it.
    await expect(page.locator("#past-told")).to_contain_text(f"{put} of {put + 2} · ")
    await expect(page.locator("#past-go")).to_be_visible()


async def test_a_request_that_is_not_there_any_more_is_not_shown(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber(text="first")
    sandbox.send_viber(text="second")
    await page.goto(sandbox.page)
    await page.get_by_role("tab", name="Requests").click()
    await expect(page.locator("#details-body")).to_contain_text("Request 2")
    sandbox.control("POST", "/accounts/{key}/rewind", {"last": 1})
    await expect(page.locator(".row")).to_have_count(1)
    await expect(page.locator("#details-body")).to_contain_text("Request 1")


async def test_an_account_in_which_nothing_was_done_has_no_past(page: Page, server: str) -> None:
    sandbox = Sandbox(server)
    await page.goto(sandbox.page)
    await expect(page.locator("#nothing")).to_contain_text("No messages in this account yet")
    await expect(page.locator("#past")).to_be_hidden()
    sandbox.send_viber()
    await expect(undo(page)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_in_a_narrow_window_all_of_it_is_there(page: Page, sandbox: Sandbox, axe: str, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": 360, "height": 740})
    sandbox.send_viber(text="first")
    sandbox.advance("1m")
    await page.goto(sandbox.page)
    await expect(undo(page)).to_be_visible()
    await slide(page, sandbox, "POST /rest/viber/create")
    for name in ("Go back to here", "Copy up to here…", "Request 1", "One command on"):
        await expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await violations(page, axe) == []
    await page.get_by_role("button", name="Go back to here").click()
    await expect(page.locator(".row .status")).to_have_text("scheduled")
    await page.locator(".row").click()
    await expect(page.locator(".bubble-text")).to_be_visible()
    await undo(page).click()
    await expect(page.locator("#message-count")).to_have_text("0")
