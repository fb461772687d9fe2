"""What a request to send SMS asks for, read out of its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mock_bsg.domain.error_codes import INVALID_OTP, INVALID_TWO_WAY_SENDER, SMS_CODES, TWO_WAY_NOT_ACTIVE
from mock_bsg.domain.sms_parts import GSM_LIMIT, count_parts, is_too_long, transliterate
from mock_bsg.rest.body import as_text, as_whole_number
from mock_bsg.rest.mistakes import explain_array, explain_destination, explain_originator
from mock_bsg.rest.reading import (
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
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.sandbox.incoming import list_originators
from mock_bsg.sandbox.message import Submission
from mock_bsg.sandbox.otp import fill_otp
from mock_bsg.sandbox.sending import Draft, check_batch_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.rest.call import Call
    from mock_bsg.sandbox.sending import Recipient


MAX_HOURS = 72
"""Hours of validity, and the default [client]."""
HOUR = 3_600_000
"""In ms."""
MAX_NAME = 14
"""Characters of an alphanumeric originator [client]."""
MAX_NUMBER = 15
"""Digits of a numeric one [client]."""

# Where answers of phones go (`callback_url_2way`) is accepted, but nothing is sent there [client].
_MANNER_FIELDS = frozenset(
    {"validity", "callback_url", "transliterate", "data_coding_ucs2", "2way", "callback_url_2way", *SCHEDULE_FIELDS}
)
_ORDER_FIELDS = _MANNER_FIELDS | {"destination", "originator", "body", "tariff"}
_FIELDS = {
    "phone": _ORDER_FIELDS | RECIPIENT_FIELDS,
    "otp": _ORDER_FIELDS | RECIPIENT_FIELDS,
    # `reference` beside `phones` is the batch's own, which Perl's client requires: accepted, and never told [client].
    "phones": _ORDER_FIELDS | {"phones", "reference"},
    "individual": _ORDER_FIELDS | {"phones", "reference"},
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


def read_order(call: Call, *, is_priced_only: bool = False) -> Order:
    """Read the body of create; raises ApiError: 24 what is no order at all, 26, 25, 34, 24 without phones, 12, 6.

    In this order: an empty request of the Python client is 26, not 24 [client]. What is only priced is read without
    callback and time, which BSG ignores then, a bad or past one too [spec].
    """
    found = call.body()
    destination = found.get("destination") if isinstance(found, dict) else None
    if not isinstance(destination, str) or destination not in _FIELDS:
        _note_no_order(call, found)
        raise ApiError(SMS_CODES.payload)
    call.note_unknown("", found, _FIELDS[destination])
    if destination == "individual":
        return _read_individual(call, found, is_priced_only=is_priced_only)
    manner = _read_manner(call, found, is_priced_only=is_priced_only)
    body, code = _read_body(call, found, manner, is_otp=destination == "otp")
    originator = _read_originator(call, found)
    recipients = [read_recipient(found)]
    if destination == "phones":
        recipients = read_recipients(call, "phones", _read_phones(call, found))
    read_tariff(call, found.get("tariff"))
    return Order(destination, [_draft(call, manner, originator, body, recipients)], code)


def _note_no_order(call: Call, found: Any) -> None:
    """Note why this is no order: what it is instead, or which destination it has."""
    if isinstance(found, dict):
        call.note_unknown("", found, _EVERY_FIELD)
        call.note(explain_destination(found, _FIELDS))
    elif isinstance(found, list) and found:
        call.note(explain_array(found))
    else:
        call.note_shape("", found, "an object with `destination`")


def _read_individual(call: Call, found: Mapping[str, Any], *, is_priced_only: bool) -> Order:
    """Read messages that each have a text and an originator of their own; theirs are their own mistakes, too."""
    phones = _read_phones(call, found)
    read_tariff(call, found.get("tariff"))
    manner = _read_manner(call, found, is_priced_only=is_priced_only)
    drafts = []
    for index, phone in enumerate(phones):
        if not isinstance(phone, dict):
            call.note_shape(f"phones[{index}]", phone, "an object with `msisdn`")
            drafts.append(refuse_draft(call, "sms", [NOBODY], SMS_CODES.msisdn, tariff=manner.tariff))
            continue
        call.note_unknown(f"phones[{index}].", phone, _INDIVIDUAL_FIELDS)
        # What a phone leaves out stands for all beside `phones` [assumed].
        own = {"originator": found.get("originator"), "body": found.get("body")} | phone
        recipients = [read_recipient(phone)]
        try:
            body, _ = _read_body(call, own, manner, is_otp=False)
            drafts.append(_draft(call, manner, _read_originator(call, own), body, recipients))
        except ApiError as broken:
            parts = _count_parts_of_refused(own, manner)
            drafts.append(refuse_draft(call, "sms", recipients, broken.code, tariff=manner.tariff, parts=parts))
    return Order("individual", drafts)


def _read_phones(call: Call, found: Mapping[str, Any]) -> list[Any]:
    phones = found.get("phones")
    if not isinstance(phones, list) or not phones:
        call.note_shape("phones", phones, "an array of objects with `msisdn`")
        raise ApiError(SMS_CODES.payload)
    check_batch_size(len(phones))
    return phones


def _read_manner(call: Call, found: Mapping[str, Any], *, is_priced_only: bool) -> _Manner:
    """Read what BSG complains of in the result, not about the request as a whole [client] for validity."""
    tariff = as_whole_number(found.get("tariff")) or 0
    try:
        manner = _Manner(
            tariff,
            _read_validity(found),
            None if is_priced_only else read_schedule(call, found),
            None if is_priced_only else read_callback_url(found),
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
        seed = call.account.ruleset.seed
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


def _count_parts_of_refused(found: Mapping[str, Any], manner: _Manner) -> int:
    """Count the parts that a text which cannot be sent would have cost: an empty one 1, one too long the most."""
    text = (as_text(found.get("body")) or "")[:GSM_LIMIT]
    return count_parts(transliterate(text) if manner.transliterate else text, ucs2=manner.ucs2)


def _read_originator(call: Call, found: Mapping[str, Any]) -> str:
    originator = as_text(found.get("originator"))
    if originator is None or not is_originator(originator):
        raise ApiError(SMS_CODES.sender)
    if not 3 <= len(originator) <= 11:  # most are, and need no look
        call.note(explain_originator(originator))
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
    parts = count_parts(body, ucs2=manner.ucs2)
    if error:
        return refuse_draft(call, "sms", recipients, error, tariff=manner.tariff, parts=parts)
    submission = Submission(
        "sms",
        call.account.ruleset,
        time_in=call.now,
        start=manner.start,
        sender=originator,
        text=body,
        tariff=manner.tariff,
        validity=manner.validity,
        callback_url=manner.callback_url,
        parts=parts,
        request=call.request,
    )
    return Draft(submission, recipients)


def _check_two_way(call: Call, originator: str) -> int:
    """Find the error of a two-way SMS from this originator, 0 if none: those that phones write to are active."""
    senders = list_originators(call.account)
    if not senders:
        return TWO_WAY_NOT_ACTIVE
    return 0 if originator in senders or "" in senders else INVALID_TWO_WAY_SENDER
