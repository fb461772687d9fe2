"""What a tester sees and does: messages come, fare, and are steered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

    from tests.browser.conftest import Sandbox, Watch

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


def status_of_row(page: Page, msisdn: str) -> object:
    return page.locator(".row", has_text=msisdn).first.locator(".status")


async def test_a_message_that_a_client_sends_appears_without_a_reload(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    await expect(page.locator("#nothing")).to_contain_text("No messages in this account yet")
    sandbox.send_viber("380972920000", "Your parcel is here", sender="Post", reference="ext_id_19")
    row = page.locator(".row")
    await expect(row).to_contain_text("380972920000")
    await expect(row).to_contain_text("Your parcel is here")
    await expect(row).to_contain_text("Post")
    await expect(row.locator(".status")).to_have_text("scheduled")
    await expect(page.locator(".bubble-text")).to_have_text("Your parcel is here")
    await expect(page.locator("#phone-number")).to_have_text("380972920000")
    await expect(page.locator("#phone-place")).to_have_text("Ukraine")
    await expect(page.locator("#message-count")).to_have_text("1")


async def test_time_that_is_moved_on_changes_the_ticks(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber()
    await page.goto(sandbox.page)
    letter, timeline = page.locator(".letter"), page.locator(".timeline")
    await expect(letter.locator(".ticks")).to_have_text("scheduled")
    await expect(timeline.locator(".planned")).to_have_count(3)
    await page.get_by_role("button", name="Next step").click()
    await expect(letter.locator(".ticks")).to_have_text("sent")
    await expect(letter).to_contain_text("On its way")
    await page.get_by_role("button", name="Next step").click()
    await expect(letter.locator(".ticks")).to_have_text("delivered")
    await expect(timeline.locator(".planned")).to_contain_text("in 3 s")
    await page.get_by_role("button", name="+10 s").click()
    await expect(letter.locator(".ticks.is-read")).to_have_text("read")
    await expect(page.locator(".row .status")).to_have_text("read")
    await expect(page.locator("#clock")).to_have_text("09:20:14")
    await expect(page.locator("#clock-mode")).to_have_text("UTC, stopped")


async def test_time_that_a_test_moves_on_is_seen_too(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber()
    await page.goto(sandbox.page)
    await expect(page.locator(".letter .ticks")).to_have_text("scheduled")
    sandbox.advance("2s")
    await expect(page.locator(".letter .ticks")).to_have_text("delivered")
    await expect(page.locator(".row .status")).to_have_text("delivered")


async def test_a_clock_that_runs_carries_messages_on_by_itself(page: Page, sandbox: Sandbox) -> None:
    sandbox.use("defaults: {viber: {sent: 100ms, delivered: 300ms, read: 600ms}}")
    await page.goto(sandbox.page)
    sandbox.send_viber()
    await expect(page.locator(".row .status")).to_have_text("read")
    await expect(page.locator(".letter .ticks")).to_have_text("read")


async def test_viber_that_fails_is_followed_by_an_sms_bubble(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber("380501112233", "On Viber", alt_route={"originator": "Shop", "text": "By SMS"})
    await page.goto(sandbox.page)
    viber, sms = page.locator(".letter.of-viber"), page.locator(".letter.of-sms")
    await expect(viber).to_contain_text("On Viber")
    await page.get_by_role("button", name="Next step").click()
    await page.get_by_role("button", name="Next step").click()
    await expect(viber).to_contain_text("Did not arrive: undeliverable")
    await expect(sms.locator(".bubble-text")).to_have_text("By SMS")
    await expect(page.locator(".part-cost")).to_contain_text("was given back")
    await page.get_by_role("button", name="+10 s").click()
    await expect(sms.locator(".ticks")).to_have_text("delivered")
    await expect(sms).to_contain_text("Sent because Viber did not deliver")
    await page.get_by_role("button", name=re.compile("Passed on to SMS")).click()
    await expect(page.locator(".details-head")).to_contain_text("SMS")
    await expect(page.locator(".details-head .status")).to_have_text("delivered")
    await expect(page.locator(".part-rule")).to_contain_text("no Viber here")


async def test_a_status_is_made_to_happen_by_hand(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber()
    await page.goto(sandbox.page)
    steer = page.get_by_role("group", name="Make it happen now")
    await steer.get_by_role("button", name="delivered").click()
    await expect(page.locator(".row .status")).to_have_text("delivered")
    await expect(page.locator(".part-timeline .happened")).to_have_text(
        [re.compile("scheduled"), re.compile("sent"), re.compile("delivered")]
    )
    await expect(steer.get_by_role("button", name="sent")).to_have_count(0)
    await page.get_by_role("button", name="Read it").click()
    await expect(page.locator(".row .status")).to_have_text("read")
    await expect(page.locator(".part-steer")).to_contain_text("nothing can follow")


async def test_looking_at_a_bubble_changes_nothing(page: Page, sandbox: Sandbox, watch: Watch) -> None:
    watch.allowed += ["ERR_NAME_NOT_RESOLVED", "example.test"]
    first = sandbox.send_viber(img="http://example.test/a.png", caption="Look", action="http://localhost/")
    second = sandbox.send_viber(text="second")
    sandbox.advance("2s")
    commands = sandbox.control("GET", "/accounts/{key}/log")["commands"]
    await page.goto(sandbox.page)
    await page.locator(".bubble-text").first.click()
    await expect(page.locator("#details-body h2")).to_have_text(first)
    await page.locator(".bubble").last.press("Enter")
    await expect(page.locator("#details-body h2")).to_have_text(second)
    watched = page.locator(".picture iframe")
    await page.get_by_role("button", name="Show picture").click()
    await expect(watched).to_have_count(1)
    await expect(page.locator(".letter .ticks")).to_have_text(["delivered", "delivered"])
    await expect(page.locator("#details-body h2")).to_have_text(second)
    assert sandbox.control("GET", "/accounts/{key}/log")["commands"] == commands


async def test_read_it_reads_it_and_keeps_the_focus(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber()
    sandbox.advance("2s")
    await page.goto(sandbox.page)
    await page.get_by_role("button", name="Read it").press("Enter")
    await expect(page.locator(".letter .ticks")).to_have_text("read")
    await expect(page.locator(".bubble")).to_be_focused()


async def test_the_price_and_the_rule_are_explained(page: Page, sandbox: Sandbox) -> None:
    sandbox.use('prices: {viber: {UA: 0.23}}\nrules:\n  - {name: retries, match: {reference: "retry-*"}, error: 5}\n')
    sandbox.send_viber("380972920000", reference="first-1")
    await page.goto(sandbox.page)
    await expect(page.locator(".part-cost")).to_contain_text("0.23 EUR")
    await expect(page.locator(".part-cost")).to_contain_text("Ukraine (UA)")
    await expect(page.locator(".part-rule")).to_contain_text("The scenario's defaults")
    await page.locator(".part-rule summary").click()
    await expect(page.locator(".passed")).to_contain_text("reference should be retry-*, was first-1")


async def test_request_and_answer_are_shown_as_json(page: Page, sandbox: Sandbox) -> None:
    sandbox.send(
        "/viber/create", {"messages": [{"to": [{"msisdn": "447700900600"}], "text": "x", "alpha_name": "S", "txt": 1}]}
    )
    await page.goto(sandbox.page)
    json = page.locator(".part-json")
    await expect(json.locator(".j-name", has_text='"msisdn"')).to_have_count(1)
    await expect(json.locator(".j-text", has_text='"447700900600"')).to_have_count(1)
    await expect(json).to_contain_text("Answer 200")
    await expect(json.locator(".journal-notes")).to_contain_text("txt")


async def test_a_request_that_created_nothing_is_found_among_the_requests(page: Page, sandbox: Sandbox) -> None:
    sandbox.send("/viber/create", {"messages": []})
    await page.goto(sandbox.page)
    await page.get_by_role("tab", name="Requests").click()
    await expect(page.locator(".row")).to_contain_text("/rest/viber/create")
    await expect(page.locator(".row .status")).to_have_text("error 44")
    await expect(page.locator(".row")).to_contain_text("Invalid request payload")
    await expect(page.locator("#details-body")).to_contain_text("Invalid request payload")


async def test_a_message_older_than_many_of_its_number_is_on_the_phone(page: Page, sandbox: Sandbox) -> None:
    for number in range(60):
        sandbox.send_viber(text=f"No. {number}.")
    await page.goto(f"{sandbox.page}&id=3")
    await expect(page.locator(".letter.is-selected")).to_contain_text("No. 2.")
    await expect(page.locator(".letter.is-selected")).to_be_in_viewport()
    await page.get_by_role("button", name="Newest messages").click()
    await expect(page.locator(".letter").last).to_contain_text("No. 59.")
    await expect(page.get_by_role("button", name="Earlier messages")).to_have_count(1)


async def test_messages_are_found_by_number_reference_text_channel_and_status(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber("447700900601", "About apples", reference="retry-1")
    sandbox.send_viber("447700900602", "About pears", reference="first-2")
    sandbox.send_viber("380501112233", "About plums", alt_route={"originator": "S", "text": "Plums by SMS"})
    sandbox.advance("2s")
    await page.goto(sandbox.page)
    rows, search = page.locator(".row"), page.get_by_role("searchbox", name="Search")
    await expect(rows).to_have_count(4)
    for wanted, found in [
        ("PEARS", ["pears"]),
        ("900601", ["apples"]),
        ("number:4477009006*", ["pears", "apples"]),
        ("ref:retry-*", ["apples"]),
    ]:
        await search.fill(wanted)
        await expect(rows).to_have_text([re.compile(each) for each in found])
    await search.fill("nobody")
    await expect(page.locator("#nothing")).to_contain_text("Nothing fits this search")
    await page.get_by_role("button", name="Show all").click()
    await expect(rows).to_have_count(4)
    await page.get_by_label("Channel", exact=True).first.select_option("sms")
    await expect(rows).to_have_text([re.compile("Plums by SMS")])
    await page.get_by_label("Channel", exact=True).first.select_option("")
    await page.get_by_label("Status").select_option("undeliverable")
    await expect(rows).to_have_text([re.compile("plums")])


async def test_a_hostile_message_is_shown_as_text(page: Page, sandbox: Sandbox) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(2)> \u202eevil\u202c \U0001f600 '
    hostile += "й" * (1000 - len(hostile))
    sandbox.send_viber(
        text=hostile,
        sender="<b>Shop</b>",
        img="https://pictures.example/'\"><script>alert(3)</script>.png",
        caption='"><svg onload=alert(4)>',
        action="javascript:alert(5)",
        alt_route={"originator": "<i>S</i>", "text": "<script>alert(6)</script>"},
    )
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    await page.goto(sandbox.page)
    await expect(page.locator(".bubble-text")).to_have_text(hostile)
    await expect(page.locator(".action-button")).to_have_text('"><svg onload=alert(4)>')
    await expect(page.locator(".action .address")).to_have_text("javascript:alert(5)")
    await expect(page.locator("a.action-button")).to_have_count(0)
    await expect(page.locator(".row .row-sender")).to_have_text("<b>Shop</b>")
    await expect(page.locator(".part-facts")).to_contain_text(hostile[:40])
    await page.get_by_role("tab", name="Requests").click()
    await expect(page.locator("#details-body .json").first).to_contain_text("<script>alert(1)</script>")
    assert await page.locator("main script, main img, main b, main i, .details-pane svg[onload]").count() == 0


async def test_a_picture_from_elsewhere_waits_for_a_click(page: Page, sandbox: Sandbox, watch: Watch) -> None:
    address = "http://pictures.example/cat.svg"
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><rect width="160" height="90"/></svg>'
    asked: list[str] = []

    async def draw(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(body=drawing, content_type="image/svg+xml")

    await page.context.route("http://pictures.example/**", draw)
    watch.allowed.append(address)
    sandbox.send_viber(img=address, caption="See", action="https://shop.example/1")
    await page.goto(sandbox.page)
    await expect(page.locator(".picture")).to_contain_text(address)
    assert asked == []
    await page.get_by_role("button", name="Show picture").click()
    picture = page.frame_locator(".picture iframe").locator("img")
    await expect(picture).to_have_js_property("naturalWidth", 160)
    assert asked == [address]


async def test_a_local_picture_shows_by_itself(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber(
        img=f"{sandbox.url}/_mock/page/sample-parcel.svg", caption="See", action="https://shop.example/1"
    )
    await page.goto(sandbox.page)
    await expect(page.frame_locator(".picture iframe").locator("img")).to_have_js_property("naturalWidth", 400)
    link = page.locator("a.action-button")
    await expect(link).to_have_attribute("href", "https://shop.example/1")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(link).to_have_attribute("target", "_blank")


async def test_a_long_list_keeps_few_rows_in_the_document(page: Page, sandbox: Sandbox) -> None:
    for start in range(0, 1200, 50):
        recipients = [{"msisdn": f"4915{start + n:09d}"} for n in range(50)]
        sandbox.send("/viber/create", {"messages": [{"to": recipients, "text": "Hello", "alpha_name": "Shop"}]})
    await page.goto(sandbox.page)
    await expect(page.locator(".row").first).to_contain_text("4915000001199")
    scroller = page.locator("#scroller")
    for _ in range(PATIENCE_MS // 50):
        await scroller.evaluate("(each) => { each.scrollTop = each.scrollHeight; }")
        if await page.locator(".row", has_text="4915000000000").count():
            break
        await page.wait_for_timeout(50)
    await expect(page.locator(".row", has_text="4915000000000")).to_be_visible()
    assert await page.locator(".row").count() < 60
    await scroller.evaluate("(each) => { each.scrollTop = 0; }")
    await expect(page.locator(".row").first).to_contain_text("4915000001199")


async def test_reports_are_shown_with_their_attempts_and_sent_again(page: Page, sandbox: Sandbox) -> None:
    # Nobody listens on the discard port: every attempt fails.
    sandbox.send_viber(callback_url="http://127.0.0.1:9/reports")
    sandbox.advance("1500ms")
    await page.goto(sandbox.page)
    reports = page.locator(".part-reports")
    await expect(reports.locator(".reports > li")).to_have_count(1)
    await expect(reports.locator(".attempts li")).to_have_count(1)
    await reports.get_by_role("button", name="Send again").click()
    await expect(reports.locator(".attempts li")).to_have_count(2)
