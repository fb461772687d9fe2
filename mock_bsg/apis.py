"""BSG's two APIs on one port: in which of them a request is, and what each says of a message in a callback."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.error_codes import UNKNOWN_ERROR
from mock_bsg.domain.paths import is_of_one_api
from mock_bsg.rest.dialect import Rest
from mock_bsg.rest.errors import error_answer
from mock_bsg.rest.report_bodies import state_answer
from mock_bsg.sandbox.answering import Answerer

if TYPE_CHECKING:
    from mock_bsg.one_api.dialect import OneApi
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message

_REST = Rest()
_one_api: OneApi | None = None


def load_one_api() -> OneApi:
    """Import the One API, which takes a good 0.2 seconds: whoever uses API v1 alone never does."""
    global _one_api  # noqa: PLW0603 -- imported once for all servers of a process
    if _one_api is None:
        _one_api = import_module("mock_bsg.one_api.dialect").OneApi()
    return _one_api


def is_one_api_loaded() -> bool:
    return _one_api is not None


def choose(target: str) -> Rest | OneApi:
    """Tell in which dialect a request is by its path."""
    return load_one_api() if is_of_one_api(target) else _REST


answer = Answerer(choose)


def word_trouble(target: str, text: str, code: int = UNKNOWN_ERROR) -> dict[str, Any]:
    """Word what is wrong with a request that no function of its API was asked about; `code` is API v1's."""
    return {"message": text, "errors": []} if is_of_one_api(target) else error_answer(code, text)


def word_state(account: Account, message: Message, now: int) -> dict[str, Any]:
    """Word the body of a delivery report: what a message is at that instant (ms of the account's clock)."""
    word = state_answer if message.submission.origin is None else load_one_api().word_state
    return word(account, message, now)
