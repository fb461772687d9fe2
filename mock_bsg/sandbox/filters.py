"""What one may look for among messages, requests, reports, commands: each filter finds the newest first.

Numbers, references, methods, paths, rules, faults and addresses are patterns as scenarios write them. A field that is
None asks for nothing. `after` goes on below that id or number. What can't be looked for is a ValueError that says what
can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING, Protocol, TypeVar

from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.domain.lifecycle import CHANNELS, EVERY_STATUS, STATUSES, Channel
from mock_bsg.domain.paths import function_path
from mock_bsg.sandbox.delivery_reports import STATES, State
from mock_bsg.sandbox.errors import BadOrderError
from mock_bsg.sandbox.filter_patterns import only_text, read_pattern
from mock_bsg.sandbox.incoming import list_incoming
from mock_bsg.sandbox.outcomes import OUTCOMES, Outcome, judge
from mock_bsg.scenario.domains import LONGEST_CARDS
from mock_bsg.scenario.values import HIGHEST_STATUS, LOWEST_STATUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.delivery_reports import Report
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.log import Noted
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.replies import Incoming

T = TypeVar("T")


class Filter(Protocol[T]):
    """Whatever finds things of an account that are as wanted at that instant (ms of the account's clock).

    `place` is what `after` says to go on behind one of them; `dropped` is how many older ones are not kept any more.
    """

    def select(self, account: Account, now: int) -> Iterator[T]: ...
    def place(self, one: T) -> int: ...
    def dropped(self, account: Account) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFilter:
    """Messages and lookups: globs of number and reference, a part of the text, or `search` in any of these.

    `campaign` is the id of one of the One API.
    """

    channel: Channel | None = None
    status: str | None = None
    msisdn: str | None = None
    reference: str | None = None
    text: str | None = None
    search: str | None = None
    campaign: int | None = None
    after: int | None = None

    def __post_init__(self) -> None:
        check_choice("channel", self.channel, CHANNELS)
        check_choice("status", self.status, EVERY_STATUS)
        if self.channel is not None:
            check_choice("status", self.status, STATUSES[self.channel], f" with channel={self.channel}")
        if self.text is not None and len(self.text) > LONGEST_CARDS:
            raise ValueError(f"text: no message has a text of more than {LONGEST_CARDS} characters")
        list(self._checks(0))

    def select(self, account: Account, now: int) -> Iterator[Message]:
        return filter(self.test(account, now), self.look_through(account, now))

    def look_through(self, account: Account, now: int) -> Iterator[Message]:
        """Go through those that come into question."""
        number = only_text(read_pattern("msisdn", self.msisdn))
        reference = only_text(read_pattern("reference", self.reference))
        return account.newest_first(now, self.after, msisdn=number, reference=reference or None)

    def test(self, account: Account, now: int) -> Callable[[Message], bool]:  # noqa: ARG002 -- as for requests
        """Make what tells of one that comes into question whether it is as wanted."""
        checks = list(self._checks(now))
        return lambda message: all(check(message) for check in checks)

    def place(self, one: Message) -> int:
        return one.id

    def dropped(self, account: Account) -> int:
        return account.messages_dropped

    def _checks(self, now: int) -> Iterator[Callable[[Message], bool]]:
        channel, status = self.channel, self.status
        number, reference = read_pattern("msisdn", self.msisdn), read_pattern("reference", self.reference)
        if channel is not None:
            yield lambda message: message.channel == channel
        if status is not None:
            yield lambda message: message.status(now) == status
        if number is not None:
            yield lambda message: number.accepts(message.msisdn)
        if reference is not None:
            yield lambda message: reference.accepts(message.reference or "")
        if self.text is not None:
            wanted = self.text.casefold()
            yield lambda message: wanted in message.submission.text.casefold()
        if self.campaign is not None:
            yield _check_campaign(self.campaign)
        if self.search is not None:
            yield _check_search(self.search.strip().casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFilter:
    """Requests: their method, a glob of their path as scenarios write it, HTTP status, BSG's error code, what decided.

    `path` is without base and query. `body` is a part of what came, `note` of what the sender probably did not mean,
    and `outcome` says in a word what became of it.
    """

    method: str | None = None
    path: str | None = None
    status: int | None = None
    error: int | None = None
    rule: str | None = None
    fault: str | None = None
    body: str | None = None
    note: str | None = None
    outcome: Outcome | None = None
    after: int | None = None

    def __post_init__(self) -> None:
        if self.status is not None and not LOWEST_STATUS <= self.status <= HIGHEST_STATUS:
            raise ValueError(
                f"status must be a whole number from {LOWEST_STATUS} to {HIGHEST_STATUS}; not '{self.status}'"
            )
        if self.error is not None and self.error not in ERROR_TEXTS:
            raise BadOrderError(f"error: {self.error} is not an error code of BSG's API", list(map(str, ERROR_TEXTS)))
        check_choice("outcome", self.outcome, OUTCOMES)
        list(self._checks())

    def select(self, account: Account, now: int) -> Iterator[Exchange]:
        return filter(self.test(account, now), self.look_through(account, now))

    def look_through(self, account: Account, now: int) -> Iterator[Exchange]:  # noqa: ARG002 -- as the other filters do
        """Go through those that come into question."""
        after = self.after
        exchanges = account.journal.newest_first()
        return exchanges if after is None else (exchange for exchange in exchanges if exchange.number < after)

    def test(self, account: Account, now: int) -> Callable[[Exchange], bool]:  # noqa: ARG002 -- as for messages
        """Make what tells of one that comes into question whether it is as wanted."""
        checks, outcome, requests = list(self._checks()), self.outcome, account.requests
        if outcome is not None:
            checks.append(lambda one: judge(one, is_waiting=requests.is_waiting(one.number)) == outcome)
        return lambda exchange: all(check(exchange) for check in checks)

    def place(self, one: Exchange) -> int:
        return one.number

    def dropped(self, account: Account) -> int:
        return account.journal.dropped

    def _checks(self) -> Iterator[Callable[[Exchange], bool]]:
        method, path = read_pattern("method", self.method), read_pattern("path", self.path)
        status, rule, fault = self.status, read_pattern("rule", self.rule), read_pattern("fault", self.fault)
        if method is not None:
            yield lambda exchange: method.accepts(exchange.method.upper())
        if path is not None:
            yield lambda exchange: path.accepts(function_path(exchange.path))
        if status is not None:
            yield lambda exchange: exchange.status == status
        if self.error is not None:
            # The answers are our own, compact JSON: to read each of ten thousand would take long.
            code = re.compile(rb'"error":"?%d"?[,}]' % self.error)
            yield lambda exchange: code.search(exchange.answer) is not None
        if rule is not None:
            yield lambda exchange: any(rule.accepts(name) for name in exchange.rules)
        if fault is not None:
            yield lambda exchange: exchange.fault is not None and fault.accepts(exchange.fault)
        if self.body is not None:
            text = self.body.casefold()
            yield lambda exchange: text in exchange.body.decode("utf-8", "replace").casefold()
        if self.note is not None:
            noted = self.note.casefold()
            yield lambda exchange: any(noted in note.casefold() for note in exchange.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFilter:
    """Delivery reports: of one message, of a status, in a state, to a glob of addresses."""

    message: int | None = None
    status: str | None = None
    state: State | None = None
    url: str | None = None
    after: int | None = None

    def __post_init__(self) -> None:
        check_choice("status", self.status, EVERY_STATUS)
        check_choice("state", self.state, STATES)
        list(self._checks())

    def select(self, account: Account, now: int) -> Iterator[Report]:  # noqa: ARG002 -- as the other filters do
        checks = list(self._checks())
        return (report for report in account.reports.newest_first() if all(check(report) for check in checks))

    def place(self, one: Report) -> int:
        return one.number

    def dropped(self, account: Account) -> int:
        return account.reports.dropped

    def _checks(self) -> Iterator[Callable[[Report], bool]]:
        after, message, status, state = self.after, self.message, self.status, self.state
        url = read_pattern("url", self.url)
        if after is not None:
            yield lambda report: report.number < after
        if message is not None:
            yield lambda report: report.message.id == message
        if status is not None:
            yield lambda report: report.status == status
        if state is not None:
            yield lambda report: report.state == state
        if url is not None:
            yield lambda report: url.accepts(report.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFilter:
    """SMS that came from phones: from a glob of numbers, or in answer to one message."""

    msisdn: str | None = None
    message: int | None = None
    after: int | None = None

    def __post_init__(self) -> None:
        read_pattern("msisdn", self.msisdn)

    def select(self, account: Account, now: int) -> Iterator[Incoming]:
        number, message = read_pattern("msisdn", self.msisdn), self.message
        newest_first: Iterator[Incoming] = reversed(list_incoming(account, now))
        if self.after is not None:  # they are in the order of their times, not of their numbers
            newest_first = dropwhile(lambda one: one.number != self.after, newest_first)
            next(newest_first, None)
        return (
            one
            for one in newest_first
            if (number is None or number.accepts(one.msisdn)) and (message is None or one.message == message)
        )

    def place(self, one: Incoming) -> int:
        return one.number

    def dropped(self, account: Account) -> int:
        return account.replies.dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Commands of an account's log: all that are kept."""

    after: int | None = None

    def select(self, account: Account, now: int) -> Iterator[Noted]:  # noqa: ARG002 -- as the other filters do
        commands = account.log.newest_first(account.journal.count)
        return (one for one in commands if self.after is None or one.number < self.after)

    def place(self, one: Noted) -> int:
        return one.number

    def dropped(self, account: Account) -> int:
        return account.log.count - len(account.log)


def check_choice(name: str, given: str | None, choices: Sequence[str], where: str = "") -> None:
    """Raise ValueError if something that is said is none of the words there are."""
    if given is not None and given not in choices:
        raise ValueError(f"{name}{where} must be one of {', '.join(choices) or 'none'}; not '{given}'")


def _check_campaign(campaign: int) -> Callable[[Message], bool]:
    def is_of_it(message: Message) -> bool:
        origin = message.submission.origin
        return origin is not None and origin.campaign == campaign

    return is_of_it


def _check_search(sought: str) -> Callable[[Message], bool]:
    digits = sought.removeprefix("+")

    def is_found(message: Message) -> bool:
        texts = (message.reference or "", message.submission.text, message.submission.sender)
        return digits in message.msisdn or any(sought in text.casefold() for text in texts)

    return is_found
