"""The one table of the error codes of BSG's API: number, name and text of each.

The texts are those of BSG's older pages, the ones that its examples use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_TEXTS: Final[dict[int, str]] = {}


def _code(number: int, text: str) -> int:
    _TEXTS[number] = text
    return number


NO_ERROR: Final = _code(0, "No errors")

# What any module may answer.
INVALID_API_KEY: Final = _code(1, "Invalid API key")
ACCOUNT_BLOCKED: Final = _code(2, "Account blocked")
NOT_ENOUGH_PARAMETERS: Final = _code(3, "Not enough params")
UNKNOWN_FUNCTION: Final = _code(4, "Invalid request or API method does not exist")
UNKNOWN_ERROR: Final = _code(5, "Unknown error")
UNKNOWN_TARIFF: Final = _code(6, "Invalid price grid parameter")
UNKNOWN_TARIFF_IN_PRICES: Final = "Invalid tariff code"
"""How the answers of `prices` word UNKNOWN_TARIFF [docs]."""
INVALID_PARAMETERS: Final = _code(7, "Invalid or missing parameters")
NOT_ENOUGH_MONEY: Final = _code(8, "Not enough money")
INACTIVE_TARIFF: Final = _code(9, "Inactive price grid")
INVALID_TIME: Final = _code(10, "Invalid time sent")
TOO_MANY_AT_ONCE: Final = _code(11, "Exceeded limit for messages processed simultaneously")
TOO_MANY_RECIPIENTS: Final = _code(12, "Exceeded batch size limit")


@dataclass(frozen=True, slots=True)
class Codes:
    """How one module of BSG numbers the mistakes that all modules know."""

    not_found: int
    msisdn: int
    reference_absent: int | None
    """None where the reference is optional."""
    reference_used: int
    payload: int
    sender: int
    text: int
    reference: int
    validity: int
    duplicate: int
    country_unsupported: int | None = None
    """None where a number of no country is a number like others."""


SMS_REFERENCE_ABSENT: Final = _code(22, "External ID absent")
SMS_CODES: Final = Codes(
    not_found=_code(20, "SMS not found"),
    msisdn=_code(21, "Invalid MSISDN"),
    reference_absent=SMS_REFERENCE_ABSENT,
    reference_used=_code(23, "External ID already exists"),
    payload=_code(24, "Invalid request payload"),
    sender=_code(25, "Invalid originator"),
    text=_code(26, "Invalid sms text"),
    reference=_code(27, "Invalid External ID"),
    validity=_code(28, "Invalid validity time"),
    duplicate=_code(31, "MSISDN already present in request"),
)
INVALID_TASK: Final = _code(29, "Invalid task ID")
TASK_NOT_FOUND: Final = _code(30, "Task not found")
ORIGINATOR_NOT_ALLOWED: Final = _code(32, "Originator not allowed")
DIRECTION_NOT_ALLOWED: Final = _code(33, "Direction not allowed")
INVALID_OTP: Final = _code(34, "Invalid OTP")
TWO_WAY_NOT_ACTIVE: Final = _code(35, "2way SMS is not active")
INVALID_TWO_WAY_SENDER: Final = _code(36, "Invalid 2way sender")

VIBER_CODES: Final = Codes(
    not_found=_code(40, "Message not found"),
    msisdn=_code(41, "Invalid MSISDN"),
    reference_absent=None,
    reference_used=_code(43, "External ID already exists"),
    payload=_code(44, "Invalid request payload"),
    sender=_code(45, "Invalid or unregistered sender"),
    text=_code(46, "Invalid message text"),
    reference=_code(47, "Invalid External ID"),
    validity=_code(48, "Invalid validity time"),
    duplicate=_code(51, "Duplicate phone"),
)
INVALID_OPTIONS: Final = _code(49, "Invalid combination of Viber options")

HLR_REFERENCE_ABSENT: Final = _code(62, "External ID absent")
# HLR and MNP have neither sender, text nor validity: a general 7 stands where nothing better can.
HLR_CODES: Final = Codes(
    not_found=_code(60, "HLR not found"),
    msisdn=_code(61, "Invalid MSISDN"),
    reference_absent=HLR_REFERENCE_ABSENT,
    reference_used=_code(63, "External ID already exists"),
    payload=_code(64, "Invalid request payload"),
    sender=INVALID_PARAMETERS,
    text=INVALID_PARAMETERS,
    reference=_code(65, "Invalid External ID"),
    validity=INVALID_PARAMETERS,
    duplicate=_code(66, "MSISDN already present in request"),
)
COUNTRY_NOT_SUPPORTED: Final = _code(82, "Country not supported")  # [spec]
# 81 and 83 to 86 are assumed, by analogy with HLR.
MNP_CODES: Final = Codes(
    not_found=_code(80, "MNP not found"),
    msisdn=_code(81, "Invalid MSISDN"),
    country_unsupported=COUNTRY_NOT_SUPPORTED,
    reference_absent=None,
    reference_used=_code(83, "External ID already exists"),
    payload=_code(84, "Invalid request payload"),
    sender=INVALID_PARAMETERS,
    text=INVALID_PARAMETERS,
    reference=_code(85, "Invalid External ID"),
    validity=INVALID_PARAMETERS,
    duplicate=_code(86, "MSISDN already present in request"),
)

INVALID_REFERENCES: Final = frozenset(codes.reference for codes in (VIBER_CODES, SMS_CODES, HLR_CODES, MNP_CODES))
"""The codes of a malformed reference, one for each module."""
ERROR_TEXTS: Final[Mapping[int, str]] = MappingProxyType(dict(sorted(_TEXTS.items())))
"""All codes in their order, with their texts."""
