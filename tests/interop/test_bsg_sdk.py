"""BSG's SDK for Python, bsg-sdk 0.1.8, unmodified: every function, every answer read, every refusal its exception."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

if os.environ.get("CI", "").lower() != "true":  # there it has to be
    pytest.importorskip("bsg_api", reason="BSG's SDK is not here: pip install bsg-sdk==0.1.8")

# What follows needs it.
import bsg_api.api
from bsg_api.exceptions import (
    ApiException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
    UnprocessableEntityException,
)
from bsg_api.models.campaign import Campaign
from bsg_api.models.campaign_details200_response import CampaignDetails200Response
from bsg_api.models.campaign_price_request import CampaignPriceRequest
from bsg_api.models.campaign_price_request_messages_item import CampaignPriceRequestMessagesItem
from bsg_api.models.campaign_status import CampaignStatus
from bsg_api.models.individual_message_data import IndividualMessageData
from bsg_api.models.login_request import LoginRequest
from bsg_api.models.otp_channel import OtpChannel
from bsg_api.models.otp_status import OtpStatus
from bsg_api.models.otp_template_create_request import OtpTemplateCreateRequest
from bsg_api.models.rcs import Rcs
from bsg_api.models.sms import Sms
from bsg_api.models.sms_send_individual_request import SmsSendIndividualRequest
from bsg_api.models.verify_otp_request import VerifyOtpRequest
from bsg_api.models.viber import Viber

from mock_bsg import MockBSG
from mock_bsg.one_api.functions import FUNCTIONS
from tests.interop.bsg_sdk import CLASSES, HAPPY, NUMBER, SCENARIO, Shop, code_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_bsg import Account


@pytest.fixture(scope="module")
def server() -> Iterator[MockBSG]:
    with MockBSG(scenario=SCENARIO, api_key="test_server") as bsg:
        yield bsg


@pytest.fixture
def bsg(server: MockBSG, request: pytest.FixtureRequest) -> Account:
    """An account of one's own."""
    return server.account(f"test_{crc32(request.node.nodeid.encode())}")


@pytest.fixture
def shop(bsg: Account) -> Shop:
    return Shop(bsg)


def test_sdk_calls_every_function_by_the_name_that_it_has_here() -> None:
    assert [each.operation for each in FUNCTIONS if not hasattr(CLASSES[each.tag], each.operation)] == []


def test_every_function_of_the_sdk_is_told_of_emulated_or_not() -> None:
    page = (Path(__file__).parents[2] / "docs" / "fidelity.md").read_text(encoding="utf-8")
    made_twice = ("_with_http_info", "_without_preload_content")
    names = {
        f"{each.__name__}.{name}"
        for each in vars(bsg_api.api).values()
        if isinstance(each, type)
        for name in vars(each)
        if not name.startswith("_") and not name.endswith(made_twice)
    }
    assert len(names) > 60
    assert {name for name in names if not re.search(rf"\b{re.escape(name)}\b", page)} == set()


def test_every_function_is_called_and_no_other() -> None:
    assert set(HAPPY) == {function.operation for function in FUNCTIONS}


@pytest.mark.parametrize("operation", [function.operation for function in FUNCTIONS])
def test_answer_is_read_whole_by_the_models_of_the_sdk(shop: Shop, operation: str) -> None:
    found = HAPPY[operation](shop)
    assert found


# --- the account


def test_balance_and_tariffs_are_numbers(shop: Shop) -> None:
    balance = shop.call("account_balance")
    assert (balance.balance, balance.credit, balance.currency) == (100, 7, "EUR")
    assert [(each.code, each.is_default) for each in shop.call("account_tariffs")] == [(0, True), (3, False)]


def test_registered_senders_are_listed(shop: Shop) -> None:
    assert {each.sender for each in shop.call("senders", "viber")} == {"SHOP", "447700900999"}


