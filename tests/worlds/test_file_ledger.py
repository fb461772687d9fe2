"""A server that keeps its accounts in a file: what was answered is there after every end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.domain.store_address import StoreAddress
from mock_bsg.runtime import RUNTIME, Runtime
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings
from mock_bsg.worlds.errors import WorldError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Client, Receiver, Serve

SCENARIO = "clock: {start: 2017-01-17T09:20:02Z, manual: true}\nprices: {viber: {UA: 0.23}}\naccount: {balance: 100}"
ACCOUNT = "/_mock/accounts/test_key"


@pytest.fixture
def store(tmp_path: Path) -> StoreAddress:
    return StoreAddress.read(str(tmp_path / "world.db"))


async def create(client: Client, reference: str, msisdn: str = "380972920000", **more: Any) -> dict[str, Any]:
    message = {"to": [{"msisdn": msisdn, "reference": reference}], "text": "Hi", "alpha_name": "BSG", **more}
    headers = {"X-API-KEY": "test_key"}
    answer = await client.post("/rest/viber/create", data=json.dumps({"messages": [message]}), headers=headers)
    found: dict[str, Any] = await answer.json()
    return {**found, "http": answer.status}


async def show(client: Client, what: str = "") -> Any:
    answer = await client.get(f"{ACCOUNT}{what}")
    return await answer.json()


def crash(client: Client) -> None:
    """Leave the file as a process that was killed leaves it: nothing is written any more, the claim has gone."""
    ledger = client.app[RUNTIME].operations.ledger
    assert ledger is not None
    ledger._file._database.connection.close()  # type: ignore[attr-defined]  # noqa: SLF001 -- nothing else crashes a server
    ledger._file._holder.release()  # type: ignore[attr-defined]  # noqa: SLF001 -- as above
    client.app[RUNTIME].operations.ledger = None


async def test_account_is_after_a_crash_what_it_was_before(serve: Serve, store: StoreAddress) -> None:
    client = await serve(SCENARIO, store=store)
    await create(client, "first")
    await client.post(f"{ACCOUNT}/clock", json={"advance": "1m"})
    await create(client, "second", msisdn="447700900201")
    before = [await show(client, what) for what in ("", "/messages", "/messages/1", "/clock")]
    crash(client)

    again = await serve(SCENARIO, store=store)

    assert [await show(again, what) for what in ("", "/messages", "/messages/1", "/clock")] == before
    assert (await create(again, "first"))["result"][0]["error"] == 43
    assert (await create(again, "third"))["result"][0]["id"] == "3"


async def test_list_knows_accounts_before_anybody_has_named_them(serve: Serve, store: StoreAddress) -> None:
    client = await serve(SCENARIO, store=store)
    await create(client, "first")
    before = await (await client.get("/_mock/accounts")).json()
    await client.close()

    again = await serve(SCENARIO, store=store)

    assert await (await again.get("/_mock/accounts")).json() == before
    assert len(again.app[RUNTIME].accounts) == 0
    assert (await again.get("/_mock/accounts/test_other")).status == 404


async def test_list_is_right_although_a_crash_came_before_anything_was_noted_for_it(
    serve: Serve, store: StoreAddress
) -> None:
    client = await serve(SCENARIO, store=store)
    await create(client, "first")
    before = await (await client.get("/_mock/accounts")).json()
    crash(client)
    again = await serve(SCENARIO, store=store)
    assert await (await again.get("/_mock/accounts")).json() == before


async def test_forgotten_account_is_not_there_after_the_next_start(serve: Serve, store: StoreAddress) -> None:
    client = await serve(SCENARIO, store=store)
    await create(client, "first")
    assert (await client.delete(ACCOUNT)).status == 200
    assert (await client.get(ACCOUNT)).status == 404
    await create(client, "first")
    await client.close()

    again = await serve(SCENARIO, store=store)

    assert (await show(again))["requests"] == 1
    assert await (await again.delete("/_mock/accounts")).json() == {"forgotten": 1}
    assert (await again.get(ACCOUNT)).status == 404


async def test_rewound_account_stays_rewound(serve: Serve, store: StoreAddress) -> None:
    client = await serve(SCENARIO, store=store)
    await create(client, "first")
    before = await show(client)
    await create(client, "second")
    operations = client.app[RUNTIME].operations
    await operations.rewind(await operations.find("test_key"), 2)
    assert await show(client) == before
    crash(client)

    again = await serve(SCENARIO, store=store)

    assert await show(again) == before
    assert (await create(again, "second"))["result"][0]["id"] == "2"


async def test_fork_is_kept_as_an_account_of_its_own(serve: Serve, store: StoreAddress) -> None:
    client = await serve(SCENARIO, store=store)
    await create(client, "first")
    await create(client, "second")
    operations = client.app[RUNTIME].operations
    await operations.fork(await operations.find("test_key"), "test_copy", 2)
    crash(client)

    again = await serve(SCENARIO, store=store)

    copy = await (await again.get("/_mock/accounts/test_copy")).json()
    assert (copy["messages"], (await show(again))["messages"]) == (1, 2)


async def test_scenario_that_was_put_is_there_after_the_next_start(serve: Serve, store: StoreAddress) -> None:
    client = await serve(SCENARIO, store=store)
    assert (await client.put("/_mock/scenarios/mine", data="seed: 7")).status == 201
    await client.close()
    again = await serve(SCENARIO, store=store)
    assert await (await again.get("/_mock/scenarios/mine")).text() == "seed: 7"


async def test_reports_that_were_due_are_sent_though_nobody_names_the_account(
    serve: Serve, store: StoreAddress, receiver: Receiver
) -> None:
    client = await serve("defaults: {viber: {sent: 0s, delivered: 0s}}", store=store)
    receiver.open.clear()
    await create(client, "first", callback_url=receiver.url)
    await receiver.called.wait()
    receiver.reports.clear()
    client.app[RUNTIME].scheduler.is_stopping = True
    crash(client)
    receiver.open.set()

    again = await serve("defaults: {viber: {sent: 0s, delivered: 0s}}", store=store)
    again.app[RUNTIME].bring_back()

    async with asyncio.timeout(30):
        while receiver.statuses != ["sent", "delivered"]:
            receiver.called.clear()
            await receiver.called.wait()


async def test_many_at_once_are_kept_and_answered(serve: Serve, store: StoreAddress) -> None:
    client = await serve(SCENARIO, store=store)
    answers = await asyncio.gather(*(create(client, f"r{number % 40}") for number in range(80)))
    assert sorted(answer["result"][0]["error"] for answer in answers) == [0] * 40 + [43] * 40
    before = await show(client, "/messages")
    crash(client)
    again = await serve(SCENARIO, store=store)
    assert await show(again, "/messages") == before


async def test_what_cannot_be_kept_is_not_done_and_goes_on_when_there_is_room_again(
    serve: Serve, store: StoreAddress
) -> None:
    client = await serve(SCENARIO, store=store)
    await create(client, "first")
    before = await show(client)
    ledger = client.app[RUNTIME].operations.ledger
    database = ledger._file._database  # type: ignore[union-attr]  # noqa: SLF001 -- a full disk is hard to come by
    pages = database.ask("PRAGMA page_count")[0][0]
    database.ask(f"PRAGMA max_page_count={pages}")

    refused = [await create(client, f"r{number}", text="long " * 200) for number in range(40)]

    failed = [answer for answer in refused if answer["http"] == 503]
    assert failed
    assert failed[0]["error"] == 5
    assert "full" in failed[0]["errorDescription"]
    done = len(refused) - len(failed)
    assert (await show(client))["messages"] == before["messages"] + done
    health = await client.get("/_mock/health")
    assert (health.status, (await health.json())["status"]) == (503, "degraded")
    assert (await client.put("/_mock/scenarios/mine", data=f"description: {'long ' * 5000}")).status == 503

    database.ask("PRAGMA max_page_count=1000000")

    assert (await client.get("/_mock/health")).status == 200
    assert (await create(client, "last"))["result"][0]["error"] == 0
    assert (await show(client))["messages"] == before["messages"] + done + 1


async def test_file_of_another_server_is_refused(serve: Serve, store: StoreAddress) -> None:
    await serve(SCENARIO, store=store)
    with pytest.raises(WorldError, match="in use by another mock-bsg"):
        await Runtime(Settings(store=store), Library()).open_store()


# --- logs that have grown long


@pytest.fixture
def short_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.log.REACH", 40)


async def fill(client: Client, first: int, count: int) -> None:
    """Create messages, some with an SMS that follows, and let what is written meanwhile be written."""
    for number in range(first, first + count):
        message = {
            "to": [{"msisdn": "380972920000", "reference": f"r{number}"}],
            "text": f"Hi {number}",
            "alpha_name": "BSG",
            "options": {"viber": {"alt_route": {"originator": "BSG", "text": "Hi"}}},
        }
        answer = await client.post(
            "/rest/viber/create", data=json.dumps({"messages": [message]}), headers={"X-API-KEY": "test_key"}
        )
        assert (await answer.json())["result"][0]["error"] == 0
        if number % 7 == 0:
            await client.post(f"{ACCOUNT}/clock", json={"advance": "1s"})


def rows(store: StoreAddress, question: str) -> Any:
    assert store.file is not None
    with contextlib.closing(sqlite3.connect(store.file)) as connection:
        return connection.execute(question).fetchall()


LONG = """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
defaults: {viber: {sent: 1s, undeliverable: 3s}, sms: {sent: 1s}}
"""


@pytest.mark.usefixtures("short_reach")
async def test_log_that_grew_long_begins_with_a_checkpoint_and_the_account_is_the_same(
    serve: Serve, store: StoreAddress
) -> None:
    client = await serve(LONG, store=store)
    await fill(client, 0, 150)
    what = ("", "/messages?limit=1000", "/messages/100", "/clock", "/requests?limit=1000", "/log?limit=20")
    before = [plain(await show(client, each)) for each in what]
    await client.close()

    ((base, commands),) = rows(store, "SELECT base, commands FROM accounts")
    assert base > 0
    assert commands - base >= 40
    ((kept,),) = rows(store, "SELECT count(*) FROM commands")
    assert kept <= 100

    again = await serve(LONG, store=store)
    assert [plain(await show(again, each)) for each in what] == before
    await fill(again, 150, 60)
    messages = (await show(again))["messages"]
    assert (await again.post(f"{ACCOUNT}/rewind", json={"last": 3})).status == 200
    assert (await show(again))["messages"] < messages
    too_far = await again.post(f"{ACCOUNT}/rewind", json={"to": 2})
    assert too_far.status == 409


@pytest.mark.usefixtures("short_reach")
async def test_account_goes_back_further_than_memory_has_after_a_restart(serve: Serve, store: StoreAddress) -> None:
    client = await serve(LONG, store=store)
    await fill(client, 0, 58)
    to = (await show(client, "/log?limit=1"))["commands"][0]["n"] - 30
    await client.close()
    again = await serve(LONG, store=store)
    answer = await again.post(f"{ACCOUNT}/rewind", json={"to": to})
    assert answer.status == 200
    assert (await show(again, "/log?limit=1"))["commands"][0]["n"] == to


@pytest.mark.usefixtures("short_reach")
async def test_rewound_account_gets_checkpoints_again(serve: Serve, store: StoreAddress) -> None:
    client = await serve(LONG, store=store)
    await fill(client, 0, 60)
    await client.post(f"{ACCOUNT}/rewind", json={"last": 35})
    await fill(client, 100, 90)
    before = [plain(await show(client, each)) for each in ("", "/messages?limit=1000", "/requests?limit=1000")]
    crash(client)
    again = await serve(LONG, store=store)
    assert [plain(await show(again, each)) for each in ("", "/messages?limit=1000", "/requests?limit=1000")] == before


def plain(shown: Any) -> Any:
    """Leave out how long requests took, which is measured."""
    for request in shown.get("requests", ()) if isinstance(shown.get("requests"), list) else ():
        del request["duration_ms"]
    return shown
