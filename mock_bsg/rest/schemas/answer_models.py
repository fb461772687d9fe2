"""What BSG answers: fields that it always has, and fields that are there at times."""

from typing import Literal

from pydantic import Field

from mock_bsg.domain.lifecycle import Channel
from mock_bsg.rest.schemas.terms import (
    Absent,
    Answered,
    Currency,
    EntryReference,
    ErrorCode,
    HlrStatus,
    Id,
    Mcc,
    Mnc,
    Money,
    PriceText,
    SmsStatus,
    Time,
    ViberStatus,
)

# --- all modules


class Coded(Answered):
    """Something with an error code; 0 means none."""

    error: ErrorCode
    errorDescription: str  # noqa: N815 -- BSG's spelling


class ErrorAnswer(Coded):
    """The whole request failed; nothing was created.

    Without a key the code 1 is a text where the server's default scenario says `answers: {missing_key: "1"}`.
    """

    error: ErrorCode | Literal["1"]  # type: ignore[assignment]  # wider than that of the answers that tell no failure


class Price(Answered):
    """What a message to a country costs."""

    type: Channel
    country: str = Field(examples=["UA"])
    country_name: str = Field(examples=["Ukraine"])
    mcc: Mcc
    mnc: Mnc
    price: PriceText
    currency: Currency


class Prices(Coded):
    """A price grid."""

    prices: list[Price]


class Quote(Coded):
    """What a create with the same body would cost; nothing is created."""

    totalprice: Money
    currency: Currency


class Balance(Coded):
    """Amounts are strings; a balance may be below 0, down to the credit."""

    amount: PriceText
    currency: Currency
    limit: str = Field(examples=["7"])


class CountryPrice(Coded):
    """One price."""

    price: PriceText
    currency: Currency
    country: str = Field(examples=["Ukraine"])
    mcc: Mcc
    mnc: Mnc


class ServicePrice(Answered):
    """What a service costs in countries without a price of their own."""

    service: Channel
    price: PriceText
    currency: Currency


class TariffTold(Coded):
    """The account's tariff."""

    tariff_name: str
    tariff_code: str
    services: list[ServicePrice]


# --- messages


class Created(Coded):
    """A recipient's message; with an error there is neither id nor price."""

    reference: EntryReference = None
    id: Absent[Id] = None
    price: Absent[Money] = None
    currency: Absent[Currency] = None


class ViberReceipt(Answered):
    """An entry for each recipient; where nothing costs money there is neither currency nor total_price."""

    result: list[Created]
    currency: Absent[Currency] = None
    total_price: Absent[Money] = None


class SmsCreated(Created):
    """An SMS; its code if it has one."""

    otp_code: Absent[str] = None


class SmsReceipt(Answered):
    """The answer for `phone` and `otp`: the result is an object, not a list."""

    result: SmsCreated


class SmsTaskReceipt(Answered):
    """The answer for `phones` and `individual`; where nothing costs money there is no sum.

    Where nothing was created there is no such task.
    """

    task_id: Id
    result: list[Created]
    total_price: Absent[Money] = None
    currency: Absent[Currency] = None


class _Status(Coded):
    id: Id
    msisdn: str = Field(examples=["380972920000"])
    reference: Absent[str] = None
    time_in: Time
    time_sent: Time | None
    time_dr: Time | None = Field(description="When the last report came")


class AltRouteStatus(Answered):
    """The SMS that a Viber message was passed on to; its price is a string."""

    channel: Literal["sms"]
    id: Id
    status: SmsStatus
    price: str = Field(examples=["0.023"])


class AltRouteMessage(Answered):
    """The SMS that a Viber message was passed on to, whole; here its price is a number."""

    id: Id
    time_in: Time
    time_sent: Time | None
    time_dr: Time | None = Field(description="When the last report came")
    status: SmsStatus
    price: Money
    currency: Currency
    message: str = Field(examples=["Your order is on its way"])
    sender: str = Field(examples=["BSG"])


class ViberState(_Status):
    """A Viber message; it costs 0 when it was not delivered."""

    status: ViberStatus
    price: Money
    currency: Currency
    alt_route: Absent[list[AltRouteStatus]] = Field(None, description="Once the message was passed on to SMS")
    alt_route_messages: Absent[list[AltRouteMessage]] = Field(
        None, description="Beside alt_route, where the scenario says `answers: {alt_route_messages: true}`"
    )


