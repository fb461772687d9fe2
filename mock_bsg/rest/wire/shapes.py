"""Which requests and answers each of BSG's functions has, and which error codes can come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_bsg.rest.wire import answers, requests
from mock_bsg.rest.wire.terms import Sent

EVERY_ERROR = (1, 2, 5)
"""Codes that any function can answer."""

_VIBER_ERRORS = (44, 12, 48, 6, 8)
_VIBER_ENTRY_ERRORS = (7, 10, 41, 43, 44, 45, 46, 47, 49, 51)
_SMS_ERRORS = (24, 26, 25, 34, 12, 6, 8)
_SMS_ENTRY_ERRORS = (7, 10, 21, 22, 23, 25, 26, 27, 28, 31, 35, 36)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a function takes and gives. `answer`, `request` and `query` are types that pydantic can describe.

    `errors` are the codes that the whole answer can be, beside those of every function; `entry_errors` those that one
    recipient's entry can have. `query` is a model of what can be asked for in the query as well as in the body.
    """

    answer: Any
    request: Any = None
    query: type[Sent] | None = None
    takes_form: bool = False
    errors: tuple[int, ...] = ()
    entry_errors: tuple[int, ...] = ()


_BALANCE = Shape(answers.Balance)
_PRICES = Shape(answers.Prices, errors=(6,))
_TASK = Shape(answers.SmsTask, errors=(29, 30))
_MNP_CREATE = Shape(
    answers.MnpReceipt,
    requests.MnpLookup | requests.MnpBatch,
    requests.MnpLookup,
    errors=(84, 12, 8),
    entry_errors=(6, 7, 81, 82, 83, 85, 86),
)

SHAPES: Mapping[str, Shape] = {
    "/viber/create": Shape(
        answers.ViberReceipt, requests.ViberCreate, errors=_VIBER_ERRORS, entry_errors=_VIBER_ENTRY_ERRORS
    ),
    "/viber/price": Shape(answers.Quote, requests.ViberCreate, errors=_VIBER_ERRORS + _VIBER_ENTRY_ERRORS),
    "/viber/prices": _PRICES,
    "/viber/prices/{tariff}": _PRICES,
    "/viber/balance": _BALANCE,
    "/viber/reference/{reference}": Shape(answers.ViberState, errors=(40,)),
    "/viber/{id}": Shape(answers.ViberState, errors=(40,)),
    "/sms/create": Shape(
        answers.SmsReceipt | answers.SmsTaskReceipt,
        requests.SmsCreate,
        errors=_SMS_ERRORS,
        entry_errors=_SMS_ENTRY_ERRORS,
    ),
    "/sms/price": Shape(answers.Quote, requests.SmsPrice, errors=_SMS_ERRORS + _SMS_ENTRY_ERRORS),
    "/sms/prices": _PRICES,
    "/sms/prices/{tariff}": _PRICES,
    "/sms/balance": _BALANCE,
    "/sms/getStatus": Shape(answers.SmsBriefs, requests.Ids, errors=(24, 12), entry_errors=(20,)),
    "/sms/task/{id}": _TASK,
    "/sms/task_id/{id}": _TASK,
    "/sms/2wayIncoming": Shape(answers.SmsIncomings, query=requests.IncomingQuestion, errors=(7, 35)),
    "/sms/2waySenders": Shape(answers.SmsSenders, errors=(35,)),
    "/sms/reference/{reference}": Shape(answers.SmsState, errors=(20,)),
    "/sms/{id}": Shape(answers.SmsState, errors=(20,)),
    "/hlr/create": Shape(
        answers.HlrReceipt,
        list[requests.HlrLookup] | requests.HlrLookup,
        takes_form=True,
        errors=(64, 12, 8),
        entry_errors=(6, 7, 61, 62, 63, 65, 66),
    ),
    "/hlr/check": Shape(answers.HlrState, requests.HlrCheck, takes_form=True, errors=(64, 61, 63, 65, 6, 7, 8)),
    "/hlr/prices": _PRICES,
    "/hlr/prices/{tariff}": _PRICES,
    "/hlr/balance": _BALANCE,
    "/hlr/reference/{reference}": Shape(answers.HlrState, errors=(60, 65)),
    "/hlr/{id}": Shape(answers.HlrState, errors=(60,)),
    "/mnp/create": _MNP_CREATE,
    "/mnp-sync/create": _MNP_CREATE,
    "/mnp/prices": _PRICES,
    "/mnp-sync/prices": _PRICES,
    "/mnp/reference/{reference}": Shape(answers.MnpState, errors=(80, 85)),
    "/mnp/{id}": Shape(answers.MnpState, errors=(80,)),
    "/common/balance": _BALANCE,
    "/common/getbalance": _BALANCE,
    "/common/price": Shape(answers.CountryPrice, requests.PriceQuestion, requests.PriceQuestion, errors=(3, 6, 7)),
    "/common/tariff": Shape(answers.TariffTold, errors=(6,)),
}
"""By the path of the function, as in FUNCTIONS."""
