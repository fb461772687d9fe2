"""How control calls are led: guarded, their JSON read, their errors all in one shape."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from mock_bsg.control.guard import refuse
from mock_bsg.encoding import decode, encode
from mock_bsg.runtime import RUNTIME, Runtime
from mock_bsg.scenario.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mock_bsg.sandbox.account import Account

JSON_TYPE = "application/json; charset=utf-8"


class ControlError(Exception):
    """An answer of 400, 403, 404, 409 or 422: one sentence, and details where there are any."""

    def __init__(self, status: int, sentence: str, detail: list[Any] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.detail = detail or []


@dataclass(frozen=True, slots=True)
class ControlCall:
    """One control call, as its handler sees it."""

    request: web.Request
    runtime: Runtime = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "runtime", self.request.app[RUNTIME])

    @property
    def query(self) -> dict[str, str]:
        return dict(self.request.query)

    def param(self, name: str) -> str:
        return self.request.match_info[name]

    def account(self) -> Account:
        """Find the account of the path's key; raises ControlError(404) if it was never seen."""
        key = self.param("key")
        account = self.runtime.accounts.get(key)
        if account is None:
            raise ControlError(404, f"no account has the key '{key}' yet; it begins with the first call that names it")
        account.settle(self.runtime.now(account))
        return account

    def open_account(self) -> Account:
        """Find the account of the path's key, or begin it."""
        key = self.param("key")
        if not self.runtime.is_valid_key(key):
            raise ControlError(404, f"the key '{key}' is none of this server's --api-keys")
        account = self.runtime.open_account(key)
        account.settle(self.runtime.now(account))
        return account

    async def read_object(self) -> dict[str, Any]:
        """Read a JSON object; raises ControlError(400)."""
        raw = await self.request.read()
        try:
            value = decode(raw) if raw else {}
        except ValueError as fault:
            raise ControlError(400, f"the body is no JSON: {fault}") from None
        if not isinstance(value, dict):
            raise ControlError(400, f"the body is to be a JSON object, not {type(value).__name__}")
        return value

    async def read_text(self) -> str:
        try:
            return (await self.request.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ControlError(400, "the body is no UTF-8 text") from None


def answer(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=encode(value), status=status, headers={"Content-Type": JSON_TYPE})


def error_response(status: int, sentence: str, detail: list[Any] | None = None) -> web.Response:
    """The one shape of every error of the control API."""
    return answer({"error": sentence, "detail": detail or []}, status)


def controlled(
    handle: Callable[[ControlCall], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Guard a handler, and word its errors."""

    async def handler(request: web.Request) -> web.StreamResponse:
        refusal = refuse(request.headers, request.app[RUNTIME].settings.allowed_hosts)
        if refusal:
            return error_response(403, refusal)
        try:
            return await handle(ControlCall(request))
        except ControlError as error:
            return error_response(error.status, error.sentence, error.detail)
        except ScenarioError as broken:
            faults = [
                {"path": fault.path, "line": fault.line, "column": fault.column, "message": fault.message}
                for fault in broken.faults
            ]
            count = len(faults)
            return error_response(422, f"the scenario has {count} fault{'s' if count != 1 else ''}", faults)
        except web.HTTPRequestEntityTooLarge:
            return error_response(413, "the body is larger than --max-body allows")
        except json.JSONDecodeError as fault:
            return error_response(400, f"the body is no JSON: {fault}")

    return handler
