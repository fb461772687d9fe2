"""BSG's Viber functions: create, status, prices, price, balance."""

from __future__ import annotations

from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from mock_bsg.domain.error_codes import INVALID_OPTIONS, VIBER_CODES
from mock_bsg.domain.references import is_reference
from mock_bsg.domain.sms_parts import is_too_long
from mock_bsg.rest import common
from mock_bsg.rest.answers import decided, quote_answer, receipt_answer, rule_of, status_answer
from mock_bsg.rest.body import as_text, as_whole_number
from mock_bsg.rest.call import CLASSIC_CLIENTS, EVERY_CLIENT, V1_SDK, Call, Function
from mock_bsg.rest.mistakes import explain_originator
from mock_bsg.rest.reading import (
    NOBODY,
    SCHEDULE_FIELDS,
    find_by_id,
    find_by_reference,
    read_callback_url,
    read_flag,
    read_recipients,
    read_schedule,
    read_tariff,
    refuse_draft,
)
from mock_bsg.rest.sms_orders import is_originator
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.sandbox.message import AltRoute, Submission, ViberOptions
from mock_bsg.sandbox.sending import Draft, check_batch_size, rehearse, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.sandbox.message import Message

MAX_TEXT = 1000
"""Characters; Viber's own limit."""
MAX_ALPHA_NAME = 14
"""Characters [docs]."""
MAX_VALIDITY = 86_400
"""Seconds, and the default. Newer docs say 15..86400, the seed's example says "1": 1..86400 is accepted."""

_ORDER_FIELDS = frozenset({"tariff", "validity", "messages", *SCHEDULE_FIELDS})
_MESSAGE_FIELDS = frozenset({"to", "text", "alpha_name", "is_promotional", "options", "callback_url", *SCHEDULE_FIELDS})
_VIBER_FIELDS = frozenset({"img", "caption", "action", "alt_route"})
_ALT_ROUTE_FIELDS = frozenset({"originator", "text", "callback_url", "reference"})


class _Terms(NamedTuple):
    """What holds for all messages of a request; `validity` in ms. `schedule` is its own time of sending, unread."""

    tariff: int
    validity: int
    schedule: Mapping[str, Any]
    is_priced_only: bool
    """Then it does not matter when it would be sent and where reports would go, a bad time or address included."""


def create(call: Call) -> Answer:
    receipt = send(call.account, read_drafts(call), VIBER_CODES, call.now)
    return decided(call, receipt, VIBER_CODES, receipt_answer(call.account, receipt))


def price(call: Call) -> Answer:
    receipt = rehearse(call.account, read_drafts(call, is_priced_only=True), VIBER_CODES, call.now)
    return decided(call, receipt, VIBER_CODES, quote_answer(call.account, receipt))


def status(call: Call) -> Answer:
    """Find by id; an older page documents `/viber/{reference}`, so then by reference [docs]."""
    message = find_by_id(call, "viber")
    return _status(call, message or call.account.find_by_reference(call.params["id"], call.now, "viber"))


def status_by_reference(call: Call) -> Answer:
    return _status(call, find_by_reference(call, "viber"))


def _status(call: Call, message: Message | None) -> Answer:
    if message is None:
        raise ApiError(VIBER_CODES.not_found)
    return Answer(status_answer(call.account, message, call.now), (rule_of(message),))


prices = common.prices_of("viber", read_tariff=common.read_own_tariff)


def read_drafts(call: Call, *, is_priced_only: bool = False) -> list[Draft]:
    """Read the body of create; raises ApiError: 44 what is no order at all, 12, 48, 6 (in this order).

    What is only priced is read without callbacks and times, which BSG ignores then [spec].
    """
    order = call.body()
    if not isinstance(order, dict):
        call.note_shape("", order, "an object with `messages`")
        raise ApiError(VIBER_CODES.payload)
    if not order.keys() <= _ORDER_FIELDS:
        call.note_unknown("", order, _ORDER_FIELDS)
    messages = order.get("messages")
    if not isinstance(messages, list) or not messages:
        call.note_shape("messages", messages, "an array of objects")
        raise ApiError(VIBER_CODES.payload)
    check_batch_size(sum([_count_recipients(message) for message in messages]))
    validity = order.get("validity")
    seconds = MAX_VALIDITY if validity is None else as_whole_number(validity)
    if seconds is None or not 1 <= seconds <= MAX_VALIDITY:
        raise ApiError(VIBER_CODES.validity)
    terms = _Terms(read_tariff(call, order.get("tariff")), _milliseconds(seconds), order, is_priced_only)
    return [_read_message(call, index, message, terms) for index, message in enumerate(messages)]


@lru_cache(maxsize=1000)
def _milliseconds(seconds: int) -> int:
    """So many milliseconds; the same number, not one like it, for all messages that keep it."""
    return seconds * 1000


def _count_recipients(message: Any) -> int:
    to = message.get("to") if isinstance(message, dict) else None
    return len(to) if isinstance(to, list) else 0


