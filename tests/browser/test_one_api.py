"""What the One API sends, as a tester sees it: more channels, one-time codes, tokens, and how it is taken away."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import STILL, Sandbox
from tests.browser.test_tools import choose, copied, run

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

    from tests.browser.conftest import Watch

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

BY_SMS = {"sender": "Shop", "text": "By SMS"}
NO_RCS = (
    STILL
    + """
  - name: no RCS here
    match: {channel: rcs}
    rcs: {sent: 1s, undeliverable: 2s}
    sms: {sent: 1s, delivered: 3s}
"""
)


async def test_a_message_of_every_channel_lies_on_the_phone(page: Page, sandbox: Sandbox) -> None:
    for channel in ("rcs", "voice", "telegram"):
        sandbox.send_on(channel, text=f"By {channel}")
    await page.goto(sandbox.page)
    heads = page.locator(".letter-head span")
    await expect(heads).to_have_text(["RCS", "Voice call", "Telegram"])
    await expect(page.locator(".letter.of-voice")).to_contain_text("Not called yet")
    await expect(page.locator(".row .channel")).to_have_text(["Telegram", "Voice", "RCS"])
    await page.get_by_label("Channel", exact=True).first.select_option("voice")
    await expect(page.locator(".row")).to_have_text([re.compile("By voice")])


async def test_only_what_can_be_read_is_tapped_to_be_read(page: Page, sandbox: Sandbox) -> None:
    for channel in ("rcs", "voice", "telegram"):
        sandbox.send_on(channel)
    sandbox.advance("4s")
    await page.goto(sandbox.page)
    await expect(page.locator(".letter .ticks")).to_have_text(["delivered"] * 3)
    await expect(page.locator(".letter.of-voice .read")).to_be_hidden()
    await expect(page.locator(".letter.of-rcs .read")).to_be_visible()
    await page.locator(".letter.of-telegram").get_by_role("button", name="Read it").click()
    await expect(page.locator(".letter.of-telegram .ticks")).to_have_text("read")


async def test_an_sms_names_the_channel_that_it_stands_in_for(page: Page, sandbox: Sandbox) -> None:
    sandbox.use(NO_RCS)
    message = sandbox.send_on("rcs", sms=BY_SMS)
    sandbox.advance("10s")
    await page.goto(f"{sandbox.page}&id={message}")
    await expect(page.locator(".letter.of-sms")).to_contain_text("Sent because RCS did not deliver")
    await page.get_by_role("button", name=re.compile("Passed on to SMS")).click()
    await page.get_by_role("button", name=f"In place of RCS {message}").click()
    await expect(page.locator(".details-head h2")).to_have_text(message)


async def test_a_one_time_code_is_copied_from_the_phone(page: Page, sandbox: Sandbox) -> None:
    sandbox.use(STILL + "one_api: {otp: '48213'}\n")
    sandbox.send_code()
    await page.goto(sandbox.page)
    await expect(page.locator(".bubble-text")).to_have_text("Your code is 48213")
    await page.locator(".letter").get_by_role("button", name="Copy code 48213").click()
    await expect(page.locator("#toast")).to_have_text("Copied: code")
    assert await page.evaluate("navigator.clipboard.readText()") == "48213"


async def test_what_becomes_of_a_code_stands_beside_its_message(page: Page, sandbox: Sandbox) -> None:
    session = sandbox.send_code(channel="viber")
    await page.goto(sandbox.page)
    code = page.locator(".part-code")
    await expect(code).to_contain_text("pending")
    await expect(code).to_contain_text(session["id"])
    sandbox.ask("POST", f"/2fa/authentications/otp/{session['id']}/resend")
    await expect(page.locator(".letter")).to_have_count(2)
    await expect(code).to_contain_text("void")
    await expect(page.locator(".letter").first).to_contain_text("Its code is void")
    sandbox.ask("POST", f"/2fa/authentications/{session['id']}/cancel")
    await expect(page.locator(".letter").last).to_contain_text("Its code is canceled")


async def test_messages_of_a_campaign_are_found_together(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_on("telegram", text="Alone")
    phones = [{"number": 447700900601}, {"number": 447700900602}]
    body = {"phones": phones, "sender": "Shop", "text": "To many"}
    campaign = sandbox.ask("POST", "/campaigns/sms/send", body)["data"]["id"]
    sandbox.send_on("telegram", text="Alone again")
    await page.goto(sandbox.page)
    rows, search = page.locator(".row"), page.get_by_role("searchbox", name="Search")
    await expect(rows).to_have_count(4)
    await search.fill(f"campaign:{campaign}")
    await expect(rows).to_have_text([re.compile("900602.*To many"), re.compile("900601.*To many")])
    await rows.first.click()
    await expect(page.locator(".part-facts div", has_text="Campaign")).to_have_text(f"Campaign{campaign}")
    await search.fill("")
    await page.get_by_role("tab", name="Requests").click()
    await page.locator(".row", has_text="/api/campaigns/sms/send").click()
    await page.get_by_role("button", name=f"Messages of campaign {campaign}").click()
    await expect(rows).to_have_count(2)
    await expect(page.locator(".letter.is-selected")).to_contain_text("To many")


async def test_neither_key_nor_token_of_a_login_is_shown(page: Page, sandbox: Sandbox) -> None:
    sandbox.ask("GET", "/accounts/balance")
    login = sandbox.control("GET", "/accounts/{key}/requests")["requests"][1]
    await page.goto(sandbox.page)
    await page.get_by_role("tab", name="Requests").click()
    details = page.locator("#details-body")
    await expect(details).to_contain_text("/api/accounts/balance")
    await expect(details).to_contain_text(re.compile(r"authorization: Bearer \S{3}…", re.IGNORECASE))
    await page.locator(".row", has_text="/api/auth/login").click()
    await expect(details).to_contain_text(f'"api_key": "{sandbox.key[:8]}…"')
    await expect(details).to_contain_text(f'"bearer": "{login["answer_json"]["bearer"][:3]}…"')
    assert sandbox.key not in await details.inner_text()


async def test_a_refusal_of_the_one_api_is_an_error_in_the_list(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_code()
    sandbox.ask("POST", "/messages/send", {"channels": ["fax"], "phone": {"number": "447700900600"}})
    sandbox.ask("GET", "/campaigns/99")
    await page.goto(sandbox.page)
    await page.get_by_role("tab", name="Requests").click()
    rows = page.locator(".row", has_not_text="/api/auth/login")
    await expect(rows.locator(".status")).to_have_text(["404", "422", "201"])
    await expect(rows.locator(".status.is-failed")).to_have_text(["404", "422"])
    await expect(rows.nth(1)).to_contain_text("channels0: The value you selected is not a valid choice.")


@pytest.fixture
def sent(sandbox: Sandbox) -> dict[str, str]:
    """Messages that the One API sent, by name, and the SMS that took the place of the first."""
    sandbox.use(NO_RCS)
    found = {channel: sandbox.send_on(channel, f"44770090061{n}") for n, channel in enumerate(("voice", "telegram"))}
    found["rcs"] = sandbox.send_on("rcs", sms=BY_SMS)
    session = sandbox.send_code("447700900620")
    sandbox.ask("POST", f"/2fa/authentications/otp/{session['id']}/resend")
    sandbox.advance("3500ms")
    listed = sandbox.control("GET", "/accounts/{key}/messages")["messages"]
    found["again"], found["code"] = (each["id"] for each in listed if each["otp"])
    found["fallback"] = next(each["id"] for each in listed if each.get("alt_route_of"))
    return found


async def test_what_is_copied_as_curl_logs_in_and_sends_the_same_again(
    page: Page, sandbox: Sandbox, sent: dict[str, str]
) -> None:
    again = Sandbox(sandbox.url)
    again.use(NO_RCS)
    for name in ("voice", "rcs", "code"):
        await choose(page, sandbox, sent[name])
        command = await copied(page, "curl")
        assert "X-API-KEY" not in command
        assert "Authorization: Bearer $TOKEN" in command
        run(command.replace(sandbox.key, again.key))
    made = {each["channel"]: each for each in again.control("GET", "/accounts/{key}/messages")["messages"]}
    assert made.keys() == {"voice", "rcs", "sms"}
    assert (made["rcs"]["text"], made["rcs"]["options"]["alt_route"]["text"]) == ("Hello!", "By SMS")
    assert made["sms"]["otp"]["status"] == "pending"


async def test_a_request_that_the_journal_has_dropped_is_made_up_for_the_one_api(
    page: Page, sandbox: Sandbox, sent: dict[str, str], watch: Watch
) -> None:
    watch.allowed.append("404")
    await page.route("**/requests/*", lambda route: route.fulfill(status=404, json={"error": "gone", "detail": []}))
    again = Sandbox(sandbox.url)
    again.use(NO_RCS)
    for name in ("voice", "telegram", "rcs"):
        await choose(page, sandbox, sent[name])
        await expect(page.locator(".part-json")).to_contain_text("The journal no longer has this request")
        run((await copied(page, "curl")).replace(sandbox.key, again.key))
    again.advance("3s")
    made = again.control("GET", "/accounts/{key}/messages")["messages"]
    assert [(each["channel"], each["text"]) for each in made] == [
        ("sms", "By SMS"),
        ("rcs", "Hello!"),
        ("telegram", "Hello!"),
        ("voice", "Hello!"),
    ]


async def test_what_is_copied_as_pytest_logs_in_and_passes(
    page: Page, sandbox: Sandbox, sent: dict[str, str], tmp_path: Path
) -> None:
    for name, message in sent.items():
        await choose(page, sandbox, message)
        (tmp_path / f"test_{name}.py").write_text(await copied(page, "pytest"), "utf-8")
    told = run(f"{sys.executable} -m pytest -q -p no:cacheprovider --rootdir {tmp_path} {tmp_path}")
    assert f"{len(sent)} passed" in told


async def test_what_is_copied_as_a_rule_makes_it_happen_again(
    page: Page, sandbox: Sandbox, sent: dict[str, str]
) -> None:
    rules = []
    for name in ("rcs", "voice"):
        await choose(page, sandbox, sent[name])
        rules.append(await copied(page, "rule"))
    assert "rcs: {sent: 1s, undeliverable: 2s}" in rules[0]
    again = Sandbox(sandbox.url)
    again.use("clock: {start: 2017-01-17T09:20:02Z, manual: true}\nrules:\n" + "".join(rules))
    message = again.send_on("rcs", sms=BY_SMS)
    again.advance("3500ms")
    whole = again.control("GET", f"/accounts/{{key}}/messages/{message}")
    assert (whole["status"], whole["alt_route"][0]["status"]) == ("undeliverable", "sent")


async def test_a_code_is_composed_and_sent(page: Page, sandbox: Sandbox) -> None:
    sandbox.use(
        STILL
        + "one_api: {otp: '7', templates: {1: {text: 'Code {code2fa}'}, 57: {text: '{code2fa}: yours', name: shop}}}\n"
    )
    await page.goto(sandbox.page)
    await page.locator("#compose").click()
    dialog = page.get_by_role("dialog", name="Compose")
    await expect(dialog.get_by_label("From", exact=True)).not_to_have_value("")
    await dialog.get_by_role("radio", name="One-time code").check()
    await expect(dialog.get_by_label("Text", exact=True)).to_be_hidden()
    await dialog.get_by_label("To", exact=True).fill("447700900601")
    await dialog.get_by_label("Sent by").select_option("Viber")
    await dialog.get_by_label("Template").select_option("57 · shop")
    await expect(dialog.locator("#template-hint")).to_have_text("{code2fa}: yours")
    await dialog.get_by_label("Digits").fill("4")
    assert sandbox.control("GET", "/accounts/{key}/requests")["requests"] == []  # nothing was asked of BSG's APIs yet
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(".letter.of-viber .bubble-text")).to_have_text("7777: yours")
    await expect(page.locator(".part-code")).to_contain_text("pending")


async def test_a_code_that_is_refused_says_so_in_the_form(page: Page, sandbox: Sandbox, watch: Watch) -> None:
    watch.allowed.append("422")
    await page.goto(sandbox.page)
    await page.locator("#compose").click()
    dialog = page.get_by_role("dialog", name="Compose")
    await expect(dialog.get_by_label("From", exact=True)).not_to_have_value("")
    await dialog.get_by_role("radio", name="One-time code").check()
    await expect(dialog.locator("#template-hint")).to_have_text("Your code is {code2fa}")
    await dialog.get_by_label("Digits").fill("12")
    await dialog.get_by_label("Tries").fill("many")
    await dialog.get_by_role("button", name="Send").click()
    alert = dialog.get_by_role("alert")
    await expect(alert.locator("p")).to_have_text([re.compile("^code_max_tries: "), re.compile("^code_digits: ")])
    await expect(dialog).to_be_visible()
    await expect(page.locator(".row")).to_have_count(0)
