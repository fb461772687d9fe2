"""Takes snapshots of accounts, and of what is in them, at one instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.credentials import mask_target
from mock_bsg.domain.durations import format_duration
from mock_bsg.domain.lifecycle import LOOKUPS, STATUSES, may_follow
from mock_bsg.domain.money import as_short_text
from mock_bsg.domain.phones import COUNTRIES
from mock_bsg.sandbox import commands, snapshots
from mock_bsg.sandbox.account import DEFAULTS
from mock_bsg.sandbox.lookups import subscriber
from mock_bsg.sandbox.message import facts_of
from mock_bsg.sandbox.one_time_codes import sent_with
from mock_bsg.sandbox.outcomes import judge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mock_bsg.domain.money import Amount
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.authentications import Authentications
    from mock_bsg.sandbox.delivery_reports import Report
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.log import Noted
    from mock_bsg.sandbox.message import Message, Origin
    from mock_bsg.sandbox.replies import Incoming
    from mock_bsg.sandbox.timeline import Cause

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_INSTANT = 253_402_300_799_999
"""The end of the year 9999, ms: a clock that was advanced beyond it shows this."""


def instant_of(at: int) -> datetime:
    """Tell a time of an account's clock; `at` in ms since the epoch."""
    return _EPOCH + timedelta(milliseconds=min(at, _LAST_INSTANT))


def amount_of(amount: Amount) -> Decimal:
    return Decimal(as_short_text(amount))


def rule_of(message: Message) -> str:
    """Name the rule that decided a message's fate."""
    return DEFAULTS if message.decision is None else message.decision.rule.name


def take_account(account: Account, now: int) -> snapshots.AccountState:
    return snapshots.AccountState(
        key=account.key,
        scenario=account.ruleset.name,
        balance=amount_of(account.balance),
        limit=amount_of(account.limit),
        currency=account.currency,
        messages=account.message_count,
        messages_dropped=account.messages_dropped,
        requests=account.journal.count,
        clock=snapshots.ClockState(instant_of(now), account.clock.speed, account.clock.is_manual),
    )


def take_clock(account: Account, now: int, due: int | None) -> snapshots.ClockTold:
    """Show the clock; `due` is when the next thing happens, in ms of the account's clock."""
    clock = account.clock
    return snapshots.ClockTold(instant_of(now), clock.speed, clock.is_manual, None if due is None else instant_of(due))


def take_summary(message: Message, now: int, authentications: Authentications) -> snapshots.MessageSummary:
    """Show a message in one line; `authentications` are those of its account."""
    return snapshots.MessageSummary(**_summary(message, now, authentications))


def take_message(account: Account, message: Message, now: int) -> snapshots.Message:
    """Show a message as it is at that instant, in ms of the account's clock."""
    return snapshots.Message(**_summary(message, now, account.authentications), **_course(account, message, now))


def take_whole(
    account: Account, message: Message, now: int, reports: Iterable[Report] | None = None
) -> snapshots.MessageWhole:
    """Show a message as it is at that instant, with what was decided about it, and why.

    `reports` are its delivery reports, where somebody has found them already.
    """
    reports = account.reports.of(message) if reports is None else reports
    submission, channel, status = message.submission, message.channel, message.status(now)
    return snapshots.MessageWhole(
        **_summary(message, now, account.authentications),
        **_course(account, message, now),
        scheduled=instant_of(submission.start) if submission.start > submission.time_in else None,
        can_become=tuple(each for each in STATUSES[channel] if may_follow(channel, status, each)),
        explain=take_explanation(account, message),
        cost=_cost(account, message, now),
        found=_found(message, status) if channel in LOOKUPS else None,
        alt_route_planned=_planned_sms(account, message, now),
        reports=tuple(take_report(account, each) for each in reports),
    )


def _found(message: Message, status: str) -> snapshots.Found:
    who = subscriber(message.submission.ruleset.seed, message.msisdn)
    is_reached = message.channel == "hlr" and status == "active"
    return snapshots.Found(
        country_name=who.country_name,
        mcc=who.mcc,
        mnc=who.mnc,
        brand=who.brand,
        operator=who.operator,
        ported=who.ported,
        roaming=who.roaming if is_reached else None,
        imsi=who.imsi if is_reached else None,
        location_msc=who.location_msc if is_reached else None,
    )


def _planned_sms(account: Account, message: Message, now: int) -> snapshots.AltRouteSms | None:
    """Show the SMS that will take this message's place, while it is not there yet."""
    planned = None if message.counterpart is None else account.messages.get(message.counterpart)
    if planned is None or planned.is_visible(now):
        return None
    return snapshots.AltRouteSms(**_summary(planned, now, account.authentications), timeline=_timeline(planned, now))


