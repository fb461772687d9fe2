"""What a scenario says of all answers of BSG's API, seen on the wire: their Content-Type, the code of a missing key."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.http.test_gateway import order

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp import ClientResponse

    from tests.conftest import Client, Receiver, Serve

KEY = {"X-API-KEY": "test_key"}
HTML = "text/html; charset=UTF-8"
ANSWERS = 'answers: {content_type: text/html; charset=UTF-8, missing_key: "1", alt_route_messages: true}\n'
ORDER = order({"msisdn": "447700900001"})


def types(answer: ClientResponse) -> list[str]:
    return answer.headers.getall("Content-Type")


# --- content_type


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/rest/common/balance", 200),
        ("GET", "/rest/common/balance?on=the+long+way", 200),
        ("GET", "/v1.0/viber/217/", 200),
        ("GET", "/rest/hlr/reference/-=__", 200),
        ("POST", "/rest/viber/create", 200),
        ("POST", "/rest/sms/create", 200),
        ("GET", "/rest/nothing", 404),
        ("DELETE", "/rest/viber/create", 404),
        ("GET", "/nowhere", 404),
    ],
)
async def test_every_answer_has_the_content_type_that_the_scenario_says(
    serve: Serve, method: str, path: str, status: int
) -> None:
    client = await serve(ANSWERS)
    answer = await client.request(method, path, headers=KEY)
    assert (answer.status, types(answer)) == (status, [HTML])
    json.loads(await answer.read())


async def test_answer_to_http_1_0_has_it_too(serve: Serve) -> None:
    client = await serve(ANSWERS)
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"GET /rest/common/balance HTTP/1.0\r\nX-API-KEY: test_key\r\n\r\n")
    assert f"\r\nContent-Type: {HTML}\r\n".encode() in await reader.read()
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    "what", ["status: 503", "status: 500", "fault: malformed_response", "fault: truncated_response"]
)
@pytest.mark.parametrize("origin", ["rule", "fault"])
async def test_answers_of_rules_and_faults_have_it(serve: Serve, origin: str, what: str) -> None:
    told = f"rules: [{{{what}}}]" if origin == "rule" else f"faults: [{{{what}}}]"
    answer = await (await serve(ANSWERS + told)).post("/rest/viber/create", json=ORDER, headers=KEY)
    assert types(answer) == [HTML]


@pytest.mark.parametrize("told", ["faults: [{error: 11}]", "faults: [{delay: 1ms}]", "rules: [{headers: {X-A: b}}]"])
async def test_answers_that_are_bsgs_own_all_the_same_have_it(serve: Serve, told: str) -> None:
    answer = await (await serve(ANSWERS + told)).post("/rest/viber/create", json=ORDER, headers=KEY)
    assert types(answer) == [HTML]


@pytest.mark.parametrize("what", ["status: 503, ", "status: 500, ", "fault: malformed_response, ", ""])
@pytest.mark.parametrize("origin", ["rules", "faults"])
async def test_header_of_a_rule_or_fault_wins_over_it(serve: Serve, origin: str, what: str) -> None:
    client = await serve(ANSWERS + f"{origin}: [{{{what}headers: {{content-type: text/plain}}}}]")
    answer = await client.post("/rest/viber/create", json=ORDER, headers=KEY)
    assert types(answer) == ["text/plain"]


async def test_body_that_is_too_large_is_answered_with_it(serve: Serve) -> None:
    client = await serve(ANSWERS, max_body=1_000)
    answer = await client.post("/rest/viber/create", data=b"x" * 2_000, headers=KEY)
    assert (answer.status, types(answer)) == (413, [HTML])


async def test_each_account_has_that_of_its_own_scenario(serve: Serve) -> None:
    client = await serve("{}")
    for key, expected in (("test_as-seen-live", HTML), ("test_other", "application/json; charset=utf-8")) * 2:
        answer = await client.get("/rest/common/balance", headers={"X-API-KEY": key})
        assert types(answer) == [expected]
    await client.put("/_mock/accounts/test_other/scenario", json={"name": "as-seen-live"})
    assert types(await client.get("/rest/common/balance", headers={"X-API-KEY": "test_other"})) == [HTML]


async def test_control_api_answers_as_ever(serve: Serve) -> None:
    client = await serve(ANSWERS)
    for path in ("/_mock/health", "/_mock/accounts/test_nobody", "/_mock/nothing"):
        assert types(await client.get(path)) == ["application/json; charset=utf-8"]


async def test_requests_without_an_account_get_that_of_the_default_scenario(serve: Serve) -> None:
    client = await serve(ANSWERS, api_keys=frozenset({"test_one"}))
    for headers in ({}, {"X-API-KEY": ""}, {"X-API-KEY": "test_two"}):
        assert types(await client.get("/rest/common/balance", headers=headers)) == [HTML]
    assert types(await client.options("/rest/common/balance")) == [HTML]


async def test_key_whose_scenario_is_broken_gets_that_of_the_default_scenario(
    aiohttp_client: Any, tmp_path: Path
) -> None:
    from mock_bsg.http.app import create_app
    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings

    (tmp_path / "broken.yaml").write_text("sed: 5")
    client = await aiohttp_client(create_app(Settings(scenario="as-seen-live"), Library([tmp_path])))
    answer = await client.get("/rest/common/balance", headers={"X-API-KEY": "test_broken"})
    assert (types(answer), json.loads(await answer.read())["error"]) == ([HTML], 5)


async def test_default_scenario_that_became_broken_leaves_what_is_documented(
    aiohttp_client: Any, tmp_path: Path
) -> None:
    from mock_bsg.http.app import create_app
    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings

    file = tmp_path / "mine.yaml"
    file.write_text(ANSWERS)
    client = await aiohttp_client(create_app(Settings(scenario="mine"), Library([tmp_path])))
    assert (await client.get("/rest/common/balance")).content_type == "text/html"
    file.write_text("sed: 5")
    answer = await client.get("/rest/common/balance")
    assert (answer.content_type, (await answer.json())["error"]) == ("application/json", 1)


# --- missing_key


@pytest.mark.parametrize("headers", [{}, {"X-API-KEY": ""}, {"X-API-KEY": "  "}, {"Authorization": "Bearer x"}])
async def test_code_of_a_missing_key_is_written_as_the_default_scenario_says(
    serve: Serve, headers: dict[str, str]
) -> None:
    answer = await (await serve(ANSWERS)).get("/rest/viber/1", headers=headers)
    assert await answer.read() == b'{"error":"1","errorDescription":"Invalid API key"}'
    answer = await (await serve("answers: {missing_key: 1}")).get("/rest/viber/1", headers=headers)
    assert await answer.read() == b'{"error":1,"errorDescription":"Invalid API key"}'


async def test_code_of_an_unknown_key_is_a_number(serve: Serve) -> None:
    client = await serve(ANSWERS, api_keys=frozenset({"test_one"}))
    answer = await client.get("/rest/viber/1", headers={"X-API-KEY": "test_two"})
    assert await answer.read() == b'{"error":1,"errorDescription":"Invalid API key"}'


async def test_other_codes_and_codes_of_rules_stay_numbers(serve: Serve) -> None:
    client = await serve(ANSWERS + "faults: [{match: {path: /sms/*}, error: 1}]")
    for path, code in (("/rest/viber/1", 40), ("/rest/sms/1", 1)):
        assert json.loads(await (await client.get(path, headers=KEY)).read())["error"] == code


# --- alt_route_messages


SMS_TAKES_OVER = (
    ANSWERS
    + """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
