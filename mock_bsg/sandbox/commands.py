"""The closed set of what can change an account: each change is one of these, with a number and a time.

An account is the fold of its commands: the same ones at the same times make the same account in any process
(`operations.replay`). They are plain data; all times in them are milliseconds of the machine's clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.rules.usage import Section
    from mock_bsg.sandbox.delivery_reports import Attempt


class BeginAccount(NamedTuple):
    """The first call that named the key: the account follows this scenario."""

    ruleset: Ruleset


class TakeRequest(NamedTuple):
    """A request of BSG's API came: method, path and headers as they were. `notes` say what was wrong with its form.

    `expected` is its number if its head came earlier.
    """

    method: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    notes: tuple[str, ...] = ()
    body: bytes = b""
    expected: int | None = None


class ExpectRequest(NamedTuple):
    """The head of a request came; its body is still on its way."""

    request: TakeRequest


class RefuseRequest(NamedTuple):
    """A request came that no function was asked about. `status` is None if it got no answer."""

    request: TakeRequest
    status: int | None
    answer: bytes


class ContinueRequest(NamedTuple):
    """A request that the scenario holds back has waited long enough."""

    request: int


class NoteOnRequest(NamedTuple):
    """Something became known of a request when it had been taken: its client had gone, for one."""

    request: int
    note: str


class UseScenario(NamedTuple):
    """Follow this scenario from now on."""

    ruleset: Ruleset


class AddRule(NamedTuple):
    """Follow this scenario, which has one rule or fault more than the one of the hash `before`, above all others.

    Nothing happens where the account follows another one by then.
    """

    ruleset: Ruleset
    section: Section
    before: str


class TakeBackRule(NamedTuple):
    """Follow this scenario, which is the one of the hash `before` without the rule or fault of that place; as above."""

    ruleset: Ruleset
    section: Section
    place: int
    before: str


class AdvanceClock(NamedTuple):
    """Move the account's time on by so many ms.

    `goes_on`: it is part of the order of the command before it, as an advance is that stops where something happens.
    """

    duration: int
    goes_on: bool = False


class RunClock(NamedTuple):
    """Let the account's time go at that speed; 0: stand still."""

    speed: float


class SetStatus(NamedTuple):
    """Make a status happen to a message."""

    message: int
    status: str


class ReplyToSms(NamedTuple):
    """The phone that got an SMS answers it."""

    message: int
    text: str


class ResendReport(NamedTuple):
    """A delivery report is to be sent again."""

    report: int


class BeginAttempt(NamedTuple):
    """A delivery report is about to be sent; only where accounts outlive the server that sends it."""

    report: int


class NoteAttempt(NamedTuple):
    """An attempt to deliver a report ended so."""

    report: int
    attempt: Attempt


class DropMessages(NamedTuple):
    """There were too many messages on the server: so many of the account's oldest went."""

    messages: int


Command: TypeAlias = (
    "BeginAccount | ExpectRequest | TakeRequest | RefuseRequest | ContinueRequest | NoteOnRequest | UseScenario"
    " | AddRule | TakeBackRule | AdvanceClock | RunClock | SetStatus | ReplyToSms | ResendReport | BeginAttempt"
    " | NoteAttempt | DropMessages"
)


class Entry(NamedTuple):
    """A command with its place in an account's log, from 1 on, and the machine's time at which it was taken, in ms."""

    number: int
    machine: int
    command: Command


def is_step(command: Command) -> bool:
    """Whether somebody took it: a request of BSG's API, or a control order. All else follows from what was before."""
    match command:
        case TakeRequest() | RefuseRequest():
            return is_new_request(command)  # else its head was the step
        case AdvanceClock(goes_on=goes_on):
            return not goes_on
        case ExpectRequest() | UseScenario() | AddRule() | TakeBackRule():
            return True
        case RunClock() | SetStatus() | ReplyToSms() | ResendReport():
            return True
    return False


def is_new_request(command: Command) -> bool:
    """Whether a request is entered into the journal with it."""
    match command:
        case TakeRequest(expected=None) | ExpectRequest() | RefuseRequest(request=TakeRequest(expected=None)):
            return True
    return False
