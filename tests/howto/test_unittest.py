"""How to test with plain unittest: `MockBSG` needs no pytest. Run it with `python -m unittest`, or with pytest, too."""

# ruff: noqa: PT009 -- it is unittest that is shown here

import unittest
from typing import ClassVar

import requests

from mock_bsg import Account, MockBSG


class NotificationTest(unittest.TestCase):
    """One server for the class, one account for each test: they share nothing but the port."""

    server: ClassVar[MockBSG]
    bsg: Account

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = MockBSG().start()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self) -> None:
        self.bsg = self.server.account(scenario="sms-fallback")

    def send(self, phone: str) -> None:
        message = {"to": [{"msisdn": phone}], "text": "Your order is on its way", "alpha_name": "Shop"}
        requests.post(
            f"{self.bsg.url}/rest/viber/create",
            headers={"X-API-KEY": self.bsg.api_key},
            json={"messages": [message]},
            timeout=5,
        ).raise_for_status()

    def test_message_is_undeliverable_after_three_seconds(self) -> None:
        self.send("380972920000")
        self.bsg.advance("3s")
        self.assertEqual(self.bsg.messages[0].status, "undeliverable")

    def test_account_is_empty_again(self) -> None:
        self.assertEqual(self.bsg.messages, [])


class OneTest(unittest.TestCase):
    """For a single test, a `with` is enough."""

    def test_balance(self) -> None:
        with MockBSG({"account": {"balance": 100}}) as bsg:
            self.assertEqual(bsg.balance, 100)
