"""The one door: what is not to be seen from any face of it."""

from __future__ import annotations

import json

import pytest

from mock_bsg.apis import answer
from mock_bsg.sandbox.accounts import Accounts
from mock_bsg.sandbox.commands import TakeRequest
from mock_bsg.sandbox.errors import KeyTakenError, LogTooShortError
from mock_bsg.sandbox.operations import Operations
from mock_bsg.sandbox.requests import Ask, Held, Outcome
from mock_bsg.scenario.library import compile_text


@pytest.fixture
def operations() -> Operations:
    return Operations(Accounts(lambda _key: compile_text("", "given"), 1000), lambda: 0, bool, answer)


async def test_request_whose_entry_was_dropped_while_its_body_came_is_refused_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.journal.KEPT", 2)
    operations = Operations(Accounts(lambda _key: compile_text("", "given"), 10), lambda: 0, bool, answer)
    account = await operations.open("test_slow")
    slow = TakeRequest("POST", "/rest/viber/create", ())
    expected = await operations.expect_request(account, slow)
    for _ in range(5):
        await operations.take_request(account, TakeRequest("GET", "/rest/common/balance", ()))

    refused = await operations.refuse_request(account, slow._replace(expected=expected.number), 413, b"too large")

    assert refused is expected
    assert (refused.status, refused.answer) == (413, b"too large")
    assert account.journal.count == 6


def create(reference: str) -> TakeRequest:
    message = {"to": [{"msisdn": "380972920000", "reference": reference}], "text": "Hello", "alpha_name": "BSG"}
    body = json.dumps({"messages": [message]}).encode()
    return TakeRequest("POST", "/rest/viber/create", (), (), body)


async def test_rewound_account_is_as_it_was_after_that_command_and_goes_on_from_there(operations: Operations) -> None:
    account = await operations.open("test_key")
    await operations.take_request(account, create("first"))
    before = operations.show(account)
    await operations.take_request(account, create("second"))

    rewound = await operations.rewind(account, 2)

    assert operations.show(rewound) == before
    assert await operations.find("test_key") is rewound
    assert account.is_forgotten
    again = await operations.take_request(rewound, create("second"))
    assert (again.exchange.number, operations.show(rewound).messages) == (2, 2)


async def test_rewinding_to_a_command_that_was_never_taken_says_how_far_the_log_reaches(operations: Operations) -> None:
    account = await operations.open("test_key")
    with pytest.raises(LogTooShortError, match="commands 1 to 1; there is none of number 2"):
        await operations.rewind(account, 2)
    with pytest.raises(LogTooShortError, match="none of number 0"):
        await operations.rewind(account, 0)


async def test_fork_has_the_same_past_and_a_future_of_its_own(operations: Operations) -> None:
    account = await operations.open("test_key")
    await operations.take_request(account, create("first"))
    await operations.take_request(account, create("second"))

    copy = await operations.fork(account, "test_copy", 2)
    await operations.take_request(copy, create("third"))

    assert [exchange.number for exchange in copy.journal.newest_first()] == [2, 1]
    assert operations.show(account).messages == operations.show(copy).messages == 2
    with pytest.raises(KeyTakenError, match="'test_copy'"):
        await operations.fork(account, "test_copy")


async def test_entry_that_somebody_keeps_has_no_notes_that_came_later(operations: Operations) -> None:
    account = await operations.open("test_gone")
    kept = (await operations.take_request(account, TakeRequest("GET", "/rest/common/balance", ()))).exchange
    await operations.note_on_request(account, kept.number, "the client went")
    assert kept.notes == ()
    assert operations.find_request(account, kept.number).notes == ("the client went",)


async def test_what_a_request_is_held_back_for_is_data() -> None:
    scenario = "faults: [{match: {path: /common/balance}, delay: 2s, headers: {X-A: b}}]"
    operations = Operations(Accounts(lambda _key: compile_text(scenario, "given"), 10), lambda: 0, bool, answer)
    account = await operations.open("test_held")
    held = await operations.take_request(account, TakeRequest("GET", "/rest/common/balance", ()))
    assert isinstance(held, Held)
    assert held.delay == 2_000
    assert held.then == Ask(account.ruleset.faults[0].effect)
    outcome = await operations.continue_request(account, held.exchange.number)
    assert isinstance(outcome, Outcome)
    assert (outcome.exchange.status, outcome.headers) == (200, (("X-A", "b"),))
