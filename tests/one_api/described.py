"""Holds answers of the One API against their description: fields, types and order."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from mock_bsg.domain.paths import is_of_one_api
from mock_bsg.one_api.answer_models import ANSWERS
from mock_bsg.one_api.dialect import BROKEN_JSON
from mock_bsg.one_api.functions import find_function
from mock_bsg.one_api.refusal_models import REFUSALS
from mock_bsg.one_api.refusals import Refusal
from mock_bsg.sandbox.account import DEFAULTS

if TYPE_CHECKING:
    from mock_bsg.one_api.call import Function
    from mock_bsg.sandbox.account import Account


@cache
def reader(operation: str | int) -> TypeAdapter[Any]:
    """The reader of a function's success, or of what comes with an HTTP status."""
    return TypeAdapter(ANSWERS[operation] if isinstance(operation, str) else REFUSALS[operation])


def in_order(value: Any) -> Any:
    """The value with its objects as lists of pairs, so that the order of fields counts when it is compared."""
    if isinstance(value, dict):
        return [(name, in_order(inner)) for name, inner in value.items()]
    return [in_order(inner) for inner in value] if isinstance(value, list) else value


def function_of(method: str, path: str) -> Function | None:
    """The function that a request asks for; None if there is none."""
    try:
        return find_function(method, path)[0]
    except Refusal:
        return None


def check_answer(method: str, path: str, status: int, answer: bytes) -> None:
    """Hold one answer against what is described."""
    function = function_of(method, path)
    if status < 400:
        assert function is not None, f"{method} {path} is no function, and was answered with {status}"
        assert status == function.status, f"{method} {path}: {status}"
    else:
        assert status in REFUSALS, f"{method} {path}: {status} is not described: {answer.decode()}"
    described = reader(function.operation if function is not None and status < 400 else status)
    as_described = described.dump_python(described.validate_json(answer))
    assert in_order(json.loads(answer)) == in_order(as_described), f"{method} {path}"


def check_journal(account: Account) -> None:
    """Hold every answer of an account's journal against what is described, but those that its scenario made up."""
    for exchange in account.journal.newest_first():
        if exchange.status is None or exchange.fault is not None or not is_of_one_api(exchange.path):
            continue
        is_made_up = (exchange.status >= 400 and exchange.status not in REFUSALS) or exchange.answer == BROKEN_JSON
        if is_made_up and set(exchange.rules) - {DEFAULTS}:
            continue
        check_answer(exchange.method, exchange.path, exchange.status, exchange.answer)
