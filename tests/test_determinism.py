"""The same commands make the same world, in any process; and draws do not depend on the order of requests."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Client, Serve

LUCK = """
seed: 11
clock: {start: 2017-01-17T09:20:02Z, manual: true}
defaults: {viber: {sent: 0s..9s, delivered: 10s..99s}}
rules:
  - name: luck
    match: {msisdn: "38050*"}
    outcomes:
      - {weight: 1, viber: {sent: 1s, undeliverable: 2s..9s}, sms: {sent: 1s, delivered: 2s..60s}}
      - {weight: 1, viber: {sent: 1s..3s, delivered: 4s..9s}}
      - {weight: 1, viber: {rejected: 1s..30s}}
faults:
  - {name: shaky, match: {path: "/viber/create"}, probability: 0.2, status: 503}
"""

# Everything that is said is printed, but for what the machine's clock says.
SESSION = """
import asyncio, random, sys
from aiohttp.test_utils import TestClient, TestServer
from mock_bsg.http.app import create_app
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings

async def main() -> None:
    chance = random.Random(5)
    app = create_app(Settings(scenario="luck"), Library(texts={"luck": sys.stdin.read()}))
    async with TestClient(TestServer(app)) as client:
        async def say(method, path, key="test_a", **more):
            answer = await client.request(method, path, headers={"X-API-KEY": key}, **more)
            shown = {name: value for name, value in answer.headers.items() if name not in ("Date", "Server")}
            print(method, path, answer.status, shown, await answer.read())
        for number in range(60):
            key = chance.choice(["test_a", "test_b"])
            to = [{"msisdn": f"38050{chance.randrange(5)}111111"}, {"msisdn": "38097292000" + str(chance.randrange(9))}]
            alt = {"viber": {"alt_route": {"originator": "BSG", "text": "by SMS"}}}
            message = {"to": to, "text": "hello", "alpha_name": "BSG", "options": alt, "x": 1, "y": 2, "z": 3}
            await say("POST", "/rest/viber/create", key, json={"messages": [message]})
            await say("GET", f"/rest/viber/{chance.randrange(1, 40)}", key)
            advance = {"advance": chance.choice(["next", "1s", "1500ms"])}
            await say("POST", f"/_mock/accounts/{key}/clock", json=advance)
            status = {"status": chance.choice(["read", "rejected", "sent"])}
            await say("POST", f"/_mock/accounts/{key}/messages/{chance.randrange(1, 40)}/status", json=status)
        for key in ("test_a", "test_b"):
            await say("GET", "/rest/common/balance", key)
            await say("GET", f"/_mock/accounts/{key}/messages?limit=1000")
            await say("GET", f"/_mock/accounts/{key}")
            for message_id in range(1, 40):
                await say("GET", f"/_mock/accounts/{key}/messages/{message_id}")
        await say("GET", "/_mock/numbers")
        await say("GET", "/_mock/scenarios")
        await say("GET", "/_mock/accounts?x=1&y=2")

asyncio.run(main())
"""


def run_session(hash_seed: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", SESSION],
        input=LUCK.encode(),
        env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
    )
    return done.stdout


def test_same_commands_in_two_processes_are_answered_alike_to_the_byte() -> None:
    first, second = run_session("1"), run_session("4242")
    assert first == second
    assert first.count(b"\n") > 300
    for seen in (b'"status":"undeliverable"', b'"channel":"sms"', b"503", b"409", b"'shaky'"[1:-1]):
        assert seen in first


async def outcomes(client: Client, key: str, order: list[str]) -> dict[str, list[str]]:
    """Send to each number in this order, four times; the timelines of each number's messages."""
    found: dict[str, list[str]] = {}
    for _ in range(4):
        for msisdn in order:
            message = {"to": [{"msisdn": msisdn}], "text": "hello", "alpha_name": "BSG"}
            answer = await client.post("/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": key})
            (entry,) = (await answer.json())["result"]
            whole = await (await client.get(f"/_mock/accounts/{key}/messages/{entry['id']}")).json()
            found.setdefault(msisdn, []).append(str(whole["timeline"]))
    return found


async def test_draws_are_the_same_in_whatever_order_requests_come(serve: Serve) -> None:
    client = await serve(LUCK.partition("\nfaults:")[0])
    numbers = ["380501111111", "380502222222", "380972920000", "380972920001"]
    straight = await outcomes(client, "test_a", numbers)
    assert straight == await outcomes(client, "test_b", numbers[::-1])
    assert straight == await outcomes(client, "test_c", numbers[2:] + numbers[:2])
    assert len({timeline for timelines in straight.values() for timeline in timelines}) > 8


async def test_another_seed_draws_otherwise(serve: Serve) -> None:
    scenario = LUCK.partition("\nfaults:")[0]
    first, second = await serve(scenario), await serve(scenario.replace("seed: 11", "seed: 12"))
    numbers = ["380501111111", "380502222222"]
    assert await outcomes(first, "test_a", numbers) != await outcomes(second, "test_a", numbers)


@pytest.mark.parametrize("name", ["random", "documented", "sms-fallback", "default"])
async def test_built_in_scenario_gives_the_same_answers_to_two_keys(client: Client, name: str) -> None:
    async def converse(key: str) -> list[Any]:
        said: list[Any] = []
        await client.post(f"/_mock/accounts/{key}/clock", json={"manual": True})
        for number in range(10):
            message = {"to": [{"msisdn": f"38050111111{number}"}], "text": "hello", "alpha_name": "BSG"}
            answer = await client.post("/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": key})
            said.append(await answer.read())
            await client.post(f"/_mock/accounts/{key}/clock", json={"advance": "3s"})
            answer = await client.get(f"/rest/viber/{number + 1}", headers={"X-API-KEY": key})
            said.append({**await answer.json(), "time_in": "", "time_sent": "", "time_dr": ""})
        return said

    assert await converse(f"test_{name}.1") == await converse(f"test_{name}.2")
