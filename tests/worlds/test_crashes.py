"""Servers that are killed in the middle of what they do: `python -m bench.crashes` does it fifty times."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bench.crashes import Replica, crash_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Receiver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SCENARIO = "defaults: {viber: {sent: 0s, delivered: 50ms, read: 100ms}}"
_MESSAGES = 60
_LATE = "may come twice"


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    (tmp_path / "quick.yaml").write_text(SCENARIO)
    flags = ("--store", str(tmp_path / "world.db"), "--scenarios", str(tmp_path))
    with Replica(*flags) as started:
        yield started


async def test_all_that_was_answered_is_there_after_a_kill(replica: Replica) -> None:
    for number in range(3):
        witness, breaches = await crash_once([replica], f"test_crash-{number}", f"seed {number}", 1.5)
        assert breaches == []
        assert witness.created


async def test_each_report_comes_at_least_once_and_in_order_though_the_server_was_killed(
    replica: Replica, receiver: Receiver
) -> None:
    headers = {"X-API-KEY": "test_quick"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for number in range(_MESSAGES):
            await create(session, replica, f"r{number}", receiver.url)
            if number % 20 == 10:
                replica.kill()
                await asyncio.to_thread(replica.start)
        async with asyncio.timeout(120):
            while not have_all_come(receiver):
                receiver.called.clear()
                await receiver.called.wait()
        async with session.get(f"{replica.url}/_mock/accounts/test_quick/requests?limit=1000") as answer:
            requests = (await answer.json())["requests"]
    noted = sum(1 for request in requests for note in request["notes"] if _LATE in note)
    for number in range(_MESSAGES):
        told = told_of(receiver, f"r{number}")
        assert list(dict.fromkeys(told)) == ["sent", "delivered", "read"]
        assert told == sorted(told, key=["sent", "delivered", "read"].index)
    repeated = len(receiver.reports) - 3 * _MESSAGES
    assert repeated <= noted


async def create(session: aiohttp.ClientSession, replica: Replica, reference: str, callback_url: str) -> None:
    message: dict[str, Any] = {"to": [{"msisdn": "380972920000", "reference": reference}], "text": "Hi"}
    message |= {"alpha_name": "BSG", "callback_url": callback_url}
    async with session.post(f"{replica.url}/rest/viber/create", data=json.dumps({"messages": [message]})) as answer:
        assert (await answer.json(content_type=None))["result"][0]["error"] == 0


def told_of(receiver: Receiver, reference: str) -> list[str]:
    return [report["status"] for report in receiver.reports if report["reference"] == reference]


def have_all_come(receiver: Receiver) -> bool:
    return all("read" in told_of(receiver, f"r{number}") for number in range(_MESSAGES))
