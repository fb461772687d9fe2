"""The aiohttp application: every route of both APIs, and the way of a request of BSG's API."""

from __future__ import annotations

import time
from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

from aiohttp import web
from multidict import CIMultiDict

from mock_bsg import control
from mock_bsg.bsg import FUNCTIONS
from mock_bsg.bsg.call import BASES, Answer, Call, function_path
from mock_bsg.bsg.errors import ACCOUNT_BLOCKED, INVALID_API_KEY, UNKNOWN_FUNCTION, error_answer
from mock_bsg.effects import BROKEN_JSON, answer_instead, header_name, hold_back, name_rules
from mock_bsg.encoding import encode
from mock_bsg.hangup import answer_and_hang_up
from mock_bsg.logs import LOG, mask_key
from mock_bsg.runtime import RUNTIME, Runtime
from mock_bsg.sandbox.account import DEFAULTS, Account
from mock_bsg.sandbox.errors import ApiError, RequestEnded
from mock_bsg.scenario.error_codes import ERROR_TEXTS
from mock_bsg.scenario.errors import ScenarioError
from mock_bsg.scenario.faults import SILENT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, MutableMapping

    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.scenario.faults import Effect
    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings

_JSON = "application/json; charset=utf-8"


def create_app(settings: Settings, library: Library) -> web.Application:
    """Make the application; its state is under RUNTIME."""
    app = web.Application(client_max_size=settings.max_body, logger=LOG)
    app[RUNTIME] = Runtime(settings, library)
    for function in FUNCTIONS:
        handler = _bsg_handler(function.handle)
        # A reference may have braces in it, malformed as it is, which a plain {reference} would not take.
        path = function.path.replace("}", ":[^/]+}")
        # A trailing slash is legal everywhere [client]. Methods come last: added one after the other, those of a path
        # share one resource, which is found at one look.
        for base, spelling, method in product(BASES, (path, path + "/"), function.methods):
            app.router.add_route(method, base + spelling, handler)
    unknown = _bsg_handler(_unknown_function)
    for base in BASES:
        for path in {function.path: None for function in FUNCTIONS if "{" not in function.path}:
            # Else GET /viber/create would ask for the message "create".
            app.router.add_route("*", base + path, unknown)
            app.router.add_route("*", base + path + "/", unknown)
        app.router.add_route("*", base + "{function:(/.*)?}", unknown)
    control.add_routes(app)
    app.router.add_route("*", "/{path:.*}", _lost)
    app.on_shutdown.append(_stop)
    app.on_cleanup.append(_close)
    return app


async def _stop(app: web.Application) -> None:
    app[RUNTIME].stopping.set()
    await app[RUNTIME].pulse.stop()


async def _close(app: web.Application) -> None:
    missed = await app[RUNTIME].pulse.close()
    if missed:
        LOG.warning("%d delivery report%s not delivered", missed, " was" if missed == 1 else "s were")


async def _lost(request: web.Request) -> web.Response:
    """Answer at a path that is neither BSG's nor the sandbox's: mostly a base URL without /rest."""
    known = ", ".join(f"{base}/" for base in BASES)
    LOG.warning("%s %s: there is nothing here; BSG's API is under %s", request.method, request.path, known)
    return _json(error_answer(UNKNOWN_FUNCTION, f"There is nothing at {request.path}; the API is under {known}"), 404)


def _unknown_function(call: Call) -> Answer:
    path = function_path(call.target)
    methods = next((function.methods for function in FUNCTIONS if function.path == path), ())
    if methods:
        call.notes.append(f"{path} takes {' and '.join(methods)}")
    raise ApiError(UNKNOWN_FUNCTION)


