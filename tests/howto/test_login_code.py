"""How to test a login with a one-time code that BSG's One API sends.

No answer tells the code: it is in the message on the phone. `mock_bsg.codes` has it, the newest first.
"""

import pytest
import requests

from mock_bsg import Account, numbers


class Shop:
    """The code under test: a shop whose customers log in with a code."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self.base_url = base_url
        answer = requests.post(f"{base_url}/api/auth/login", json={"api_key": api_key}, timeout=5)
        self.headers = {"Authorization": f"Bearer {answer.json()['bearer']}"}
        self.logins: dict[str, str] = {}

    def begin_login(self, phone: str) -> None:
        code: dict[str, object] = {"template_id": 1, "code_lifetime": 120, "code_max_tries": 3, "code_digits": 6}
        to: dict[str, object] = {"recipient": phone, "channel": "viber", "sender": "SHOP", "sender_alt": "SHOP"}
        self.logins[phone] = self.call("/otp", to | code).json()["data"]["id"]

    def send_again(self, phone: str) -> None:
        self.call(f"/otp/{self.logins[phone]}/resend")

    def finish_login(self, phone: str, typed: str) -> str:
        """Tell whether the customer is in, or what is said instead."""
        answer = self.call(f"/otp/{self.logins[phone]}/verify", {"access_code": typed})
        if answer.status_code == 200:
            return "welcome"
        (reason,) = answer.json()["errors"]
        if answer.status_code == 404:
            return "wrong code"
        return {"Authentication expired": "too late"}.get(reason, "no more tries")

    def call(self, path: str, body: dict[str, object] | None = None) -> requests.Response:
        url = f"{self.base_url}/api/2fa/authentications{path}"
        return requests.post(url, json=body, headers=self.headers, timeout=5)


@pytest.fixture
def shop(mock_bsg: Account) -> Shop:
    return Shop(mock_bsg.url, mock_bsg.api_key)


PHONE = numbers.DELIVERED


def test_customer_logs_in_with_the_code_on_her_phone(mock_bsg: Account, shop: Shop) -> None:
    shop.begin_login(PHONE)

    assert mock_bsg.messages[0].text == f"Your code is {mock_bsg.codes[0].code}"
    assert shop.finish_login(PHONE, mock_bsg.codes[0].code) == "welcome"
    assert mock_bsg.codes[0].status == "verified"


def test_code_without_viber_comes_by_sms(mock_bsg: Account, shop: Shop) -> None:
    shop.begin_login(numbers.SMS_DELIVERED)

    mock_bsg.advance("1m")
    (sms,) = mock_bsg.messages[0].alt_route
    assert sms.otp is not None
    assert shop.finish_login(numbers.SMS_DELIVERED, sms.otp.code) == "welcome"


def test_customer_who_comes_too_late(mock_bsg: Account, shop: Shop) -> None:
    shop.begin_login(PHONE)

    mock_bsg.advance("2m")
    assert shop.finish_login(PHONE, mock_bsg.codes[0].code) == "too late"


def test_customer_who_asks_for_another_code(mock_bsg: Account, shop: Shop) -> None:
    shop.begin_login(PHONE)
    shop.send_again(PHONE)

    new, old = mock_bsg.codes
    assert shop.finish_login(PHONE, old.code) == "wrong code"
    assert shop.finish_login(PHONE, new.code) == "welcome"


@pytest.mark.mock_bsg(scenario={"one_api": {"otp": "12345"}})
def test_guessing_ends_after_three_tries(mock_bsg: Account, shop: Shop) -> None:
    # The scenario says which code it is, repeated to six digits.
    shop.begin_login(PHONE)

    guesses = ["111111", "222222", "333333", "123451"]
    assert [shop.finish_login(PHONE, guess) for guess in guesses] == ["wrong code"] * 3 + ["no more tries"]
    assert mock_bsg.codes[0].status == "failed"


def test_two_customers_do_not_get_mixed_up(mock_bsg: Account, shop: Shop) -> None:
    shop.begin_login("380972920000")
    shop.begin_login("380972920001")

    assert shop.finish_login("380972920000", mock_bsg.last_code("380972920001")) == "wrong code"
    assert shop.finish_login("380972920000", mock_bsg.last_code("380972920000")) == "welcome"
