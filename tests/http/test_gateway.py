"""The way of a request of BSG's API: key, body, journal, and what says which rule decided."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from mock_bsg.http.app import create_app
from mock_bsg.runtime import RUNTIME
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp import ClientResponse

    from mock_bsg.sandbox.journal import Exchange
    from tests.conftest import Client, Serve

KEY = {"X-API-KEY": "test_key"}
INVALID_KEY = {"error": 1, "errorDescription": "Invalid API key"}
NO_FUNCTION = {"error": 4, "errorDescription": "Invalid request or API method does not exist"}
BALANCE = {"error": 0, "errorDescription": "No errors", "amount": "100.0000000", "currency": "EUR", "limit": "7"}


def order(*to: dict[str, Any], **more: Any) -> dict[str, Any]:
    recipients = list(to) or [{"msisdn": "380972920000", "reference": "ext_id_19"}]
    return {"messages": [{"to": recipients, "text": "hello", "alpha_name": "BSG"} | more]}


def journal(client: Client, key: str = "test_key") -> list[Exchange]:
    account = client.app[RUNTIME].accounts.get(key)
    assert account is not None
    return list(account.journal.newest_first())


def rules(answer: ClientResponse) -> list[str]:
    return [unquote(name) for name in answer.headers["X-Mock-BSG-Rule"].split(",")]


# --- keys


@pytest.mark.parametrize("headers", [{}, {"X-API-KEY": ""}, {"X-API-KEY": "   "}])
async def test_missing_or_empty_key_is_error_1(client: Client, headers: dict[str, str]) -> None:
    answer = await client.get("/rest/common/balance", headers=headers)
    assert (answer.status, await answer.json()) == (200, INVALID_KEY)
    assert answer.headers["X-Mock-BSG-Rule"] == "defaults"
    assert len(client.app[RUNTIME].accounts) == 0


async def test_name_of_the_key_header_is_case_insensitive(client: Client) -> None:
    answer = await client.get("/rest/common/balance", headers={"x-Api-kEY": "test_key"})
    assert await answer.json() == BALANCE


async def test_any_key_is_valid_unless_keys_were_given(client: Client, serve: Serve) -> None:
    for key in ("x", "live_key", "тест", "a b", "test_{%/}"):
        assert (await (await client.get("/rest/common/balance", headers={"X-API-KEY": key})).json())["error"] == 0
    strict = await serve("{}", api_keys=frozenset({"test_one"}))
    for key, error in (("test_one", 0), ("test_two", 1), ("TEST_ONE", 1)):
        answer = await strict.get("/rest/common/balance", headers={"X-API-KEY": key})
        assert (await answer.json())["error"] == error
    assert [account.key for account in strict.app[RUNTIME].accounts] == ["test_one"]


async def test_key_chooses_the_scenario(serve: Serve) -> None:
    client = await serve("account: {balance: 5}")
    for key, amount in (
        ("test_documented", "100.0000000"),
        ("live_documented", "100.0000000"),
        ("test_documented.anything-you-like", "100.0000000"),
        ("test_documented-not", "5.0000000"),
        ("documented", "5.0000000"),
        ("test_", "5.0000000"),
        ("test_../documented", "5.0000000"),
    ):
        answer = await client.get("/rest/common/balance", headers={"X-API-KEY": key})
        assert (await answer.json())["amount"] == amount


async def test_keys_are_masked_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mock_bsg"):
        await client.get("/rest/viber/1", headers={"X-API-KEY": "test_0ZeXYZsecret"})
    assert "test_0Ze…" in caplog.text
    assert "secret" not in caplog.text


async def test_source_header_of_phps_client_is_accepted(client: Client) -> None:
    answer = await client.get("/rest/common/balance", headers=KEY | {"X-API-SOURCE": "Magento", "Accept": "text/html"})
    assert await answer.json() == BALANCE


# --- bodies


async def test_body_that_is_too_large_is_413_and_creates_nothing(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    client = await serve("{}", max_body=1_000)
    with caplog.at_level(logging.WARNING, "mock_bsg"):
        answer = await client.post("/rest/viber/create", json=order(text="x" * 2_000), headers=KEY)
    assert answer.status == 413
    assert (await answer.json())["error"] == 5
    assert "--max-body" in caplog.text
    (exchange,) = journal(client)
    assert (exchange.status, exchange.notes) == (413, ("the body was larger than 1000 bytes",))
    answer = await client.post("/rest/viber/create", json=order(), headers=KEY)
    assert (await answer.json())["result"][0]["error"] == 0


async def test_large_body_in_chunks_is_413(serve: Serve) -> None:
    client = await serve("{}", max_body=1_000)

    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 500

    answer = await client.post("/rest/viber/create", data=endless(), headers=KEY)
    assert answer.status == 413


async def test_body_that_is_packed_is_unpacked(client: Client) -> None:
    answer = await client.post("/rest/viber/create", json=order(), headers=KEY, compress="gzip")
    assert (await answer.json())["result"][0]["error"] == 0


async def test_body_that_is_not_packed_as_it_says_is_44(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mock_bsg")
    answer = await client.post("/rest/viber/create", data=b"{}", headers=KEY | {"Content-Encoding": "gzip"})
    assert (answer.status, (await answer.json())["error"]) == (200, 44)
    assert journal(client)[0].notes[0] == "the body is not encoded as its header says"
    assert "the body is not encoded as its header says" in caplog.text
    assert "Traceback" not in caplog.text
    assert (await (await client.get("/rest/common/balance", headers=KEY)).json())["error"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nope",
        b"[]",
        b"null",
        b"5",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"messages": "x"}',
        b'{"messages":[]}',
    ],
)
async def test_body_that_is_no_order_is_44(client: Client, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    answer = await client.post("/rest/viber/create", data=body, headers=KEY)
    assert (answer.status, (await answer.json())["error"]) == (200, 44)
    assert "Traceback" not in caplog.text


async def test_key_that_is_no_utf8_is_read_as_latin_1(client: Client) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"GET /rest/common/balance HTTP/1.0\r\nX-API-KEY: test_\xff\r\n\r\n")
    assert b'"error":0' in await reader.read()
    writer.close()
    await writer.wait_closed()
    assert (await (await client.get("/_mock/accounts/test_%C3%BF")).json())["key"] == "test_ÿ"


# --- accounts


async def test_blocked_account_gets_error_2_from_every_function(serve: Serve) -> None:
    client = await serve("account: {blocked: true}")
    for method, path in (("GET", "/rest/common/balance"), ("POST", "/rest/viber/create"), ("GET", "/rest/viber/1")):
        answer = await client.request(method, path, headers=KEY)
        assert (answer.status, (await answer.json())["error"]) == (200, 2)


async def test_accounts_share_no_references(client: Client) -> None:
    for key in ("test_a", "test_b"):
        answer = await client.post("/rest/viber/create", json=order(), headers={"X-API-KEY": key})
        assert (await answer.json())["result"][0]["id"] == "217"
    answer = await client.post("/rest/viber/create", json=order(), headers={"X-API-KEY": "test_a"})
    assert (await answer.json())["result"] == [
        {"error": 43, "errorDescription": "External ID already exists", "reference": "ext_id_19"}
    ]


@pytest.fixture
async def own_file(aiohttp_client: Any, tmp_path: Path) -> tuple[Client, Path]:
    """A server that runs a scenario out of a folder, and the scenario's file."""
    file = tmp_path / "mine.yaml"
    file.write_text("account: {balance: 5}")
    return await aiohttp_client(create_app(Settings(scenario="mine"), Library([tmp_path]))), file


