"""What tests of the One API share: a client that has logged in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.conftest import Client


@dataclass
class Api:
    """The One API as one account sees it, and the control API of that account."""

    client: Client
    key: str = "test_key"
    headers: dict[str, str] = field(default_factory=dict)

    async def log_in(self) -> None:
        answer = await self.client.post("/api/auth/login", json={"api_key": self.key})
        said = await answer.json()
        assert answer.status == 200, said
        self.headers = {"Authorization": f"Bearer {said['bearer']}"}

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        query: Mapping[str, Any] | Sequence[tuple[str, Any]] = (),
    ) -> Any:
        """Ask something below /api, and see that it is answered with this status; tells the JSON of the answer."""
        answer = await self.client.request(
            method, f"/api/{path}", json=body, params=query, headers=self.headers, skip_auto_headers=["Content-Type"]
        )
        said = await answer.json()
        assert answer.status == status, said
        return said

    async def get(self, path: str, query: Mapping[str, Any] | Sequence[tuple[str, Any]] = (), status: int = 200) -> Any:
        return await self.ask("GET", path, status=status, query=query)

    async def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        return await self.ask("POST", path, body, status=status)

    async def control(self, path: str, body: Any = None) -> Any:
        """Ask the control API about this account, or order something there."""
        answer = await self.client.request("POST" if body else "GET", f"/_mock/accounts/{self.key}/{path}", json=body)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def advance(self, duration: str) -> None:
        await self.control("clock", {"advance": duration})

    async def messages(self) -> list[dict[str, Any]]:
        """List what the control API tells of the account's messages, the newest first."""
        return (await self.control("messages"))["messages"]  # type: ignore[no-any-return]


@pytest.fixture
async def api(client: Client) -> Api:
    """The One API of an account that runs `times`."""
    return await log_in(client)


async def log_in(client: Client, key: str = "test_key") -> Api:
    """Log in with a key, to a server that a test has started itself."""
    api = Api(client, key)
    await api.log_in()
    return api
