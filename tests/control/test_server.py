from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mock_bsg import __version__

if TYPE_CHECKING:
    from tests.conftest import Client


async def test_server_says_that_it_is_healthy(client: Client) -> None:
    answer = await client.get("/_mock/health")
    found = await answer.json()
    assert answer.status == 200
    assert list(found) == ["status", "version", "uptime_s"]
    assert (found["status"], found["version"]) == ("healthy", __version__)
    assert found["uptime_s"] >= 0


async def test_magic_numbers_are_those_of_the_default_scenario_whatever_runs(client: Client) -> None:
    found = {
        number["msisdn"]: number["outcome"] for number in (await (await client.get("/_mock/numbers")).json())["numbers"]
    }
    assert all(re.fullmatch("447700900[0-9]{3}", msisdn) for msisdn in found)
    named = [0, 43, 51, *range(100, 108), *range(200, 207), 300, 301, 429, 500, 502, 503, 504, *range(900, 904)]
    assert {f"447700900{number:03}" for number in named} <= found.keys()
    assert all(found.values())


async def test_error_codes_are_told_with_their_texts(client: Client) -> None:
    told = (await (await client.get("/_mock/error-codes")).json())["error_codes"]
    texts = {each["code"]: each["text"] for each in told}
    assert texts[43] == "External ID already exists"
    assert 0 not in texts
