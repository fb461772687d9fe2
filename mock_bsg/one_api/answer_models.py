"""What the One API answers: the fields of every success and refusal in their order, for its description and tests."""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

Time = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", examples=["2026-02-03 04:05:06"])]
Currency = Annotated[str, Field(examples=["EUR"])]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["GB"], description="ISO 3166-1 alpha-2")]
Number = Annotated[int, Field(ge=1, examples=[41])]
Count = Annotated[int, Field(ge=0, examples=[1])]
Phone = Annotated[int, Field(ge=100_000_000, le=999_999_999_999_999, examples=[447700900100])]
Money = Annotated[float, Field(examples=[0.035])]
PriceText = Annotated[str, Field(pattern=r"^-?\d+\.\d{7}$", examples=["0.0350000"])]
Hours = Annotated[int, Field(ge=1, le=72, examples=[72])]
Sender = Annotated[str, Field(examples=["SHOP"])]
ReferenceId = Annotated[str, Field(examples=["order7"])]
MessageType = Annotated[
    Literal["sms", "viber", "hlr", "rcs", "whatsapp"],
    Field(description="null for voice and telegram, of which the published list has none"),
]
MessageSource = Literal["web", "rest", "smpp", "xml", "twoway", "twoway_api", "2fa", "voicebot"]
MessageStatus = Literal[
    "scheduled",
    "moderation",
    "accepted",
    "sending",
    "sent",
    "delivered",
    "expired",
    "failed",
    "undelivered",
    "unknown",
    "read",
    "not_viber_user",
    "not_service_user",
]
CampaignStatus = Literal["creation", "scheduled", "sending", "done", "paused", "stopped", "spam", "moderation"]


class Answered(BaseModel):
    """A part of an answer; it has all of these fields and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Data(Answered, Generic[T]):
    """An answer in its envelope."""

    data: T


class Rows(Answered, Generic[T]):
    """A whole list."""

    data: list[T]
    total: Count


class PageTold(Answered):
    """Which page it is, and how many items all pages have."""

    limit: Count
    offset: Annotated[int, Field(ge=0, examples=[0])]
    total: Count


class Meta(Answered):
    """What is told of a page beside its items."""

    page: PageTold


class Page(Answered, Generic[T]):
    """A page of a list."""

    data: list[T]
    meta: Meta


class Listed(Answered, Generic[T]):
    """A page of a list of what concerns one-time codes; `total` counts all pages."""

    list: list[T]
    total: Count


# --- the account


class BearerToken(Answered):
    """A token, for the header `Authorization: Bearer <token>`."""

    bearer: str = Field(pattern=r"^[\w-]+\.[\w-]+\.[\w-]+$", examples=["eyJ0eXAiOiJKV1Qi.eyJpYXQiOjE3.c2lnbmVk"])


class AccountBalance(Answered):
    """What the account has; it may be below 0, down to the credit."""

    balance: Annotated[float, Field(examples=[-5.25])]
    currency: Currency
    credit: Annotated[float, Field(examples=[7])]


class Tariff(Answered):
    """One of the account's tariffs."""

    id: float = Field(examples=[1])
    name: str = Field(examples=["Tariff 0"])
    code: int = Field(examples=[0], description="What `tariff_code` takes")
    is_active: bool
    is_default: bool


class SenderTold(Answered):
    """A sender that messages may have."""

    id: Number | None
    status: Literal["active", "blocked", "registering"]
    country: Country | None
    sender: Sender
    created_at: Time
    is_default: bool


# --- messages


class AmountTold(Answered):
    """What a message costs."""

    value: PriceText
    currency: Currency


class MessageCreated(Answered):
    """A message that was sent; `id` is null after a dry run."""

    id: Number | None
    reference_id: ReferenceId | None
    source: MessageSource
    type: MessageType | None
    phone: Phone
    status: MessageStatus
    validity: Hours
    amount: AmountTold
    sender: Sender | None
    created_at: Time
    sent_at: Time | None
    delivered_at: Time | None


class PassedOn(Answered):
    """The SMS that a message was passed on to."""

    parts: Count
    id: list[Number] = Field(min_length=1)


class MessageAlternative(Answered):
    """The channel that a message was passed on to."""

    sms: PassedOn


class MessageListed(Answered):
    """A message as lists show it, whichever of BSG's APIs sent it."""

    id: Number
    campaign_id: Number | None
    reference_id: ReferenceId | None
    type: MessageType | None
    source: MessageSource
    text: str = Field(examples=["Hello"])
    phone: Phone
    validity: Hours
    status: MessageStatus
    amount: AmountTold
    sender: Sender | None
    created_at: Time
    sent_at: Time | None
    delivered_at: Time | None
    country: Country | None
    parts: Count
    alternative_channels: MessageAlternative | None


class StatusReport(Answered):
    """What a callback_url is sent at each change of a message's status."""

    error: Literal[0]
    errorDescription: Literal["No errors"]  # noqa: N815 -- BSG's spelling
    id: str = Field(pattern=r"^\d+$", examples=["41"])
    msisdn: str = Field(examples=["447700900100"])
    reference: ReferenceId | None
    time_in: Time
    time_sent: Time | None
    time_dr: Time | None
    status: MessageStatus
    price: str = Field(examples=["0.035"])
    currency: Currency


# --- one-time codes


