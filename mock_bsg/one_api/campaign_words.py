"""Campaigns in the words of the One API, and what has become of their messages in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.domain.money import as_short_number, as_short_text
from mock_bsg.domain.times import time_text
from mock_bsg.one_api.words import TYPES, reached, word_status
from mock_bsg.sandbox.campaign_messages import find_sent, group_alike
from mock_bsg.sandbox.timeline import NOT_YET_SENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.campaigns import Campaign
    from mock_bsg.sandbox.message import Message

_COUNTED = (
    "delivered",
    "sent",
    "scheduled",
    "moderation",
    "accepted",
    "sending",
    "expired",
    "failed",
    "undelivered",
    "unknown",
    "read",
    "not_viber_user",
    "not_rcs_user",
)
"""In BSG's order [spec]."""
_NAMES = {"sms": "SMS", "rcs": "RCS", "viber": "Viber", "voice": "Voice", "telegram": "Telegram"}


def name_campaign(channel: str, now: int) -> str:
    """Make up the name that a campaign gets: of Viber it is BSG's [spec], of other channels after that [assumed]."""
    return f"{_NAMES[channel]} api campaign / {time_text(now)}"


def word_campaign(account: Account, campaign: Campaign, now: int, *, is_new: bool = False) -> dict[str, Any]:
    """Word a campaign; its price is told only where it is new [spec]."""
    sent = find_sent(account, campaign, now)
    began, ended = _find_limits(sent.messages, now)
    so_far = {"sms": {"statistics": _count_so_far(sent.following, now)}}
    return {
        "id": campaign.id or None,
        "name": campaign.name,
        "sender": campaign.sender or None,
        "status": campaign.status(now),
        "message_type": _word_type(campaign),
        "start_at": time_text(campaign.start),
        "real_start_at": time_text(began),
        "finished_at": time_text(ended),
        "created_at": time_text(campaign.created_at),
        "statistics": _count_so_far(sent.messages, now),
        "calculated_price": as_short_number(campaign.price) if is_new else 0,
        "currency": account.currency if is_new else None,
        "alternative_channels": so_far if campaign.has_alternative else None,
    }


def word_details(account: Account, campaign: Campaign, now: int) -> dict[str, Any]:
    """Word a campaign with how many of its messages have which status, and what all cost by now.

    The SMS that follow are messages of it and cost money, but have statistics of their own [assumed].
    """
    sent = find_sent(account, campaign, now)
    began, ended = _find_limits(sent.messages, now)
    everything = (*sent.messages, *sent.following)
    following = {"sms": {"statistics": _count_statuses(sent.following, now)}}
    return {
        "id": campaign.id,
        "name": campaign.name,
        "sender": campaign.sender or None,
        "status": campaign.status(now),
        "type": _word_type(campaign),
        "started_at": time_text(campaign.start),
        "actual_start_at": time_text(began),
        "finished_at": time_text(ended),
        "created_at": time_text(campaign.created_at),
        "statistics": _count_statuses(sent.messages, now),
        "total_messages": len(everything),
        "total_phones": len({message.msisdn for message in sent.messages}),
        "total_price": as_short_text(sum(message.cost(now) for message in everything)),
        "currency": account.currency,
        "alternative_channels": following if campaign.has_alternative else None,
    }


def _word_type(campaign: Campaign) -> str | None:
    return campaign.channel if campaign.channel in TYPES else None


def _count_so_far(messages: Sequence[Message], now: int) -> dict[str, int]:
    """Count what has left, and of that what has arrived: delivered or read."""
    delivered = left = 0
    for message, count in group_alike(messages):
        if reached(message, now, "sent") is not None:
            left += count
            if message.status(now) in {"delivered", "read"}:
                delivered += count
    return {"delivered": delivered, "sent": left}


def _count_statuses(messages: Sequence[Message], now: int) -> dict[str, int]:
    counts = dict.fromkeys(_COUNTED, 0)
    for message, count in group_alike(messages):
        status = word_status(message, now)
        counts["not_rcs_user" if status == "not_service_user" else status] += count
    return counts


def _find_limits(messages: Sequence[Message], now: int) -> tuple[int | None, int | None]:
    """Tell when the first message left, and when the last one did or was given up; None for what is still to come."""
    left, done = [], []
    for message, _ in group_alike(messages):
        sent = reached(message, now, "sent")
        if sent is not None:
            left.append(sent)
        done.append(_settled(message, now) if sent is None else sent)
    ends = [at for at in done if at is not None]
    return min(left, default=None), max(ends, default=None) if len(ends) == len(done) else None


def _settled(message: Message, now: int) -> int | None:
    """Tell when a message came to an end that was never sent; None while it may still be."""
    ends = [status for status in message.timeline.statuses if status not in NOT_YET_SENT]
    return reached(message, now, *ends)
