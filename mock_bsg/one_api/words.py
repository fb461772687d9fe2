"""Messages in the words of the One API: statuses, times, prices, whole rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.domain.lifecycle import FAILED
from mock_bsg.domain.money import as_short_text, as_text
from mock_bsg.domain.times import time_text

if TYPE_CHECKING:
    from mock_bsg.domain.money import Amount
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message

_HOUR = 3_600_000
_MOST_HOURS = 72
_STATUSES = {
    "scheduled": "accepted",
    "new": "accepted",
    "waiting": "accepted",
    "undeliverable": "undelivered",
    "rejected": "failed",
    "deleted": "failed",
}
TYPES = frozenset({"sms", "viber", "rcs"})
"""The types that BSG's SDK can read [sdk]; others are told as null."""


def word_status(message: Message, now: int) -> str:
    """Word a message's status at that instant (ms)."""
    status = message.status(now)
    if status == "scheduled" and now < message.submission.start:
        return status
    if status == "not_viber_user" and message.channel != "viber":
        return "not_service_user"
    return _STATUSES.get(status, status)


def reached(message: Message, now: int, *statuses: str) -> int | None:
    """Tell when the first of these statuses came that has come by now, in ms; None if none has."""
    elapsed = now - message.submission.start
    timeline = message.timeline
    for status, offset in zip(timeline.statuses, timeline.offsets, strict=True):
        if status in statuses and offset <= elapsed:
            return message.submission.start + offset
    return None


def word_amount(account: Account, amount: Amount) -> dict[str, str]:
    return {"value": as_text(amount), "currency": account.currency}


def hours_of(message: Message) -> int:
    """Tell a message's validity in hours, rounded up: 1 to 72."""
    validity = message.submission.validity
    return _MOST_HOURS if validity is None else max(1, min(-(-validity // _HOUR), _MOST_HOURS))


def word_type(message: Message) -> str | None:
    return message.channel if message.channel in TYPES else None


def _source(message: Message) -> str:
    origin = message.submission.origin
    return "rest" if origin is None else origin.source


def word_created(account: Account, message: Message, now: int) -> dict[str, Any]:
    """Word the answer to sending one message; one that was only rehearsed has no id."""
    return {
        "id": message.id or None,
        "reference_id": message.reference,
        "source": _source(message),
        "type": word_type(message),
        "phone": int(message.msisdn),
        "status": word_status(message, now),
        "validity": hours_of(message),
        "amount": word_amount(account, message.cost(now)),
        "sender": message.submission.sender or None,
        "created_at": time_text(message.submission.time_in),
        "sent_at": time_text(reached(message, now, "sent")),
        "delivered_at": time_text(reached(message, now, "delivered")),
    }


def word_listed(account: Account, message: Message, now: int) -> dict[str, Any]:
    """Word a row of the list of messages."""
    submission = message.submission
    origin = submission.origin
    return {
        "id": message.id,
        "campaign_id": None if origin is None else origin.campaign,
        "reference_id": message.reference,
        "type": word_type(message),
        "source": _source(message),
        "text": submission.text if origin is None or origin.text is None else origin.text,
        "phone": int(message.msisdn),
        "validity": hours_of(message),
        "status": word_status(message, now),
        "amount": word_amount(account, message.cost(now)),
        "sender": submission.sender or None,
        "created_at": time_text(submission.time_in),
        "sent_at": time_text(reached(message, now, "sent")),
        "delivered_at": time_text(reached(message, now, "delivered")),
        "country": message.country or None,
        "parts": submission.parts,
        "alternative_channels": _alternative(account, message, now),
    }


def _alternative(account: Account, message: Message, now: int) -> dict[str, Any] | None:
    """Word the SMS that a message was passed on to; never an empty list, which BSG's SDK cannot read [sdk]."""
    if message.channel == "sms" or message.status(now) not in FAILED:
        return None
    sms = account.counterpart(message, now)
    return None if sms is None else {"sms": {"parts": sms.submission.parts, "id": [sms.id]}}


def word_callback(account: Account, message: Message, now: int) -> dict[str, Any]:
    """Word what a callback_url is told: documented for RCS [spec], for other channels [assumed]."""
    return {
        "error": 0,
        "errorDescription": "No errors",
        "id": str(message.id),
        "msisdn": message.msisdn,
        "reference": message.reference,
        "time_in": time_text(message.submission.time_in),
        "time_sent": time_text(reached(message, now, "sent")),
        "time_dr": time_text(message.reported_at(now)),
        "status": word_status(message, now),
        "price": as_short_text(message.cost(now)),
        "currency": account.currency,
    }
