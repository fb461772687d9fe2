"""What a tester does to a message by hand: a status made to happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.sandbox.alt_routes import plan_alt_route, withdraw_alt_route

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message


def set_status(account: Account, message: Message, status: str, now: int) -> None:
    """Make a status happen now; of the planned steps those stay that can still follow.

    The SMS of an alternative route comes and goes with it. Raises ImpossibleStepError. From then on the account has
    another message of that id.
    """
    account.process_due(now)
    submission = message.submission
    timeline = message.timeline.with_step_now(status, now - submission.start, submission.validity)
    fails_as_planned = timeline.failed_at == message.timeline.failed_at
    message = account.reschedule(message, timeline, now)
    if message.submission.options is not None and not fails_as_planned:
        withdraw_alt_route(account, message)
        stored = len(account.messages)
        if timeline.failed_at is not None:
            plan_alt_route(account, message, submission.start + timeline.failed_at)
        account.process_due(now)
        account.retention.take(account, len(account.messages) - stored)
