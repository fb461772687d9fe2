"""How an account answers a request of BSG's: its scenario's faults, the function itself, and what rules add.

There is no HTTP here and nothing waits: the same requests at the same times get the same answers in any process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar
from urllib.parse import unquote

from multidict import CIMultiDict

from mock_bsg.domain.draws import draw
from mock_bsg.domain.paths import function_path
from mock_bsg.encoding import encode
from mock_bsg.rules.faults import SILENT
from mock_bsg.sandbox.errors import RequestEnded
from mock_bsg.sandbox.requests import Ask, End, Held, Outcome, Say

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from mock_bsg.rules.answers import AnswerSetting
    from mock_bsg.rules.faults import Effect
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.requests import Course, Then

MOST_EXPLAINED = 20
"""So many notes of one request are explained: more nobody reads, and each takes time."""


@dataclass(slots=True)
class Call:
    """One call: the account that makes it, when (ms of the account's clock), and what it says.

    `params` are the parts of the path that vary; `request` is the number of its journal entry; `notes` collects what
    the sender probably did not mean.
    """

    account: Account
    now: int
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    request: int = 0
    notes: list[str] = field(default_factory=list)
    method: str = "GET"
    target: str = ""
    """Path and query as they came."""

    @classmethod
    def of(cls, account: Account, exchange: Exchange, now: int) -> Self:
        """Make the call that a request is."""
        return cls(
            account,
            now,
            exchange.body,
            Headers(exchange.headers),
            request=exchange.number,
            notes=list(exchange.notes),
            method=exchange.method,
            target=exchange.path,
        )

    def note(self, sentence: str) -> None:
        """Note something, "" for nothing, once."""
        if sentence and sentence not in self.notes and len(self.notes) < MOST_EXPLAINED:
            self.notes.append(sentence)


@dataclass(slots=True)
class Answer:
    """What goes back: a JSON value, the names of the rules that decided, and what they add to the answer.

    `error` is the code of the whole answer, 0 if it is none, and `text` what it says; `status` is that of HTTP.
    """

    value: dict[str, Any]
    rules: Collection[str] = ()
    effects: Collection[Effect] = ()
    refusals: Collection[int] = ()
    """The codes that recipients got instead of a message."""
    error: int = 0
    text: str = ""
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    """Those that the answer has beside the usual ones."""


class Headers(Mapping[str, str]):
    """The headers of a request by name, however it is spelt; those that came, in their order.

    No dict is made of them: most functions ask for one, if any.
    """

    __slots__ = ("_lines",)

    def __init__(self, lines: Sequence[tuple[bytes, bytes]] = ()) -> None:
        self._lines = lines

    def __getitem__(self, name: str) -> str:
        wanted = name.lower().encode()
        for key, value in self._lines:
            if len(key) == len(wanted) and key.lower() == wanted:
                return value.decode("utf-8", "surrogateescape")
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (key.decode("latin-1") for key, _ in self._lines)

    def __len__(self) -> int:
        return len(self._lines)


CallT = TypeVar("CallT", bound=Call)


class Dialect(Protocol, Generic[CallT]):
    """One of BSG's APIs: what its requests ask, and how its answers are worded."""

    def read(self, account: Account, exchange: Exchange, now: int) -> CallT:
        """Make the call that a request is."""

    def ask(self, call: CallT) -> Answer:
        """Answer a call, whatever is wrong with it; raises RequestEnded where a rule wants more than an answer."""

    def word_end(
        self, effect: Effect, answers: AnswerSetting, fault: Effect | None = None
    ) -> tuple[int, bytes, CIMultiDict[str]]:
        """Word what a rule or fault answers: status, body, headers. `fault` is one that only adds its headers."""


class Answerer:
    """Answers the requests of accounts, or holds them back as their scenarios say."""

    __slots__ = ("_choose",)

    def __init__(self, choose: Callable[[str], Dialect[Any]]) -> None:
        self._choose = choose
        """Tells by its target in which dialect a request is."""

    def __call__(self, account: Account, exchange: Exchange, now: int, then: Then | None = None, /) -> Course:
        """Answer a request that came at `now` (ms of the account's clock), or hold it back as the scenario says.

        `then`: it was held back for this, and has waited long enough.
        """
        if then is not None:
            return self._go_on(account, exchange, now, then)
        if not account.ruleset.faults:
            return self._ask(account, exchange, now, None)
        fault = _find_fault(account, exchange)
        if fault is None:
            return self._ask(account, exchange, now, None)
        return self._hold_back(account, exchange, now, (fault,), End(fault) if fault.ends_request else Ask(fault))

    def _hold_back(
        self, account: Account, exchange: Exchange, now: int, effects: Iterable[Effect], then: Then
    ) -> Course:
        """Hold a request back as long as the effects say together; if they say nothing of it, it goes on at once."""
        seed = account.ruleset.seed
        # Drawn by the request's number, so that it's the same every time.
        delays = [
            effect.delay.at(draw(seed, "delay", effect.name, exchange.number))
            for effect in effects
            if effect.delay is not None
        ]
        return Held(exchange, sum(delays), then) if delays else self._go_on(account, exchange, now, then)

    def _go_on(self, account: Account, exchange: Exchange, now: int, then: Then) -> Course:
        match then:
            case Ask(fault):
                return self._ask(account, exchange, now, fault)
            case End(effect, fault):
                return self._end(account, exchange, effect, fault)
            case Say(status, said):
                exchange.status, exchange.answer = status, said
                return Outcome(exchange, then.headers, then.error, then.refusals, then.text)

    def _ask(self, account: Account, exchange: Exchange, now: int, fault: Effect | None) -> Course:
        """Ask the function; `fault` is one that only adds to what comes of that."""
        dialect = self._choose(exchange.path)
        call = dialect.read(account, exchange, now)
        try:
            said = dialect.ask(call)
        except RequestEnded as ended:
            exchange.rules, exchange.notes = (ended.effect.name,), tuple(call.notes)
            return self._hold_back(account, exchange, now, (ended.effect,), End(ended.effect, fault))
        exchange.rules, exchange.notes = tuple(said.rules), tuple(call.notes)
        if said.effects:
            return self._hold_back(account, exchange, now, said.effects, _word(said, fault))
        if fault is not None or said.refusals or said.error:
            return self._go_on(account, exchange, now, _word(said, fault))
        exchange.answer, exchange.status = encode(said.value), said.status
        return Outcome(exchange)

    def _end(self, account: Account, exchange: Exchange, effect: Effect, fault: Effect | None) -> Outcome:
        """Answer as a rule or fault says instead; `fault` is one that only adds its headers to what a rule does."""
        status, body, headers = self._choose(exchange.path).word_end(effect, account.ruleset.answers, fault)
        if effect.fault not in SILENT:
            exchange.status, exchange.answer = status, body
        return Outcome(exchange, tuple(headers.items()), ended_by=effect)


def _word(said: Answer, fault: Effect | None) -> Say:
    """Word an answer, and tell what is special about it: its errors, and the headers that rules or a fault add."""
    headers = None
    if said.effects or said.headers or fault is not None:
        added = CIMultiDict[str](said.headers)
        for effect in (*said.effects, *([] if fault is None else [fault])):
            added.update(effect.headers)
        headers = tuple(added.items())
    return Say(said.status, encode(said.value), headers, said.error, tuple(said.refusals), said.text)


def _find_fault(account: Account, exchange: Exchange) -> Effect | None:
    path = function_path(unquote(exchange.path.partition("?")[0]))
    headers = Headers(exchange.headers)
    fault = account.ruleset.fault_for(exchange.method, path, headers, exchange.body, account.usage)
    exchange.fault = None if fault is None else fault.name
    return fault
