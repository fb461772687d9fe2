"""Somebody who calls the One API by BSG's SDK for Python, and a call of each function."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from bsg_api.api.auth_api import AuthApi
from bsg_api.api.balance_api import BalanceApi
from bsg_api.api.campaign_api import CampaignApi
from bsg_api.api.campaign_sms_api import CampaignSMSApi
from bsg_api.api.campaign_viber_api import CampaignViberApi
from bsg_api.api.messages_api import MessagesApi
from bsg_api.api.messages_sms_api import MessagesSMSApi
from bsg_api.api.senders_api import SendersApi
from bsg_api.api.two_fa_templates_api import TwoFATemplatesApi
from bsg_api.api.two_faotp_api import TwoFAOTPApi
from bsg_api.api_client import ApiClient
from bsg_api.configuration import Configuration
from bsg_api.models.alternative_channel import AlternativeChannel
from bsg_api.models.campaign import Campaign
from bsg_api.models.campaign_price_request import CampaignPriceRequest
from bsg_api.models.campaign_price_request_messages_item import CampaignPriceRequestMessagesItem
from bsg_api.models.card import Card
from bsg_api.models.individual_message_data import IndividualMessageData
from bsg_api.models.login_request import LoginRequest
from bsg_api.models.message_universal import MessageUniversal
from bsg_api.models.otp_channel import OtpChannel
from bsg_api.models.otp_status import OtpStatus
from bsg_api.models.otp_template_create_request import OtpTemplateCreateRequest
from bsg_api.models.phone import Phone
from bsg_api.models.phones_trait import PhonesTrait
from bsg_api.models.rcs import Rcs
from bsg_api.models.recipients import Recipients
from bsg_api.models.send_otp_request import SendOtpRequest
from bsg_api.models.send_viber_campaign import SendViberCampaign
from bsg_api.models.sms import Sms
from bsg_api.models.sms_alt_channel import SmsAltChannel
from bsg_api.models.sms_send_individual_request import SmsSendIndividualRequest
from bsg_api.models.sms_send_request import SmsSendRequest
from bsg_api.models.sms_send_request_phones_item import SmsSendRequestPhonesItem
from bsg_api.models.sort_way import SortWay
from bsg_api.models.telegram import Telegram
from bsg_api.models.verify_otp_request import VerifyOtpRequest
from bsg_api.models.viber import Viber
from bsg_api.models.voice import Voice

from mock_bsg.one_api.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mock_bsg import Account

CLASSES: Mapping[str, type[Any]] = {
    each.__name__: each
    for each in (
        AuthApi,
        BalanceApi,
        SendersApi,
        MessagesApi,
        MessagesSMSApi,
        TwoFAOTPApi,
        TwoFATemplatesApi,
        CampaignApi,
        CampaignSMSApi,
        CampaignViberApi,
    )
}
NUMBER = "447700900100"
SCENARIO = """
clock: {start: 2026-02-03T04:05:06Z, manual: true}
account: {balance: 100, limit: 7, senders: [SHOP, "447700900999"], tariffs: [0, 3]}
prices: {viber: {GB: 0.035}, sms: {GB: 0.05}}
one_api: {otp: "12345", moderation: 1m, templates: {57: {text: "Code {code2fa}", name: other}}}
defaults:
  viber: {sent: 1s, delivered: 2s, read: 5s}
  sms: {sent: 1s, delivered: 3s}
rules:
  - {name: no Viber, match: {msisdn: "447700900105"}, viber: {sent: 1s, undeliverable: 2s}}
  - {name: busy, match: {msisdn: "447700900111"}, error: 11}
