"""What a tester uses: composing, scenarios, accounts, magic numbers, copying, the keyboard, a narrow window."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import STILL, Sandbox, Watch

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page, Route

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


def run(command: str) -> str:
    """Run what a tester pastes into a shell; tells what it printed."""
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.usefixtures("nobody")
async def test_the_first_visit_shows_the_way_and_sends_a_first_message(page: Page, server: str) -> None:
    await page.goto(server)
    welcome = page.locator("#welcome")
    await expect(welcome).to_contain_text(f"{server}/rest")
    await expect(welcome).to_contain_text("test_sms-fallback")
    await welcome.get_by_role("button", name="Copy URL").click()
    assert await page.evaluate("navigator.clipboard.readText()") == f"{server}/rest"
    await welcome.get_by_role("button", name="Send a first message").click()
    await expect(page.locator(".letter .bubble-text")).to_be_visible()
    await expect(page.locator("#account-key")).to_have_text("test_hello")
    await expect(page.locator(".letter .ticks")).not_to_have_text("scheduled")


@pytest.mark.usefixtures("nobody")
async def test_first_message_can_go_to_a_magic_number_with_the_first_key(page: Page, server: str) -> None:
    await page.goto(server)
    await expect(page.locator("#welcome")).to_be_visible()
    await page.get_by_role("button", name="Magic numbers").first.click()
    await page.get_by_role("button", name="Send to 447700900000").click()
    await expect(page.locator("#compose-text")).not_to_have_value("")
    await page.locator("#compose-dialog").get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".letter .bubble-text")).to_be_visible()
    await expect(page.locator("#account-key")).to_have_text("test_hello")
    accounts = json.loads(run(f"curl -s {server}/_mock/accounts"))["accounts"]
    assert [account["key"] for account in accounts] == ["test_hello"]


@pytest.mark.usefixtures("nobody")
async def test_the_first_visit_ends_when_a_client_sends(page: Page, server: str) -> None:
    await page.goto(server)
    await expect(page.locator("#welcome")).to_contain_text("Nothing has been sent yet")
    sandbox = Sandbox(server)
    sandbox.send_viber(text="From a client")
    await expect(page.locator(".bubble-text")).to_have_text("From a client")
    await expect(page.locator("#account-key")).to_have_text(sandbox.key)


async def test_viber_is_composed_and_sent(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    await page.locator("#compose").click()
    dialog = page.get_by_role("dialog", name="Compose")
    await expect(dialog.get_by_label("From", exact=True)).not_to_have_value("")
    await dialog.get_by_label("To", exact=True).fill("380501112233")
    await dialog.get_by_label("From", exact=True).fill("Shop")
    await dialog.get_by_label("Text", exact=True).fill("Spring is here")
    await dialog.get_by_label("Button optional").fill("See it")
    await dialog.get_by_label("Button's address").fill("https://shop.example/spring")
    await dialog.get_by_label(re.compile("Picture")).fill(f"{sandbox.url}/_mock/page/sample-basket.svg")
    await dialog.get_by_label("SMS text").fill("Spring by SMS")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(".bubble-text")).to_have_text("Spring is here")
    await expect(page.locator("a.action-button")).to_have_text("See it")
    await page.get_by_role("button", name="+10 s").click()
    await expect(page.locator(".of-sms .bubble-text")).to_have_text("Spring by SMS")


async def test_sms_is_composed_and_sent(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    await page.locator("#compose").click()
    dialog = page.get_by_role("dialog", name="Compose")
    await expect(dialog.get_by_label("From", exact=True)).not_to_have_value("")
    await dialog.get_by_role("radio", name="SMS").check()
    await dialog.get_by_label("To", exact=True).fill("447700900601, 447700900602")
    await dialog.get_by_label("Text", exact=True).fill("Щ" * 71)
    await expect(dialog.locator("#text-hint")).to_have_text("71 characters (UCS-2), 2 parts")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(".row")).to_have_text([re.compile("447700900602"), re.compile("447700900601")])
    await expect(page.locator(".part-cost")).to_contain_text("2 parts")


async def test_what_is_refused_is_said_in_the_form(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    await page.locator("#compose").click()
    dialog = page.get_by_role("dialog", name="Compose")
    await expect(dialog.get_by_label("From", exact=True)).not_to_have_value("")
    await dialog.get_by_label("To", exact=True).fill("12")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("12: error 41, Invalid MSISDN")
    await dialog.get_by_label("To", exact=True).fill("447700900600")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(".row")).to_have_count(1)


async def test_a_scenario_is_edited_mended_and_put_to_use(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    await page.locator("#open-scenario").click()
    dialog = page.get_by_role("dialog", name="Scenario")
    text = dialog.get_by_label("The scenario as YAML")
    await expect(text).to_have_value(STILL)
    await text.fill(
        STILL + '  - name: nobody has Viber\n    mach: {msisdn: "4477*"}\n    viber: {sent: 1s, rejected: 1s}\n'
    )
    notes = dialog.get_by_role("list", name="Faults").get_by_role("button")
    await expect(notes).to_have_count(1)
    await expect(notes).to_contain_text("rules[1]")
    await expect(notes).to_contain_text("did you mean 'match'?")
    line = re.match(r"\d+", await notes.inner_text())
    assert line is not None
    await expect(dialog.locator("#gutter .bad")).to_have_text(line[0])
    await dialog.get_by_role("button", name="Put to use").click()
    await expect(dialog).to_be_visible()
    await notes.click()
    await page.keyboard.type("match")
    await expect(dialog.locator("#verdict")).to_have_text("No faults. Not in use yet.")
    await dialog.get_by_role("button", name="Put to use").click()
    await expect(dialog).to_be_hidden()
    sandbox.send_viber("447700900600")
    await expect(page.locator(".row")).to_have_count(1)
    await page.get_by_role("button", name="+10 s").click()
    await expect(page.locator(".row .status")).to_have_text("rejected")
    await expect(page.locator(".part-rule")).to_contain_text("nobody has Viber")


async def test_a_scenario_is_chosen_by_name_and_kept_under_another(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    await page.locator("#open-scenario").click()
    dialog = page.get_by_role("dialog", name="Scenario")
    await dialog.get_by_role("button", name=re.compile("^sms-fallback")).click()
    await dialog.get_by_role("button", name="Put to use").click()
    await expect(page.locator("#scenario-name")).to_have_text("sms-fallback")
    name = f"mine-{secrets.token_hex(4)}"
    await page.locator("#open-scenario").click()
    await dialog.get_by_label("Keep as").fill(name)
    await dialog.get_by_role("button", name="Put to use").click()
    await expect(page.locator("#scenario-name")).to_have_text(name)


async def test_two_accounts_are_worlds_of_their_own(page: Page, server: str, sandbox: Sandbox) -> None:
    other = Sandbox(server)
    other.use(STILL)
    sandbox.send_viber(text="For the one")
    other.send_viber(text="For the other")
    await page.goto(sandbox.page)
    await expect(page.locator(".bubble-text")).to_have_text("For the one")
    await page.locator("#choose-account").click()
    dialog = page.get_by_role("dialog", name="Accounts")
    await dialog.get_by_role("button", name=other.key).click()
    await expect(page.locator(".bubble-text")).to_have_text("For the other")
    await expect(page.locator(".row")).to_have_count(1)
    sandbox.send_viber(text="Unseen here")
    other.send_viber(text="Seen here")
    await expect(page.locator(".row")).to_have_text([re.compile("Seen here"), re.compile("For the other")])


async def test_an_account_is_cleared(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber()
    await page.goto(sandbox.page)
    await page.locator("#choose-account").click()
    await page.get_by_role("button", name="Clear this account…").click()
    await page.get_by_role("button", name="Clear", exact=True).click()
    await expect(page.locator("#nothing")).to_contain_text("No messages in this account yet")
    await expect(page.locator("#account-key")).to_have_text(sandbox.key)
    keys = [each["key"] for each in sandbox.control("GET", "/accounts")["accounts"]]
    assert sandbox.key not in keys


async def test_a_magic_number_is_chosen_from_the_table(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.page)
    await page.get_by_role("button", name="Magic numbers").click()
    await expect(page.get_by_role("row", name=re.compile("447700900102"))).to_contain_text("undeliverable")
    await page.get_by_role("button", name="Send to 447700900102").click()
    await expect(page.get_by_role("dialog", name="Compose").get_by_label("To", exact=True)).to_have_value(
        "447700900102"
    )


async def copied(page: Page, name: str) -> str:
    toast = page.locator("#toast")
    await toast.evaluate("toast => toast.matches(':popover-open') && toast.hidePopover()")
    await page.get_by_role("button", name=name, exact=True).click()
    await expect(toast).to_be_visible()
    await expect(toast).to_have_text(f"Copied: {name}")
    return str(await page.evaluate("navigator.clipboard.readText()"))


async def choose(page: Page, sandbox: Sandbox, message: str) -> None:
    await page.goto(f"{sandbox.page}&id={message}")
    await expect(page.locator(".details-head h2")).to_have_text(message)


SENT: dict[str, tuple[str, Any]] = {
    "viber": (
        "/viber/create",
        {
            "messages": [
                {
                    "to": [{"msisdn": "380501112233", "reference": "copy-1"}, {"msisdn": 447700900600}],
                    "text": 'It\'s "here"\n\\ {name} %s \U0001f600',
                    "alpha_name": "Shop",
                    "options": {"viber": {"alt_route": {"originator": "Shop", "text": "$HOME `date` 'SMS'"}}},
                }
            ]
        },
    ),
    "later": (
        "/viber/create",
        {
            "messages": [{"to": [{"msisdn": "447700900601"}], "text": "Later", "alpha_name": "Shop"}],
            "scheduled_datetime": "2017-01-18T09:00:00Z",
        },
    ),
    "sms": (
        "/sms/create",
        {"destination": "phone", "originator": "Shop", "body": "x", "msisdn": "447700900602", "reference": "copy-2"},
    ),
    "hlr": ("/hlr/create", [{"msisdn": "447700900603", "reference": "copy-3"}]),
}


@pytest.fixture
def sent(sandbox: Sandbox) -> dict[str, str]:
    """One message of each kind, by name, and the SMS that took the place of the first."""
    found = {}
    for name, (path, body) in SENT.items():
        result = sandbox.send(path, body)["result"]
        found[name] = str((result[0] if isinstance(result, list) else result)["id"])
    sandbox.advance("3500ms")
    found["fallback"] = sandbox.control("GET", f"/accounts/{{key}}/messages/{found['viber']}")["alt_route"][0]["id"]
    return found


async def test_what_is_copied_as_curl_sends_the_same_again(page: Page, sandbox: Sandbox, sent: dict[str, str]) -> None:
    again = Sandbox(sandbox.url)
    again.use(STILL)
    for message in sent.values():
        await choose(page, sandbox, message)
        command = await copied(page, "curl")
        assert f"X-API-KEY: {sandbox.key}" in command
        run(command.replace(sandbox.key, again.key))
        newest = [each.control("GET", "/accounts/{key}/requests")["requests"] for each in (again, sandbox)]
        first = next(each for each in newest[1] if each["body"] == newest[0][0]["body"])
        assert newest[0][0]["path"] == first["path"]
    answers = [each["answer_json"]["result"] for each in again.control("GET", "/accounts/{key}/requests")["requests"]]
    assert [entry[0]["error"] if isinstance(entry, list) else entry["error"] for entry in answers] == [43, 0, 0, 0, 0]


async def test_what_is_copied_as_pytest_passes(
    page: Page, sandbox: Sandbox, sent: dict[str, str], tmp_path: Path
) -> None:
    for name, message in sent.items():
        await choose(page, sandbox, message)
        (tmp_path / f"test_{name}.py").write_text(await copied(page, "pytest"), "utf-8")
    told = run(f"{sys.executable} -m pytest -q -p no:cacheprovider --rootdir {tmp_path} {tmp_path}")
    assert f"{len(sent)} passed" in told
    fallback = (tmp_path / "test_fallback.py").read_text("utf-8")
    assert "def test_viber_to_380501112233_is_undeliverable(mock_bsg):" in fallback
    assert 'assert message.alt_route[0].status == "sent"' in fallback


async def test_what_is_copied_as_a_rule_makes_it_happen_again(
    page: Page, sandbox: Sandbox, sent: dict[str, str]
) -> None:
    rules = []
    for name in ("viber", "later", "sms", "hlr"):
        await choose(page, sandbox, sent[name])
        rules.append(await copied(page, "rule"))
    await choose(page, sandbox, sent["fallback"])
    assert await copied(page, "rule") == rules[0]
    assert "viber: {sent: 1s, undeliverable: 2s}" in rules[0]
    again = Sandbox(sandbox.url)
    again.use("clock: {start: 2017-01-17T09:20:02Z, manual: true}\nrules:\n" + "".join(rules))
    for path, body in SENT.values():
        again.send(path, body)
    again.advance("3500ms")

    def story(account: Sandbox, message: str) -> Any:
        whole = account.control("GET", f"/accounts/{{key}}/messages/{message}")
        steps = [(each["at"], each["status"], each["happened"]) for each in whole["timeline"]]
        return steps, [each["status"] for each in whole["alt_route"]]

    for message in sent.values():
        assert story(again, message) == story(sandbox, message)


async def test_the_keyboard_is_enough(page: Page, sandbox: Sandbox) -> None:
    for text in ("one", "two", "three"):
        sandbox.send_viber(text=text, msisdn=f"4477009006{len(text)}{ord(text[1]) % 10}")
    await page.goto(sandbox.page)
    chosen = page.locator(".row[aria-selected=true]")
    await expect(chosen).to_contain_text("three")
    await page.keyboard.press("j")
    await expect(chosen).to_contain_text("two")
    await page.keyboard.press("ArrowDown")
    await expect(chosen).to_contain_text("one")
    await page.keyboard.press("k")
    await expect(chosen).to_contain_text("two")
    await page.keyboard.press("n")
    await expect(chosen.locator(".status")).to_have_text("sent")
    await page.keyboard.press("/")
    await page.keyboard.type("three")
    await expect(page.locator(".row")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.locator(".row")).to_have_count(3)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await expect(page.get_by_role("button", name="Stop the clock")).to_be_visible()
    await page.keyboard.press("p")
    await expect(page.get_by_role("button", name="Let the clock run")).to_be_visible()
    await page.keyboard.press("c")
    await expect(page.get_by_role("dialog", name="Compose")).to_be_visible()


async def test_who_chooses_while_the_page_still_loads_keeps_the_choice(page: Page, sandbox: Sandbox) -> None:
    for text in ("first", "second"):
        sandbox.send_viber(text=text)
    asked, answer = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.set()
        await answer.wait()
        await route.continue_()

    await page.route("**/messages?msisdn=*", hold)
    await page.goto(sandbox.page)
    await asked.wait()
    chosen = page.locator(".row[aria-selected=true]")
    await expect(chosen).to_contain_text("second")
    await page.keyboard.press("j")
    await expect(chosen).to_contain_text("first")
    answer.set()
    await expect(page.locator(".letter.is-selected")).to_contain_text("first")
    await expect(chosen).to_contain_text("first")


async def test_a_key_that_was_never_seen_is_looked_at_without_a_fault(page: Page, server: str) -> None:
    sandbox = Sandbox(server)
    await page.goto(sandbox.page)
    await expect(page.locator("#nothing")).to_contain_text("No messages in this account yet")
    sandbox.send_viber(text="Here it begins")
    await expect(page.locator(".bubble-text")).to_have_text("Here it begins")


async def test_an_account_that_somebody_else_forgets_leaves_nothing_on_the_page(
    page: Page, sandbox: Sandbox, watch: Watch
) -> None:
    watch.allowed.append("404")  # a look may be under way at that instant
    sandbox.send_viber()
    await page.goto(sandbox.page)
    await expect(page.locator(".bubble-text")).to_be_visible()
    sandbox.control("DELETE", "/accounts/{key}")
    await expect(page.locator("#nothing")).to_contain_text("No messages in this account yet")
    await expect(page.locator(".bubble-text")).to_have_count(0)
    await expect(page.locator("#details-body")).to_contain_text("Choose a message")


async def test_in_a_narrow_window_the_panes_are_steps(page: Page, sandbox: Sandbox) -> None:
    sandbox.send_viber(text="Narrow")
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(sandbox.page)
    await expect(page.locator(".phone-pane")).to_be_hidden()
    await page.locator(".row").click()
    await expect(page.locator(".bubble-text")).to_be_visible()
    await expect(page.locator(".list-pane")).to_be_hidden()
    await page.locator(".phone-pane").get_by_role("button", name="Details").click()
    await expect(page.locator(".timeline")).to_be_visible()
    await page.locator(".details-pane").get_by_role("button", name="List").click()
    await expect(page.locator(".row")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
