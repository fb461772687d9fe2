"""axe-core finds no serious or critical violation, in light and in dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.conftest import Sandbox

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.slow,
    pytest.mark.parametrize("scheme", ["light", "dark"]),
]


async def violations(page: Page, axe: str) -> list[str]:
    """Serious and critical ones, each with the first place where it was found."""
    await page.evaluate(axe)
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
    return [
        f"{each['id']} ({each['impact']}) at {each['nodes'][0]['html'][:200]}: {each['nodes'][0]['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


async def test_the_list_the_phone_and_the_details(page: Page, sandbox: Sandbox, axe: str, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    for number in ("447700900601", "447700900602", "380501112233"):
        sandbox.send_viber(
            number,
            img="https://pictures.example/1.png",
            caption="See",
            action="https://shop.example",
            alt_route={"originator": "S", "text": "By SMS"},
            callback_url="http://127.0.0.1:9/reports",
        )
    sandbox.advance("2s")
    sandbox.send_viber("380501112233", "Another one")
    await page.goto(sandbox.page)
    await expect(page.locator(".letter")).to_have_count(3)
    assert await violations(page, axe) == []
    await page.locator(".row", has_text="447700900601").click()
    await expect(page.get_by_role("button", name="Read it")).to_be_visible()
    await page.locator(".part-rule summary").click()
    assert await violations(page, axe) == []
    await page.get_by_role("tab", name="Requests").click()
    await expect(page.locator("#details-body")).to_contain_text("Request 4")
    assert await violations(page, axe) == []


async def test_every_step_of_a_narrow_window(page: Page, sandbox: Sandbox, axe: str, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": 360, "height": 740})
    sandbox.send_viber(alt_route={"originator": "S", "text": "By SMS"})
    await page.goto(sandbox.page)
    await expect(page.locator(".row")).to_have_count(1)
    assert await violations(page, axe) == []
    await page.locator(".row").click()
    await expect(page.locator(".letter")).to_be_visible()
    assert await violations(page, axe) == []
    await page.locator(".phone-pane").get_by_role("button", name="Details").click()
    await expect(page.locator(".timeline")).to_be_visible()
    assert await violations(page, axe) == []
    await page.keyboard.press("c")
    await page.get_by_role("dialog", name="Compose").get_by_role("button", name="Magic numbers").click()
    await expect(page.get_by_role("row").nth(1)).to_be_visible()
    assert await violations(page, axe) == []


@pytest.mark.usefixtures("nobody")
async def test_the_first_visit(page: Page, server: str, axe: str, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.goto(server)
    await expect(page.locator("#welcome-scenarios li").first).to_be_visible()
    assert await violations(page, axe) == []


@pytest.mark.parametrize("key", ["s", "c", "a", "?"])
async def test_the_dialogs(page: Page, sandbox: Sandbox, axe: str, scheme: Any, key: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    sandbox.send_viber()
    await page.goto(sandbox.page)
    await expect(page.locator(".row")).to_have_count(1)
    await page.keyboard.press(key)
    await expect(page.locator("dialog[open]")).to_be_visible()
    if key == "s":
        await expect(page.locator("#verdict")).to_contain_text("No faults.")
        await page.locator("#yaml").fill("rules: 1\nclok: 2\n")
        await expect(page.locator("#notes li")).to_have_count(2)
    assert await violations(page, axe) == []


async def test_messages_of_the_one_api(page: Page, sandbox: Sandbox, axe: str, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    for channel in ("rcs", "voice", "telegram"):
        sandbox.send_on(channel)
    sandbox.send_code()
    sandbox.advance("2s")
    sandbox.send_on("voice")
    await page.goto(sandbox.page)
    await expect(page.locator(".letter")).to_have_count(5)
    await page.locator(".row", has_text="code").click()
    await expect(page.locator(".part-code")).to_contain_text("pending")
    assert await violations(page, axe) == []
    await page.keyboard.press("c")
    await page.get_by_role("radio", name="One-time code").check()
    await expect(page.locator("#template-hint")).to_have_text("Your code is {code2fa}")
    assert await violations(page, axe) == []


async def test_an_empty_account(page: Page, sandbox: Sandbox, axe: str, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.goto(sandbox.page)
    await expect(page.locator("#nothing")).to_contain_text("No messages")
    assert await violations(page, axe) == []


async def test_the_apis(page: Page, server: str, axe: str, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.goto(f"{server}/_mock/docs#viber_create")
    await page.get_by_role("button", name="Open all").click()
    await page.locator("#viber_create").get_by_text("Fields of the body").click()
    assert await violations(page, axe) == []
