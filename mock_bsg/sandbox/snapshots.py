"""What one sees of an account: frozen pictures of it at one instant, the same for every face that shows them.

`camera.py` takes them. The control API and its events encode them, OpenAPI is generated from them, the Python object
returns them. A field that JSON calls otherwise, or that needs a word of explanation, says so in `shown`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, dataclass_transform

from multidict import CIMultiDict, CIMultiDictProxy

from mock_bsg.domain.error_codes import INVALID_API_KEY
from mock_bsg.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.sandbox.authentications import CodeStatus
    from mock_bsg.sandbox.delivery_reports import State
    from mock_bsg.sandbox.message import ViberOptions
    from mock_bsg.sandbox.outcomes import Outcome

# What these are in JSON and in OpenAPI, `control/terms.py` says under the same names.
Key: TypeAlias = str
Instant: TypeAlias = datetime
"""On the account's clock, UTC, to the millisecond."""
Id: TypeAlias = str
Money: TypeAlias = Decimal
Number: TypeAlias = str
Reference: TypeAlias = str
Sender: TypeAlias = str
Text: TypeAlias = str
Address: TypeAlias = str
RuleName: TypeAlias = str
ScenarioName: TypeAlias = str
LogKind: TypeAlias = Literal[
    "begin",
    "head",
    "request",
    "refused",
    "held",
    "note",
    "scenario",
    "rule",
    "advance",
    "clock",
    "status",
    "reply",
    "resend",
    "report",
    "dropped",
]
"""What a command was: `head` of a slow request, `held` of one that the scenario held back and that goes on."""
Cause: TypeAlias = Literal["request", "rule", "defaults", "by hand", "validity", "stopped"]
RuleKind: TypeAlias = Literal["rule", "fault"]
Currency: TypeAlias = str
Status: TypeAlias = str
Duration: TypeAlias = timedelta
"""Measured on the machine; JSON has milliseconds."""
Body: TypeAlias = bytes
"""JSON has it as text, and null where there is none."""


def shown(about: str | None = None, *, name: str | None = None, quiet: bool = False, **schema: Any) -> Any:
    """Make a field that JSON calls `name`, and OpenAPI describes; a quiet one is left out of the repr."""
    return field(repr=not quiet, metadata={"about": about, "name": name, "schema": schema})


T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(shown,))
def snapshot(cls: type[T]) -> type[T]:
    """Make a frozen dataclass whose fields may say what they are called and what they mean in JSON."""
    return dataclass(frozen=True, slots=True)(cls)


@snapshot
class ClockState:
    """What an account's clock shows, and how fast it runs."""

    now: Instant
    speed: float = shown("Seconds of the account that pass in one real second", examples=[1])
    manual: bool = shown("Whether it moves only when it is told to")


@snapshot
class ClockTold(ClockState):
    """A clock, and when the next thing happens."""

    next: Instant | None


@snapshot
class AccountState:
    """An account: an API key, and what was done with it."""

    key: Key
    scenario: ScenarioName
    balance: Money = shown(examples=[99.77])
    limit: Money = shown("Credit", examples=[0])
    currency: Currency
    messages: int = shown("Messages that are kept")
    messages_dropped: int
    requests: int = shown("Requests ever made")
    clock: ClockState


@snapshot
class AddedRule:
    """A rule or fault that was added to the account's scenario while it was in use."""

    name: RuleName
    kind: RuleKind
    line: int = shown("Where it stands in the scenario's text, counted from 1")
    text: str = shown("How it is written there", examples=["- name: next time 1\n  times: 1\n  error: 43\n"])
    times: int | None = shown("How often it can decide; null: always")
    used: int | None = shown("How often it did; null for a rule that always can: that is not counted")


# --- messages


@snapshot
class Step:
    """A status on a message's timeline, reached or planned, and what caused it.

    That is the request which created the message; the rule that decided, or the scenario's defaults; somebody, by hand;
    the end of its validity; or its campaign, which was stopped. `cause` is None where a version kept the message that
    did not keep this.
    """

    at: Instant
    status: Status
    happened: bool
    cause: Cause | None = shown("What made it so; null where an older version kept no note of it", quiet=True)


