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
        ("clock", "the clock stands still", True),
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
    found = [each for each in await log(client) if each["report"] == 1]
    assert {each["message"] for each in found} == {"217"}
    assert [(each["what"], each["step"]) for each in found] == [
        ("report 1 not delivered: answered with 500", False),
        ("report 1: answered with 200", False),
        ("report 1 sent again by hand", True),
        ("report 1: answered with 200", False),
    ]


async def test_an_advance_that_stops_on_its_way_is_one_step(client: Client, receiver: Receiver) -> None:
    await client.post("/rest/viber/create", json=order(callback_url=receiver.url), headers=HEADERS)
    await client.post(f"{BASE}/clock", json={"advance": "4s"})
    assert [step for step in await told(client) if step[0] == "advance"] == [
        ("advance", "advanced by 1s", True),
        ("advance", "advanced by another 1s", False),
        ("advance", "advanced by another 2s", False),
    ]


async def test_a_speed_and_an_advance_in_one_call_are_one_step(client: Client) -> None:
    await client.post(f"{BASE}/clock", json={"manual": True, "advance": "4s"})
    assert (await told(client))[1:] == [
        ("clock", "the clock stands still", True),
        ("advance", "advanced by another 4s", False),
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
    monkeypatch.setattr("mock_bsg.sandbox.log.REACH", 2)
    for _ in range(3):
        await client.get("/rest/common/balance", headers=HEADERS)
    page = await (await client.get(f"{BASE}/log")).json()
    kept = [(each["n"], each["request"]) for each in page["commands"]]
    assert (kept, page["dropped"]) == ([(4, 3), (3, 2), (2, 1)], 1)


async def test_an_account_that_was_never_seen_has_no_log(client: Client) -> None:
    answer = await client.get(f"{BASE}/log")
    assert answer.status == 404


# --- going back


async def send(client: Client, msisdn: str = "380972920000") -> None:
    await client.post("/rest/viber/create", json=order(msisdn), headers=HEADERS)


async def state(client: Client, key: str = KEY) -> dict[str, Any]:
    """The account, its messages and its requests."""
    base = f"/_mock/accounts/{key}"
    found: dict[str, Any] = await (await client.get(base)).json()
    for part in ("messages", "requests"):
        listed = (await (await client.get(f"{base}/{part}")).json())[part]
        found[part] = [each | {"duration_ms": None, "headers": None} for each in listed]
    return found | {"key": None}


async def order_of(client: Client, call: str, body: Any) -> tuple[int, dict[str, Any]]:
    answer = await client.post(f"{BASE}/{call}", json=body)
    return answer.status, await answer.json()


async def test_an_account_goes_back_to_where_it_was_after_a_command(client: Client) -> None:
    await send(client)
    await client.post(f"{BASE}/clock", json={"advance": "1s"})
    before = await state(client)
    await client.post(f"{BASE}/clock", json={"advance": "1h"})
    await send(client)
    status, told = await order_of(client, "rewind", {"to": 3})
    assert (status, told["messages"], told["clock"]["now"]) == (200, 1, "2017-01-17T09:20:03.000Z")
    assert await state(client) == before
    assert len(await log(client)) == 3


async def test_the_last_step_is_taken_back_with_what_followed_from_it(client: Client, receiver: Receiver) -> None:
    await client.post("/rest/viber/create", json=order(callback_url=receiver.url), headers=HEADERS)
    before = await state(client)
    await client.post(f"{BASE}/clock", json={"advance": "10s"})
    assert len(receiver.statuses) == 3
    status, _ = await order_of(client, "rewind", {"last": 1})
    assert status == 200
    assert await state(client) == before


async def test_several_steps_are_taken_back_at_once(client: Client) -> None:
    for _ in range(4):
        await send(client)
    await order_of(client, "rewind", {"last": 3})
    assert [each["n"] for each in await log(client)] == [1, 2]
    await send(client)
    assert (await state(client))["messages"][0]["id"] == "218"


async def test_going_back_further_than_the_log_reaches_is_a_conflict(client: Client) -> None:
    await send(client)
    assert await order_of(client, "rewind", {"last": 2}) == (
        409,
        {"error": "the log has 1 step to take back, not 2", "detail": []},
    )
    status, told = await order_of(client, "rewind", {"to": 3})
    assert status == 409
    assert told["error"] == f"the log of '{KEY}' has the commands 1 to 2; there is none of number 3"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "the body must say to or last"),
        ({"too": 3}, 'the body must say to or last, not "too"'),
        ({"to": 3, "last": 1}, "the body must say to or last, and not both"),
        ({"to": None}, "the body must say to or last, and not both"),
        ({"to": 0}, "to must be a whole number from 1 on, not 0"),
        ({"to": True}, "to must be a whole number from 1 on, not true"),
        ({"last": "1"}, 'last must be a whole number from 1 on, not "1"'),
    ],
)
async def test_a_rewind_that_makes_no_sense_is_told_how_it_would(client: Client, body: Any, said: str) -> None:
    await send(client)
    assert await order_of(client, "rewind", body) == (
        400,
        {"error": said, "detail": ['{"to": 17}', '{"last": 1}']},
    )


