"""SMS that came from phones: those that the scenario lists, and answers to SMS of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.domain.sms_parts import is_too_long
from mock_bsg.sandbox.errors import BadOrderError, ImpossibleReplyError
from mock_bsg.sandbox.replies import Incoming

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message


def check_reply(message: Message, text: str, now: int) -> None:
    """Raise BadOrderError for a text that no SMS has, ImpossibleReplyError for a message that no phone can answer."""
    if not text.strip():
        raise BadOrderError("text must be what the phone answers; it is empty")
    if is_too_long(text):
        raise BadOrderError("text is longer than an SMS can be: 765 characters, or 355 with other letters than GSM's")
    status = message.status(now)
    if message.channel != "sms" or status != "delivered":
        raise ImpossibleReplyError(
            f"a phone can answer an SMS that was delivered; message {message.id} is "
            + (f"'{status}'" if message.channel == "sms" else f"a {message.channel} message")
        )


def note_reply(account: Account, message: Message, text: str, now: int) -> Incoming:
    """Note what the phone that got a message answers at that instant."""
    reply = account.replies.add(now, message, text)
    account.tell(reply)
    return reply


def list_incoming(account: Account, now: int) -> list[Incoming]:
    """List what has come from phones by that instant, the oldest first."""
    listed = (
        Incoming(number, account.began + sms.at, sms.msisdn, sms.originator, sms.text)
        for number, sms in enumerate(account.ruleset.incoming, 1)
    )
    came = [*(each for each in listed if each.at <= now), *account.replies]
    return sorted(came, key=lambda each: (each.at, each.number))


def list_originators(account: Account) -> list[str]:
    """List the originators that phones write to, each once; "" stands for any. None: two-way SMS are not active."""
    written_to = [sms.originator for sms in account.ruleset.incoming] + [each.originator for each in account.replies]
    return list(dict.fromkeys(written_to))
