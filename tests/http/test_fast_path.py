"""Requests of BSG's API go past the router, and are answered as they would be by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Client

KEY = {"X-API-KEY": "test_key"}


@pytest.mark.parametrize(("path", "error"), [("217", 40), ("ext_id_16", 40), ("2%317", 40), ("create", 4)])
async def test_answer_is_the_same_on_both_ways(client: Client, path: str, error: int) -> None:
    async with client.get(f"/rest/viber/{path}", headers=KEY) as short:
        answer: dict[str, Any] = await short.json()
    async with client.get(f"/rest/viber/{path}?on=the+long+way", headers=KEY) as long:
        assert await long.json() == answer
        assert long.status == short.status
    assert answer["error"] == error


async def test_client_that_waits_to_be_told_to_go_on_is_told(client: Client) -> None:
    body = b'{"messages": []}'
    async with client.post("/rest/viber/create", headers=KEY, data=body, expect100=True) as answer:
        assert (await answer.json())["error"] == 44
