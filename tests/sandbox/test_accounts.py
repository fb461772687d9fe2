from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.domain.error_codes import VIBER_CODES
from mock_bsg.sandbox.accounts import Accounts
from mock_bsg.sandbox.message import Submission
from mock_bsg.sandbox.sending import Draft, Recipient, send
from mock_bsg.scenario.errors import ScenarioError
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message

RULESET = compile_text("first_id: 5\nrules: [{match: {msisdn: '49*'}, times: 1, error: 5}]", "given")


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(lambda _key: RULESET, 100)


def send_one(account: Account, msisdn: str = "380972920000", reference: str | None = None) -> list[Message]:
    submission = Submission("viber", account.ruleset, time_in=0, sender="BSG", text="hello", validity=1_000)
    return send(account, [Draft(submission, [Recipient(msisdn, reference)])], VIBER_CODES, 0).created


def test_account_begins_with_the_first_call_that_names_its_key(accounts: Accounts) -> None:
    assert accounts.get("test_a") is None
    account = accounts.open("test_a", 0)
    assert accounts.open("test_a", 99) is account is accounts.get("test_a")
    assert (len(accounts), [each.key for each in accounts]) == (1, ["test_a"])


def test_accounts_share_nothing(accounts: Accounts) -> None:
    first, second = accounts.open("test_a", 0), accounts.open("test_b", 0)
    assert send_one(first, reference="order-1")
    assert not send_one(first, "491711111111")
    first.clock.advance(1_000, 0)
    first.journal.open(0, "GET", "/", ())
    assert second.balance == RULESET.account.balance
    assert second.clock.read(0) == 0
    assert second.message_count == second.journal.count == 0
    assert not send_one(second, "491711111111")
    assert [message.id for message in send_one(second, reference="order-1")] == [5]


def test_forgotten_account_begins_anew(accounts: Accounts) -> None:
    account = accounts.open("test_a", 0)
    send_one(account, reference="order-1")
    assert accounts.forget("test_a")
    assert account.is_forgotten
    assert not accounts.forget("test_a")
    again = accounts.open("test_a", 0)
    assert again is not account
    assert (again.message_count, again.balance, accounts.retention.count) == (0, RULESET.account.balance, 0)


def test_forgetting_all_leaves_nothing(accounts: Accounts) -> None:
    opened = [accounts.open(f"test_{number}", 0) for number in range(3)]
    for account in opened:
        send_one(account)
    assert accounts.forget_all() == 3
    assert (len(accounts), accounts.retention.count, accounts.forget_all()) == (0, 0, 0)
    assert all(account.is_forgotten for account in opened)


def test_messages_of_a_forgotten_account_leave_room_to_the_others() -> None:
    accounts = Accounts(lambda _key: RULESET, 4)
    for _ in range(3):
        send_one(accounts.open("test_a", 0))
    kept = accounts.open("test_b", 0)
    send_one(kept)
    accounts.forget("test_a")
    for _ in range(3):
        send_one(kept)
    assert (kept.message_count, kept.messages_dropped, accounts.retention.count) == (4, 0, 4)


def test_account_of_a_broken_scenario_does_not_begin() -> None:
    def choose(key: str) -> Ruleset:
        return compile_text("rules: 5", key)

    accounts = Accounts(choose, 100)
    with pytest.raises(ScenarioError):
        accounts.open("test_a", 0)
    assert accounts.get("test_a") is None


def test_key_chooses_the_ruleset_once() -> None:
    asked: list[str] = []

    def choose(key: str) -> Ruleset:
        asked.append(key)
        return RULESET

    accounts = Accounts(choose, 100)
    for key in ("test_a", "test_b", "test_a"):
        accounts.open(key, 0)
    assert asked == ["test_a", "test_b"]
