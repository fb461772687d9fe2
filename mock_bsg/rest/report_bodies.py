"""What GET would answer about a message of any channel at a given instant: the body of its delivery reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.rest import hlr, mnp
from mock_bsg.rest.answers import status_answer

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message


def state_answer(account: Account, message: Message, now: int) -> dict[str, Any]:
    """Word the answer to the message's own status function at that instant (ms of the account's clock)."""
    if message.channel == "hlr":
        return hlr.result_answer(message, now)
    if message.channel == "mnp":
        return mnp.result_answer(message)
    return status_answer(account, message, now)
