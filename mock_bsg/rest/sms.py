"""BSG's SMS functions: create, price, status by id, reference, task and list, prices, balance, two-way SMS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.error_codes import (
    INVALID_PARAMETERS,
    INVALID_TASK,
    SMS_CODES,
    TASK_NOT_FOUND,
    TOO_MANY_RECIPIENTS,
    TWO_WAY_NOT_ACTIVE,
)
from mock_bsg.domain.money import as_number
from mock_bsg.domain.phones import country_of, is_msisdn
from mock_bsg.domain.times import time_text
from mock_bsg.rest import common
from mock_bsg.rest.answers import decided, entry, quote_answer, rule_of, status_answer
from mock_bsg.rest.body import as_text, as_whole_number
from mock_bsg.rest.call import CLASSIC_CLIENTS, EVERY_CLIENT, V1_SDK, Call, Function
from mock_bsg.rest.errors import NO_ERRORS, error_answer
from mock_bsg.rest.reading import find_by_id, find_by_reference, read_moment
from mock_bsg.rest.sms_orders import HOUR, read_order
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.sandbox.incoming import list_incoming, list_originators
from mock_bsg.sandbox.sending import rehearse, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.rest.sms_orders import Order
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.sending import Receipt

PRICE_CODES = replace(SMS_CODES, reference_absent=None)
"""What is only priced needs no reference: the v1 SDK sends none [client]."""
MOST_IDS = 100
"""Ids in one getStatus [client]."""


def create(call: Call) -> Answer:
    order = read_order(call)
    receipt = send(call.account, order.drafts, SMS_CODES, call.now)
    answer = _task_answer(call, receipt) if order.is_task else _single_answer(call.account, order, receipt)
    return decided(call, receipt, SMS_CODES, answer)


def _single_answer(account: Account, order: Order, receipt: Receipt) -> dict[str, Any]:
    """Word the answer for one phone: its result is an object, not a list [client]."""
    result = entry(receipt.entries[0], account.currency)
    if order.otp_code and receipt.created:
        result["otp_code"] = order.otp_code
    return {"result": result}


def _task_answer(call: Call, receipt: Receipt) -> dict[str, Any]:
    """Word the answer for several phones; a task is numbered like its request [assumed].

    Its number is told even where nothing was created: Node.js's suite reads it when both references were used
    before [client]. There is no such task then [assumed]. Where nothing costs money there is no sum [spec].
    """
    account = call.account
    answer: dict[str, Any] = {
        "task_id": str(call.request),
        "result": [entry(each, account.currency) for each in receipt.entries],
    }
    if receipt.created:
        account.tasks.open(call.request, receipt.created, account.oldest_id)
    if receipt.total:
        answer |= {"total_price": as_number(receipt.total), "currency": account.currency}
    return answer


def price(call: Call) -> Answer:
    receipt = rehearse(call.account, read_order(call, is_priced_only=True).drafts, PRICE_CODES, call.now)
    return decided(call, receipt, PRICE_CODES, quote_answer(call.account, receipt))


def status(call: Call) -> Answer:
    """Find by id, and then by reference: its page documents both under one path [docs]."""
    return _status(call, find_by_id(call, "sms") or call.account.find_by_reference(call.params["id"], call.now, "sms"))


def status_by_reference(call: Call) -> Answer:
    return _status(call, find_by_reference(call, "sms"))


def _status(call: Call, message: Message | None) -> Answer:
    if message is None:
        raise ApiError(SMS_CODES.not_found)
    return Answer(status_answer(call.account, message, call.now), (rule_of(message),))


def task_status(call: Call) -> Answer:
    """Count what has become of the messages of a task: each where it is now [assumed]; raises ApiError(29) or (30)."""
    given = call.params["id"]
    if not (given.isascii() and given.isdigit()):
        raise ApiError(INVALID_TASK)
    number = as_whole_number(given)
    task = None if number is None else call.account.tasks.find(number, call.account.oldest_id)
    if task is None:
        raise ApiError(TASK_NOT_FOUND)
    counts = task.count_statuses(call.account.messages, call.now)
    return Answer(
        NO_ERRORS
        | {  # in the order of BSG's own description [spec]
            "originator": task.originator,
            "body": task.body,
            "validity": task.validity // HOUR,
            "totalprice": as_number(task.price),
            "currency": call.account.currency,
            "sent": counts["sent"],
            "total": len(task.ids),
            "queued": counts["scheduled"],
            "accepted": counts["accepted"],
            "enroute": counts["sent"],  # handed on, and not there yet [assumed]
            "delivered": counts["delivered"],
            "expired": counts["expired"],
            # BSG's answer has no field for those [assumed].
            "undeliverable": counts["undeliverable"] + counts["rejected"],
            "unknown": counts["unknown"],
        }
    )


def mass_status(call: Call) -> Answer:
    """Tell the status of many messages at once; raises ApiError(24) without a list of ids, (12) for too many."""
    asked = call.body()
    if isinstance(asked, dict):
        call.note_unknown("", asked, ("ids",))
    ids = asked.get("ids") if isinstance(asked, dict) else None
    if not isinstance(ids, list) or not ids:
        if isinstance(asked, dict):
            call.note_shape("ids", ids, "an array of ids")
        else:
            call.note_shape("", asked, "an object with `ids`")
        raise ApiError(SMS_CODES.payload)
    if len(ids) > MOST_IDS:
        raise ApiError(TOO_MANY_RECIPIENTS)
    return Answer({"result": [_brief_status(call, given) for given in ids]})


def _brief_status(call: Call, given: Any) -> dict[str, Any]:
    message_id = as_whole_number(given)
    message = None if message_id is None else call.account.find(message_id, call.now, "sms")
    if message is None:
        return error_answer(SMS_CODES.not_found) | {"id": as_text(given) or ""}
    return {
        "id": str(message.id),
        "external_id": message.reference,
        "msisdn": message.msisdn,
        "time_sent": time_text(message.sent_at(call.now)),
        "time_dr": time_text(message.reported_at(call.now)),
        "status": message.status(call.now),
        "price": as_number(message.cost(call.now)),
        "currency": call.account.currency,
    }


def incoming(call: Call) -> Answer:
    """Tell the SMS that have come from phones; raises ApiError(35) where nothing can come."""
    if not list_originators(call.account):
        raise ApiError(TWO_WAY_NOT_ACTIVE)
    asked = call.asked()
    call.note_unknown("", asked, ("start_date", "end_date", "sender"))
    missing = [name for name in ("start_date", "end_date") if asked.get(name) in (None, "")]
    if missing:
        call.note(f"{' and '.join(missing)} left out: BSG's pages require both")
    since, until = _read_date(asked, "start_date"), _read_date(asked, "end_date")
    sender = asked.get("sender")
    result = []
    for sms in list_incoming(call.account, call.now):
        is_asked_for = (since is None or sms.at >= since) and (until is None or sms.at <= until)
        if is_asked_for and (not sender or sender == sms.originator):
            result.append(
                {
                    "id": sms.number,
                    "sender": sms.originator,
                    "recipient": sms.msisdn,
                    "message": sms.text,
                    "time_received": time_text(sms.at),
                }
            )
    return Answer(NO_ERRORS | {"result": result, "total_count": len(result)})


def two_way_senders(call: Call) -> Answer:
    """Tell the originators that phones can answer to [docs]; raises ApiError(35) where there are none.

    They are numbered in the scenario's order, then in that in which they were answered, active since the account was
    first seen, and of the country that their number says, "" for a name [assumed].
    """
    names = list_originators(call.account)
    if not names:
        raise ApiError(TWO_WAY_NOT_ACTIVE)
    since = time_text(call.account.began)
    senders = [
        {
            "id": str(number),
            "sender": name,
            "country": country_of(name) if is_msisdn(name) else "",
            "status": "active",
            "date_created": since,
        }
        for number, name in enumerate(filter(None, names), 1)
    ]
    return Answer(NO_ERRORS | {"senders": senders})


def _read_date(asked: Mapping[str, Any], name: str) -> int | None:
    given = asked.get(name)
    moment = read_moment(given)
    if moment is None and given is not None and given != "":
        raise ApiError(INVALID_PARAMETERS)
    return moment


FUNCTIONS = (
    Function(("PUT", "POST"), "/sms/create", create, "Send SMS", EVERY_CLIENT),
    Function(("PUT", "POST"), "/sms/price", price, "What a create would cost", f"PHP, {V1_SDK}"),
    Function(("GET",), "/sms/prices", common.prices_of("sms"), "Prices by country", EVERY_CLIENT),
    Function(
        ("GET",), "/sms/prices/{tariff}", common.prices_of("sms"), "Prices by country in a tariff", CLASSIC_CLIENTS
    ),
    Function(("GET", "POST"), "/sms/balance", common.balance, "Balance and credit", V1_SDK),
    Function(("POST",), "/sms/getStatus", mass_status, "Status of many SMS by id", V1_SDK),
    Function(
        ("GET",),
        "/sms/task/{id}",
        task_status,
        "What has become of the SMS that were sent together",
        f"Python, PHP, Go, Ruby, Perl, Java, {V1_SDK}",
    ),
    Function(("GET",), "/sms/task_id/{id}", task_status, "The same, as Node.js asks for it", "Node.js"),
    Function(("GET",), "/sms/2wayIncoming", incoming, "SMS that phones have sent", V1_SDK),
    Function(("GET",), "/sms/2waySenders", two_way_senders, "Originators of two-way SMS", V1_SDK),
    Function(
        ("GET",), "/sms/reference/{reference}", status_by_reference, "Status of an SMS by reference", EVERY_CLIENT
    ),
    Function(("GET",), "/sms/{id}", status, "Status of an SMS by id, or by reference", EVERY_CLIENT),
)
