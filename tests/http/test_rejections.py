"""What a request gets that belongs to no account, and what the log and the journal say of it."""

from __future__ import annotations

import base64
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.runtime import RUNTIME
from tests.conftest import until
from tests.http.test_gateway import INVALID_KEY, NO_FUNCTION, journal, order

if TYPE_CHECKING:
    from aiohttp import ClientResponse

    from tests.conftest import Client, Serve

KEY = {"X-API-KEY": "test_key"}
BASIC = base64.b64encode(b"test_secret:").decode()
MISPLACED = [
    ({"Authorization": "Bearer test_secret"}, "", "no X-API-KEY, but there is Authorization: Bearer test_sec…"),
    ({"Authorization": "Bearer test_secret", "X-API-KEY": ""}, "", "X-API-KEY is empty, but there is Authorization"),
    ({"Authorization": "test_secret"}, "", "no X-API-KEY, but there is Authorization: test_sec…"),
    ({"Authorization": f"Basic {BASIC}"}, "", "no X-API-KEY, but there is Authorization: Basic test_sec…"),
    ({"api-key": "test_secret"}, "", "no X-API-KEY, but there is api-key: test_sec…"),
    ({"X-API-TOKEN": "test_secret"}, "", "no X-API-KEY, but there is X-API-TOKEN: test_sec…"),
    ({}, "?api_key=test_secret", "no X-API-KEY, but the query has api_key test_sec…"),
    ({}, "/../../test_secret/viber/1", "no X-API-KEY, but the path has test_sec…"),
]


async def read(answer: ClientResponse) -> Any:
    return json.loads(await answer.read())


# --- a key in the wrong place


@pytest.mark.parametrize(("headers", "query", "said"), MISPLACED)
async def test_key_in_the_wrong_place_is_told_in_the_log_and_in_its_accounts_journal(
    client: Client, headers: dict[str, str], query: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "mock_bsg")
    answer = await client.get(f"/rest/viber/1{query}", headers=headers)
    assert (answer.status, await answer.json()) == (200, INVALID_KEY)
    assert said in caplog.text
    assert "test_secret" not in caplog.text
    told = await (await client.get("/_mock/accounts/test_secret/requests/1")).json()
    (note,) = told["notes"]
    assert note.startswith(said)
    assert note.endswith("BSG reads the key from the header X-API-KEY alone")
    assert (told["status"], told["answer_json"]) == (200, INVALID_KEY)
    assert "test_secret" not in json.dumps(told)


async def test_its_body_is_in_the_journal_and_who_waits_for_it_is_told(client: Client) -> None:
    await client.post("/_mock/accounts/test_a/clock", json={"advance": "1s"})
    await client.post("/rest/viber/create", json=order(), headers={"Authorization": "Bearer test_a"})
    found = await (await client.get("/_mock/accounts/test_a/requests?error=1&count=1&wait=5s")).json()
    assert found["requests"][0]["json"] == order()
    assert (await (await client.get("/_mock/accounts/test_a/messages")).json())["messages"] == []


async def test_token_of_something_else_begins_no_account(client: Client) -> None:
    for token in ("eyJhbGciOi.eyJzdWIi.c2ln", "Bearer", "x" * 500):
        await client.get("/rest/viber/1", headers={"Authorization": f"Bearer {token}"})
    assert len(client.app[RUNTIME].accounts) == 0
    assert client.app[RUNTIME].turned_away == 3


async def test_token_that_is_the_key_of_an_account_is_noted_there_whatever_it_looks_like(client: Client) -> None:
    await client.get("/rest/viber/1", headers={"X-API-KEY": "plain"})
    await client.get("/rest/viber/2", headers={"Authorization": "Bearer plain"})
    assert [exchange.path for exchange in journal(client, "plain")] == ["/rest/viber/2", "/rest/viber/1"]


async def test_token_that_is_none_of_the_given_keys_begins_no_account(serve: Serve) -> None:
    client = await serve("{}", api_keys=frozenset({"one"}))
    for token in ("test_two", "one"):
        answer = await client.get("/rest/viber/1", headers={"Authorization": f"Bearer {token}"})
        assert await answer.json() == INVALID_KEY
    assert [account.key for account in client.app[RUNTIME].accounts] == ["one"]


async def test_faults_and_blocks_of_that_account_have_no_say(serve: Serve) -> None:
    client = await serve("account: {blocked: true}\nfaults: [{status: 503}]")
    answer = await client.get("/rest/viber/1", headers={"Authorization": "Bearer test_a"})
    assert (answer.status, await answer.json()) == (200, INVALID_KEY)


