"""What the sandbox found, in the fields of BSG's answers and in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.domain.error_codes import INVALID_REFERENCES
from mock_bsg.domain.lifecycle import FAILED
from mock_bsg.domain.money import as_number, as_short_text, as_text
from mock_bsg.domain.times import time_text
from mock_bsg.rest.errors import NO_ERRORS, error_answer
from mock_bsg.rest.mistakes import explain_refusals
from mock_bsg.sandbox.account import DEFAULTS
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.message import Message

if TYPE_CHECKING:
    from mock_bsg.domain.error_codes import Codes
    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.rest.call import Call
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.sending import Receipt, Refusal


def entry(result: Message | Refusal, currency: str) -> dict[str, Any]:
    """Word one recipient's entry in the answer to create: with an error, neither id nor price [seed]."""
    if isinstance(result, Message):
        price = as_number(result.price)
        answer = NO_ERRORS | {"reference": result.reference, "id": str(result.id), "price": price, "currency": currency}
        if result.reference is None:
            del answer["reference"]
        return answer
    return error_answer(result.error) | told_reference(result.error, result.reference)


def told_reference(error: int, reference: str | None) -> dict[str, Any]:
    """Word the reference of an entry: left out if none was given, null beside the error of a malformed one.

    Seen live for SMS (27); for Viber and HLR assumed, by analogy. (MNP tells none.)
    """
    if error in INVALID_REFERENCES:
        return {"reference": None}
    return {} if reference is None else {"reference": reference}


def decided(call: Call, receipt: Receipt, codes: Codes, value: dict[str, Any]) -> Answer:
    """Answer with this value what a request's recipients got, and note why some got nothing."""
    refusals = receipt.refusals
    if refusals:
        for sentence in explain_refusals(receipt, codes):
            call.note(sentence)
    error = value.get("error", 0)  # where all is refused that was only to be priced, say
    text = value["errorDescription"] if error else ""
    return Answer(value, receipt.rules, receipt.effects, refusals, error, text)


def receipt_answer(account: Account, receipt: Receipt) -> dict[str, Any]:
    """Word the answer to create: sum and currency stand there only where something costs money [seed] [spec]."""
    currency = account.currency
    answer: dict[str, Any] = {"result": [entry(result, currency) for result in receipt.entries]}
    if receipt.total:
        answer["currency"] = currency
        answer["total_price"] = as_number(receipt.total)
    return answer


def quote_answer(account: Account, receipt: Receipt) -> dict[str, Any]:
    """Word the answer to `price`: the sum of what would be created.

    Where nothing would be, the first recipient's error is the whole answer [assumed].
    """
    if not receipt.created:
        return error_answer(receipt.refusals[0])
    return NO_ERRORS | {"totalprice": as_number(receipt.total), "currency": account.currency}


def status_answer(account: Account, message: Message, now: int) -> dict[str, Any]:
    """Word the status of a Viber message or an SMS at that instant [seed]."""
    answer: dict[str, Any] = NO_ERRORS | {"id": str(message.id), "msisdn": message.msisdn}
    if message.reference is not None:
        answer["reference"] = message.reference
    answer["time_in"] = time_text(message.submission.time_in)
    answer["time_sent"] = time_text(message.sent_at(now))
    answer["time_dr"] = time_text(message.reported_at(now))
    answer["status"] = message.status(now)
    answer["price"] = as_number(message.cost(now))
    answer["currency"] = account.currency
    # A report of "sent" may be of the instant at which Viber failed, too: it is not passed on by that.
    sms = account.counterpart(message, now) if message.channel != "sms" and answer["status"] in FAILED else None
    if sms is not None:
        answer["alt_route"] = [
            {
                "channel": "sms",
                "id": str(sms.id),
                "status": sms.status(now),
                # A string here, a number everywhere else [seed].
                "price": as_short_text(sms.cost(now)),
            }
        ]
        if account.ruleset.answers.alt_route_messages:
            answer["alt_route_messages"] = [_whole_sms(account, sms, now)]
    return answer


def _whole_sms(account: Account, sms: Message, now: int) -> dict[str, Any]:
    """Word the SMS of an alternative route as a Viber message's status lists it whole [spec]."""
    return {
        "id": str(sms.id),
        "time_in": time_text(sms.submission.time_in),
        "time_sent": time_text(sms.sent_at(now)),
        "time_dr": time_text(sms.reported_at(now)),
        "status": sms.status(now),
        "price": as_number(sms.cost(now)),
        "currency": account.currency,
        "message": sms.submission.text,
        "sender": sms.submission.sender,
    }


def balance_answer(account: Account) -> dict[str, Any]:
    """Word the balance, amounts as strings [docs]; it may be below zero, down to the credit."""
    return NO_ERRORS | {
        "amount": as_text(account.balance),
        "currency": account.currency,
        "limit": as_short_text(account.limit),
    }


def prices_answer(account: Account, channel: Channel, tariff: int) -> dict[str, Any]:
    """Word all prices of a channel in a tariff; a price is a string with seven decimals [docs]."""
    return NO_ERRORS | {
        "prices": [
            {
                "type": channel,
                "country": row.country,
                "country_name": row.country_name,
                "mcc": row.mcc,
                "mnc": row.mnc,
                "price": as_text(row.price),
                "currency": account.currency,
            }
            for row in account.prices.rows(channel, tariff)
        ]
    }


def rule_of(message: Message) -> str:
    """Name the rule that decided a message's fate."""
    return DEFAULTS if message.decision is None else message.decision.rule.name
