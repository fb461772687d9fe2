"""Several servers answer as one would: `python -m bench.linear` asks them more, and for longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.linear import Operation, ask_and_order, find_order
from mock_bsg.domain.store_address import StoreAddress

if TYPE_CHECKING:
    from tests.conftest import Serve
    from tests.worlds.shared.conftest import RedisProcess

NEVER = float("inf")


@pytest.mark.parametrize("seed", ["one", "two", "three"])
async def test_three_servers_answer_as_one_would(
    serve: Serve, shared_redis: RedisProcess, prefix: str, seed: str
) -> None:
    address = StoreAddress.read(f"{shared_redis.url}?prefix={prefix}")
    clients = [await serve("", store=address) for _ in range(3)]
    urls = [str(client.make_url("")).rstrip("/") for client in clients]
    history, is_linear = await ask_and_order(urls, "test_linear", seed, clients=6, calls=12)
    assert is_linear, history
    assert {operation.kind for operation in history} == {"create", "find", "advance", "clock"}


@pytest.mark.parametrize(
    ("history", "has_order"),
    [
        # Two creates of one reference at once: one of them wins, whichever.
        ([Operation("create", "a", 1, 0, 2), Operation("create", "a", None, 1, 3)], True),
        ([Operation("create", "a", None, 0, 2), Operation("create", "a", 1, 1, 3)], True),
        ([Operation("create", "a", 1, 0, 2), Operation("create", "a", 2, 1, 3)], False),
        # What was created is found by whoever asks after that, and perhaps by who asks meanwhile.
        ([Operation("create", "a", 1, 0, 1), Operation("find", "a", None, 2, 3)], False),
        ([Operation("create", "a", 1, 0, 2), Operation("find", "a", None, 1, 3)], True),
        (
            [Operation("create", "a", 1, 0, 9), Operation("find", "a", 1, 1, 2), Operation("find", "a", None, 3, 4)],
            False,
        ),
        # What was never answered may have been done or not, but not be undone.
        ([Operation("create", "a", None, 0, NEVER), Operation("find", "a", None, 1, 2)], True),
        ([Operation("create", "a", None, 0, NEVER), Operation("find", "a", 1, 1, 2)], True),
        (
            [
                Operation("create", "a", None, 0, NEVER),
                Operation("find", "a", 1, 1, 2),
                Operation("find", "a", None, 3, 4),
            ],
            False,
        ),
        ([Operation("advance", 5, None, 0, 1), Operation("clock", None, 0, 2, 3)], False),
        ([Operation("advance", 5, None, 0, 2), Operation("clock", None, 0, 1, 3)], True),
    ],
)
def test_order_is_found_where_there_is_one(history: list[Operation], has_order: bool) -> None:  # noqa: FBT001 -- a column
    assert (find_order(history) is not None) is has_order
