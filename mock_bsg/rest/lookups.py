"""What HLR and MNP have in common: lookups, each with a tariff of its own, and the frame of their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.money import as_number
from mock_bsg.rest.answers import told_reference
from mock_bsg.rest.body import as_text
from mock_bsg.rest.errors import NO_ERRORS, error_answer
from mock_bsg.rest.reading import NOBODY, read_callback_url, read_recipient, read_tariff, refuse_draft
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.sandbox.lookups import Subscriber, subscriber
from mock_bsg.sandbox.message import Message, Submission
from mock_bsg.sandbox.sending import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.domain.error_codes import Codes
    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.rest.call import Call
    from mock_bsg.sandbox.sending import Receipt, Recipient

# BSG's own client for PHP sends `destination` along with a single HLR [client].
LOOKUP_FIELDS = frozenset({"msisdn", "reference", "tariff", "callback_url", "destination"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """One number to be looked up, as it was asked for; the answer repeats `tariff_code` and `callback_url`."""

    draft: Draft
    tariff_code: str = "0"
    callback_url: str = ""

    @property
    def recipient(self) -> Recipient:
        return self.draft.recipients[0]


def read_lookup(call: Call, channel: Channel, codes: Codes, where: str, found: Any) -> Lookup:
    """Read one lookup; its own mistakes become the code that its entry gets."""
    if not isinstance(found, dict):
        call.note_shape(where.removesuffix("."), found, "an object with `msisdn`")
        return Lookup(refuse_draft(call, channel, [NOBODY], codes.msisdn))
    call.note_unknown(where, found, LOOKUP_FIELDS)
    given = found.get("tariff")
    recipient = read_recipient(found)
    try:
        tariff = read_tariff(call, given)
    except ApiError as unknown:
        draft = refuse_draft(call, channel, [recipient], unknown.code, parts=0)  # no such tariff, no price
    else:
        draft = _draft(call, channel, recipient, tariff, found)
    return Lookup(
        draft,
        "0" if given is None else as_text(given) or "",
        as_text(found.get("callback_url")) or "",
    )


def _draft(call: Call, channel: Channel, recipient: Recipient, tariff: int, found: Mapping[str, Any]) -> Draft:
    try:
        callback_url = read_callback_url(found)
    except ApiError as broken:
        return refuse_draft(call, channel, [recipient], broken.code, tariff=tariff)
    submission = Submission(
        channel,
        call.account.ruleset,
        time_in=call.now,
        tariff=tariff,
        callback_url=callback_url,
        request=call.request,
    )
    return Draft(submission, [recipient])


def subscriber_of(message: Message) -> Subscriber:
    """Tell who has the number, in the world of the scenario in which it was looked up."""
    return subscriber(message.submission.ruleset.seed, message.msisdn)


def asked_answer(lookup: Lookup, error: int, *, tells_reference: bool = True) -> dict[str, Any]:
    """Word what every entry begins with: the error, and what was asked; MNP tells no reference [client] [spec]."""
    answer: dict[str, Any] = error_answer(error) if error else NO_ERRORS.copy()
    answer["msisdn"] = lookup.recipient.msisdn
    if tells_reference:
        answer |= told_reference(error, lookup.recipient.reference)
    answer["tariff_code"] = lookup.tariff_code
    return answer


def lookups_answer(call: Call, receipt: Receipt, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Word the answer to create: sum and currency stand there even when every entry failed [client]."""
    return {"result": entries, "total_price": as_number(receipt.total), "currency": call.account.currency}
