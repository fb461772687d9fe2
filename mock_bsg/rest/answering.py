"""How an account answers a request of BSG's API: its scenario's faults, the function itself, and what rules add.

There is no HTTP here and nothing waits: the same requests at the same times get the same answers in any process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from multidict import CIMultiDict

from mock_bsg.domain.credentials import mask_target
from mock_bsg.domain.draws import draw
from mock_bsg.domain.error_codes import ACCOUNT_BLOCKED, UNKNOWN_ERROR, UNKNOWN_FUNCTION
from mock_bsg.domain.paths import function_path
from mock_bsg.encoding import encode
from mock_bsg.logs import LOG
from mock_bsg.rest.call import Answer, Call, Headers
from mock_bsg.rest.dispatch import find_function
from mock_bsg.rest.errors import error_answer
from mock_bsg.rest.fault_answers import word_end
from mock_bsg.rules.faults import SILENT
from mock_bsg.sandbox.errors import ApiError, RequestEnded
from mock_bsg.sandbox.requests import Ask, End, Held, Outcome, Say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mock_bsg.rest.call import Handle
    from mock_bsg.rules.faults import Effect
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.requests import Course, Then


def answer(account: Account, exchange: Exchange, now: int, then: Then | None = None) -> Course:
    """Answer a request that came at `now` (ms of the account's clock), or hold it back as the scenario says.

    `then`: it was held back for this, and has waited long enough.
    """
    if then is not None:
        return _go_on(account, exchange, now, then)
    if not account.ruleset.faults:
        return _ask(account, exchange, now, None)
    fault = _find_fault(account, exchange)
    if fault is None:
        return _ask(account, exchange, now, None)
    return _hold_back(account, exchange, now, (fault,), End(fault) if fault.ends_request else Ask(fault))


def _hold_back(account: Account, exchange: Exchange, now: int, effects: Iterable[Effect], then: Then) -> Course:
    """Hold a request back as long as the effects say together; if they say nothing of it, it goes on at once."""
    seed = account.ruleset.seed
    # Drawn by the request's number, so that it's the same every time.
    delays = [
        effect.delay.at(draw(seed, "delay", effect.name, exchange.number))
        for effect in effects
        if effect.delay is not None
    ]
    return Held(exchange, sum(delays), then) if delays else _go_on(account, exchange, now, then)


def _go_on(account: Account, exchange: Exchange, now: int, then: Then) -> Course:
    match then:
        case Ask(fault):
            return _ask(account, exchange, now, fault)
        case End(effect, fault):
            return _end(account, exchange, effect, fault)
        case Say(status, said):
            exchange.status, exchange.answer = status, said
            return Outcome(exchange, then.headers, then.error, then.refusals, then.text)


def _ask(account: Account, exchange: Exchange, now: int, fault: Effect | None) -> Course:
    """Ask the function; `fault` is one that only adds to what comes of that."""
    handle, params = find_function(exchange.method, exchange.path)
    call = Call(
        account,
        now,
        exchange.body,
        Headers(exchange.headers),
        params,
        exchange.number,
        list(exchange.notes),
        target=exchange.path,
    )
    try:
        said, status = _call(call, handle)
    except RequestEnded as ended:
        exchange.rules, exchange.notes = (ended.effect.name,), tuple(call.notes)
        return _hold_back(account, exchange, now, (ended.effect,), End(ended.effect, fault))
    exchange.rules, exchange.notes = tuple(said.rules), tuple(call.notes)
    if said.effects:
        return _hold_back(account, exchange, now, said.effects, _word(said, status, fault))
    if fault is not None or said.refusals or said.value.get("error"):
        return _go_on(account, exchange, now, _word(said, status, fault))
    exchange.answer, exchange.status = encode(said.value), status
    return Outcome(exchange)


def _word(said: Answer, status: int, fault: Effect | None) -> Say:
    """Word an answer, and tell what is special about it: its errors, and the headers that rules or a fault add."""
    headers = None
    if said.effects or fault is not None:
        added = CIMultiDict[str]()
        for effect in (*said.effects, *([] if fault is None else [fault])):
            added.update(effect.headers)
        headers = tuple(added.items())
    error, text = said.value.get("error") or 0, said.value.get("errorDescription", "")
    return Say(status, encode(said.value), headers, error, tuple(said.refusals), text)


def _find_fault(account: Account, exchange: Exchange) -> Effect | None:
    path = function_path(unquote(exchange.path.partition("?")[0]))
    headers = Headers(exchange.headers)
    fault = account.ruleset.fault_for(exchange.method, path, headers, exchange.body, account.usage)
    exchange.fault = None if fault is None else fault.name
    return fault


def _call(call: Call, handle: Handle) -> tuple[Answer, int]:
    """Tell what the function answers, and with which HTTP status; raises RequestEnded where a rule wants more."""
    try:
        if call.account.ruleset.account.blocked:
            raise ApiError(ACCOUNT_BLOCKED)  # noqa: TRY301 -- worded where every other error is
        return handle(call), 200
    except ApiError as error:
        return Answer(error_answer(error.code, error.text)), 404 if error.code == UNKNOWN_FUNCTION else 200
    except RequestEnded:
        raise
    except Exception:
        LOG.exception("a mistake of mock_bsg's own at %s; please report it", mask_target(call.target))
        return Answer(error_answer(UNKNOWN_ERROR)), 200


def _end(account: Account, exchange: Exchange, effect: Effect, fault: Effect | None) -> Outcome:
    """Answer as a rule or fault says instead; `fault` is one that only adds its headers to what a rule does."""
    status, body, headers = word_end(effect, account.ruleset.answers, fault)
    if effect.fault not in SILENT:
        exchange.status, exchange.answer = status, body
    return Outcome(exchange, tuple(headers.items()), ended_by=effect)
