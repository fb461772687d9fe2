"""BSG's SMS functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.bsg.answers import rule_of, status_answer
from mock_bsg.bsg.body import as_whole_number
from mock_bsg.bsg.call import Answer, Call, Function
from mock_bsg.sandbox.errors import SMS_CODES, ApiError

if TYPE_CHECKING:
    from mock_bsg.sandbox.message import Message


def status(call: Call) -> Answer:
    message_id = as_whole_number(call.params["id"])
    return _status(call, None if message_id is None else call.account.find(message_id, call.now, "sms"))


def status_by_reference(call: Call) -> Answer:
    return _status(call, call.account.find_by_reference(call.params["reference"], call.now, "sms"))


def _status(call: Call, message: Message | None) -> Answer:
    if message is None:
        raise ApiError(SMS_CODES.not_found)
    return Answer(status_answer(call.account, message, call.now), (rule_of(message),))


FUNCTIONS = (
    Function(("GET",), "/sms/reference/{reference}", status_by_reference, "Status by reference", "all"),
    Function(("GET",), "/sms/{id}", status, "Status by id", "all"),
)