class SmsState(_Status):
    """An SMS."""

    status: SmsStatus
    price: Money
    currency: Currency


class SmsTask(Coded):
    """How far the SMS of a task have come."""

    originator: str
    body: str
    validity: int = Field(description="Hours")
    totalprice: Money
    currency: Currency
    sent: int
    total: int
    queued: int = Field(description="Scheduled")
    accepted: int
    enroute: int = Field(description="Sent, but not delivered yet")
    delivered: int
    expired: int
    undeliverable: int
    unknown: int


class SmsBrief(Answered):
    """One of many SMS."""

    id: Id
    external_id: str | None
    msisdn: str
    time_sent: Time | None
    time_dr: Time | None
    status: SmsStatus
    price: Money
    currency: Currency


class SmsMissing(Coded):
    """An id to which no SMS belongs."""

    id: str


class SmsBriefs(Answered):
    """Many SMS, in the order of the ids."""

    result: list[SmsBrief | SmsMissing]


class SmsIncoming(Answered):
    """An SMS from a phone to a two-way number."""

    id: int
    sender: str
    recipient: str
    message: str
    time_received: Time


class SmsIncomings(Coded):
    """SMS from phones."""

    result: list[SmsIncoming]
    total_count: int


class SmsSender(Answered):
    """A two-way number or name; `country` is the number's, "" for a name."""

    id: Id
    sender: str = Field(examples=["447700900999"])
    country: str = Field(examples=["GB"])
    status: Literal["active"]
    date_created: Time


class SmsSenders(Coded):
    """The originators that phones can answer to."""

    senders: list[SmsSender]


# --- lookups


class HlrEntry(Coded):
    """A number that is being looked up; with an error there is neither id nor price."""

    msisdn: str = Field(examples=["380972920000"])
    reference: EntryReference = None
    tariff_code: str = Field(examples=["0"])
    callback_url: str
    price: Absent[Money] = None
    currency: Absent[Currency] = None
    id: Absent[Id] = None


class HlrReceipt(Answered):
    """Sum and currency are there even when every entry failed."""

    result: list[HlrEntry]
    total_price: Money
    currency: Currency


class HlrDetails(Answered):
    """What the network says of an active phone."""

    imsi: str
    location_msc: str
    ported: Literal[0, 1]
    roaming: Literal[0, 1]


class HlrState(Coded):
    """The result of a lookup; nothing but the details is ever null."""

    name_ru: str
    name_en: str
    brand: str
    name: str
    country_name: str
    brand_name: str
    msisdn: str
    id: Id
    reference: str
    network: str = Field(description="MCC and MNC", examples=["25501"])
    status: HlrStatus
    details: HlrDetails | None
    createdDatetime: str = Field(examples=["2017-03-03T13:04:56+00:00"])  # noqa: N815 -- BSG's spelling
    statusDatetime: str = Field(examples=["2017-03-03T13:04:56+00:00"])  # noqa: N815 -- BSG's spelling


class MnpInfo(Answered):
    """Whose number it is."""

    country: str = Field(examples=["Ukraine"])
    mcc: Mcc
    mnc: Mnc
    ported: Literal[0, 1]
    brand: str = Field(examples=["Vodafone"])
    operator: str


class MnpEntry(Coded):
    """A number that was looked up; with an error there is neither price, id nor info."""

    msisdn: str = Field(examples=["380972920000"])
    tariff_code: str = Field(examples=["0"])
    price: Absent[Money] = None
    currency: Absent[Currency] = None
    id: Absent[Id] = None
    info: Absent[MnpInfo] = None


class MnpReceipt(Answered):
    """Sum and currency are there even when every entry failed."""

    result: list[MnpEntry]
    total_price: Money
    currency: Currency


class MnpState(Coded):
    """The result of a lookup."""

    country: str = Field(examples=["Ukraine"])
    brand: str = Field(examples=["Vodafone"])
    operator: str
    mcc: Mcc
    mnc: Mnc
    ported: Literal[0, 1]
    reference: Absent[str] = None