async def test_scenario_that_became_broken_is_told_in_the_answer_and_the_log(
    own_file: tuple[Client, Path], caplog: pytest.LogCaptureFixture
) -> None:
    client, file = own_file
    file.write_text("sed: 5\nrules: 5")
    answer = await client.get("/rest/common/balance", headers={"X-API-KEY": "test_mine"})
    found = await answer.json()
    assert (answer.status, found["error"]) == (200, 5)
    assert f"{file}:2:8" in found["errorDescription"]
    lines = [line.partition("cannot be used: ")[2].split(": ")[0] for line in caplog.text.splitlines()]
    assert lines == [f"{file}:1:1", f"{file}:2:8"]
    assert "Traceback" not in caplog.text


async def test_scenario_whose_file_has_gone_is_told_and_accounts_that_run_it_go_on(
    own_file: tuple[Client, Path], caplog: pytest.LogCaptureFixture
) -> None:
    client, file = own_file
    assert (await (await client.get("/rest/common/balance", headers=KEY)).json())["amount"] == "5.0000000"
    file.unlink()
    answer = await client.get("/rest/common/balance", headers={"X-API-KEY": "test_other"})
    assert answer.status == 200
    assert "there is no scenario 'mine'" in (await answer.json())["errorDescription"]
    control = await client.post("/_mock/accounts/test_other/clock", json={"advance": "1s"})
    assert (control.status, "Traceback" in caplog.text) == (422, False)
    assert (await (await client.get("/rest/common/balance", headers=KEY)).json())["amount"] == "5.0000000"


# --- what decided


RULES = """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
rules:
  - name: "Київ, 100 % später"
    match: {msisdn: "38044*"}
    viber: {sent: 1s}
  - match: {msisdn: "38050*"}
    viber: {sent: 1s}
  - name: unlucky
    match: {msisdn: "38063*"}
    error: 5
  - name: headers
    match: {msisdn: "38067*"}
    headers: {X-Extra: "1", Retry-After: "7"}
  - name: late
    match: {msisdn: "38068*"}
    delay: 1ms
  - name: teapot
    match: {msisdn: "38091*"}
    status: 418
    headers: {Content-Type: text/plain}
"""


async def test_answer_names_the_rules_that_decided_each_once(serve: Serve) -> None:
    client = await serve(RULES)
    to = [{"msisdn": msisdn} for msisdn in ("380441111111", "380501111111", "380631111111", "1", "380441111112")]
    answer = await client.post("/rest/viber/create", json=order(*to), headers=KEY)
    assert rules(answer) == ["Київ, 100 % später", "rule 2", "unlucky"]
    assert answer.headers["X-Mock-BSG-Rule"].isascii()
    assert journal(client)[0].rules == ("Київ, 100 % später", "rule 2", "unlucky")


