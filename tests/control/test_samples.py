"""Samples: made up, the same for the same seed, and good enough to be sent as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.control.page import read_assets
from mock_bsg.control.samples import make_samples
from mock_bsg.domain.phones import country_of

if TYPE_CHECKING:
    from tests.conftest import Client

BASE = "http://127.0.0.1:8080"


async def samples_of(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/_mock/samples{query}")
    assert answer.status == 200
    samples: list[dict[str, Any]] = (await answer.json())["samples"]
    return samples


async def test_same_seed_gives_the_same_samples(client: Client) -> None:
    assert await samples_of(client, "?seed=7&count=20") == await samples_of(client, "?seed=7&count=20")
    assert await samples_of(client) == await samples_of(client, "?seed=0&count=1")


async def test_more_samples_begin_with_those_that_fewer_give(client: Client) -> None:
    assert (await samples_of(client, "?seed=3&count=9"))[:4] == await samples_of(client, "?seed=3&count=4")


async def test_another_seed_gives_other_people(client: Client) -> None:
    names = {(await samples_of(client, f"?seed={seed}"))[0]["name"] for seed in range(20)}
    assert len(names) > 15


@pytest.mark.parametrize("query", ["?count=0", "?count=101", "?count=x", "?seed=-1", "?seed=1.5", "?sed=1"])
async def test_query_that_makes_no_sense_is_refused(client: Client, query: str) -> None:
    answer = await client.get(f"/_mock/samples{query}")
    assert answer.status == 400
    assert query[1:4] in (await answer.json())["error"]


def test_pictures_of_samples_are_files_of_this_server() -> None:
    pictures = {sample["img"] for sample in make_samples(0, 100, BASE)}
    assert None in pictures
    assert {url.removeprefix(f"{BASE}/_mock/page/") for url in pictures if url} < read_assets().keys()


def test_links_of_samples_lead_to_nobody() -> None:
    assert all(sample["action"].split("/")[2].endswith(".example") for sample in make_samples(0, 100, BASE))


def test_numbers_of_samples_have_a_country_and_no_magic() -> None:
    for sample in make_samples(0, 100, BASE):
        assert country_of(sample["msisdn"])
        assert not sample["msisdn"].startswith(tuple(f"447700900{digit}" for digit in "0123459"))


async def test_every_sample_can_be_sent_as_it_is(client: Client) -> None:
    for sample in await samples_of(client, "?seed=1&count=30"):
        route = {"originator": sample["sender"], "text": sample["sms"]}
        options = {"img": sample["img"], "caption": sample["caption"], "action": sample["action"], "alt_route": route}
        to = {"msisdn": sample["msisdn"], "reference": sample["reference"]}
        message = {"to": [to], "text": sample["text"], "alpha_name": sample["sender"], "options": {"viber": options}}
        answer = await client.post("/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": "key"})
        assert (await answer.json())["result"][0]["error"] == 0, sample
