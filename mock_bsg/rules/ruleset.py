"""A scenario compiled: immutable, shared by all accounts that run it; which rule decides, and why."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final, NamedTuple

from mock_bsg.domain.draws import draw
from mock_bsg.domain.durations import NO_TIME, Span
from mock_bsg.domain.lifecycle import CHANNELS, LOOKUPS, MODELS, Channel
from mock_bsg.rules.answers import AnswerSetting
from mock_bsg.rules.faults import Effect, FaultRule
from mock_bsg.rules.index import (
    RecipientIndex,
    is_indexed_by_country,
    is_indexed_by_number,
    is_indexed_by_reference,
)
from mock_bsg.rules.matchers import Matcher, TextMatch
from mock_bsg.rules.one_api import OneApiSetting
from mock_bsg.rules.plan import Plan
from mock_bsg.rules.rule import Outcome, Rule
from mock_bsg.rules.usage import Counted, Usage

_MOST_NARROWINGS: Final = 1000


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """Where an account's clock stands when the account is first seen, and how it goes."""

    start: int | None = None  # ms since the epoch; None is the machine's time
    speed: float = 1.0
    manual: bool = False


@dataclass(frozen=True, slots=True)
class AccountSetting:
    """What an account begins with; money in units of 1e-7 of the currency."""

    balance: int = 1_000_000 * 10_000_000
    limit: int = 0
    currency: str = "EUR"
    blocked: bool = False
    senders: frozenset[str] | None = None  # None: any sender is registered
    tariffs: Mapping[int, Decimal] = field(default_factory=lambda: dict.fromkeys(range(10), Decimal(1)))


@dataclass(frozen=True, slots=True)
class ReportSetting:
    """What the gateway does to its delivery reports; probabilities in 0..1."""

    delay: Span = NO_TIME
    duplicate: float = 0.0
    lose: float = 0.0
    reorder: float = 0.0


@dataclass(frozen=True, slots=True)
class IncomingSms:
    """A two-way SMS that comes from a phone, `at` ms after the account was first seen."""

    msisdn: str
    originator: str
    text: str
    at: int


class MessageFacts(NamedTuple):
    """What all recipients of one message share; "", False and 0 where a channel has no such thing."""

    channel: Channel
    alpha_name: str = ""
    originator: str = ""
    text: str = ""
    is_promotional: bool = False
    has_alt_route: bool = False
    tariff: int = 0
    validity: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one recipient.

    `plans` has one for the message's own channel, unless an error or an ending effect comes instead; also the SMS's
    that may follow, if the rule says it. `draw` is how often this number had been drawn for by this rule.
    """

    rule: Rule
    plans: Mapping[Channel, Plan]
    error: int | None
    effect: Effect | None
    draw: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Why a rule did not decide: the first key that did not fit, what it asked for and what was there."""

    rule: str
    key: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class MagicNumber:
    """A number that a rule names literally, and what becomes of messages to it."""

    msisdn: str
    outcome: str


class Candidates:
    """The rules that can decide about the recipients of one message."""

    __slots__ = ("_lane", "_rules", "always_default")

    def __init__(self, lane: "_Lane", rules: int) -> None:
        self._lane = lane
        self._rules = rules
        self.always_default: Final = not rules

    def choose(self, msisdn: str, country: str, reference: str, usage: Usage) -> Decision | None:
        """Tell what the first matching rule decides for this recipient, counted in `usage`; None if no rule matches."""
        lane = self._lane
        left = self._rules & lane.index.find(msisdn, country, reference)
        while left:
            first = left & -left
            left ^= first
            entry = lane.entries[first.bit_length() - 1]
            if entry.checks and not entry.accepts((msisdn, country, reference)):
                continue
            if entry.times is not None:
                use: Counted = ("rule", entry.rule.index)
                if usage.told(use) >= entry.times:
                    continue
                usage.count(use)
            if entry.draws:
                return entry.draw_for(msisdn, usage)
            return entry.decisions[0]
        return None


