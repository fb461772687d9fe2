"""How to test what your code does when the money runs out.

Every account has a balance of its own; a request that it does not cover is refused whole, with error 8.
"""

from decimal import Decimal

import pytest
import requests

from mock_bsg import Account


class OutOfMoneyError(Exception):
    """What the code under test tells its caller."""


def send_campaign(base_url: str, api_key: str, phones: list[str]) -> int:
    """The code under test: it sends one request for each phone, and stops when the money is used up."""
    for sent, phone in enumerate(phones):
        answer = requests.post(
            f"{base_url}/rest/viber/create",
            headers={"X-API-KEY": api_key},
            json={"messages": [{"to": [{"msisdn": phone}], "text": "Sale!", "alpha_name": "Shop"}]},
            timeout=5,
        ).json()
        if answer.get("error") == 8:
            raise OutOfMoneyError(f"{sent} of {len(phones)} were sent")
    return len(phones)


PHONES = [f"38097292000{number}" for number in range(5)]


@pytest.mark.mock_bsg(scenario="insufficient-funds")
def test_campaign_without_any_money(mock_bsg: Account) -> None:
    with pytest.raises(OutOfMoneyError, match="0 of 5 were sent"):
        send_campaign(mock_bsg.url, mock_bsg.api_key, PHONES)

    assert mock_bsg.messages == []


@pytest.mark.mock_bsg(scenario={"account": {"balance": 0.5, "limit": 0.2}, "prices": {"viber": {"UA": 0.23}}})
def test_campaign_uses_the_credit_too(mock_bsg: Account) -> None:
    with pytest.raises(OutOfMoneyError, match="3 of 5 were sent"):
        send_campaign(mock_bsg.url, mock_bsg.api_key, PHONES)

    assert mock_bsg.balance == Decimal("-0.19")


def test_campaign_goes_on_when_money_has_come_in(mock_bsg: Account) -> None:
    mock_bsg.use("insufficient-funds")
    with pytest.raises(OutOfMoneyError):
        send_campaign(mock_bsg.url, mock_bsg.api_key, PHONES)

    mock_bsg.use({"account": {"balance": 100}})
    assert send_campaign(mock_bsg.url, mock_bsg.api_key, PHONES) == 5
