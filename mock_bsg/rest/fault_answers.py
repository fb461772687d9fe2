"""What a request is answered that a rule or fault of the scenario ends: an error, an HTTP status, broken JSON."""

from __future__ import annotations

from http.client import responses as REASONS  # noqa: N812 -- a table of constants
from typing import TYPE_CHECKING

from multidict import CIMultiDict

from mock_bsg.encoding import encode
from mock_bsg.rest.errors import error_answer

if TYPE_CHECKING:
    from mock_bsg.rules.answers import AnswerSetting
    from mock_bsg.rules.faults import Effect

INTERNAL_ERROR = {"code": 500, "message": "An internal error occurred"}
"""The body of the only HTTP status besides 200 that BSG tells of [spec]."""
BROKEN_JSON = b'{"result": [{"error": 0, "errorDescription": "No err'
_OF_BSG = 500
"""The only HTTP status of a failure that is BSG's own [spec]; others come from what stands before it."""
_HTML_TYPE = "text/html; charset=utf-8"


def word_end(
    effect: Effect, answers: AnswerSetting, fault: Effect | None = None
) -> tuple[int, bytes, CIMultiDict[str]]:
    """Word what a rule or fault answers: status, body, headers. `fault` is one that only adds its headers."""
    # What stands between a client and BSG answers in HTML, not in BSG's JSON [assumed].
    is_json = effect.error is not None or effect.fault is not None or effect.status == _OF_BSG
    headers = CIMultiDict({"Content-Type": answers.json_type if is_json else answers.content_type or _HTML_TYPE})
    if fault is not None:
        headers.update(fault.headers)
    headers.update(effect.headers)  # what the scenario says replaces what is there, however it is spelt
    return *_word_end(effect), headers


def _word_end(effect: Effect) -> tuple[int, bytes]:
    """Word one of BSG's errors, or the HTTP status of something that stands before BSG."""
    if effect.fault is not None:
        return 200, BROKEN_JSON
    status = effect.status or 200
    if effect.error is not None:
        return status, encode(error_answer(effect.error))
    if status == _OF_BSG:
        return status, encode(INTERNAL_ERROR)
    return status, f"<html><body><h1>{status} {REASONS.get(status, '')}</h1></body></html>".encode()
