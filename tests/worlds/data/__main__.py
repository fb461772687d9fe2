"""Makes the world that is kept beside this file for later versions: python -m tests.worlds.data NAME.

NAME.world is written by this version, and NAME.json says what it shows. Files of earlier versions are never made anew:
they are what people have.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import quote

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from mock_bsg.domain.store_address import StoreAddress
from mock_bsg.http.app import create_app
from mock_bsg.sandbox import log
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    Client = TestClient[web.Request, web.Application]

DATA = Path(__file__).parent
FACES = ("", "/messages", "/requests", "/reports", "/incoming", "/clock", "/log")
SCENARIO = """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
account: {balance: 100}
prices: {viber: {UA: 0.23}, sms: {UA: 0.023}}
defaults:
  viber: {sent: 1s, delivered: 2s, read: 5s}
  sms: {sent: 1s, delivered: 3s}
rules:
  - name: no Viber on this phone
    match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 2s}
    sms: {sent: 1s, delivered: 3s}
  - name: the first two fail
    match: {reference: "retry-*"}
    times: 2
    error: 5
  - name: drawn
    match: {country: DE}
    outcomes:
      - {weight: 1, viber: {sent: 1s, delivered: 2s..9s}}
      - {weight: 1, viber: {sent: 1s, expired: 60s}}
faults:
  - name: down once
    match: {path: "/viber/create", body: "*down*"}
    times: 1
    status: 503
  - name: late
    match: {path: "/viber/create", body: "*late*"}
    delay: 10ms