def test_new_token_works_as_the_old_one_does(shop: Shop) -> None:
    shop.use_token(shop.call("refresh_token").bearer)
    assert shop.call("account_balance").balance == 100


# --- messages


def test_message_is_sent_delivered_and_found_by_its_reference(shop: Shop) -> None:
    sent = shop.send("viber", reference="order7")
    assert (sent.status, sent.type, sent.phone, sent.amount.value) == ("accepted", "viber", int(NUMBER), "0.0350000")
    shop.bsg.advance("10s")
    (found,) = shop.call("get_messages", filter_reference_id="order7")
    assert (found.id, found.status, found.country, found.parts) == (sent.id, "read", "GB", 1)
    assert found.delivered_at == datetime(2026, 2, 3, 4, 5, 8)  # noqa: DTZ001 -- as the SDK reads it, without a zone


def test_message_that_viber_does_not_deliver_is_passed_on_as_an_sms(shop: Shop) -> None:
    sent = shop.send("viber", "sms", number="447700900105")
    shop.bsg.advance("1m")
    viber, sms = shop.call("get_messages")
    assert (viber.id, viber.status) == (sent.id, "undelivered")
    assert viber.alternative_channels.actual_instance.sms.id == [sms.id]
    assert (sms.type, sms.status) == ("sms", "delivered")


@pytest.mark.parametrize("channel", ["sms", "viber", "rcs", "voice", "telegram"])
def test_message_goes_out_on_every_channel_of_the_sdk(shop: Shop, channel: str) -> None:
    shop.send(channel)
    assert [message.channel for message in shop.bsg.messages] == [channel]


def test_dry_run_tells_a_price_and_sends_nothing(shop: Shop) -> None:
    told = shop.send("sms", dry_run=True)
    assert (told.id, told.amount.value) == (None, "0.0500000")
    assert shop.bsg.messages == []
    assert shop.call("account_balance").balance == 100


# --- refusals


def raised(kind: type[ApiException], call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """What the SDK raises at a call, which has to be of just that class."""
    with pytest.raises(ApiException) as caught:
        call(*arguments, **named)
    assert type(caught.value) is kind, caught.value
    return caught.value


@pytest.mark.parametrize("token", [None, "none", "a.b.c"])
def test_whoever_has_no_valid_token_is_unauthorized(shop: Shop, token: str | None) -> None:
    shop.use_token(token)
    error = raised(UnauthorizedException, shop.call, "account_balance")
    message = "JWT Token not found" if token is None else "Invalid JWT Token"
    assert json.loads(error.body or error.data or "null") == {"code": 401, "message": message}


def test_token_expires_after_30_days_of_the_account(shop: Shop) -> None:
    shop.bsg.advance("30d")
    raised(UnauthorizedException, shop.call, "account_balance")
    assert Shop(shop.bsg).call("account_balance").balance == 100


def test_empty_key_is_a_wrong_field(shop: Shop) -> None:
    error = raised(UnprocessableEntityException, shop.call, "login", LoginRequest(api_key=""))
    assert "api_key" in str(error)


def test_blocked_account_is_forbidden_to_do_anything(shop: Shop) -> None:
    shop.bsg.use(SCENARIO.replace("account: {", "account: {blocked: true, "))
    raised(ForbiddenException, shop.call, "account_balance")
    raised(ForbiddenException, lambda: Shop(shop.bsg))


def test_duplicate_that_the_scenario_finds_is_too_many_requests(shop: Shop) -> None:
    error = raised(ApiException, shop.send, "sms", number="447700900111")
    assert error.status == 429
    assert json.loads(error.body) == {"message": "Too many duplicate request detected"}


def test_unknown_tariff_is_unprocessable(shop: Shop) -> None:
    error = raised(UnprocessableEntityException, shop.send, "sms", tariff_code=77)
    assert json.loads(error.body) == {"message": "Tariff was not found", "errors": []}


# --- one-time codes


def test_code_is_verified(shop: Shop) -> None:
    session = shop.send_code()
    assert (session.status, session.message_text, session.price) == (OtpStatus.PENDING, "Your code is {code2fa}", 0)
    verified = shop.call("verify_otp", session.id, VerifyOtpRequest(access_code="12345"))
    assert verified.status == OtpStatus.VERIFIED
    shop.bsg.advance("5s")
    (message,) = shop.call("status_otp", session.id).messages
    assert (message.status, message.channel, message.recipient) == ("sent", OtpChannel.SMS, NUMBER)


def test_wrong_code_and_unknown_session_are_not_found(shop: Shop) -> None:
    code = VerifyOtpRequest(access_code="99999")
    for wrong, text in (
        (shop.send_code().id, "The code does not match the expected value"),
        ("x", "Authentication not found"),
    ):
        error = raised(NotFoundException, shop.call, "verify_otp", wrong, code)
        assert (error.data.message, error.data.errors) == ("TwoFA Service error.", [text])


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (lambda shop, _: shop.bsg.advance("300s"), "Authentication expired"),
        (lambda shop, session: shop.call("cancel_otp", session.id), "Authentication canceled status"),
        (
            lambda shop, session: shop.call("verify_otp", session.id, VerifyOtpRequest(access_code="12345")),
            "Authentication verified status",
        ),
    ],
    ids=["expired", "canceled", "verified"],
)
def test_session_that_has_ended_takes_nothing_more(shop: Shop, end: Callable[[Shop, Any], Any], text: str) -> None:
    session = shop.send_code()
    end(shop, session)
    for operation in ("resend_otp", "cancel_otp"):
        error = raised(UnprocessableEntityException, shop.call, operation, session.id)
        assert (error.data.message, error.data.errors) == ("TwoFA Service error.", [text])


