"""The one door: what is not to be seen from any face of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.rest.answering import answer
from mock_bsg.sandbox.accounts import Accounts
from mock_bsg.sandbox.commands import TakeRequest
from mock_bsg.sandbox.operations import Operations
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    import pytest


def test_request_whose_entry_was_dropped_while_its_body_came_is_refused_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.journal.KEPT", 2)
    operations = Operations(Accounts(lambda _key: compile_text("", "given"), 10), lambda: 0, bool, answer)
    account = operations.open("test_slow")
    slow = TakeRequest("POST", "/rest/viber/create", ())
    expected = operations.expect_request(account, slow)
    for _ in range(5):
        operations.take_request(account, TakeRequest("GET", "/rest/common/balance", ()))

    refused = operations.refuse_request(account, slow._replace(expected=expected.number), 413, b"too large")

    assert refused is expected
    assert (refused.status, refused.answer) == (413, b"too large")
    assert account.journal.count == 6
