"""The messages of campaigns: found when somebody asks what has become of them, and stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mock_bsg.sandbox.alt_routes import withdraw_alt_route
from mock_bsg.sandbox.timeline import NOT_YET_SENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.campaigns import Campaign
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.timeline import Timeline


class Sent(NamedTuple):
    """The messages of a campaign that are still kept, oldest first, and the SMS that followed some of them."""

    messages: list[Message]
    following: list[Message]


def find_sent(account: Account, campaign: Campaign, now: int) -> Sent:
    """Find a campaign's messages, as far as they exist at that instant."""
    messages: list[Message] = []
    following: list[Message] = []
    for message_id in campaign.ids:
        message = account.find(message_id, now)
        if message is not None:
            (messages if message.channel == campaign.channel else following).append(message)
    if campaign.has_alternative:
        for message in messages:
            # An SMS that was planned later, because a status was set by hand, has an id elsewhere.
            if message.counterpart is not None and message.counterpart not in campaign.ids:
                sms = account.find(message.counterpart, now)
                if sms is not None:
                    following.append(sms)
        following.sort(key=lambda message: message.id)
    return Sent(messages, following)


def group_alike(messages: Iterable[Message]) -> list[tuple[Message, int]]:
    """Tell one message of each kind that goes the same way at the same time, and how many there are of it."""
    groups: dict[tuple[Timeline, int], list[Message]] = {}
    for message in messages:
        groups.setdefault((message.timeline, message.submission.start), []).append(message)
    return [(group[0], len(group)) for group in groups.values()]


def stop(account: Account, campaign: Campaign, now: int) -> Campaign:
    """Reject what has not been sent yet, on every channel unpaid [assumed]; tells the campaign as it is from now on.

    No SMS follows what was stopped.
    """
    account.process_due(now)
    timelines: dict[tuple[Timeline, int], Timeline] = {}
    sent = find_sent(account, campaign, now)
    for message in (*sent.messages, *sent.following):
        if message.status(now) in NOT_YET_SENT:
            _stop(account, message, timelines, now)
    stopped = campaign._replace(stopped_at=now)
    account.campaigns.replace(stopped)
    return stopped


def _stop(account: Account, message: Message, timelines: dict[tuple[Timeline, int], Timeline], now: int) -> None:
    way = message.timeline, message.submission.start
    timeline = timelines.get(way)
    if timeline is None:
        elapsed = now - message.submission.start
        timeline = timelines[way] = message.timeline.with_step_now("rejected", elapsed, cause="stopped")
    if message.id >= account.paid_from:
        account.balance += message.price
    rejected = account.reschedule(message.without_price(), timeline, now)
    if rejected.channel != "sms":
        withdraw_alt_route(account, rejected)
