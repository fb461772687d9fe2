"""One-time codes: sent as any message is, told once more, compared with what somebody has typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mock_bsg.domain.sms_parts import count_parts
from mock_bsg.sandbox.authentications import Authentication, SentCode, draw_code, draw_id
from mock_bsg.sandbox.code_templates import fill
from mock_bsg.sandbox.message import AltRoute, Message, Origin, Submission, ViberOptions
from mock_bsg.sandbox.sending import Draft, Recipient, check_tariff, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.domain.error_codes import Codes
    from mock_bsg.domain.money import Amount
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.sending import Receipt

_TARIFF = 0
"""The default one: nobody can name another."""


class Wanted(NamedTuple):
    """What is to be sent: a code in the text of a template; `lifetime` in ms.

    `sender_alt` is the SMS's that takes over where Viber fails.
    """

    recipient: str
    channel: Literal["sms", "viber"]
    sender: str
    sender_alt: str | None
    text: str
    lifetime: int
    max_tries: int
    digits: int


class Errand(NamedTuple):
    """Whose request it is that sends a code: the account's, at that time of its clock, by its number in the journal.

    `codes` is how the API numbers the mistakes that are found in a recipient.
    """

    account: Account
    now: int
    request: int
    codes: Codes


def send_code(errand: Errand, wanted: Wanted) -> tuple[Authentication | None, Receipt]:
    """Begin a session and send its first code; there is none where the recipient was refused, as the receipt says.

    Raises ApiError and RequestEnded as `sending.send` does; then nothing has begun, and no code is used up.
    """
    account, now = errand.account, errand.now
    seed, sessions = account.ruleset.seed, account.authentications
    authentication_id = draw_id(seed, wanted.recipient, account.usage, sessions)
    code = _draw(account, wanted.recipient, wanted.digits)
    message, receipt = _send(errand, wanted, code, authentication_id)
    if message is None:
        return None, receipt
    session = Authentication(
        sessions.next_number,
        authentication_id,
        wanted.recipient,
        message.country,
        wanted.channel,
        wanted.sender,
        wanted.sender_alt,
        wanted.text,
        wanted.lifetime,
        wanted.max_tries,
        wanted.digits,
        created_at=now,
        expires_at=now + wanted.lifetime,
        sent=(SentCode(code, message.id),),
    )
    sessions.keep(session)
    return session, receipt


def resend(errand: Errand, session: Authentication) -> tuple[Authentication | None, Receipt]:
    """Send another code for a session that is pending: the one before is void, and the lifetime begins anew [assumed].

    None where the recipient was refused: then the code before still holds. Raises what `send_code` does.
    """
    wanted = Wanted(
        session.recipient,
        session.channel,
        session.sender,
        session.sender_alt,
        session.text,
        session.lifetime,
        session.max_tries,
        session.digits,
    )
    code = _draw(errand.account, session.recipient, session.digits, session.code)
    message, receipt = _send(errand, wanted, code, session.id)
    if message is None:
        return None, receipt
    sent = (*session.sent, SentCode(code, message.id))
    session = session._replace(sent=sent, expires_at=errand.now + session.lifetime)
    errand.account.authentications.keep(session)
    return session, receipt


def verify(account: Account, session: Authentication, told: str, now: int) -> Authentication | None:
    """Compare what somebody has typed with the code of a pending session; tells the session if it is the code.

    A wrong one is a try; the last that is allowed ends the session.
    """
    if told == session.code:
        return _end(account, session, "verified", now)
    session = session._replace(tries=session.tries + 1)
    account.authentications.keep(session)
    if session.tries >= session.max_tries:
        _end(account, session, "failed", now)
    return None


def cancel(account: Account, session: Authentication, now: int) -> Authentication:
    """End a pending session: no code of it can be verified any more."""
    return _end(account, session, "canceled", now)


def messages_of(account: Account, session: Authentication, now: int) -> Iterator[Message]:
    """Tell the messages of a session that are still kept, each followed by the SMS that took over, if one has."""
    for sent in session.sent:
        message = account.find(sent.message, now)
        if message is not None:
            yield message
            sms = account.counterpart(message, now) if message.channel != "sms" else None
            if sms is not None:
                yield sms


def price_of(account: Account, session: Authentication, now: int) -> Amount:
    """Tell what the messages of a session cost at that instant."""
    return sum(message.cost(now) for message in messages_of(account, session, now))


def sent_with(message: Message, session: Authentication) -> SentCode | None:
    """Tell which code of its session stands in a message: its own, or that of the message whose place it takes."""
    own = {message.id, message.counterpart}
    return next((sent for sent in session.sent if sent.message in own), None)


def _end(
    account: Account, session: Authentication, how: Literal["verified", "failed", "canceled"], now: int
) -> Authentication:
    session = session._replace(ended=how, ended_at=now)
    account.authentications.keep(session)
    return session


def _draw(account: Account, recipient: str, digits: int, other_than: str = "") -> str:
    ruleset = account.ruleset
    drawn = account.usage.told(("code", recipient))
    return draw_code(ruleset.seed, ruleset.one_api, recipient, drawn, digits, other_than)


def _send(errand: Errand, wanted: Wanted, code: str, authentication_id: str) -> tuple[Message | None, Receipt]:
    """Send a code as one message, which is valid as long as the code [assumed]; a draw is used up if it is sent."""
    account, now = errand.account, errand.now
    text = fill(wanted.text, code)
    options = None
    if wanted.sender_alt is not None:
        options = ViberOptions(alt_route=AltRoute(wanted.sender_alt, text, validity=wanted.lifetime))
    submission = Submission(
        wanted.channel,
        account.ruleset,
        time_in=now,
        sender=wanted.sender,
        text=text,
        tariff=check_tariff(account, _TARIFF),
        validity=wanted.lifetime,
        options=options,
        parts=count_parts(text) if wanted.channel == "sms" else 1,
        request=errand.request,
        origin=Origin("2fa", authentication=authentication_id, text=wanted.text),
    )
    receipt = send(account, (Draft(submission, (Recipient(wanted.recipient, None),)),), errand.codes, now)
    if not receipt.created:
        return None, receipt
    account.usage.count(("code", wanted.recipient))
    return receipt.created[0], receipt
