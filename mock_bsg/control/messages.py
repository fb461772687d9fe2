"""Messages: listed and filtered, one whole, a status made to happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mock_bsg.control.filters import only_text, read_pattern
from mock_bsg.control.handling import ControlCall, ControlError, answer, is_number, read_choice, read_number, shown
from mock_bsg.control.views import message_summary, message_view
from mock_bsg.control.waiting import Listing, answer_list
from mock_bsg.sandbox import steering
from mock_bsg.sandbox.message import ImpossibleStepError
from mock_bsg.scenario.domains import LONGEST_TEXT
from mock_bsg.scenario.life import CHANNELS, EVERY_STATUS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from aiohttp import web

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message
    from mock_bsg.scenario.life import Channel

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
    number, reference = only_text(read_pattern(query, "msisdn")), only_text(read_pattern(query, "reference"))
    candidates = account.newest_first(now, after, msisdn=number, reference=reference or None)
    return (message for message in candidates if all(check(message) for check in checks))


def check_filters(query: Mapping[str, str]) -> None:
    """Raise ControlError(400) for filters that no message can ever fit."""
    list(_checks(query, 0))


def _checks(query: Mapping[str, str], now: int) -> Iterator[Callable[[Message], bool]]:
    channel, status = read_choice(query, "channel", CHANNELS), read_choice(query, "status", EVERY_STATUS)
    if channel is not None and status is not None:
        read_choice(query, "status", STATUSES[cast("Channel", channel)], f" with channel={channel}")
    if channel is not None:
        yield lambda message: message.channel == channel
    if status is not None:
        yield lambda message: message.status(now) == status
    number, reference, text = read_pattern(query, "msisdn"), read_pattern(query, "reference"), query.get("text")
    if number is not None:
        yield lambda message: number.accepts(message.msisdn)
    if reference is not None:
        yield lambda message: reference.accepts(message.reference or "")
    if text is not None:
        if len(text) > LONGEST_TEXT:
            raise ControlError(400, f"text: no message has a text of more than {LONGEST_TEXT} characters")
        wanted = text.casefold()
        yield lambda message: wanted in message.submission.text.casefold()
    if "search" in query:
        yield _check_search(query["search"].strip().casefold())


def _check_search(sought: str) -> Callable[[Message], bool]:
    digits = sought.removeprefix("+")

    def is_found(message: Message) -> bool:
        texts = (message.reference or "", message.submission.text, message.submission.sender)
        return digits in message.msisdn or any(sought in text.casefold() for text in texts)

    return is_found


LISTING = Listing(
    "messages",
    _FILTERS,
    check_filters,
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
