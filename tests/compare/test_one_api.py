"""The One API is asked with the token that a key is answered with, and every kind of difference is told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from mock_bsg.compare import report
from tests.compare.conftest import KEY, ONE_API_KEY, compare_both, decisions, whys

if TYPE_CHECKING:
    from pathlib import Path

    from mock_bsg.compare.comparison import Comparison
    from tests.compare.conftest import Doctor, Open, Recorder

TOKEN = "opaque/token+of-nobody=0123456789"


def of_one_api(run: Comparison) -> dict[str, str]:
    return {name: decision for name, decision in decisions(run).items() if name.startswith("one-")}


def differing(run: Comparison) -> set[str]:
    return {name for name, decision in decisions(run).items() if decision == "differs"}


def replacing(path: str, *edits: tuple[str, str], status: int | None = None) -> Doctor:
    """Change texts in what a path answers, or its status."""

    def doctor(request: web.Request, response: web.Response) -> web.Response:
        if request.path != path:
            return response
        assert isinstance(response.body, bytes)
        text = response.body.decode()
        for old, new in edits:
            assert old in text or response.status >= 400
            text = text.replace(old, new)
        return web.Response(status=status or response.status, headers=response.headers, text=text)

    return doctor


def told(run: Comparison) -> str:
    return "\n".join(line for finding in run.findings for line in report.tell(finding))


def written(run: Comparison, folder: Path) -> str:
    report.write_report(run, folder / "report.md")
    report.write_report(run, folder / "report.json")
    return (folder / "report.md").read_text() + (folder / "report.json").read_text()


async def test_the_token_that_came_for_the_key_is_shown_and_the_key_only_to_log_in(
    sandbox: Open, recorder: Recorder
) -> None:
    await compare_both(await sandbox())

    asked = [each for each in recorder.requests if each[1].startswith("/api/")]
    shown = {headers["Authorization"] for _, _, headers, _ in asked if "Authorization" in headers}
    assert [path for _, path, _, body in asked if ONE_API_KEY.encode() in body] == ["/api/auth/login"]
    assert not any("X-API-KEY" in headers for _, _, headers, _ in asked)
    assert len(shown) == 3  # the token, a malformed one, a forged one
    assert len([each for each in shown if each.startswith("Bearer eyJ")]) == 2


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("error: 1", "the key does not log in to the One API: HTTP 401, Invalid JWT Token"),
        ("error: 2", "the key does not log in to the One API: HTTP 403, Account blocked"),
        ("status: 500", "the key does not log in to the One API: HTTP 500, Internal Server Error"),
        ("status: 503", "logging in to the One API: HTTP 503, and it does not say for how long"),
        (
            "status: 302, headers: {Location: 'https://bsg.world/'}",
            "logging in to the One API: HTTP 302, a redirect to https://bsg.world/, which is not followed",
        ),
        ("fault: malformed_response", "logging in to the One API gave no token: HTTP 200"),
    ],
)
async def test_a_key_that_does_not_log_in_leaves_the_one_api_unasked(
    sandbox: Open, recorder: Recorder, fault: str, why: str
) -> None:
    run = await compare_both(await sandbox(text=f"faults: [{{match: {{path: /api/auth/login}}, {fault}}}]"))

    assert set(of_one_api(run).values()) == {"cannot tell"}
    assert {decision for name, decision in decisions(run).items() if name not in of_one_api(run)} == {"as assumed"}
    assert [path for _, path, _, _ in recorder.requests if path.startswith("/api/")] == ["/api/auth/login"]
    assert f"one-balance: not asked: {why}" in whys(run)


async def test_a_connection_that_is_closed_at_the_login_leaves_the_one_api_unasked(
    sandbox: Open, recorder: Recorder
) -> None:
    def doctor(request: web.Request, response: web.Response) -> web.Response:
        if request.path.startswith("/api/"):
            assert request.transport is not None
            request.transport.close()
        return response

    run = await compare_both(await sandbox(doctor=doctor))

    assert set(of_one_api(run).values()) == {"cannot tell"}
    assert differing(run) == set()
    assert "one-balance: not asked: logging in to the One API: the connection was closed without an answer" in whys(run)
    assert len([path for _, path, _, _ in recorder.requests if path.startswith("/api/")]) == 1


async def test_a_token_that_expires_meanwhile_is_no_difference(sandbox: Open) -> None:
    run = await compare_both(await sandbox(text="faults: [{match: {path: /api/senders}, error: 1}]"))

    assert of_one_api(run)["one-senders-type"] == of_one_api(run)["one-senders"] == "cannot tell"
    assert differing(run) == set()
    assert "one-senders: HTTP 401, Invalid JWT Token" in whys(run)


@pytest.mark.parametrize(
    ("doctor", "name", "why"),
    [
        (
            replacing("/api/auth/login", ('"bearer"', '"data":{},"bearer"')),
            "one-login",
            "data: seen an object (); the sandbox has no such field",
        ),
        (
            replacing("/api/compare/nothing", status=400),
            "one-unknown-path",
            "an unknown path: HTTP status: seen 400; the sandbox says 404",
        ),
        (
            replacing("/api/campaigns/9999999", ("Model not found", "Campaign not found")),
            "one-unknown-campaign",
            'an unknown campaign: message: seen "Campaign not found"; the sandbox says "Model not found"',
        ),
        (
            replacing("/api/senders", ("should not be blank", "is required")),
            "one-senders-type",
            'errors.type[0]: seen "This value is required."; the sandbox says "This value should not be blank."',
        ),
        (
            replacing("/api/messages", ("pagelimit", "limit")),
            "one-page-limit",
            "a page of 14: errors.pagelimit: not there; the sandbox has it",
        ),
        (
            replacing(
                "/api/2fa/authentications/templates",
                ('["The variable', '[{"message":"The variable'),
                ('text"]', 'text"}]'),
            ),
            "one-template-text",
            "errors[0]: seen an object (message)",
        ),
        (
            replacing("/api/accounts/tariff", ('"code":1', '"code":"1"')),
            "one-tariffs",
            'data[1].code: seen "0"; the sandbox says the number 0',
        ),
        (
            replacing("/api/accounts/tariff", ('"total":10', '"total":10,"page":1')),
            "one-tariffs-page",
            "page: seen the number 0; the sandbox has no such field",
        ),
        (
            replacing("/api/campaigns/price", ('"price":', '"amount":1,"price":')),
            "one-campaign-price",
            "amount: seen the number 0; the sandbox has no such field",
        ),
        (
            replacing("/api/messages/send", ('"id":null', '"id":41')),
            "one-dry-run",
            "data.id: seen the number 41; the sandbox says null",
        ),
        (
            replacing("/api/messages/send", ('"validity":1,', '"validity":72,')),
            "one-validity",
            "data.validity: seen the number 72; the sandbox says the number 1",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) and each.startswith("one-") else "",
)
async def test_what_is_answered_otherwise_differs(sandbox: Open, doctor: Doctor, name: str, why: str) -> None:
    run = await compare_both(await sandbox(doctor=doctor))

    assert name in differing(run)
    assert f"{name}: {why}" in whys(run)
    assert all(each.startswith("one-") for each in differing(run))


async def test_a_wrong_method_is_answered_with_those_that_are_right(sandbox: Open) -> None:
    def doctor(_: web.Request, response: web.Response) -> web.Response:
        response.headers.pop("Allow", None)
        return response

    run = await compare_both(await sandbox(doctor=doctor))

    assert differing(run) == {"one-wrong-method"}
    assert "one-wrong-method: Allow: seen none; the sandbox says GET" in whys(run)


async def test_an_older_token_that_is_void_after_a_new_one_differs(sandbox: Open) -> None:
    refreshed = False

    def doctor(request: web.Request, response: web.Response) -> web.Response:
        nonlocal refreshed
        is_void, refreshed = refreshed, refreshed or request.path == "/api/auth/refresh"
        return web.json_response({"code": 401, "message": "Expired JWT Token"}, status=401) if is_void else response

    run = await compare_both(await sandbox(doctor=doctor))

    assert differing(run) == {"one-refresh"}
    assert "one-refresh: the balance with the older token: HTTP status: seen 401; the sandbox says 200" in whys(run)


async def test_an_account_with_nothing_to_list_says_nothing_about_rows(sandbox: Open) -> None:
    def doctor(request: web.Request, response: web.Response) -> web.Response:
        if request.path == "/api/messages" and response.status == 200:
            page = {"page": {"limit": 15, "offset": 0, "total": 0}}
            return web.json_response({"data": [], "meta": page})
        return response

    run = await compare_both(await sandbox(doctor=doctor))

    assert of_one_api(run)["one-messages"] == "cannot tell"
    assert of_one_api(run)["one-messages-page"] == "as assumed"
    assert "one-messages: the list is empty there" in whys(run)


async def test_nobody_learns_from_a_report_what_an_account_has(sandbox: Open, tmp_path: Path) -> None:
    row = {
        "text": "Ваш пароль 4711",
        "phone": 380501234567,
        "sender": "SECRETSHOP",
        "reference_id": "order4711",
        "balance": 12345.67,
    }

    def doctor(request: web.Request, response: web.Response) -> web.Response:
        assert isinstance(response.body, bytes)
        if request.method != "GET" or not request.path.startswith("/api/") or response.status != 200:
            return response
        told: Any = json.loads(response.body)
        rows = told["data"]["list"] if "list" in told["data"] else told["data"]
        rows.insert(0, row) if isinstance(rows, list) else rows.update(row)
        return web.json_response(told)

    run = await compare_both(await sandbox(doctor=doctor))

    assert {"one-balance", "one-messages", "one-senders", "one-templates", "one-tariffs"} <= differing(run)
    for shown in (written(run, tmp_path), told(run)):
        assert "xxx xxxxxx 0000" in shown
        for secret in ("4711", "пароль", "380501234567", "SECRETSHOP", "12345"):
            assert secret not in shown


@pytest.mark.parametrize(
    "answer",
    [
        {"bearer": TOKEN},
        {"bearer": f"eyJ0eXAi.{TOKEN[7:]}"},
        {"data": {"token": TOKEN}},
        {"bearer": TOKEN, "refresh": TOKEN[::-1]},
    ],
    ids=["opaque", "web-token", "elsewhere", "two"],
)
async def test_no_report_has_a_token_or_a_key_in_it(other: Open, tmp_path: Path, answer: dict[str, Any]) -> None:
    async def echo(request: web.Request) -> web.Response:
        if request.path == "/api/auth/login":
            return web.json_response(answer)
        said = [request.headers.get("Authorization", ""), request.headers.get("X-API-KEY", "")]
        keys = f"{KEY} {ONE_API_KEY}"
        return web.json_response(
            {"error": 99, "errorDescription": keys, "message": " ".join(said)}, headers={"Allow": keys}
        )

    run = await compare_both(await other(echo))

    assert differing(run)
    for shown in (written(run, tmp_path), told(run)):
        assert re.search(r"of-nobody|0123456789|9876543210", shown) is None
        assert "test_0Ze… test_9Wv…" in shown
        assert "secret" not in shown
        assert "hidden" not in shown


async def test_a_key_that_logging_in_repeats_is_masked(sandbox: Open, tmp_path: Path) -> None:
    def doctor(request: web.Request, response: web.Response) -> web.Response:
        if request.path == "/api/auth/login" and response.status == 200:
            return web.json_response({"message": f"{ONE_API_KEY} is none, {KEY} is"}, status=401)
        return response

    run = await compare_both(await sandbox(doctor=doctor))

    assert "the key does not log in to the One API: HTTP 401, test_9Wv… is none, test_0Ze… is" in whys(run)
    for shown in (written(run, tmp_path), told(run)):
        assert "secret" not in shown
        assert "hidden" not in shown


async def test_a_key_of_one_api_that_the_other_tells_is_masked(other: Open, tmp_path: Path) -> None:
    async def tell(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"https://bsg.example/{ONE_API_KEY}/{KEY}"})

    run = await compare_both(await other(tell))

    assert "viber-fields: a message: HTTP 302, a redirect to https://bsg.example/test_9Wv…/test_0Ze…" in whys(run)
    assert "secret" not in written(run, tmp_path) + told(run)
    assert "hidden" not in written(run, tmp_path) + told(run)


async def test_a_report_says_which_key_was_whose(sandbox: Open, tmp_path: Path) -> None:
    run = await compare_both(await sandbox())
    url = run.target.url

    assert f"`{url}`, key `test_0Ze…`, One API `{url}`, key `test_9Wv…`, mock_bsg " in written(run, tmp_path)
    found = json.loads((tmp_path / "report.json").read_text())
    assert [found[name] for name in ("key", "one_api_url", "one_api_key")] == ["test_0Ze…", url, "test_9Wv…"]
