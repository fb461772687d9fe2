"""A message to one recipient: what was submitted, what was decided, and its timeline."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from mock_bsg.domain.lifecycle import REFUNDED
from mock_bsg.rules.ruleset import MessageFacts
from mock_bsg.sandbox.timeline import NOT_YET_ARRIVED

if TYPE_CHECKING:
    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.domain.money import Amount
    from mock_bsg.rules.ruleset import Decision, Ruleset
    from mock_bsg.sandbox.timeline import Timeline


ALT_ROUTE_VALIDITY = 72 * 3600 * 1000
"""BSG's default for an SMS, 72 hours, in ms."""


class AltRoute(NamedTuple):
    """What the sender asked for if Viber does not deliver, or whichever channel was the first; `validity` in ms."""

    originator: str
    text: str
    callback_url: str | None = None
    reference: str | None = None
    validity: int = ALT_ROUTE_VALIDITY


class ViberOptions(NamedTuple):
    """Picture, button and alternative route of a Viber message; of other channels', the alternative route."""

    img: str | None = None
    caption: str | None = None
    action: str | None = None
    alt_route: AltRoute | None = None


class Origin(NamedTuple):
    """From what of the One API a message came; API v1 has no such thing.

    `campaign` and `authentication` are the ids of what it belongs to. `text` is what the One API tells as its text,
    where the phone gets another: a one-time code stands in no answer.
    """

    source: Literal["rest", "2fa"] = "rest"
    campaign: int | None = None
    authentication: str | None = None
    text: str | None = None


class Submission:
    """What all recipients of one message of a request share.

    `time_in` and `start` are ms of the account's clock: creation, and the time of sending (later if scheduled).
    `validity` is in ms. `request` is the number of the journal's entry.
    """

    __slots__ = (
        "callback_url",
        "channel",
        "is_promotional",
        "options",
        "origin",
        "parts",
        "request",
        "ruleset",
        "sender",
        "start",
        "tariff",
        "text",
        "time_in",
        "validity",
    )

    def __init__(  # noqa: PLR0913 -- one place where a submission is put together, by keyword
        self,
        channel: Channel,
        ruleset: Ruleset,
        *,
        time_in: int,
        start: int | None = None,
        sender: str = "",
        text: str = "",
        tariff: int = 0,
        validity: int | None = None,
        is_promotional: bool = False,
        options: ViberOptions | None = None,
        callback_url: str | None = None,
        parts: int = 1,
        request: int = 0,
        origin: Origin | None = None,
    ) -> None:
        self.channel = channel
        self.ruleset = ruleset
        self.time_in = time_in
        self.start = time_in if start is None else start
        self.sender = sender
        self.text = text
        self.tariff = tariff
        self.validity = validity
        self.is_promotional = is_promotional
        self.options = options
        self.callback_url = callback_url
        self.parts = parts
        self.request = request
        self.origin = origin


class Judged(NamedTuple):
    """What the rules looked at, beside a message's number and country, when they decided about it."""

    submission: Submission
    reference: str | None


class Message:
    """One message to one recipient. `price` is what its creation took from the balance.

    Once the command is over that made it, it is never changed, only replaced: whoever keeps it, keeps it as it was.
    """

    __slots__ = ("counterpart", "country", "decision", "id", "msisdn", "price", "reference", "submission", "timeline")

    def __init__(  # by position: made in the innermost loop, where keywords cost
        self,
        id: int,  # noqa: A002 -- BSG's word for it
        submission: Submission,
        msisdn: str,
        country: str,
        reference: str | None,
        price: Amount,
        timeline: Timeline,
        decision: Decision | None,
    ) -> None:
        self.id = id
        self.submission = submission
        self.msisdn = msisdn
        self.country = country
        self.reference = reference
        self.price = price
        self.timeline = timeline
        self.decision = decision
        """None: no rule matched, the scenario's defaults hold."""
        self.counterpart: int | None = None
        """Of a Viber message that is going to fail: the id of its SMS. Of such an SMS: the id of its Viber message."""

    def with_timeline(self, timeline: Timeline) -> Self:
        """Make one like it that goes another way."""
        twin = copy(self)
        twin.timeline = timeline
        return twin

    def without_price(self) -> Self:
        """Make one like it that costs nothing."""
        twin = copy(self)
        twin.price = 0
        return twin

    @property
    def channel(self) -> Channel:
        return self.submission.channel

    @property
    def judged(self) -> Judged:
        """What the rules looked at when they decided about it, beside number and country."""
        return Judged(self.submission, self.reference)

    def status(self, now: int) -> str:
        timeline = self.timeline
        return timeline.statuses[timeline.position(now - self.submission.start)]

    def cost(self, now: int) -> Amount:
        """Tell what the message costs at this instant: a Viber message that ended undelivered costs nothing [seed]."""
        failed_at = self.timeline.failed_at
        if failed_at is not None and self.channel in REFUNDED and now - self.submission.start >= failed_at:
            return 0
        return self.price

    def is_visible(self, now: int) -> bool:
        """Whether it exists yet: the SMS of an alternative route does from the instant at which Viber gave up."""
        return now >= self.submission.time_in

    def sent_at(self, now: int) -> int | None:
        """Tell the time of sending, for a scheduled message also while it is still to come; None if unknown yet."""
        start = self.submission.start
        timeline = self.timeline
        for status, offset in zip(timeline.statuses, timeline.offsets, strict=True):
            if status == "sent":
                if start + offset <= now:
                    return start + offset
                break
        return start if start > self.submission.time_in else None

    def reported_at(self, now: int) -> int | None:
        """Tell when the last delivery report came, None before the first."""
        timeline = self.timeline
        start = self.submission.start
        position = timeline.position(now - start)
        if timeline.statuses[position] in NOT_YET_ARRIVED:
            return None
        return start + timeline.offsets[position]


class FollowingSms(Message):
    """The SMS of an alternative route that goes as the rule which decided its Viber message says.

    It keeps what the rules looked at there, so that the decision can still be explained when that message was dropped.
    """

    __slots__ = ("_judged",)

    _judged: Judged

    @classmethod
    def of(
        cls, viber: Message, submission: Submission, reference: str | None, price: Amount, timeline: Timeline
    ) -> FollowingSms:
        sms = cls(0, submission, viber.msisdn, viber.country, reference, price, timeline, viber.decision)
        sms._judged = viber.judged
        return sms

    @property
    def judged(self) -> Judged:
        return self._judged

    @judged.setter
    def judged(self, judged: Judged) -> None:
        self._judged = judged


def facts_of(submission: Submission) -> MessageFacts:
    """Tell what a rule may ask about a message."""
    is_viber = submission.channel == "viber"
    return MessageFacts(
        channel=submission.channel,
        alpha_name=submission.sender if is_viber else "",
        originator="" if is_viber else submission.sender,
        text=submission.text,
        is_promotional=submission.is_promotional,
        has_alt_route=submission.options is not None and submission.options.alt_route is not None,
        tariff=submission.tariff,
        validity=0 if submission.validity is None else submission.validity // 1000,
    )
