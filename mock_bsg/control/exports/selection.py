"""What of an account is exported: its newest messages and requests that are as wanted, without holding anybody up."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from mock_bsg.control import journal, messages
from mock_bsg.control.handling import check_query, is_number, read_number
from mock_bsg.sandbox import camera

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence

    from mock_bsg.sandbox import snapshots
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.delivery_reports import Report
    from mock_bsg.sandbox.filters import MessageFilter, RequestFilter
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.snapshots import AccountState, MessageWhole

_ABOUT_MESSAGES = frozenset(messages.LISTING.filters) - {"after"}
_ABOUT_REQUESTS = frozenset(journal.LISTING.filters) - {"after"}
QUERY = _ABOUT_MESSAGES | _ABOUT_REQUESTS | {"format", "limit"}
LARGEST_LIMIT = 1_000_000
_SLICE = 500
"""What is looked through at once: others may change the account before the next."""
_TURN = 0.005
"""Seconds after which others have their turn."""


@dataclass(frozen=True)
class Wanted:
    """What a query asks to be exported; `limit` is how many messages, and how many requests, at most."""

    messages: MessageFilter
    requests: RequestFilter
    limit: int | None
    is_about: frozenset[str]
    """Whether it says anything of "messages", of "requests"."""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Wanted:
        """Read a query; raises ControlError or BadOrderError. A `status` in digits is that of a request."""
        check_query(query, QUERY)
        of_messages, of_requests = _only(query, _ABOUT_MESSAGES), _only(query, _ABOUT_REQUESTS)
        (of_messages if is_number(query.get("status", "-")) else of_requests).pop("status", None)
        limit = read_number(query, "limit", 1, 1, LARGEST_LIMIT) if "limit" in query else None
        is_about = {name for name, asked in (("messages", of_messages), ("requests", of_requests)) if asked}
        return cls(
            messages.LISTING.read(of_messages),  # type: ignore[arg-type] # that is its filter
            journal.LISTING.read(of_requests),  # type: ignore[arg-type] # likewise
            limit,
            frozenset(is_about),
        )


def _only(query: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {name: said for name, said in query.items() if name in names}


class Selection:
    """What is exported of an account, as it is at that instant, in ms of its clock.

    Where only messages are asked for, the requests are those that they came with; where only requests are, the messages
    are those that came with them. `usual_limit` holds where the query names none.
    """

    def __init__(self, account: Account, now: int, wanted: Wanted, usual_limit: int | None) -> None:
        self.account = account
        self.now = now
        self.limit = usual_limit if wanted.limit is None else wanted.limit
        self.has_more: set[str] = set()
        """Whether there were more than the limit lets through, of what was gone through: "messages", "requests"."""
        self._wanted = wanted
        self._came_with: set[int] = set()
        """The requests of the messages that were gone through."""

    @property
    def state(self) -> AccountState:
        return camera.take_account(self.account, self.now)

    async def messages(self) -> AsyncGenerator[Message]:
        """Go through the messages, the newest first."""
        among: set[int] | None = None
        if self._wanted.is_about == {"requests"}:
            asked_for = self._take("requests", self._wanted.requests, lambda _: True)
            among = {exchange.number async for exchange in asked_for}
        async for message in self._take(
            "messages", self._wanted.messages, lambda one: among is None or one.submission.request in among
        ):
            self._came_with.add(message.submission.request)
            yield message

    async def requests(self) -> AsyncGenerator[Exchange]:
        """Go through the requests, the newest first; after the messages."""
        all_of_them = self._wanted.is_about != {"messages"}
        async for exchange in self._take(
            "requests", self._wanted.requests, lambda one: all_of_them or one.number in self._came_with
        ):
            yield exchange

    def show(self, message: Message) -> MessageWhole:
        return camera.take_whole(self.account, message, self.now, self._reports.get(message.id, ()))

    def glance(self, message: Message) -> tuple[snapshots.Message, Sequence[Report]]:
        """Show a message without what was decided about it, which takes ten times as long; and its reports."""
        return camera.take_message(self.account, message, self.now), self._reports.get(message.id, ())

    @cached_property
    def _reports(self) -> Mapping[int, list[Report]]:
        """The delivery reports of each message, by its id; to look for them each time would take long."""
        found: dict[int, list[Report]] = defaultdict(list)
        for report in self.account.reports.newest_first():
            found[report.message.id].append(report)
        for reports in found.values():
            reports.reverse()
        return found

    async def _take(self, what: str, wanted: Any, belongs: Callable[[Any], bool]) -> AsyncGenerator[Any]:
        found = 0
        async for one in self._select(wanted):
            if belongs(one):
                if found == self.limit:
                    self.has_more.add(what)
                    return
                found += 1
                yield one

    async def _select(self, wanted: Any) -> AsyncGenerator[Any]:
        is_wanted, rested = wanted.test(self.account, self.now), time.monotonic()
        while True:
            looked_at = list(islice(wanted.look_through(self.account, self.now), _SLICE))
            for one in looked_at:
                if is_wanted(one):
                    yield one
                if time.monotonic() - rested > _TURN:
                    await asyncio.sleep(0)
                    rested = time.monotonic()
            if len(looked_at) < _SLICE:
                return
            wanted = replace(wanted, after=wanted.place(looked_at[-1]))
