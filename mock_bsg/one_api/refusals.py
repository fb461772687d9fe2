"""What a request is refused with: HTTP statuses, and the forms that the One API's errors have."""

from __future__ import annotations

from http.client import responses as REASONS  # noqa: N812 -- a table of constants
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.error_codes import (
    ACCOUNT_BLOCKED,
    ERROR_TEXTS,
    INVALID_API_KEY,
    NOT_ENOUGH_MONEY,
    TOO_MANY_AT_ONCE,
    UNKNOWN_ERROR,
    UNKNOWN_FUNCTION,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from mock_bsg.rules.faults import Effect

NOT_FOUND = "Not found"
INVALID_DATA = "The given data was invalid."
NO_TOKEN = "JWT Token not found"  # noqa: S105 -- no password, but a text
INVALID_TOKEN = "Invalid JWT Token"  # noqa: S105 -- likewise
EXPIRED_TOKEN = "Expired JWT Token"  # noqa: S105 -- likewise
INVALID_CREDENTIALS = "Invalid credentials."
OF_CODES = "TwoFA Service error."
"""The message of everything that is wrong with a one-time code [spec]."""


class Refusal(Exception):  # noqa: N818 -- an answer, and no error of ours
    """The whole answer is this: an HTTP status and a JSON value. Nothing was created."""

    def __init__(self, status: int, value: Mapping[str, Any], allow: Sequence[str] = ()) -> None:
        super().__init__(status)
        self.status = status
        self.value = dict(value)
        self.allow = allow
        """The methods that a path takes, where it was asked by another."""
        self.rules: Collection[str] = ()
        self.effects: Collection[Effect] = ()
        """What decided, and what that adds to the answer."""

    @property
    def text(self) -> str:
        """What is wrong in one line, for the log."""
        errors = self.value.get("errors") or ()
        if isinstance(errors, dict):
            return "; ".join(f"{field}: {text}" for field, texts in errors.items() for text in texts)
        return "; ".join(errors) or str(self.value.get("message", ""))


def unauthorized(text: str) -> Refusal:
    return Refusal(401, {"code": 401, "message": text})


def against_rules(text: str) -> Refusal:
    """Refuse what the rules of the business forbid: form A of the errors [spec]."""
    return Refusal(422, {"message": INVALID_DATA, "errors": [text]})


def wrong_fields(errors: Mapping[str, Sequence[str]]) -> Refusal:
    """Refuse fields, each with what is wrong with it: form B [spec]; all at once [assumed]."""
    return Refusal(422, {"message": INVALID_DATA, "errors": {name: list(texts) for name, texts in errors.items()}})


def impossible(text: str) -> Refusal:
    """Refuse what is not possible as things are: form C [spec]."""
    return Refusal(422, {"message": text, "errors": []})


def wrong_state(text: str) -> Refusal:
    """Refuse what a one-time code is in no state for: form D [spec]."""
    return Refusal(422, {"message": OF_CODES, "errors": [text]})


def no_such_code(text: str) -> Refusal:
    return Refusal(404, {"message": OF_CODES, "errors": [text]})


def no_such_model() -> Refusal:
    """Say that there is no such template or campaign."""
    return Refusal(404, {"message": "Model not found"})


def not_found(text: str = NOT_FOUND) -> Refusal:
    """Say that there is no such function, or none that the sandbox has."""
    return Refusal(404, {"message": text, "errors": []})


def wrong_method(allowed: Sequence[str]) -> Refusal:
    return Refusal(405, {"message": "Method not allowed", "errors": []}, allowed)


def no_json() -> Refusal:
    return Refusal(400, {"message": "Invalid JSON", "errors": []})


def blocked() -> Refusal:
    return Refusal(403, {"message": "Account blocked", "errors": ["Account blocked"]})


def own_mistake(text: str = "An internal error occurred") -> Refusal:
    return Refusal(500, {"message": text, "errors": []})


def of_status(status: int) -> Refusal:
    """Word an HTTP status that a scenario asks for."""
    if status == 429:
        return Refusal(429, {"message": "Too many duplicate request detected"})
    return Refusal(status, {"message": REASONS.get(status, "")})


def of_code(code: int, text: str | None = None) -> Refusal:
    """Word one of API v1's error codes, as scenarios and the sandbox have them, in the forms of this API [assumed]."""
    word = _WORDS.get(code)
    return against_rules(text or ERROR_TEXTS.get(code, ERROR_TEXTS[UNKNOWN_ERROR])) if word is None else word()


_WORDS: Mapping[int, Callable[[], Refusal]] = {
    INVALID_API_KEY: lambda: unauthorized(INVALID_TOKEN),
    ACCOUNT_BLOCKED: blocked,
    UNKNOWN_FUNCTION: not_found,
    NOT_ENOUGH_MONEY: lambda: against_rules("Insufficient funds"),
    TOO_MANY_AT_ONCE: lambda: of_status(429),
}
