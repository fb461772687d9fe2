"""Servers that share accounts, and one is killed, or Redis is: `python -m bench.crashes` does so fifty times."""

from __future__ import annotations

import asyncio
import random
from contextlib import ExitStack
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from bench.crashes import Load, Replica, crash_once, find_breaches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.worlds.shared.conftest import RedisProcess

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def replicas(redis: RedisProcess) -> Iterator[list[Replica]]:
    with ExitStack() as stack:
        yield [stack.enter_context(Replica("--store", redis.url)) for _ in range(3)]


async def test_all_that_was_answered_is_there_for_all_after_one_of_three_was_killed(replicas: list[Replica]) -> None:
    for number in range(2):
        witness, breaches = await crash_once(replicas, f"test_crash-{number}", f"seed {number}", 2.0)
        assert breaches == []
        assert witness.created


async def disturb(
    replicas: list[Replica], trouble: Callable[[], None], end: Callable[[], None], seconds: float
) -> None:
    """Load servers, let something happen to their store in the middle, and look at what is there after that."""

    key = f"test_{uuid4().hex[:8]}"
    dice = random.Random(key)  # noqa: S311 -- no secret
    load = Load([replica.url for replica in replicas], key, dice)
    loading = asyncio.ensure_future(load.run(seconds + 3.0))
    await asyncio.sleep(1.0)
    await asyncio.to_thread(trouble)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(end)
    await loading
    assert load.witness.created
    for replica in replicas:
        assert await find_breaches(replica.url, key, load.witness) == []


async def test_nothing_is_lost_or_done_twice_when_redis_is_killed_and_started_again(
    replicas: list[Replica], redis: RedisProcess
) -> None:
    await disturb(replicas, redis.kill, redis.start, 1.0)


async def test_nothing_is_lost_or_done_twice_when_redis_stands_still(
    replicas: list[Replica], redis: RedisProcess
) -> None:
    await disturb(replicas, redis.pause, redis.go_on, 4.0)
