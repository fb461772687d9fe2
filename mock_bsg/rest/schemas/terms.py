"""The kinds of values that BSG's requests and answers are made of."""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.json_schema import SkipJsonSchema

from mock_bsg.domain.error_codes import ERROR_TEXTS

T = TypeVar("T")
Absent = Annotated[T | SkipJsonSchema[None], "absent"]
"""A field of an answer that is left out, never null."""

Number = Annotated[str, Field(pattern=r"^\+?[1-9]\d{7,14}$", examples=["380972920000"])]
Msisdn = Annotated[Number | int, Field(description="A phone number in international form, 8 to 15 digits")]
Reference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{1,32}$",
        examples=["ext_id_19"],
        description="The client's own id of the message, never used before by this account",
    ),
]
EntryReference = Annotated[
    str | None, Field(description="Left out if none was given, null beside the error of a malformed one")
]
Id = Annotated[str, Field(pattern=r"^\d+$", examples=["217"])]
Time = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", examples=["2017-01-17 09:20:02"])]
Moment = Annotated[str, Field(examples=["2030-01-17T09:20:02+00:00"], description="ISO 8601; UTC if it has no offset")]
Money = Annotated[float, Field(examples=[0.23])]
PriceText = Annotated[str, Field(pattern=r"^-?\d+\.\d{7}$", examples=["0.2300000"])]
Currency = Annotated[str, Field(examples=["EUR"])]
Mcc = Annotated[str, Field(examples=["255"])]
Mnc = Annotated[str, Field(examples=["01"])]
Code = Annotated[int | str, Field(examples=["255"])]
Tariff = Annotated[int | str, Field(description="A tariff code, 0..9; 0 if left out", examples=["0"])]
WebAddress = Annotated[str, Field(pattern="^https?://", examples=["http://127.0.0.1:9000/hook"])]
Callback = Annotated[WebAddress | Literal[""], Field(description="Where delivery reports are sent")]
Flag = Annotated[bool | Literal[0, 1, "0", "1", "true", "false"], Field(examples=[False])]
ViberStatus = Literal[
    "scheduled",
    "sent",
    "delivered",
    "read",
    "expired",
    "undeliverable",
    "rejected",
    "unknown",
    "new",
    "waiting",
    "failed",
    "deleted",
    "not_viber_user",
]
SmsStatus = Literal["scheduled", "accepted", "sent", "delivered", "expired", "undeliverable", "rejected", "unknown"]
HlrStatus = Literal["sent", "active", "absent", "barred", "unknown", "failed"]


class ErrorCode(RootModel[int]):
    """One of BSG's error codes; 0 means none."""

    model_config = ConfigDict(
        strict=True,
        json_schema_extra={"oneOf": [{"const": code, "description": text} for code, text in ERROR_TEXTS.items()]},
    )


class Sent(BaseModel):
    """A part of a request; null means left out, and fields that BSG does not know are ignored."""

    model_config = ConfigDict(extra="ignore")


class Answered(BaseModel):
    """A part of an answer; it has these fields and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)
