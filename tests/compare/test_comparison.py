"""A run asks what was announced and nothing else, and tells of each question what came of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from mock_bsg.compare.comparison import Comparison, StoppedError
from mock_bsg.compare.exchanges import DRAMA_NUMBERS
from mock_bsg.compare.target import Target
from tests.compare.conftest import KEY, ONE_API_KEY, QUICK, compare, compare_both, decisions, whys

if TYPE_CHECKING:
    from tests.compare.conftest import Open, Recorder


NO_MESSAGES = "one-messages: the list is empty there"
"""What is told of a new account in a sandbox: nothing has been sent with its key."""


@pytest.mark.parametrize("one_api_key", ["", KEY], ids=["v1", "both"])
async def test_a_plain_sandbox_is_as_assumed_in_everything(sandbox: Open, one_api_key: str) -> None:
    run = await compare(await sandbox(), one_api_key=one_api_key)

    assert whys(run) == ""
    assert set(decisions(run).values()) == {"as assumed"}
    assert len(run.findings) == len(run.questions)


async def test_a_sandbox_with_keys_of_its_own_is_as_assumed_too(sandbox: Open) -> None:
    run = await compare_both(await sandbox(api_keys=frozenset({KEY, ONE_API_KEY})))

    assert whys(run) == NO_MESSAGES
    assert {decision for name, decision in decisions(run).items() if name != "one-messages"} == {"as assumed"}


async def test_without_a_key_of_it_the_one_api_is_not_asked(sandbox: Open, recorder: Recorder) -> None:
    run = await compare(await sandbox())

    assert len(recorder.requests) == len(run.exchanges)
    assert [path for _, path, _, _ in recorder.requests if not path.startswith(("/rest/", "/v1.0/"))] == []
    assert [name for name in decisions(run) if name.startswith("one-")] == []


async def test_what_is_sent_is_what_was_planned(sandbox: Open, recorder: Recorder) -> None:
    run = await compare_both(await sandbox())

    def as_planned(text: str) -> str:
        return re.sub(r"000\d+$|(?<=task/)\d{1,3}$", "…", text)

    planned = [(each.method, as_planned(re.sub(r"(000)?{\w+}", "…", each.path))) for each in run.exchanges]
    assert [(method, as_planned(path)) for method, path, _, _ in recorder.requests] == planned
    for exchange, (_, _, headers, body) in zip(run.exchanges, recorder.requests, strict=True):
        content = re.escape((exchange.content or b"").decode()).replace(r"\{id\}", r"\d+")
        for name, filling in ((r"\{api_key\}", re.escape(ONE_API_KEY)), (r"\{wrong_key\}", r"test_wrong\w+")):
            content = content.replace(name, filling)
        assert re.fullmatch(content, body.decode()), exchange.about
        shown = {"given": KEY, "none": None, "empty": "", "wrong": headers.get("X-API-KEY")}[exchange.key]
        assert headers.get("X-API-KEY") == (shown if exchange.api == "v1" else None)
        assert "Authorization" not in headers or exchange.api == "one"
        assert KEY not in str({name: value for name, value in headers.items() if name.upper() != "X-API-KEY"})
        assert ONE_API_KEY not in str(headers)
        assert ONE_API_KEY.encode() not in body or exchange.is_login
        assert KEY.encode() not in body
        assert {name.lower() for name in headers} <= {
            "host",
            "user-agent",
            "accept-encoding",
            "x-api-key" if exchange.api == "v1" else "authorization",
            "content-type",
            "content-length",
            "connection",
            *(name.lower() for name, _ in exchange.headers),
        }


async def test_as_many_are_created_as_was_announced(sandbox: Open) -> None:
    created = 0

    def count(body: bytes) -> int:
        entries = json.loads(body).get("result", [])
        return sum(each.get("error") == 0 for each in (entries if isinstance(entries, list) else [entries]))

    run = await compare_both(await sandbox())
    for exchange in run.exchanges:
        if exchange.path.endswith("/create") and exchange.method == "POST":
            created += count(run.answer_to(exchange).body)

    assert created == sum(exchange.creates for exchange in run.exchanges)
    assert created < sum(exchange.most_created for exchange in run.exchanges)


@pytest.mark.parametrize("numbers", [DRAMA_NUMBERS, ("380501234567",), ("380501234567", "4915112345678")])
async def test_only_numbers_of_the_drama_range_or_given_ones_are_sent_to(
    sandbox: Open, recorder: Recorder, numbers: tuple[str, ...]
) -> None:
    await compare_both(await sandbox(), numbers=numbers)

    sent = {
        number
        for _, path, _, body in recorder.requests
        if not path.endswith(("/getStatus", "/auth/login"))
        for number in re.findall(r"\d{8,}", re.sub(r'"reference":"[^"]*"', "", body.decode()))
    }
    others = {number for number in sent - set(numbers) if not re.fullmatch(r"447700900\d*", number)}
    assert others == set()


async def test_what_answers_otherwise_differs_and_is_shown(sandbox: Open) -> None:
    url = await sandbox(
        text="""
        faults:
          - {match: {path: /common/balance, method: PATCH}, status: 501}
          - {match: {path: /viber/prices}, status: 500}
          - {match: {path: /common/tariff}, headers: {Content-Type: text/html; charset=UTF-8}}
          - {match: {path: "/viber/reference/never*"}, headers: {Content-Type: text/html; charset=UTF-8}}
          - {match: {path: "/sms/reference/*"}, error: 40}
        """
    )
    run = await compare(url)

    differing = {name for name, decision in decisions(run).items() if decision == "differs"}
    assert differing == {"price-types", "other-methods", "content-type", "sms-not-found"}
    assert "other-methods: HTTP status: seen 501; the sandbox says 404" in whys(run)
    assert "sms-not-found: error: seen the number 40; the sandbox says the number 20" in whys(run)
    assert 'Content-Type: seen "text/html; charset=UTF-8"; the sandbox says "application/json; charset=utf-8"' in whys(
        run
    )


async def test_a_sandbox_as_bsg_was_seen_differs_in_what_was_seen(sandbox: Open) -> None:
    run = await compare(await sandbox("as-seen-live"))

    assert {name for name, decision in decisions(run).items() if decision != "as assumed"} == {
        "missing-key",
        "empty-key",
        "content-type",
    }


async def test_a_content_type_alone_is_one_difference(sandbox: Open) -> None:
    run = await compare(await sandbox(text='answers: {content_type: "text/json"}'))

    assert {name for name, decision in decisions(run).items() if decision != "as assumed"} == {"content-type"}


async def test_an_account_without_money_or_sender_says_nothing_about_what_is_asked(sandbox: Open) -> None:
    poor = await compare_both(await sandbox(text="account: {balance: 0}"))
    unknown = await compare_both(await sandbox(text="account: {senders: [SHOP]}"))

    assert decisions(poor)["viber-fields"] == "cannot tell"
    assert "viber-fields: a message: error 8, there is not enough money" in whys(poor)
    assert "viber-fields: its status: not asked: a message was not created there (error 8)" in whys(poor)
    assert "viber-options: error 45, the sender is not registered" in whys(unknown)
    assert "differs" not in {*decisions(poor).values(), *decisions(unknown).values()}


@pytest.mark.parametrize("scenario", ["insufficient-funds", "random", "slow-delivery", "not-on-viber"])
async def test_any_scenario_is_told_of_to_the_end(sandbox: Open, scenario: str) -> None:
    run = await compare_both(await sandbox(scenario))

    assert len(run.findings) == len(run.questions)
    assert decisions(run)["price-types"] == "as assumed"


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"api_keys": frozenset({"test_another"})}, "the key is refused: error 1, Invalid API key"),
        ({"scenario": "blocked-account"}, "the key is refused: error 2, Account blocked"),
    ],
)
async def test_a_key_that_is_refused_ends_the_run_after_one_request(
    sandbox: Open, recorder: Recorder, settings: dict[str, object], complaint: str
) -> None:
    with pytest.raises(StoppedError, match=complaint) as stopped:
        await compare_both(await sandbox(**settings))

    assert stopped.value.is_refused
    assert len(recorder.requests) == 1


async def html(_: web.Request) -> web.Response:
    return web.Response(text="<html>Maintenance\x1b[2J</html>", content_type="text/html")


async def test_what_speaks_html_ends_the_run_after_one_request(other: Open, recorder: Recorder) -> None:
    with pytest.raises(StoppedError, match=r"does not speak BSG's API \(no JSON\): HTTP 200 text/html") as stopped:
        await compare(await other(html, is_good_at_first=False))

    assert not stopped.value.is_refused
    assert "\x1b" not in str(stopped.value)
    assert len(recorder.requests) == 1


async def test_what_speaks_html_later_cannot_be_told(other: Open) -> None:
    run = await compare(await other(html))

    # A page says nothing about BSG's answers; how browsers are answered is often told by what stands in front.
    assert {name for name, decision in decisions(run).items() if decision == "as assumed"} == {"cross-origin"}
    assert "missing-key: no JSON came: HTTP 200 text/html" in whys(run)
    assert "\x1b" not in whys(run)


async def test_ids_from_the_other_side_are_numbers_or_nothing(other: Open, recorder: Recorder) -> None:
    async def lie(_: web.Request) -> web.Response:
        return web.json_response({"result": [{"error": 0, "id": "../../exports/file"}], "task_id": {"a": 1}})

    run = await compare(await other(lie))

    assert "an id with zeros" not in [path for _, path, _, _ in recorder.requests]
    assert "not asked: a message was answered without id" in whys(run)
    assert not any("exports" in path for _, path, _, _ in recorder.requests)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b'{"error":NaN}',
        b'{"error":"\\ud800"}',
        b'{"result":[null,1,[],"x"]}',
        b"[]",
        b"null",
        b'{"error":{"error":0}}',
        b'{"error":' + b"9" * 5_000 + b"}",
        b"\xff\xfe",
        b"",
        b'{"prices":[],"result":{},"error":true}',
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_whatever_comes_is_told_of_in_lines_that_can_be_printed(other: Open, body: bytes) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    run = await compare_both(await other(answer))

    assert len(run.findings) == len(run.questions)
    assert all(line.isprintable() and len(line) < 1000 for line in whys(run).splitlines())


async def test_each_run_has_references_of_its_own() -> None:
    one, two = (Comparison(Target("http://127.0.0.1:1", KEY), QUICK) for _ in range(2))

    assert {each.content for each in one.exchanges if b'"reference":' in (each.content or b"")}.isdisjoint(
        {each.content for each in two.exchanges}
    )
