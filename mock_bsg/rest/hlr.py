"""BSG's HLR functions ("Number Verifier"): create, check, result by id and reference, prices, balance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.error_codes import HLR_CODES
from mock_bsg.domain.money import as_number
from mock_bsg.domain.references import is_reference
from mock_bsg.rest import common
from mock_bsg.rest.answers import decided, rule_of
from mock_bsg.rest.call import CLASSIC_CLIENTS, EVERY_CLIENT, V1_SDK, Call, Function
from mock_bsg.rest.errors import NO_ERRORS, error_answer
from mock_bsg.rest.lookups import asked_answer, lookups_answer, read_lookup, subscriber_of
from mock_bsg.rest.reading import find_by_id, find_by_reference
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.sandbox.sending import Refusal, check_batch_size, send
from mock_bsg.sandbox.timeline import Timeline

if TYPE_CHECKING:
    from mock_bsg.rest.lookups import Lookup
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message

CHECK_CODES = replace(HLR_CODES, reference_absent=None)
"""A check is answered at once, so it needs no reference."""


def create(call: Call) -> Answer:
    """Look up an array of numbers, or one as an object or as form fields [client]; raises ApiError(64), (12)."""
    found = call.body()
    asked = [found] if isinstance(found, dict) else found
    if not isinstance(asked, list) or not asked:
        call.note_shape("", asked, "an array of objects with `msisdn`")
        raise ApiError(HLR_CODES.payload)
    check_batch_size(len(asked))
    lookups = [read_lookup(call, "hlr", HLR_CODES, f"[{index}].", each) for index, each in enumerate(asked)]
    receipt = send(call.account, [lookup.draft for lookup in lookups], HLR_CODES, call.now)
    entries = [_entry(call.account, lookup, result) for lookup, result in zip(lookups, receipt.entries, strict=True)]
    return decided(call, receipt, HLR_CODES, lookups_answer(call, receipt, entries))


def _entry(account: Account, lookup: Lookup, result: Message | Refusal) -> dict[str, Any]:
    if isinstance(result, Refusal):
        return asked_answer(lookup, result.error) | {"callback_url": lookup.callback_url}
    return asked_answer(lookup, 0) | {
        "callback_url": lookup.callback_url,
        "price": as_number(result.price),
        "currency": account.currency,
        "id": str(result.id),
    }


def check(call: Call) -> Answer:
    """Look up one number and answer at once: what the scenario plans for later has happened already."""
    found = call.body()
    if not isinstance(found, dict):
        call.note_shape("", found, "an object with `msisdn`")
        raise ApiError(HLR_CODES.payload)
    lookup = read_lookup(call, "hlr", CHECK_CODES, "", found)
    receipt = send(call.account, [lookup.draft], CHECK_CODES, call.now)
    result = receipt.entries[0]
    if isinstance(result, Refusal):
        # Not raised: the answer names the rule that decided so, and keeps what that rule adds to it.
        return replace(decided(call, receipt, CHECK_CODES, error_answer(result.error)), refusals=())
    planned = result.timeline.steps
    result = call.account.reschedule(result, Timeline("hlr", [step._replace(offset=0) for step in planned]), call.now)
    return Answer(result_answer(result, call.now), receipt.rules, receipt.effects)


def result(call: Call) -> Answer:
    return _result(call, find_by_id(call, "hlr"))


def result_by_reference(call: Call) -> Answer:
    """Find by reference; raises ApiError(65) for a malformed one [client], (60) for an unused one."""
    if not is_reference(call.params["reference"]):
        raise ApiError(HLR_CODES.reference)
    return _result(call, find_by_reference(call, "hlr"))


def _result(call: Call, message: Message | None) -> Answer:
    if message is None:
        raise ApiError(HLR_CODES.not_found)
    return Answer(result_answer(message, call.now), (rule_of(message),))


def result_answer(message: Message, now: int) -> dict[str, Any]:
    """Word what is known of a number at that instant (ms); nothing in it but the details is ever null [client].

    Details come with an active phone only: the network tells nothing of one that it does not reach [assumed].
    """
    who = subscriber_of(message)
    status = message.status(now)
    details = {
        "imsi": who.imsi,
        "location_msc": who.location_msc,
        "ported": int(who.ported),
        "roaming": int(who.roaming),
    }
    created = message.submission.time_in
    return NO_ERRORS | {
        "name_ru": who.name_ru,
        "name_en": who.name_en,
        "brand": who.brand,
        "name": who.operator,
        "country_name": who.country_name,
        "brand_name": who.operator,
        "msisdn": message.msisdn,
        "id": str(message.id),
        "reference": message.reference or "",
        "network": who.network,
        "status": status,
        "details": details if status == "active" else None,
        "createdDatetime": _instant(created),
        "statusDatetime": _instant(message.reported_at(now) or created),
    }


def _instant(at: int) -> str:
    """Write `2017-03-03T13:04:56+00:00` [docs], unlike the times of messages; `at` in ms."""
    return datetime.fromtimestamp(at // 1000, UTC).isoformat()


FUNCTIONS = (
    Function(("PUT", "POST"), "/hlr/create", create, "Look numbers up", EVERY_CLIENT),
    Function(("PUT", "POST"), "/hlr/check", check, "Look one number up and answer at once", V1_SDK),
    Function(("GET",), "/hlr/prices", common.prices_of("hlr"), "Prices by country", EVERY_CLIENT),
    Function(
        ("GET",), "/hlr/prices/{tariff}", common.prices_of("hlr"), "Prices by country in a tariff", CLASSIC_CLIENTS
    ),
    Function(("GET", "POST"), "/hlr/balance", common.balance, "Balance and credit", V1_SDK),
    Function(
        ("GET",), "/hlr/reference/{reference}", result_by_reference, "Result of a lookup by reference", EVERY_CLIENT
    ),
    Function(("GET",), "/hlr/{id}", result, "Result of a lookup by id", CLASSIC_CLIENTS),
)
