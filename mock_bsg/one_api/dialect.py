"""The One API as one of BSG's dialects: bearer tokens, HTTP statuses that mean something, errors in four forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multidict import CIMultiDict

from mock_bsg.domain.credentials import mask_target
from mock_bsg.domain.error_codes import UNKNOWN_TARIFF
from mock_bsg.encoding import ONE_API_TYPE, encode
from mock_bsg.logs import LOG
from mock_bsg.one_api import refusals, tokens
from mock_bsg.one_api.auth import read_key
from mock_bsg.one_api.call import Call
from mock_bsg.one_api.functions import find_function
from mock_bsg.one_api.refusals import Refusal
from mock_bsg.one_api.words import word_callback
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.errors import ApiError, RequestEnded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.rules.answers import AnswerSetting
    from mock_bsg.rules.faults import Effect

NO_TARIFF = "Tariff was not found"
BROKEN_JSON = b'{"data": {"id": 1, "status": "acc'


class OneApi:
    """Reads requests of the One API, and words their answers."""

    __slots__ = ()

    @staticmethod
    def is_login(method: str, target: str) -> bool:
        """Whether it is a request's body that names its account."""
        try:
            return find_function(method, target)[0].is_open
        except Refusal:
            return False

    @staticmethod
    def name_account(method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> str:
        """Tell the key of the account whose request this is; `body` is that of a login. Raises Refusal."""
        if body is not None:
            return read_key(body)
        try:
            return tokens.find(headers).key
        except Refusal:
            find_function(method, target)  # what is not there is not there, with or without a token [assumed]
            raise

    read = staticmethod(Call.of)

    @staticmethod
    def ask(call: Call) -> Answer:
        try:
            function, call.params = find_function(call.method, call.target)
            if not function.is_open:
                tokens.check(call.headers, call.now)
            if call.account.ruleset.account.blocked:
                raise refusals.blocked()  # noqa: TRY301 -- worded where every other refusal is
            return function.handle(call)
        except Refusal as refusal:
            return _word(refusal)
        except ApiError as error:
            # What a rule's code 6 says of a tariff is the rule's; what is true of one has a form of its own [spec].
            is_tariff = error.code == UNKNOWN_TARIFF
            return _word(refusals.impossible(NO_TARIFF) if is_tariff else refusals.of_code(error.code, error.text))
        except RequestEnded:
            raise
        except Exception:
            LOG.exception("a mistake of mock_bsg's own at %s; please report it", mask_target(call.target))
            return _word(refusals.own_mistake())

    word_state = staticmethod(word_callback)

    @staticmethod
    def word_end(
        effect: Effect, answers: AnswerSetting, fault: Effect | None = None
    ) -> tuple[int, bytes, CIMultiDict[str]]:
        """Word what a rule or fault answers; a scenario's `answers` are about API v1 alone."""
        del answers
        headers = CIMultiDict({"Content-Type": ONE_API_TYPE})
        if fault is not None:
            headers.update(fault.headers)
        headers.update(effect.headers)
        if effect.fault is not None:
            return 200, BROKEN_JSON, headers
        refusal = refusals.of_status(effect.status or 200) if effect.error is None else refusals.of_code(effect.error)
        status = refusal.status if effect.status is None else effect.status
        return status, encode(refusal.value), headers


def _word(refusal: Refusal) -> Answer:
    headers = (("Allow", ", ".join(refusal.allow)),) if refusal.allow else ()
    return Answer(
        refusal.value,
        refusal.rules,
        refusal.effects,
        error=refusal.status,
        text=refusal.text,
        status=refusal.status,
        headers=headers,
    )
