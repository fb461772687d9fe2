"""Lists of the control API: filtered, in pages, and waited for, so that no test has to sleep."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from mock_bsg.control.handling import ControlCall, ControlError, answer, check_query, read_number
from mock_bsg.pulse import has_rung
from mock_bsg.sandbox.accounts import AccountGone
from mock_bsg.scenario.spans import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from aiohttp import web

    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox.account import Account

T = TypeVar("T")
Row: TypeAlias = "dict[str, Any]"

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1_000
MOST_COUNTED = 1_000_000
LONGEST_WAIT = 60_000
"""Milliseconds of the machine's time."""
_PAGING = ("after", "limit")
_WAITING = ("count", "wait")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One kind of list: what it is called, and how it is filtered and shown.

    `check` refuses filters that nothing can ever fit, before anybody waits for it.
    `select` yields an account's things that fit a query, newest first, from `after` on; `place` is what `after` means.
    """

    name: str
    filters: frozenset[str]
    check: Callable[[Mapping[str, str]], None]
    select: Callable[[Account, Mapping[str, str], int], Iterator[T]]
    show: Callable[[Account, T, int], Row]
    place: Callable[[T], int]
    dropped: Callable[[Account], int] | None = None

    @property
    def parameters(self) -> frozenset[str]:
        """All that a query may ask for."""
        return self.filters.union(_PAGING, _WAITING)


async def answer_list(call: ControlCall, listing: Listing[T]) -> web.StreamResponse:
    """Answer a page of a list; with `count` and `wait` as soon as so many fit, with 408 and what there is if not."""
    query = call.query
    check_query(query, listing.parameters)
    listing.check(query)
    read_number(query, "limit", DEFAULT_LIMIT, 1, LARGEST_LIMIT)
    wait = _read_wait(query)
    count = read_number(query, "count", 1 if "wait" in query else 0, 0, MOST_COUNTED)

    def has_enough(account: Account) -> bool:
        fitting = listing.select(account, query, call.runtime.now(account))
        return sum(1 for _ in islice(fitting, count)) >= count

    account: Account | None
    if not wait or not call.runtime.is_valid_key(call.param("key")):
        account = call.account()
        is_enough = has_enough(account)
    else:
        account, is_enough = await wait_until(call.runtime, call.param("key"), has_enough, wait)
    found = _page(account, listing, query, call) if account is not None else {listing.name: [], "next": None}
    if is_enough:
        return answer(found)
    waited = f" within {query['wait']}" if "wait" in query else ""
    return answer(found | {"error": f"there were not {count} such {listing.name}{waited}", "detail": []}, 408)


async def wait_until(
    runtime: Runtime, key: str, is_so: Callable[[Account], bool], longest: int
) -> tuple[Account | None, bool]:
    """Wait until something is so in the account of that key, which may have to begin first; at most `longest` ms.

    Tells the account, None if it hasn't begun, and whether it is so. It is asked whenever something has happened in
    the account: a call, a step of a message, an attempt to deliver a report. Raises AccountGone if the account is
    forgotten meanwhile.
    """
    now = asyncio.get_running_loop().time
    end = now() + longest / 1000
    known: Account | None = None
    with runtime.pulse.bell(key) as bell:
        while True:
            account = runtime.accounts.get(key)
            if known is not None and account is not known:
                raise AccountGone(key)
            known = account
            bell.clear()
            if account is not None:
                account.settle(runtime.now(account))
                if is_so(account):
                    return account, True
            left = end - now()
            if left <= 0 or runtime.stopping.is_set():
                return account, False
            if not await has_rung(bell, left):
                end = 0  # looked at once more: what was due at the last instant may have happened without a bell


def _page(account: Account, listing: Listing[T], query: Mapping[str, str], call: ControlCall) -> Row:
    limit = read_number(query, "limit", DEFAULT_LIMIT, 1, LARGEST_LIMIT)
    now = call.runtime.now(account)
    found = list(islice(listing.select(account, query, now), limit + 1))
    has_more = len(found) > limit
    page: Row = {
        listing.name: [listing.show(account, one, now) for one in found[:limit]],
        "next": str(listing.place(found[limit - 1])) if has_more else None,
    }
    if listing.dropped is not None:
        page["dropped"] = listing.dropped(account)
    return page


def _read_wait(query: Mapping[str, str]) -> int:
    text = query.get("wait")
    if text is None:
        return 0
    try:
        wait = parse_duration(text)
    except ValueError as fault:
        raise ControlError(400, f"wait: {fault}") from None
    if wait > LONGEST_WAIT:
        raise ControlError(400, f"wait is to be 60s at most, not {text}")
    return wait
