"""A world file that is looked at: all that is in it is shown, back and forth, and nothing is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.runtime import RUNTIME, Runtime
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.world_file import WorldFile
from tests.worlds.conftest import picture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Client, Receiver, Serve

MANUAL = "clock: {start: 2017-01-17T09:20:02Z, manual: true}\nprices: {viber: {UA: 0.23}}\naccount: {balance: 100}"
RUNNING = MANUAL.replace("manual: true", "speed: 1")
ACCOUNT = "/_mock/accounts/test_key"
FACES = ("", "/messages", "/messages/1", "/requests", "/reports", "/clock", "/log")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "failed.world"


async def create(client: Client, reference: str, **more: Any) -> dict[str, Any]:
    message = {"to": [{"msisdn": "380972920000", "reference": reference}], "text": "Hi", "alpha_name": "BSG", **more}
    answer = await client.post(
        "/rest/viber/create", data=json.dumps({"messages": [message]}), headers={"X-API-KEY": "test_key"}
    )
    found: dict[str, Any] = await answer.json()
    return found


async def show(client: Client, what: str = "") -> Any:
    found = await (await client.get(f"{ACCOUNT}{what}")).json()
    for request in found.get("requests", ()) if what == "/requests" else ():
        del request["duration_ms"]  # it is measured
    return found


async def show_all(client: Client) -> list[Any]:
    return [await show(client, face) for face in FACES]


async def order(client: Client, what: str, **details: Any) -> int:
    return (await client.post(f"{ACCOUNT}/{what}", json=details)).status


async def keep(serve: Serve, file: Path, scenario: str = MANUAL) -> list[list[Any]]:
    """Keep a world of five commands after the first; tells what it showed after each."""
    from mock_bsg.domain.store_address import StoreAddress

    client = await serve(scenario, store=StoreAddress(file=file))
    shown = []
    for step in (
        lambda: create(client, "first"),
        lambda: order(client, "clock", advance="1m"),
        lambda: create(client, "second"),
        lambda: order(client, "messages/2/status", status="undeliverable"),
        lambda: create(client, "third"),
    ):
        await step()
        shown.append(await show_all(client))
    await client.close()
    return shown


async def test_accounts_are_shown_as_they_were_at_the_end(serve: Serve, file: Path) -> None:
    shown = await keep(serve, file)
    client = await serve("", world=file)
    assert await show_all(client) == shown[-1]
    assert [each["key"] for each in (await (await client.get("/_mock/accounts")).json())["accounts"]] == ["test_key"]
    assert (await client.get("/_mock/accounts/test_other")).status == 404


async def test_one_can_go_back_and_forth_in_the_log(serve: Serve, file: Path) -> None:
    shown = await keep(serve, file)
    client = await serve("", world=file)
    for number in (2, 6, 4, 3, 5, 6):
        assert await order(client, "rewind", to=number) == 200
        assert await show_all(client) == shown[number - 2], f"after command {number}"
    assert await order(client, "rewind", last=1) == 200
    assert await show_all(client) == shown[-2]
    assert await order(client, "rewind", to=7) == 409


async def test_nothing_is_written_whatever_is_done(serve: Serve, file: Path) -> None:
    shown = await keep(serve, file)
    before = picture(file.parent)
    client = await serve("", world=file)
    await create(client, "fourth")
    await order(client, "clock", advance="1h")
    await order(client, "rewind", to=3)
    await order(client, "fork", key="test_copy")
    assert (await client.put("/_mock/scenarios/mine", data="seed: 7")).status == 201
    assert (await client.delete("/_mock/accounts")).status == 200
    await client.close()
    assert picture(file.parent) == before
    again = await serve("", world=file)
    assert await show_all(again) == shown[-1]


@pytest.mark.past_the_door  # that an account's clock was stopped is no command
async def test_running_clock_is_stopped_where_the_log_ends(
    serve: Serve, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(serve, file, RUNNING)
    with WorldFile.open(file, read_only=True) as world:
        (kept,) = world.accounts()
        records = world.records(kept.id, 0)
    client = await serve("", world=file)
    clock = await show(client, "/clock")
    assert clock["manual"]
    assert (await show(client, "/log"))["commands"][0]["n"] == len(records)
    ledger = client.app[RUNTIME].operations.ledger
    monkeypatch.setattr(ledger, "_machine", lambda: 4_000_000_000_000)
    assert await show(client, "/clock") == clock


async def test_clock_can_be_told_to_go_on(serve: Serve, file: Path) -> None:
    await keep(serve, file, RUNNING)
    client = await serve("", world=file)
    before = (await show(client, "/clock"))["now"]
    await order(client, "clock", advance="1h")
    after = await show(client, "/clock")
    assert after["now"] > before
    assert after["manual"]
    assert (await show(client, "/messages/1"))["status"] == "read"
    assert await order(client, "clock", speed=60) == 200
    assert not (await show(client, "/clock"))["manual"]


@pytest.mark.past_the_door  # as above
async def test_account_goes_its_own_way_and_back(serve: Serve, file: Path) -> None:
    shown = await keep(serve, file, RUNNING)
    client = await serve("", world=file)
    await order(client, "rewind", to=4)
    third = await show_all(client)
    assert (await create(client, "own"))["result"][0]["id"] == "3"
    own = await show_all(client)
    await create(client, "another")
    assert await order(client, "rewind", last=1) == 200
    assert await show_all(client) == own
    assert await order(client, "rewind", to=8) == 409, "the file's way was left"
    assert await order(client, "rewind", to=4) == 200
    assert await show_all(client) == third
    assert await order(client, "rewind", to=6) == 200, "and is open again"
    assert (await show(client, "/messages"))["messages"] == shown[-1][1]["messages"]


async def test_fork_has_the_same_past_and_lives_on_its_own(serve: Serve, file: Path) -> None:
    await keep(serve, file, RUNNING)
    client = await serve("", world=file)
    assert await order(client, "fork", key="test_copy", until=2) == 200
    assert await order(client, "fork", key="test_copy") == 409
    await create(client, "fourth")
    copy = await (await client.get("/_mock/accounts/test_copy")).json()
    assert (copy["messages"], (await show(client))["messages"]) == (1, 4)
    assert (await client.post("/_mock/accounts/test_copy/rewind", json={"to": 1})).status == 200


async def test_forgotten_account_can_begin_anew(serve: Serve, file: Path) -> None:
    await keep(serve, file)
    client = await serve("", world=file)
    await client.delete(ACCOUNT)
    assert (await client.get(ACCOUNT)).status == 404
    assert await (await client.get("/_mock/accounts")).json() == {"accounts": [], "next": None}
    assert (await create(client, "first"))["result"][0]["id"] == "1"
    assert await order(client, "rewind", to=5) == 409


async def test_reports_that_were_due_are_not_sent_and_stay_as_they_are(
    serve: Serve, file: Path, receiver: Receiver
) -> None:
    from mock_bsg.domain.store_address import StoreAddress

    client = await serve(MANUAL, store=StoreAddress(file=file))
    await create(client, "first", callback_url=receiver.url)
    await order(client, "clock", advance="1m")
    await order(client, "messages/1/status", status="read")
    before = await show_all(client)
    numbers = [each["n"] for each in before[-1]["commands"]]
    reports = len(receiver.reports)
    assert reports > 1
    await client.close()

    again = await serve("", world=file, callbacks="off")
    events = await again.get("/_mock/events")
    assert await show_all(again) == before
    for number in numbers[:-1]:
        assert await order(again, "rewind", to=number) == 200
        assert (await show(again, "/log"))["commands"][0]["n"] == number, "looking adds nothing to the log"
    await order(again, "rewind", to=2)
    assert await order(again, "clock", advance="next") == 200
    assert await order(again, "clock", advance="1h") == 200
    assert {each["state"] for each in (await show(again, "/reports"))["reports"]} == {"pending"}
    assert (await show(again, "/clock"))["next"] is None
    events.close()
    assert len(receiver.reports) == reports


async def test_scenarios_that_were_put_are_there(serve: Serve, file: Path) -> None:
    from mock_bsg.domain.store_address import StoreAddress

    client = await serve(MANUAL, store=StoreAddress(file=file))
    await client.put("/_mock/scenarios/mine", data="description: mine")
    await client.close()
    again = await serve("", world=file)
    assert (await (await again.get("/_mock/scenarios/mine")).text()).startswith("description: mine")


async def test_world_that_a_server_has_is_shown_as_it_is_now(serve: Serve, file: Path) -> None:
    from mock_bsg.domain.store_address import StoreAddress

    client = await serve(MANUAL, store=StoreAddress(file=file))
    await create(client, "first")
    shown = await show_all(client)
    looking = await serve("", world=file)
    await create(client, "second")
    assert await show_all(looking) == shown
    assert (await show(client))["messages"] == 2


@pytest.mark.past_the_door  # as above
async def test_part_of_a_world_that_is_looked_at_can_be_written_again(serve: Serve, file: Path, tmp_path: Path) -> None:
    shown = await keep(serve, file, RUNNING)
    client = await serve("", world=file)
    operations = client.app[RUNTIME].operations
    assert operations.ledger is not None
    await order(client, "rewind", to=4)
    await operations.ledger.export(await operations.find("test_key"), tmp_path / "part.world")
    await create(client, "own")
    own = await show_all(client)
    await operations.ledger.export(await operations.find("test_key"), tmp_path / "own.world")

    assert (await show(await serve("", world=tmp_path / "part.world"), "/log"))["commands"] == shown[2][-1]["commands"]
    assert await show_all(await serve("", world=tmp_path / "own.world")) == own


async def test_what_is_no_world_is_told(tmp_path: Path) -> None:
    runtime = Runtime(Settings(world=tmp_path / "none.world"), Library())
    with pytest.raises(WorldError, match=r"there is no file .*none\.world$"):
        await runtime.open_store()