async def test_status_names_the_rule_that_decided_the_message(serve: Serve) -> None:
    client = await serve(RULES)
    await client.post("/rest/viber/create", json=order({"msisdn": "380441111111"}), headers=KEY)
    assert rules(await client.get("/rest/viber/1", headers=KEY)) == ["Київ, 100 % später"]


async def test_rule_that_refuses_is_named_where_its_error_is_the_whole_answer(serve: Serve) -> None:
    client = await serve("rules: [{name: no, match: {msisdn: '38063*'}, error: 33, headers: {X-Extra: '1'}}]")
    to = {"msisdn": "380631111111"}
    for path, body in (("/viber/price", order(to)), ("/hlr/check", to)):
        answer = await client.post(f"/rest{path}", json=body, headers=KEY)
        assert await answer.json() == {"error": 33, "errorDescription": "Direction not allowed"}
        assert (rules(answer), answer.headers["X-Extra"]) == (["no"], "1")


async def test_defaults_decide_where_no_rule_does(client: Client) -> None:
    assert rules(await client.get("/rest/common/balance", headers=KEY)) == ["defaults"]
    assert rules(await client.get("/rest/nothing", headers=KEY)) == ["defaults"]
    answer = await client.post("/rest/viber/create", json=order(), headers=KEY)
    assert rules(answer) == ["defaults"]


async def test_rule_adds_headers_and_messages_are_created(serve: Serve) -> None:
    client = await serve(RULES)
    to = [{"msisdn": "380671111111"}, {"msisdn": "380672222222"}, {"msisdn": "380681111111"}]
    answer = await client.post("/rest/viber/create", json=order(*to), headers=KEY)
    assert [entry["id"] for entry in (await answer.json())["result"]] == ["1", "2", "3"]
    assert (answer.headers["X-Extra"], answer.headers["Retry-After"]) == ("1", "7")
    assert rules(answer) == ["headers", "late"]


async def test_fault_that_adds_headers_adds_them_where_a_rule_ends_the_request(serve: Serve) -> None:
    client = await serve(RULES + "faults: [{name: noted, headers: {X-Noted: 'yes'}}]")
    answer = await client.post("/rest/viber/create", json=order({"msisdn": "380911111111"}), headers=KEY)
    assert (answer.status, rules(answer)) == (418, ["teapot"])
    assert (answer.headers["X-Noted"], answer.headers["X-Mock-BSG-Fault"]) == ("yes", "noted")


async def test_error_of_a_fault_looks_like_one_of_bsgs_own(serve: Serve) -> None:
    client = await serve("faults: [{match: {path: '/sms/*'}, error: 11}]")
    answers = [await client.get(path, headers=KEY) for path in ("/rest/sms/1", "/rest/viber/1")]
    assert answers[0].headers["Content-Type"] == answers[1].headers["Content-Type"]


async def test_rule_ends_the_whole_request_with_a_status(serve: Serve) -> None:
    client = await serve(RULES)
    to = [{"msisdn": "380501111111", "reference": "a"}, {"msisdn": "380911111111"}]
    answer = await client.post("/rest/viber/create", json=order(*to), headers=KEY)
    assert (answer.status, answer.content_type, rules(answer)) == (418, "text/plain", ["teapot"])
    (exchange,) = journal(client)
    assert (exchange.status, exchange.rules) == (418, ("teapot",))
    answer = await client.get("/rest/viber/reference/a", headers=KEY)
    assert (await answer.json())["error"] == 40


async def test_recipients_errors_are_explained_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mock_bsg"):
        to = [{"msisdn": "1"}, {"msisdn": "2"}, {"msisdn": "380972920000", "refrence": "a"}]
        await client.post("/rest/viber/create", json=order(*to), headers=KEY)
    assert "2 recipients: error 41, Invalid MSISDN" in caplog.text
    assert "unknown field messages[0].to[2].refrence" in caplog.text


@pytest.mark.past_the_door
async def test_mistake_of_our_own_is_error_5_and_logged(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("mock_bsg.sandbox.account.Account.find", fail)
    answer = await client.get("/rest/viber/217", headers=KEY)
    assert (answer.status, (await answer.json())["error"]) == (200, 5)
    assert "please report it" in caplog.text


async def test_journal_has_the_request_and_its_answer(client: Client) -> None:
    began = time.perf_counter_ns()
    answer = await client.post("/rest/viber/create/?a=b", json=order(), headers=KEY)
    took = (time.perf_counter_ns() - began) / 1000
    (exchange,) = journal(client)
    assert (exchange.number, exchange.method, exchange.path) == (1, "POST", "/rest/viber/create/?a=b")
    assert (exchange.status, exchange.answer) == (200, await answer.read())
    assert b"ext_id_19" in exchange.body
    assert 0 < exchange.duration < took
