"""Commands carried out: one that has just been taken, and those of a log, which make the same account again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.commands import (
    AddRule,
    AdvanceClock,
    BeginAccount,
    BeginAttempt,
    Command,
    ContinueRequest,
    DropMessages,
    Entry,
    ExpectRequest,
    NoteAttempt,
    NoteOnRequest,
    RefuseRequest,
    ReplyToSms,
    ResendReport,
    RunClock,
    SetStatus,
    TakeBackRule,
    TakeRequest,
    UseScenario,
)
from mock_bsg.sandbox.errors import LogTooShortError
from mock_bsg.sandbox.incoming import note_reply
from mock_bsg.sandbox.restoring import restore
from mock_bsg.sandbox.retention import Retention
from mock_bsg.sandbox.steering import set_status
from mock_bsg.sandbox.timeline import ImpossibleStepError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mock_bsg.sandbox.requests import Answering


def perform(account: Account, machine: int, command: Command, answer: Answering[Account]) -> Any:
    """Let an account do what was asked of it at that time of the machine's; tells what came of it.

    That is a Course of a request that was taken or went on, the Exchange of one that was expected or refused, an SMS
    that came from a phone, and whether a report that is about to be sent may have been sent before. Raises
    ImpossibleStepError for a status that can't follow, KeyError for a request that goes on but was not held.
    """
    now = account.clock.read(machine)
    if isinstance(command, TakeRequest):  # first: nearly all are
        return account.requests.begin(account, command, now, answer)
    if isinstance(command, ContinueRequest):
        return account.requests.go_on(account, command.request, now, answer)
    account.process_due(now)
    return _change(account, machine, now, command)


def _change(account: Account, machine: int, now: int, command: Command) -> Any:  # noqa: C901, PLR0912 -- a table
    match command:
        case AdvanceClock(duration, _):
            account.clock.advance(duration, machine)
            account.process_due(account.clock.read(machine))
        case RunClock(speed):
            account.clock.run(speed, machine)
        case UseScenario(ruleset):
            account.use(ruleset, machine)
        case AddRule() | TakeBackRule():
            return _change_rules(account, command)
        case SetStatus(message_id, status):
            message = account.messages.get(message_id)
            if message is not None:
                set_status(account, message, status, now)
        case ReplyToSms(message_id, text):
            answered = account.messages.get(message_id)
            return None if answered is None else note_reply(account, answered, text, now)
        case BeginAttempt(number):
            report = account.reports.get(number)
            return report is not None and account.reports.begin(report)
        case NoteAttempt(number, attempt):
            report = account.reports.get(number)
            if report is not None:
                account.record(report, attempt, now)
        case ExpectRequest(request):
            return account.requests.expect(account, request, now)
        case RefuseRequest():
            return account.requests.refuse(account, command, now)
        case NoteOnRequest(number, note):
            noted = account.journal.get(number)
            if noted is not None and note not in noted.notes:
                account.requests.note(account, noted, note)
        case DropMessages(messages):
            account.retention.note_dropped(account.drop_oldest(messages))
        case ResendReport() | BeginAccount():
            pass  # it's sent, begun elsewhere
    return None


def _change_rules(account: Account, command: AddRule | TakeBackRule) -> bool:
    """Tell whether the account followed the scenario that is changed, so that it follows the changed one now."""
    if scenario_hash(account.ruleset) != command.before:
        return False
    if isinstance(command, AddRule):
        account.follow_changed(command.ruleset, command.section, lambda place: place + 1)
    else:
        gone = command.place
        account.follow_changed(
            command.ruleset, command.section, lambda place: None if place == gone else place - (place > gone)
        )
    return True


def replay(key: str, entries: Sequence[Entry], answer: Answering[Account]) -> Account:
    """Make the account that these commands made, from its beginning on; raises LogTooShortError if they begin later."""
    first = entries[0]
    if first.number != 1 or not isinstance(first.command, BeginAccount):
        raise LogTooShortError(f"the log of '{key}' begins with command {first.number}: what was before is not kept")
    account = Account(key, first.command.ruleset, first.machine, Retention(BOUNDLESS))
    account.log.append(first.machine, account.began, first.command)
    follow(account, entries[1:], answer)
    return account


def follow(account: Account, entries: Iterable[Entry], answer: Answering[Account]) -> None:
    """Let an account do what others did: apply commands that come after those that it has."""
    for _, machine, command in entries:
        account.log.append(machine, account.clock.read(machine), command)
        with suppress(ImpossibleStepError, KeyError):  # what could not be done then can't be now
            perform(account, machine, command, answer)


def recall(account: Account, number: int, answer: Answering[Account]) -> Account:
    """Make an account anew as it was after the command of that number; raises LogTooShortError."""
    reach = account.log.reach
    if number not in reach:
        raise LogTooShortError(
            f"the log of '{account.key}' has the commands {reach[0]} to {reach[-1]}; there is none of number {number}"
        )
    checkpoint, entries = account.log.since(number)
    if checkpoint is None:
        anew = replay(account.key, entries, answer)
    else:
        anew = restore(account.key, checkpoint, Retention(BOUNDLESS))
        follow(anew, entries, answer)
    anew.log = account.log.until(number, anew)
    return anew


BOUNDLESS = 1 << 62
"""More messages than there will ever be: what was dropped is in the log."""
