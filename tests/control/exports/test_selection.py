"""What of an account is exported: all, or what the filters of the lists let through, and nobody waits for it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientPayloadError

from mock_bsg.control.exports.selection import Selection, Wanted
from mock_bsg.runtime import RUNTIME
from tests.control.exports.conftest import HEADERS, KEY, send

if TYPE_CHECKING:
    from tests.conftest import Client
    from tests.control.exports.conftest import Export


@pytest.fixture
async def used(client: Client) -> Client:
    """A server at which the account has sent three messages and asked for its balance twice."""
    await send(client, "380972920000", "first", "r-1")
    await client.get("/rest/common/balance", headers=HEADERS)
    await send(client, "380502920000", "second", "r-2")
    await client.get("/rest/nothing", headers=HEADERS)
    await send(client, "380972920001", "third", "r-3")
    await client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": "10s"})
    return client


async def found(export: Export, query: str) -> tuple[list[str], list[int]]:
    """The messages and requests that are exported."""
    said: dict[str, Any] = json.loads(await export(query))
    return [each["id"] for each in said["messages"]], [each["n"] for each in said["requests"]]


@pytest.mark.usefixtures("used")
@pytest.mark.parametrize(
    ("query", "messages", "requests"),
    [
        ("", ["219", "218", "217"], [5, 4, 3, 2, 1]),
        ("limit=2", ["219", "218"], [5, 4]),
        ("msisdn=38097*", ["219", "217"], [5, 1]),
        ("reference=r-2", ["218"], [3]),
        ("text=ir", ["219", "217"], [5, 1]),
        ("search=sec", ["218"], [3]),
        ("channel=sms", [], []),
        ("status=read", ["219", "217"], [5, 1]),
        ("status=200", ["219", "218", "217"], [5, 3, 2, 1]),
        ("status=404", [], [4]),
        ("path=/viber/create&limit=1", ["219"], [5]),
        ("path=/common/balance", [], [2]),
        ("rule=no Viber", ["218"], [3]),
        ("status=read&path=/common/balance", ["219", "217"], [2]),
        ("msisdn=38097*&path=*", ["219", "217"], [5, 4, 3, 2, 1]),
        ("reference=r-1&method=GET", ["217"], [4, 2]),
    ],
)
async def test_filters_of_the_lists_say_what_is_exported(
    export: Export, query: str, messages: list[str], requests: list[int]
) -> None:
    assert await found(export, query) == (messages, requests)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("chanel=viber", "there is no query parameter 'chanel' here; there are body, campaign, channel, error"),
        ("after=3", "there is no query parameter 'after' here"),
        ("format=pdf", "format must be one of json, csv, md, world; not 'pdf'"),
        ("limit=0", "limit must be a whole number from 1 to 1000000; not '0'"),
        ("status=eaten", "status must be one of"),
        ("status=99", "status must be a whole number from 200 to 599; not '99'"),
        ("msisdn=050*", "msisdn: '050*' matches no phone number"),
        ("error=13", "error: 13 is not an error code"),
    ],
)
async def test_what_cannot_be_exported_is_told(used: Client, query: str, said: str) -> None:
    answer = await used.get(f"/_mock/accounts/{KEY}/export?{query}")
    assert answer.status == 400
    assert (await answer.json())["error"].startswith(said)


async def test_an_account_that_was_never_seen_is_not_exported(client: Client) -> None:
    answer = await client.get(f"/_mock/accounts/{KEY}/export")
    assert answer.status == 404


async def test_others_have_their_turn_while_a_long_export_is_written(
    used: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_bsg.control.exports.selection._TURN", -1)
    account = used.app[RUNTIME].accounts.get(KEY)
    assert account is not None
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    now = used.app[RUNTIME].operations.now(account)
    selection = Selection(account, now, Wanted.read({"text": "in nothing"}), None)
    assert [message async for message in selection.messages()] == []
    task.cancel()
    assert turns == 3


async def test_what_comes_while_an_export_is_written_is_not_in_it(
    used: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_bsg.control.exports.selection._SLICE", 1)
    runtime = used.app[RUNTIME]
    account = runtime.accounts.get(KEY)
    assert account is not None
    selection = Selection(account, runtime.operations.now(account), Wanted.read({}), None)
    ids = []
    async for message in selection.messages():
        await send(used)
        ids.append(message.id)
    assert ids == [219, 218, 217]


async def test_an_export_that_fails_on_its_way_is_no_whole_answer(
    used: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ArithmeticError("on purpose")

    monkeypatch.setattr(Selection, "show", fail)
    answer = await used.get(f"/_mock/accounts/{KEY}/export")
    with pytest.raises(ClientPayloadError):
        await answer.read()
    assert "a mistake of mock_bsg's own in an export as json" in caplog.text
