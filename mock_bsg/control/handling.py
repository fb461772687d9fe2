"""How control calls are led: guarded, their JSON read, their errors all in one shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from aiohttp import web

from mock_bsg.control.guard import find_objection
from mock_bsg.encoding import JSON_TYPE, decode, encode
from mock_bsg.logs import LOG
from mock_bsg.request_target import authority_of
from mock_bsg.respond_and_close import respond_and_close
from mock_bsg.runtime import RUNTIME, Runtime
from mock_bsg.sandbox.accounts import AccountGone
from mock_bsg.sandbox.errors import (
    BadOrderError,
    ImpossibleReplyError,
    KeyTakenError,
    LogTooShortError,
    NothingThereError,
    NotKeptError,
    RuleChangeError,
)
from mock_bsg.sandbox.timeline import ImpossibleStepError
from mock_bsg.scenario import texts
from mock_bsg.scenario.errors import CannotBeWrittenError, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.operations import Operations


class ControlError(Exception):
    """An answer of 400, 404 or 409: one sentence, and details where there are any."""

    def __init__(self, status: int, sentence: str, detail: list[Any] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.detail = detail or []


@dataclass(frozen=True, slots=True)
class ControlCall:
    """One control call, as its handler sees it."""

    request: web.Request

    @property
    def runtime(self) -> Runtime:
        return self.request.app[RUNTIME]

    @property
    def query(self) -> dict[str, str]:
        return dict(self.request.query)

    def param(self, name: str) -> str:
        return self.request.match_info[name]

    @property
    def operations(self) -> Operations:
        return self.runtime.operations

    async def account(self) -> Account:
        """Find the account of the path's key; raises NothingThereError if it was never seen."""
        return await self.operations.find(self.param("key"))

    async def open_account(self) -> Account:
        """Find the account of the path's key, or begin it; raises what Operations.open raises."""
        return await self.operations.open(self.param("key"))

    def number(self, name: str, what: str) -> int:
        """Read the number in the path of something; `what` begins the sentence that there is none of it."""
        given = self.param(name)
        if not is_number(given):
            raise NothingThereError(f"{what} '{given}'")
        return int(given)

    def let_go_on(self) -> None:
        """Let the account of the path go on, if anybody follows it: the call may have changed what happens next."""
        account = self.runtime.accounts.get(self.request.match_info.get("key", ""))
        if account is not None and account.is_followed:
            self.runtime.scheduler.touched(account)

    async def read_object(self, takes: Sequence[str], examples: Sequence[str]) -> dict[str, Any]:
        """Read a JSON object that says some of what the call takes, and nothing else; raises ControlError(400)."""
        raw = await self.request.read()
        try:
            value = decode(raw) if raw else {}
        except ValueError as fault:
            raise ControlError(400, f"the body is no JSON: {fault}") from None
        if not isinstance(value, dict):
            raise ControlError(400, f"the body must be a JSON object, not {type(value).__name__}")
        unknown = value.keys() - set(takes)
        if unknown or not value:
            not_that = f", not {shown(min(unknown))}" if unknown else ""
            raise ControlError(400, f"the body must say {' or '.join(takes)}{not_that}", list(examples))
        return value

    async def read_text(self) -> str:
        """Read the text of a scenario, which may be empty; raises ScenarioError if it is no UTF-8."""
        return texts.decode(await self.request.read(), "scenario")

    async def read_scenario(self) -> str:
        """Read the text of a scenario as `read_text`; raises ControlError(400) if it is empty: hardly meant so."""
        text = await self.read_text()
        if not text.strip():
            raise ControlError(400, "the body must be a scenario in YAML or JSON; it is empty ({} is the empty one)")
        return text


class Route(NamedTuple):
    """One call of the control API."""

    method: str
    path: str
    handle: Callable[[ControlCall], Awaitable[web.StreamResponse]]
    summary: str
    query: frozenset[str] = frozenset()
    """All that its query may ask for."""


def check_query(query: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse a misspelt query parameter, which would silently filter nothing."""
    unknown = query.keys() - set(known)
    if unknown:
        there_are = ", ".join(sorted(known)) or "none"
        raise ControlError(400, f"there is no query parameter '{min(unknown)}' here; there are {there_are}")


def read_number(query: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    """Read a whole number out of the query; raises ControlError(400)."""
    given = query.get(name)
    if given is None:
        return default
    if not (is_number(given) and lowest <= int(given) <= highest):
        raise ControlError(400, f"{name} must be a whole number from {lowest} to {highest}; not '{given}'")
    return int(given)


def is_number(text: str) -> bool:
    """Whether this is a whole number as we write one; longer ones than any of ours are none, and slow to read."""
    return text.isascii() and text.isdigit() and len(text) < 20 and (text[0] != "0" or text == "0")


def shown(value: Any) -> str:
    """Write a value of a request as an error message shows it: JSON, not too much of it."""
    try:
        text = encode(value).decode()
    except RecursionError:
        return "something nested so deeply"
    return text if len(text) <= 60 else text[:57] + "..."


def answer(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=encode(value), status=status, headers={"Content-Type": JSON_TYPE})


def error_response(status: int, sentence: str, detail: list[Any] | None = None) -> web.Response:
    """Word an error in the one shape that all of the control API have."""
    return answer({"error": sentence, "detail": detail or []}, status)


def show_problems(broken: ScenarioError) -> list[dict[str, Any]]:
    """Show every problem of a scenario's text with its place, lines and columns counted from 1."""
    return [
        {"path": problem.path, "line": problem.line, "column": problem.column, "message": problem.message}
        for problem in broken.problems
    ]


def controlled(
    handle: Callable[[ControlCall], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Guard a handler, and word its errors."""

    async def handler(request: web.Request) -> web.StreamResponse:
        objection = find_objection(request.headers, request.app[RUNTIME].settings.allowed_hosts, authority_of(request))
        if objection:
            return error_response(403, objection)
        call = ControlCall(request)
        try:
            return await handle(call)
        except web.RequestPayloadError:
            return await respond_and_close(request, error_response(400, "the body is not encoded as its header says"))
        except ConnectionError:
            return web.Response()  # the client has gone: nobody reads it
        except Exception as fault:  # noqa: BLE001 -- each is answered in the one shape, and one of ours logged
            return _word(fault, request)
        finally:
            call.let_go_on()

    return handler


def _word(fault: Exception, request: web.Request) -> web.Response:  # noqa: PLR0911 -- a table of kinds
    """Say what went wrong in the one shape of errors."""
    match fault:
        case ControlError():
            return error_response(fault.status, fault.sentence, fault.detail)
        case ScenarioError():
            problems = show_problems(fault)
            told = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
            return error_response(422, f"the scenario has {told}", problems)
        case AccountGone() | NothingThereError():
            return error_response(404, str(fault))
        case BadOrderError():
            return error_response(400, str(fault), list(fault.choices))
        case (
            ImpossibleStepError()
            | ImpossibleReplyError()
            | LogTooShortError()
            | KeyTakenError()
            | RuleChangeError()
            | CannotBeWrittenError()
        ):
            return error_response(409, str(fault))
        case NotKeptError():
            return error_response(503, fault.tell())
        case web.HTTPRequestEntityTooLarge():
            return error_response(413, "the body is larger than --max-body allows")
    LOG.error("a mistake of mock_bsg's own at %s %s; please report it", request.method, request.path, exc_info=fault)
    return error_response(500, "a mistake of mock_bsg's own; its log says more")
