"""What the control API takes and answers, as pydantic models: the source of its OpenAPI description.

Nothing imports this before somebody asks for the description: pydantic is slow to load.
"""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from mock_bsg.control.terms import (
    Address,
    Currency,
    Cursor,
    Fault,
    Id,
    Instant,
    Key,
    Money,
    Number,
    Ordered,
    Reference,
    Refusal,
    RuleName,
    ScenarioName,
    Sender,
    Shown,
    Status,
    Text,
)
from mock_bsg.sandbox.reports import State
from mock_bsg.scenario.life import Channel

# --- the server


class Health(Shown):
    """It can serve."""

    status: Literal["healthy"]
    version: str
    uptime_s: float


class MagicNumber(Shown):
    """A number of the default scenario, and what comes of sending to it."""

    msisdn: Number
    outcome: str = Field(examples=["undeliverable"])


class MagicNumbers(Shown):
    """The magic numbers."""

    numbers: list[MagicNumber]


class Sample(Shown):
    """A message to somebody who doesn't exist."""

    name: str
    msisdn: Number
    sender: Sender
    text: Text
    img: str | None
    caption: str
    action: str
    sms: str
    reference: Reference


class Samples(Shown):
    """Sample messages."""

    samples: list[Sample]


# --- scenarios


class ScenarioListed(Shown):
    """A scenario; `problem` says why it cannot be used, if it cannot."""

    name: str
    description: str
    default: bool


class ScenarioPage(Shown):
    """The scenarios that can be found by name."""

    scenarios: list[ScenarioListed]
    next: Cursor


class ScenarioKept(Shown):
    """A scenario that was added or replaced."""

    name: str
    description: str


class ScenarioChecked(Shown):
    """What a scenario says of itself, or what is wrong with it."""

    description: str | None
    faults: list[Fault]


class ScenarioChoice(Ordered):
    """A scenario that there is."""

    name: ScenarioName


# --- accounts and their clocks


class ClockState(Shown):
    """What an account's clock shows, and how it goes."""

    now: Instant
    speed: float = Field(description="Seconds that go by in one second", examples=[1])
    manual: bool = Field(description="Whether it goes only when it is told to")


class ClockTold(ClockState):
    """A clock, and when the next thing happens."""

    next: Instant | None


class ClockOrder(Ordered):
    """What is to become of a clock: at least one of these; speed or manual, not both."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "examples": [{"advance": "90s"}, {"advance": "next"}, {"speed": 60}, {"manual": True}],
        }
    )

    advance: str | None = Field(None, description="A duration, or `next`: to the next thing that happens")
    speed: float | None = Field(None, ge=0, le=1_000_000)
    manual: bool | None = Field(None, description="Stand still, or run at its normal speed again")


class AccountState(Shown):
    """An account: an API key, and all that was done with it."""

    key: Key
    scenario: ScenarioName
    balance: Money = Field(examples=[99.77])
    limit: Money = Field(description="Credit", examples=[0])
    currency: Currency
    messages: int = Field(description="Messages that are kept")
    messages_dropped: int
    requests: int = Field(description="Requests ever made")
    clock: ClockState


class AccountPage(Shown):
    """All accounts seen."""

    accounts: list[AccountState]
    next: Cursor


class Forgotten(Shown):
    """How many accounts were forgotten."""

    forgotten: int


# --- messages


class AltRouteShown(Shown):
    """The SMS that goes out if Viber does not deliver."""

    originator: Sender
    text: Text
    callback_url: Address | None
    reference: Reference | None


class OptionsShown(Shown):
    """Picture, button and alternative route of a Viber message."""

    img: str | None
    caption: str | None
    action: str | None
    alt_route: AltRouteShown | None


class MessageSummary(Shown):
    """A message as lists show it."""

    id: Id
    channel: Channel
    msisdn: Number
    reference: Reference | None
    sender: Sender
    text: Text
    status: Status
    price: Money = Field(description="What it costs at this instant")
    time_in: Instant
    rule: RuleName = Field(description="The rule that decided what becomes of it, or `defaults`")
    options: OptionsShown | None
    alt_route_of: Id | None = Field(None, description="The Viber message that this SMS stands in for; SMS only")


class TimelineStep(Shown):
    """A status that came or is planned."""

    at: Instant
    status: Status
    happened: bool


class PassedOver(Shown):
    """A rule above the one that decided, and the first of its keys that did not match."""

    rule: RuleName
    key: str
    expected: str
    found: str


class Explanation(Shown):
    """Which rule decided, and why none above it did."""

    rule: RuleName
    scenario: ScenarioName
    passed_over: list[PassedOver]


class Cost(Shown):
    """What a message costs, and how that came about."""

    charged: Money
    now: Money
    country: str | None
    country_name: str | None
    parts: int
    tariff: int
    tariff_factor: str
    currency: Currency
    refunded: bool


class Attempt(Shown):
    """A try to deliver a report: the receiver's status and answer, or why there was none."""

    at: Instant
    status: int | None
    error: str | None
    duration_ms: float
    answer: str


