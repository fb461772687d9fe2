"""Logging in: an API key becomes a bearer token, and a token another one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ValidationError

from mock_bsg.one_api import refusals, tokens
from mock_bsg.one_api.call import Call, Function, read_json
from mock_bsg.one_api.fields import NOT_VALID, Part, Reader, check_length, word_errors, wrong
from mock_bsg.sandbox.answering import Answer

_LONGEST_KEY = 1000


def _read_key(found: Any) -> str:
    """Read a key as a header could have it: one line, without blanks around it."""
    if not isinstance(found, str) or not found.isprintable():
        raise wrong(NOT_VALID)
    return check_length(found.strip(), 1, _LONGEST_KEY)


class Login(Part):
    """The body of a login."""

    api_key: Annotated[str, Reader(_read_key, {"type": "string", "minLength": 1, "maxLength": _LONGEST_KEY})]


def read_key(body: bytes) -> str:
    """Read the key of a login; raises Refusal."""
    try:
        return Login.model_validate(read_json(body)).api_key
    except ValidationError as broken:
        raise refusals.wrong_fields(word_errors(broken)) from None


def login(call: Call) -> Answer:
    """Answer with a token; the account was found by the key before."""
    call.body(Login)  # for what it says beside the key
    return _issue(call)


def refresh(call: Call) -> Answer:
    """Answer with a new term; the old token stays valid [assumed]."""
    return _issue(call)


def _issue(call: Call) -> Answer:
    account = call.account
    return Answer({"bearer": tokens.issue(account.key, call.now, account.ruleset.one_api.token_life)})


FUNCTIONS = (
    Function("POST", "/api/auth/login", login, "login", "AuthApi", "Log in with an API key", body=Login, is_open=True),
    Function("POST", "/api/auth/refresh", refresh, "refresh_token", "AuthApi", "Get a token with a new term"),
)
