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
from mock_bsg.sandbox.requests import Outcome

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from mock_bsg.rest.call import Handle
    from mock_bsg.rules.faults import Effect
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.journal import Exchange


def answer(account: Account, exchange: Exchange, now: int) -> Generator[float, int, Outcome] | Outcome:
    """Answer a request that came at `now` (ms of the account's clock).

    What the scenario holds back is a generator: it yields for how many ms of the machine's time, and is sent the
    account's time after that.
    """
    if not account.ruleset.faults:
        return _answer(account, exchange, now, None)
    fault = _find_fault(account, exchange)
    if fault is None or (fault.delay is None and not fault.ends_request):
        return _answer(account, exchange, now, fault)
    return _obey_fault(account, exchange, now, fault)


def _obey_fault(account: Account, exchange: Exchange, now: int, fault: Effect) -> Generator[float, int, Outcome]:
    now = yield from _hold_back(account, exchange, (fault,), now)
    if fault.ends_request:
        return _end(account, exchange, fault, None)
    found = _answer(account, exchange, now, fault)
    return found if isinstance(found, Outcome) else (yield from found)


def _answer(
    account: Account, exchange: Exchange, now: int, fault: Effect | None
) -> Generator[float, int, Outcome] | Outcome:
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
        said, status = _ask(call, handle)
    except RequestEnded as ended:
        exchange.rules, exchange.notes = (ended.effect.name,), tuple(call.notes)
        return _obey_rule(account, exchange, now, ended.effect, fault)
    exchange.rules, exchange.notes = tuple(said.rules), tuple(call.notes)
    if said.effects:
        return _obey_effects(account, exchange, now, said, status, fault)
    exchange.answer, exchange.status = encode(said.value), status
    if fault is None and not said.refusals and not said.value.get("error"):
        return Outcome(exchange)
    return _word(exchange, said, fault)


def _obey_rule(
    account: Account, exchange: Exchange, now: int, effect: Effect, fault: Effect | None
) -> Generator[float, int, Outcome]:
    yield from _hold_back(account, exchange, (effect,), now)
    return _end(account, exchange, effect, fault)


def _obey_effects(
    account: Account, exchange: Exchange, now: int, said: Answer, status: int, fault: Effect | None
) -> Generator[float, int, Outcome]:
    yield from _hold_back(account, exchange, said.effects, now)
    exchange.answer, exchange.status = encode(said.value), status
    return _word(exchange, said, fault)


def _word(exchange: Exchange, said: Answer, fault: Effect | None) -> Outcome:
    """Tell what is special about an answer: its errors, and the headers that rules or a fault add."""
    headers = None
    if said.effects or fault is not None:
        added = CIMultiDict[str]()
        for effect in (*said.effects, *([] if fault is None else [fault])):
            added.update(effect.headers)
        headers = tuple(added.items())
    error, text = said.value.get("error") or 0, said.value.get("errorDescription", "")
    return Outcome(exchange, headers, error, tuple(said.refusals), text)


def _find_fault(account: Account, exchange: Exchange) -> Effect | None:
    path = function_path(unquote(exchange.path.partition("?")[0]))
    headers = Headers(exchange.headers)
    fault = account.ruleset.fault_for(exchange.method, path, headers, exchange.body, account.usage)
    exchange.fault = None if fault is None else fault.name
    return fault


def _hold_back(account: Account, exchange: Exchange, effects: Iterable[Effect], now: int) -> Generator[float, int, int]:
    """Wait as long as the effects say; tells the account's time then."""
    seed = account.ruleset.seed
    for effect in effects:
        if effect.delay is not None:
            # Drawn by the request's number, so that it's the same every time.
            now = yield effect.delay.at(draw(seed, "delay", effect.name, exchange.number))
    return now


def _ask(call: Call, handle: Handle) -> tuple[Answer, int]:
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
