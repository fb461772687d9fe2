"""An account as a world file: all that its log has, whatever the account is kept in."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

import pytest

from mock_bsg.domain.store_address import StoreAddress
from mock_bsg.worlds.world_file import WorldFile
from tests.control.exports.conftest import KEY, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Client, Serve

BASE = f"/_mock/accounts/{KEY}"
MANUAL = "clock: {start: 2017-01-17T09:20:02Z, manual: true}"


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """See that no file is left where they are written."""
    before = set(Path(gettempdir()).glob("mock-bsg-*/export.world"))
    yield
    assert set(Path(gettempdir()).glob("mock-bsg-*/export.world")) <= before


async def fetch(client: Client) -> bytes:
    answer = await client.get(f"{BASE}/export?format=world")
    assert answer.status == 200, await answer.text()
    assert answer.headers["Content-Type"] == "application/vnd.sqlite3"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mock_bsg-test_sec.world"'
    return await answer.read()


async def look(client: Client) -> list[object]:
    return [await (await client.get(f"{BASE}{face}")).json() for face in ("", "/messages", "/messages/1", "/log")]


async def test_world_of_an_account_in_memory_shows_the_same(serve: Serve, tmp_path: Path) -> None:
    client = await serve(MANUAL)
    await send(client, text="Привет")
    await client.post(f"{BASE}/clock", json={"advance": "1h"})
    file = tmp_path / "a.world"
    file.write_bytes(await fetch(client))
    assert await look(await serve("", world=file)) == await look(client)


async def test_world_of_an_account_that_is_kept_has_only_that_one(serve: Serve, tmp_path: Path) -> None:
    client = await serve(MANUAL, store=StoreAddress(file=tmp_path / "world.db"))
    await client.put("/_mock/accounts/test_other/scenario", json={"name": "given"})
    await send(client)
    file = tmp_path / "a.world"
    file.write_bytes(await fetch(client))
    with WorldFile.open(file, read_only=True) as world:
        assert [kept.key for kept in world.accounts()] == [KEY]
    assert await look(await serve("", world=file)) == await look(client)


async def test_world_that_is_looked_at_can_be_taken_along(serve: Serve, tmp_path: Path) -> None:
    client = await serve(MANUAL, store=StoreAddress(file=tmp_path / "world.db"))
    await send(client)
    await send(client)
    looking = await serve("", world=tmp_path / "world.db")
    await looking.post(f"{BASE}/rewind", json={"last": 1})
    file = tmp_path / "a.world"
    file.write_bytes(await fetch(looking))
    assert await look(await serve("", world=file)) == await look(looking)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("&limit=3&channel=sms", "a world has all of an account: leave out channel, limit"),
        ("&chanel=sms", "there is no query parameter 'chanel' here"),
    ],
)
async def test_filters_are_refused(client: Client, query: str, said: str) -> None:
    await send(client)
    answer = await client.get(f"{BASE}/export?format=world{query}")
    assert (answer.status, (await answer.json())["error"].partition(";")[0]) == (400, said)


async def test_account_that_is_not_there_is_404(client: Client) -> None:
    assert (await client.get(f"{BASE}/export?format=world")).status == 404


async def test_no_room_for_the_file_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    await send(client)
    monkeypatch.setattr("mock_bsg.control.exports.world.Path", lambda folder, name: Path(folder, "none", name))
    answer = await client.get(f"{BASE}/export?format=world")
    assert answer.status == 503
    assert "there is no directory" in (await answer.json())["error"]


async def test_to_export_is_no_command(client: Client) -> None:
    await send(client)
    before = await look(client)
    await fetch(client)
    assert await look(client) == before
