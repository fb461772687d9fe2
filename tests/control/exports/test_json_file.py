"""An account as JSON: everything that the calls of the control API tell, one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mock_bsg import __version__
from tests.conftest import TIMES
from tests.control.exports.conftest import HEADERS, KEY, send

if TYPE_CHECKING:
    from tests.conftest import Client, Receiver
    from tests.control.exports.conftest import Export

BASE = f"/_mock/accounts/{KEY}"


async def test_json_has_what_the_calls_tell_one_by_one(client: Client, receiver: Receiver, export: Export) -> None:
    alt_route = {"viber": {"alt_route": {"originator": "BSG", "text": "instead"}}}
    await send(client, "380502920000", callback_url=receiver.url, options=alt_route)
    await send(client, text="x" * 20_000)
    await client.post("/rest/viber/create", data=b"what is this", headers=HEADERS)
    await client.post(f"{BASE}/clock", json={"advance": "1h"})

    async def get(path: str) -> Any:
        return await (await client.get(f"{BASE}{path}")).json()

    said = json.loads(await export("format=json"))
    assert said["version"] == __version__
    assert said["account"] == await get("")
    assert said["scenario"] == TIMES
    assert said["requests_dropped"] == 0
    assert [each["id"] for each in said["messages"]] == ["218", "217"]
    assert said["messages"] == [await get(f"/messages/{each['id']}") for each in said["messages"]]
    assert said["messages"][1]["reports"]
    assert said["messages"][1]["alt_route"]
    assert [each["n"] for each in said["requests"]] == [3, 2, 1]
    assert said["requests"] == [await get(f"/requests/{each['n']}") for each in said["requests"]]


async def test_an_account_without_messages_is_json_too(client: Client, export: Export) -> None:
    await client.put(f"{BASE}/scenario", json={"name": "times"})
    said = json.loads(await export(""))
    assert (said["messages"], said["requests"]) == ([], [])


async def test_file_has_a_name_that_any_file_system_takes_and_that_gives_no_key_away(client: Client) -> None:
    for key, name in ((KEY, "mock_bsg-test_sec"), ("live_../../\u0444 x", "mock_bsg-live_"), ("\u20ac", "mock_bsg")):
        await client.put(f"/_mock/accounts/{key.replace('/', '%2F')}/scenario", json={"name": "times"})
        for ending, kind in (("json", "application/json"), ("csv", "text/csv"), ("md", "text/markdown")):
            answer = await client.get(f"/_mock/accounts/{key.replace('/', '%2F')}/export?format={ending}")
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.{ending}"'
            assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
