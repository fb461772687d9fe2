"""How to test code that sends with `requests`, as a Django view or a script does.

The fixture `mock_bsg` comes with the package: an account of BSG's that is this test's own. `url` and `api_key` are what
your code needs to know; `messages` says what it sent; `advance` lets time pass without waiting.
"""

from decimal import Decimal

import pytest
import requests

from mock_bsg import Account, numbers


def send_viber(base_url: str, api_key: str, phone: str, text: str, reference: str) -> str:
    """The code under test: it sends one message, and returns its id."""
    answer = requests.post(
        f"{base_url}/rest/viber/create",
        headers={"X-API-KEY": api_key},
        json={"messages": [{"to": [{"msisdn": phone, "reference": reference}], "text": text, "alpha_name": "Shop"}]},
        timeout=5,
    ).json()
    (entry,) = answer["result"]
    if entry["error"]:
        raise ValueError(entry["errorDescription"])
    return str(entry["id"])


def test_order_confirmation_is_sent(mock_bsg: Account) -> None:
    message_id = send_viber(mock_bsg.url, mock_bsg.api_key, "380972920000", "Your order is on its way", "order-19")

    (message,) = mock_bsg.messages
    assert message.id == message_id
    assert (message.msisdn, message.reference, message.sender) == ("380972920000", "order-19", "Shop")
    assert message.text == "Your order is on its way"
    assert message.price == Decimal("0.23")


def test_message_is_read_within_a_minute(mock_bsg: Account) -> None:
    send_viber(mock_bsg.url, mock_bsg.api_key, "380972920000", "Your order is on its way", "order-19")
    assert mock_bsg.messages[0].status == "scheduled"

    mock_bsg.advance("1m")
    assert mock_bsg.messages[0].status == "read"


def test_wrong_number_is_told(mock_bsg: Account) -> None:
    # A magic number of the default scenario: its entry in the answer gets this error.
    with pytest.raises(ValueError, match="Invalid MSISDN"):
        send_viber(mock_bsg.url, mock_bsg.api_key, numbers.api_error(41), "Your order is on its way", "order-19")

    assert mock_bsg.messages == []
    assert mock_bsg.requests[0].rules == ("API error 41: Invalid MSISDN",)
