"""`mock-bsg export redis://…`: accounts that servers share, written into a world file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mock_bsg.store_export import export_store
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.world_file import WorldFile

if TYPE_CHECKING:
    from pathlib import Path

    from mock_bsg.domain.store_address import StoreAddress
    from tests.conftest import Client, Serve


async def create(client: Client, key: str, reference: str) -> None:
    message = {"to": [{"msisdn": "380972920000", "reference": reference}], "text": "Hi", "alpha_name": "BSG"}
    answer = await client.post(
        "/rest/viber/create", data=json.dumps({"messages": [message]}), headers={"X-API-KEY": key}
    )
    assert (await answer.json())["result"][0]["error"] == 0


def commands(path: Path) -> dict[str, int]:
    with WorldFile.open(path, read_only=True) as world:
        return {kept.key: kept.commands for kept in world.accounts()}


async def test_all_accounts_are_written_or_one_as_far_as_a_command(
    serve: Serve, store_address: StoreAddress, tmp_path: Path
) -> None:
    client = await serve("seed: 1", store=store_address)
    for number in range(3):
        await create(client, "test_a", f"r{number}")
    await create(client, "test_b", "r")
    target = tmp_path / "a.world"

    await export_store(store_address, target, None, None, None)
    assert commands(target) == {"test_a": 4, "test_b": 2}
    await export_store(store_address, target, "test_a", 2, None)
    assert commands(target) == {"test_a": 2}
    await export_store(store_address, target, None, None, 0)
    assert commands(target) == {}


async def test_what_is_not_there_is_told_in_a_sentence(
    serve: Serve, store_address: StoreAddress, tmp_path: Path
) -> None:
    client = await serve("seed: 1", store=store_address)
    await create(client, "test_a", "r")
    with pytest.raises(WorldError, match="has no account of that key, and one other"):
        await export_store(store_address, tmp_path / "a.world", "test_b", None, None)
    with pytest.raises(WorldError, match="none of number 9"):
        await export_store(store_address, tmp_path / "a.world", "test_a", 9, None)
    assert not (tmp_path / "a.world").exists()
