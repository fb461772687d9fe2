"""The magic numbers of the scenario `default`: send to one of them, and this is what comes of it.

They lie in the range that Ofcom keeps for drama: valid in format, and nobody's phone.
"""

from typing import Final

from mock_bsg.domain import error_codes

DELIVERED_THEN_READ: Final = "447700900000"

DELIVERED: Final = "447700900100"
READ: Final = "447700900101"
UNDELIVERABLE: Final = "447700900102"
EXPIRED: Final = "447700900103"
REJECTED: Final = "447700900104"
UNKNOWN: Final = "447700900105"
STAYS_SENT: Final = "447700900106"
STAYS_SCHEDULED: Final = "447700900107"

# Viber does not reach them; this is what becomes of the SMS.
SMS_DELIVERED: Final = "447700900200"
SMS_UNDELIVERABLE: Final = "447700900201"
SMS_EXPIRED: Final = "447700900202"
SMS_REJECTED: Final = "447700900203"
SMS_UNKNOWN: Final = "447700900204"
SMS_STAYS_SENT: Final = "447700900205"
SMS_DELIVERED_LATE: Final = "447700900206"

VIBER_EXPIRED_SMS_DELIVERED: Final = "447700900300"
VIBER_REJECTED_SMS_DELIVERED: Final = "447700900301"

# The whole request gets this HTTP status.
HTTP_429: Final = "447700900429"
HTTP_500: Final = "447700900500"
HTTP_502: Final = "447700900502"
HTTP_503: Final = "447700900503"
HTTP_504: Final = "447700900504"

# The whole request, too.
CONNECTION_RESET: Final = "447700900900"
NO_ANSWER: Final = "447700900901"
MALFORMED_ANSWER: Final = "447700900902"
LATE_ANSWER: Final = "447700900903"


def api_error(code: int) -> str:
    """Find the number whose entry gets this error code of BSG's API; raises ValueError for one that BSG has not."""
    if code == 0 or code not in error_codes.ERROR_TEXTS:
        known = ", ".join(str(known) for known in error_codes.ERROR_TEXTS if known)
        raise ValueError(f"{code} is not an error code of BSG's API: the codes are {known}")
    return f"4477009000{code:02}"
