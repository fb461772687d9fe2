"""How to run tests in parallel against one shared server: a service container, or `mock-bsg exec -- pytest -n 8`.

Each test makes up a key, and so has a world of its own; the key's first part names the scenario. Nothing is set up,
nothing is cleaned up, and no worker needs to know of the others. What the fixture does in Python, plain HTTP does for
every language: `/_mock/accounts/{key}/…`. (The fixture itself needs no shared server: each worker starts its own.)
"""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mock_bsg import MockBSG


@pytest.fixture(scope="session")
def shared_url() -> Iterator[str]:
    """Where the shared server is; without one, where a server of this process is."""
    if "MOCK_BSG_URL" in os.environ:
        yield os.environ["MOCK_BSG_URL"]
    else:
        with MockBSG() as server:
            yield server.url


def send_viber(base_url: str, api_key: str, phone: str, reference: str) -> Any:
    """The code under test."""
    body = {"messages": [{"to": [{"msisdn": phone, "reference": reference}], "text": "Hello", "alpha_name": "Shop"}]}
    return requests.post(f"{base_url}/rest/viber/create", headers={"X-API-KEY": api_key}, json=body, timeout=30).json()[
        "result"
    ][0]


@pytest.mark.parametrize("number", range(200))
def test_tests_that_send_the_same_do_not_meet(shared_url: str, number: int) -> None:
    scenario, expected = [("default", "read"), ("sms-fallback", "undeliverable")][number % 2]
    key = f"test_{scenario}.{uuid.uuid4().hex}"
    account = f"{shared_url}/_mock/accounts/{key}"

    # Two hundred times the same reference: it would be refused if any two tests shared an account.
    assert send_viber(shared_url, key, "380972920000", "order-19")["error"] == 0

    requests.post(f"{account}/clock", json={"advance": "10s"}, timeout=30).raise_for_status()
    (message,) = requests.get(f"{account}/messages", timeout=30).json()["messages"]
    assert (message["reference"], message["status"]) == ("order-19", expected)
