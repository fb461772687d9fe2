"""What the models of the control API are put together from: single values, the two bases, and the shape of errors."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(examples=["test_me"])]
Instant = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", examples=["2017-01-17T09:20:02.000Z"]),
]
Id = Annotated[str, Field(pattern=r"^\d+$", examples=["217"])]
Cursor = Annotated[str | None, Field(description="Pass it as `after` to get the next page; null on the last one")]
Money = Annotated[float, Field(examples=[0.23])]
Number = Annotated[str, Field(examples=["380972920000"])]
Reference = Annotated[str, Field(description="The client's own id", examples=["ext_id_19"])]
Sender = Annotated[str, Field(examples=["BSG"])]
Text = Annotated[str, Field(examples=["Your parcel is on its way."])]
Address = Annotated[str, Field(examples=["http://127.0.0.1:9000/hook"])]
RuleName = Annotated[str, Field(description="A rule's name, or `defaults`", examples=["no Viber on this phone"])]
ScenarioName = Annotated[str, Field(examples=["sms-fallback"])]
Currency = Annotated[str, Field(examples=["EUR"])]
Status = Annotated[str, Field(examples=["delivered"])]
Duration = Annotated[float, Field(ge=0)]
Body = Annotated[str | None, Field()]


class Shown(BaseModel):
    """A part of an answer; it has these fields and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Ordered(BaseModel):
    """A part of a request."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Fault(Shown):
    """What is wrong with a scenario, and where; lines and columns are counted from 1."""

    path: str = Field(description="Where in the scenario", examples=["rules[0].match"])
    line: int
    column: int
    message: str


class Refusal(Shown):
    """The one shape of every error of the control API."""

    error: str = Field(description="One sentence")
    detail: list[Fault | str] = Field(description="The mistakes in a scenario, or the values that are allowed")
