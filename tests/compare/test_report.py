"""A report can be pasted anywhere: it has no key in it, and what came from outside means nothing in it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from mock_bsg.compare import report
from mock_bsg.compare.answers import Answer, Mask, printable
from tests.compare.conftest import KEY, compare

if TYPE_CHECKING:
    from pathlib import Path

    from mock_bsg.compare.comparison import Comparison
    from tests.compare.conftest import Open

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


async def run_against_an_echo(other: Open, key: str = KEY) -> Comparison:
    async def echo(request: web.Request) -> web.Response:
        given = request.headers.get("X-API-KEY", "")
        return web.json_response({"error": 99, "errorDescription": f"`| @all <b>\x1b[2J```\n# {given}\u202e"})

    return await compare(await other(echo), key=key)


def written(run: Comparison, path: Path) -> str:
    report.write_report(run, path, AT)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["report.md", "report.json", "report.JSON", "report"])
@pytest.mark.parametrize("key", [KEY, 'test_a"secret\\b', "test_%41<secret>&", "test_a/secret+b"])
async def test_no_report_has_the_key_in_it(other: Open, tmp_path: Path, name: str, key: str) -> None:
    run = await run_against_an_echo(other, key)
    path = tmp_path / name
    text = written(run, path)

    secret = key[-6:]
    told = [line for finding in run.findings for line in report.tell(finding)]
    for shown in (text, json.dumps(json.loads(text)) if path.suffix.lower() == ".json" else "", *told):
        assert secret not in shown
        assert json.dumps(secret)[1:-1] not in shown
    assert "# test_" in text.replace("\\n", "")


async def test_markdown_keeps_foreign_text_in_code(other: Open, tmp_path: Path) -> None:
    text = written(await run_against_an_echo(other), tmp_path / "report.md")

    assert text.startswith("# mock-bsg compare\n\n`http://127.0.0.1:")
    assert "\x1b" not in text
    assert "\u202e" not in text
    outside = [line for line in text.splitlines() if "@all" in line and not line.startswith(("- ``", "seen: "))]
    assert outside == []
    assert "| differs | unknown-function | What is the body of a 404? |" in text


async def test_json_has_the_same_in_fields(other: Open, tmp_path: Path) -> None:
    run = await run_against_an_echo(other)
    found = json.loads(written(run, tmp_path / "report.json"))

    assert found["url"] == run.target.url
    assert [name for name in found if name.startswith("one_api")] == []
    assert found["key"] == "test_0Ze…"
    assert found["at"] == "2026-03-01 12:00:00 UTC"
    assert found["is_complete"]
    assert [each["id"] for each in found["findings"]] == [question.id for question in run.questions]
    differing = next(each for each in found["findings"] if each["id"] == "unknown-function")
    assert differing["decision"] == "differs"
    assert differing["exchanges"][0]["request"] == "GET /rest/compare/nothing"
    assert differing["exchanges"][0]["sandbox"].startswith("HTTP 404 application/json")


@pytest.mark.parametrize("name", ["report.md", "report.json"])
async def test_a_report_tells_nobody_what_an_account_has_or_whose_numbers_were_used(
    other: Open, tmp_path: Path, name: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"error": 99, "amount": "1234.5000000", "limit": 77, "msisdn": "380501234567"})

    run = await compare(await other(answer), numbers=("380501234567",))
    text = written(run, tmp_path / name)

    assert "1234.5" not in text
    assert "0000.0000000" in text
    assert re.search(r"limit\W{1,4}77", text) is None
    assert re.search(r"limit\W{1,4}00", text) is not None
    assert "380501234567" not in text
    assert "38050…" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\r\nb\u2028c", "a\\r\\nb\\u2028c"),
        ("\u202eevil\x9b", "\\u202eevil\\x9b"),
        ("\ud800", "\\ud800"),
        ("Привіт", "Привіт"),
        ("x" * 500, "x" * 300 + "…"),
    ],
)
def test_foreign_text_is_one_short_line(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_an_answer_is_shown_in_one_line() -> None:
    answer = Answer(200, {"Content-Type": "text/html\x00"}, b"\xff\n{}")

    assert answer.describe() == "HTTP 200 text/html\\x00: \ufffd\\n{}"
    assert Answer(problem="no answer").describe() == "no answer"


def test_a_mask_knows_how_a_key_may_be_written() -> None:
    mask = Mask('test_"a b/c')

    assert mask.hide('test_"a b/c') == 'test_"a …'
    assert mask.hide('"test_\\"a b/c" "test_\\"a b\\/c"') == '"test_\\"a …" "test_\\"a …"'
    assert mask.hide("test_%22a%20b/c test_%22a%20b%2Fc test_%22a+b%2Fc") == (
        "test_%22a%20%E2%80%A6 test_%22a%20%E2%80%A6 test_%22a+%E2%80%A6"
    )
    assert mask.hide("test_&quot;a b/c") == "test_&quot;a …"
    assert mask.hide_in(b'\xff"test_\\"a b/c"') == b'\xff"test_\\"a \xe2\x80\xa6"'


def test_a_mask_hides_several_keys_the_longer_first() -> None:
    mask = Mask("test_abcdef", "test_abcdefghij", "test_9Wvhidden")

    assert mask.hide("test_abcdefghij test_abcdef test_9Wvhidden") == "test_abc… test_abc… test_9Wv…"
    assert mask.hide_in(b"test_9Wvhidden test_abcdef") == "test_9Wv… test_abc…".encode()


async def test_a_key_that_is_cut_in_its_middle_is_hidden_whole(other: Open) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"error": "x" * 270 + request.headers.get("X-API-KEY", "")})

    run = await compare(await other(echo), key="test_abcdefghijklmnopqrstuvwxyz")

    assert not any("defg" in line for finding in run.findings for line in report.tell(finding))
