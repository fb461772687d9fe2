"""How to test that your client tries again, against a gateway that fails now and then.

The scenario `flaky-gateway` answers 503, breaks connections and sends half an answer; which request fails follows from
their order alone, so the test is the same every time. One's own faults are a few lines of a scenario.
"""

import pytest
import requests

from mock_bsg import Account

ATTEMPTS = 5


def send_for_sure(base_url: str, api_key: str, phone: str, reference: str) -> None:
    """The code under test: it tries again, with the same reference, so that nobody is told anything twice."""
    body = {"messages": [{"to": [{"msisdn": phone, "reference": reference}], "text": "Hello", "alpha_name": "Shop"}]}
    for _ in range(ATTEMPTS):
        try:
            answer = requests.post(
                f"{base_url}/rest/viber/create", headers={"X-API-KEY": api_key}, json=body, timeout=5
            )
            answer.raise_for_status()
            (entry,) = answer.json()["result"]
        except (requests.RequestException, ValueError):
            continue
        # 43: this reference was used before. So the message is there, only the answer was lost.
        if entry["error"] in {0, 43}:
            return
    raise TimeoutError(f"BSG failed {ATTEMPTS} times")


@pytest.mark.mock_bsg(scenario="flaky-gateway")
def test_every_message_gets_through_once(mock_bsg: Account) -> None:
    references = [f"order-{number}" for number in range(6)]

    for reference in references:
        send_for_sure(mock_bsg.url, mock_bsg.api_key, "380972920000", reference)

    assert [message.reference for message in mock_bsg.messages] == references
    assert len(mock_bsg.requests) > len(references)


@pytest.mark.mock_bsg(scenario={"faults": [{"name": "down", "status": 503}]})
def test_gateway_that_stays_down_is_given_up(mock_bsg: Account) -> None:
    with pytest.raises(TimeoutError, match="failed 5 times"):
        send_for_sure(mock_bsg.url, mock_bsg.api_key, "380972920000", "order-19")

    assert [request.fault for request in mock_bsg.requests] == ["down"] * ATTEMPTS


@pytest.mark.mock_bsg(
    scenario="""
    faults:
      - {name: down for a moment, match: {path: /viber/create}, times: 2, status: 503}
    """
)
def test_gateway_that_comes_back_gets_the_message(mock_bsg: Account) -> None:
    send_for_sure(mock_bsg.url, mock_bsg.api_key, "380972920000", "order-19")

    assert [request.status for request in mock_bsg.requests] == [503, 503, 200]
    assert len(mock_bsg.messages) == 1
