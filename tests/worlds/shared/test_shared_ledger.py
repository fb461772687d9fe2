"""Three servers that have their accounts in one Redis are one sandbox, whichever of them is asked."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.domain.store_address import StoreAddress
from mock_bsg.runtime import RUNTIME, Runtime
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings
from mock_bsg.worlds.errors import WorldError
from tests.conftest import until, within

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.conftest import Client, Receiver, Serve
    from tests.worlds.shared.conftest import RedisProcess

STILL = "clock: {start: 2017-01-17T09:20:02Z, manual: true}\nprices: {viber: {UA: 0.23}}\naccount: {balance: 100}"
RUNNING = "prices: {viber: {UA: 0.23}}\ndefaults: {viber: {sent: 100ms, delivered: 300ms}}"
ACCOUNT = "/_mock/accounts/test_key"
KEY = {"X-API-KEY": "test_key"}


@pytest.fixture
def serve_three(serve: Serve, store_address: StoreAddress) -> Callable[[str], Awaitable[list[Client]]]:
    async def start(scenario: str) -> list[Client]:
        return [await serve(scenario, store=store_address) for _ in range(3)]

    return start


async def create(client: Client, reference: str, **more: Any) -> dict[str, Any]:
    message = {"to": [{"msisdn": "380972920000", "reference": reference}], "text": "Hi", "alpha_name": "BSG", **more}
    answer = await client.post("/rest/viber/create", data=json.dumps({"messages": [message]}), headers=KEY)
    found: dict[str, Any] = await answer.json()
    return {**found, "http": answer.status}


async def show(client: Client, what: str = "") -> Any:
    answer = await client.get(f"{ACCOUNT}{what}")
    return await answer.json()


async def test_of_two_hundred_creates_of_one_reference_over_three_servers_one_wins(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    clients = await serve_three(STILL)
    answers = await asyncio.gather(*(create(clients[number % 3], "same") for number in range(200)))
    errors = [answer["result"][0]["error"] for answer in answers]
    assert sorted(errors) == [0, *[43] * 199]
    shown = [[await show(client), await show(client, "/messages")] for client in clients]
    assert shown[0] == shown[1] == shown[2]
    assert (shown[0][0]["messages"], shown[0][0]["requests"]) == (1, 200)
    requests = [await show(client, "/requests?limit=1000") for client in clients]
    assert len(requests[0]["requests"]) == 200
    assert [one["n"] for one in requests[1]["requests"]] == list(range(200, 0, -1))


async def test_each_server_sees_all_that_another_has_answered(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    one, two, three = await serve_three(STILL)
    for number in range(20):
        asked, other = (one, two, three)[number % 3], (one, two, three)[(number + 1) % 3]
        created = (await create(asked, f"ref-{number}"))["result"][0]
        found = await (await other.get(f"/rest/viber/{created['id']}", headers=KEY)).json()
        assert found["reference"] == f"ref-{number}"
        assert (await show(other))["messages"] == number + 1


async def test_lists_of_accounts_are_the_same_whether_one_has_seen_them_or_not(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    one, two, three = await serve_three(STILL)
    for number, client in enumerate((one, two, three)):
        message = {"to": [{"msisdn": "380972920000"}], "text": "Hi", "alpha_name": "BSG"}
        headers = {"X-API-KEY": f"test_{number}"}
        await client.post("/rest/viber/create", data=json.dumps({"messages": [message]}), headers=headers)
    lists = [await (await client.get("/_mock/accounts")).json() for client in (one, two, three)]
    assert lists[0] == lists[1] == lists[2]
    assert [account["key"] for account in lists[0]["accounts"]] == ["test_0", "test_1", "test_2"]


async def test_advance_at_one_server_is_seen_at_the_others(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    one, two, three = await serve_three(STILL)
    await create(one, "first")
    await two.post(f"{ACCOUNT}/clock", json={"advance": "1h"})
    assert (await show(three, "/clock"))["now"].startswith("2017-01-17T10:20:02")
    assert (await show(one, "/messages"))["messages"][0]["status"] == "read"


async def test_waiting_at_one_server_ends_with_what_comes_to_another(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    one, two, _ = await serve_three(RUNNING)
    async with within(20, "a message that comes to another server"):
        waiting = asyncio.ensure_future(show(one, "/messages?status=delivered&count=1&wait=15s"))
        await until(lambda: one.app[RUNTIME].accounts.is_awaited("test_key"), "it to wait")
        await create(two, "first")
        found = await waiting
    assert [message["status"] for message in found["messages"]] == ["delivered"]


async def read_events(client: Client, wanted: int) -> list[tuple[str, str]]:
    """Read events until so many of messages and requests have come; tells their kinds, and references or paths."""
    found: list[tuple[str, str]] = []
    async with within(20, f"{wanted} events"), client.get("/_mock/events") as stream:
        kind = ""
        async for line in stream.content:
            name, _, rest = line.decode().strip().partition(": ")
            if name == "event":
                kind = rest
            elif name == "data":
                data = json.loads(rest)
                if kind in {"message", "request", "account"}:
                    found.append((kind, data.get("reference") or data.get("path") or data.get("change")))
                if len(found) == wanted:
                    return found
    return found


async def test_events_of_one_server_tell_what_happens_at_another_from_its_very_beginning(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    one, two, three = await serve_three(STILL)
    reading = asyncio.ensure_future(read_events(one, 5))
    await until(lambda: one.app[RUNTIME].accounts.is_awaited("test_key"), "it to listen")
    await create(two, "first")
    await create(three, "second")
    assert await reading == [
        ("account", "new"),
        ("message", "first"),
        ("request", "/rest/viber/create"),
        ("message", "second"),
        ("request", "/rest/viber/create"),
    ]


async def test_scenario_that_was_put_at_one_server_is_there_at_the_others(
    serve_three: Callable[[str], Awaitable[list[Client]]], serve: Serve, store_address: StoreAddress
) -> None:
    one, two, three = await serve_three(STILL)
    await one.put("/_mock/scenarios/poor", data="account: {balance: 1}")
    assert (await two.put(f"{ACCOUNT}/scenario", json={"name": "poor"})).status == 200
    assert (await show(three))["balance"] == 1
    await three.put("/_mock/scenarios/poor", data="account: {balance: 2}")
    headers = {"X-API-KEY": "test_poor.new"}
    answer = await (await one.get("/rest/common/balance", headers=headers)).json()
    assert float(answer["amount"]) == 2
    late = await serve(STILL, store=store_address)
    assert "balance: 2" in await (await late.get("/_mock/scenarios/poor")).text()


async def test_rules_that_are_added_at_several_servers_at_once_are_all_there(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    clients = await serve_three(STILL)
    await create(clients[0], "first")
    rule = "rules: [{match: {reference: x}, times: 1, error: 46}]"
    answers = await asyncio.gather(*(client.post(f"{ACCOUNT}/rules", data=rule) for client in clients))
    assert [answer.status for answer in answers] == [201, 201, 201]
    shown = [await show(client, "/rules") for client in clients]
    assert shown[0] == shown[1] == shown[2]
    assert {each["name"] for each in shown[0]["rules"]} == {"next time 1", "next time 2", "next time 3"}
    assert (await create(clients[1], "x"))["result"][0]["error"] == 46
    await clients[2].delete(f"{ACCOUNT}/rules/next%20time%202")
    assert [len((await show(client, "/rules"))["rules"]) for client in clients] == [2, 2, 2]


async def test_rewound_at_one_server_is_rewound_at_all(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    one, two, three = await serve_three(STILL)
    await create(one, "first")
    before = await show(two)
    await create(two, "second")
    await show(three)
    assert (await three.post(f"{ACCOUNT}/rewind", json={"last": 1})).status == 200
    assert [await show(client) for client in (one, two, three)] == [before] * 3
    answers = [(await create(client, "second"))["result"][0] for client in (two, one)]
    assert [answer["error"] for answer in answers] == [0, 43]


async def test_fork_at_one_server_is_an_account_at_all(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    one, two, three = await serve_three(STILL)
    await create(one, "first")
    await create(two, "second")
    assert (await three.post(f"{ACCOUNT}/fork", json={"key": "test_copy", "until": 2})).status == 200
    assert (await one.post(f"{ACCOUNT}/fork", json={"key": "test_copy"})).status == 409
    copies = [await (await client.get("/_mock/accounts/test_copy/messages")).json() for client in (one, two, three)]
    assert [one["reference"] for one in copies[0]["messages"]] == ["first"]
    assert copies[0] == copies[1] == copies[2]
    assert (await show(one))["messages"] == 2


async def test_forgotten_at_one_server_begins_anew_at_all(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    one, two, three = await serve_three(STILL)
    for client in (one, two, three):
        await create(client, "first")
    assert (await two.delete(ACCOUNT)).status == 200
    assert (await one.get(ACCOUNT)).status == 404
    assert (await create(three, "first"))["result"][0] == (await create_anew(one))
    assert [(await show(client))["messages"] for client in (one, two, three)] == [2, 2, 2]
    assert (await (await one.delete("/_mock/accounts")).json()) == {"forgotten": 1}
    assert (await (await two.get("/_mock/accounts")).json())["accounts"] == []


async def create_anew(client: Client) -> dict[str, Any]:
    """What the first message of an account is answered."""
    found = (await create(client, "another"))["result"][0]
    return {**found, "id": "1", "reference": "first"}


async def test_reports_are_sent_once_whichever_server_was_asked(
    serve_three: Callable[[str], Awaitable[list[Client]]], receiver: Receiver
) -> None:
    clients = await serve_three(RUNNING)
    answers = await asyncio.gather(
        *(create(clients[number % 3], f"r{number}", callback_url=receiver.url) for number in range(30))
    )
    assert {answer["result"][0]["error"] for answer in answers} == {0}
    await until(lambda: len(receiver.reports) >= 60, "reports of two statuses of thirty messages", 60)
    for client in clients:
        async with within(30, "all reports to be noted"):
            await until(lambda client=client: is_all_delivered(client), "all reports to be noted")  # type: ignore[misc]
    told = [(report["reference"], report["status"]) for report in receiver.reports]
    assert len(told) == len(set(told)) == 60


async def is_all_delivered(client: Client) -> bool:
    reports = (await show(client, "/reports?limit=1000"))["reports"]
    return len(reports) == 60 and {report["state"] for report in reports} == {"delivered"}


async def test_advance_at_any_server_ends_when_reports_were_sent_by_whoever_does(
    serve_three: Callable[[str], Awaitable[list[Client]]], receiver: Receiver
) -> None:
    clients = await serve_three(STILL)
    await create(clients[0], "first", callback_url=receiver.url)
    for number, client in enumerate((clients[1], clients[2], clients[0])):
        async with within(20, "the reports to be sent"):
            await client.post(f"{ACCOUNT}/clock", json={"advance": "next"})
        assert len(receiver.reports) == number + 1
    assert receiver.statuses == ["sent", "delivered", "read"]


async def test_reports_of_a_server_that_has_gone_are_sent_by_another(
    serve_three: Callable[[str], Awaitable[list[Client]]], receiver: Receiver
) -> None:
    one, two, three = await serve_three(STILL)
    await create(one, "first", callback_url=receiver.url)
    ledger = one.app[RUNTIME].operations.ledger
    await until(lambda: ledger.sends_reports(one.app[RUNTIME].accounts.get("test_key")), "the lease")  # type: ignore[union-attr]
    for task in ledger._tasks:  # type: ignore[union-attr]  # noqa: SLF001 -- it does nothing any more, as if it were killed
        task.cancel()
    await one.app[RUNTIME].scheduler.stop()
    async with within(30, "another server to take over"):
        await two.post(f"{ACCOUNT}/clock", json={"advance": "1h"})
    assert receiver.statuses == ["sent", "delivered", "read"]
    assert (await show(three, "/reports"))["reports"][0]["state"] == "delivered"


async def test_held_request_goes_on_where_it_came_and_the_others_see_its_end(
    serve_three: Callable[[str], Awaitable[list[Client]]],
) -> None:
    one, two, _ = await serve_three("faults: [{match: {path: /common/balance}, delay: 300ms}]")
    asking = asyncio.ensure_future(one.get("/rest/common/balance", headers=KEY))
    await create(two, "first")
    assert (await asking).status == 200
    requests = (await show(two, "/requests"))["requests"]
    assert {request["status"] for request in requests} == {200}


# --- what goes wrong


@pytest.fixture
def own_address(redis: RedisProcess) -> StoreAddress:
    return StoreAddress.read(redis.url)


async def test_what_cannot_be_kept_is_not_done_and_goes_on_when_the_store_is_back(
    serve: Serve, redis: RedisProcess, own_address: StoreAddress
) -> None:
    one, two = [await serve(STILL, store=own_address) for _ in range(2)]
    await create(one, "first")
    redis.kill()

    answer = await create(one, "second")
    assert (answer["http"], answer["error"]) == (503, 5)
    assert f"redis://127.0.0.1:{redis.port} cannot be reached" in answer["errorDescription"]
    assert (await one.get(ACCOUNT)).status == 503
    health = await one.get("/_mock/health")
    assert (health.status, (await health.json())["status"]) == (503, "degraded")

    redis.start()
    assert (await create(one, "second"))["result"][0]["error"] == 0
    assert (await create(two, "second"))["result"][0]["error"] == 43
    assert (await one.get("/_mock/health")).status == 200
    assert (await show(two))["messages"] == 2


async def test_connections_that_break_lose_nothing_and_do_nothing_twice(
    serve: Serve, redis: RedisProcess, own_address: StoreAddress
) -> None:
    clients = [await serve(STILL, store=own_address) for _ in range(2)]
    await create(clients[0], "begins")
    breaking = asyncio.ensure_future(break_connections(redis))
    answers = []
    for first in range(0, 300, 20):
        answers += await asyncio.gather(
            *(create(clients[number % 2], f"r{number}") for number in range(first, first + 20))
        )
    breaking.cancel()
    kept = [answer for answer in answers if answer["http"] == 200]
    assert {answer["result"][0]["error"] for answer in kept} == {0}
    assert len(kept) > 200
    shown = [await show(client, "/messages?limit=1000") for client in clients]
    assert shown[0] == shown[1]
    references = [message["reference"] for message in shown[0]["messages"]]
    assert len(references) == len(set(references))
    assert {answer["result"][0]["reference"] for answer in kept} <= set(references)


async def break_connections(redis: RedisProcess) -> None:
    while True:
        await asyncio.to_thread(redis.ask, "CLIENT KILL TYPE normal SKIPME yes")
        await asyncio.sleep(0.02)


async def test_news_are_heard_again_when_the_line_was_broken(
    serve: Serve, redis: RedisProcess, own_address: StoreAddress
) -> None:
    one, two = [await serve(RUNNING, store=own_address) for _ in range(2)]
    await create(one, "first")
    async with within(30, "a message that comes to another server"):
        waiting = asyncio.ensure_future(show(one, "/messages?reference=second&count=1&wait=25s"))
        await until(lambda: one.app[RUNTIME].accounts.is_awaited("test_key"), "it to wait")
        redis.ask("CLIENT KILL TYPE pubsub")
        await create(two, "second")
        assert len((await waiting)["messages"]) == 1


async def test_account_whose_log_a_newer_version_has_written_is_refused_and_others_are_not(
    serve: Serve, shared_redis: RedisProcess, store_address: StoreAddress, prefix: str
) -> None:
    one = await serve(STILL, store=store_address)
    await create(one, "first")
    head, log = f"{prefix}:{{test_key}}:head", f"{prefix}:{{test_key}}:log"
    epoch = await one.app[RUNTIME].operations.ledger._store.line.ask("HGET", head, "epoch")  # type: ignore[union-attr]  # noqa: SLF001 -- as another program does
    shared_redis.ask(f"XADD {log} {epoch.decode()}-3 kind dance data {{}} machine 1 by x.1")
    shared_redis.ask(f"HSET {head} number 3 by x.1")

    answer = await one.get(ACCOUNT)
    assert answer.status == 503
    assert "there is no command 'dance'" in (await answer.json())["error"]
    answer = await one.get("/rest/common/balance", headers={"X-API-KEY": "test_other"})
    assert answer.status == 200


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("?prefix=a%20b", "the prefix 'a b' was found, letters, digits"),
        ("?nonsense=1", "nonsense"),
        ("/9999", "does|DB index|refused"),
    ],
)
async def test_store_that_does_not_fit_is_told_at_the_start(shared_redis: RedisProcess, more: str, why: str) -> None:
    with pytest.raises(WorldError, match=why):
        await open_store(shared_redis.url + more)


async def open_store(url: str) -> None:
    await Runtime(Settings(store=StoreAddress.read(url)), Library()).open_store()


async def test_store_that_is_not_there_is_told_at_the_start_without_its_password() -> None:
    with pytest.raises(WorldError, match=r"redis://:…@127.0.0.1:1 cannot be reached") as found:
        await open_store("redis://:secret@127.0.0.1:1")
    assert "secret" not in str(found.value)