class CodeSession(Answered):
    """A one-time code on its way; `message_text` is the template's text, never the code."""

    id: str = Field(
        pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", examples=["5f0c2b5e-8a1d-4c3b-9e7f-0a1b2c3d4e5f"]
    )
    recipient: str = Field(examples=["447700900100"])
    status: Literal["pending", "verified", "failed", "canceled", "expired"]
    channel: Literal["sms", "viber"]
    sender: Sender
    sender_alt: Sender | None
    message_text: str = Field(examples=["Your code is {code2fa}"])
    code_lifetime: int = Field(ge=30, le=300, examples=[300])
    code_max_tries: int = Field(ge=1, le=5, examples=[3])
    code_digits: int = Field(ge=3, le=9, examples=[5])
    price: Money
    currency: Currency
    country_code: Country | None
    expired_at: Time
    created_at: Time
    finished_at: Time | None


class CodeMessage(Answered):
    """A message that brought a one-time code."""

    id: Number
    recipient: str = Field(examples=["447700900100"])
    status: Literal["accepted", "sent"]
    channel: Literal["sms", "viber"]
    sender: Sender
    price: Money
    currency: Currency
    sent_at: Time | None
    created_at: Time


class CodeSessionWhole(CodeSession):
    """A one-time code with its messages."""

    messages: list[CodeMessage]


class TemplateTold(Answered):
    """A template of messages with one-time codes; no countries: all of them."""

    template_id: Number
    name: str = Field(examples=["shop"])
    text: str = Field(examples=["Your code is {code2fa}"])
    countries: list[Country]
    status: Literal["requested", "approved", "rejected", "deleted"]
    updated_at: Time


class Removed(Answered):
    """A template is gone."""

    status: Literal["Successfully removed"]


# --- campaigns


class CampaignPrice(Answered):
    """What a campaign would cost."""

    price: Money
    currency: Currency


class SentSoFar(Answered):
    """How many messages of a campaign have left, and how many of them have arrived."""

    delivered: Count
    sent: Count


class SmsSoFar(Answered):
    """How far the SMS have come that a campaign's messages were passed on to."""

    statistics: SentSoFar


class CampaignPassedOn(Answered):
    """The channel that a campaign's messages are passed on to."""

    sms: SmsSoFar


class CampaignTold(Answered):
    """A campaign; it has a price only where it was just created, and no `id` after a dry run."""

    id: Number | None
    name: str = Field(examples=["Viber api campaign / 2026-02-03 04:05:06"])
    sender: Sender | None
    status: CampaignStatus
    message_type: MessageType | None
    start_at: Time | None
    real_start_at: Time | None
    finished_at: Time | None
    created_at: Time
    statistics: SentSoFar
    calculated_price: Money
    currency: Currency | None
    alternative_channels: CampaignPassedOn | None


class Statistics(Answered):
    """How many messages have each status."""

    delivered: Count
    sent: Count
    scheduled: Count
    moderation: Count
    accepted: Count
    sending: Count
    expired: Count
    failed: Count
    undelivered: Count
    unknown: Count
    read: Count
    not_viber_user: Count
    not_rcs_user: Count


class StatisticsOfSms(Answered):
    """What became of the SMS that a campaign's messages were passed on to."""

    statistics: Statistics


class CampaignAlternative(Answered):
    """The channel that a campaign's messages are passed on to."""

    sms: StatisticsOfSms


class CampaignWhole(Answered):
    """A campaign with what became of its messages; `alternative_channels` is never an empty list."""

    id: Number
    name: str = Field(examples=["Viber api campaign / 2026-02-03 04:05:06"])
    sender: Sender | None
    status: CampaignStatus
    type: MessageType | None
    started_at: Time | None
    actual_start_at: Time | None
    finished_at: Time | None
    created_at: Time
    statistics: Statistics
    total_messages: Count
    total_phones: Count
    total_price: str = Field(examples=["0.07"])
    currency: Currency
    alternative_channels: CampaignAlternative | None


ANSWERS: Mapping[str, Any] = {
    "login": BearerToken,
    "refresh_token": BearerToken,
    "account_balance": Data[AccountBalance],
    "account_tariffs": Rows[Tariff],
    "senders": Rows[SenderTold],
    "send_message": Data[MessageCreated],
    "get_messages": Page[MessageListed],
    "send_otp": Data[CodeSession],
    "verify_otp": Data[CodeSession],
    "resend_otp": Data[CodeSession],
    "cancel_otp": Data[CodeSession],
    "status_otp": Data[CodeSessionWhole],
    "otp_list": Data[Listed[CodeSessionWhole]],
    "otp_template_list": Data[Listed[TemplateTold]],
    "otp_template_create": Data[TemplateTold],
    "otp_template": Data[TemplateTold],
    "otp_template_delete": Data[Removed],
    "campaign_price": CampaignPrice,
    "campaign_send": Data[CampaignTold],
    "sms_send": Data[CampaignTold],
    "sms_send_individual": Data[CampaignTold],
    "viber_send": Data[CampaignTold],
    "campaigns": Page[CampaignTold],
    "campaign": Data[CampaignTold],
    "campaign_stop": Data[CampaignTold],
    "campaign_details": Data[CampaignWhole],
}
"""What each function answers to what is right, by its name in BSG's SDKs."""
