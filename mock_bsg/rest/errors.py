"""BSG's errors in BSG's words."""

from typing import Any

from mock_bsg.domain.error_codes import ERROR_TEXTS, NO_ERROR, UNKNOWN_ERROR

NO_ERRORS = {"error": NO_ERROR, "errorDescription": ERROR_TEXTS[NO_ERROR]}


def error_answer(code: int, text: str | None = None) -> dict[str, Any]:
    """Word an error, as the body of an answer or as one recipient's entry."""
    return {"error": code, "errorDescription": text or ERROR_TEXTS.get(code, ERROR_TEXTS[UNKNOWN_ERROR])}
