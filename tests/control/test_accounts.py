from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Client, Serve

ACCOUNT = "/_mock/accounts/test_key"
KEY = {"X-API-KEY": "test_key"}


async def send(client: Client, msisdn: str = "380972920000", key: str = "test_key") -> dict[str, Any]:
    message = {"to": [{"msisdn": msisdn}], "text": "hello", "alpha_name": "BSG"}
    answer = await client.post("/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": key})
    found: dict[str, Any] = (await answer.json())["result"][0]
    return found


async def test_account_that_was_never_seen_is_404_and_does_not_begin_by_being_asked_for(client: Client) -> None:
    for method in ("GET", "DELETE", "GET"):
        answer = await client.request(method, ACCOUNT)
        assert answer.status == 404
        assert "test_key" in (await answer.json())["error"]
    assert await (await client.get("/_mock/accounts")).json() == {"accounts": [], "next": None}


async def test_account_is_found_by_its_key_and_one_that_was_never_seen_is_no_error(client: Client) -> None:
    for key in ("test_key", "test_key.2"):
        await send(client, key=key)
    found = await (await client.get("/_mock/accounts?key=test_key")).json()
    assert found == {"accounts": [await (await client.get(ACCOUNT)).json()], "next": None}
    nobody = await client.get("/_mock/accounts?key=test_ke")
    assert (nobody.status, await nobody.json()) == (200, {"accounts": [], "next": None})
    assert (await client.get("/_mock/accounts/test_ke")).status == 404


async def test_account_is_shown_with_its_scenario_balance_and_counts(client: Client) -> None:
    await send(client)
    await client.get("/rest/viber/1", headers=KEY)
    found = await (await client.get(ACCOUNT)).json()
    expected = {
        "key": "test_key",
        "scenario": "times",
        "balance": 99.77,
        "limit": 7,
        "currency": "EUR",
        "messages": 1,
        "messages_dropped": 0,
        "requests": 2,
    }
    assert {name: found[name] for name in expected} == expected
    assert found["clock"]["now"] == "2017-01-17T09:20:02.000Z"


async def test_all_accounts_are_listed_in_the_order_in_which_they_began(client: Client) -> None:
    for key in ("test_b", "test_a", "test_documented.x"):
        await send(client, key=key)
    found = await (await client.get("/_mock/accounts")).json()
    assert [(account["key"], account["scenario"]) for account in found["accounts"]] == [
        ("test_b", "times"),
        ("test_a", "times"),
        ("test_documented.x", "documented"),
    ]
    assert found["next"] is None


async def test_balance_is_that_of_the_instant(client: Client) -> None:
    await send(client, "380501111111")
    await client.post(f"{ACCOUNT}/clock", json={"advance": "2s"})
    assert (await (await client.get(ACCOUNT)).json())["balance"] == 100


async def test_forgotten_account_begins_anew(client: Client) -> None:
    assert (await send(client))["id"] == "217"
    assert await (await client.delete(ACCOUNT)).json() == {"forgotten": 1}
    assert (await client.delete(ACCOUNT)).status == 404
    assert (await send(client))["id"] == "217"
    assert (await (await client.get(ACCOUNT)).json())["requests"] == 1


async def test_all_accounts_can_be_forgotten(client: Client) -> None:
    for key in ("test_a", "test_b"):
        await send(client, key=key)
    assert await (await client.delete("/_mock/accounts")).json() == {"forgotten": 2}
    assert await (await client.delete("/_mock/accounts")).json() == {"forgotten": 0}
    assert (await client.get("/_mock/accounts/test_a")).status == 404


# --- scenarios


async def test_account_follows_another_scenario_by_name_and_keeps_its_messages(client: Client) -> None:
    message_id = (await send(client))["id"]
    answer = await client.put(f"{ACCOUNT}/scenario", json={"name": "rejected"})
    found = await answer.json()
    assert (answer.status, found["scenario"], found["messages"]) == (200, "rejected", 1)
    assert (await (await client.get(f"/rest/viber/{message_id}", headers=KEY)).json())["error"] == 0


@pytest.mark.parametrize(
    "body",
    [
        "account: {balance: 5}\ndefaults: {viber: {rejected: 0s}}",
        '{"account": {"balance": 5}, "defaults": {"viber": {"rejected": "0s"}}}',
        "\ufeffaccount: {balance: 5}\ndefaults: {viber: {rejected: 0s}}",
    ],
    ids=["YAML", "JSON", "byte order mark"],
)
async def test_account_follows_a_scenario_that_the_body_holds_whole(client: Client, body: str) -> None:
    answer = await client.put(f"{ACCOUNT}/scenario", data=body.encode())
    assert (answer.status, (await answer.json())["balance"]) == (200, 5)
    message_id = (await send(client))["id"]
    assert (await (await client.get(f"/rest/viber/{message_id}", headers=KEY)).json())["status"] == "rejected"
    other = await send(client, key="test_other")
    found = await (await client.get(f"/rest/viber/{other['id']}", headers={"X-API-KEY": "test_other"})).json()
    assert found["status"] == "scheduled"


async def test_account_begins_with_a_scenario_that_it_is_given(client: Client) -> None:
    await client.put(f"{ACCOUNT}/scenario", json={"name": "documented"})
    assert (await (await client.get("/rest/common/balance", headers=KEY)).json())["amount"] == "100.0000000"


async def test_scenario_that_is_not_there_is_404_with_a_hint(client: Client) -> None:
    answer = await client.put(f"{ACCOUNT}/scenario", json={"name": "documentd"})
    assert answer.status == 404
    assert "did you mean 'documented'?" in (await answer.json())["error"]
    assert (await client.get(ACCOUNT)).status == 404


async def test_scenario_with_faults_is_422_with_each_of_them_and_changes_nothing(client: Client) -> None:
    await send(client)
    answer = await client.put(f"{ACCOUNT}/scenario", data="acount: {}\nrules:\n  - viber: {snt: 1s}\n")
    found = await answer.json()
    assert (answer.status, found["error"]) == (422, "the scenario has 2 problems")
    assert [(fault["path"], fault["line"], fault["column"]) for fault in found["detail"]] == [
        ("acount", 1, 1),
        ("rules[0].viber.snt", 3, 13),
    ]
    assert (await (await client.get(ACCOUNT)).json())["scenario"] == "times"


@pytest.mark.parametrize("body", ["", "  \n", '{"name": 5}', '{"name": null}'])
async def test_body_that_holds_no_scenario_is_400(client: Client, body: str) -> None:
    answer = await client.put(f"{ACCOUNT}/scenario", data=body)
    assert answer.status == 400


async def test_money_begins_anew_with_the_scenario(serve: Serve) -> None:
    client = await serve("account: {balance: 1, limit: 3, currency: USD}\nprices: {viber: {UA: 0.5}}")
    assert (await send(client))["currency"] == "USD"
    found = await (await client.put(f"{ACCOUNT}/scenario", data="account: {balance: 2}")).json()
    assert (found["balance"], found["limit"], found["currency"]) == (2, 0, "EUR")