def _bsg_handler(handle: Callable[[Call], Answer]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Lead a request to one of BSG's functions: key, journal, faults, the function itself, its answer in JSON."""

    async def handler(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter_ns()
        runtime = request.app[RUNTIME]
        key = request.headers.get("X-API-KEY", "").strip()
        if not key.isascii():
            key = _read_key(key)
        if not runtime.is_valid_key(key):
            runtime.turned_away += 1
            runtime.unusual["error", "1"] += 1
            LOG.warning("%s %s: error 1, %s", request.method, request.path, _complaint_about(key))
            return _json(error_answer(INVALID_API_KEY))
        try:
            account = runtime.open_account(key)
        except ScenarioError as broken:
            runtime.turned_away += 1
            runtime.unusual["error", "5"] += 1
            for fault in str(broken).splitlines():
                LOG.error("the scenario of key %s is broken: %s", mask_key(key), fault)  # noqa: TRY400 -- the file's fault
            return _json(error_answer(5, f"The scenario that this key names is broken: {broken}"))
        now = runtime.now(account)
        exchange = account.journal.open(now, request.method, request.raw_path, request.raw_headers)
        try:
            exchange.body = await request.read() if request.body_exists else b""
            return await _answer(request, account, exchange, handle)
        except web.HTTPRequestEntityTooLarge:
            return _refuse_size(request, runtime, exchange)
        except web.RequestPayloadError:
            return await _answer_unreadable(request, account, exchange, handle)
        except ConnectionError:
            exchange.notes = (*exchange.notes, "the client went before it was answered")
            return web.Response()  # that nobody reads
        finally:
            exchange.duration = (time.perf_counter_ns() - began) // 1000
            if account.is_followed:
                runtime.pulse.touched(account, exchange)

    return handler


async def _answer(
    request: web.Request, account: Account, exchange: Exchange, handle: Callable[[Call], Answer]
) -> web.StreamResponse:
    playbook = account.playbook
    if playbook.faults:
        effect = playbook.fault_for(
            request.method, function_path(request.path), request.headers, exchange.body, account.usage
        )
        if effect is not None:
            exchange.fault = effect.name
            await hold_back(effect, playbook.seed, exchange.number)
            if effect.ends_request:
                return await _end(request, account, exchange, effect)
            return await _call(request, account, exchange, handle, effect)
    return await _call(request, account, exchange, handle, None)


async def _call(
    request: web.Request,
    account: Account,
    exchange: Exchange,
    handle: Callable[[Call], Answer],
    fault: Effect | None,
) -> web.StreamResponse:
    call = Call(
        account,
        request.app[RUNTIME].now(account),
        exchange.body,
        request.headers.get("Content-Type", ""),
        request.match_info,
        exchange.number,
        target=exchange.path,
    )
    try:
        if account.playbook.account.blocked:
            raise ApiError(ACCOUNT_BLOCKED)  # noqa: TRY301 -- worded where every other error is
        answer = handle(call)
    except ApiError as error:
        answer = Answer(error_answer(error.code, error.text))
        exchange.status = 404 if error.code == UNKNOWN_FUNCTION else 200
    except RequestEnded as ended:
        exchange.rules = (ended.effect.name,)
        exchange.notes = tuple(call.notes)
        await hold_back(ended.effect, account.playbook.seed, exchange.number)
        return await _end(request, account, exchange, ended.effect)
    except Exception:
        LOG.exception("a mistake of mock_bsg's own at %s %s; please report it", request.method, request.path)
        answer = Answer(error_answer(5))
    exchange.rules = tuple(answer.rules)
    exchange.notes = tuple(call.notes)
    headers: MutableMapping[str, str] = {
        "Content-Type": _JSON,
        "X-Mock-BSG-Rule": name_rules(answer.rules or (DEFAULTS,)),
    }
    if answer.effects or fault is not None:
        headers = CIMultiDict(headers)  # what a scenario adds replaces what is there, however it is spelt
        await _obey(request, account, exchange, answer.effects, headers)
    if fault is not None:
        headers["X-Mock-BSG-Fault"] = header_name(fault.name)
        headers.update(fault.headers)
    exchange.answer = encode(answer.value)
    exchange.status = exchange.status or 200
    if answer.refusals or answer.value.get("error"):
        _count(request.app[RUNTIME], answer)
        _explain(account, exchange, answer)
    return web.Response(body=exchange.answer, status=exchange.status, headers=headers)


async def _obey(
    request: web.Request,
    account: Account,
    exchange: Exchange,
    effects: Collection[Effect],
    headers: MutableMapping[str, str],
) -> None:
    """Hold an answer back and add to its headers, as the rules that decided say."""
    if effects and account.is_followed:
        # Its messages are there already, however late the answer comes.
        request.app[RUNTIME].pulse.touched(account)
    for effect in effects:
        headers.update(effect.headers)
        await hold_back(effect, account.playbook.seed, exchange.number)


async def _end(request: web.Request, account: Account, exchange: Exchange, effect: Effect) -> web.StreamResponse:
    LOG.info("%s %s %s: %s '%s'", mask_key(account.key), request.method, request.path, effect.origin, effect.name)
    runtime = request.app[RUNTIME]
    runtime.unusual["ended", effect.fault or str(effect.status or 200)] += 1
    if account.is_followed:
        runtime.pulse.touched(account)
    response = await answer_instead(request, effect)
    if effect.fault not in SILENT:
        exchange.status = response.status
        body = response.body if isinstance(response, web.Response) else BROKEN_JSON
        exchange.answer = body if isinstance(body, bytes) else b""
    return response


def _refuse_size(request: web.Request, runtime: Runtime, exchange: Exchange) -> web.Response:
    largest = runtime.settings.max_body
    LOG.warning("%s %s: the body is larger than %d bytes (--max-body)", request.method, request.path, largest)
    exchange.notes = (f"the body was larger than {largest} bytes",)
    exchange.status = 413
    # The rest of the body is still on its way: this connection cannot be used again.
    response = _json(error_answer(5, f"The body is larger than {largest} bytes"), 413)
    response.force_close()
    exchange.answer = response.body if isinstance(response.body, bytes) else b""
    return response


def _count(runtime: Runtime, answer: Answer) -> None:
    code = answer.value.get("error")
    if code:
        runtime.unusual["error", str(code)] += 1
    for refused in answer.refusals:
        runtime.unusual["recipient", str(refused)] += 1


async def _answer_unreadable(
    request: web.Request, account: Account, exchange: Exchange, handle: Callable[[Call], Answer]
) -> web.StreamResponse:
    """Answer a request whose body is not packed, or not cut into chunks, as its header says: as if it had none."""
    response = await _answer(request, account, exchange, handle)
    exchange.notes = ("the body is not encoded as its header says", *exchange.notes)
    return await answer_and_hang_up(request, response)


def _explain(account: Account, exchange: Exchange, answer: Answer) -> None:
    """Log what went wrong, so that a red build can be understood from the log alone."""
    code = answer.value.get("error")
    said = (
        f"error {code}, {answer.value['errorDescription']}"
        if code
        else "; ".join(
            f"{count} recipient{'s' if count > 1 else ''}: error {refused}, {ERROR_TEXTS.get(refused, '')}"
            for refused, count in Counter(answer.refusals).items()
        )
    )
    notes = "".join(f"; {note}" for note in exchange.notes)
    LOG.info("%s %s %s: %s%s", mask_key(account.key), exchange.method, exchange.path, said, notes)


def _read_key(key: str) -> str:
    """Read a key that is not plain ASCII as UTF-8, or as Latin-1 if it is none: so that a path can name it, too."""
    raw = key.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _complaint_about(key: str) -> str:
    return f"key {mask_key(key)} is none of --api-keys" if key else "no X-API-KEY"


def _json(value: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=encode(value), status=status, headers={"Content-Type": _JSON, "X-Mock-BSG-Rule": DEFAULTS})
