from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Client

KEY = {"X-API-KEY": "test_key"}
ACCOUNT = "/_mock/accounts/test_key"
PHONE = "380972920000"


@pytest.fixture
async def sms(client: Client) -> str:
    """The id of an SMS that was delivered."""
    order = {"destination": "phone", "originator": "Shop", "body": "Come?", "msisdn": PHONE, "reference": "a"}
    answer = await client.post("/rest/sms/create", json=order, headers=KEY)
    await client.post(f"{ACCOUNT}/clock", json={"advance": "1m"})
    return str(json.loads(await answer.text())["result"]["id"])


async def reply(client: Client, message: str, body: Any) -> tuple[int, Any]:
    answer = await client.post(f"{ACCOUNT}/messages/{message}/reply", json=body)
    return answer.status, await answer.json()


async def ask(client: Client, path: str) -> Any:
    return json.loads(await (await client.get(path, headers=KEY)).text())


async def test_answer_of_a_phone_is_listed_here_and_by_bsg(client: Client, sms: str) -> None:
    status, came = await reply(client, sms, {"text": "Yes, please"})
    assert status == 200
    assert came == {
        "n": 1_000_001,
        "at": "2017-01-17T09:21:02.000Z",
        "msisdn": PHONE,
        "originator": "Shop",
        "text": "Yes, please",
        "message": sms,
    }
    assert (await ask(client, f"{ACCOUNT}/incoming")) == {"incoming": [came], "next": None, "dropped": 0}
    listed = {
        "id": 1_000_001,
        "sender": "Shop",
        "recipient": PHONE,
        "message": "Yes, please",
        "time_received": "2017-01-17 09:21:02",
    }
    asked = "/rest/sms/2wayIncoming?start_date=2017-01-17+00:00:00&end_date=2017-01-18+00:00:00"
    assert (await ask(client, asked))["result"] == [listed]
    assert (await ask(client, f"{asked}&sender=Shop"))["total_count"] == 1
    assert (await ask(client, f"{asked}&sender=Other"))["total_count"] == 0


async def test_originator_that_was_answered_is_two_way(client: Client, sms: str) -> None:
    assert (await ask(client, "/rest/sms/2waySenders"))["error"] == 35
    await reply(client, sms, {"text": "Yes"})
    assert [each["sender"] for each in (await ask(client, "/rest/sms/2waySenders"))["senders"]] == ["Shop"]


async def test_answer_is_waited_for(client: Client, sms: str) -> None:
    assert (await client.get(f"{ACCOUNT}/incoming", params={"count": 1, "wait": "10ms"})).status == 408
    await reply(client, sms, {"text": "Yes"})
    assert (await client.get(f"{ACCOUNT}/incoming", params={"message": sms, "wait": "20s"})).status == 200


async def test_answer_is_a_step_of_the_log_and_can_be_taken_back(client: Client, sms: str) -> None:
    await reply(client, sms, {"text": "Yes"})
    entry = (await ask(client, f"{ACCOUNT}/log"))["commands"][0]
    assert (entry["kind"], entry["what"], entry["step"]) == ("reply", f"the phone answered message {sms}", True)
    assert entry["message"] == sms
    await client.post(f"{ACCOUNT}/rewind", json={"last": 1})
    assert (await ask(client, f"{ACCOUNT}/incoming"))["incoming"] == []


@pytest.mark.parametrize("body", [{}, {"text": 5}, {"text": ""}, {"text": None}, {"test": "Yes"}])
async def test_what_is_no_answer_is_refused(client: Client, sms: str, body: Any) -> None:
    status, refusal = await reply(client, sms, body)
    assert status == 400
    assert "text" in refusal["error"]


async def test_only_an_sms_that_was_delivered_is_answered(client: Client, sms: str) -> None:
    message = {"to": [{"msisdn": PHONE}], "text": "Hi", "alpha_name": "BSG"}
    viber = await client.post("/rest/viber/create", json={"messages": [message]}, headers=KEY)
    found = json.loads(await viber.text())["result"][0]["id"]
    status, refusal = await reply(client, found, {"text": "Yes"})
    assert status == 409
    assert refusal["error"] == f"a phone can answer an SMS that was delivered; message {found} is a viber message"
    assert (await reply(client, "99", {"text": "Yes"}))[0] == 404
    assert (await reply(client, sms, {"text": "Yes"}))[0] == 200
