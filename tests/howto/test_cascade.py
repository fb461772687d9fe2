"""How to test a cascade of BSG's One API: one channel first, an SMS where it fails.

Any first channel will do: rules and magic numbers decide about RCS and Telegram as about Viber, unless a scenario gives
them plans of their own.
"""

import pytest
import requests

from mock_bsg import Account, numbers


class Notifier:
    """The code under test: tells customers of their parcels on the best channel, and by SMS if that fails."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self.base_url = base_url
        answer = requests.post(f"{base_url}/api/auth/login", json={"api_key": api_key}, timeout=5)
        self.headers = {"Authorization": f"Bearer {answer.json()['bearer']}"}

    def tell(self, phone: str, order: str, best: str = "viber") -> bool:
        """Tell once about an order; False where the customer was told already."""
        said = {"sender": "Shop", "text": f"Your order {order} is on its way"}
        body = {
            "channels": [best, "sms"],
            "phone": {"number": phone, "reference_id": order},
            best: said,
            "sms": said,
        }
        answer = requests.post(f"{self.base_url}/api/messages/send", json=body, headers=self.headers, timeout=5)
        if answer.status_code == 422 and "phonereference_id" in answer.json()["errors"]:
            return False
        answer.raise_for_status()
        return True

    def find(self, order: str) -> str:
        """Tell how the customer was reached, "" if not."""
        query = {"filter[reference_id]": order}
        answer = requests.get(f"{self.base_url}/api/messages", params=query, headers=self.headers, timeout=5)
        (message,) = answer.json()["data"]
        if message["status"] in {"delivered", "read"}:
            return str(message["type"])
        for sms in (message["alternative_channels"] or {}).get("sms", {}).get("id", []):
            query = {"filter[id]": sms}
            answer = requests.get(f"{self.base_url}/api/messages", params=query, headers=self.headers, timeout=5)
            if answer.json()["data"][0]["status"] == "delivered":
                return "sms"
        return ""


@pytest.fixture
def notifier(mock_bsg: Account) -> Notifier:
    return Notifier(mock_bsg.url, mock_bsg.api_key)


@pytest.mark.parametrize("best", ["viber", "rcs"])
def test_first_channel_is_enough_where_it_arrives(mock_bsg: Account, notifier: Notifier, best: str) -> None:
    notifier.tell("380972920000", "order19", best)
    mock_bsg.advance("1m")

    assert notifier.find("order19") == best
    assert len(mock_bsg.messages) == 1


@pytest.mark.parametrize("best", ["viber", "rcs"])
def test_sms_takes_over_where_it_does_not(mock_bsg: Account, notifier: Notifier, best: str) -> None:
    notifier.tell(numbers.SMS_DELIVERED, "order19", best)
    assert notifier.find("order19") == ""
    mock_bsg.advance("1m")

    assert notifier.find("order19") == "sms"
    first, sms = mock_bsg.messages
    assert first.channel == best
    assert first.status == "undeliverable"
    assert first.price == 0  # given back
    assert (sms.status, sms.alt_route_of) == ("delivered", first.id)


def test_phone_that_is_off_the_whole_time_is_not_reached(mock_bsg: Account, notifier: Notifier) -> None:
    mock_bsg.use({"rules": [{"match": {}, "viber": {"sent": "1s"}, "sms": {"sent": "1s"}}]})
    notifier.tell("380972920000", "order19")

    # Nobody has to wait: first the Viber message's 72 hours pass, then the SMS's.
    mock_bsg.advance("73h")
    assert [message.status for message in mock_bsg.messages] == ["expired", "sent"]
    mock_bsg.advance("73h")
    assert [message.status for message in mock_bsg.messages] == ["expired", "expired"]
    assert notifier.find("order19") == ""


def test_customer_is_told_once(mock_bsg: Account, notifier: Notifier) -> None:
    assert notifier.tell("380972920000", "order19")
    assert not notifier.tell("380972920000", "order19")
    assert len(mock_bsg.messages) == 1
