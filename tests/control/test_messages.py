from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Client

KEY = {"X-API-KEY": "test_key"}
MESSAGES = "/_mock/accounts/test_key/messages"
CLOCK = "/_mock/accounts/test_key/clock"
ALT = {"viber": {"alt_route": {"originator": "BSG", "text": "by SMS"}}}


async def send(client: Client, *to: dict[str, str], **message: Any) -> list[str]:
    """Send one message; the ids of its recipients."""
    content = {"to": list(to), "text": "hello", "alpha_name": "BSG"} | message
    answer = await client.post("/rest/viber/create", json={"messages": [content]}, headers=KEY)
    return [entry.get("id", "") for entry in (await answer.json())["result"]]


async def find(client: Client, **query: str | int) -> list[str]:
    answer = await client.get(MESSAGES, params=query)
    assert answer.status == 200
    return [message["id"] for message in (await answer.json())["messages"]]


async def show(client: Client, message_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await (await client.get(f"{MESSAGES}/{message_id}")).json()
    return found


async def steer(client: Client, message_id: str, status: object) -> tuple[int, dict[str, Any]]:
    answer = await client.post(f"{MESSAGES}/{message_id}/status", json={"status": status})
    return answer.status, await answer.json()


async def test_messages_are_listed_newest_first_with_what_a_list_needs(client: Client) -> None:
    await send(client, {"msisdn": "380972920000", "reference": "a"}, {"msisdn": "380501111111"})
    found = await (await client.get(MESSAGES)).json()
    assert found["next"] is None
    assert [message["id"] for message in found["messages"]] == ["218", "217"]
    expected = {
        "id": "217",
        "channel": "viber",
        "msisdn": "380972920000",
        "reference": "a",
        "status": "scheduled",
        "price": 0.23,
        "time_in": "2017-01-17T09:20:02.000Z",
        "sender": "BSG",
        "text": "hello",
        "rule": "defaults",
    }
    assert {name: found["messages"][1][name] for name in expected} == expected


async def test_messages_are_filtered(client: Client) -> None:
    await send(client, {"msisdn": "380972920000", "reference": "order-1"}, {"msisdn": "491711111111"}, text="Привіт")
    await send(client, {"msisdn": "380501111111", "reference": "order-2"}, options=ALT)
    await client.post(CLOCK, json={"advance": "2s"})
    for query, ids in (
        ({"channel": "viber"}, ["219", "218", "217"]),
        ({"channel": "sms"}, ["220"]),
        ({"status": "delivered"}, ["218", "217"]),
        ({"status": "undeliverable"}, ["219"]),
        ({"msisdn": "380972920000"}, ["217"]),
        ({"msisdn": "+380972920000"}, ["217"]),
        ({"msisdn": "380*"}, ["220", "219", "217"]),
        ({"msisdn": " 380972920000"}, ["217"]),  # a + that was not percent-encoded
        ({"msisdn": "380972920000..380972920009"}, ["217"]),
        ({"msisdn": "/0000$/"}, ["217"]),
        ({"reference": "order-1"}, ["217"]),
        ({"reference": "order-?"}, ["219", "217"]),
        ({"reference": "/[12]$/"}, ["219", "217"]),
        ({"reference": ""}, ["220", "218"]),
        ({"text": "привіт"}, ["218", "217"]),
        ({"text": "sms", "channel": "sms"}, ["220"]),
        ({"limit": 2}, ["220", "219"]),
        ({"after": 219}, ["218", "217"]),
        ({"after": 10**18}, ["220", "219", "218", "217"]),
    ):
        assert await find(client, **query) == ids, query


async def test_messages_of_a_campaign_are_found_by_its_id(client: Client) -> None:
    login = await client.post("/api/auth/login", json={"api_key": KEY["X-API-KEY"]})
    bearer = {"Authorization": f"Bearer {(await login.json())['bearer']}"}
    await send(client, {"msisdn": "380972920000"})
    phones = [{"number": 380972920001}, {"number": 380501111111}]
    body = {
        "phones": phones,
        "sender": "BSG",
        "text": "hello",
        "alternative_channel": {"sms": {"text": "by SMS", "sender": "BSG"}},
    }
    answer = await client.post("/api/campaigns/viber/send", json=body, headers=bearer)
    campaign = (await answer.json())["data"]["id"]
    await client.post(CLOCK, json={"advance": "2s"})
    assert await find(client, campaign=campaign) == ["220", "219", "218"]
    assert await find(client, campaign=campaign, channel="sms") == ["220"]
    assert await find(client, campaign=campaign + 1) == []
    assert (await client.get(MESSAGES, params={"campaign": "first"})).status == 400
    assert [(await show(client, each))["campaign"] for each in ("217", "218", "220")] == [None, campaign, campaign]


async def test_pages_go_on_where_the_one_before_ended(client: Client) -> None:
    await send(client, *[{"msisdn": f"38097292000{n}"} for n in range(7)])
    pages, query = [], {"limit": "3"}
    for _ in range(3):
        page = await (await client.get(MESSAGES, params=query)).json()
        pages.append([message["id"] for message in page["messages"]])
        if page["next"] is None:
            break
        await send(client, {"msisdn": "380972920009"})  # what is new shifts no page
        query["after"] = page["next"]
    assert pages == [["223", "222", "221"], ["220", "219", "218"], ["217"]]


async def test_pages_of_one_number_have_its_messages_only_and_those_that_come_later(client: Client) -> None:
    for _ in range(2):
        for msisdn in ("380972920000", "380501111111"):
            await send(client, {"msisdn": msisdn})
    assert await find(client, msisdn="380972920000", limit=1) == ["219"]
    assert await find(client, msisdn="380972920000", after="219") == ["217"]
    await send(client, {"msisdn": "380972920000", "reference": "late"})
    assert await find(client, msisdn="+380972920000") == ["221", "219", "217"]
    assert await find(client, msisdn="380972920000", reference="late") == ["221"]
    assert await find(client, msisdn="380501111111", reference="late") == []


async def test_planned_sms_is_not_there_before_its_time(client: Client) -> None:
    (message_id,) = await send(client, {"msisdn": "380501111111"}, options=ALT)
    assert await find(client) == ["217"]
    assert (await client.get(f"{MESSAGES}/218")).status == 404
    assert (await show(client, message_id))["alt_route"] == []
    assert (await steer(client, "218", "sent"))[0] == 404
    await client.post(CLOCK, json={"advance": "2s"})
    assert await find(client) == ["218", "217"]
    (sms,) = (await show(client, message_id))["alt_route"]
    assert (sms["id"], sms["channel"], sms["status"], sms["text"]) == ("218", "sms", "scheduled", "by SMS")
    assert (await show(client, "218"))["alt_route_of"] == "217"


async def test_message_by_itself_has_its_timeline_past_and_planned(client: Client) -> None:
    (message_id,) = await send(client, {"msisdn": "380972920000"})
    await client.post(CLOCK, json={"advance": "2s"})
    found = await show(client, message_id)
    assert found["timeline"] == [
        {"at": "2017-01-17T09:20:02.000Z", "status": "scheduled", "happened": True, "cause": "request"},
        {"at": "2017-01-17T09:20:03.000Z", "status": "sent", "happened": True, "cause": "defaults"},
        {"at": "2017-01-17T09:20:04.000Z", "status": "delivered", "happened": True, "cause": "defaults"},
        {"at": "2017-01-17T09:20:07.000Z", "status": "read", "happened": False, "cause": "defaults"},
    ]
    assert (found["validity"], found["tariff"], found["request"]) == (86_400, 0, 1)


async def test_message_by_itself_tells_which_rule_decided_and_why_those_above_did_not(client: Client) -> None:
    first, second = await send(client, {"msisdn": "380501111111"}, {"msisdn": "380972920000"})
    assert (await show(client, first))["explain"] == {
        "rule": "no Viber",
        "scenario": "times",
        "passed_over": [],
        "line": 10,
        "in_use": True,
    }
    assert (await show(client, second))["explain"]["passed_over"] == [
        {"rule": "no Viber", "key": "msisdn", "expected": "38050*", "found": "380972920000"}
    ]


async def test_message_by_itself_tells_what_it_cost_and_why(client: Client) -> None:
    (message_id,) = await send(client, {"msisdn": "380501111111"})
    await client.post(CLOCK, json={"advance": "2s"})
    cost = (await show(client, message_id))["cost"]
    assert (cost["charged"], cost["now"], cost["refunded"]) == (0.23, 0, True)
    assert (cost["country"], cost["parts"], cost["tariff"]) == ("UA", 1, 0)


# --- statuses by hand


async def test_status_is_made_to_happen_now(client: Client) -> None:
    (message_id,) = await send(client, {"msisdn": "380972920000"})
    code, found = await steer(client, message_id, "delivered")
    assert (code, found["status"]) == (200, "delivered")
    answer = await (await client.get(f"/rest/viber/{message_id}", headers=KEY)).json()
    assert (answer["status"], answer["time_dr"]) == ("delivered", "2017-01-17 09:20:02")
    await client.post(CLOCK, json={"advance": "5s"})
    assert (await show(client, message_id))["status"] == "read"


async def test_failure_by_hand_brings_the_sms_and_the_money_back(client: Client) -> None:
    (message_id,) = await send(client, {"msisdn": "380972920000"}, options=ALT)
    code, found = await steer(client, message_id, "undeliverable")
    assert (code, found["price"], [sms["id"] for sms in found["alt_route"]]) == (200, 0, ["218"])
    assert (await (await client.get("/rest/sms/218", headers=KEY)).json())["status"] == "scheduled"
    balance = (await (await client.get("/rest/common/balance", headers=KEY)).json())["amount"]
    assert balance == "99.9770000"


async def test_delivered_by_hand_takes_the_planned_sms_away(client: Client) -> None:
    (message_id,) = await send(client, {"msisdn": "380501111111"}, options=ALT)
    assert (await steer(client, message_id, "delivered"))[0] == 200
    await client.post(CLOCK, json={"advance": "1h"})
    assert await find(client) == [message_id]
    assert (await (await client.get("/rest/sms/218", headers=KEY)).json())["error"] == 20


async def test_impossible_step_is_409_and_says_why(client: Client) -> None:
    (message_id,) = await send(client, {"msisdn": "380501111111"})
    await client.post(CLOCK, json={"advance": "2s"})
    before = await show(client, message_id)
    code, found = await steer(client, message_id, "delivered")
    assert (code, found["detail"]) == (409, [])
    assert found["error"].startswith("a viber message that is 'undeliverable' cannot become 'delivered'")
    assert await show(client, message_id) == before


async def test_statuses_that_can_follow_are_told(client: Client) -> None:
    (message_id,) = await send(client, {"msisdn": "380972920000"})
    for status in (await show(client, message_id))["can_become"]:
        (other,) = await send(client, {"msisdn": "380972920000"})
        assert (await steer(client, other, status))[0] == 200
    await steer(client, message_id, "read")
    assert (await show(client, message_id))["can_become"] == []


@pytest.mark.parametrize("status", [None, "", "nonsense", "Delivered", 5, ["read"], {"a": 1}])
async def test_status_that_is_none_is_400_with_those_there_are(client: Client, status: object) -> None:
    (message_id,) = await send(client, {"msisdn": "380972920000"})
    code, found = await steer(client, message_id, status)
    assert code == 400
    assert "undeliverable" in found["detail"]


async def test_order_that_says_more_than_a_status_is_400_and_changes_nothing(client: Client) -> None:
    (viber,) = await send(client, {"msisdn": "380972920000"})
    for body in ({"status": "read", "when": "now"}, {"state": "read"}, {}):
        answer = await client.post(f"{MESSAGES}/{viber}/status", json=body)
        found = await answer.json()
        assert (answer.status, found["detail"]) == (400, ['{"status": "delivered"}'])
        assert found["error"].startswith("the body must say status")
    assert (await (await client.get(f"{MESSAGES}/{viber}")).json())["status"] == "scheduled"


async def test_status_of_an_sms_is_one_that_an_sms_can_have(client: Client) -> None:
    (message_id,) = await send(client, {"msisdn": "380972920000"}, options=ALT)
    await steer(client, message_id, "rejected")
    assert (await steer(client, "218", "read"))[0] == 400
    assert (await steer(client, "218", "delivered"))[0] == 200


async def test_message_that_is_not_there_is_404(client: Client) -> None:
    await send(client, {"msisdn": "380972920000"})
    for message_id in ("1", "218", "x", "-1", "2.5"):
        answer = await client.get(f"{MESSAGES}/{message_id}")
        assert answer.status == 404
        assert (await steer(client, message_id, "read"))[0] == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"chanel": "sms"}, "chanel"),
        ({"channel": "fax"}, "viber, sms"),
        ({"status": "lost"}, "undeliverable"),
        ({"limit": "0"}, "from 1 to 1000"),
        ({"limit": "1001"}, "from 1 to 1000"),
        ({"after": "x"}, "whole number"),
        ({"channel": "sms", "status": "read"}, "status with channel=sms must be one of scheduled"),
        ({"channel": "mnp", "status": "sent"}, "status with channel=mnp must be one of none"),
        ({"msisdn": "38097"}, "for all that begin like this write '38097*'"),
        ({"msisdn": "0972920000"}, "for a Ukrainian number write '380972920000'"),
        ({"msisdn": "00380972920000"}, "write '380972920000'"),
        ({"msisdn": "38097-292-00-00"}, "write '380972920000'"),
        ({"msisdn": "/^\\+380/"}, "write '/^380/'"),
        ({"msisdn": "/(/"}, "is not a regular expression"),
        ({"msisdn": ""}, "matches no phone number"),
        ({"reference": "order 1"}, "fits no reference"),
        ({"reference": "x" * 33}, "fits no reference"),
    ],
)
async def test_query_that_cannot_be_is_400_and_says_what_can(client: Client, query: dict[str, str], said: str) -> None:
    await send(client, {"msisdn": "380972920000"})
    answer = await client.get(MESSAGES, params=query)
    assert answer.status == 400
    assert said in (await answer.json())["error"]


