"""Accounts and messages as the control API shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mock_bsg.bsg.answers import rule_of
from mock_bsg.sandbox.money import as_number
from mock_bsg.sandbox.sending import facts_of
from mock_bsg.scenario.life import STATUSES, may_follow
from mock_bsg.scenario.phones import COUNTRIES

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.reports import Report


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_INSTANT = 253_402_300_799_999
"""The end of the year 9999, ms: a clock that was advanced beyond it shows this."""


def instant(at: int) -> str:
    """Write ISO 8601 with milliseconds, UTC; `at` in ms since the epoch."""
    moment = _EPOCH + timedelta(milliseconds=min(at, _LAST_INSTANT))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def account_view(account: Account, now: int) -> dict[str, Any]:
    return {
        "key": account.key,
        "scenario": account.playbook.name,
        "balance": as_number(account.balance),
        "limit": as_number(account.limit),
        "currency": account.currency,
        "messages": account.message_count,
        "messages_dropped": account.messages_dropped,
        "requests": account.journal.count,
        "clock": clock_view(account, now),
    }


def clock_view(account: Account, now: int) -> dict[str, Any]:
    return {"now": instant(now), "speed": account.clock.speed, "manual": account.clock.is_manual}


def message_summary(message: Message, now: int) -> dict[str, Any]:
    submission = message.submission
    return {
        "id": str(message.id),
        "channel": message.channel,
        "msisdn": message.msisdn,
        "reference": message.reference,
        "sender": submission.sender,
        "text": submission.text,
        "status": message.status(now),
        "price": as_number(message.cost(now)),
        "time_in": instant(submission.time_in),
        "rule": rule_of(message),
        **_relations_view(message),
    }


def message_view(account: Account, message: Message, now: int) -> dict[str, Any]:
    """Show the message whole: what came, what was decided and why, what has happened and what is planned."""
    submission = message.submission
    return message_summary(message, now) | {
        "currency": account.currency,
        "is_promotional": submission.is_promotional,
        "tariff": submission.tariff,
        "validity": None if submission.validity is None else submission.validity // 1000,
        "scheduled": instant(submission.start) if submission.start > submission.time_in else None,
        "callback_url": submission.callback_url,
        "timeline": timeline_view(message, now),
        "can_become": [
            status for status in STATUSES[message.channel] if may_follow(message.channel, message.status(now), status)
        ],
        "explain": explain(message),
        "cost": _cost_view(account, message, now),
        "request": submission.request,
        "reports": [report_view(account, report) for report in account.reports.of(message)],
        "alt_route": _alt_route_view(account, message, now),
    }


def report_view(account: Account, report: Report) -> dict[str, Any]:
    """Show a delivery report with every attempt to deliver it."""
    message, due = report.message, account.reports.next_attempt(report)
    return {
        "n": report.number,
        "message": str(message.id),
        "channel": message.channel,
        "msisdn": message.msisdn,
        "reference": message.reference,
        "status": report.status,
        "url": report.url,
        "at": instant(report.at),
        "state": report.state,
        "duplicate_of": report.duplicate_of,
        "body": None if report.body is None else report.body.decode(),
        "attempts": [
            {
                "at": instant(attempt.at),
                "status": attempt.status,
                "error": attempt.error,
                "duration_ms": attempt.duration / 1000,
                "answer": attempt.answer,
            }
            for attempt in report.attempts
        ],
        "next_attempt": None if due is None else instant(due),
    }


def timeline_view(message: Message, now: int) -> list[dict[str, Any]]:
    start = message.submission.start
    return [
        {"at": instant(start + step.offset), "status": step.status, "happened": start + step.offset <= now}
        for step in message.timeline.steps
    ]


def explain(message: Message) -> dict[str, Any]:
    """Tell which rule decided, and for each rule above it the first key that did not match and what was found."""
    submission = message.submission
    rule = message.verdict.rule if message.verdict is not None else None
    passed_over = submission.playbook.explain(
        facts_of(submission), message.msisdn, message.country, message.reference or "", rule
    )
    return {
        "rule": rule_of(message),
        "scenario": submission.playbook.name,
        "passed_over": [
            {"rule": passed.rule, "key": passed.key, "expected": passed.expected, "found": passed.found}
            for passed in passed_over
        ],
    }


def _cost_view(account: Account, message: Message, now: int) -> dict[str, Any]:
    """Show the price and how it came about."""
    country = COUNTRIES.get(message.country)
    submission = message.submission
    return {
        "charged": as_number(message.price),
        "now": as_number(message.cost(now)),
        "country": message.country or None,
        "country_name": country.name if country else None,
        "parts": submission.parts,
        "tariff": submission.tariff,
        "tariff_factor": str(submission.playbook.account.tariffs.get(submission.tariff, 1)),
        "currency": account.currency,
        "refunded": message.cost(now) != message.price,
    }


def _options_view(message: Message) -> dict[str, Any] | None:
    options = message.submission.options
    if options is None:
        return None
    return {
        "img": options.img,
        "caption": options.caption,
        "action": options.action,
        "alt_route": None if options.alt_route is None else options.alt_route._asdict(),
    }


def _relations_view(message: Message) -> dict[str, Any]:
    """Show what a phone has beside the text, and of a fallback SMS the Viber message that it stands in for."""
    relations: dict[str, Any] = {"options": _options_view(message)}
    if message.channel == "sms":
        relations["alt_route_of"] = None if message.counterpart is None else str(message.counterpart)
    return relations


def _alt_route_view(account: Account, message: Message, now: int) -> list[dict[str, Any]]:
    """Show the SMS that a Viber message has led to; a list, as in BSG's own answer."""
    sms = account.counterpart(message, now) if message.channel == "viber" else None
    return [] if sms is None else [message_summary(sms, now)]
