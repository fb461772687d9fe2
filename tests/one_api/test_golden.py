"""Exchanges of the One API come out as written down, fields in their order: the files in tests/golden/one_api."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.one_api.functions import FUNCTIONS
from tests.one_api.conftest import log_in
from tests.one_api.described import check_answer, function_of, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Serve

GOLDEN = sorted((Path(__file__).parent.parent / "golden" / "one_api").glob("*.json"))
START = {"clock": {"start": "2026-02-03T04:05:06Z", "manual": True}}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def exchanges() -> Iterator[dict[str, Any]]:
    for path in GOLDEN:
        yield from (each for each in read(path)["steps"] if "request" in each)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
async def test_exchanges_come_out_as_written_down(serve: Serve, path: Path) -> None:
    golden = read(path)
    settings = {name: frozenset(values) for name, values in golden.get("settings", {}).items()}
    client = await serve(json.dumps(START | golden.get("scenario", {})), **settings)
    api = await log_in(client)
    for step in golden["steps"]:
        if "advance" in step:
            await api.advance(step["advance"])
            continue
        request = step["request"]
        headers = api.headers if request.get("token", True) is True else {}
        if isinstance(request.get("token"), str):
            headers = {"Authorization": f"Bearer {request['token']}"}
        body = request.get("text", json.dumps(request["body"]) if "body" in request else None)
        answer = await client.request(request["method"], request["path"], data=body, headers=headers)
        text = await answer.read()
        assert (answer.status, in_order(json.loads(text))) == (step["status"], in_order(step["answer"])), request
        assert answer.content_type == "application/json"
        check_answer(request["method"], request["path"], answer.status, text)


def test_every_function_has_an_exchange_that_went_well() -> None:
    shown = {
        function.operation
        for each in exchanges()
        if each["status"] < 300
        if (function := function_of(each["request"]["method"], each["request"]["path"]))
    }
    assert {function.operation for function in FUNCTIONS} - shown == set()


def test_every_form_of_a_refusal_is_shown() -> None:
    answers = [(each["status"], each["answer"]) for each in exchanges()]
    texts = {answer["message"] for status, answer in answers if status == 401}
    assert texts == {"JWT Token not found", "Invalid JWT Token", "Expired JWT Token", "Invalid credentials."}
    assert {status for status, _ in answers} >= {400, 401, 403, 404, 405, 422, 429}
    errors = [answer["errors"] for status, answer in answers if status == 422]
    assert {type(each) for each in errors} == {list, dict}
    assert [] in errors
    assert "TwoFA Service error." in {answer["message"] for status, answer in answers if status == 422}
    assert {"Model not found", "Not found", "TwoFA Service error."} == {
        answer["message"] for status, answer in answers if status == 404
    }