prices: {viber: {UA: 0.23}, sms: {UA: 0.023}}
defaults:
  viber: {sent: 1s, undeliverable: 2s}
  sms: {sent: 1s, delivered: 3s}
"""
)
ALT_ROUTE = {"viber": {"alt_route": {"originator": "SHOP", "text": "Ваш заказ"}}}
WHOLE_SMS = {
    "id": "2",
    "time_in": "2017-01-17 09:20:04",
    "time_sent": "2017-01-17 09:20:05",
    "time_dr": "2017-01-17 09:20:07",
    "status": "delivered",
    "price": 0.023,
    "currency": "EUR",
    "message": "Ваш заказ",
    "sender": "SHOP",
}


async def told_after(client: Client, wait: str) -> dict[str, Any]:
    await client.post("/_mock/accounts/test_key/clock", json={"advance": wait})
    found: dict[str, Any] = json.loads(await (await client.get("/rest/viber/1", headers=KEY)).read())
    return found


async def test_status_of_a_message_that_was_passed_on_lists_its_sms_whole(serve: Serve) -> None:
    client = await serve(SMS_TAKES_OVER)
    await client.post("/rest/viber/create", json=order(options=ALT_ROUTE), headers=KEY)
    assert "alt_route_messages" not in await told_after(client, "1s")
    begun = await told_after(client, "1s")
    assert begun["alt_route_messages"] == [WHOLE_SMS | {"status": "scheduled", "time_sent": None, "time_dr": None}]
    done = await told_after(client, "5s")
    assert list(done)[-2:] == ["alt_route", "alt_route_messages"]
    assert done["alt_route"] == [{"channel": "sms", "id": "2", "status": "delivered", "price": "0.023"}]
    assert list(done["alt_route_messages"][0].items()) == list(WHOLE_SMS.items())


async def test_reports_list_it_too(serve: Serve, receiver: Receiver) -> None:
    client = await serve(SMS_TAKES_OVER)
    await client.post("/rest/viber/create", json=order(options=ALT_ROUTE, callback_url=receiver.url), headers=KEY)
    await told_after(client, "10s")
    assert receiver.statuses == ["sent", "undeliverable"]
    assert "alt_route_messages" not in receiver.reports[0]
    assert receiver.reports[1]["alt_route_messages"][0]["id"] == "2"


async def test_without_a_word_of_the_scenario_no_status_lists_it(serve: Serve) -> None:
    client = await serve(SMS_TAKES_OVER.replace("alt_route_messages: true", "alt_route_messages: false"))
    await client.post("/rest/viber/create", json=order(options=ALT_ROUTE), headers=KEY)
    told = await told_after(client, "10s")
    assert "alt_route" in told
    assert "alt_route_messages" not in told


# --- status 500


@pytest.mark.parametrize("origin", ["rules", "faults"])
async def test_status_500_says_what_bsg_says(serve: Serve, origin: str) -> None:
    answer = await (await serve(f"{origin}: [{{status: 500}}]")).post("/rest/viber/create", json=ORDER, headers=KEY)
    assert (answer.status, types(answer)) == (500, ["application/json; charset=utf-8"])
    assert await answer.json() == {"code": 500, "message": "An internal error occurred"}


async def test_other_statuses_come_from_what_stands_before_bsg(serve: Serve) -> None:
    for status in (429, 501, 502, 503):
        client = await serve(f"faults: [{{status: {status}}}]")
        answer = await client.get("/rest/viber/1", headers=KEY)
        assert (answer.status, answer.content_type) == (status, "text/html")
        assert (await answer.text()).startswith(f"<html><body><h1>{status} ")
