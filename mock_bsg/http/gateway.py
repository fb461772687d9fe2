"""The way of a request of BSG's API: its account, its body, the account's answer, and that answer on the wire."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING

from aiohttp import web
from multidict import CIMultiDict

from mock_bsg import apis
from mock_bsg.domain.credentials import KEY_HEADER, find_ignored, find_oddity, mask_key, mask_target
from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.domain.paths import is_of_one_api
from mock_bsg.encoding import ONE_API_TYPE, encode
from mock_bsg.http.bearers import Bearers
from mock_bsg.http.broken_connections import break_off
from mock_bsg.http.responses import FAULT_HEADER, RULE_HEADER, Outbox, name_rules, reply
from mock_bsg.logs import LOG
from mock_bsg.respond_and_close import respond_and_close
from mock_bsg.sandbox.account import DEFAULTS
from mock_bsg.sandbox.commands import TakeRequest
from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.sandbox.requests import Held

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.http.rejections import Rejections
    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.requests import Course, Outcome


class Gateway:
    """Leads the requests of one server to the accounts that answer them."""

    __slots__ = ("_bearers", "_outbox", "_rejections", "_runtime")

    def __init__(self, runtime: Runtime, rejections: Rejections) -> None:
        self._runtime = runtime
        self._rejections = rejections
        self._bearers = Bearers(runtime, rejections)
        self._outbox = Outbox()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request, whatever is wrong with it."""
        try:
            return await self._answer(request)
        except NotKeptError as trouble:
            return self._rejections.answer_unkept(request, trouble)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        began = time.perf_counter_ns()
        if is_of_one_api(request.raw_path):
            return await self._answer_one_api(request, began)
        headers = request.headers
        account = self._runtime.accounts.get(headers.get(KEY_HEADER, "").strip())
        if account is None or "Origin" in headers:
            admitted = await self._rejections.admit(request)
            if isinstance(admitted, web.StreamResponse):
                return admitted
            account = admitted
        notes: tuple[str, ...] = ()
        if find_oddity(account.key) is not None or "Authorization" in headers:
            notes = _note_credentials(account, headers)
        return await self._take(request, account, notes, account.ruleset.answers.json_type, began)

    async def _answer_one_api(self, request: web.BaseRequest, began: int) -> web.StreamResponse:
        admitted = await self._bearers.admit(request)
        if isinstance(admitted, web.StreamResponse):
            return admitted
        return await self._take(request, admitted.account, (), ONE_API_TYPE, began, admitted.body)

    async def _take(
        self,
        request: web.BaseRequest,
        account: Account,
        notes: tuple[str, ...],
        json_type: str,
        began: int,
        body: bytes | None = None,
    ) -> web.StreamResponse:
        """Let an account answer a request; `body` is there already if somebody had to look at it."""
        content = request.content
        is_whole = True
        # Most bodies are there as soon as their heads are, and need no waiting for.
        if body is not None:
            order = TakeRequest(request.method, request.raw_path, request.raw_headers, notes, body)
        elif content.is_eof() and content.total_bytes <= self._runtime.settings.max_body:
            order = TakeRequest(request.method, request.raw_path, request.raw_headers, notes, content.read_nowait())
        else:
            received = await self._receive(request, account, notes)
            if isinstance(received, web.StreamResponse):
                return received
            order, is_whole = received
        course = await self._runtime.operations.take_request(account, order)
        exchange = course.exchange
        if account.is_forgotten:  # while the command was kept: it was rewound, say
            account = account.successor or account
        try:
            response = await self._respond(request, account, course, json_type)
            return response if is_whole else await respond_and_close(request, response)
        except ConnectionError:
            await self._runtime.operations.note_on_request(account, exchange.number, _GONE)
            exchange = account.journal.get(exchange.number) or exchange
            return web.Response()  # that nobody reads
        finally:
            exchange.duration = (time.perf_counter_ns() - began) // 1000
            if account.is_followed:
                self._runtime.scheduler.touched(account, exchange)

    async def _receive(
        self, request: web.BaseRequest, account: Account, notes: tuple[str, ...]
    ) -> tuple[TakeRequest, bool] | web.StreamResponse:
        """Wait for the body of a request, whose entry the journal has meanwhile.

        Tells whether the body was as its header says; one that is too large, or whose client goes, is answered instead.
        """
        order = TakeRequest(request.method, request.raw_path, request.raw_headers, notes)
        expected = await self._runtime.operations.expect_request(account, order)
        order = order._replace(expected=expected.number)
        try:
            return order._replace(body=await request.read()), True
        except web.HTTPRequestEntityTooLarge:
            return await self._refuse_size(account, order)
        except web.RequestPayloadError:
            # Not packed, or not cut into chunks: answered as if it were not there.
            return order._replace(notes=(*notes, "the body is not encoded as its header says")), False
        except ConnectionError:
            await self._refuse(account, order._replace(notes=(*notes, _GONE)), None, b"")
            return web.Response()  # that nobody reads

    async def _respond(
        self, request: web.BaseRequest, account: Account, course: Course, json_type: str
    ) -> web.StreamResponse:
        """Wait as long as the scenario holds a request back, and put its outcome on the wire."""
        runtime = self._runtime
        while isinstance(course, Held):
            if account.is_followed:
                runtime.scheduler.touched(account)  # its messages are there already, however late the answer comes
            await asyncio.sleep(course.delay / 1000)
            course = await runtime.operations.continue_request(account, course.exchange.number)
        if course.error or course.refusals:
            self._note_errors(account, course)
        exchange = course.exchange
        if course.headers is None and exchange.status == 200:
            rules = name_rules(exchange.rules or (DEFAULTS,))
            return reply(request, exchange.answer, rules, json_type, self._outbox)
        return await self._respond_in_full(request, account, course, json_type)

    async def _respond_in_full(
        self, request: web.BaseRequest, account: Account, outcome: Outcome, json_type: str
    ) -> web.StreamResponse:
        """Answer otherwise than nearly always: another status, more headers, or a broken connection."""
        exchange, effect = outcome.exchange, outcome.ended_by
        headers = CIMultiDict({"Content-Type": json_type})
        if effect is None or effect.origin == "rule":
            headers[RULE_HEADER] = name_rules(exchange.rules or (DEFAULTS,))
        if exchange.fault is not None:
            headers[FAULT_HEADER] = name_rules((exchange.fault,))
        headers.update(outcome.headers or ())
        if effect is not None:
            path = mask_target(request.path)
            LOG.info("%s %s %s: %s '%s'", mask_key(account.key), request.method, path, effect.origin, effect.name)
            self._runtime.unusual["ended", effect.fault or str(effect.status or 200)] += 1
            if account.is_followed:
                self._runtime.scheduler.touched(account)
            if effect.fault is not None and effect.fault != "malformed_response":
                return await break_off(request, effect.fault, exchange.answer, headers, self._runtime.stopping)
        return web.Response(body=exchange.answer, status=exchange.status or 200, headers=headers)

    def _note_errors(self, account: Account, outcome: Outcome) -> None:
        """Count and log what went wrong, so that a red build can be understood from the log alone."""
        code, exchange = outcome.error, outcome.exchange
        if code:
            self._runtime.unusual["error", str(code)] += 1
            said = f"{'HTTP' if is_of_one_api(exchange.path) else 'error'} {code}, {outcome.text}"
        else:
            refused = Counter(outcome.refusals)
            for each, count in refused.items():
                self._runtime.unusual["recipient", str(each)] += count
            said = "; ".join(
                f"{count} recipient{'s' if count > 1 else ''}: error {each}, {ERROR_TEXTS.get(each, '')}"
                for each, count in refused.items()
            )
        notes = "".join(f"; {note}" for note in exchange.notes)
        LOG.info("%s %s %s: %s%s", mask_key(account.key), exchange.method, mask_target(exchange.path), said, notes)

    async def _refuse_size(self, account: Account, order: TakeRequest) -> web.Response:
        largest = self._runtime.settings.max_body
        path = mask_target(order.path)
        LOG.warning("%s %s: the body is larger than %d bytes (--max-body)", order.method, path, largest)
        body = encode(apis.word_trouble(order.path, f"The body is larger than {largest} bytes"))
        order = order._replace(notes=(*order.notes, f"the body was larger than {largest} bytes"))
        await self._refuse(account, order, 413, body)
        json_type = ONE_API_TYPE if is_of_one_api(order.path) else account.ruleset.answers.json_type
        headers = {"Content-Type": json_type, RULE_HEADER: DEFAULTS}
        response = web.Response(body=body, status=413, headers=headers)
        # The rest of the body is still on its way: this connection cannot be used again.
        response.force_close()
        return response

    async def _refuse(self, account: Account, order: TakeRequest, status: int | None, answer: bytes) -> None:
        """Enter a request into the journal that came to no function."""
        exchange = await self._runtime.operations.refuse_request(account, order, status, answer)
        if account.is_followed:
            self._runtime.scheduler.touched(account, exchange)


_GONE = "the client went before it was answered"


def _note_credentials(account: Account, headers: Mapping[str, str]) -> tuple[str, ...]:
    """Note a key that is written in an odd way, and a token beside it that BSG does not read."""
    oddity, ignored = find_oddity(account.key), find_ignored(headers.get("Authorization", ""))
    notes = () if oddity is None else (f"{KEY_HEADER}: {oddity}",)
    if notes and not account.journal.count:
        LOG.warning("key %s: %s", mask_key(account.key), oddity)
    return notes if ignored is None else (*notes, ignored)
