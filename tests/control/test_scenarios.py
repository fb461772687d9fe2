from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.scenario.library import compile_text
from mock_bsg.scenario.model import schema

if TYPE_CHECKING:
    from mock_bsg.scenario.library import Library
    from tests.conftest import Client

SCENARIOS = "/_mock/scenarios"
KEY = {"X-API-KEY": "test_mine"}


async def test_scenarios_are_listed_with_their_descriptions(client: Client) -> None:
    found = await (await client.get(SCENARIOS)).json()
    assert found["next"] is None
    listed = {entry["name"]: entry for entry in found["scenarios"]}
    assert {"default", "documented", "sms-fallback", "random", "times"} <= set(listed)
    assert [name for name, entry in listed.items() if entry["default"]] == ["times"]
    assert listed["documented"]["description"].startswith("BSG's published example")


async def test_scenario_is_read_as_the_yaml_it_was_written_in(client: Client, library: Library) -> None:
    answer = await client.get(f"{SCENARIOS}/documented")
    assert (answer.status, answer.content_type) == (200, "application/yaml")
    text = await answer.text()
    assert text == library.get("documented").source
    assert compile_text(text, "documented").first_id == 217


async def test_scenario_that_is_not_there_is_404_with_a_hint(client: Client) -> None:
    answer = await client.get(f"{SCENARIOS}/sms-falback")
    assert answer.status == 404
    assert "did you mean 'sms-fallback'?" in (await answer.json())["error"]


@pytest.mark.parametrize("body", ["account: {balance: 5}", '{"account": {"balance": 5}}'])
async def test_scenario_is_added_and_keys_can_choose_it(client: Client, body: str) -> None:
    answer = await client.put(f"{SCENARIOS}/mine", data=body)
    assert (answer.status, (await answer.json())["name"]) == (201, "mine")
    assert (await (await client.get("/rest/common/balance", headers=KEY)).json())["amount"] == "5.0000000"
    assert await (await client.get(f"{SCENARIOS}/mine")).text() == body


async def test_scenario_is_replaced_for_accounts_that_begin_afterwards(client: Client) -> None:
    await client.put(f"{SCENARIOS}/mine", data="account: {balance: 5}")
    await client.get("/rest/common/balance", headers=KEY)
    answer = await client.put(f"{SCENARIOS}/mine", data="account: {balance: 6}")
    assert answer.status == 200
    for key, amount in (("test_mine", "5.0000000"), ("test_mine.2", "6.0000000")):
        found = await (await client.get("/rest/common/balance", headers={"X-API-KEY": key})).json()
        assert found["amount"] == amount


async def test_scenario_with_faults_is_422_with_each_and_nothing_is_added(client: Client) -> None:
    answer = await client.put(f"{SCENARIOS}/mine", data="sead: 1\nclock: soon\n")
    found = await answer.json()
    assert (answer.status, found["error"]) == (422, "the scenario has 2 problems")
    assert [(fault["line"], fault["column"]) for fault in found["detail"]] == [(1, 1), (2, 8)]
    assert "did you mean 'seed'?" in found["detail"][0]["message"]
    assert (await client.get(f"{SCENARIOS}/mine")).status == 404


async def test_byte_that_is_no_text_is_a_fault_with_its_place(client: Client) -> None:
    body = b"seed: 1\n# caf\xe9\n"
    fault = {
        "path": "",
        "line": 2,
        "column": 6,
        "message": "the byte 0xE9 is not UTF-8: save the file as UTF-8",
    }
    for path in (f"{SCENARIOS}/mine", "/_mock/accounts/test_mine/scenario"):
        answer = await client.put(path, data=body)
        assert (answer.status, (await answer.json())["detail"]) == (422, [fault])
        assert (await client.get(path)).status == 404
    answer = await client.post("/_mock/check", data=body)
    assert (answer.status, await answer.json()) == (200, {"description": None, "faults": [fault]})


async def test_scenario_whose_text_was_forgotten_is_400_and_nothing_is_added(client: Client) -> None:
    for path in (f"{SCENARIOS}/mine", "/_mock/accounts/test_mine/scenario"):
        answer = await client.put(path, data=" \n")
        assert (answer.status, "it is empty" in (await answer.json())["error"]) == (400, True)
        assert (await client.get(path)).status == 404


@pytest.mark.parametrize(("path", "known"), [(SCENARIOS, "none"), ("/_mock/accounts", "key")])
async def test_list_that_cannot_be_filtered_so_says_how_it_can(client: Client, path: str, known: str) -> None:
    answer = await client.get(f"{path}?limit=1")
    said = f"there is no query parameter 'limit' here; there are {known}"
    assert (answer.status, (await answer.json())["error"]) == (400, said)


@pytest.mark.parametrize("name", ["a%20b", "%D1%8E", "..%2Fdefault", "a%2Fb", "x" * 101, ".hidden"])
async def test_scenario_cannot_have_any_name(client: Client, name: str) -> None:
    answer = await client.put(f"{SCENARIOS}/{name}", data="{}")
    assert answer.status in {400, 404, 422}
    assert (await answer.json())["error"]


async def test_built_in_scenario_can_be_replaced_while_the_server_runs(client: Client) -> None:
    assert (await client.put(f"{SCENARIOS}/documented", data="account: {balance: 1}")).status == 200
    answer = await client.get("/rest/common/balance", headers={"X-API-KEY": "test_documented"})
    assert (await answer.json())["amount"] == "1.0000000"


async def test_schema_is_that_of_the_command(client: Client) -> None:
    assert await (await client.get("/_mock/schema")).json() == schema()