def test_template_of_another_country_is_refused_in_one_sentence(shop: Shop) -> None:
    template = shop.make_template(countries=["UA"])
    for text in ("Template is not available.", "The recipients phone number is located in a country"):
        error = raised(UnprocessableEntityException, shop.send_code, template_id=template.template_id)
        assert error.data.message == "The given data was invalid."
        assert error.data.errors[0].startswith(text)
        shop.bsg.advance("1m")  # it is approved then


def test_removed_template_is_no_more(shop: Shop) -> None:
    template = shop.make_template()
    assert shop.call("otp_template_delete", template.template_id).status == "Successfully removed"
    raised(NotFoundException, shop.call, "otp_template_delete", template.template_id)
    error = raised(NotFoundException, shop.call, "otp_template", 4711)
    assert error.data.message == "Model not found"


def test_default_template_cannot_be_removed(shop: Shop) -> None:
    error = raised(UnprocessableEntityException, shop.call, "otp_template_delete", 1)
    assert error.data.errors == ["Default template is not available for deletion"]


# --- campaigns


def test_campaign_is_priced_sent_and_counted(shop: Shop) -> None:
    phones = [CampaignPriceRequestMessagesItem(phone=int(NUMBER) + each) for each in range(3)]
    asked = CampaignPriceRequest(sender="SHOP", text="Sale", messages=phones)
    assert shop.call("campaign_price", asked).price == 0.15
    campaign = shop.make_campaign()
    assert (campaign.status, campaign.calculated_price) == (CampaignStatus.DONE, 0.15)
    shop.bsg.advance("10s")
    told = shop.call("campaign", campaign.id)
    assert (told.statistics.sent, told.statistics.delivered, told.calculated_price) == (3, 3, 0)
    whole = shop.call("campaign_details", campaign.id)
    assert (whole.total_messages, whole.total_phones, whole.total_price) == (3, 3, "0.15")
    assert len(shop.call("get_messages", filter_campaign_id=campaign.id)) == 3