"""


class Shop:
    """Somebody who calls the One API by BSG's SDK, logged in."""

    def __init__(self, bsg: Account) -> None:
        self.bsg = bsg
        self._client = ApiClient(Configuration(host=bsg.url))
        self._client.configuration.access_token = self.api("AuthApi").login(LoginRequest(api_key=bsg.api_key)).bearer

    def api(self, tag: str) -> Any:
        """A class of the SDK's, made."""
        return CLASSES[tag](self._client)

    def call(self, operation: str, *arguments: Any, **named: Any) -> Any:
        """Call a function, and see that nothing of its answer was lost on the way into the SDK's models."""
        function = next(each for each in FUNCTIONS if each.operation == operation)
        response = getattr(self.api(function.tag), f"{operation}_with_http_info")(*arguments, **named)
        assert response.status_code == function.status
        came = without_nulls(json.loads(response.raw_data))
        if operation != "campaign_details":
            drop_alternatives(came.get("data"))
        assert without_nulls(json.loads(json.dumps(response.data.to_dict(), default=str))) == came
        return getattr(response.data, "data", response.data)

    def use_token(self, token: str | None) -> None:
        self._client.configuration.access_token = token

    def send(self, *channels: str, number: str = NUMBER, **fields: Any) -> Any:
        contents = {
            "sms": Sms(sender="SHOP", text="Hello"),
            "viber": Viber(sender="SHOP", text="Hello"),
            "rcs": Rcs(sender="SHOP", text="Hello", cards=[Card(title="Sale", text="Today")]),
            "voice": Voice(text="Hello", category="otp"),
            "telegram": Telegram(text="Hello"),
        }
        reference = fields.pop("reference", None)
        fields = {channel: contents[channel] for channel in channels} | fields
        phone = Phone(number=number, reference_id=reference)
        return self.call("send_message", MessageUniversal(channels=list(channels), phone=phone, **fields))

    def send_code(self, **changes: Any) -> Any:
        return self.call("send_otp", code_request(**changes))

    def make_template(self, **changes: Any) -> Any:
        wanted: dict[str, Any] = {"name": "shop", "text": "Code {code2fa}", "countries": ["GB"]}
        return self.call("otp_template_create", OtpTemplateCreateRequest(**wanted | changes))

    def make_campaign(self, **changes: Any) -> Any:
        phones = [SmsSendRequestPhonesItem(number=int(NUMBER) + each) for each in range(3)]
        wanted: dict[str, Any] = {"phones": phones, "sender": "SHOP", "text": "Sale"}
        return self.call("sms_send", SmsSendRequest(**wanted | changes))


def code_request(**changes: Any) -> SendOtpRequest:
    wanted: dict[str, Any] = {
        "recipient": NUMBER,
        "channel": "sms",
        "sender": "SHOP",
        "template_id": 1,
        "code_lifetime": 300,
        "code_max_tries": 3,
        "code_digits": 5,
    }
    return SendOtpRequest(**wanted | changes)


def drop_alternatives(came: Any) -> None:
    """Drop what the SDK's model of a campaign does not know, though BSG's examples have it."""
    for each in came if isinstance(came, list) else [came]:
        if isinstance(each, dict) and "message_type" in each:
            each.pop("alternative_channels", None)


