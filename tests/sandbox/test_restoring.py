"""An account made of a checkpoint is the one that was captured: to whoever looks, and to all that comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mock_bsg.apis import answer
from mock_bsg.sandbox.commands import NoteOnRequest, RunClock, SetStatus
from mock_bsg.sandbox.performing import follow, replay
from mock_bsg.sandbox.restoring import restore
from mock_bsg.sandbox.retention import Retention
from tests.replayer import picture
from tests.sandbox.histories import NUMBERS, History, Step, post, steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.checkpoint import Checkpoint
    from mock_bsg.sandbox.commands import Entry

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def make(checkpoint: Checkpoint, entries: list[Entry]) -> Account:
    account = restore("test_history", checkpoint, Retention(1 << 62))
    follow(account, entries, answer)
    return account


@QUICK
@given(steps, steps)
def test_a_checkpoint_and_the_commands_after_it_make_the_same_account_as_all_commands(
    before: list[Step], after: list[Step]
) -> None:
    history = History()
    list(history.go_on(before))
    checkpoint, at = history.account.capture(), history.machine
    then = picture(replay("test_history", history.entries, answer), at)
    rest = list(history.go_on(after))
    whole = picture(replay("test_history", history.entries, answer), history.machine)

    assert picture(make(checkpoint, []), at) == then
    anew = make(checkpoint, rest)
    assert picture(anew, history.machine) == whole == picture(history.account, history.machine)
    assert anew.reports.begun == history.account.reports.begun
    again = make(checkpoint, []).capture()
    assert picture(make(again, rest), history.machine) == whole


@QUICK
@given(some.lists(steps, min_size=2, max_size=5))
def test_each_of_many_checkpoints_stays_what_it_was_and_shares_what_has_not_changed(parts: list[list[Step]]) -> None:
    history = History()
    kept: list[tuple[Checkpoint, list[str], int, int]] = []
    for part in parts:
        list(history.go_on(part))
        checkpoint = history.account.capture()
        kept.append((checkpoint, picture(make(checkpoint, []), history.machine), history.machine, len(history.entries)))
    whole = picture(history.account, history.machine)
    for checkpoint, then, at, number in kept:
        assert picture(make(checkpoint, []), at) == then
        assert picture(make(checkpoint, history.entries[number:]), history.machine) == whole


def test_what_has_not_changed_is_the_same_object_in_the_next_checkpoint() -> None:
    history = History()
    history.do(RunClock(0))
    send_to_two(history, range(600))
    first = history.account.capture()
    send_to_two(history, range(600, 610))
    for command in (SetStatus(1, "sent"), NoteOnRequest(1, "odd")):
        history.do(command)
    second = history.account.capture()
    assert same(first.messages, second.messages) == [False, True, False]
    assert same(first.tasks, second.tasks) == [True, False]
    assert same(first.journal.blocks, second.journal.blocks) == [False, True, False]
    third = make(second, []).capture()
    assert same(second.messages, third.messages) == [True] * 3
    assert same(second.journal.blocks, third.journal.blocks) == [True] * 3
    assert same(second.tasks, third.tasks) == [True] * 2


def send_to_two(history: History, numbers: range) -> None:
    for number in numbers:
        phones = [{"msisdn": msisdn, "reference": f"{msisdn}-{number}"} for msisdn in NUMBERS[:2]]
        history.do(
            post("/rest/sms/create", {"destination": "phones", "originator": "BSG", "body": "Hi", "phones": phones})
        )


def same(before: Iterable[object], after: Iterable[object]) -> list[bool]:
    return [one is two for one, two in zip(before, after, strict=False)]
