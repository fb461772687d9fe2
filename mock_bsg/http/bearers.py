"""Whose a request of the One API is: by its bearer token, or by the key that it logs in with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from aiohttp import web

from mock_bsg import apis
from mock_bsg.control.guard import find_objection_to_page
from mock_bsg.domain.credentials import KEY_HEADER, mask_key, mask_target
from mock_bsg.encoding import ONE_API_TYPE, encode
from mock_bsg.http.responses import RULE_HEADER
from mock_bsg.logs import LOG
from mock_bsg.one_api import refusals
from mock_bsg.one_api.refusals import Refusal
from mock_bsg.request_target import authority_of
from mock_bsg.sandbox.account import DEFAULTS
from mock_bsg.scenario.errors import ScenarioError

if TYPE_CHECKING:
    from mock_bsg.http.rejections import Rejections
    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox.account import Account


class Admitted(NamedTuple):
    """The account of a request, and its body where that had to be looked at."""

    account: Account
    body: bytes | None = None


class Bearers:
    """Finds the accounts of one server's requests of the One API, and answers those that have none."""

    __slots__ = ("_rejections", "_runtime")

    def __init__(self, runtime: Runtime, rejections: Rejections) -> None:
        self._runtime = runtime
        self._rejections = rejections

    async def admit(self, request: web.BaseRequest) -> Admitted | web.StreamResponse:
        """Find or begin the account of a request; a request that has none is answered instead."""
        if not apis.is_one_api_loaded():
            await asyncio.to_thread(apis.load_one_api)  # nobody else waits for the import
        if "Origin" in request.headers:
            answer = await self._answer_page(request)
            if answer is not None:
                return answer
        one_api = apis.load_one_api()
        try:
            # The body of a login alone says whose it is.
            body = await request.read() if one_api.is_login(request.method, request.raw_path) else None
            key = one_api.name_account(request.method, request.raw_path, request.headers, body)
            return await self._open(request, key, body)
        except Refusal as refusal:
            return await self._refuse(request, refusal)
        except web.HTTPRequestEntityTooLarge:
            largest = self._runtime.settings.max_body
            response = await self._refuse(
                request, Refusal(413, {"message": f"The body is larger than {largest} bytes", "errors": []})
            )
            response.force_close()  # the rest of the body is still on its way
            return response
        except web.RequestPayloadError:
            return await self._refuse(request, refusals.no_json())
        except ConnectionError:
            return web.Response()  # that nobody reads

    async def _answer_page(self, request: web.BaseRequest) -> web.StreamResponse | None:
        """Answer a page that must not call, or asks whether it may; None for one that is let in."""
        allowed = self._runtime.settings.allowed_hosts
        objection = find_objection_to_page(request.headers, allowed, authority_of(request))
        if objection is not None:
            return self._rejections.refuse_page(request, objection)
        return await self._rejections.answer_options(request) if request.method == "OPTIONS" else None

    async def _open(self, request: web.BaseRequest, key: str, body: bytes | None) -> Admitted | web.StreamResponse:
        runtime = self._runtime
        account = runtime.accounts.get(key)
        if account is None:
            if not runtime.is_valid_key(key):
                LOG.warning(
                    "%s %s: key %s is none of --api-keys", request.method, mask_target(request.path), mask_key(key)
                )
                raise refusals.unauthorized(refusals.INVALID_TOKEN if body is None else refusals.INVALID_CREDENTIALS)
            try:
                account = await runtime.operations.open(key)
            except ScenarioError as broken:
                return self._rejections.refuse_scenario(request, key, broken)
        return Admitted(account, body)

    async def _refuse(self, request: web.BaseRequest, refusal: Refusal) -> web.Response:
        """Answer a request that belongs to no account."""
        runtime = self._runtime
        runtime.unusual["error", str(refusal.status)] += 1
        response = web.Response(
            body=encode(refusal.value),
            status=refusal.status,
            headers={"Content-Type": ONE_API_TYPE, RULE_HEADER: DEFAULTS},
        )
        if refusal.allow:
            response.headers["Allow"] = ", ".join(refusal.allow)
        key = request.headers.get(KEY_HEADER, "").strip()
        note = ""
        if key and refusal.status == 401:
            note = f"{KEY_HEADER} is not read here: log in at /api/auth/login, and send Authorization: Bearer <token>"
        LOG.warning(
            "%s %s: %d, %s%s",
            request.method,
            mask_target(request.path),
            refusal.status,
            refusal.text,
            f"; {note}" if note else "",
        )
        if not note or not await self._rejections.note_for(request, key, note, response):
            runtime.turned_away += 1
        return response
