"""What requests of all modules have in common, read out of their JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.error_codes import INVALID_PARAMETERS, INVALID_TIME
from mock_bsg.domain.web_address import WebAddress
from mock_bsg.rest.body import as_flag, as_text, as_whole_number
from mock_bsg.rest.mistakes import explain_moment
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.sandbox.message import Submission
from mock_bsg.sandbox.sending import Draft, Recipient, check_tariff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.rest.call import Call
    from mock_bsg.sandbox.message import Message

RECIPIENT_FIELDS = frozenset({"msisdn", "reference"})
NOBODY = Recipient("", None)
LATEST_START = 366 * 86_400_000
"""How far ahead a message may be scheduled, in ms: a year [assumed]."""
SCHEDULE_FIELDS = frozenset({"scheduledDatetime", "scheduled_datetime"})


def read_recipients(call: Call, where: str, found: list[Any]) -> list[Recipient]:
    """Read an array of recipients; one that is no object becomes a recipient without a number."""
    recipients = []
    for index, to in enumerate(found):
        if not isinstance(to, dict):
            call.note_shape(f"{where}[{index}]", to, "an object with `msisdn`")
            recipients.append(NOBODY)
            continue
        recipients.append(read_recipient(to))
        # Most have both fields and no other: counting them is quicker than comparing them.
        if not (len(to) == 2 and "reference" in to and "msisdn" in to):
            call.note_unknown(f"{where}[{index}].", to, RECIPIENT_FIELDS)
    return recipients


def read_recipient(to: Mapping[str, Any]) -> Recipient:
    """Read number and reference; what is no text stays recognisably wrong, so that it gets the entry's own error."""
    msisdn = to.get("msisdn")
    if not isinstance(msisdn, str):
        # Python's client sends a number [client].
        msisdn = as_text(msisdn) or ""
    elif msisdn.startswith("+"):
        msisdn = msisdn[1:]
    reference = to.get("reference")
    if reference is not None and not isinstance(reference, str):
        reference = as_text(reference) or ""
    return Recipient(msisdn, reference)


def refuse_draft(
    call: Call, channel: Channel, recipients: Sequence[Recipient], error: int, *, tariff: int = 0, parts: int = 1
) -> Draft:
    """Make a draft whose every recipient gets this error; `parts` and `tariff` are what it would have cost.

    What is to be sent in a tariff that the account does not have has no price.
    """
    if not call.account.prices.has_tariff(tariff):
        parts = 0
    return Draft(
        Submission(channel, call.account.ruleset, time_in=call.now, tariff=tariff, parts=parts), recipients, error
    )


def read_tariff(call: Call, found: Any) -> int:
    """Read a tariff code, 0 if there is none; raises ApiError(6)."""
    return check_tariff(call.account, 0 if found is None else as_whole_number(found))


def read_tariff_of_path(call: Call) -> int:
    return read_tariff(call, call.params.get("tariff"))


def read_schedule(call: Call, found: Mapping[str, Any]) -> int | None:
    """Read the time of sending in ms, None if none is given; raises ApiError(10) if it is no time within the next year.

    ISO 8601, UTC if it has no offset [docs].
    """
    if SCHEDULE_FIELDS.isdisjoint(found):
        return None
    field = "scheduled_datetime" if found.get("scheduledDatetime") is None else "scheduledDatetime"
    given = found.get(field)
    if given is None:
        return None
    at = read_moment(given)
    if at is None or not call.now < at <= call.now + LATEST_START:
        raise ApiError(INVALID_TIME)
    call.note(explain_moment(field, given))
    return at


def read_moment(given: Any) -> int | None:
    """Read ISO 8601, UTC if it has no offset, as ms since the epoch; None for anything else."""
    if not isinstance(given, str):
        return None
    try:
        moment = datetime.fromisoformat(given)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def read_callback_url(found: Mapping[str, Any]) -> str | None:
    """Read where delivery reports go, byte for byte [users]; None if nowhere. Raises ApiError(7) for no web address.

    That code, and what makes a bad address, is [assumed].
    """
    url = found.get("callback_url")
    if url is None or url == "":  # Go's client sends it empty [client]
        return None
    if not isinstance(url, str):
        raise ApiError(INVALID_PARAMETERS)
    try:
        WebAddress.read(url)
    except ValueError:
        raise ApiError(INVALID_PARAMETERS) from None
    return url


def read_flag(found: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    """Read a boolean that may be left out; raises ApiError(7) if it is none [assumed]."""
    given = found.get(name)
    flag = default if given is None else as_flag(given)
    if flag is None:
        raise ApiError(INVALID_PARAMETERS)
    return flag


def find_by_id(call: Call, channel: Channel) -> Message | None:
    """Find by the path's id, written as create answered it: "00000217", as a client may refer to a message, is none."""
    given = call.params["id"]
    message_id = as_whole_number(given)
    if message_id is None or str(message_id) != given:
        return None
    return call.account.find(message_id, call.now, channel)


def find_by_reference(call: Call, channel: Channel) -> Message | None:
    return call.account.find_by_reference(call.params["reference"], call.now, channel)
