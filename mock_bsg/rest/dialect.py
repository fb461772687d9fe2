"""API v1 as one of BSG's dialects: HTTP 200 whatever happens, and error codes of its own."""

from __future__ import annotations

from mock_bsg.domain.credentials import mask_target
from mock_bsg.domain.error_codes import ACCOUNT_BLOCKED, UNKNOWN_ERROR, UNKNOWN_FUNCTION
from mock_bsg.logs import LOG
from mock_bsg.rest.call import Call
from mock_bsg.rest.dispatch import find_function
from mock_bsg.rest.errors import error_answer
from mock_bsg.rest.fault_answers import word_end
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.errors import ApiError, RequestEnded


class Rest:
    """Reads requests of API v1, and words their answers."""

    __slots__ = ()

    word_end = staticmethod(word_end)

    read = staticmethod(Call.of)

    @staticmethod
    def ask(call: Call) -> Answer:
        handle, call.params = find_function(call.method, call.target)
        try:
            if call.account.ruleset.account.blocked:
                raise ApiError(ACCOUNT_BLOCKED)  # noqa: TRY301 -- worded where every other error is
            return handle(call)
        except ApiError as error:
            value = error_answer(error.code, error.text)
            status = 404 if error.code == UNKNOWN_FUNCTION else 200
            return Answer(value, error=error.code, text=value["errorDescription"], status=status)
        except RequestEnded:
            raise
        except Exception:
            LOG.exception("a mistake of mock_bsg's own at %s; please report it", mask_target(call.target))
            value = error_answer(UNKNOWN_ERROR)
            return Answer(value, error=UNKNOWN_ERROR, text=value["errorDescription"])
