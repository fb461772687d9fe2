"""How to test code that sends with aiohttp.

The same fixture serves tests that run in an event loop; what waits there has a twin to be awaited: `advance_async`,
`wait_for_async`. With pytest-asyncio in its strict mode, mark such tests with @pytest.mark.asyncio.
"""

import asyncio

import aiohttp

from mock_bsg import Account, MockBSG


class Sender:
    """The code under test: it sends messages in the background."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._client = aiohttp.ClientSession(base_url, headers={"X-API-KEY": api_key})
        self._tasks: set[asyncio.Task[None]] = set()

    def send_soon(self, phone: str, text: str) -> None:
        self._tasks.add(asyncio.create_task(self._send(phone, text)))

    async def _send(self, phone: str, text: str) -> None:
        body = {"messages": [{"to": [{"msisdn": phone}], "text": text, "alpha_name": "Shop"}]}
        async with self._client.post("/rest/viber/create", json=body) as answer:
            answer.raise_for_status()

    async def close(self) -> None:
        await asyncio.gather(*self._tasks)
        await self._client.close()


async def test_message_goes_out_in_the_background(mock_bsg: Account) -> None:
    sender = Sender(mock_bsg.url, mock_bsg.api_key)
    sender.send_soon("380972920000", "Your order is on its way")

    (message,) = await mock_bsg.wait_for_async()  # no sleep: it returns as soon as the message is there
    assert message.text == "Your order is on its way"

    await mock_bsg.advance_async("3s")
    assert mock_bsg.messages[0].status == "delivered"
    await sender.close()


async def test_server_of_ones_own_without_the_fixture() -> None:
    async with MockBSG(scenario="not-on-viber") as bsg:
        sender = Sender(bsg.url, bsg.api_key)
        sender.send_soon("380972920000", "Your order is on its way")
        await sender.close()

        await bsg.advance_async("1m")
        assert bsg.messages[0].status == "undeliverable"