async def test_requests_are_counted_once_whoever_they_are_noted_with(client: Client) -> None:
    await client.get("/rest/viber/1", headers={"Authorization": "Bearer test_a"})
    await client.get("/rest/viber/1")
    text = await (await client.get("/_mock/metrics")).text()
    assert "\nmock_bsg_requests_total 2\n" in text
    assert '\nmock_bsg_errors_total{error="1"} 2\n' in text


async def test_empty_key_is_told_from_a_missing_one(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    await client.get("/rest/viber/1", headers={"X-API-KEY": " "})
    await client.get("/rest/viber/1")
    assert [record.getMessage().partition("error 1, ")[2] for record in caplog.records] == [
        "X-API-KEY is empty",
        "no X-API-KEY",
    ]


# --- a key that is written in an odd way


@pytest.mark.parametrize("key", ["Bearer test_secret", '"test_secret"', "${BSG_KEY}", "test_secret, test_secret"])
async def test_odd_key_is_valid_here_and_told_in_the_log_once_and_with_each_request(
    client: Client, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        answer = await client.get("/rest/common/balance", headers={"X-API-KEY": key})
        assert (await answer.json())["error"] == 0
    assert [len(exchange.notes) for exchange in journal(client, key)] == [1, 1]
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    assert "secret" not in caplog.text


async def test_odd_key_that_is_none_of_the_given_ones_is_told(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    client = await serve("{}", api_keys=frozenset({"test_secret"}))
    answer = await client.get("/rest/common/balance", headers={"X-API-KEY": "Bearer test_secret"})
    assert await answer.json() == INVALID_KEY
    assert "key Bearer test_sec… is none of --api-keys; 'Bearer' stands before the key" in caplog.text


async def test_token_beside_the_key_is_noted(client: Client) -> None:
    await client.get("/rest/viber/1", headers=KEY | {"Authorization": "Bearer test_secret"})
    await client.get("/rest/viber/1", headers=KEY | {"Authorization": f"Basic {BASIC}"})
    basic, bearer = journal(client)
    assert basic.notes == ()
    assert bearer.notes == (
        "Authorization: Bearer test_sec… is not read; BSG takes the key of the header X-API-KEY alone",
    )


# --- tokens are shown to nobody


async def test_tokens_are_masked_wherever_a_request_is_shown(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mock_bsg")
    headers = KEY | {
        "Authorization": "Bearer test_secret",
        "Proxy-Authorization": "Basic secret1secret2",
        "Cookie": "session=secret; theme=secret",
        "X-Auth-Token": "my-secret-token",
    }
    async with client.get("/_mock/events") as stream:
        await stream.content.readline()
        await client.get("/rest/viber/1?access_token=very-secret", headers=headers)
        lines: list[bytes] = []

        async def has_come() -> bool:
            lines.append(await stream.content.readline())
            return b'"path"' in lines[-1]

        await until(has_come, "the request among the events")
        line = lines[-1]
    one = await (await client.get("/_mock/accounts/test_key/requests/1")).text()
    listed = await (await client.get("/_mock/accounts/test_key/requests")).text()
    assert b"/rest/viber/1?access_token=ver\xe2\x80\xa6" in line
    for shown in (line.decode(), one, listed, caplog.text):
        assert "secret" not in shown.replace("very-", "")
    assert '["Authorization","Bearer test_sec…"]' in one
    assert '["Cookie","session=…; theme=…"]' in one


# --- browsers

PAGE = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
ALLOWED = """
faults:
  - name: the browser may ask
    match: {method: OPTIONS}
    status: 204
    headers:
      Access-Control-Allow-Origin: "https://shop.example"
      Access-Control-Allow-Headers: X-API-KEY, Content-Type
  - name: and read the answer
    headers: {Access-Control-Allow-Origin: "https://shop.example"}
"""


async def test_browser_that_asks_for_a_page_is_told_no_and_is_no_wrong_key(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "mock_bsg")
    answer = await client.options("/rest/viber/create", headers=PAGE)
    assert (answer.status, await answer.json()) == (404, NO_FUNCTION)
    assert [name for name in answer.headers if name.startswith("Access-Control")] == []
    (record,) = caplog.records
    assert record.levelname == "INFO"
    assert "X-API-KEY" not in caplog.text
    assert "https://shop.example" in caplog.text
    assert "match: {method: OPTIONS}" in caplog.text
    assert client.app[RUNTIME].unusual["error", "1"] == 0


async def test_options_without_a_page_is_answered_alike(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mock_bsg")
    for path in ("/rest/viber/create", "/rest/nothing", "/nowhere"):
        answer = await client.options(path)
        assert (answer.status, (await answer.json())["error"]) == (404, 4)
    assert {record.levelname for record in caplog.records} == {"INFO"}


async def test_scenario_can_let_a_page_call(serve: Serve) -> None:
    client = await serve(ALLOWED)
    for _ in range(2):
        asked = await client.options("/rest/viber/create", headers=PAGE)
        assert asked.status == 204
        assert asked.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert asked.headers["X-Mock-BSG-Fault"] == "the browser may ask"
    answer = await client.post("/rest/viber/create", json=order(), headers=KEY | {"Origin": "https://shop.example"})
    assert (await answer.json())["result"][0]["error"] == 0
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"


async def test_faults_that_only_add_headers_add_them_to_the_refusal(serve: Serve) -> None:
    client = await serve('faults: [{headers: {X-A: "b"}, delay: 1ms}]')
    answer = await client.options("/rest/viber/create", headers=PAGE)
    assert (answer.status, answer.headers["X-A"], (await answer.json())["error"]) == (404, "b", 4)


async def test_what_a_browser_asks_uses_up_no_accounts_faults(serve: Serve) -> None:
    client = await serve("faults: [{times: 1, status: 503}]")
    asked = [(await client.options("/rest/viber/1", headers=PAGE)).status for _ in range(2)]
    got = [(await client.get("/rest/viber/1", headers=KEY)).status for _ in range(2)]
    assert (asked, got) == ([503, 404], [503, 200])


async def test_answers_to_pages_name_no_page(client: Client) -> None:
    answer = await client.get("/rest/viber/1", headers=KEY | {"Origin": "https://shop.example"})
    assert (answer.status, (await answer.json())["error"]) == (200, 40)
    assert [name for name in answer.headers if name.startswith("Access-Control")] == []


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "evil.example"),
        ("http://evil.example:8080", "evil.example:8080"),
        ("https://shop.example", "api.bsg.world"),
        ("null", "evil.example"),
        ("file://", "evil.example"),
        ("http://localhost.evil.example", "evil.example"),
    ],
)
@pytest.mark.parametrize(("method", "key"), [("GET", KEY), ("POST", KEY), ("GET", {}), ("OPTIONS", {})])
async def test_page_of_elsewhere_under_a_name_of_elsewhere_is_refused(
    client: Client, origin: str, host: str, method: str, key: dict[str, str]
) -> None:
    headers = key | {"Origin": origin, "Host": host, "X-Forwarded-Host": "localhost"}
    answer = await client.request(method, "/rest/common/balance", headers=headers)
    assert (answer.status, answer.content_type) == (403, "application/json")
    told = await answer.json()
    assert told["error"] == 5
    assert "MOCK_BSG_ALLOWED_HOSTS" in told["errorDescription"]
    assert len(client.app[RUNTIME].accounts) == 0


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "api.bsg.world"),
        (None, "evil.example"),
        ("http://localhost:3000", "api.bsg.world"),
        ("https://shop.example", "localhost:8080"),
        ("https://shop.example", "bsg:8080"),
        ("null", "127.0.0.1:8080"),
        ("http://127.0.0.1:5500", "app.bsg.hk"),
    ],
)
async def test_others_may_call_under_any_name(client: Client, origin: str | None, host: str) -> None:
    headers = KEY | {"Host": host} | ({} if origin is None else {"Origin": origin})
    answer = await client.get("/rest/common/balance", headers=headers)
    assert (answer.status, (await answer.json())["error"]) == (200, 0)


async def test_name_that_is_allowed_may_be_a_pages_own(serve: Serve) -> None:
    client = await serve("{}", allowed_hosts=frozenset({"sandbox.example.com"}))
    for origin in ("https://sandbox.example.com", "https://shop.example"):
        headers = KEY | {"Host": "sandbox.example.com", "Origin": origin}
        assert (await client.get("/rest/common/balance", headers=headers)).status == 200


async def test_refusal_is_told_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    headers = KEY | {"Origin": "http://evil.example", "Host": "evil.example"}
    await client.get("/rest/common/balance", headers=headers)
    assert "GET /rest/common/balance: refused, a page of 'http://evil.example' must not call" in caplog.text
