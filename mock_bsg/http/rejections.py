"""What a request gets that belongs to no account: without a valid key, from a page elsewhere, to where nothing is."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from mock_bsg.apis import choose, word_trouble
from mock_bsg.control.guard import find_objection_to_page
from mock_bsg.domain.credentials import KEY_BEGINNINGS, KEY_HEADER, find_misplaced, find_oddity, mask_key, mask_target
from mock_bsg.domain.draws import draw
from mock_bsg.domain.error_codes import ERROR_TEXTS, INVALID_API_KEY, UNKNOWN_ERROR, UNKNOWN_FUNCTION
from mock_bsg.domain.paths import BASES, ONE_API, function_path, is_of_one_api
from mock_bsg.encoding import JSON_TYPE, ONE_API_TYPE, encode
from mock_bsg.http.broken_connections import break_off
from mock_bsg.http.responses import FAULT_HEADER, RULE_HEADER, add_fault, name_rules
from mock_bsg.logs import LOG
from mock_bsg.one_api.refusals import NOT_FOUND
from mock_bsg.request_target import authority_of, hide_user
from mock_bsg.rest.errors import error_answer
from mock_bsg.rules.answers import AnswerSetting
from mock_bsg.rules.usage import Usage
from mock_bsg.sandbox.account import DEFAULTS
from mock_bsg.sandbox.commands import TakeRequest
from mock_bsg.scenario.errors import ScenarioError, UnknownScenario

if TYPE_CHECKING:
    from mock_bsg.domain.credentials import Misplaced
    from mock_bsg.rules.faults import Effect
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.errors import NotKeptError


def plain_answer(value: dict[str, Any], status: int = 200, content_type: str = JSON_TYPE) -> web.Response:
    """Answer what no rule and no fault has to do with."""
    headers = {"Content-Type": content_type, RULE_HEADER: DEFAULTS}
    return web.Response(body=encode(value), status=status, headers=headers)


def read_key(key: str) -> str:
    """Read a key that is not plain ASCII as UTF-8, or as Latin-1 if it is none: so that a path can name it, too."""
    if key.isascii():
        return key
    raw = key.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class Rejections:
    """The answers of one server to requests without an account; its default scenario says what they look like."""

    __slots__ = ("_preflights", "_runtime", "_usage", "_used")

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._used: Ruleset | None = None
        self._usage = Usage()
        self._preflights = 0

    async def admit(self, request: web.BaseRequest) -> Account | web.StreamResponse:
        """Find or begin the account of a request; a request that has none is answered instead."""
        runtime = self._runtime
        objection = find_objection_to_page(request.headers, runtime.settings.allowed_hosts, authority_of(request))
        if objection is not None:
            return self.refuse_page(request, objection)
        key = read_key(request.headers.get(KEY_HEADER, "").strip())
        if runtime.is_valid_key(key):
            try:
                return await runtime.operations.open(key)
            except ScenarioError as broken:
                return self.refuse_scenario(request, key, broken)
        # A browser that asks whether a page may call carries no key, and is no mistake of anybody's.
        if not key and request.method == "OPTIONS":
            return await self.answer_options(request)
        return await self._turn_away(request, key)

    async def answer_lost(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer at a path that is neither BSG's nor the sandbox's, mostly a base URL without /rest; or at none."""
        known = ", ".join(f"{base}/" for base in (*BASES, ONE_API))
        method = request.method
        has_path = request.raw_path.startswith("/") and method != "CONNECT"
        path = mask_target(request.path if has_path else hide_user(request.raw_path))
        if method == "CONNECT":
            text = f"The sandbox is no proxy that leads to {path}; let that name lead here instead, and see --tls-port"
        elif has_path:
            text = f"There is nothing at {path}; the API is under {known}{_suggest(path)}"
        else:
            text = f"There is no path in {path}; the API is under {known}"
        LOG.log(logging.INFO if method == "OPTIONS" else logging.WARNING, "%s: %s%s", method, text[0].lower(), text[1:])
        response = plain_answer(error_answer(UNKNOWN_FUNCTION, text), 404, self._answers().json_type)
        if method == "CONNECT":
            response.force_close()  # what comes next is meant for somebody else
        return response

    def answer_unkept(self, request: web.BaseRequest, trouble: NotKeptError) -> web.Response:
        """Answer what cannot be kept, and mostly was not done: HTTP 503 with error 5, as BSG's own trouble would be."""
        self._runtime.unusual["error", str(UNKNOWN_ERROR)] += 1
        text = trouble.tell()
        LOG.error("%s %s: %s%s", request.method, mask_target(request.path), text[0].lower(), text[1:])
        return self._tell_trouble(request, text, 503)

    def refuse_page(self, request: web.BaseRequest, objection: str) -> web.Response:
        """Answer a page that must not call BSG's API; `objection` says why."""
        self._runtime.turned_away += 1
        LOG.warning("%s %s: refused, %s", request.method, mask_target(request.path), objection)
        text = objection[0].upper() + objection[1:]
        return self._tell_trouble(request, text, 403)

    def refuse_scenario(self, request: web.BaseRequest, key: str, broken: ScenarioError) -> web.Response:
        """Answer a request whose key chooses a scenario that cannot be used."""
        self._runtime.turned_away += 1
        self._runtime.unusual["error", str(UNKNOWN_ERROR)] += 1
        for fault in str(broken).splitlines():
            LOG.error("the scenario of key %s cannot be used: %s", mask_key(key), fault)
        text = f"The scenario of this key cannot be used: {broken}"
        return self._tell_trouble(request, text, 500 if is_of_one_api(request.raw_path) else 200)

    def _tell_trouble(
        self, request: web.BaseRequest, text: str, status: int, code: int = UNKNOWN_ERROR
    ) -> web.Response:
        """Answer in the words of the API that was asked."""
        content_type = ONE_API_TYPE if is_of_one_api(request.raw_path) else self._answers().json_type
        return plain_answer(word_trouble(request.raw_path, text, code), status, content_type)

    async def _turn_away(self, request: web.BaseRequest, key: str) -> web.Response:
        """Answer a request whose key is missing (it is "" then) or none of --api-keys: error 1."""
        misplaced = (
            None if key else find_misplaced(request.headers.items(), request.rel_url.raw_query_string, request.path)
        )
        complaint = _complain(request, key, misplaced)
        self._runtime.unusual["error", str(INVALID_API_KEY)] += 1
        LOG.warning("%s %s: error %d, %s", request.method, mask_target(request.path), INVALID_API_KEY, complaint)
        answers = self._answers()
        # Only the missing key was seen live to be answered with a text; to BSG an empty one is hardly another.
        code = INVALID_API_KEY if key else answers.missing_key
        response = plain_answer(error_answer(INVALID_API_KEY) | {"error": code}, content_type=answers.json_type)
        account = None if misplaced is None else await self._account_meant(read_key(misplaced.key))
        if account is None:
            self._runtime.turned_away += 1
        else:
            await self._note(request, account, complaint, response)
        return response

    # --- who asks whether it may ask

    async def answer_options(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer OPTIONS without a key: as the faults of the default scenario say, else as no function [assumed]."""
        origin = request.headers.get("Origin")
        fault = self._find_fault(request)
        self._preflights += 1
        if fault is not None:
            LOG.info("OPTIONS %s: fault '%s'", mask_target(request.path), fault.name)
            if fault.delay is not None:
                await asyncio.sleep(
                    fault.delay.at(draw(self._default_seed(), "delay", fault.name, self._preflights)) / 1000
                )
            if fault.ends_request:
                return await self._end(request, fault)
        elif origin is not None:
            LOG.info(
                "OPTIONS %s: error %d; a browser asks whether a page of %s may call (CORS), which BSG allows to none; "
                "a fault of the default scenario with match: {method: OPTIONS} can, see docs/scenarios.md",
                mask_target(request.path),
                UNKNOWN_FUNCTION,
                origin,
            )
        else:
            LOG.info("OPTIONS %s: error %d, no function takes it", mask_target(request.path), UNKNOWN_FUNCTION)
        self._runtime.unusual["error", str(UNKNOWN_FUNCTION)] += 1
        text = NOT_FOUND if is_of_one_api(request.raw_path) else ERROR_TEXTS[UNKNOWN_FUNCTION]
        response = self._tell_trouble(request, text, 404, UNKNOWN_FUNCTION)
        if fault is not None:
            add_fault(response.headers, fault)
        return response

    async def _end(self, request: web.BaseRequest, fault: Effect) -> web.StreamResponse:
        status, body, headers = choose(request.raw_path).word_end(fault, self._answers())
        headers[FAULT_HEADER] = name_rules((fault.name,))
        if fault.fault is not None and fault.fault != "malformed_response":
            return await break_off(request, fault.fault, body, headers, self._runtime.stopping)
        return web.Response(body=body, status=status, headers=headers)

    def _find_fault(self, request: web.BaseRequest) -> Effect | None:
        ruleset = self._default()
        if ruleset is None or not ruleset.faults:
            return None
        if ruleset is not self._used:
            self._used, self._usage = ruleset, Usage()
        path = function_path(request.path)
        return ruleset.fault_for(request.method, path, request.headers, b"", self._usage)

    # --- the default scenario, and whose key was meant

    def _default(self) -> Ruleset | None:
        """Find the server's default scenario; None if it has become broken, or has gone."""
        try:
            return self._runtime.library.get(self._runtime.settings.scenario)
        except (ScenarioError, UnknownScenario):
            return None

    def _answers(self) -> AnswerSetting:
        ruleset = self._default()
        return AnswerSetting() if ruleset is None else ruleset.answers

    def _default_seed(self) -> int:
        ruleset = self._default()
        return 0 if ruleset is None else ruleset.seed

    async def note_for(self, request: web.BaseRequest, key: str, note: str, response: web.Response) -> bool:
        """Write a request into the journal of the account whose key it has, in the wrong place; tells whether it is."""
        account = await self._account_meant(read_key(key))
        if account is not None:
            await self._note(request, account, note, response)
        return account is not None

    async def _account_meant(self, key: str) -> Account | None:
        """Find the account whose key came in the wrong place, and begin it if the key is without doubt one of BSG's.

        A token of anything else must not begin an account: it would stand in every list.
        """
        runtime = self._runtime
        account = runtime.accounts.get(key)
        if account is not None or not runtime.is_valid_key(key):
            return account
        if key[:5] not in KEY_BEGINNINGS and runtime.settings.api_keys is None:
            return None
        try:
            return await runtime.operations.open(key)
        except ScenarioError:
            return None

    async def _note(self, request: web.BaseRequest, account: Account, note: str, response: web.Response) -> None:
        """Write a request into the journal of an account whose it would have been."""
        runtime, content = self._runtime, request.content
        is_at_hand = content.is_eof() and content.total_bytes <= runtime.settings.max_body
        body = content.read_nowait() if is_at_hand else b""
        answer = response.body if isinstance(response.body, bytes) else b""
        order = TakeRequest(request.method, request.raw_path, request.raw_headers, (note,), body)
        exchange = await runtime.operations.refuse_request(account, order, response.status, answer)
        if account.is_followed:
            runtime.scheduler.touched(account, exchange)


def _complain(request: web.BaseRequest, key: str, misplaced: Misplaced | None) -> str:
    """Say in words what is wrong with the key of a request, and what was probably meant."""
    if key:
        oddity = find_oddity(key)
        return f"key {mask_key(key)} is none of --api-keys" + (f"; {oddity}" if oddity else "")
    complaint = f"{KEY_HEADER} is empty" if KEY_HEADER in request.headers else f"no {KEY_HEADER}"
    return f"{complaint}, but {misplaced}" if misplaced else complaint


def _suggest(path: str) -> str:
    """Name the path that was meant, where slashes or capitals are all that is wrong with one."""
    plain = re.sub("/+", "/", path)
    is_under = any(plain.lower() == base or plain.lower().startswith(base + "/") for base in (*BASES, ONE_API))
    return f" (did you mean {plain.lower()}?)" if is_under else ""