class _Entry:
    """A rule as one channel sees it, with everything about it that can be made beforehand."""

    __slots__ = ("checks", "decisions", "draws", "rule", "seed", "shares", "times")

    def __init__(self, rule: Rule, channel: Channel, defaults: Mapping[Channel, Plan], seed: int) -> None:
        self.rule = rule
        self.seed = seed
        self.times = rule.times
        self.checks = tuple(
            (place, match.test)
            for place, match in enumerate((rule.msisdn, rule.country, rule.reference))
            if match is not None
            and not (place == 0 and is_indexed_by_number(rule))
            and not (place == 1 and is_indexed_by_country(rule))
            and not (place == 2 and is_indexed_by_reference(rule))
        )
        outcomes = rule.outcomes or (Outcome(1, {}),)
        creates = rule.error is None and (rule.effect is None or not rule.effect.ends_request)
        self.decisions = tuple(
            Decision(rule, _plans(channel, outcome, defaults) if creates else {}, rule.error, rule.effect, 0)
            for outcome in outcomes
        )
        self.shares = list(accumulate(outcome.weight for outcome in outcomes))
        self.draws = len(outcomes) > 1 or any(
            not plan.is_fixed for decision in self.decisions for plan in decision.plans.values()
        )

    def accepts(self, recipient: tuple[str, str, str]) -> bool:
        """Whether what the index has not answered fits: number, country and reference of a recipient."""
        for place, test in self.checks:  # noqa: SIM110 -- all() takes twice the time, and this is asked often
            if not test(recipient[place]):
                return False
        return True

    def draw_for(self, msisdn: str, usage: Usage) -> Decision:
        rule = self.rule
        count = usage.count(("draw", rule.index, msisdn))
        decision = self.decisions[0]
        if len(self.decisions) > 1:
            point = draw(self.seed, rule.name, msisdn, count) * self.shares[-1]
            # A rounding could put the point on the very end of the last share.
            decision = self.decisions[min(bisect_right(self.shares, point), len(self.decisions) - 1)]
        return decision if count == 0 else Decision(rule, decision.plans, decision.error, decision.effect, count)


def _plans(channel: Channel, outcome: Outcome, defaults: Mapping[Channel, Plan]) -> Mapping[Channel, Plan]:
    """Choose the plans that count for a message of this channel: its own, and that of the SMS which may follow."""
    plan = outcome.plans.get(channel, defaults.get(channel))
    plans: dict[Channel, Plan] = {} if plan is None else {channel: plan}
    if channel not in LOOKUPS and "sms" in outcome.plans:
        plans["sms"] = outcome.plans["sms"]
    return plans


class _Lane:
    """The rules that say something about one channel."""

    __slots__ = ("_by_rule", "_conditional", "_known", "_narrowed", "_unconditional", "entries", "index", "whatever")

    def __init__(self, channel: Channel, rules: tuple[Rule, ...], defaults: Mapping[Channel, Plan], seed: int) -> None:
        speaking = [rule for rule in rules if rule.speaks_for(channel) and _may_be_of(rule, channel)]
        self.entries = tuple(_Entry(rule, channel, defaults, seed) for rule in speaking)
        self._by_rule = {entry.rule.index: entry for entry in self.entries}
        self.index = RecipientIndex(speaking)
        self._unconditional = 0
        self._conditional: list[tuple[int, tuple[tuple[int, Callable[[Any], object]], ...]]] = []
        self._known: dict[MessageFacts, Candidates] = {}
        for position, rule in enumerate(speaking):
            keys = tuple(
                (MessageFacts._fields.index(key), match.test if isinstance(match, TextMatch) else match.accepts)
                for key, match in rule.message_keys
                if key != "channel"
            )
            if keys:
                self._conditional.append((1 << position, keys))
            else:
                self._unconditional |= 1 << position
        unasked = Candidates(self, self._unconditional)
        self._narrowed: dict[int, Candidates] = {self._unconditional: unasked}
        self.whatever = None if self._conditional else unasked

    def place_of(self, decision: Decision) -> tuple[int, int, int]:
        decisions = self._by_rule[decision.rule.index].decisions
        outcome = next(place for place, each in enumerate(decisions) if each.plans is decision.plans)
        return decision.rule.index, outcome, decision.draw

    def decision_at(self, rule: int, outcome: int, drawn: int) -> Decision:
        first = self._by_rule[rule].decisions[outcome]
        return first if drawn == 0 else Decision(first.rule, first.plans, first.error, first.effect, drawn)

    def narrow(self, facts: MessageFacts) -> Candidates:
        found = self._known.get(facts)  # many messages differ in their recipients only
        if found is None:
            if len(self._known) >= _MOST_NARROWINGS:
                self._known.clear()
            found = self._known[facts] = self._find(facts)
        return found

    def _find(self, facts: MessageFacts) -> Candidates:
        rules = self._unconditional
        for bit, keys in self._conditional:
            for place, test in keys:
                if not test(facts[place]):
                    break
            else:
                rules |= bit
        found = self._narrowed.get(rules)
        if found is None:
            if len(self._narrowed) >= _MOST_NARROWINGS:
                self._narrowed.clear()
            found = self._narrowed[rules] = Candidates(self, rules)
        return found


def _may_be_of(rule: Rule, channel: Channel) -> bool:
    return all(match.accepts(channel) for key, match in rule.message_keys if key == "channel")


