from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.runtime import RUNTIME

if TYPE_CHECKING:
    from tests.conftest import Client, Serve

KEY = {"X-API-KEY": "test_key"}
CLOCK = "/_mock/accounts/test_key/clock"
START = "2017-01-17T09:20:02.000Z"


async def send(client: Client, msisdn: str = "380972920000", **more: Any) -> str:
    alt = {"viber": {"alt_route": {"originator": "BSG", "text": "by SMS"}}}
    message = {"to": [{"msisdn": msisdn}], "text": "hello", "alpha_name": "BSG", "options": alt}
    answer = await client.post("/rest/viber/create", json={"messages": [message]} | more, headers=KEY)
    found: str = (await answer.json())["result"][0]["id"]
    return found


async def status(client: Client, message_id: str) -> str:
    found: str = (await (await client.get(f"/rest/viber/{message_id}", headers=KEY)).json())["status"]
    return found


async def move(client: Client, **order: Any) -> dict[str, Any]:
    answer = await client.post(CLOCK, json=order)
    assert answer.status == 200
    found: dict[str, Any] = await answer.json()
    return found


async def test_clock_is_read(client: Client) -> None:
    assert (await client.get(CLOCK)).status == 404
    await send(client)
    assert await (await client.get(CLOCK)).json() == {
        "now": START,
        "speed": 0,
        "manual": True,
        "next": "2017-01-17T09:20:03.000Z",
    }


async def test_account_begins_with_a_call_that_sets_its_clock(client: Client) -> None:
    assert await move(client, advance="90s") == {
        "now": "2017-01-17T09:21:32.000Z",
        "speed": 0,
        "manual": True,
        "next": None,
    }
    message_id = await send(client)
    answer = await client.get(f"/rest/viber/{message_id}", headers=KEY)
    assert (await answer.json())["time_in"] == "2017-01-17 09:21:32"


async def test_advance_walks_a_message_through_every_status_without_sleeping(client: Client) -> None:
    message_id = await send(client)
    seen = [await status(client, message_id)]
    for _ in range(5):
        await move(client, advance="1s")
        seen.append(await status(client, message_id))
    assert seen == ["scheduled", "sent", "delivered", "delivered", "delivered", "read"]


async def test_next_goes_to_the_next_thing_that_happens(client: Client) -> None:
    await send(client)
    await send(client, "380501111111")
    instants = []
    while (found := await move(client, advance="next"))["next"] is not None:
        instants.append(found["now"][17:23])
    assert [*instants, found["now"][17:23]] == ["03.000", "04.000", "05.000", "07.000"]
    assert (await move(client, advance="next"))["now"] == found["now"]


async def test_sms_is_there_at_the_very_instant_at_which_viber_gives_up(client: Client) -> None:
    message_id = await send(client, "380501111111")
    await move(client, advance="1999ms")
    answer = await (await client.get(f"/rest/viber/{message_id}", headers=KEY)).json()
    assert (answer["status"], answer.get("alt_route")) == ("sent", None)
    assert (await (await client.get("/rest/sms/218", headers=KEY)).json())["error"] == 20
    await move(client, advance="1ms")
    answer = await (await client.get(f"/rest/viber/{message_id}", headers=KEY)).json()
    assert (answer["status"], answer["price"]) == ("undeliverable", 0)
    assert answer["alt_route"] == [{"channel": "sms", "id": "218", "status": "scheduled", "price": "0.023"}]
    assert (await (await client.get("/rest/sms/218", headers=KEY)).json())["time_in"] == "2017-01-17 09:20:04"


async def test_expired_comes_by_itself_at_the_end_of_validity(serve: Serve) -> None:
    client = await serve("clock: {start: 2017-01-17T09:20:02Z, manual: true}\ndefaults: {viber: {sent: 1s}}")
    message_id = await send(client, validity=60)
    await move(client, advance="60999ms")
    assert await status(client, message_id) == "sent"
    await move(client, advance="1ms")
    assert await status(client, message_id) == "expired"


async def test_advance_does_days_at_once(client: Client) -> None:
    assert (await move(client, advance="3650d"))["now"] == "2027-01-15T09:20:02.000Z"


async def test_clock_shows_the_end_of_the_calendar_when_it_is_advanced_beyond(client: Client) -> None:
    for _ in range(801):
        operations = client.app[RUNTIME].operations
        await operations.advance_clock(await operations.open("test_key"), 3650 * 86_400_000)
    assert (await move(client, advance="1s"))["now"] == "9999-12-31T23:59:59.999Z"
    message_id = await send(client)
    assert await status(client, message_id) == "scheduled"
    answer = await client.get(f"/_mock/accounts/test_key/messages/{message_id}")
    assert answer.status == 200


async def test_clock_runs_stands_and_runs_again(client: Client) -> None:
    assert (await move(client, speed=60))["manual"] is False
    found = await move(client, manual=True)
    assert (found["speed"], found["manual"]) == (0, True)
    assert found["now"] == (await (await client.get(CLOCK)).json())["now"]
    assert (await move(client, manual=False))["speed"] == 1
    assert (await move(client, speed=0))["manual"] is True
    assert (await move(client, speed=0.5, advance="1h"))["speed"] == 0.5


async def test_clock_is_the_accounts_own(client: Client) -> None:
    await move(client, advance="1h")
    await client.get("/rest/common/balance", headers={"X-API-KEY": "test_other"})
    assert (await (await client.get("/_mock/accounts/test_other/clock")).json())["now"] == START


@pytest.mark.parametrize("field", ["advance", "speed", "manual"])
async def test_order_nested_as_deeply_as_json_goes_is_400(client: Client, field: str) -> None:
    answer = await client.post(CLOCK, data=f'{{"{field}": {"[" * 1_000}{"]" * 1_000}}}')
    assert answer.status == 400
    # Where orjson is missing, the body itself is refused; how deep Python itself looks depends on its version.
    assert re.search(r"nested (so|too) deeply|not \[\[\[", (await answer.json())["error"])


@pytest.mark.parametrize(
    "order",
    [
        {}, {"advance": "-1s"}, {"advance": "90"}, {"advance": 90}, {"advance": None, "x": 1}, {"advance": ""},
        {"advance": "soon"}, {"advance": "10000d"}, {"advance": ["1s"]}, {"speed": -1}, {"speed": "fast"},
        {"speed": True}, {"speed": 10**7}, {"manual": 1}, {"manual": "yes"}, {"speed": 2, "manual": True},
        {"start": "2017-01-17"},
    ],
)  # fmt: skip
async def test_order_that_no_clock_understands_is_400_and_changes_nothing(
    client: Client, order: dict[str, Any]
) -> None:
    await send(client)
    answer = await client.post(CLOCK, json=order)
    assert answer.status == 400
    assert (await answer.json())["error"]
    assert (await (await client.get(CLOCK)).json())["now"] == START


@pytest.mark.parametrize("order", [{"advance": None}, {"speed": None, "manual": None}])
async def test_order_that_says_null_only_is_400(client: Client, order: dict[str, None]) -> None:
    answer = await client.post(CLOCK, json=order)
    assert (answer.status, (await answer.json())["error"]) == (
        400, "the body must say advance, speed or manual, and not null",
    )  # fmt: skip