@snapshot
class OneTimeCode:
    """The one-time code in a message, and what has become of it; it is void once another was sent instead.

    `id` is that of the session that it belongs to, as the One API tells it.
    """

    id: str = shown("The session's id in the One API", examples=["5f0c9a1e-8a35-4f61-9b0d-3a1f2c4d5e6f"])
    code: str = shown(examples=["48213"])
    status: CodeStatus


@snapshot
class Code(OneTimeCode):
    """A one-time code that was sent: to whom, with which message, and until when it holds."""

    recipient: Number
    message: Id
    expires_at: Instant


@snapshot
class MessageSummary:
    """A message, or a lookup, to one recipient, as lists show it.

    `price` is what it costs at this instant; `rule` names what decided its fate ("defaults": no rule did). The SMS of
    an alternative route has the id of the message that failed in `alt_route_of`.
    """

    id: Id
    channel: Channel
    msisdn: Number
    reference: Reference | None
    sender: Sender
    text: Text
    status: Status
    price: Money = shown("What it costs at this instant")
    time_in: Instant = shown(quiet=True)
    rule: RuleName = shown("The rule that decided what happens to it, or `defaults`")
    options: ViberOptions | None = shown(quiet=True)
    alt_route_of: Id | None = shown("The message that this SMS stands in for", quiet=True)
    otp: OneTimeCode | None = shown("The one-time code in it, if the One API sent one", quiet=True)
    campaign: int | None = shown("The campaign of the One API that it belongs to", quiet=True)


@snapshot
class Message(MessageSummary):
    """A message, with the request it came from and what happens to it.

    `timeline` has the steps that happened and those that are planned. `alt_route` holds its SMS, if it came to that.
    `validity` is in seconds. `request` is the number of the Request that it came with.
    """

    currency: Currency = shown(quiet=True)
    is_promotional: bool = shown(quiet=True)
    tariff: int = shown(quiet=True)
    validity: int | None = shown("Seconds", quiet=True)
    callback_url: Address | None = shown(quiet=True)
    timeline: tuple[Step, ...] = shown(quiet=True)
    request: int = shown("The request that created it, in the journal", quiet=True)
    alt_route: tuple[Message, ...] = shown("The SMS that a message was passed on to")


@snapshot
class PassedOver:
    """A rule above the one that decided, and the first of its keys that did not match."""

    rule: RuleName
    key: str
    expected: str
    found: str


@snapshot
class Explanation:
    """Which rule decided, and why none above it did."""

    rule: RuleName
    scenario: ScenarioName
    passed_over: tuple[PassedOver, ...]
    line: int | None = shown("Where the rule stands in that scenario; null for the defaults", quiet=True)
    in_use: bool = shown("Whether the account still follows that scenario, as it was then", quiet=True)

    def __str__(self) -> str:
        lines = [f"decided by '{self.rule}' of the scenario '{self.scenario}'"]
        lines += [
            f"not '{each.rule}': {each.key} should be {each.expected}, was {each.found or 'nothing'}"
            for each in self.passed_over
        ]
        return "\n".join(lines)


@snapshot
class Cost:
    """What a message costs, and why."""

    charged: Money
    now: Money
    country: str | None
    country_name: str | None
    parts: int
    tariff: int
    tariff_factor: str
    currency: Currency
    refunded: bool


@snapshot
class Attempt:
    """One try to deliver a report: the status and answer of its receiver, or why none came."""

    at: Instant
    status: int | None
    error: str | None
    duration: Duration = shown(name="duration_ms", quiet=True)
    answer: str


@snapshot
class Report:
    """A delivery report: what a callback_url is told about one status of one message.

    `state` is pending, delivered, given_up, refused (the address is none that may be called) or lost (the scenario's
    gateway never sent it). `duplicate_of` is the number of the report that it repeats. Before the first attempt there
    is no body yet.
    """

    number: int = shown(name="n")
    message: Id
    channel: Channel
    msisdn: Number
    reference: Reference | None
    status: Status
    url: Address
    at: Instant
    state: State
    duplicate_of: int | None
    body: Body = shown("What is sent; null before the first attempt", quiet=True)
    attempts: tuple[Attempt, ...]
    next_attempt: Instant | None

    @property
    def json(self) -> Any:
        """What the body says; raises ValueError while there is none."""
        return decode(self.body)


