"""The requests of an account on their way to an answer: answered at once, or held back as its scenario says.

What one is held back for is plain data, so that it can go on in any process.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mock_bsg.rules.faults import Effect
    from mock_bsg.sandbox.commands import RefuseRequest, TakeRequest
    from mock_bsg.sandbox.journal import Exchange, Journal


class Outcome(NamedTuple):
    """What a request gets; status and body stand in its entry of the journal.

    `headers` are those that a scenario adds; None: it adds none. `error` is the code of the whole answer, `text` what
    it says; `refusals` are the codes of recipients that got no message. `ended_by` is the rule or fault that answered
    instead of the function.
    """

    exchange: Exchange
    headers: tuple[tuple[str, str], ...] | None = None
    error: int = 0
    refusals: Sequence[int] = ()
    text: str = ""
    ended_by: Effect | None = None


class Ask(NamedTuple):
    """Ask the function; `fault` only adds to what comes of that."""

    fault: Effect | None


class End(NamedTuple):
    """Answer as a rule or fault says, instead of the function; `fault` is one that only adds its headers."""

    effect: Effect
    fault: Effect | None = None


class Say(NamedTuple):
    """Say what the function has answered already; the fields are those of an Outcome, and of its entry."""

    status: int
    answer: bytes
    headers: tuple[tuple[str, str], ...] | None = None
    error: int = 0
    refusals: tuple[int, ...] = ()
    text: str = ""


Then: TypeAlias = Ask | End | Say
"""What is to be done with a request."""


class Held(NamedTuple):
    """A request that goes on after so many ms of the machine's time, and how."""

    exchange: Exchange
    delay: float
    then: Then


Course: TypeAlias = Held | Outcome
"""How far a request has come."""


class Asked(Protocol):
    """Whoever gets requests, and enters them into a journal."""

    @property
    def journal(self) -> Journal: ...


Whom = TypeVar("Whom", bound=Asked)
Whom_contra = TypeVar("Whom_contra", bound=Asked, contravariant=True)


class Answering(Protocol[Whom_contra]):
    """Answers an exchange at that time of the account, as far as that goes; `then`: one that was held back for it."""

    def __call__(self, account: Whom_contra, exchange: Exchange, now: int, then: Then | None = None, /) -> Course: ...


class Waiting(NamedTuple):
    """The requests that waited for something once."""

    expected: tuple[Exchange, ...] = ()
    held: tuple[Held, ...] = ()

    def copy(self) -> Waiting:
        """Make one with entries of its own."""
        expected = tuple(copy(each) for each in self.expected)
        return Waiting(expected, tuple(each._replace(exchange=copy(each.exchange)) for each in self.held))

    @property
    def entries(self) -> dict[int, Exchange]:
        """The entries of all of them, by number: those that will change."""
        return {each.number: each for each in (*self.expected, *(held.exchange for held in self.held))}


class Requests:
    """The requests of an account that wait for something, by number: for their bodies, or held back by its scenario."""

    __slots__ = ("_expected", "_held")

    def __init__(self) -> None:
        self._expected: dict[int, Exchange] = {}
        self._held: dict[int, Held] = {}

    def expect(self, account: Asked, request: TakeRequest, now: int) -> Exchange:
        """Enter a request into the journal whose body is still on its way."""
        exchange = self._enter(account, request, now)
        self._expected[exchange.number] = exchange
        return exchange

    def expected(self, number: int | None) -> Exchange | None:
        """Find the entry of a request whose body is still on its way; None if none of that number is."""
        return None if number is None else self._expected.get(number)

    def is_waiting(self, number: int) -> bool:
        """Whether the request of that number has not come to its answer yet."""
        return number in self._held or number in self._expected

    def refuse(self, account: Asked, refusal: RefuseRequest, now: int) -> Exchange:
        """Enter a request into the journal, and the answer that it got."""
        exchange = self._enter(account, refusal.request, now)
        exchange.status, exchange.answer = refusal.status, refusal.answer
        return exchange

    def begin(self, account: Whom, request: TakeRequest, now: int, answer: Answering[Whom]) -> Course:
        """Enter a request into the journal, and answer it as far as that goes."""
        if request.expected is None:  # as in _enter, without the call: this is hot
            exchange = account.journal.open(now, request.method, request.path, request.headers)
            exchange.notes, exchange.body = request.notes, request.body
        else:
            exchange = self._enter(account, request, now)
        return self._hold(answer(account, exchange, now))

    def go_on(self, account: Whom, number: int, now: int, answer: Answering[Whom]) -> Course:
        """Go on with a request that was held back; raises KeyError if none of that number is."""
        held = self._held.pop(number)
        return self._hold(answer(account, held.exchange, now, held.then))

    def note(self, account: Asked, exchange: Exchange, note: str) -> None:
        """Let an entry of the journal have a note; what was answered is replaced, and not changed."""
        if self.is_waiting(exchange.number):
            exchange.notes = (*exchange.notes, note)
        else:
            account.journal.replace(exchange.with_note(note))

    def _hold(self, course: Course) -> Course:
        if isinstance(course, Held):
            self._held[course.exchange.number] = course
        return course

    def _enter(self, account: Asked, request: TakeRequest, now: int) -> Exchange:
        exchange = None if request.expected is None else self._expected.pop(request.expected, None)
        if exchange is None:
            exchange = account.journal.open(now, request.method, request.path, request.headers)
        exchange.notes, exchange.body = request.notes, request.body
        return exchange

    def capture(self) -> Waiting:
        """Tell which requests wait, with copies of their entries: what becomes of them is not to be seen there."""
        return Waiting(tuple(self._expected.values()), tuple(self._held.values())).copy()

    def restore(self, waiting: Waiting) -> None:
        """Let these requests wait, and no others; their entries will change."""
        self._expected = {each.number: each for each in waiting.expected}
        self._held = {each.exchange.number: each for each in waiting.held}
