"""A rule is added to the scenario of an account while it is in use, decides as often as it says, and is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conftest import Client

ACCOUNT = "/_mock/accounts/test_me"
RULES = f"{ACCOUNT}/rules"
HEADERS = {"X-API-KEY": "test_me"}
NUMBER = "380501234567"
REFUSED = f'rules: [{{match: {{msisdn: "{NUMBER}"}}, times: 2, error: 43}}]'
DOWN = "faults: [{match: {path: /viber/create}, times: 1, status: 503}]"
OWN = """\
clock: {manual: true}
rules:
  - match: {msisdn: "38050*", channel: viber}  # used up after two
    times: 2
    viber: {sent: 1s, rejected: 2s}
  - match: {msisdn: "38067*"}
    viber: {sent: 1s, delivered: 2s..60s}
"""


async def send(client: Client, number: str = NUMBER) -> Any:
    message = {"to": [{"msisdn": number}], "text": "Hello", "alpha_name": "BSG"}
    return await client.post("/rest/viber/create", json={"messages": [message]}, headers=HEADERS)


async def errors(client: Client, count: int) -> list[int]:
    return [(await (await send(client)).json())["result"][0].get("error", 0) for _ in range(count)]


async def plans(client: Client) -> list[str]:
    listed = (await (await client.get(f"{ACCOUNT}/messages")).json())["messages"]
    wholes = [await (await client.get(f"{ACCOUNT}/messages/{each['id']}")).json() for each in reversed(listed)]
    return [each["timeline"][-1]["status"] for each in wholes]


async def times(client: Client) -> list[str]:
    return [
        (await (await client.get(f"{ACCOUNT}/messages/{each['id']}")).json())["timeline"][-1]["at"]
        for each in (await (await client.get(f"{ACCOUNT}/messages")).json())["messages"]
    ]


async def test_the_next_two_to_a_number_fail_and_then_all_is_as_before(client: Client) -> None:
    answer = await client.post(RULES, data=REFUSED)
    assert answer.status == 201
    added = await answer.json()
    assert (added["name"], added["kind"], added["times"], added["used"]) == ("next time 1", "rule", 2, 0)
    assert added["scenario"].splitlines()[added["line"] - 1].strip() == "- name: next time 1"
    assert added["text"] in "\n".join(line[2:] for line in added["scenario"].splitlines()) + "\n"
    assert await errors(client, 3) == [43, 43, 0]
    assert (await (await client.get(RULES)).json())["rules"][0]["used"] == 2
    state = await (await client.get(ACCOUNT)).json()
    assert state["scenario"] == "times, with 1 rule of yours"


async def test_a_rule_that_is_taken_back_decides_no_more(client: Client) -> None:
    before = await (await client.put(f"{ACCOUNT}/scenario", data=OWN)).json()
    await client.post(RULES, data=REFUSED)
    assert await errors(client, 1) == [43]
    answer = await client.delete(f"{RULES}/next%20time%201")
    assert (answer.status, (await answer.json())["rules"]) == (200, [])
    assert await errors(client, 1) == [0]
    assert (await (await client.get(ACCOUNT)).json())["scenario"] == before["scenario"]
    assert await (await client.get(f"{ACCOUNT}/scenario")).text() == OWN
    again = await client.delete(f"{RULES}/next%20time%201")
    assert (again.status, (await again.json())["error"]) == (
        404,
        "no rule 'next time 1' was added to this account's scenario",
    )


async def test_a_fault_is_added_and_says_how_often_it_hit(client: Client) -> None:
    await client.post(RULES, data=DOWN)
    assert [(await send(client)).status for _ in range(2)] == [503, 200]
    [fault] = (await (await client.get(RULES)).json())["rules"]
    assert (fault["kind"], fault["used"]) == ("fault", 1)


async def test_what_other_rules_have_used_up_stays_used(client: Client) -> None:
    await client.put(f"{ACCOUNT}/scenario", data=OWN)
    await send(client)
    await client.post(RULES, data=REFUSED)
    assert await errors(client, 2) == [43, 43]
    await send(client)
    await client.delete(f"{RULES}/next%20time%201")
    await send(client)
    assert await plans(client) == ["rejected", "rejected", "read"]


async def test_money_clock_and_messages_stay(client: Client) -> None:
    await client.put(f"{ACCOUNT}/scenario", data=OWN + "account: {balance: 5}\n")
    await send(client)
    await client.post(f"{ACCOUNT}/clock", json={"advance": "1h"})
    before = await (await client.get(ACCOUNT)).json()
    await client.post(RULES, data=REFUSED)
    after = await (await client.get(ACCOUNT)).json()
    assert {**before, "scenario": None} == {**after, "scenario": None}


async def test_draws_are_what_they_would_have_been(client: Client) -> None:
    drawn = []
    for is_added in (False, True):
        await client.delete(ACCOUNT)
        await client.put(f"{ACCOUNT}/scenario", data=OWN + "  # same\n")
        await client.post(f"{ACCOUNT}/clock", json={"manual": True})
        begun = (await (await client.get(ACCOUNT)).json())["clock"]["now"]
        await send(client, "380671234567")
        if is_added:
            await client.post(RULES, data=REFUSED)
        await send(client, "380671234567")
        drawn.append([_since(begun, at) for at in await times(client)])
    assert drawn[0] == drawn[1]


def _since(begun: str, at: str) -> float:
    return (datetime.fromisoformat(at) - datetime.fromisoformat(begun)).total_seconds()


async def test_adding_and_taking_back_are_steps_that_can_be_undone(client: Client) -> None:
    await client.put(f"{ACCOUNT}/scenario", data=OWN)
    await client.post(RULES, data=REFUSED)
    await client.delete(f"{RULES}/next%20time%201")
    log = (await (await client.get(f"{ACCOUNT}/log")).json())["commands"]
    assert [(each["kind"], each["step"]) for each in log[:2]] == [("rule", True), ("rule", True)]
    assert log[1]["what"] == "rule 'next time 1' added"
    await client.post(f"{ACCOUNT}/rewind", json={"last": 1})
    assert [each["name"] for each in (await (await client.get(RULES)).json())["rules"]] == ["next time 1"]
    await client.post(f"{ACCOUNT}/rewind", json={"last": 1})
    assert (await (await client.get(RULES)).json())["rules"] == []


async def test_a_rule_with_faults_is_422_with_its_own_lines(client: Client) -> None:
    answer = await client.post(RULES, data="rules:\n  - eror: 43\n")
    found = await answer.json()
    assert (answer.status, [(each["line"], each["path"]) for each in found["detail"]]) == (422, [(2, "rules[0].eror")])


async def test_an_empty_body_and_an_account_never_seen_are_refused(client: Client) -> None:
    assert (await client.post(RULES, data=" ")).status == 400
    assert (await client.get("/_mock/accounts/nobody/rules")).status == 404
    assert (await client.delete("/_mock/accounts/nobody/rules/x")).status == 404
