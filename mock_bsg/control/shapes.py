"""What the control API takes and answers, as pydantic models: the source of its OpenAPI description.

What is made of snapshots is in snapshot_shapes.py. Nothing imports this before somebody asks for the description:
pydantic is slow to load.
"""

from typing import Literal

from pydantic import ConfigDict, Field

from mock_bsg.control.terms import (
    Cursor,
    Fault,
    Key,
    Number,
    Ordered,
    Reference,
    ScenarioName,
    Sender,
    Shown,
    Status,
    Text,
)
from mock_bsg.scenario.values import MOST_SPEED

# --- the server


class Health(Shown):
    """The server is ready."""

    status: Literal["healthy"]
    version: str
    uptime_s: float


class MagicNumber(Shown):
    """A number of the default scenario, and what happens when something is sent to it."""

    msisdn: Number
    outcome: str = Field(examples=["undeliverable"])


class MagicNumbers(Shown):
    """The magic numbers."""

    numbers: list[MagicNumber]


class CodeOfError(Shown):
    """An error code of BSG's API v1."""

    code: int = Field(examples=[43])
    text: str = Field(examples=["External ID already exists"])


class ErrorCodes(Shown):
    """The error codes that API v1 answers, and rules and faults can."""

    error_codes: list[CodeOfError]


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


class CodeTemplate(Shown):
    """A template that one-time codes are sent with."""

    id: int
    name: str
    text: str = Field(examples=["Your code is {code2fa}"])
    status: Literal["requested", "approved", "rejected"]


class CodeTemplates(Shown):
    """The templates of an account."""

    templates: list[CodeTemplate]


# --- scenarios


class ScenarioListed(Shown):
    """A scenario that can be found by name; `default` marks the one for keys that name none."""

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
    """A scenario's description, or what is wrong with it."""

    description: str | None
    faults: list[Fault]


class ScenarioChoice(Ordered):
    """An existing scenario."""

    name: ScenarioName


# --- accounts and their clocks


class ClockOrder(Ordered):
    """How to change a clock: at least one of these; `speed` or `manual`, not both."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "examples": [{"advance": "90s"}, {"advance": "next"}, {"speed": 60}, {"manual": True}],
        }
    )

    advance: str | None = Field(None, description="A duration, or `next` for the next thing that happens")
    speed: float | None = Field(None, ge=0, le=MOST_SPEED)
    manual: bool | None = Field(None, description="Stand still, or run at its normal speed again")


class RewindOrder(Ordered):
    """How far to go back: to the command of a number, or before the last steps that somebody took."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "maxProperties": 1, "examples": [{"to": 17}, {"last": 1}]}
    )

    to: int | None = Field(None, ge=1, description="The number of the last command that stays")
    last: int | None = Field(None, ge=1, description="How many steps are taken back")


class ForkOrder(Ordered):
    """The new account, and how much of the past it has."""

    key: Key = Field(description="The API key of the new account")
    until: int | None = Field(None, ge=1, description="The number of its last command; all if left out")


class Forgotten(Shown):
    """How many accounts were forgotten."""

    forgotten: int


# --- messages


class StatusOrder(Ordered):
    """The status that should happen now."""

    status: Status


class ReplyOrder(Ordered):
    """What the phone answers."""

    text: Text
