"""How to test what happens when Viber does not reach a phone and an SMS does.

The scenario `sms-fallback` does that to everybody; a rule, or a magic number of the default scenario, to some.
"""

from decimal import Decimal

import pytest
import requests

from mock_bsg import Account, numbers


def send_with_fallback(base_url: str, api_key: str, *phones: str) -> None:
    """The code under test: Viber first, SMS for those whom it does not reach."""
    message = {
        "to": [{"msisdn": phone} for phone in phones],
        "text": "Your order is on its way",
        "alpha_name": "Shop",
        "options": {"viber": {"alt_route": {"originator": "Shop", "text": "Order on its way"}}},
    }
    requests.post(
        f"{base_url}/rest/viber/create", headers={"X-API-KEY": api_key}, json={"messages": [message]}, timeout=5
    ).raise_for_status()


@pytest.mark.mock_bsg(scenario="sms-fallback")
def test_sms_arrives_where_viber_does_not(mock_bsg: Account) -> None:
    send_with_fallback(mock_bsg.url, mock_bsg.api_key, "380972920000")

    mock_bsg.advance("5s")
    viber = mock_bsg.messages[0]
    assert viber.status == "undeliverable"
    assert viber.price == 0  # given back
    assert viber.alt_route[0].status == "sent"

    mock_bsg.advance("3s")
    (sms,) = mock_bsg.messages[0].alt_route
    assert (sms.status, sms.text, sms.price) == ("delivered", "Order on its way", Decimal("0.023"))


def test_only_the_phone_without_viber_gets_an_sms(mock_bsg: Account) -> None:
    # No marker: the default scenario, in which this number has no Viber.
    send_with_fallback(mock_bsg.url, mock_bsg.api_key, "380972920000", numbers.SMS_DELIVERED)

    mock_bsg.advance("1m")

    outcome = {(message.channel, message.msisdn): message.status for message in mock_bsg.messages}
    assert outcome == {
        ("viber", "380972920000"): "read",
        ("viber", numbers.SMS_DELIVERED): "undeliverable",
        ("sms", numbers.SMS_DELIVERED): "delivered",
    }


def test_customer_who_loses_viber_in_between(mock_bsg: Account) -> None:
    send_with_fallback(mock_bsg.url, mock_bsg.api_key, "380972920000")

    # Nothing planned it: the test makes it happen.
    mock_bsg.set_status(mock_bsg.messages[0], "undeliverable")
    mock_bsg.advance("1m")

    assert mock_bsg.messages[0].alt_route[0].status == "delivered"
