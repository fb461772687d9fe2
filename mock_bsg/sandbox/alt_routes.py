"""Alternative routes: the SMS that follows a Viber message which is going to fail, planned when that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.domain.sms_parts import count_parts
from mock_bsg.sandbox.message import FollowingSms, Message, Submission, facts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mock_bsg.sandbox.account import Account


def plan_alt_routes(account: Account, messages: Sequence[Message]) -> None:
    """Plan the SMS of every Viber message that is going to fail, so that its id does not depend on when one looks."""
    shared: dict[tuple[int, int], Submission] = {}
    for message in messages:
        timeline = message.timeline
        if timeline.failed_at is not None:
            plan_alt_route(account, message, message.submission.start + timeline.failed_at, shared)


def plan_alt_route(
    account: Account, viber: Message, birth: int, shared: dict[tuple[int, int], Submission] | None = None
) -> None:
    """Plan the SMS that follows a Viber message which fails at `birth` (ms of the account's clock), if it has one.

    It follows the `sms` plan of the rule that decided the Viber message; without one, the rules are looked at afresh.
    """
    options = viber.submission.options
    if options is None or options.alt_route is None:
        return
    submission = shared.get((id(viber.submission), birth)) if shared is not None else None
    if submission is None:
        submission = _alt_submission(account, viber.submission, birth)
        if shared is not None:
            shared[id(viber.submission), birth] = submission
    decision = viber.decision
    plan = None if decision is None else decision.plans.get("sms")
    if plan is None:
        candidates = account.ruleset.narrow(facts_of(submission))
        decision = candidates.choose(viber.msisdn, viber.country, options.alt_route.reference or "", account.usage)
        if decision is not None and (decision.error or (decision.effect is not None and decision.effect.ends_request)):
            return  # the scenario refuses this SMS: BSG's gateway would have had it refused, too
        default = account.ruleset.defaults["sms"]
        plan = default if decision is None else decision.plans.get("sms", default)
    timeline = account.timeline_of(plan, submission, viber.msisdn, decision, account.usage)
    price = account.prices.price("sms", viber.country, submission.tariff) * submission.parts
    reference = options.alt_route.reference
    if decision is not None and decision is viber.decision:
        sms: Message = FollowingSms.of(viber, submission, reference, price, timeline)
    else:
        sms = Message(0, submission, viber.msisdn, viber.country, reference, price, timeline, decision)
    account.add([sms], named=())
    if submission.callback_url is not None:
        account.expect_reports()
    sms.counterpart = viber.id
    viber.counterpart = sms.id
    account.planned_sms += 1
    account.event_queue.add_at(birth, sms)


def _alt_submission(account: Account, viber: Submission, birth: int) -> Submission:
    assert viber.options is not None  # noqa: S101 -- told to the type checker; the caller looked
    alt = viber.options.alt_route
    assert alt is not None  # noqa: S101 -- likewise
    return Submission(
        "sms",
        account.ruleset,
        time_in=birth,
        sender=alt.originator,
        text=alt.text,
        tariff=viber.tariff,
        validity=alt.validity,
        callback_url=alt.callback_url,
        parts=count_parts(alt.text),
        request=viber.request,
        origin=viber.origin,
    )


def withdraw_alt_route(account: Account, viber: Message) -> None:
    """Drop the SMS that was planned for a Viber message: it fails at another time now, or not at all."""
    planned = None if viber.counterpart is None else account.messages.get(viber.counterpart)
    if planned is not None:
        account.forget(planned)
        account.retention.withdraw(account)
        viber.counterpart = None