class DeliveryReport(Shown):
    """What is said, or was, to a callback_url of one status of one message."""

    n: int
    message: Id
    channel: Channel
    msisdn: Number
    reference: Reference | None
    status: Status
    url: Address
    at: Instant
    state: State
    duplicate_of: int | None
    body: str | None = Field(description="What is sent; null before the first attempt")
    attempts: list[Attempt]
    next_attempt: Instant | None


class MessageWhole(MessageSummary):
    """A message: what came, what was decided and why, what has happened and what is planned."""

    currency: Currency
    is_promotional: bool
    tariff: int
    validity: int | None = Field(description="Seconds")
    scheduled: Instant | None
    callback_url: Address | None
    timeline: list[TimelineStep]
    can_become: list[Status]
    explain: Explanation
    cost: Cost
    request: int = Field(description="The request that created it, in the journal")
    reports: list[DeliveryReport]
    alt_route: list[MessageSummary] = Field(description="The SMS that a Viber message was passed on to")


class StatusOrder(Ordered):
    """A status that is to happen now."""

    status: Status


class MessagePage(Shown):
    """Messages, newest first."""

    messages: list[MessageSummary]
    next: Cursor


class TooFewMessages(MessagePage, Refusal):
    """What there was when the wait was over."""


# --- requests


class RequestSummary(Shown):
    """A request of BSG's API in one line."""

    n: int
    at: Instant
    method: str = Field(examples=["POST"])
    path: str = Field(examples=["/rest/viber/create"])
    status: int | None = Field(description="null if there was none: the connection was broken")
    duration_ms: float
    rules: list[RuleName]
    fault: str | None
    notes: list[str] = Field(description="What the sender probably did not mean")


class RequestWhole(RequestSummary):
    """A request with its answer; lists cut bodies of more than 16 KiB, and leave out their `json` then."""

    headers: list[list[str]] = Field(description="Pairs of name and value; the key is masked")
    body: str
    body_size: int
    json_: Any = Field(alias="json", description="The body, if it is JSON")
    answer: str
    answer_size: int
    answer_json: Any = Field(description="The answer, if it is JSON")
    messages: list[Id] = Field(description="The messages that it created")


class RequestPage(Shown):
    """Requests, newest first."""

    requests: list[RequestWhole]
    next: Cursor
    dropped: int = Field(0, description="Older ones that are not kept any more")


class TooFewRequests(RequestPage, Refusal):
    """What there was when the wait was over."""


# --- delivery reports


class ReportPage(Shown):
    """Delivery reports, newest first."""

    reports: list[DeliveryReport]
    next: Cursor
    dropped: int = Field(0, description="Older ones that are not kept any more")


class TooFewReports(ReportPage, Refusal):
    """What there was when the wait was over."""
