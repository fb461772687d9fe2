"""BSG's MNP functions, which tell at once whose number it is: create, result by id and reference, prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.domain.error_codes import MNP_CODES
from mock_bsg.domain.money import as_number
from mock_bsg.domain.references import is_reference
from mock_bsg.rest import common
from mock_bsg.rest.answers import decided, rule_of
from mock_bsg.rest.call import V1_SDK, Call, Function
from mock_bsg.rest.errors import NO_ERRORS
from mock_bsg.rest.lookups import asked_answer, lookups_answer, read_lookup, subscriber_of
from mock_bsg.rest.reading import find_by_id, find_by_reference
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.sandbox.sending import Refusal, check_batch_size, send

if TYPE_CHECKING:
    from mock_bsg.rest.lookups import Lookup
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message

_BATCH_FIELDS = ("msisdns", "reference", "callback_url")


def create(call: Call) -> Answer:
    """Look up one number, told in the query or the body, or a batch; raises ApiError(84), (12)."""
    lookups = [read_lookup(call, "mnp", MNP_CODES, where, each) for where, each in _read_asked(call)]
    receipt = send(call.account, [lookup.draft for lookup in lookups], MNP_CODES, call.now)
    entries = [_entry(call.account, lookup, result) for lookup, result in zip(lookups, receipt.entries, strict=True)]
    return decided(call, receipt, MNP_CODES, lookups_answer(call, receipt, entries))


def _read_asked(call: Call) -> list[tuple[str, Any]]:
    """Read what is to be looked up, each with its place in the body for notes."""
    asked = call.asked()
    if "msisdns" not in asked:
        if not asked:
            call.note_shape("", call.body() if call.raw else None, "an object with `msisdn` or `msisdns`")
            raise ApiError(MNP_CODES.payload)
        return [("", asked)]
    batch = asked["msisdns"]
    if not isinstance(batch, list) or not batch:
        call.note_shape("msisdns", batch, "an array of objects with `msisdn`")
        raise ApiError(MNP_CODES.payload)
    check_batch_size(len(batch))
    call.note_unknown("", asked, _BATCH_FIELDS)
    shared = asked.get("reference")
    lookups = []
    for each in batch:
        if isinstance(each, dict) and each.get("reference") is None and shared is not None:
            # A reference belongs to one lookup, so the batch's goes to the first without its own [assumed].
            lookups.append(each | {"reference": shared})
            shared = None
        else:
            lookups.append(each)
    return [(f"msisdns[{index}].", each) for index, each in enumerate(lookups)]


def _entry(account: Account, lookup: Lookup, result: Message | Refusal) -> dict[str, Any]:
    if isinstance(result, Refusal):
        return asked_answer(lookup, result.error, tells_reference=False)
    who = subscriber_of(result)
    return asked_answer(lookup, 0, tells_reference=False) | {
        "price": as_number(result.price),
        "currency": account.currency,
        "id": str(result.id),  # as HLR tells it, or nobody could ask for it [assumed]
        "info": {
            "country": who.country_name,
            "mcc": who.mcc,
            "mnc": who.mnc,
            "ported": int(who.ported),
            "brand": who.brand,
            "operator": who.operator,
        },
    }


def result(call: Call) -> Answer:
    return _result(find_by_id(call, "mnp"))


def result_by_reference(call: Call) -> Answer:
    """Find by reference; raises ApiError(85) for a malformed one, as HLR does [assumed], (80) for an unused one."""
    if not is_reference(call.params["reference"]):
        raise ApiError(MNP_CODES.reference)
    return _result(find_by_reference(call, "mnp"))


def _result(message: Message | None) -> Answer:
    if message is None:
        raise ApiError(MNP_CODES.not_found)
    return Answer(result_answer(message), (rule_of(message),))


def result_answer(message: Message) -> dict[str, Any]:
    """Tell whose number it is, in the fields of the v1 SDK [client]."""
    who = subscriber_of(message)
    answer = NO_ERRORS | {
        "country": who.country_name,
        "brand": who.brand,
        "operator": who.operator,
        "mcc": who.mcc,
        "mnc": who.mnc,
        "ported": int(who.ported),
    }
    if message.reference is not None:
        answer["reference"] = message.reference
    return answer


FUNCTIONS = (
    Function(("PUT", "POST"), "/mnp/create", create, "Tell whose numbers these are", V1_SDK),
    Function(("PUT", "POST"), "/mnp-sync/create", create, "Tell whose numbers these are, at once", V1_SDK),
    Function(("GET",), "/mnp/prices", common.prices_of("mnp"), "Prices by country", V1_SDK),
    Function(("GET",), "/mnp-sync/prices", common.prices_of("mnp"), "Prices by country", V1_SDK),
    Function(("GET",), "/mnp/reference/{reference}", result_by_reference, "Result of a lookup by reference", V1_SDK),
    Function(("GET",), "/mnp/{id}", result, "Result of a lookup by id", V1_SDK),
)