"""


class Story:
    """One account, and what is done to it."""

    def __init__(self, client: Client, key: str) -> None:
        self._client = client
        self.key = key
        self._bearer: dict[str, str] = {}
        self.path = f"/_mock/accounts/{quote(key, safe='')}"

    async def send(self, msisdn: str, reference: str = "", text: str = "Ваш код: 19", **more: Any) -> None:
        to = {"msisdn": msisdn} | ({"reference": reference} if reference else {})
        options = {"viber": {"alt_route": {"originator": "Shop", "text": "Code: 19"}}}
        message = {"to": [to], "text": text, "alpha_name": "Shop", "options": options, **more}
        await self.ask("POST", "/rest/viber/create", json.dumps({"messages": [message], "validity": 30}))

    async def ask(self, method: str, path: str, body: str | bytes = b"") -> None:
        headers = {"X-API-KEY": self.key, "Content-Type": "application/json"}
        async with self._client.request(method, path, data=body, headers=headers) as answer:
            await answer.read()

    async def log_in(self) -> None:
        body = {"api_key": self.key}
        async with self._client.post("/api/auth/login", json=body) as answer:
            self._bearer = {"Authorization": f"Bearer {(await answer.json())['bearer']}"}

    async def call(self, method: str, path: str, **body: Any) -> Any:
        """Ask a function of the One API; tells its `data`."""
        async with self._client.request(method, f"/api/{path}", json=body, headers=self._bearer) as answer:
            return (await answer.json()).get("data")

    async def order(self, what: str, method: str = "POST", **details: Any) -> Any:
        async with self._client.request(method, f"{self.path}{what}", json=details) as answer:
            assert answer.ok, await answer.text()
            return await answer.json()

    async def wait(self, duration: str) -> None:
        await self.order("/clock", advance=duration)


async def tell_all(client: Client, webhook: str) -> None:
    """Do what there is to do, each in an account of its own."""
    for tell in (
        tell_alt_routes,
        tell_reports,
        tell_orders,
        tell_rules,
        tell_two_way,
        tell_other_modules,
        tell_mistakes,
        tell_going_back,
        tell_the_one_api,
    ):
        await tell(Story(client, f"test_{tell.__name__.removeprefix('tell_')}"), webhook)
    with patch.object(log, "REACH", 6):  # as far as a log of this account leads back, and that is not far
        await tell_a_long_time(Story(client, "test_a_long_time"))
    running = Story(client, "live_час")
    await running.order("/scenario", "PUT", name="default")
    await running.order("/clock", speed=60)
    await running.send("447700900201")


async def tell_alt_routes(story: Story, _webhook: str) -> None:
    await story.send("380972920000", "delivered")
    await story.send("380501234567", "falls-back")
    await story.wait("1500ms")
    for number in range(3):
        await story.send("380972920001", f"retry-{number}")
        await story.send(f"49151000000{number}", f"drawn-{number}")
    await story.wait("next")
    await story.wait("1h")
    await story.order("/fork", key="test_alt_routes_fork", until=6)
    fork = Story(story._client, "test_alt_routes_fork")  # noqa: SLF001 -- its own
    await fork.send("380501234568", "of-the-fork")
    await fork.wait("2s")


async def tell_reports(story: Story, webhook: str) -> None:
    await story.send("380501234567", "told", callback_url=webhook)
    await story.send("380972920000", "not-told", callback_url="http://127.0.0.1:9/refuses")
    await story.wait("2500ms")
    await story.order("/reports/1/resend")
    await story.wait("10s")
    await story.send("380972920001", "still-to-be-told", callback_url=webhook)


async def tell_orders(story: Story, _webhook: str) -> None:
    await story.send("380972920000", "by-hand")
    await story.order("/messages/1/status", status="undeliverable")
    await story.order("/scenario", "PUT", name="mine")
    await story.send("380972920001", "of-mine")
    await story.order("/scenario", "PUT", account={"balance": 0}, seed=5)
    await story.send("380972920002", "too-poor")
    await story.order("/clock", speed=0)


async def tell_rules(story: Story, _webhook: str) -> None:
    await story.send("380972920000", "before")
    once = {"match": {"msisdn": "38097*"}, "times": 1, "error": 43}
    await story.order("/rules", rules=[once])
    second = await story.order("/rules", rules=[once | {"error": 45}])
    await story.order(f"/rules/{quote(second['name'])}", "DELETE")
    await story.send("380972920000", "refused")
    await story.send("380972920000", "after")


async def tell_two_way(story: Story, _webhook: str) -> None:
    order = {
        "destination": "phone",
        "originator": "Shop",
        "body": "Come?",
        "msisdn": "380972920000",
        "reference": "ask",
    }
    await story.ask("POST", "/rest/sms/create", json.dumps(order))
    await story.wait("1m")
    await story.order("/messages/1/reply", text="Так, дякую")
    await story.ask("GET", "/rest/sms/2wayIncoming")


async def tell_other_modules(story: Story, _webhook: str) -> None:
    sms = {"destination": "phone", "originator": "Shop", "body": "Hi", "msisdn": "380972920000", "reference": "sms-1"}
    await story.ask("POST", "/rest/sms/create", json.dumps(sms))
    many = {"destination": "phones", "originator": "Shop", "body": "Hi", "phones": [{"msisdn": "380972920001"}] * 2}
    await story.ask("POST", "/rest/sms/create", json.dumps(many))
    await story.ask("POST", "/rest/hlr/create", json.dumps([{"msisdn": "380972920000", "reference": "hlr-1"}]))
    await story.ask("POST", "/rest/mnp/create", json.dumps({"msisdn": "380972920000", "reference": "mnp-1"}))
    await story.wait("1m")
    await story.ask("GET", "/rest/sms/reference/sms-1")
    await story.ask("GET", "/rest/common/balance")


async def tell_mistakes(story: Story, _webhook: str) -> None:
    await story.ask("POST", "/rest/viber/create", b'{"messages": [\xff')
    await story.ask("POST", "/rest/viber/create", "not JSON")
    await story.ask("PATCH", "/rest/viber/create", "{}")
    await story.ask("GET", "/rest/viber/99")
    await story.ask("GET", "/rest/no/such/function?x=%FF")
    await story.send("380972920000", "one", text="it is down")
    await story.send("380972920000", "one", text="it is late")
    await story.send("12", "two")


async def tell_going_back(story: Story, _webhook: str) -> None:
    for number in range(4):
        await story.send("380972920000", f"number-{number}")
    await story.order("/rewind", last=2)
    await story.send("380501234567", "another-way")
    await story.wait("3s")


async def tell_the_one_api(story: Story, webhook: str) -> None:
    await story.log_in()
    both = {"viber": {"sender": "Shop", "text": "Hi"}, "sms": {"sender": "Shop", "text": "Hi"}}
    phone = {"number": "380501234567", "reference_id": "cascade"}
    await story.call("POST", "messages/send", channels=["viber", "sms"], phone=phone, callback_url=webhook, **both)
    for channel in ("rcs", "voice", "telegram"):
        said = {channel: {"text": "Hi", "category": "otp"}}
        await story.call("POST", "messages/send", channels=[channel], phone={"number": "380972920000"}, **said)
    template = await story.call("POST", "2fa/authentications/templates", name="shop", text="Shop: {code2fa}")
    await story.call("DELETE", "2fa/authentications/templates/57")
    await story.wait("2m")
    for number in range(3):
        order = {"recipient": f"38050123456{number}", "channel": "viber", "sender": "Shop", "sender_alt": "Shop"}
        limits = {"template_id": template["template_id"], "code_lifetime": 60, "code_max_tries": 2, "code_digits": 5}
        session = await story.call("POST", "2fa/authentications/otp", **order, **limits)
        for what, told in (("verify", {"access_code": "000"}), ("resend", {}), ("verify", {"access_code": "000"})):
            await story.call("POST", f"2fa/authentications/otp/{session['id']}/{what}", **told)
    await story.wait("2s")
    numbers = [{"number": 380972920000, "reference_id": "many1"}, {"number": 380972920001, "reference_id": "many1"}]
    many = {"phones": numbers, "sender": "Shop", "text": "Hi"}
    await story.call("POST", "campaigns/sms/send", **many)
    later = await story.call("POST", "campaigns/viber/send", **many, start_at="2017-01-18 00:00:00")
    await story.call("PATCH", f"campaigns/{later['id']}/stop")
    await story.wait("1m")


async def tell_a_long_time(story: Story) -> None:
    await story.send("380501234567", "long-ago")
    await story.order("/scenario", "PUT", name="mine")
    for number in range(20):
        await story.send("380972920000", f"number-{number}")
        await story.wait("1s")
    await story.send("380501234567", "long-ago")


async def make(file: Path) -> None:
    """Write the world, by a server that keeps its accounts there."""
    hook = web.Application()
    hook.router.add_post("/hook", _note)
    async with TestServer(hook) as receiver, _client(store=StoreAddress(file=file)) as client:
        async with client.put("/_mock/scenarios/mine", data="description: mine\nfirst_id: 500") as answer:
            assert answer.status == 201
        await tell_all(client, str(receiver.make_url("/hook")))


async def _note(_request: web.Request) -> web.Response:
    return web.Response(text="noted")


def _client(**settings: Any) -> Client:
    library = Library(texts={"given": SCENARIO})
    return TestClient(TestServer(create_app(Settings(scenario="given", callbacks="local", **settings), library)))


async def read(file: Path) -> dict[str, Any]:
    """Tell what a world shows: each account as it is at the end, and as it was after each of its commands."""
    async with _client(world=file) as client:
        keys = [each["key"] async for each in _accounts(client)]
        return {key: await _read_account(client, f"/_mock/accounts/{quote(key, safe='')}") for key in keys}


async def _accounts(client: Client) -> AsyncIterator[dict[str, Any]]:
    async with client.get("/_mock/accounts") as answer:
        for account in (await answer.json())["accounts"]:
            yield account


async def _read_account(client: Client, path: str) -> dict[str, Any]:
    end = {face or "/": await _get(client, f"{path}{face}") for face in FACES}
    messages = {
        each["id"]: await _get(client, f"{path}/messages/{each['id']}") for each in end["/messages"]["messages"]
    }
    numbers = [each["n"] for each in end["/log"]["commands"]]
    after = {str(number): await _read_after(client, path, number) for number in numbers}
    return {"end": end, "messages": messages, "after": after}


async def _read_after(client: Client, path: str, number: int) -> list[Any]:
    async with client.post(f"{path}/rewind", json={"to": number}) as answer:
        account = await answer.json()
    messages = (await _get(client, f"{path}/messages"))["messages"]
    return [account["balance"], account["requests"], [[each["id"], each["status"], each["price"]] for each in messages]]


async def _get(client: Client, path: str) -> Any:
    async with client.get(path) as answer:
        assert answer.ok, await answer.text()
        return _without_durations(await answer.json())


def _without_durations(told: Any) -> Any:
    """Leave out what is measured: it is another each time."""
    if isinstance(told, dict):
        return {name: _without_durations(value) for name, value in told.items() if name != "duration_ms"}
    return [_without_durations(value) for value in told] if isinstance(told, list) else told


def main(name: str) -> None:
    file = DATA / f"{name}.world"
    if file.exists():
        sys.exit(f"{file} is there: it is what people have, and stays as it is; choose another name")
    with TemporaryDirectory() as folder:
        made = Path(folder, "made.world")
        asyncio.run(make(made))
        shown = asyncio.run(read(made))
        file.write_bytes(made.read_bytes())
    file.with_suffix(".json").write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