async def test_filter_that_nothing_can_fit_is_not_waited_for(client: Client) -> None:
    answer = await client.get("/_mock/accounts/test_of_nobody/messages", params={"msisdn": "050*", "wait": "30s"})
    assert answer.status == 400
    assert "for a Ukrainian number write '38050*'" in (await answer.json())["error"]


async def test_id_is_written_as_it_was_answered(client: Client) -> None:
    await send(client, {"msisdn": "380972920000"})
    assert (await client.get(f"{MESSAGES}/217")).status == 200
    assert (await client.get(f"{MESSAGES}/0217")).status == 404


async def test_money_of_an_earlier_scenario_is_not_given_back_to_a_later_one(client: Client) -> None:
    use = "/_mock/accounts/test_key/scenario"
    await client.put(use, data="clock: {manual: true}\ndefaults: {viber: {sent: 1s, undeliverable: 5s}}")
    await send(client, {"msisdn": "380972920000"})
    await client.put(use, data="account: {balance: 1}\ndefaults: {viber: {sent: 1s, undeliverable: 5s}}")
    (later,) = await send(client, {"msisdn": "380972920001"})
    await client.post(CLOCK, json={"advance": "1m"})
    assert (await show(client, later))["price"] == 0
    assert (await (await client.get("/_mock/accounts/test_key")).json())["balance"] == 1