@snapshot
class AltRouteSms(MessageSummary):
    """The SMS that takes a message's place, from `time_in` on."""

    timeline: tuple[Step, ...] = shown(quiet=True)


@snapshot
class Found:
    """Whose number it is, as HLR and MNP lookups tell it; the last three only by HLR, of a phone that is reached."""

    country_name: str
    mcc: str
    mnc: str
    brand: str = shown("What customers call the operator")
    operator: str = shown("Its company's name")
    ported: bool
    roaming: bool | None
    imsi: str | None
    location_msc: str | None


@snapshot
class MessageWhole(Message):
    """A message: what came, what was decided and why, what has happened and what is planned.

    `alt_route_planned` is the SMS that is going to take its place, until it does.
    """

    scheduled: Instant | None
    can_become: tuple[Status, ...]
    explain: Explanation
    cost: Cost
    found: Found | None = shown("What a lookup tells; null of a message")
    alt_route_planned: AltRouteSms | None = shown("The SMS that is going to take its place; null once it has")
    reports: tuple[Report, ...]


@snapshot
class IncomingSms:
    """An SMS that a phone sent to the account.

    `message` is the id of the SMS that it answers; None where the scenario lists it. `originator` is whom it went to.
    """

    number: int = shown("As 2wayIncoming has it in `id`", name="n")
    at: Instant
    msisdn: Number = shown("The phone that sent it")
    originator: Sender = shown("Whom it went to: the sender of what it answers")
    text: Text
    message: Id | None = shown("The SMS that it answers; null where the scenario lists it")


# --- requests


@snapshot
class RequestSummary:
    """A request of BSG's API in one line.

    `path` is as it was sent, query included. `status` is None if no answer was sent (yet): a connection broken on
    purpose. `rules` and `fault` name what decided the answer; `notes` say what the sender probably did not mean.
    `outcome` says in a word whether it came through.
    """

    number: int = shown(name="n")
    at: Instant
    method: str = shown(examples=["POST"])
    path: str = shown(examples=["/rest/viber/create"])
    status: int | None = shown("null if there was none: the connection was broken")
    duration: Duration = shown(name="duration_ms")
    rules: tuple[RuleName, ...]
    fault: str | None
    notes: tuple[str, ...] = shown("What the sender probably did not mean")
    outcome: Outcome = shown(
        "failed: no answer, none of BSG's, or with an error in it; noted: it came through, with a note; waiting: not "
        "answered yet"
    )


@snapshot
class Request(RequestSummary):
    """A request and its answer, byte for byte; no key is masked."""

    lines: tuple[tuple[str, str], ...] = shown(quiet=True)
    """Its headers, names and values as they came."""
    body: bytes
    answer: bytes

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, found however their names are spelt."""
        return CIMultiDictProxy(CIMultiDict(self.lines))

    @property
    def json(self) -> Any:
        """What the body says; raises ValueError if it is no JSON."""
        return decode(self.body)

    @property
    def answer_json(self) -> Any:
        """What the answer says; raises ValueError if it is no JSON."""
        return decode(self.answer)

    @property
    def error(self) -> int | None:
        """The error code of the whole answer, 0 if there was none; None if the answer is not one of BSG's."""
        try:
            said = decode(self.answer)
        except ValueError:
            return None
        code = said.get("error", 0) if isinstance(said, dict) else None
        if code == str(INVALID_API_KEY):  # as a scenario may have a missing key answered
            return INVALID_API_KEY
        return code if isinstance(code, int) else None


# --- the log


@snapshot
class LogEntry:
    """A command of an account's log: what somebody did, or what followed from it.

    `kind` says what it was, `what` the same in a sentence. A step was taken by somebody, over BSG's API or by an order;
    what is none belongs to the step before it. `at` is when it was taken: an advance is noted at the time before it.
    """

    number: int = shown(name="n")
    at: Instant
    kind: LogKind
    what: str = shown("The same in a sentence", examples=["POST /rest/viber/create"])
    is_step: bool = shown("Whether somebody took it; else it follows from the step before it", name="step")
    request: int | None = shown("The request that it concerns")
    message: Id | None = shown("The message that it concerns")
    report: int | None = shown("The delivery report that it concerns")
