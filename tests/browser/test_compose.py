"""Compose never gets stuck, loses nothing, sends nothing twice, and takes numbers as people write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sandbox

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

HANGS = "447700900901"


async def compose(page: Page, to: str = "", text: str = "Spring is here") -> Locator:
    """Open the form, wait for the sample that fills it, and write; tells the dialog."""
    await page.locator("#compose").click()
    dialog = page.get_by_role("dialog", name="Compose")
    await expect(dialog.get_by_label("From", exact=True)).not_to_have_value("")
    if to:
        await dialog.get_by_label("To", exact=True).fill(to)
        await dialog.get_by_label("Text", exact=True).fill(text)
    return dialog


def sends(dialog: Locator) -> Locator:
    return dialog.get_by_role("button", name="Send", exact=True)


async def test_a_request_that_hangs_is_waited_for_only_as_long_as_one_likes(page: Page, server: str) -> None:
    sandbox = Sandbox(server)
    sandbox.use("rules:\n  - {match: {msisdn: '447700900901'}, fault: hang}\n")
    await page.goto(sandbox.page)
    dialog = await compose(page, HANGS)
    await sends(dialog).click()
    await expect(dialog.locator("#compose-note")).to_have_text(re.compile(r"No answer yet, for \d+ s"))
    await expect(sends(dialog)).to_be_disabled()
    await dialog.get_by_role("button", name="Stop waiting").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Cancelled")
    await expect(dialog.get_by_role("alert")).to_contain_text("It may have been sent all the same.")
    await expect(sends(dialog)).to_be_focused()
    await dialog.get_by_label("To", exact=True).fill("447700900600")
    await expect(dialog.get_by_label("Text", exact=True)).to_have_value("Spring is here")
    await sends(dialog).click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(".row")).to_have_count(1)


async def test_closing_the_form_ends_what_it_waited_for(page: Page, server: str) -> None:
    sandbox = Sandbox(server)
    sandbox.use("rules:\n  - {match: {msisdn: '447700900901'}, fault: hang}\n")
    await page.goto(sandbox.page)
    dialog = await compose(page, HANGS)
    async with page.expect_event("requestfailed"):
        await sends(dialog).click()
        await expect(dialog.locator("#compose-note")).to_contain_text("No answer yet")
        await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await page.locator("#compose").click()
    await expect(sends(dialog)).to_be_enabled()
    await expect(dialog.get_by_label("To", exact=True)).to_have_value(HANGS)


async def test_what_was_sent_is_not_sent_again_with_what_was_refused(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    dialog = await compose(page, "447700900600, 12, 447700900601")
    await dialog.get_by_label("Reference optional").fill("order-1")
    await sends(dialog).click()
    alert = dialog.get_by_role("alert")
    await expect(alert).to_contain_text("12: error 41, Invalid MSISDN")
    await expect(alert).to_contain_text("Sent to 447700900600 447700900601 all the same.")
    await expect(dialog.get_by_label("To", exact=True)).to_have_value("12")
    await dialog.get_by_label("To", exact=True).fill("447700900602")
    await sends(dialog).click()
    await expect(dialog).to_be_hidden()
    messages = sandbox.control("GET", "/accounts/{key}/messages?channel=viber")["messages"]
    assert [each["msisdn"] for each in messages] == ["447700900602", "447700900601", "447700900600"]
    assert len({each["reference"] for each in messages}) == 3


async def test_those_that_were_sent_are_a_click_away(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    dialog = await compose(page, "447700900600, 12", text="to one of two")
    await sends(dialog).click()
    await dialog.get_by_role("alert").get_by_role("button", name="447700900600").click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(".part-facts")).to_contain_text("to one of two")


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("+380 50 123 45 67", ["380501234567"]),
        ("+380\u00a050\u00a0123\u00a045\u00a067", ["380501234567"]),
        ("+380-50-123–45–67", ["380501234567"]),
        ("+44 (7700) 900.600", ["447700900600"]),
        ("380501234567 380671112233", ["380501234567", "380671112233"]),
        ("+380 50 123 45 67 +44 7700 900600", ["380501234567", "447700900600"]),
        ("380501234567; 380671112233,447700900600", ["380501234567", "380671112233", "447700900600"]),
        ("+380 50 123 45 67, +44 7700 900600", ["380501234567", "447700900600"]),
    ],
)
async def test_numbers_are_taken_as_people_write_them(
    page: Page, sandbox: Sandbox, written: str, understood: list[str]
) -> None:
    await page.goto(sandbox.page)
    dialog = await compose(page, written)
    for number in understood:
        await expect(dialog.locator("#to-hint")).to_contain_text(number)
    await sends(dialog).click()
    await expect(dialog).to_be_hidden()
    messages = sandbox.control("GET", "/accounts/{key}/messages?channel=viber")["messages"]
    assert [each["msisdn"] for each in reversed(messages)] == understood


async def test_what_bsg_will_refuse_is_said_before_it_is_sent(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    dialog = await compose(page, "my phone")
    await expect(dialog.locator("#to-hint")).to_contain_text("my, phone are no numbers")
    await dialog.get_by_label("To", exact=True).fill(",".join(str(380501230000 + each) for each in range(51)))
    await expect(dialog.locator("#to-hint")).to_have_text(
        "51 recipients. BSG takes 50 in a request: this one will be refused"
    )


async def test_a_draft_outlives_closing_reloading_and_another_account(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    dialog = await compose(page, "447700900600", text="half a thought")
    await page.keyboard.press("Escape")
    await page.reload()
    await expect(page.locator("#clock-mode")).to_have_text("UTC, stopped")
    await compose(page)
    await expect(dialog.get_by_label("Text", exact=True)).to_have_value("half a thought")
    await page.keyboard.press("Escape")
    other = Sandbox(sandbox.url)
    other.send_viber()
    await page.goto(other.page)
    await expect(page.locator("#account-key")).to_have_text(other.key)
    await compose(page)
    await expect(dialog.get_by_label("Text", exact=True)).not_to_have_value("half a thought")
    await page.keyboard.press("Escape")
    await page.goto(sandbox.page)
    await expect(page.locator("#account-key")).to_have_text(sandbox.key)
    await compose(page)
    await expect(dialog.get_by_label("Text", exact=True)).to_have_value("half a thought")
    await dialog.get_by_role("button", name="Discard draft").click()
    await expect(dialog.get_by_label("Text", exact=True)).not_to_have_value("half a thought")
    await expect(dialog.get_by_role("button", name="Discard draft")).to_be_hidden()


async def test_what_was_sent_is_edited_and_sent_with_a_reference_of_its_own(page: Page, sandbox: Sandbox) -> None:
    alt = {"originator": "Shop", "text": "by SMS"}
    sandbox.send_viber(text="first", reference="order-1", caption="Look", action="https://shop.example/", alt_route=alt)
    await page.goto(sandbox.page)
    await page.get_by_role("button", name="Edit and send").click()
    dialog = page.get_by_role("dialog", name="Compose")
    await expect(dialog.get_by_label("SMS text")).to_have_value("by SMS")
    await expect(dialog.locator("#sms-hint")).to_have_text("6 characters (GSM), 1 part")
    await dialog.get_by_label("Text", exact=True).fill("second")
    await sends(dialog).click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(".part-facts")).to_contain_text("second")
    newest = sandbox.control("GET", "/accounts/{key}/messages")["messages"][0]
    assert newest["reference"].startswith("order-1-x")
    assert newest["options"]["alt_route"]["text"] == "by SMS"


async def test_a_service_message_is_sent_later(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    dialog = await compose(page, "447700900600")
    await dialog.locator("summary", has_text="More").click()
    await dialog.get_by_label("Send at, UTC").fill("2017-01-17T10:20:02")
    await dialog.get_by_label("Not promotional: a service message").check()
    await sends(dialog).click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(".part-facts")).to_contain_text("2017-01-17 10:20:02")
    message = sandbox.control("GET", f"/accounts/{{key}}/messages/{re.search(r'id=([0-9]+)', page.url)[1]}")  # type: ignore[index]
    assert message["is_promotional"] is False


@pytest.mark.usefixtures("nobody")
async def test_the_first_number_on_a_first_visit_opens_the_first_account(page: Page, server: str) -> None:
    await page.goto(server)
    await page.get_by_role("button", name="Magic numbers").first.click()
    await page.get_by_role("button", name="Send to 447700900000").click()
    dialog = page.get_by_role("dialog", name="Compose")
    await expect(dialog.get_by_label("To", exact=True)).to_have_value("447700900000")
    await expect(dialog.get_by_label("From", exact=True)).not_to_have_value("")
    await sends(dialog).click()
    await expect(dialog).to_be_hidden()
    assert [each["key"] for each in Sandbox(server).control("GET", "/accounts")["accounts"]] == ["test_hello"]