def _read_message(call: Call, index: int, found: Any, terms: _Terms) -> Draft:
    where = f"messages[{index}]."
    if not isinstance(found, dict):
        call.note_shape(where[:-1], found, "an object")
        return refuse_draft(call, "viber", [NOBODY], VIBER_CODES.payload, parts=0)
    if not found.keys() <= _MESSAGE_FIELDS:
        call.note_unknown(where, found, _MESSAGE_FIELDS)
    to = found.get("to")
    if not isinstance(to, list) or not to:
        call.note_shape(where + "to", to, "an array of objects with `msisdn`")
        return refuse_draft(call, "viber", [NOBODY], VIBER_CODES.payload, parts=0)
    recipients = read_recipients(call, where + "to", to)
    try:
        return Draft(_read_submission(call, where, found, terms), recipients)
    except ApiError as broken:
        return refuse_draft(call, "viber", recipients, broken.code, tariff=terms.tariff)


def _read_submission(call: Call, where: str, found: Mapping[str, Any], terms: _Terms) -> Submission:
    """Read what the recipients share; raises ApiError with the code that each of them gets."""
    text = as_text(found.get("text"))
    if not text or len(text) > MAX_TEXT:
        raise ApiError(VIBER_CODES.text)
    alpha_name = as_text(found.get("alpha_name"))
    registered = call.account.ruleset.account.senders
    if not alpha_name or len(alpha_name) > MAX_ALPHA_NAME or (registered is not None and alpha_name not in registered):
        raise ApiError(VIBER_CODES.sender)
    # PHP's client sends it only when false, Python's never: so it is true by default [client].
    is_promotional = read_flag(found, "is_promotional", default=True)
    options = _read_options(call, where, found.get("options"), terms)
    callback_url = start = None
    if not terms.is_priced_only:
        callback_url = read_callback_url(found)
        start = read_schedule(call, found) or read_schedule(call, terms.schedule)
    return Submission(
        "viber",
        call.account.ruleset,
        time_in=call.now,
        start=start,
        sender=intern(alpha_name),  # a million messages share few senders
        text=text,
        tariff=terms.tariff,
        validity=terms.validity,
        is_promotional=is_promotional,
        options=options,
        callback_url=callback_url,
        request=call.request,
    )


def _read_options(call: Call, where: str, found: Any, terms: _Terms) -> ViberOptions | None:
    """Read `options.viber`: caption and action need each other, a picture needs both [client]."""
    if found is None:
        return None
    if isinstance(found, dict):
        call.note_unknown(f"{where}options.", found, ("viber",))
    viber = found.get("viber") if isinstance(found, dict) else found
    if viber is None:
        return None
    if not isinstance(viber, dict):
        raise ApiError(INVALID_OPTIONS)
    call.note_unknown(f"{where}options.viber.", viber, _VIBER_FIELDS)
    parts = {name: None if (part := viber.get(name)) == "" else part for name in ("img", "caption", "action")}
    if not all(part is None or isinstance(part, str) for part in parts.values()):
        raise ApiError(INVALID_OPTIONS)
    has_button = parts["caption"] is not None
    if has_button != (parts["action"] is not None) or (parts["img"] is not None and not has_button):
        raise ApiError(INVALID_OPTIONS)
    return ViberOptions(**parts, alt_route=_read_alt_route(call, where, viber.get("alt_route"), terms))


def _read_alt_route(call: Call, where: str, found: Any, terms: _Terms) -> AltRoute | None:
    if found is None:
        return None
    if not isinstance(found, dict):
        raise ApiError(INVALID_OPTIONS)
    call.note_unknown(f"{where}options.viber.alt_route.", found, _ALT_ROUTE_FIELDS)
    originator, text = as_text(found.get("originator")), as_text(found.get("text"))
    if not originator or not text or not is_originator(originator) or is_too_long(text):
        raise ApiError(INVALID_OPTIONS)
    call.note(explain_originator(originator))
    callback_url = None if terms.is_priced_only else read_callback_url(found)
    reference = as_text(found.get("reference"))
    if reference is not None and not is_reference(reference):
        raise ApiError(VIBER_CODES.reference)
    return AltRoute(originator, text, callback_url, reference)


FUNCTIONS = (
    Function(
        ("PUT", "POST"),
        "/viber/create",
        create,
        "Send Viber messages, with an SMS as the alternative route",
        EVERY_CLIENT,
    ),
    Function(("PUT", "POST"), "/viber/price", price, "What a create would cost", f"PHP, {V1_SDK}"),
    Function(("GET",), "/viber/prices", prices, "Prices by country", EVERY_CLIENT),
    Function(("GET",), "/viber/prices/{tariff}", prices, "Prices by country in a tariff", CLASSIC_CLIENTS),
    Function(("GET", "POST"), "/viber/balance", common.balance, "Balance and credit", V1_SDK),
    Function(
        ("GET",), "/viber/reference/{reference}", status_by_reference, "Status of a message by reference", EVERY_CLIENT
    ),
    Function(("GET",), "/viber/{id}", status, "Status of a message by id, or by reference", CLASSIC_CLIENTS),
)
