"""A log that has grown long begins with a checkpoint: whoever makes the account of that has the same as all others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.domain.store_address import StoreAddress
from mock_bsg.runtime import RUNTIME
from tests.conftest import until
from tests.worlds.shared.test_shared_ledger import ACCOUNT, STILL, create, show

if TYPE_CHECKING:
    from mock_bsg.worlds.shared.redis_store import KeptCheckpoint, RedisStore, Told
    from tests.conftest import Client, Serve
    from tests.worlds.shared.conftest import RedisProcess

REACH = 40
KEY = "test_key"


@pytest.fixture(autouse=True)
def _short_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.log.REACH", REACH)


@pytest.fixture
async def clients(serve: Serve, store_address: StoreAddress) -> list[Client]:
    return [await serve(STILL, store=store_address) for _ in range(2)]


@pytest.fixture
def store_address(shared_redis: RedisProcess, prefix: str) -> StoreAddress:
    return StoreAddress.read(f"{shared_redis.url}?prefix={prefix}")


async def read_log(store: RedisStore) -> Told:
    return await store.read(KEY)


async def fill(clients: list[Client], store: RedisStore, count: int) -> Told:
    """Let so many messages be created, and wait until the log begins later than with the first command."""
    for first in range(0, count, 10):
        for number in range(first, first + 10):
            await create(clients[number % len(clients)], f"r{number}")

    async def is_short() -> bool:
        told = await read_log(store)
        return told.base > count // 2

    await until(is_short, "the log to be shortened")
    return await read_log(store)


async def look_at(client: Client) -> list[Any]:
    """See all that there is, but for durations, which only the server knows that measured them."""
    requests = [one | {"duration_ms": 0} for one in (await show(client, "/requests?limit=1000"))["requests"]]
    return [requests, *[await show(client, what) for what in ("", "/messages?limit=1000", "/messages/1")]]


async def test_account_that_is_made_of_a_checkpoint_is_as_the_others_have_it(
    clients: list[Client], serve: Serve, store_address: StoreAddress, store: RedisStore
) -> None:
    told = await fill(clients, store, 200)
    assert told.commands[0].number == told.base + 1
    assert told.number - told.base < 3 * REACH

    late = await serve(STILL, store=store_address)

    assert await look_at(late) == await look_at(clients[0]) == await look_at(clients[1])
    assert (await create(late, "r7"))["result"][0]["error"] == 43
    assert (await create(late, "new"))["result"][0]["id"] == "201"
    assert (await show(clients[0]))["messages"] == 201
    await asyncio.gather(*(create(late, f"more-{number}") for number in range(60)))
    assert await look_at(late) == await look_at(clients[1])


async def test_going_back_works_as_far_as_the_log_reaches(
    clients: list[Client], serve: Serve, store_address: StoreAddress, store: RedisStore
) -> None:
    told = await fill(clients, store, 200)
    late = await serve(STILL, store=store_address)
    assert (await late.post(f"{ACCOUNT}/rewind", json={"to": told.number - REACH})).status == 200
    assert (await show(clients[0]))["messages"] == 200 - REACH
    refused = await clients[0].post(f"{ACCOUNT}/rewind", json={"to": told.base - 1})
    assert refused.status == 409
    for number in range(60):
        assert (await create(clients[number % 2], f"again-{number}"))["result"][0]["error"] == 0
    assert await look_at(late) == await look_at(clients[0]) == await look_at(clients[1])


async def test_fork_of_a_log_that_begins_with_a_checkpoint_has_it_too(
    clients: list[Client], serve: Serve, store_address: StoreAddress, store: RedisStore
) -> None:
    await fill(clients, store, 200)
    assert (await clients[1].post(f"{ACCOUNT}/fork", json={"key": "test_copy"})).status == 200
    assert (await clients[0].delete(ACCOUNT)).status == 200
    late = await serve(STILL, store=store_address)
    copies = [
        await (await client.get("/_mock/accounts/test_copy/messages?limit=1000")).json() for client in (late, *clients)
    ]
    assert len(copies[0]["messages"]) == 200
    assert copies[0] == copies[1] == copies[2]


async def checkpoints(store: RedisStore, number: int) -> list[KeptCheckpoint]:
    """List all checkpoints up to that of a command, the newest first."""
    kept = await store.newest_checkpoint(KEY, number)
    return [] if kept is None else [kept, *await checkpoints(store, kept.number - 1)]


async def test_parts_that_no_checkpoint_needs_go_and_those_that_are_the_same_are_shared(
    clients: list[Client], store: RedisStore, shared_redis: RedisProcess, prefix: str
) -> None:
    await fill(clients, store, 300)

    async def is_tidy() -> bool:
        used = {name for one in await checkpoints(store, 1_000) for name in one.parts.values()}
        return shared_redis.ask(f"HLEN {prefix}:{{{KEY}}}:parts") == b":%d" % len(used)

    await until(is_tidy, "all parts that are not needed to go")
    kept = await checkpoints(store, 1_000)
    journals = {one.parts["journal/0"] for one in kept if one.number >= 260}
    writers = {name.partition("/")[0].partition(".")[2] for name in journals}
    assert len(journals) == len(writers), "a server writes what has not changed once"
    assert None not in await store.parts(KEY, list(kept[0].parts.values()))
    assert await store.forget(KEY)
    assert shared_redis.ask(f"KEYS {prefix}:{{{KEY}}}:[a-v]*") == b"*0"


async def test_account_of_which_a_part_is_damaged_is_refused(
    clients: list[Client], serve: Serve, store_address: StoreAddress, store: RedisStore
) -> None:
    told = await fill(clients, store, 200)
    for each in await checkpoints(store, told.number):
        await store.keep_parts(KEY, dict.fromkeys(each.parts.values(), b"nonsense"))
    late = await serve(STILL, store=store_address)
    answer = await late.get(ACCOUNT)
    assert answer.status == 503
    assert "of a checkpoint is damaged" in (await answer.json())["error"]
    assert len(late.app[RUNTIME].accounts) == 0
