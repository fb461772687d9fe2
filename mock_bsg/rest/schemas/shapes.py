"""Which requests and answers each of BSG's functions has, and which error codes can come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_bsg.domain.error_codes import (
    ACCOUNT_BLOCKED,
    COUNTRY_NOT_SUPPORTED,
    HLR_CODES,
    HLR_REFERENCE_ABSENT,
    INVALID_API_KEY,
    INVALID_OPTIONS,
    INVALID_OTP,
    INVALID_PARAMETERS,
    INVALID_TASK,
    INVALID_TIME,
    INVALID_TWO_WAY_SENDER,
    MNP_CODES,
    NOT_ENOUGH_MONEY,
    NOT_ENOUGH_PARAMETERS,
    SMS_CODES,
    SMS_REFERENCE_ABSENT,
    TASK_NOT_FOUND,
    TOO_MANY_RECIPIENTS,
    TWO_WAY_NOT_ACTIVE,
    UNKNOWN_ERROR,
    UNKNOWN_TARIFF,
    VIBER_CODES,
)
from mock_bsg.rest.schemas import answer_models, request_models
from mock_bsg.rest.schemas.terms import Sent

EVERY_ERROR = (INVALID_API_KEY, ACCOUNT_BLOCKED, UNKNOWN_ERROR)
"""Codes that any function can answer."""

_VIBER_ERRORS = (VIBER_CODES.payload, TOO_MANY_RECIPIENTS, VIBER_CODES.validity, UNKNOWN_TARIFF, NOT_ENOUGH_MONEY)
_VIBER_ENTRY_ERRORS = (
    INVALID_PARAMETERS,
    INVALID_TIME,
    VIBER_CODES.msisdn,
    VIBER_CODES.reference_used,
    VIBER_CODES.payload,
    VIBER_CODES.sender,
    VIBER_CODES.text,
    VIBER_CODES.reference,
    INVALID_OPTIONS,
    VIBER_CODES.duplicate,
)
_SMS_ERRORS = (
    SMS_CODES.payload,
    SMS_CODES.text,
    SMS_CODES.sender,
    INVALID_OTP,
    TOO_MANY_RECIPIENTS,
    UNKNOWN_TARIFF,
    NOT_ENOUGH_MONEY,
)
_SMS_ENTRY_ERRORS = (
    INVALID_PARAMETERS,
    INVALID_TIME,
    SMS_CODES.msisdn,
    SMS_REFERENCE_ABSENT,
    SMS_CODES.reference_used,
    SMS_CODES.sender,
    SMS_CODES.text,
    SMS_CODES.reference,
    SMS_CODES.validity,
    SMS_CODES.duplicate,
    TWO_WAY_NOT_ACTIVE,
    INVALID_TWO_WAY_SENDER,
)


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


_BALANCE = Shape(answer_models.Balance)
_PRICES = Shape(answer_models.Prices, errors=(UNKNOWN_TARIFF,))
_TASK = Shape(answer_models.SmsTask, errors=(INVALID_TASK, TASK_NOT_FOUND))
_MNP_CREATE = Shape(
    answer_models.MnpReceipt,
    request_models.MnpLookup | request_models.MnpBatch,
    request_models.MnpLookup,
    errors=(MNP_CODES.payload, TOO_MANY_RECIPIENTS, NOT_ENOUGH_MONEY),
    entry_errors=(
        UNKNOWN_TARIFF,
        INVALID_PARAMETERS,
        MNP_CODES.msisdn,
        COUNTRY_NOT_SUPPORTED,
        MNP_CODES.reference_used,
        MNP_CODES.reference,
        MNP_CODES.duplicate,
    ),
)

SHAPES: Mapping[str, Shape] = {
    "/viber/create": Shape(
        answer_models.ViberReceipt, request_models.ViberCreate, errors=_VIBER_ERRORS, entry_errors=_VIBER_ENTRY_ERRORS
    ),
    "/viber/price": Shape(answer_models.Quote, request_models.ViberCreate, errors=_VIBER_ERRORS + _VIBER_ENTRY_ERRORS),
    "/viber/prices": _PRICES,
    "/viber/prices/{tariff}": _PRICES,
    "/viber/balance": _BALANCE,
    "/viber/reference/{reference}": Shape(answer_models.ViberState, errors=(VIBER_CODES.not_found,)),
    "/viber/{id}": Shape(answer_models.ViberState, errors=(VIBER_CODES.not_found,)),
    "/sms/create": Shape(
        answer_models.SmsReceipt | answer_models.SmsTaskReceipt,
        request_models.SmsCreate,
        errors=_SMS_ERRORS,
        entry_errors=_SMS_ENTRY_ERRORS,
    ),
    "/sms/price": Shape(answer_models.Quote, request_models.SmsPrice, errors=_SMS_ERRORS + _SMS_ENTRY_ERRORS),
    "/sms/prices": _PRICES,
    "/sms/prices/{tariff}": _PRICES,
    "/sms/balance": _BALANCE,
    "/sms/getStatus": Shape(
        answer_models.SmsBriefs,
        request_models.Ids,
        errors=(SMS_CODES.payload, TOO_MANY_RECIPIENTS),
        entry_errors=(SMS_CODES.not_found,),
    ),
    "/sms/task/{id}": _TASK,
    "/sms/task_id/{id}": _TASK,
    "/sms/2wayIncoming": Shape(
        answer_models.SmsIncomings,
        query=request_models.IncomingQuestion,
        errors=(INVALID_PARAMETERS, TWO_WAY_NOT_ACTIVE),
    ),
    "/sms/2waySenders": Shape(answer_models.SmsSenders, errors=(TWO_WAY_NOT_ACTIVE,)),
    "/sms/reference/{reference}": Shape(answer_models.SmsState, errors=(SMS_CODES.not_found,)),
    "/sms/{id}": Shape(answer_models.SmsState, errors=(SMS_CODES.not_found,)),
    "/hlr/create": Shape(
        answer_models.HlrReceipt,
        list[request_models.HlrLookup] | request_models.HlrLookup,
        takes_form=True,
        errors=(HLR_CODES.payload, TOO_MANY_RECIPIENTS, NOT_ENOUGH_MONEY),
        entry_errors=(
            UNKNOWN_TARIFF,
            INVALID_PARAMETERS,
            HLR_CODES.msisdn,
            HLR_REFERENCE_ABSENT,
            HLR_CODES.reference_used,
            HLR_CODES.reference,
            HLR_CODES.duplicate,
        ),
    ),
    "/hlr/check": Shape(
        answer_models.HlrState,
        request_models.HlrCheck,
        takes_form=True,
        errors=(
            HLR_CODES.payload,
            HLR_CODES.msisdn,
            HLR_CODES.reference_used,
            HLR_CODES.reference,
            UNKNOWN_TARIFF,
            INVALID_PARAMETERS,
            NOT_ENOUGH_MONEY,
        ),
    ),
    "/hlr/prices": _PRICES,
    "/hlr/prices/{tariff}": _PRICES,
    "/hlr/balance": _BALANCE,
    "/hlr/reference/{reference}": Shape(answer_models.HlrState, errors=(HLR_CODES.not_found, HLR_CODES.reference)),
    "/hlr/{id}": Shape(answer_models.HlrState, errors=(HLR_CODES.not_found,)),
    "/mnp/create": _MNP_CREATE,
    "/mnp-sync/create": _MNP_CREATE,
    "/mnp/prices": _PRICES,
    "/mnp-sync/prices": _PRICES,
    "/mnp/reference/{reference}": Shape(answer_models.MnpState, errors=(MNP_CODES.not_found, MNP_CODES.reference)),
    "/mnp/{id}": Shape(answer_models.MnpState, errors=(MNP_CODES.not_found,)),
    "/common/balance": _BALANCE,
    "/common/getbalance": _BALANCE,
    "/common/price": Shape(
        answer_models.CountryPrice,
        request_models.PriceQuestion,
        request_models.PriceQuestion,
        errors=(NOT_ENOUGH_PARAMETERS, UNKNOWN_TARIFF, INVALID_PARAMETERS),
    ),
    "/common/tariff": Shape(answer_models.TariffTold, errors=(UNKNOWN_TARIFF,)),
}
"""By the path of the function, as in FUNCTIONS."""