async def test_a_fork_has_the_same_past_and_a_future_of_its_own(client: Client) -> None:
    await send(client)
    status, told = await order_of(client, "fork", {"key": "test_copy"})
    assert (status, told["key"], told["messages"]) == (200, "test_copy", 1)
    assert await state(client, "test_copy") == await state(client)
    await send(client)
    assert ((await state(client))["balance"], (await state(client, "test_copy"))["balance"]) == (99.54, 99.77)


async def test_a_fork_may_end_at_a_command(client: Client) -> None:
    for _ in range(3):
        await send(client)
    status, told = await order_of(client, "fork", {"key": "test_copy", "until": 2})
    assert (status, told["messages"]) == (200, 1)
    status, told = await order_of(client, "fork", {"key": "test_other", "until": 5})
    assert (status, told["error"]) == (409, f"the log of '{KEY}' has the commands 1 to 4; there is none of number 5")


async def test_a_fork_takes_no_key_that_is_in_use(client: Client) -> None:
    await send(client)
    assert await order_of(client, "fork", {"key": KEY}) == (
        409,
        {"error": f"there is an account of the key '{KEY}' already", "detail": []},
    )


async def test_a_fork_takes_no_key_that_the_server_does_not(serve: Serve) -> None:
    client = await serve("", api_keys=frozenset({KEY}))
    await send(client)
    status, told = await order_of(client, "fork", {"key": "test_copy"})
    assert (status, told["error"]) == (404, "the key 'test_copy' is none of this server's --api-keys")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "the body must say key or until"),
        ({"until": 3}, "key must be the API key of the new account, and it is missing"),
        ({"key": " "}, 'key must be the API key of the new account, not " "'),
        ({"key": "a\nb"}, 'key must be the API key of the new account, not "a\\nb"'),
        ({"key": 5}, "key must be the API key of the new account, not 5"),
        ({"key": "test_copy", "until": -1}, "until must be a whole number from 1 on, not -1"),
    ],
)
async def test_a_fork_that_makes_no_sense_is_told_how_it_would(client: Client, body: Any, said: str) -> None:
    await send(client)
    status, told = await order_of(client, "fork", body)
    assert (status, told["error"]) == (400, said)
    assert told["detail"] == ['{"key": "test_copy"}', '{"key": "test_copy", "until": 17}']


@pytest.mark.parametrize(("call", "body"), [("rewind", {"last": 1}), ("fork", {"key": "test_copy"})])
async def test_an_account_that_was_never_seen_has_no_past(client: Client, call: str, body: Any) -> None:
    status, _ = await order_of(client, call, body)
    assert status == 404


async def test_a_misspelt_parameter_is_refused(client: Client) -> None:
    answer = await client.get(f"{BASE}/log?kind=request")
    assert answer.status == 400
    assert "there is no query parameter 'kind' here" in (await answer.json())["error"]