def take_explanation(account: Account, message: Message) -> snapshots.Explanation:
    """Tell which rule decided, and for each rule above it the first key that did not match and what was found."""
    submission, reference = message.judged
    rule = message.decision.rule if message.decision is not None else None
    passed_over = submission.ruleset.explain(
        facts_of(submission), message.msisdn, message.country, reference or "", rule
    )
    return snapshots.Explanation(
        rule_of(message),
        submission.ruleset.name,
        tuple(snapshots.PassedOver(each.rule, each.key, each.expected, each.found) for each in passed_over),
        None if rule is None else _line_of(submission.ruleset.source, rule.index),
        submission.ruleset.source == account.ruleset.source,
    )


@lru_cache(maxsize=256)
def _line_of(source: str, index: int) -> int | None:
    from mock_bsg.scenario.document import read_document  # noqa: PLC0415 -- YAML is slow to import, and few look

    document, _ = read_document(source)
    if document is None or document.value(("rules", index)) is None:
        return None
    return document.mark(("rules", index)).line


def take_report(account: Account, report: Report) -> snapshots.Report:
    """Show a delivery report with every attempt to deliver it."""
    message, due = report.message, account.reports.next_attempt(report)
    return snapshots.Report(
        number=report.number,
        message=str(message.id),
        channel=message.channel,
        msisdn=message.msisdn,
        reference=message.reference,
        status=report.status,
        url=report.url,
        at=instant_of(report.at),
        state=report.state,
        duplicate_of=report.duplicate_of,
        body=report.body or b"",
        attempts=tuple(
            snapshots.Attempt(
                instant_of(each.at), each.status, each.error, timedelta(microseconds=each.duration), each.answer
            )
            for each in report.attempts
        ),
        next_attempt=None if due is None else instant_of(due),
    )


def take_codes(account: Account, now: int) -> list[snapshots.Code]:
    """Show the one-time codes that were sent, the newest first."""
    sent = [(each, session) for session in account.authentications.oldest_first() for each in session.sent]
    sent.sort(key=lambda pair: pair[0].message, reverse=True)
    return [
        snapshots.Code(
            id=session.id,
            code=each.code,
            status=session.status_of(each, now),
            recipient=session.recipient,
            message=str(each.message),
            expires_at=instant_of(session.expires_at),
        )
        for each, session in sent
    ]


def take_incoming(incoming: Incoming) -> snapshots.IncomingSms:
    """Show an SMS that came from a phone."""
    return snapshots.IncomingSms(
        number=incoming.number,
        at=instant_of(incoming.at),
        msisdn=incoming.msisdn,
        originator=incoming.originator,
        text=incoming.text,
        message=None if incoming.message is None else str(incoming.message),
    )


def take_request_summary(exchange: Exchange) -> snapshots.RequestSummary:
    """Show a request that is answered in one line."""
    return snapshots.RequestSummary(**_in_one_line(exchange))


