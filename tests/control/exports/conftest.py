"""What tests of exports share: an account that has something to tell, and what is exported of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from tests.conftest import Client

KEY = "test_secret-key"
HEADERS = {"X-API-KEY": KEY}
Export: TypeAlias = Callable[[str], Awaitable[str]]


def order(msisdn: str = "380972920000", text: str = "hi", reference: str | None = None, **more: Any) -> dict[str, Any]:
    to = {"msisdn": msisdn} if reference is None else {"msisdn": msisdn, "reference": reference}
    return {"messages": [{"to": [to], "text": text, "alpha_name": "BSG", **more}]}


async def send(client: Client, *given: Any, **more: Any) -> None:
    answer = await client.post("/rest/viber/create", json=order(*given, **more), headers=HEADERS)
    assert answer.status == 200


@pytest.fixture
def export(client: Client) -> Export:
    """Export the account as a query says; its text."""

    async def get(query: str) -> str:
        answer = await client.get(f"/_mock/accounts/{KEY}/export?{query}")
        assert answer.status == 200, await answer.text()
        return (await answer.read()).decode()

    return get
