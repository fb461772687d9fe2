"""The page around messages: its size, its skip link and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.conftest import Sandbox

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

SIZES = [(320, 256), (320, 480), (360, 740), (512, 384), (720, 450), (768, 1024), (1024, 768), (1440, 900)]


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_there_is_room_for_the_list(page: Page, sandbox: Sandbox, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})
    for n in range(6):
        sandbox.send_viber(f"44770090060{n}")
    await page.goto(f"{sandbox.page}&pane=list")
    await expect(page.locator(".row").first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    assert await page.evaluate("document.getElementById('scroller').clientHeight") >= 124  # two rows


async def test_the_skip_link_moves_the_focus_and_leaves_the_address(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber()
    await page.goto(sandbox.page)
    await expect(page.locator(".row")).to_have_count(1)
    await expect(page.locator(".letter")).to_be_visible()
    address = page.url
    await page.locator("#skip").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#scroller")).to_be_focused()
    assert page.url == address


@pytest.mark.parametrize(
    ("key", "code"), [("\u0441", "KeyC"), ("ψ", "KeyC"), ("ב", "KeyC"), ("C", "KeyC"), ("c", "KeyI")]
)
async def test_shortcuts_work_on_any_keyboard(page: Page, sandbox: Sandbox, key: str, code: str) -> None:
    sandbox.send_viber()
    await page.goto(sandbox.page)
    await expect(page.locator(".row")).to_have_count(1)
    await page.evaluate(
        "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true}))",
        [key, code],
    )
    await expect(page.get_by_role("dialog", name="Compose")).to_be_visible()
