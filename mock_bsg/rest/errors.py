"""BSG's errors in BSG's words."""

from typing import Any

from mock_bsg.domain.error_codes import ERROR_TEXTS

NO_ERRORS = {"error": 0, "errorDescription": ERROR_TEXTS[0]}
INVALID_API_KEY = 1
ACCOUNT_BLOCKED = 2
NOT_ENOUGH_PARAMETERS = 3
UNKNOWN_FUNCTION = 4
UNKNOWN_ERROR = 5
INVALID_PARAMETERS = 7
INVALID_TIME = 10


INTERNAL_ERROR = {"code": 500, "message": "An internal error occurred"}
"""The body of the only HTTP status besides 200 that BSG tells of [spec]."""


def error_answer(code: int, text: str | None = None) -> dict[str, Any]:
    """Word an error, as the body of an answer or as one recipient's entry."""
    return {"error": code, "errorDescription": text or ERROR_TEXTS.get(code, ERROR_TEXTS[UNKNOWN_ERROR])}
