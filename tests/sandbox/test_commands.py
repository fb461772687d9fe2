"""The log of an account: what is kept of it, and that it numbers what it keeps."""

from __future__ import annotations

import pytest

from mock_bsg.sandbox.commands import AdvanceClock, BeginAccount, ContinueRequest, Log, TakeRequest, UseScenario
from mock_bsg.sandbox.errors import LogTooShortError
from mock_bsg.scenario.library import compile_text

RULESET = compile_text("", "given")


def test_commands_have_the_numbers_in_which_they_came() -> None:
    log = Log()
    log.append(5, 5, BeginAccount(RULESET))
    log.append(7, 7, AdvanceClock(1_000))
    assert list(log) == [(1, 5, BeginAccount(RULESET)), (2, 7, AdvanceClock(1_000))]


def test_the_oldest_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.commands.KEPT", 3)
    log = Log()
    for duration in range(10):
        log.append(0, 0, AdvanceClock(duration))
    assert (log.count, len(log)) == (10, 3)
    assert [(entry.number, entry.command) for entry in log] == [(n, AdvanceClock(n - 1)) for n in (8, 9, 10)]


@pytest.mark.parametrize("between", [0, 1, 5])
def test_no_more_scenarios_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch, between: int) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.commands.MOST_SCENARIOS", 2)
    log = Log()
    for _ in range(20):
        log.append(0, 0, UseScenario(RULESET))
        for _ in range(between):
            log.append(0, 0, AdvanceClock(1))
    kept = [entry.command for entry in log]
    assert sum(isinstance(command, UseScenario) for command in kept) == 2
    assert len(kept) == 2 + 3 * between
    assert [entry.number for entry in log] == list(range(log.count - len(log) + 1, log.count + 1))


def test_scenarios_that_went_with_the_oldest_commands_are_not_counted_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.commands.KEPT", 4)
    monkeypatch.setattr("mock_bsg.sandbox.commands.MOST_SCENARIOS", 2)
    log = Log()
    for _ in range(5):
        log.append(0, 0, UseScenario(RULESET))
        for _ in range(3):
            log.append(0, 0, AdvanceClock(1))
    assert [type(entry.command) for entry in log] == [UseScenario, AdvanceClock, AdvanceClock, AdvanceClock]


def test_steps_are_counted_without_what_follows_from_them() -> None:
    log = Log()
    taken = TakeRequest("GET", "/rest/common/balance", ())
    commands = (BeginAccount(RULESET), taken, ContinueRequest(1), AdvanceClock(1), AdvanceClock(2, goes_on=True), taken)
    for command in commands:
        log.append(0, 0, command)
    assert [log.before_last(steps) for steps in (1, 2, 3)] == [5, 3, 1]
    with pytest.raises(LogTooShortError, match="the log has 3 steps to take back, not 4"):
        log.before_last(4)
