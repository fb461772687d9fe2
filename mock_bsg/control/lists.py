"""Lists of the control API: filtered, in pages, and waited for, so that no test has to sleep."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, get_args, get_type_hints

from mock_bsg.control.handling import ControlCall, ControlError, answer, check_query, read_number
from mock_bsg.domain.durations import parse_duration
from mock_bsg.sandbox.errors import BadOrderError
from mock_bsg.sandbox.operations import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import web

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.filters import Filter

T = TypeVar("T")
Row: TypeAlias = "dict[str, Any]"

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1_000
MOST_COUNTED = 1_000_000
LONGEST_WAIT = 60_000
"""Milliseconds of the machine's time."""
_LOWEST = {"message": 1, "campaign": 1}
_PAGING = ("after", "limit")
_WAITING = ("count", "wait")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One kind of list: what it is called, how it is filtered, and how each of its things is shown."""

    name: str
    filter: type[Filter[T]]
    show: Callable[[Account, T, int], Row]

    @property
    def filters(self) -> dict[str, type]:
        """What it can be filtered by, and whether that is a text or a number."""
        kinds = get_type_hints(self.filter)
        return {each.name: int if int in get_args(kinds[each.name]) else str for each in fields(self.filter)}  # type: ignore[arg-type] # each filter is a dataclass

    @property
    def parameters(self) -> frozenset[str]:
        """All that a query may ask for."""
        return frozenset((*self.filters, *_PAGING, *_WAITING))

    def read(self, query: Mapping[str, str]) -> Filter[T]:
        """Read what a query asks for; raises BadOrderError."""
        wanted: dict[str, Any] = {}
        for name, kind in self.filters.items():
            if name in query:
                wanted[name] = query[name] if kind is str else read_number(query, name, 0, _LOWEST.get(name, 0), 10**18)
        try:
            return self.filter(**wanted)
        except ValueError as wrong:
            raise BadOrderError(str(wrong), getattr(wrong, "choices", ())) from None


async def answer_list(call: ControlCall, listing: Listing[T]) -> web.StreamResponse:
    """Answer a page of a list; with `count` and `wait` as soon as so many fit, with 408 and what there is if not."""
    query, operations = call.query, call.operations
    check_query(query, listing.parameters)
    limit = read_number(query, "limit", DEFAULT_LIMIT, 1, LARGEST_LIMIT)
    wait = _read_wait(query)
    count = read_number(query, "count", 1 if "wait" in query else 0, 0, MOST_COUNTED)
    wanted = listing.read(query)

    def has_enough(account: Account) -> bool:
        return operations.count(account, wanted, count) >= count

    account: Account | None
    if not wait or not call.runtime.is_valid_key(call.param("key")):
        account = await call.account()
        is_enough = has_enough(account)
    else:
        account, is_enough = await call.runtime.scheduler.wait_until(call.param("key"), has_enough, wait)
    page: Page[Row] = Page([]) if account is None else operations.list(account, wanted, listing.show, limit)
    found: Row = {listing.name: page.rows, "next": None if page.next is None else str(page.next)}
    if account is not None and listing.name != "messages":
        found["dropped"] = page.dropped
    if is_enough:
        return answer(found)
    waited = f" within {query['wait']}" if "wait" in query else ""
    return answer(found | {"error": f"there were not {count} such {listing.name}{waited}", "detail": []}, 408)


def _read_wait(query: Mapping[str, str]) -> int:
    text = query.get("wait")
    if text is None:
        return 0
    try:
        wait = parse_duration(text)
    except ValueError as fault:
        raise ControlError(400, f"wait: {fault}") from None
    if wait > LONGEST_WAIT:
        raise ControlError(400, f"wait must be 60s at most, not {text}")
    return wait
