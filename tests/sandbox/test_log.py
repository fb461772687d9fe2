"""The log of an account: what is kept of it, that it numbers what it keeps, and how far one can go back."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from mock_bsg.apis import answer
from mock_bsg.sandbox.accounts import Accounts
from mock_bsg.sandbox.commands import (
    AdvanceClock,
    BeginAccount,
    ContinueRequest,
    DropMessages,
    TakeRequest,
    UseScenario,
)
from mock_bsg.sandbox.errors import LogTooShortError
from mock_bsg.sandbox.performing import perform, recall
from mock_bsg.scenario.library import compile_text
from tests.replayer import picture

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.commands import Command

RULESET = compile_text("clock: {start: 2017-01-17T09:20:02Z, manual: true}", "given")


@pytest.fixture
def account() -> Account:
    """An account of one command, its beginning."""
    return Accounts(lambda _key: RULESET, 10_000).open("test_key", 0)


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a log be as short as four commands."""
    monkeypatch.setattr("mock_bsg.sandbox.log.REACH", 4)


def do(account: Account, command: Command) -> None:
    account.log.append(account.log.count, account.clock.read(0), command)
    perform(account, 0, command, answer)


def create(reference: int) -> TakeRequest:
    message = {"to": [{"msisdn": "380972920000", "reference": f"r{reference}"}], "text": "Hello", "alpha_name": "BSG"}
    return TakeRequest("POST", "/rest/viber/create", (), (), json.dumps({"messages": [message]}).encode())


def test_commands_have_the_numbers_in_which_they_came(account: Account) -> None:
    do(account, AdvanceClock(1_000))
    assert list(account.log) == [(1, 0, BeginAccount(RULESET)), (2, 1, AdvanceClock(1_000))]


def test_nothing_is_dropped_of_a_short_log(account: Account) -> None:
    for number in range(10_000):
        account.log.append(0, 0, AdvanceClock(number))
    assert len(account.log) == account.log.count == 10_001


def test_a_long_log_keeps_ten_to_twelve_and_a_half_thousand_commands(account: Account) -> None:
    lengths = []
    for number in range(40_000):
        account.log.append(0, 0, AdvanceClock(number))
        lengths.append(len(account.log))
    assert (max(lengths), min(lengths[10_000:])) == (12_500, 10_001)
    assert [entry.number for entry in account.log] == list(range(account.log.reach[0] + 1, account.log.count + 1))


@pytest.mark.usefixtures("_short")
def test_an_account_is_made_anew_as_it_was_after_any_command_that_the_log_reaches(account: Account) -> None:
    pictures = {}
    for number in range(2, 30):
        do(account, create(number) if number % 3 else AdvanceClock(number * 100))
        pictures[number] = picture(account, 0)
    reach = account.log.reach
    assert (reach[0], reach[-1], len(account.log)) == (24, 29, 5)
    for number in reach:
        anew = recall(account, number, answer)
        assert picture(anew, 0) == pictures[number]
        assert (anew.log.count, anew.log.reach) == (number, range(24, number + 1))
    assert picture(account, 0) == pictures[29]


@pytest.mark.usefixtures("_short")
def test_an_account_that_was_made_anew_goes_on_and_can_be_made_anew_itself(account: Account) -> None:
    for number in range(2, 30):
        do(account, create(number))
    anew = recall(account, 26, answer)
    for number in range(27, 30):
        do(anew, create(number))
    assert picture(anew, 0) == picture(account, 0)
    assert picture(recall(anew, 25, answer), 0) == picture(recall(account, 25, answer), 0)
    for number in range(30, 50):
        do(anew, create(number))
    assert anew.log.reach[0] == 44


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize("number", [-1, 0, 6, 13])
def test_there_is_no_going_further_back_than_the_log_reaches(account: Account, number: int) -> None:
    for duration in range(2, 13):
        do(account, AdvanceClock(duration))
    with pytest.raises(LogTooShortError, match=f"commands 7 to 12; there is none of number {number}"):
        recall(account, number, answer)


def test_the_beginning_can_be_gone_back_to(account: Account) -> None:
    do(account, create(1))
    assert recall(account, 1, answer).message_count == 0


@pytest.mark.usefixtures("_short")
def test_going_back_brings_no_request_back_that_the_journal_has_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.journal.KEPT", 4)
    monkeypatch.setattr("mock_bsg.sandbox.journal._CAPTURED_TOGETHER", 1)
    account = Accounts(lambda _key: RULESET, 10_000).open("test_key", 0)
    for number in range(1, 21):
        do(account, create(number))
    anew = recall(account, account.log.count - 2, answer)

    assert [each.number for each in anew.journal.newest_first()] == [18, 17, 16]
    assert (anew.journal.count, anew.message_count) == (18, 18)


@pytest.mark.usefixtures("_short")
def test_what_is_of_no_use_any_more_goes_one_by_one(account: Account) -> None:
    held = []
    for duration in range(2, 40):
        do(account, AdvanceClock(duration))
        held.append(account.log.held)
    assert all(after - before in {0, 1} for before, after in pairwise(held))
    assert max(held) < 8


def count_scenarios(account: Account) -> int:
    return sum(isinstance(entry.command, UseScenario) for entry in account.log)


@pytest.mark.parametrize("between", [0, 1, 5])
def test_no_more_scenarios_are_kept_than_there_is_room_for(account: Account, between: int) -> None:
    for _ in range(100):
        account.log.append(0, 0, UseScenario(RULESET))
        for _ in range(between):
            account.log.append(0, 0, AdvanceClock(1))
        assert count_scenarios(account) <= 20
    assert count_scenarios(account) >= 10


def test_a_log_begins_later_where_its_checkpoints_hold_many_messages_that_were_dropped(account: Account) -> None:
    for number in range(100):
        account.log.append(0, 0, AdvanceClock(number))
        account.log.append(0, 0, DropMessages(100))
    assert sum(isinstance(entry.command, DropMessages) for entry in account.log) in range(5, 11)


def test_steps_are_counted_without_what_follows_from_them(account: Account) -> None:
    log, taken = account.log, TakeRequest("GET", "/rest/common/balance", ())
    for command in (taken, ContinueRequest(1), AdvanceClock(1), AdvanceClock(2, goes_on=True), taken):
        log.append(0, 0, command)
    assert [log.before_last(steps) for steps in (1, 2, 3)] == [5, 3, 1]
    with pytest.raises(LogTooShortError, match="the log has 3 steps to take back, not 4"):
        log.before_last(4)
