"""How to test the receiver of delivery reports.

mock_bsg calls the `callback_url` that your code gives, as BSG does: at every change of status, again after 1, 5, 15 and
60 seconds if it is not answered with 2xx. The seconds are the account's: when `advance_async` is done, all reports that
were due have been sent, and your receiver has answered them.
"""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from mock_bsg import Account


class Orders:
    """The code under test: a service that sends messages, and a webhook that learns what became of them."""

    def __init__(self) -> None:
        self.statuses: dict[str, list[str]] = {}
        self.is_out_of_order = False

    async def receive(self, request: web.Request) -> web.Response:
        if self.is_out_of_order:
            raise web.HTTPServiceUnavailable
        report = await request.json()
        self.statuses.setdefault(report["reference"], []).append(report["status"])
        return web.Response()


@pytest.fixture
def orders() -> Orders:
    return Orders()


@pytest.fixture
async def webhook_url(orders: Orders) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/reports", orders.receive)
    async with TestServer(app) as server:
        yield str(server.make_url("/reports"))


async def send(bsg: Account, reference: str, webhook_url: str) -> None:
    message = {
        "to": [{"msisdn": "380972920000", "reference": reference}],
        "text": "Your order is on its way",
        "alpha_name": "Shop",
        "callback_url": webhook_url,
    }
    async with (
        ClientSession(bsg.url, headers={"X-API-KEY": bsg.api_key}) as client,
        client.post("/rest/viber/create", json={"messages": [message]}) as answer,
    ):
        answer.raise_for_status()


async def test_webhook_learns_every_status(mock_bsg: Account, orders: Orders, webhook_url: str) -> None:
    await send(mock_bsg, "order-19", webhook_url)

    await mock_bsg.advance_async("10s")

    assert orders.statuses == {"order-19": ["sent", "delivered", "read"]}


async def test_report_comes_again_after_the_webhook_was_down(
    mock_bsg: Account, orders: Orders, webhook_url: str
) -> None:
    orders.is_out_of_order = True
    await send(mock_bsg, "order-19", webhook_url)
    await mock_bsg.advance_async("1500ms")
    assert mock_bsg.reports[0].state == "pending"

    orders.is_out_of_order = False
    await mock_bsg.advance_async("1m")

    assert orders.statuses == {"order-19": ["sent", "delivered", "read"]}
    assert [attempt.status for attempt in mock_bsg.reports[0].attempts] == [503, 200]


@pytest.mark.mock_bsg(scenario={"reports": {"duplicate": 1}})
async def test_webhook_may_be_told_twice(mock_bsg: Account, orders: Orders, webhook_url: str) -> None:
    await send(mock_bsg, "order-19", webhook_url)

    await mock_bsg.advance_async("10s")

    # A real gateway does that now and then. Is the code under test prepared for it?
    assert orders.statuses["order-19"].count("delivered") == 2
