"""What goes over the wire of BSG's API, as pydantic models: the source of its OpenAPI description.

Requests are read by hand (`reading`, `viber`, `sms`…), because each breach has an error code of its own and clients
send numbers as strings; the models say what a well-formed client sends. Answers are held against them in the tests.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Msisdn = Annotated[str, Field(pattern=r"^\+?[1-9]\d{7,14}$", examples=["380972920000"])]
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$", examples=["ext_id_19"])]
Id = Annotated[str, Field(pattern=r"^\d+$", examples=["217"])]
Time = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", examples=["2017-01-17 09:20:02"])]
PriceText = Annotated[str, Field(pattern=r"^-?\d+\.\d{7}$", examples=["0.2300000"])]
Tariff = Annotated[int | str, Field(description="A tariff code, 0..9", examples=["0"])]
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
SmsStatus = Literal["scheduled", "sent", "delivered", "expired", "undeliverable", "rejected", "unknown"]
HlrStatus = Literal["sent", "active", "absent", "unknown", "failed"]


class Sent(BaseModel):
    """A part of a request; fields that BSG does not know are ignored."""

    model_config = ConfigDict(extra="ignore")


class Answered(BaseModel):
    """A part of an answer; it has these fields and no others."""

    model_config = ConfigDict(extra="forbid")


# --- requests


class To(Sent):
    msisdn: Msisdn
    reference: Reference | None = None


class AltRoute(Sent):
    """The SMS that goes out if Viber does not deliver."""

    originator: str
    text: str
    callback_url: str | None = None
    reference: Reference | None = None


class ViberParts(Sent):
    """Caption and action need each other; a picture needs both."""

    img: str | None = None
    caption: str | None = None
    action: str | None = None
    alt_route: AltRoute | None = None


class ViberOptions(Sent):
    viber: ViberParts | None = None


class ViberMessage(Sent):
    to: list[To] = Field(min_length=1)
    text: str = Field(min_length=1, max_length=1000)
    alpha_name: str = Field(min_length=1, max_length=14)
    is_promotional: bool = True
    options: ViberOptions | None = None
    callback_url: str | None = None
    scheduled_datetime: str | None = Field(None, description="ISO 8601; UTC if it has no offset")


class ViberCreate(Sent):
    """At most 50 recipients in all messages together."""

    messages: list[ViberMessage] = Field(min_length=1)
    tariff: Tariff | None = None
    validity: int | str | None = Field(None, description="Seconds, 1..86400")


class SmsCreate(Sent):
    """`phone` and `otp` take one msisdn, `phones` a list for one body, `individual` a list with a body each."""

    destination: Literal["phone", "phones", "individual", "otp"]
    originator: str | None = Field(None, description="1 to 14 letters and digits, or up to 15 digits")
    body: str | None = None
    msisdn: Msisdn | int | None = None
    reference: Reference | None = None
    phones: list[SmsPhone] | None = None
    validity: int | str | None = Field(None, description="Hours, 1..72")
    tariff: Tariff | None = None
    callback_url: str | None = None
    transliterate: bool | int | str | None = None
    data_coding_ucs2: bool | int | str | None = None
    scheduled_datetime: str | None = None


class SmsPhone(Sent):
    msisdn: Msisdn | int
    reference: Reference
    originator: str | None = None
    body: str | None = None


class Ids(Sent):
    ids: list[Id | int]


class Lookup(Sent):
    msisdn: Msisdn | int
    reference: Reference | None = None
    tariff: Tariff | None = None
    callback_url: str | None = None


class MnpCreate(Sent):
    """One number, or several under `msisdns`."""

    msisdn: Msisdn | int | None = None
    msisdns: list[Lookup] | None = None
    tariff: Tariff | None = None
    reference: Reference | None = None


class PriceQuestion(Sent):
    mcc: str | int
    mnc: str | int | None = None
    product: Literal["sms", "viber", "hlr", "mnp"]
    tariff_code: Tariff | None = None


# --- answers


class Error(Answered):
    """Every outcome of the API is HTTP 200 with such a code; 0 is none."""

    error: int
    errorDescription: str  # noqa: N815 -- BSG's spelling


class Created(Error):
    """A recipient's message; its entry has an error and none of the last three fields if there is none."""

    reference: str | None = None
    id: Id | None = None
    price: float | None = None
    currency: str | None = None


class ViberReceipt(Answered):
    """Where nothing was created there is neither currency nor total_price."""

    result: list[Created]
    currency: str | None = None
    total_price: float | None = None


class AltRouteStatus(Answered):
    channel: Literal["sms"]
    id: Id
    status: SmsStatus
    price: str


class _Status(Error):
    id: Id
    msisdn: str
    reference: str | None = None
    time_in: Time
    time_sent: Time | None
    time_dr: Time | None


class ViberState(_Status):
    status: ViberStatus
    price: float
    currency: str
    alt_route: list[AltRouteStatus] | None = Field(None, description="Once the message was passed on to SMS")


class SmsState(_Status):
    status: SmsStatus
    price: float
    currency: str


class Price(Answered):
    type: str
    country: str
    country_name: str
    mcc: str
    mnc: str
    price: PriceText
    currency: str


class Prices(Error):
    prices: list[Price]


class Quote(Error):
    totalprice: float
    currency: str


class Balance(Error):
    amount: PriceText
    currency: str
    limit: str