def without_nulls(value: Any) -> Any:
    """The value without fields that are null: the SDK's models leave them out when they are written."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


HAPPY: Mapping[str, Callable[[Shop], Any]] = {
    "login": lambda shop: shop.call("login", LoginRequest(api_key=shop.bsg.api_key)),
    "refresh_token": lambda shop: shop.call("refresh_token"),
    "account_balance": lambda shop: shop.call("account_balance"),
    "account_tariffs": lambda shop: shop.call("account_tariffs", page_offset=0, page_limit=15),
    "senders": lambda shop: shop.call("senders", "sms"),
    "send_message": lambda shop: shop.send("viber", "sms", reference="order7", tariff_code=3, callback_url=None),
    "get_messages": lambda shop: (
        shop.send("sms"),
        shop.call(
            "get_messages",
            page_offset=0,
            page_limit=15,
            sort="delivered",
            way=SortWay.DESC,
            filter_from=datetime(2026, 2, 3, tzinfo=UTC),
            filter_to=datetime(2026, 2, 4, tzinfo=UTC),
        ),
    )[1],
    "send_otp": lambda shop: shop.send_code(),
    "verify_otp": lambda shop: shop.call("verify_otp", shop.send_code().id, VerifyOtpRequest(access_code="12345")),
    "resend_otp": lambda shop: shop.call("resend_otp", shop.send_code().id),
    "cancel_otp": lambda shop: shop.call("cancel_otp", shop.send_code().id),
    "status_otp": lambda shop: shop.call("status_otp", shop.send_code().id),
    "otp_list": lambda shop: shop.call(
        "otp_list",
        filter_from=date(2026, 2, 3),
        filter_to=date(2026, 2, 3),
        page_offset=0,
        page_limit=10,
        filter_ids=[shop.send_code().id],
        filter_status=OtpStatus.PENDING,
        filter_channel=OtpChannel.SMS,
        filter_recipient=NUMBER,
        filter_country_code="GB",
        sort="created_at",
        way=SortWay.ASC,
    ),
    "otp_template_list": lambda shop: shop.call(
        "otp_template_list",
        filter_ids=[shop.make_template().template_id, 1],
        filter_status="requested",
        page_offset=0,
        page_limit=10,
        sort="name",
        way=SortWay.DESC,
    ),
    "otp_template_create": lambda shop: shop.make_template(),
    "otp_template": lambda shop: shop.call("otp_template", shop.make_template().template_id),
    "otp_template_delete": lambda shop: shop.call("otp_template_delete", shop.make_template().template_id),
    "campaign_price": lambda shop: shop.call(
        "campaign_price",
        CampaignPriceRequest(
            sender="SHOP", text="Sale", messages=[CampaignPriceRequestMessagesItem(phone=int(NUMBER))], tariff_code=0
        ),
    ),
    "campaign_send": lambda shop: shop.call(
        "campaign_send",
        Campaign(
            channels=["viber", "sms"],
            recipients=Recipients(PhonesTrait(phones=[Phone(number=NUMBER, reference_id="c1")])),
            viber=Viber(sender="SHOP", text="Sale"),
            sms=Sms(sender="SHOP", text="Sale"),
        ),
    ),
    "sms_send": lambda shop: shop.make_campaign(start_at=datetime(2026, 2, 3, 5, tzinfo=UTC)),
    "sms_send_individual": lambda shop: shop.call(
        "sms_send_individual",
        SmsSendIndividualRequest(
            messages=[IndividualMessageData(phone=int(NUMBER), text="Sale, Ann", sender="SHOP", reference_id="i1")]
        ),
    ),
    "viber_send": lambda shop: shop.call(
        "viber_send",
        SendViberCampaign(
            phones=[Phone(number=NUMBER)],
            sender="SHOP",
            text="Sale",
            alternative_channel=AlternativeChannel(sms=SmsAltChannel(sender="SHOP", text="Sale")),
        ),
    ),
    "campaigns": lambda shop: (
        shop.make_campaign(),
        shop.call(
            "campaigns",
            page_offset=0,
            page_limit=30,
            sort="date",
            way=SortWay.DESC,
            filter_from=datetime(2026, 2, 3, tzinfo=UTC),
            filter_to=datetime(2026, 2, 4, tzinfo=UTC),
            filter_type="sms",
            search_field="sender",
            search_value="SHO",
        ),
    )[1],
    "campaign": lambda shop: shop.call("campaign", shop.make_campaign().id),
    "campaign_stop": lambda shop: shop.call(
        "campaign_stop", shop.make_campaign(start_at=datetime(2026, 2, 3, 5, tzinfo=UTC)).id
    ),
    "campaign_details": lambda shop: shop.call("campaign_details", shop.make_campaign().id),
}
"""A call of each function with all that it takes, and what it needs before."""
