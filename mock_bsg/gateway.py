"""The way of a request of BSG's API: key, journal, faults, the function itself, its answer in JSON."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from aiohttp import web
from multidict import CIMultiDict

from mock_bsg.bsg.call import Answer, Call, Handle, function_path
from mock_bsg.bsg.errors import ACCOUNT_BLOCKED, UNKNOWN_ERROR, UNKNOWN_FUNCTION, error_answer
from mock_bsg.credentials import KEY_HEADER, find_ignored, find_oddity, mask_target
from mock_bsg.effects import BROKEN_JSON, answer_instead, hold_back
from mock_bsg.encoding import encode
from mock_bsg.hangup import answer_and_hang_up
from mock_bsg.logs import LOG, mask_key
from mock_bsg.rejections import plain_answer
from mock_bsg.reply import RULE_HEADER, Outbox, add_fault, name_rules, reply
from mock_bsg.sandbox.account import DEFAULTS
from mock_bsg.sandbox.errors import ApiError, RequestEnded
from mock_bsg.scenario.error_codes import ERROR_TEXTS
from mock_bsg.scenario.faults import SILENT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, MutableMapping

    from mock_bsg.rejections import Rejections
    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.scenario.faults import Effect
    from mock_bsg.shortcut import AnswerTo


class Gateway:
    """Leads the requests of one server to BSG's functions."""

    __slots__ = ("_outbox", "_rejections", "_runtime")

    def __init__(self, runtime: Runtime, rejections: Rejections) -> None:
        self._runtime = runtime
        self._rejections = rejections
        self._outbox = Outbox()

    def lead_to(self, handle: Handle) -> AnswerTo:
        """Make what answers the requests of a function."""
        runtime = self._runtime
        rejections = self._rejections
        max_body = runtime.settings.max_body

        async def answer_to(request: web.BaseRequest, params: Mapping[str, str]) -> web.StreamResponse:
            began = time.perf_counter_ns()
            headers = request.headers
            account = runtime.accounts.get(headers.get(KEY_HEADER, "").strip())
            if account is None or "Origin" in headers:
                admitted = await rejections.admit(request)
                if isinstance(admitted, web.StreamResponse):
                    return admitted
                account = admitted
            exchange = account.journal.open(runtime.now(account), request.method, request.raw_path, request.raw_headers)
            if find_oddity(account.key) is not None or "Authorization" in headers:
                _note_credentials(account, exchange, headers)
            content = request.content
            try:
                # Most bodies are there as soon as their heads are, and need no waiting for.
                is_at_hand = content.is_eof() and content.total_bytes <= max_body
                exchange.body = content.read_nowait() if is_at_hand else await request.read()
                return await self._answer(request, params, account, exchange, handle)
            except web.HTTPRequestEntityTooLarge:
                return _refuse_size(request, max_body, account, exchange)
            except web.RequestPayloadError:
                # The body is not packed, or not cut into chunks, as its header says: answered as if it were not there.
                exchange.notes = (*exchange.notes, "the body is not encoded as its header says")
                response = await self._answer(request, params, account, exchange, handle)
                return await answer_and_hang_up(request, response)
            except ConnectionError:
                exchange.notes = (*exchange.notes, "the client went before it was answered")
                return web.Response()  # that nobody reads
            finally:
                exchange.duration = (time.perf_counter_ns() - began) // 1000
                if account.is_followed:
                    runtime.pulse.touched(account, exchange)

        return answer_to

    async def _answer(
        self,
        request: web.BaseRequest,
        params: Mapping[str, str],
        account: Account,
        exchange: Exchange,
        handle: Handle,
    ) -> web.StreamResponse:
        fault: Effect | None = None
        if account.playbook.faults:
            fault = _find_fault(request, account, exchange)
            if fault is not None:
                await hold_back(fault, account.playbook.seed, exchange.number)
                if fault.ends_request:
                    return await self._end(request, account, exchange, fault)
        call = Call(
            account,
            self._runtime.now(account),
            exchange.body,
            request.headers,
            params,
            exchange.number,
            list(exchange.notes),
            target=exchange.path,
        )
        try:
            answer, status = _ask(call, handle)
        except RequestEnded as ended:
            exchange.rules = (ended.effect.name,)
            exchange.notes = tuple(call.notes)
            await hold_back(ended.effect, account.playbook.seed, exchange.number)
            return await self._end(request, account, exchange, ended.effect, fault)
        exchange.rules = tuple(answer.rules)
        exchange.notes = tuple(call.notes)
        if answer.effects:
            await self._hold_back(account, exchange, answer.effects)
        exchange.answer = encode(answer.value)
        exchange.status = status
        if answer.refusals or answer.value.get("error"):
            self._note_errors(account, exchange, answer)
        rules = name_rules(exchange.rules or (DEFAULTS,))
        content_type = account.playbook.answers.json_type
        if answer.effects or fault is not None or status != 200:
            headers = _add_headers(rules, content_type, answer.effects, fault)
            return web.Response(body=exchange.answer, status=status, headers=headers)
        return reply(request, exchange.answer, rules, content_type, self._outbox)

    async def _hold_back(self, account: Account, exchange: Exchange, effects: Collection[Effect]) -> None:
        """Hold an answer back as long as the rules that decided say."""
        if account.is_followed:
            self._runtime.pulse.touched(account)  # its messages are there already, however late the answer comes
        for effect in effects:
            await hold_back(effect, account.playbook.seed, exchange.number)

    async def _end(
        self,
        request: web.BaseRequest,
        account: Account,
        exchange: Exchange,
        effect: Effect,
        fault: Effect | None = None,
    ) -> web.StreamResponse:
        """Answer as a rule or fault says instead; `fault` is one that only adds to what a rule does."""
        path = mask_target(request.path)
        LOG.info("%s %s %s: %s '%s'", mask_key(account.key), request.method, path, effect.origin, effect.name)
        self._runtime.unusual["ended", effect.fault or str(effect.status or 200)] += 1
        if account.is_followed:
            self._runtime.pulse.touched(account)
        response = await answer_instead(request, effect, account.playbook.answers, self._runtime.stopping, fault)
        if effect.fault not in SILENT:
            exchange.status = response.status
            body = response.body if isinstance(response, web.Response) else BROKEN_JSON
            exchange.answer = body if isinstance(body, bytes) else b""
        return response

    def _note_errors(self, account: Account, exchange: Exchange, answer: Answer) -> None:
        """Count and log what went wrong, so that a red build can be understood from the log alone."""
        code = answer.value.get("error")
        if code:
            self._runtime.unusual["error", str(code)] += 1
            said = f"error {code}, {answer.value['errorDescription']}"
        else:
            refused = Counter(answer.refusals)
            for each, count in refused.items():
                self._runtime.unusual["recipient", str(each)] += count
            said = "; ".join(
                f"{count} recipient{'s' if count > 1 else ''}: error {each}, {ERROR_TEXTS.get(each, '')}"
                for each, count in refused.items()
            )
        notes = "".join(f"; {note}" for note in exchange.notes)
        LOG.info("%s %s %s: %s%s", mask_key(account.key), exchange.method, mask_target(exchange.path), said, notes)