def test_campaign_that_is_stopped_in_time_costs_nothing(shop: Shop) -> None:
    campaign = shop.make_campaign(start_at=datetime(2026, 2, 3, 5, tzinfo=UTC))
    assert campaign.status == CampaignStatus.SCHEDULED
    assert shop.call("campaign_stop", campaign.id).status == CampaignStatus.STOPPED
    assert shop.call("account_balance").balance == 100
    error = raised(UnprocessableEntityException, shop.call, "campaign_stop", campaign.id)
    assert (error.data.message, error.data.errors) == ("Invalid campaign status", [])


def test_unknown_campaign_is_not_found(shop: Shop) -> None:
    error = raised(NotFoundException, shop.call, "campaign", 4711)
    assert json.loads(error.body or "{}") in ({}, {"message": "Model not found"})


# --- where the SDK and BSG's description contradict each other, or themselves


def test_wrong_fields_raise_though_the_sdk_knows_errors_as_strings_only(shop: Shop) -> None:
    error = raised(UnprocessableEntityException, shop.send_code, sender="a name that is far too long")
    assert error.data is None
    assert json.loads(error.body) == {
        "message": "The given data was invalid.",
        "errors": {"sender": ["This value is too long. It should have 11 characters or less."]},
    }


def test_validity_in_seconds_holds_though_the_sdk_sends_72_hours_beside_it(shop: Shop) -> None:
    assert shop.send("sms", validity_seconds=30).validity == 1
    assert b'"validity": 72' in shop.bsg.requests[-1].body


def test_link_url_cannot_be_said_with_the_sdk() -> None:
    with pytest.raises(TypeError):
        Viber(sender="SHOP", text="Hello", button_caption="See", link_url="https://shop.test")


def test_rcs_of_the_sdk_has_both_text_and_cards(shop: Shop) -> None:
    with pytest.raises(ValueError, match="cards"):
        Rcs(sender="SHOP", text="Hello")  # type: ignore[call-arg]  # what the description allows
    assert shop.send("rcs").type == "rcs"


@pytest.mark.parametrize("channel", ["voice", "telegram"])
def test_type_of_a_channel_that_the_sdk_does_not_know_is_null(shop: Shop, channel: str) -> None:
    assert shop.send(channel).type is None
    assert [each.type for each in shop.call("get_messages")] == [None]


def test_created_template_is_told_with_200_where_others_say_201(shop: Shop) -> None:
    request = OtpTemplateCreateRequest(name="shop", text="{code2fa}")
    assert shop.api("TwoFATemplatesApi").otp_template_create_with_http_info(request).status_code == 200
    assert shop.api("TwoFAOTPApi").send_otp_with_http_info(code_request()).status_code == 201


def test_individual_messages_go_out_at_once_though_the_sdk_sends_72_as_their_start(shop: Shop) -> None:
    message = IndividualMessageData(phone=int(NUMBER), text="Sale, Ann", sender="SHOP")
    campaign = shop.call("sms_send_individual", SmsSendIndividualRequest(messages=[message]))
    assert b'"start_at": 72' in shop.bsg.requests[-1].body
    assert campaign.status == CampaignStatus.DONE
    shop.bsg.advance("10s")
    assert shop.bsg.messages[0].status == "delivered"


def test_recipients_given_as_a_plain_dict_are_lost_on_the_way(shop: Shop) -> None:
    campaign = Campaign(
        channels=["sms"],
        recipients={"phones": [{"number": NUMBER}]},
        sms=Sms(sender="SHOP", text="Sale"),
    )
    error = raised(UnprocessableEntityException, shop.call, "campaign_send", campaign)
    assert json.loads(error.body)["errors"] == {"recipients": ["This value should not be blank."]}


def test_alternative_channels_of_a_campaign_are_never_an_empty_list_which_the_sdk_cannot_read(shop: Shop) -> None:
    assert shop.call("campaign_details", shop.make_campaign().id).alternative_channels is None
    assert CampaignDetails200Response.from_dict({"data": {"alternative_channels": None}})
    with pytest.raises(ValueError, match="dictionary"):
        CampaignDetails200Response.from_dict({"data": {"alternative_channels": []}})
