"""An account's log over the control API: what was done, when, and what followed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.runtime import RUNTIME
from tests.conftest import until

if TYPE_CHECKING:
    from tests.conftest import Client, Receiver, Serve

KEY = "test_secret-key"
BASE = f"/_mock/accounts/{KEY}"
HEADERS = {"X-API-KEY": KEY}


def order(msisdn: str = "380972920000", **more: Any) -> dict[str, Any]:
    return {"messages": [{"to": [{"msisdn": msisdn}], "text": "hi", "alpha_name": "BSG", **more}]}


async def log(client: Client, query: str = "") -> list[dict[str, Any]]:
    """The commands that are kept, oldest first."""
    answer = await client.get(f"{BASE}/log{query}")
    assert answer.status == 200, await answer.text()
    return (await answer.json())["commands"][::-1]  # type: ignore[no-any-return]


async def told(client: Client) -> list[tuple[str, str, bool]]:
    return [(each["kind"], each["what"], each["step"]) for each in await log(client)]


async def test_the_log_tells_every_command_in_a_sentence(client: Client) -> None:
    await client.post("/rest/viber/create", json=order(), headers=HEADERS)
    await client.post(f"{BASE}/clock", json={"advance": "1m30s"})
    await client.post(f"{BASE}/clock", json={"speed": 60})
    await client.post(f"{BASE}/clock", json={"manual": True})
    await client.put(f"{BASE}/scenario", json={"name": "blocked-account"})
    assert await told(client) == [
        ("begin", "the account began with the scenario 'times'", False),
        ("request", "POST /rest/viber/create", True),
        ("advance", "advanced by 1m30s", True),
        ("clock", "the clock runs at speed 60", True),
        ("advance", "advanced by 0s", True),
        ("clock", "the clock stands still", True),
        ("advance", "advanced by 0s", True),
        ("scenario", "scenario 'blocked-account'", True),
    ]


async def test_a_status_set_by_hand_names_its_message(client: Client) -> None:
    await client.post("/rest/viber/create", json=order(), headers=HEADERS)
    await client.post(f"{BASE}/messages/217/status", json={"status": "read"})
    *_, last = await log(client)
    assert last == {
        "n": 3,
        "at": "2017-01-17T09:20:02.000Z",
        "kind": "status",
        "what": "message 217 set to read",
        "step": True,
        "request": None,
        "message": "217",
        "report": None,
    }


async def test_reports_name_their_message_and_follow_from_what_was_done(client: Client, receiver: Receiver) -> None:
    receiver.answers = [500]
    await client.post("/rest/viber/create", json=order(callback_url=receiver.url), headers=HEADERS)
    await client.post(f"{BASE}/clock", json={"advance": "1s"})
    await client.post(f"{BASE}/clock", json={"advance": "1s"})
    await client.post(f"{BASE}/reports/1/resend")
    found = [each for each in await log(client) if each["kind"] in {"report", "resend"}]
    assert [(each["what"], each["step"], each["message"], each["report"]) for each in found][:2] == [
        ("report 1 not delivered: answered with 500", False, "217", 1),
        ("report 1: answered with 200", False, "217", 1),
    ]
    assert ("report 1 sent again by hand", True, "217", 1) in [
        (each["what"], each["step"], each["message"], each["report"]) for each in found
    ]


async def test_times_are_the_accounts_at_which_each_command_was_taken(client: Client) -> None:
    await client.get("/rest/common/balance", headers=HEADERS)
    await client.post(f"{BASE}/clock", json={"advance": "10s"})
    await client.get("/rest/common/balance", headers=HEADERS)
    assert [each["at"][11:19] for each in await log(client)] == ["09:20:02", "09:20:02", "09:20:02", "09:20:12"]


async def test_requests_have_the_numbers_that_the_journal_gives_them(client: Client) -> None:
    for path in ("/rest/common/balance", "/rest/nothing", "/rest/common/balance?test_abcdefgh=1&api_key=test_12345678"):
        await client.get(path, headers=HEADERS)
        await client.post(f"{BASE}/clock", json={"advance": "1s"})
    journal = (await (await client.get(f"{BASE}/requests")).json())["requests"]
    found = {each["request"]: each["what"] for each in await log(client) if each["request"] is not None}
    assert found == {each["n"]: f"GET {each['path']}" for each in journal}
    assert "test_123…" in found[3]


async def test_a_request_that_is_held_back_goes_on_by_itself(serve: Serve) -> None:
    client = await serve("faults: [{delay: 5ms}]")
    await client.get("/rest/common/balance", headers=HEADERS)
    *_, request, held = await log(client)
    assert (request["kind"], request["step"], request["request"]) == ("request", True, 1)
    assert (held["kind"], held["step"], held["request"]) == ("held", False, 1)


async def test_a_body_that_comes_late_belongs_to_the_step_of_its_head(client: Client) -> None:
    async def slowly() -> Any:
        yield b'{"messages"'
        await until(has_head, "the head of the request")
        yield b": []}"

    async def has_head() -> bool:
        account = client.app[RUNTIME].accounts.get(KEY)
        return account is not None and account.journal.count == 1

    await client.post("/rest/viber/create", data=slowly(), headers=HEADERS)
    await client.get("/rest/common/balance", headers=HEADERS)
    assert [(each["kind"], each["step"], each["request"]) for each in await log(client)] == [
        ("begin", False, None),
        ("head", True, 1),
        ("request", False, 1),
        ("request", True, 2),
    ]


async def test_a_body_that_is_too_large_is_told_as_refused(serve: Serve) -> None:
    client = await serve("", max_body=1_000)
    await client.post("/rest/viber/create", data=b"x" * 2_000, headers=HEADERS)
    assert ("refused", "POST /rest/viber/create refused (HTTP 413)", False) in await told(client)


async def test_messages_that_had_to_go_are_told(serve: Serve) -> None:
    client = await serve("", max_messages=2)
    for _ in range(3):
        await client.post("/rest/viber/create", json=order(), headers=HEADERS)
    *_, last = await told(client)
    assert last == ("dropped", "the oldest message dropped: the server had too many", False)


async def test_the_log_comes_in_pages(client: Client) -> None:
    for _ in range(3):
        await client.get("/rest/common/balance", headers=HEADERS)
    page = await (await client.get(f"{BASE}/log?limit=3")).json()
    assert ([each["n"] for each in page["commands"]], page["next"], page["dropped"]) == ([4, 3, 2], "2", 0)
    rest = await (await client.get(f"{BASE}/log?limit=3&after={page['next']}")).json()
    assert ([each["n"] for each in rest["commands"]], rest["next"]) == ([1], None)


@pytest.mark.past_the_door
async def test_the_log_says_how_many_commands_it_has_dropped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.commands.KEPT", 2)
    for _ in range(3):
        await client.get("/rest/common/balance", headers=HEADERS)
    page = await (await client.get(f"{BASE}/log")).json()
    assert ([(each["n"], each["request"]) for each in page["commands"]], page["dropped"]) == ([(4, 3), (3, 2)], 2)


async def test_an_account_that_was_never_seen_has_no_log(client: Client) -> None:
    answer = await client.get(f"{BASE}/log")
    assert answer.status == 404


async def test_a_misspelt_parameter_is_refused(client: Client) -> None:
    answer = await client.get(f"{BASE}/log?kind=request")
    assert answer.status == 400
    assert "there is no query parameter 'kind' here" in (await answer.json())["error"]
