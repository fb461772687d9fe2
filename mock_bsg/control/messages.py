"""Messages: listed and filtered, one whole, a status made to happen."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mock_bsg.control.handling import ControlCall, ControlError, answer, is_number, read_choice, read_number, shown
from mock_bsg.control.views import message_summary, message_view
from mock_bsg.control.waiting import Listing, answer_list
from mock_bsg.sandbox import steering
from mock_bsg.sandbox.message import ImpossibleStepError
from mock_bsg.scenario.life import CHANNELS, EVERY_STATUS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from aiohttp import web

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message

_FILTERS = frozenset({"channel", "status", "msisdn", "reference", "text", "search"})


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List messages newest first; `after` is the id that the page before ended with."""
    return await answer_list(call, LISTING)


async def get(call: ControlCall) -> web.StreamResponse:
    account = call.account()
    now = call.runtime.now(account)
    return answer(message_view(account, _find(call, account, now), now))


async def set_status(call: ControlCall) -> web.StreamResponse:
    order = await call.read_object(("status",), ('{"status": "delivered"}',))
    account = call.account()
    now = call.runtime.now(account)
    message = _find(call, account, now)
    status = order.get("status")
    known = STATUSES[message.channel]
    if status not in known:
        raise ControlError(400, f"status is to be one of {', '.join(known)}; not {shown(status)}", list(known))
    try:
        steering.set_status(account, message, status, now)
    except ImpossibleStepError as impossible:
        raise ControlError(409, str(impossible)) from None
    await call.runtime.pulse.flush(account)
    return answer(message_view(account, message, now))


def select(account: Account, query: Mapping[str, str], now: int) -> Iterator[Message]:
    """Go through the messages that fit the filters, newest first."""
    checks = list(_checks(query, now))
    after = read_number(query, "after", 0, 0, 10**18) if "after" in query else None
    candidates = account.newest_first(
        now, after, msisdn=_only_text(_read_number(query)), reference=_only_text(query.get("reference"))
    )
    return (message for message in candidates if all(check(message) for check in checks))


def _checks(query: Mapping[str, str], now: int) -> Iterator[Callable[[Message], bool]]:
    channel, status = read_choice(query, "channel", CHANNELS), read_choice(query, "status", EVERY_STATUS)
    if channel is not None:
        yield lambda message: message.channel == channel
    if status is not None:
        yield lambda message: message.status(now) == status
    number, reference, text = _read_number(query), query.get("reference"), query.get("text")
    if number is not None:
        yield lambda message: fnmatchcase(message.msisdn, number)
    if reference is not None:
        yield lambda message: message.reference is not None and fnmatchcase(message.reference, reference)
    if text is not None:
        wanted = text.casefold()
        yield lambda message: wanted in message.submission.text.casefold()
    if "search" in query:
        yield _check_search(query["search"].strip().casefold())


def _read_number(query: Mapping[str, str]) -> str | None:
    return query["msisdn"].strip().removeprefix("+") if "msisdn" in query else None


def _only_text(glob: str | None) -> str | None:
    """Tell the one text that fits a glob; None if several may."""
    return None if glob is None or any(sign in glob for sign in "*?[") else glob


def _check_search(sought: str) -> Callable[[Message], bool]:
    digits = sought.removeprefix("+")

    def is_found(message: Message) -> bool:
        texts = (message.reference or "", message.submission.text, message.submission.sender)
        return digits in message.msisdn or any(sought in text.casefold() for text in texts)

    return is_found


LISTING = Listing(
    "messages",
    _FILTERS,
    select,
    lambda _account, message, now: message_summary(message, now),
    lambda message: message.id,
)


def _find(call: ControlCall, account: Account, now: int) -> Message:
    wanted = call.param("id")
    message = account.find(int(wanted), now) if is_number(wanted) else None
    if message is None:
        raise ControlError(404, f"this account has no message '{wanted}'")
    return message