def _note_credentials(account: Account, exchange: Exchange, headers: Mapping[str, str]) -> None:
    """Note a key that is written in an odd way, and a token beside it that BSG does not read."""
    oddity = find_oddity(account.key)
    if oddity is not None:
        exchange.notes = (f"{KEY_HEADER}: {oddity}",)
        if exchange.number == 1:
            LOG.warning("key %s: %s", mask_key(account.key), oddity)
    ignored = find_ignored(headers.get("Authorization", ""))
    if ignored is not None:
        exchange.notes = (*exchange.notes, ignored)


def _find_fault(request: web.BaseRequest, account: Account, exchange: Exchange) -> Effect | None:
    path = function_path(request.path)
    fault = account.playbook.fault_for(request.method, path, request.headers, exchange.body, account.usage)
    exchange.fault = None if fault is None else fault.name
    return fault


def _ask(call: Call, handle: Handle) -> tuple[Answer, int]:
    """Tell what the function answers, and with which HTTP status; raises RequestEnded where a rule wants more."""
    try:
        if call.account.playbook.account.blocked:
            raise ApiError(ACCOUNT_BLOCKED)  # noqa: TRY301 -- worded where every other error is
        return handle(call), 200
    except ApiError as error:
        return Answer(error_answer(error.code, error.text)), 404 if error.code == UNKNOWN_FUNCTION else 200
    except RequestEnded:
        raise
    except Exception:
        LOG.exception("a mistake of mock_bsg's own at %s; please report it", mask_target(call.target))
        return Answer(error_answer(UNKNOWN_ERROR)), 200


def _add_headers(
    rules: str, content_type: str, effects: Collection[Effect], fault: Effect | None
) -> MutableMapping[str, str]:
    """Make the headers of an answer to which rules or a fault add: theirs replace what is there, however spelt."""
    headers = CIMultiDict({"Content-Type": content_type, RULE_HEADER: rules})
    for effect in effects:
        headers.update(effect.headers)
    if fault is not None:
        add_fault(headers, fault)
    return headers


def _refuse_size(request: web.BaseRequest, largest: int, account: Account, exchange: Exchange) -> web.Response:
    path = mask_target(request.path)
    LOG.warning("%s %s: the body is larger than %d bytes (--max-body)", request.method, path, largest)
    exchange.notes = (*exchange.notes, f"the body was larger than {largest} bytes")
    exchange.status = 413
    value = error_answer(UNKNOWN_ERROR, f"The body is larger than {largest} bytes")
    response = plain_answer(value, 413, account.playbook.answers.json_type)
    exchange.answer = response.body if isinstance(response.body, bytes) else b""
    # The rest of the body is still on its way: this connection cannot be used again.
    response.force_close()
    return response
