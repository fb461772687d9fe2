"""One-time passwords: a code is sent, verified, sent once more, canceled; sessions are looked at and listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError

from mock_bsg.domain.money import as_short_number
from mock_bsg.domain.phones import country_of
from mock_bsg.domain.times import time_text
from mock_bsg.one_api import refusals
from mock_bsg.one_api.accounts import is_registered
from mock_bsg.one_api.call import Call, Function
from mock_bsg.one_api.channels import SMS_SENDER, read_sms_sender
from mock_bsg.one_api.fields import (
    BLANK,
    DAY,
    NOT_VALID,
    Part,
    Reader,
    Several,
    check_length,
    choice,
    digits,
    string,
    whole,
    wrong,
)
from mock_bsg.one_api.messages import CODES, WRONG_NUMBER
from mock_bsg.one_api.paging import Paged, cut
from mock_bsg.one_api.words import reached
from mock_bsg.sandbox import one_time_codes
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.code_templates import HIGHEST_ID
from mock_bsg.sandbox.one_time_codes import Errand, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.authentications import Authentication
    from mock_bsg.sandbox.code_templates import Template
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.sending import Receipt

NOT_AVAILABLE = "Template is not available."
WRONG_COUNTRY = "The recipients phone number is located in a country that the template is not available for."
"""How it begins is published, the rest is [assumed]."""
NOT_FOUND = "Authentication not found"
NO_MATCH = "The code does not match the expected value"
ENDED = {
    "expired": "Authentication expired",
    "failed": "Authentication failed status",
    "canceled": "Authentication canceled status",
    "verified": "Authentication verified status",  # [assumed]
}
"""Why a session that is not pending takes nothing any more [spec]."""

_LONGEST_VIBER_SENDER = 40
_LONGEST_ANSWER = 40
"""Characters of what somebody types for a code; whatever it is but the code is a wrong one [assumed]."""
_DAY = 86_400_000
_PATH = "/api/2fa/authentications"


def _read_sender(found: Any) -> str:
    """Read a sender; how long it may be depends on the channel."""
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise wrong(NOT_VALID)
    if found == "":
        raise wrong(BLANK)
    return str(found)


class SendCode(Part):
    """The body that sends a code."""

    recipient: Annotated[str, digits(9, 15)]
    channel: Annotated[str, choice("sms", "viber")]
    sender: Annotated[str, Reader(_read_sender, {"type": "string", "minLength": 1, "maxLength": 40})]
    sender_alt: Annotated[str | None, SMS_SENDER] = None
    template_id: Annotated[int, whole(1, HIGHEST_ID)]
    code_lifetime: Annotated[int, whole(30, 300)]
    code_max_tries: Annotated[int, whole(1, 5)]
    code_digits: Annotated[int, whole(3, 9)]

    @classmethod
    def find_clashes(cls, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        channel, sender = found.get("channel"), found.get("sender")
        if not isinstance(channel, str) or not isinstance(sender, str | int) or sender == "":
            return
        try:
            if channel.lower() == "sms":
                read_sms_sender(sender)
            else:
                check_length(str(sender), 1, _LONGEST_VIBER_SENDER)
        except PydanticCustomError as error:
            yield "sender", error.message()


class VerifyCode(Part):
    """The body that verifies a code."""

    access_code: Annotated[str, string(1, _LONGEST_ANSWER)]


class SessionQuery(Paged):
    """Which sessions are asked for; days are whole, and both included."""

    limit: Annotated[int, whole(10, 500)] = Field(10, alias="page[limit]")
    sort: Annotated[
        str, choice("id", "status", "channel", "recipient", "created_at", "finished_at", "country_code")
    ] = "id"
    since: Annotated[int, DAY] = Field(alias="filter[from]")
    until: Annotated[int, DAY] = Field(alias="filter[to]")
    ids: Annotated[list[Annotated[str, string(1, 36)]] | None, Several(1, 3)] = Field(None, alias="filter[ids]")
    status: Annotated[str | None, choice("pending", "verified", "failed", "canceled", "expired")] = Field(
        None, alias="filter[status]"
    )
    channel: Annotated[str | None, choice("sms", "viber")] = Field(None, alias="filter[channel]")
    recipient: Annotated[str | None, digits(1, 15)] = Field(None, alias="filter[recipient]")
    country_code: Annotated[str | None, string(2, 2)] = Field(None, alias="filter[country_code]")


def send_code(call: Call) -> Answer:
    """Send a code; it stands in the message, and in no answer."""
    wanted, account = call.body(SendCode), call.account
    sender_alt = wanted.sender_alt
    if sender_alt is not None and wanted.channel == "sms":
        call.note("sender_alt is for Viber only: an SMS has no other channel")
        sender_alt = None
    _check_senders(account, sender=wanted.sender, sender_alt=sender_alt)
    template = _find_template(call, wanted)
    session, receipt = one_time_codes.send_code(
        _errand(call),
        Wanted(
            wanted.recipient,
            "sms" if wanted.channel == "sms" else "viber",
            wanted.sender,
            sender_alt,
            template.text,
            wanted.code_lifetime * 1000,
            wanted.code_max_tries,
            wanted.code_digits,
        ),
    )
    return _tell_sent(call, session, receipt, 201)


def verify(call: Call) -> Answer:
    session = _find(call)
    told = call.body(VerifyCode).access_code.removeprefix("+")
    _check_pending(call, session)
    verified = one_time_codes.verify(call.account, session, told, call.now)
    if verified is None:
        raise refusals.no_such_code(NO_MATCH)
    return Answer({"data": word_session(call.account, verified, call.now)})


def resend(call: Call) -> Answer:
    """Send another code; the one before is void."""
    session = _find(call)
    _check_pending(call, session)
    _check_senders(call.account, sender=session.sender, sender_alt=session.sender_alt)
    return _tell_sent(call, *one_time_codes.resend(_errand(call), session), 200)


def cancel(call: Call) -> Answer:
    session = _find(call)
    _check_pending(call, session)
    return Answer(
        {"data": word_session(call.account, one_time_codes.cancel(call.account, session, call.now), call.now)}
    )


def status(call: Call) -> Answer:
    return Answer({"data": _word_with_messages(call.account, _find(call), call.now)})


def list_sessions(call: Call) -> Answer:
    wanted, account, now = call.query(SessionQuery), call.account, call.now
    found = [each for each in account.authentications.oldest_first() if _is_wanted(each, wanted, now)]
    found.sort(key=lambda each: _ORDERS[wanted.sort](each, now), reverse=wanted.way == "desc")
    rows = [_word_with_messages(account, each, now) for each in cut(found, wanted)]
    return Answer({"data": {"list": rows, "total": len(found)}})


_ORDERS: Mapping[str, Callable[[Authentication, int], Any]] = {
    "id": lambda session, _: session.number,  # in the order of their creation [assumed]
    "status": lambda session, now: session.status(now),
    "channel": lambda session, _: session.channel,
    "recipient": lambda session, _: session.recipient,
    "created_at": lambda session, _: session.created_at,
    "finished_at": lambda session, now: _or_last(session.finished_at(now)),
    "country_code": lambda session, _: session.country,
}


def _or_last(at: int | None) -> tuple[bool, int]:
    return at is None, at or 0


def _is_wanted(session: Authentication, wanted: SessionQuery, now: int) -> bool:
    return (
        wanted.since <= session.created_at < wanted.until + _DAY
        and (wanted.ids is None or session.id in [each.lower() for each in wanted.ids])
        and (wanted.status is None or session.status(now) == wanted.status)
        and (wanted.channel is None or session.channel == wanted.channel)
        and (wanted.recipient is None or session.recipient == wanted.recipient)
        and (wanted.country_code is None or session.country == wanted.country_code.upper())
    )


# --- what stands in the way


def _find(call: Call) -> Authentication:
    session = call.account.authentications.find(call.params["id"].lower())
    if session is None:
        raise refusals.no_such_code(NOT_FOUND)
    return session


def _check_pending(call: Call, session: Authentication) -> None:
    status = session.status(call.now)
    if status != "pending":
        raise refusals.wrong_state(ENDED[status])


def _check_senders(account: Account, **senders: str | None) -> None:
    """Raise Refusal for senders that the account does not have, each by the name of its field."""
    unknown = {field: [NOT_VALID] for field, sender in senders.items() if sender and not is_registered(account, sender)}
    if unknown:
        raise refusals.wrong_fields(unknown)


def _find_template(call: Call, wanted: SendCode) -> Template:
    account = call.account
    setting = account.ruleset.one_api
    template = account.code_templates.find(wanted.template_id, setting, account.began, call.now)
    if template is None or template.status != "approved":
        raise refusals.against_rules(NOT_AVAILABLE)
    if not template.is_for(country_of(wanted.recipient)):
        raise refusals.against_rules(WRONG_COUNTRY)
    return template


def _errand(call: Call) -> Errand:
    return Errand(call.account, call.now, call.request, CODES)


def _tell_sent(call: Call, session: Authentication | None, receipt: Receipt, status: int) -> Answer:
    """Answer with a session whose code was sent, or raise the Refusal of its recipient."""
    if session is None:
        error = receipt.refusals[0]
        is_ours = error == WRONG_NUMBER
        refusal = refusals.wrong_fields({"recipient": [NOT_VALID]}) if is_ours else refusals.of_code(error)
        refusal.rules, refusal.effects = receipt.rules, receipt.effects
        raise refusal
    data = word_session(call.account, session, call.now) | {"price": 0}
    return Answer({"data": data}, receipt.rules, receipt.effects, status=status)


# --- words


def word_session(account: Account, session: Authentication, now: int) -> dict[str, Any]:
    """Word a session as it is at that instant (ms)."""
    return {
        "id": session.id,
        "recipient": session.recipient,
        "status": session.status(now),
        "channel": session.channel,
        "sender": session.sender,
        "sender_alt": session.sender_alt,
        "message_text": session.text,
        "code_lifetime": session.lifetime // 1000,
        "code_max_tries": session.max_tries,
        "code_digits": session.digits,
        "price": as_short_number(one_time_codes.price_of(account, session, now)),
        "currency": account.currency,
        "country_code": session.country or None,
        "expired_at": time_text(session.expires_at),
        "created_at": time_text(session.created_at),
        "finished_at": time_text(session.finished_at(now)),
    }


def _word_with_messages(account: Account, session: Authentication, now: int) -> dict[str, Any]:
    messages = [_word_message(account, each, now) for each in one_time_codes.messages_of(account, session, now)]
    return word_session(account, session, now) | {"messages": messages}


def _word_message(account: Account, message: Message, now: int) -> dict[str, Any]:
    """Word a message of a session; that it has left is all that is said of its status [sdk]."""
    sent_at = reached(message, now, "sent")
    return {
        "id": message.id,
        "recipient": message.msisdn,
        "status": "accepted" if sent_at is None else "sent",
        "channel": message.channel,
        "sender": message.submission.sender,
        "price": as_short_number(message.cost(now)),
        "currency": account.currency,
        "sent_at": time_text(sent_at),
        "created_at": time_text(message.submission.time_in),
    }


FUNCTIONS = (
    Function(
        "POST",
        f"{_PATH}/otp",
        send_code,
        "send_otp",
        "TwoFAOTPApi",
        "Send a one-time code",
        body=SendCode,
        status=201,
    ),
    Function(
        "POST",
        f"{_PATH}/otp/{{id}}/verify",
        verify,
        "verify_otp",
        "TwoFAOTPApi",
        "Verify a one-time code",
        body=VerifyCode,
    ),
    Function("POST", f"{_PATH}/otp/{{id}}/resend", resend, "resend_otp", "TwoFAOTPApi", "Send another code"),
    Function("POST", f"{_PATH}/{{id}}/cancel", cancel, "cancel_otp", "TwoFAOTPApi", "Cancel a session"),
    Function("GET", f"{_PATH}/{{id}}", status, "status_otp", "TwoFAOTPApi", "A session and its messages"),
    Function("GET", _PATH, list_sessions, "otp_list", "TwoFAOTPApi", "List sessions", query=SessionQuery),
)
