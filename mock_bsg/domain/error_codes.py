"""The error codes of BSG's API and their texts, from its older pages, the ones that its examples use."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ERROR_TEXTS: Final[Mapping[int, str]] = MappingProxyType(
    {
        0: "No errors",
        1: "Invalid API key",
        2: "Account blocked",
        3: "Not enough params",
        4: "Invalid request or API method does not exist",
        5: "Unknown error",
        6: "Invalid price grid parameter",  # in answers of `prices`: "Invalid tariff code"
        7: "Invalid or missing parameters",
        8: "Not enough money",
        9: "Inactive price grid",
        10: "Invalid time sent",
        11: "Exceeded limit for messages processed simultaneously",
        12: "Exceeded batch size limit",
        20: "SMS not found",
        21: "Invalid MSISDN",
        22: "External ID absent",
        23: "External ID already exists",
        24: "Invalid request payload",
        25: "Invalid originator",
        26: "Invalid sms text",
        27: "Invalid External ID",
        28: "Invalid validity time",
        29: "Invalid task ID",
        30: "Task not found",
        31: "MSISDN already present in request",
        32: "Originator not allowed",
        33: "Direction not allowed",
        34: "Invalid OTP",
        35: "2way SMS is not active",
        36: "Invalid 2way sender",
        40: "Message not found",
        41: "Invalid MSISDN",
        43: "External ID already exists",
        44: "Invalid request payload",
        45: "Invalid or unregistered sender",
        46: "Invalid message text",
        47: "Invalid External ID",
        48: "Invalid validity time",
        49: "Invalid combination of Viber options",
        51: "Duplicate phone",
        60: "HLR not found",
        61: "Invalid MSISDN",
        62: "External ID absent",
        63: "External ID already exists",
        64: "Invalid request payload",
        65: "Invalid External ID",
        66: "MSISDN already present in request",
        80: "MNP not found",
        # 81 and 83 to 86 are assumed, by analogy with HLR.
        81: "Invalid MSISDN",
        82: "Country not supported",  # [spec]
        83: "External ID already exists",
        84: "Invalid request payload",
        85: "Invalid External ID",
        86: "MSISDN already present in request",
    }
)