def take_request(account: Account, exchange: Exchange) -> snapshots.Request:
    is_waiting = account.requests.is_waiting(exchange.number)
    lines = tuple((name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in exchange.headers)
    return snapshots.Request(
        **_in_one_line(exchange, is_waiting=is_waiting), lines=lines, body=exchange.body, answer=exchange.answer
    )


def take_log_entry(account: Account, noted: Noted) -> snapshots.LogEntry:
    """Show a command of the log, in a sentence; keys and tokens in the address of a request are masked."""
    command = noted.command
    kind, what = _tell(command, noted.request)
    number = (
        command.report
        if isinstance(command, commands.ResendReport | commands.BeginAttempt | commands.NoteAttempt)
        else None
    )
    report = None if number is None else account.reports.get(number)
    message = (
        command.message
        if isinstance(command, commands.SetStatus | commands.ReplyToSms)
        else report and report.message.id
    )
    return snapshots.LogEntry(
        number=noted.number,
        at=instant_of(noted.at),
        kind=kind,
        what=what,
        is_step=commands.is_step(command),
        request=noted.request,
        message=None if message is None else str(message),
        report=number,
    )


def _tell(command: commands.Command, request: int | None) -> tuple[snapshots.LogKind, str]:  # noqa: C901, PLR0911, PLR0912 -- a table
    match command:
        case commands.BeginAccount(ruleset):
            return "begin", f"the account began with the scenario '{ruleset.name}'"
        case commands.ExpectRequest(head):
            return "head", f"{_tell_target(head)}, its body still on its way"
        case commands.TakeRequest():
            return "request", _tell_target(command)
        case commands.RefuseRequest(refused, status, _):
            answered = "without an answer" if status is None else f"(HTTP {status})"
            return "refused", f"{_tell_target(refused)} refused {answered}"
        case commands.ContinueRequest():
            return "held", f"request {request}, which was held back, goes on"
        case commands.NoteOnRequest(_, note):
            return "note", f"noted on request {request}: {note}"
        case commands.UseScenario(ruleset):
            return "scenario", f"scenario '{ruleset.name}'"
        case commands.AddRule(ruleset, section):
            return "rule", f"rule '{getattr(ruleset, section)[0].name}' added"
        case commands.TakeBackRule(ruleset):
            return "rule", f"a rule taken back: scenario '{ruleset.name}'"
        case commands.AdvanceClock(duration, goes_on):
            return "advance", f"advanced by {'another ' if goes_on else ''}{format_duration(duration)}"
        case commands.RunClock(speed):
            return "clock", "the clock stands still" if speed == 0 else f"the clock runs at speed {speed:g}"
        case commands.SetStatus(message, status):
            return "status", f"message {message} set to {status}"
        case commands.ReplyToSms(message, _):
            return "reply", f"the phone answered message {message}"
        case commands.ResendReport(report):
            return "resend", f"report {report} sent again by hand"
        case commands.BeginAttempt(report):
            return "report", f"delivery report {report} is being sent"
        case commands.NoteAttempt(report, attempt):
            came = attempt.error or f"answered with {attempt.status}"
            return "report", f"report {report}{'' if attempt.succeeded else ' not delivered'}: {came}"
        case commands.DropMessages(count):
            oldest = "oldest message" if count == 1 else f"{count} oldest messages"
            return "dropped", f"the {oldest} dropped: the server had too many"


def _tell_target(request: commands.TakeRequest) -> str:
    return f"{request.method} {mask_target(request.path)}"


def _in_one_line(exchange: Exchange, *, is_waiting: bool = False) -> dict[str, Any]:
    return {
        "number": exchange.number,
        "at": instant_of(exchange.at),
        "method": exchange.method,
        "path": exchange.path,
        "status": exchange.status,
        "duration": timedelta(microseconds=exchange.duration),
        "rules": tuple(exchange.rules),
        "fault": exchange.fault,
        "notes": tuple(exchange.notes),
        "outcome": judge(exchange, is_waiting=is_waiting),
    }


def _summary(message: Message, now: int, authentications: Authentications) -> dict[str, Any]:
    submission = message.submission
    origin = submission.origin
    is_fallback = message.channel == "sms" and message.counterpart is not None
    return {
        "id": str(message.id),
        "channel": message.channel,
        "msisdn": message.msisdn,
        "reference": message.reference,
        "sender": submission.sender,
        "text": submission.text,
        "status": message.status(now),
        "price": amount_of(message.cost(now)),
        "time_in": instant_of(submission.time_in),
        "rule": rule_of(message),
        "options": submission.options,
        "alt_route_of": str(message.counterpart) if is_fallback else None,
        "otp": None if origin is None else _code_of(message, origin, now, authentications),
        "campaign": None if origin is None else origin.campaign,
    }


def _code_of(
    message: Message, origin: Origin, now: int, authentications: Authentications
) -> snapshots.OneTimeCode | None:
    session = None if origin.authentication is None else authentications.find(origin.authentication)
    sent = None if session is None else sent_with(message, session)
    if session is None or sent is None:
        return None
    return snapshots.OneTimeCode(session.id, sent.code, session.status_of(sent, now))


def _course(account: Account, message: Message, now: int) -> dict[str, Any]:
    submission = message.submission
    sms = account.counterpart(message, now) if message.channel != "sms" else None
    return {
        "currency": account.currency,
        "is_promotional": submission.is_promotional,
        "tariff": submission.tariff,
        "validity": None if submission.validity is None else submission.validity // 1000,
        "callback_url": submission.callback_url,
        "timeline": _timeline(message, now),
        "request": submission.request,
        "alt_route": () if sms is None else (take_message(account, sms, now),),
    }


def _timeline(message: Message, now: int) -> tuple[snapshots.Step, ...]:
    start = message.submission.start
    return tuple(
        snapshots.Step(
            instant_of(start + step.offset), step.status, start + step.offset <= now, _cause(message, step.cause)
        )
        for step in message.timeline.steps
    )


def _cause(message: Message, cause: Cause | None) -> snapshots.Cause | None:
    if cause == "plan":
        return "rule" if _is_planned_by_rule(message) else "defaults"
    return "by hand" if cause == "hand" else cause


def _is_planned_by_rule(message: Message) -> bool:
    """Tell whether a rule planned its steps: one that decides about it may leave them to the defaults."""
    decision = message.decision
    if decision is None or decision.error is not None:
        return decision is not None
    plan = decision.plans.get(message.channel)
    return plan is not None and plan is not message.judged.submission.ruleset.defaults.get(message.channel)


def _cost(account: Account, message: Message, now: int) -> snapshots.Cost:
    """Show the price and how it came about."""
    country, submission = COUNTRIES.get(message.country), message.submission
    charged, costs = message.price, message.cost(now)
    return snapshots.Cost(
        charged=amount_of(charged),
        now=amount_of(costs),
        country=message.country or None,
        country_name=country.name if country else None,
        parts=submission.parts,
        tariff=submission.tariff,
        tariff_factor=str(submission.ruleset.account.tariffs.get(submission.tariff, 1)),
        currency=account.currency,
        refunded=costs != charged,
    )
