"""What a well-formed client of BSG sends."""

from typing import Annotated, Literal

from pydantic import Field

from mock_bsg.domain.lifecycle import Channel
from mock_bsg.rest.schemas.terms import (
    Callback,
    Code,
    Flag,
    Id,
    Moment,
    Msisdn,
    Reference,
    Sent,
    Tariff,
    WebAddress,
)

# --- Viber


class To(Sent):
    """A recipient; each number once in a request."""

    msisdn: Msisdn
    reference: Reference | None = None


Originator = Annotated[
    str, Field(min_length=1, max_length=16, description="Up to 14 letters and digits, or 15 digits", examples=["BSG"])
]
Body = Annotated[
    str, Field(min_length=1, max_length=765, description="Up to 765 characters, 355 in UCS-2", examples=["Hello!"])
]


class AltRoute(Sent):
    """The SMS that goes out if Viber does not deliver."""

    originator: Originator
    text: Body = Field(examples=["Your parcel is on its way."])
    callback_url: Callback | None = None
    reference: Reference | None = None


class ViberParts(Sent):
    """Caption and action need each other; a picture needs both."""

    img: str | None = Field(None, description="Address of a picture", examples=["http://127.0.0.1/picture.jpg"])
    caption: str | None = Field(None, description="What the button says", examples=["See Details"])
    action: str | None = Field(None, description="Where the button leads", examples=["http://127.0.0.1/details"])
    alt_route: AltRoute | None = None


class ViberOptions(Sent):
    """The seed's `options` of a message."""

    viber: ViberParts | None = None


class Scheduled(Sent):
    """What can be sent later: at most a year from now; BSG's clients spell it both ways."""

    scheduled_datetime: Moment | None = None
    scheduledDatetime: Moment | None = None  # noqa: N815 -- BSG's spelling


class ViberMessage(Scheduled):
    """One text to one or more recipients."""

    to: list[To] = Field(min_length=1)
    text: str = Field(min_length=1, max_length=1000, examples=["Your parcel is on its way."])
    alpha_name: str = Field(min_length=1, max_length=14, description="A registered sender", examples=["BSG"])
    is_promotional: Flag | None = Field(None, description="true if left out")
    options: ViberOptions | None = None
    callback_url: Callback | None = None


class ViberCreate(Scheduled):
    """At most 50 recipients in all messages together."""

    messages: list[ViberMessage] = Field(min_length=1)
    tariff: Tariff | None = None
    validity: int | str | None = Field(None, description="Seconds, 1..86400; a day if left out", examples=["3600"])


# --- SMS


class SmsManner(Scheduled):
    """How SMS are sent."""

    validity: int | str | None = Field(None, description="Hours, 1..72; 72 if left out", examples=["72"])
    tariff: Tariff | None = None
    callback_url: Callback | None = None
    transliterate: Flag | None = Field(None, description="Cyrillic becomes Latin before parts are counted")
    data_coding_ucs2: Flag | None = Field(None, description="Send as UCS-2 whatever the text is")
    two_way: Flag | None = Field(None, alias="2way", description="The phone may answer")
    callback_url_2way: WebAddress | None = Field(None, description="Accepted; nothing is sent there")


class SmsToOne(SmsManner):
    """One SMS to one phone."""

    destination: Literal["phone"]
    originator: Originator
    body: Body
    msisdn: Msisdn
    reference: Reference


class SmsCode(SmsManner):
    """An SMS with a one-time code: its body has a placeholder like {gen_otp_09,4}."""

    destination: Literal["otp"]
    originator: Originator
    body: Body = Field(examples=["Your code is {gen_otp_09,4}"])
    msisdn: Msisdn
    reference: Reference


class Phone(Sent):
    """A phone that an SMS goes to."""

    msisdn: Msisdn
    reference: Reference


class SmsToMany(SmsManner):
    """The same SMS to up to 50 phones."""

    destination: Literal["phones"]
    originator: Originator
    body: Body
    phones: list[Phone] = Field(min_length=1, max_length=50)
    reference: str | None = Field(None, description="The batch's own; accepted, but never returned")


class PhoneWithText(Phone):
    """A phone and its own SMS; what is left out stands for all beside `phones`."""

    originator: Originator | None = None
    body: Body | None = None


class SmsIndividual(SmsManner):
    """An SMS of its own to each of up to 50 phones."""

    destination: Literal["individual"]
    originator: Originator | None = None
    body: Body | None = None
    phones: list[PhoneWithText] = Field(min_length=1, max_length=50)
    reference: str | None = Field(None, description="The batch's own; accepted, but never returned")


SmsCreate = Annotated[SmsToOne | SmsToMany | SmsIndividual | SmsCode, Field(discriminator="destination")]


class PricedPhone(Sent):
    """A phone and, where each has an SMS of its own, that."""

    msisdn: Msisdn
    reference: Reference | None = None
    originator: Originator | None = None
    body: Body | None = None


class SmsPrice(SmsManner):
    """As for create; but what is only priced needs no references."""

    destination: Literal["phone", "phones", "individual", "otp"]
    originator: Originator | None = None
    body: Body | None = None
    msisdn: Msisdn | None = None
    reference: Reference | None = None
    phones: list[PricedPhone] | None = Field(None, min_length=1, max_length=50)


class Ids(Sent):
    """Up to 100 ids."""

    ids: list[Id | int] = Field(min_length=1, max_length=100)


class IncomingQuestion(Sent):
    """Which incoming SMS are wanted; all if nothing is given."""

    start_date: Moment | None = None
    end_date: Moment | None = None
    sender: str | None = Field(None, description="The two-way number to which they were sent")


# --- HLR, MNP, account


class MnpLookup(Sent):
    """A number to be looked up."""

    msisdn: Msisdn
    reference: Reference | None = None
    tariff: Tariff | None = None
    callback_url: Callback | None = None


class MnpBatch(Sent):
    """Up to 50 numbers; the reference is that of the first without its own."""

    msisdns: list[MnpLookup] = Field(min_length=1, max_length=50)
    reference: Reference | None = None
    callback_url: Callback | None = None


class HlrCheck(MnpLookup):
    """A number whose result is wanted at once."""


class HlrLookup(MnpLookup):
    """A number to be looked up; the result comes later."""

    reference: Reference


class PriceQuestion(Sent):
    """Which price is wanted."""

    mcc: Code
    mnc: Code | None = Field(None, examples=["01"])
    product: Channel | None = Field(None, description="sms if left out")
    tariff_code: Tariff | None = None
