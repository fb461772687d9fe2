"""The One API's functions answer as described; and the check of it, which follows every test, is able to fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from mock_bsg.control.one_api_paths import EXAMPLES, list_refusals
from mock_bsg.one_api.answer_models import ANSWERS
from mock_bsg.one_api.functions import FUNCTIONS
from mock_bsg.one_api.refusal_models import REFUSALS
from tests.one_api.described import check_answer, check_journal

if TYPE_CHECKING:
    from tests.conftest import Client

BALANCE = {"data": {"balance": -5.25, "currency": "EUR", "credit": 7}}
BODIES = [function for function in FUNCTIONS if function.body is not None and "{" not in function.path]


def check_balance(answer: Any, status: int = 200) -> None:
    check_answer("GET", "/api/accounts/balance", status, json.dumps(answer).encode())


def test_an_answer_as_described_is_found_to_be_so() -> None:
    check_balance(BALANCE)
    check_balance({"code": 401, "message": "Expired JWT Token"}, 401)
    check_balance({"message": "The given data was invalid.", "errors": ["Insufficient funds"]}, 422)
    check_balance({"message": "The given data was invalid.", "errors": {"phone": ["This value is not valid."]}}, 422)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        BALANCE["data"],
        {"data": BALANCE["data"] | {"limit": 7}},
        {"data": BALANCE["data"] | {"credit": "7"}},
        {"data": {"balance": 1, "currency": "EUR"}},
    ],
)
def test_an_answer_with_other_fields_or_types_is_found(answer: Any) -> None:
    with pytest.raises(ValidationError):
        check_balance(answer)


def test_fields_in_another_order_are_found() -> None:
    with pytest.raises(AssertionError, match="GET /api/accounts/balance"):
        check_balance({"data": {"currency": "EUR", "balance": 1, "credit": 7}})


@pytest.mark.parametrize("status", [201, 418, 500])
def test_a_status_that_is_not_described_is_found(status: int) -> None:
    with pytest.raises(AssertionError, match=str(status)):
        check_balance(BALANCE, status)


def test_every_function_is_described_and_so_is_whatever_it_refuses_with() -> None:
    assert {function.operation for function in FUNCTIONS} <= set(ANSWERS)
    assert {status for function in FUNCTIONS for status in list_refusals(function)} <= set(REFUSALS)
    assert {function.operation for function in FUNCTIONS if function.body is not None} <= set(EXAMPLES)


async def test_examples_of_bodies_are_answered_as_described(client: Client) -> None:
    from mock_bsg.runtime import RUNTIME

    login = await client.post("/api/auth/login", json={"api_key": "test_key"})
    headers = {"Authorization": f"Bearer {(await login.json())['bearer']}"}
    for function in BODIES:
        answer = await client.request(
            function.method, function.path, json=EXAMPLES[function.operation], headers=headers
        )
        assert answer.status == function.status, await answer.text()
    account = client.app[RUNTIME].accounts.get("test_key")
    assert account is not None
    assert {exchange.path for exchange in account.journal.newest_first()} == {function.path for function in BODIES}
    check_journal(account)
