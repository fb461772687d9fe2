"""What a request to send SMS asks for, read out of its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mock_bsg.bsg.body import as_text, as_whole_number
from mock_bsg.bsg.reading import (
    NOBODY,
    RECIPIENT_FIELDS,
    SCHEDULE_FIELDS,
    read_callback_url,
    read_flag,
    read_recipient,
    read_recipients,
    read_schedule,
    read_tariff,
    refuse_draft,
)
from mock_bsg.sandbox.errors import SMS_CODES, ApiError
from mock_bsg.sandbox.message import Submission
from mock_bsg.sandbox.otp import fill_otp
from mock_bsg.sandbox.sending import Draft, check_batch_size
from mock_bsg.sandbox.sms_parts import count_parts, is_too_long, transliterate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.bsg.call import Call
    from mock_bsg.sandbox.sending import Recipient

INVALID_OTP = 34
TWO_WAY_NOT_ACTIVE = 35
INVALID_TWO_WAY_SENDER = 36

MAX_HOURS = 72
"""Hours of validity, and the default [client]."""
HOUR = 3_600_000
"""In ms."""
MAX_NAME = 14
"""Characters of an alphanumeric originator [client]."""
MAX_NUMBER = 15
"""Digits of a numeric one [client]."""

_MANNER_FIELDS = frozenset({"validity", "callback_url", "transliterate", "data_coding_ucs2", "2way", *SCHEDULE_FIELDS})
_ORDER_FIELDS = _MANNER_FIELDS | {"destination", "originator", "body", "tariff"}
_FIELDS = {
    "phone": _ORDER_FIELDS | RECIPIENT_FIELDS,
    "otp": _ORDER_FIELDS | RECIPIENT_FIELDS,
    "phones": _ORDER_FIELDS | {"phones"},
    "individual": _ORDER_FIELDS | {"phones"},
}
_EVERY_FIELD = _ORDER_FIELDS | RECIPIENT_FIELDS | {"phones"}
_INDIVIDUAL_FIELDS = RECIPIENT_FIELDS | {"originator", "body"}


class Order(NamedTuple):
    """A request to send SMS: its drafts, and what its answer depends on. `otp_code` is "" but for `otp`."""

    destination: str
    drafts: list[Draft]
    otp_code: str = ""

    @property
    def is_task(self) -> bool:
        """Whether it asks for several messages, and so gets a list and a task."""
        return self.destination in {"phones", "individual"}


class _Manner(NamedTuple):
    """How all messages of a request are sent. Times in ms; `error` is the code of what is wrong with it, or 0."""

    tariff: int
    validity: int = MAX_HOURS * HOUR
    start: int | None = None
    callback_url: str | None = None
    transliterate: bool = False
    ucs2: bool = False
    two_way: bool = False
    error: int = 0


def read_order(call: Call) -> Order:
    """Read the body of create; raises ApiError: 24 what is no order at all, 26, 25, 34, 24 without phones, 12, 6.

    In this order: an empty request of the Python client is 26, not 24 [client].
    """
    found = call.body()
    destination = found.get("destination") if isinstance(found, dict) else None
    if not isinstance(destination, str) or destination not in _FIELDS:
        if isinstance(found, dict):
            call.note_unknown("", found, _EVERY_FIELD)
        raise ApiError(SMS_CODES.payload)
    call.note_unknown("", found, _FIELDS[destination])
    if destination == "individual":
        return _read_individual(call, found)
    manner = _read_manner(call, found)
    body, code = _read_body(call, found, manner, is_otp=destination == "otp")
    originator = _read_originator(found)
    recipients = [read_recipient(found)]
    if destination == "phones":
        recipients = read_recipients(call, "phones", _read_phones(found))
    read_tariff(call, found.get("tariff"))
    return Order(destination, [_draft(call, manner, originator, body, recipients)], code)


def _read_individual(call: Call, found: Mapping[str, Any]) -> Order:
    """Read messages that each have a text and an originator of their own; theirs are their own mistakes, too."""
    phones = _read_phones(found)
    read_tariff(call, found.get("tariff"))
    manner = _read_manner(call, found)
    drafts = []
    for index, phone in enumerate(phones):
        if not isinstance(phone, dict):
            drafts.append(refuse_draft(call, "sms", [NOBODY], SMS_CODES.msisdn))
            continue
        call.note_unknown(f"phones[{index}].", phone, _INDIVIDUAL_FIELDS)
        # What a phone leaves out stands for all beside `phones` [assumed].
        own = {"originator": found.get("originator"), "body": found.get("body")} | phone
        recipients = [read_recipient(phone)]
        try:
            body, _ = _read_body(call, own, manner, is_otp=False)
            drafts.append(_draft(call, manner, _read_originator(own), body, recipients))
        except ApiError as broken:
            drafts.append(refuse_draft(call, "sms", recipients, broken.code))
    return Order("individual", drafts)


def _read_phones(found: Mapping[str, Any]) -> list[Any]:
    phones = found.get("phones")
    if not isinstance(phones, list) or not phones:
        raise ApiError(SMS_CODES.payload)
    check_batch_size(len(phones))
    return phones


def _read_manner(call: Call, found: Mapping[str, Any]) -> _Manner:
    """Read what BSG complains of in the result, not about the request as a whole [client] for validity."""
    tariff = as_whole_number(found.get("tariff")) or 0
    try:
        manner = _Manner(
            tariff,
            _read_validity(found),
            read_schedule(call, found),
            read_callback_url(found),
            read_flag(found, "transliterate"),
            read_flag(found, "data_coding_ucs2"),
            read_flag(found, "2way"),
        )
    except ApiError as broken:
        return _Manner(tariff, error=broken.code)
    return manner


def _read_validity(found: Mapping[str, Any]) -> int:
    given = found.get("validity")
    hours = MAX_HOURS if given is None else as_whole_number(given)
    if hours is None or not 1 <= hours <= MAX_HOURS:
        raise ApiError(SMS_CODES.validity)
    return hours * HOUR


def _read_body(call: Call, found: Mapping[str, Any], manner: _Manner, *, is_otp: bool) -> tuple[str, str]:
    """Read the text as the phone gets it, and the one-time code in it; raises ApiError(26) or (34)."""
    text, code = as_text(found.get("body")), ""
    if not text:
        raise ApiError(SMS_CODES.text)
    if is_otp:
        seed = call.account.playbook.seed
        try:
            to = read_recipient(found)
            text, code = fill_otp(text, seed, "otp", to.msisdn, to.reference or "")
        except ValueError as wrong:
            call.notes.append(str(wrong))
            raise ApiError(INVALID_OTP) from None
    if manner.transliterate:
        text = transliterate(text)
    if is_too_long(text, ucs2=manner.ucs2):
        raise ApiError(SMS_CODES.text)
    return text, code


def _read_originator(found: Mapping[str, Any]) -> str:
    originator = as_text(found.get("originator"))
    if originator is None or not is_originator(originator):
        raise ApiError(SMS_CODES.sender)
    return originator


def is_originator(text: str) -> bool:
    """Whether an SMS can come from it: a name of up to 14 characters, a number of up to 15 digits [client].

    BSG's own examples have spaces and underscores in it, so every printable ASCII character may be [assumed].
    """
    if not text.isascii() or not text.isprintable() or not text.strip():
        return False
    bare = text.removeprefix("+")
    return len(bare) <= (MAX_NUMBER if bare.isdigit() else MAX_NAME)


def _draft(call: Call, manner: _Manner, originator: str, body: str, recipients: list[Recipient]) -> Draft:
    error = manner.error or (_check_two_way(call, originator) if manner.two_way else 0)
    if error:
        return refuse_draft(call, "sms", recipients, error)
    submission = Submission(
        "sms",
        call.account.playbook,
        time_in=call.now,
        start=manner.start,
        sender=originator,
        text=body,
        tariff=manner.tariff,
        validity=manner.validity,
        callback_url=manner.callback_url,
        parts=count_parts(body, ucs2=manner.ucs2),
        request=call.request,
    )
    return Draft(submission, recipients)


def _check_two_way(call: Call, originator: str) -> int:
    """Find the error of a two-way SMS from this originator, 0 if none: what a scenario lists as incoming is active."""
    senders = {sms.originator for sms in call.account.playbook.incoming}
    if not senders:
        return TWO_WAY_NOT_ACTIVE
    return 0 if originator in senders or "" in senders else INVALID_TWO_WAY_SENDER
