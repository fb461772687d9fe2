"""What a test sees of an account: messages, requests and reports as they were at the instant of asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDict, CIMultiDictProxy

from mock_bsg.bsg.answers import rule_of
from mock_bsg.bsg.errors import INVALID_API_KEY
from mock_bsg.control import views
from mock_bsg.control.journal import read_headers
from mock_bsg.encoding import decode
from mock_bsg.sandbox.money import as_short_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.sandbox import message as core
    from mock_bsg.sandbox import reports
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.message import ViberOptions
    from mock_bsg.sandbox.money import Amount
    from mock_bsg.sandbox.reports import State
    from mock_bsg.scenario.life import Channel


@dataclass(frozen=True, slots=True)
class Step:
    """A status on a message's timeline; `at` is on the account's clock, UTC."""

    at: datetime
    status: str
    happened: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message, or a lookup, to one recipient.

    `price` is what it costs at this instant in `currency`; `rule` names what decided its fate ("defaults": no rule
    did). `timeline` has the steps that happened and those that are planned. `alt_route` holds its SMS, if it came to
    that; such an SMS has its Viber message's id in `alt_route_of`. `validity` is in seconds. `request` is the number
    of the Request that it came with.
    """

    id: str
    channel: Channel
    msisdn: str
    reference: str | None
    sender: str
    text: str
    status: str
    price: Decimal
    currency: str = field(repr=False)
    time_in: datetime = field(repr=False)
    rule: str
    timeline: tuple[Step, ...] = field(repr=False)
    alt_route: tuple[Message, ...]
    alt_route_of: str | None = field(repr=False)
    options: ViberOptions | None = field(repr=False)
    is_promotional: bool = field(repr=False)
    tariff: int = field(repr=False)
    validity: int | None = field(repr=False)
    callback_url: str | None = field(repr=False)
    request: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """A request of BSG's API and its answer, the newest of an account's 10,000 that are kept.

    `path` is as it was sent, query included; `headers` are found however their names are spelt. `status` is None if no
    answer was sent (yet): a connection broken on purpose. `rules` and `fault` name what decided the answer; `notes` say
    what the sender probably did not mean, an unknown field for one.
    """

    number: int
    at: datetime
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes
    status: int | None
    answer: bytes
    duration: timedelta
    rules: tuple[str, ...]
    fault: str | None
    notes: tuple[str, ...]

    @property
    def json(self) -> Any:
        """What the body says; raises ValueError if it is no JSON."""
        return decode(self.body)

    @property
    def answer_json(self) -> Any:
        """What the answer says; raises ValueError if it is no JSON."""
        return decode(self.answer)

    @property
    def error(self) -> int | None:
        """The error code of the whole answer, 0 if there was none; None if the answer is not one of BSG's."""
        try:
            said = decode(self.answer)
        except ValueError:
            return None
        code = said.get("error", 0) if isinstance(said, dict) else None
        if code == "1":  # as a scenario may have a missing key answered
            return INVALID_API_KEY
        return code if isinstance(code, int) else None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to hand a report over: the HTTP status that the webhook answered, or the error if none came."""

    at: datetime
    status: int | None
    error: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report: that the message with the id `message` took on `status` at `at`.

    `state` is pending, delivered, given_up, refused (the address is none that may be called) or lost (the scenario's
    gateway never sent it). `duplicate_of` is the number of the report that it repeats. Before the first attempt there
    is no body yet.
    """

    number: int
    at: datetime
    message: str
    msisdn: str
    reference: str | None
    status: str
    url: str
    state: State
    body: bytes = field(repr=False)
    attempts: tuple[Attempt, ...]
    duplicate_of: int | None

    @property
    def json(self) -> Any:
        """What the body says; raises ValueError while there is none."""
        return decode(self.body)


def message_at(account: Account, message: core.Message, now: int) -> Message:
    """Show the message as it is at that instant, in ms of the account's clock."""
    submission = message.submission
    other = account.counterpart(message, now)
    is_viber = message.channel == "viber"
    return Message(
        id=str(message.id),
        channel=message.channel,
        msisdn=message.msisdn,
        reference=message.reference,
        sender=submission.sender,
        text=submission.text,
        status=message.status(now),
        price=as_decimal(message.cost(now)),
        currency=account.currency,
        time_in=as_datetime(submission.time_in),
        rule=rule_of(message),
        timeline=tuple(
            Step(as_datetime(submission.start + step.offset), step.status, submission.start + step.offset <= now)
            for step in message.timeline.steps
        ),
        alt_route=(message_at(account, other, now),) if is_viber and other is not None else (),
        alt_route_of=None if is_viber or message.counterpart is None else str(message.counterpart),
        options=submission.options,
        is_promotional=submission.is_promotional,
        tariff=submission.tariff,
        validity=None if submission.validity is None else submission.validity // 1000,
        callback_url=submission.callback_url,
        request=submission.request,
    )


def request_of(exchange: Exchange) -> Request:
    return Request(
        number=exchange.number,
        at=as_datetime(exchange.at),
        method=exchange.method,
        path=exchange.path,
        headers=CIMultiDictProxy(CIMultiDict(read_headers(exchange))),
        body=exchange.body,
        status=exchange.status,
        answer=exchange.answer,
        duration=timedelta(microseconds=exchange.duration),
        rules=exchange.rules,
        fault=exchange.fault,
        notes=exchange.notes,
    )


def report_of(report: reports.Report) -> Report:
    return Report(
        number=report.number,
        at=as_datetime(report.at),
        message=str(report.message.id),
        msisdn=report.message.msisdn,
        reference=report.message.reference,
        status=report.status,
        url=report.url,
        state=report.state,
        body=report.body or b"",
        attempts=tuple(
            Attempt(as_datetime(attempt.at), attempt.status, attempt.error, attempt.answer)
            for attempt in report.attempts
        ),
        duplicate_of=report.duplicate_of,
    )


def explain(message: core.Message) -> str:
    """Which rule decided and, for each rule above it, the first key that did not fit and what was found."""
    why = views.explain(message)
    lines = [f"decided by '{why['rule']}' of the scenario '{why['scenario']}'"]
    lines += [
        f"not '{passed['rule']}': {passed['key']} should be {passed['expected']}, was {passed['found'] or 'nothing'}"
        for passed in why["passed_over"]
    ]
    return "\n".join(lines)


def as_datetime(at: int) -> datetime:
    """UTC; `at` in ms since the epoch."""
    return datetime.fromtimestamp(at // 1000, UTC) + timedelta(milliseconds=at % 1000)


def as_decimal(amount: Amount) -> Decimal:
    return Decimal(as_short_text(amount))
