"""The story of a message: what happened, what will, in the order of time, and what caused each step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from tests.browser.conftest import Sandbox

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

ALT = {"originator": "Shop", "text": "by SMS"}


def told(page: Page) -> Locator:
    return page.locator(".part-timeline .step")


async def test_sms_that_would_follow_stands_in_the_story_before_it_happens(page: Page, sandbox: Sandbox) -> None:
    viber = sandbox.send_viber("380501234567", caption="Look", action="https://shop.example/", alt_route=ALT)
    await page.goto(f"{sandbox.page}&id={viber}")
    await expect(told(page)).to_have_text(
        [
            re.compile("^scheduled.*request 1$"),
            re.compile("^sent, planned.*rule: no Viber here$"),
            re.compile("^undeliverable, planned.*rule: no Viber here$"),
            re.compile("^SMS .* takes over, planned.*because Viber did not deliver$"),
            re.compile("^SMS sent, planned.*rule: no Viber here$"),
            re.compile("^SMS delivered, planned.*rule: no Viber here$"),
        ]
    )
    await page.get_by_role("button", name="+1 min").click()
    await expect(page.locator(".part-timeline .planned")).to_have_count(0)
    await expect(told(page)).to_have_count(6)


async def test_what_was_done_by_hand_is_said_to_be_by_hand(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber("380501234567")
    await page.goto(sandbox.page)
    await page.get_by_role("group", name="Make it happen now").get_by_role("button", name="read").click()
    await expect(told(page)).to_have_text(
        [
            re.compile("^scheduled.*request 1$"),
            *(re.compile(f"^{each}.*by hand$") for each in ("sent", "delivered", "read")),
        ]
    )
    await expect(page.locator(".part-rule")).to_contain_text("Overruled: made “read” by hand at 09:20:02.")


async def test_a_validity_that_ran_out_is_told(page: Page, sandbox: Sandbox) -> None:
    sandbox.use("clock: {start: 2017-01-17T09:20:02Z, manual: true}\ndefaults:\n  viber: {sent: 1s}\n")
    sandbox.send(
        "/viber/create",
        {"validity": 60, "messages": [{"to": [{"msisdn": "447700900600"}], "text": "Hi", "alpha_name": "BSG"}]},
    )
    await page.goto(sandbox.page)
    await expect(told(page).last).to_have_text(re.compile("^expired, planned.*its validity of 1 min ran out$"))


async def test_calls_that_told_of_it_are_in_the_story(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber("447700900600", callback_url="http://127.0.0.1:9/nobody")
    sandbox.advance("2s")
    await page.goto(sandbox.page)
    await expect(page.locator(".part-timeline .aside.happened").first).to_contain_text("report of “")
    await expect(page.locator(".part-timeline .aside.planned").first).to_contain_text("tried again")
    await page.locator(".part-reports summary", has_text="Body").first.click()
    await expect(page.locator(".part-reports")).to_contain_text("POST http://127.0.0.1:9/nobody")


async def test_lookups_tell_what_they_found(page: Page, sandbox: Sandbox) -> None:
    sandbox.send("/mnp/create", {"msisdns": [{"msisdn": "380972920000"}], "reference": "b"})
    sandbox.send("/hlr/create", [{"msisdn": "380972920000", "reference": "a"}])
    await page.goto(sandbox.page)
    await expect(page.locator(".row .status")).to_have_text(["sent", "answered"])
    await page.locator(".row").last.click()
    await expect(page.locator(".part-found")).to_contain_text("Ukraine")
    await expect(page.locator(".part-steer")).to_have_text("Answered at once: nothing can follow.")
    await expect(page.locator(".letter.of-mnp .bubble-note")).to_be_hidden()
    sandbox.advance("1m")
    await page.locator(".row").first.click()
    await expect(page.locator(".part-found")).to_contain_text("IMSI")


async def test_times_of_another_day_have_their_date(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber()
    sandbox.advance("30h")
    await page.goto(sandbox.page)
    await expect(page.locator(".row time")).to_have_text("2017-01-17 09:20:02")
    await expect(page.locator(".letter time")).to_have_text("2017-01-17 09:20")
    await expect(told(page).first).to_contain_text("2017-01-17 09:20:02")
    await page.get_by_role("tab", name="Requests").click()
    await expect(page.locator("#details-body")).to_contain_text("2017-01-17 09:20:02 UTC")


async def test_reference_in_use_leads_to_the_message_that_holds_it(page: Page, sandbox: Sandbox) -> None:
    content = {"text": "Hi", "alpha_name": "BSG", "to": [{"msisdn": "447700900600", "reference": "order-1"}]}
    first = sandbox.send("/viber/create", {"messages": [content]})["result"][0]["id"]
    assert sandbox.send("/viber/create", {"messages": [content]})["result"][0]["error"] == 43
    await page.goto(sandbox.page)
    await page.get_by_role("tab", name="Requests").click()
    await page.locator(".row").first.click()
    await page.get_by_role("button", name="Error 43: who holds “order-1”").click()
    await expect(page.locator(".details-head")).to_contain_text(first)


async def test_rule_is_told_with_its_line_and_whether_its_scenario_is_still_in_use(
    page: Page, sandbox: Sandbox
) -> None:
    sandbox.use("clock: {manual: true}\nrules:\n  - name: gone\n    viber: {sent: 1s, undeliverable: 2s}\n")
    sandbox.send_viber()
    await page.goto(sandbox.page)
    await expect(page.locator(".rule-name")).to_contain_text("line 3")
    await expect(page.locator(".part-rule")).not_to_contain_text("follows another scenario")
    sandbox.use("rules: []")
    await expect(page.locator(".part-rule")).to_contain_text("follows another scenario by now")