@dataclass(frozen=True, slots=True, eq=False)
class Ruleset:
    """A scenario compiled: what an account begins with, and what becomes of every message and request."""

    name: str
    source: str
    description: str
    seed: int
    first_id: int
    clock: ClockSetting
    account: AccountSetting
    prices: Mapping[str, Mapping[str, int]]
    defaults: Mapping[Channel, Plan]
    rules: tuple[Rule, ...]
    faults: tuple[FaultRule, ...]
    reports: ReportSetting
    incoming: tuple[IncomingSms, ...]
    answers: AnswerSetting
    one_api: OneApiSetting
    _lanes: Mapping[Channel, _Lane] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        lanes = {channel: _Lane(channel, self.rules, self.defaults, self.seed) for channel in CHANNELS}
        object.__setattr__(self, "_lanes", lanes)

    def place_of(self, channel: Channel, decision: Decision) -> tuple[int, int, int]:
        """Tell where a decision about a message of this channel is found again; raises LookupError if not here.

        That is the rule's index, which of its outcomes it was, and how often it had been drawn for.
        """
        return self._lanes[channel].place_of(decision)

    def decision_at(self, channel: Channel, place: tuple[int, int, int]) -> Decision:
        """Find the decision about a message of this channel that `place_of` tells; raises LookupError if not here."""
        return self._lanes[channel].decision_at(*place)

    def narrow_without_facts(self, channel: Channel) -> Candidates | None:
        """Tell what `narrow` says of every message of this channel; None if rules ask for a message's facts."""
        return self._lanes[channel].whatever

    def narrow(self, facts: MessageFacts) -> Candidates:
        """Find the rules that can decide about recipients of this message."""
        return self._lanes[facts.channel].narrow(facts)

    def fault_for(self, method: str, path: str, headers: Mapping[str, str], body: bytes, usage: Usage) -> Effect | None:
        """Find the fault that hits this request, counted in `usage`; `path` is as `function_path` writes it."""
        for fault in self.faults:
            if fault.looks_at(method, path, headers, body) and _hits(fault, self.seed, usage):
                return fault.effect
        return None

    def explain(
        self, facts: MessageFacts, msisdn: str, country: str, reference: str, decided: Rule | None
    ) -> list[PassedOver]:
        """Tell why each rule above the one that decided did not; of all rules if none did."""
        above = self.rules if decided is None else self.rules[: decided.index]
        recipient = {"msisdn": msisdn, "country": country, "reference": reference}
        return [_why_passed_over(rule, facts, recipient) for rule in above]

    def numbers(self) -> list[MagicNumber]:
        """List the numbers that rules name one by one, with the rule's name as what comes of it."""
        return [
            MagicNumber(msisdn, rule.name)
            for rule in self.rules
            if rule.msisdn is not None
            for msisdn in sorted(rule.msisdn.literals)
        ]


def _hits(fault: FaultRule, seed: int, usage: Usage) -> bool:
    if fault.times is not None and usage.told(("hits", fault.index)) >= fault.times:
        return False
    looks = usage.count(("looks", fault.index))
    if fault.every is not None and (looks + 1) % fault.every:
        return False
    if fault.probability is not None and draw(seed, fault.name, looks) >= fault.probability:
        return False
    usage.count(("hits", fault.index))
    return True


def _why_passed_over(rule: Rule, facts: MessageFacts, recipient: Mapping[str, str]) -> PassedOver:
    # In the order in which it is decided: a rule's expressions are not searched for in what the rule is not about, for
    # one that takes too long would be given up because somebody looked.
    if _may_be_of(rule, facts.channel) and not rule.speaks_for(facts.channel):
        spoken = {each for outcome in rule.outcomes for each in outcome.plans if not _only_follows(each, outcome.plans)}
        return PassedOver(rule.name, "channel", " or ".join(sorted(spoken)), facts.channel)
    asked: tuple[tuple[str, Matcher], ...] = (*rule.message_keys, *rule.recipient_keys)
    for key, match in asked:
        value: Any = recipient[key] if key in recipient else getattr(facts, key)
        if not match.accepts(value):
            return PassedOver(rule.name, key, match.source, _worded(value))
    if rule.times is None:  # no rule is asked about who is refused for that
        return PassedOver(rule.name, "reference", "one that was not used before", recipient["reference"])
    return PassedOver(rule.name, "times", f"{rule.times} at most", "used up")


def _only_follows(channel: Channel, plans: Mapping[Channel, Plan]) -> bool:
    """Whether the channel has its plan from the one that it follows: a rule is told by what is written in it."""
    model = plans.get(MODELS.get(channel, channel))
    return channel in MODELS and model is not None and model.steps == plans[channel].steps


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
