"""What tests of BSG's API share: somebody who calls it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from mock_bsg.runtime import RUNTIME

if TYPE_CHECKING:
    from tests.conftest import Client, Serve


class Caller:
    """Calls BSG's API of one server with one key. Bodies go out as JSON, answers come back read."""

    def __init__(self, client: Client, key: str) -> None:
        self._client = client
        self.key = key

    async def get(self, path: str) -> Any:
        return await self._call("GET", path, None, None)

    async def post(
        self, path: str, body: Any = None, *, text: str | bytes | None = None, content_type: str = ""
    ) -> Any:
        """Send a body as JSON, or a text just as it is."""
        data = text if text is not None else None if body is None else json.dumps(body)
        return await self._call("POST", path, data, content_type or "application/json")

    async def advance(self, duration: str) -> None:
        answer = await self._client.post(f"/_mock/accounts/{self.key}/clock", json={"advance": duration})
        assert answer.status == 200, await answer.text()

    @property
    def notes(self) -> tuple[str, ...]:
        """What the newest request's sender probably did not mean."""
        account = self._client.app[RUNTIME].accounts.get(self.key)
        assert account is not None
        return next(account.journal.newest_first()).notes

    async def balance(self) -> str:
        answer = await self.get("/common/balance")
        return str(answer["amount"])

    async def _call(self, method: str, path: str, data: str | bytes | None, content_type: str | None) -> Any:
        headers = {"X-API-KEY": self.key} | ({"Content-Type": content_type} if content_type else {})
        answer = await self._client.request(method, f"/rest{path}", data=data, headers=headers)
        assert answer.status == 200, await answer.text()
        return json.loads(await answer.text())


CallWith: TypeAlias = Callable[..., Awaitable[Caller]]


@pytest.fixture
def bsg(client: Client, key: str) -> Caller:
    """Somebody who calls the server with the scenario `times`."""
    return Caller(client, key)


@pytest.fixture
def call_with(serve: Serve, key: str) -> CallWith:
    """Start a server with a scenario of one's own, and call it."""

    async def start(scenario: str, **settings: Any) -> Caller:
        return Caller(await serve(scenario, **settings), key)

    return start
