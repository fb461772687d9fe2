"""The server's figures in Prometheus' text form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conftest import Client, Receiver, Serve

KEY = "test_key"
BASE = f"/_mock/accounts/{KEY}"
_SAMPLE = re.compile(r'([a-z_]+(?:\{[a-z_]+="[^"]*"\})?) ([0-9.]+)')


async def read(client: Client) -> dict[str, float]:
    answer = await client.get("/_mock/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    figures = {}
    for line in (await answer.text()).splitlines():
        if not line.startswith("#"):
            sample = _SAMPLE.fullmatch(line)
            assert sample is not None, line
            figures[sample[1]] = float(sample[2])
    return figures


async def send(client: Client, *numbers: str, **more: Any) -> None:
    to = [{"msisdn": number} for number in numbers or ("380972920000",)]
    message = {"to": to, "text": "hi", "alpha_name": "BSG", **more}
    await client.post("/rest/viber/create", json={"messages": [message]}, headers={"X-API-KEY": KEY})


async def test_every_figure_has_help_and_type_before_it(client: Client) -> None:
    text = await (await client.get("/_mock/metrics")).text()
    assert text.endswith("\n")
    described: set[str] = set()
    for line in text.splitlines():
        name = line.split(" ")[2] if line.startswith("#") else re.split(r"[{ ]", line)[0]
        if line.startswith("# HELP"):
            assert name not in described
            described.add(name)
        assert name in described


async def test_a_fresh_server_has_done_nothing(client: Client) -> None:
    figures = await read(client)
    assert figures["mock_bsg_requests_total"] == figures["mock_bsg_accounts"] == figures["mock_bsg_messages"] == 0
    assert figures["mock_bsg_uptime_seconds"] >= 0


async def test_requests_and_what_was_unusual_about_them_are_counted(serve: Serve) -> None:
    client = await serve("faults: [{match: {method: PUT}, fault: malformed_response}]")
    await send(client, "380972920000", "1")
    await client.post("/rest/viber/create", data=b"{}", headers={"X-API-KEY": KEY})
    await client.put("/rest/viber/create", data=b"{}", headers={"X-API-KEY": KEY})
    await client.get("/rest/common/balance")
    figures = await read(client)
    assert figures["mock_bsg_requests_total"] == 4
    assert figures['mock_bsg_errors_total{error="44"}'] == 1
    assert figures['mock_bsg_errors_total{error="1"}'] == 1
    assert figures['mock_bsg_recipient_errors_total{error="41"}'] == 1
    assert figures['mock_bsg_ended_requests_total{by="malformed_response"}'] == 1


async def test_messages_are_counted_by_channel_the_sms_of_an_alternative_route_from_its_birth(client: Client) -> None:
    await send(client, "380501110000", options={"viber": {"alt_route": {"originator": "BSG", "text": "by SMS"}}})
    figures = await read(client)
    assert figures['mock_bsg_messages_created_total{channel="viber"}'] == 1
    assert figures['mock_bsg_messages_created_total{channel="sms"}'] == 0
    await client.post(f"{BASE}/clock", json={"advance": "5s"})
    figures = await read(client)
    assert figures['mock_bsg_messages_created_total{channel="sms"}'] == 1
    assert figures["mock_bsg_messages"] == 2


async def test_reports_are_counted_by_what_became_of_them(client: Client, receiver: Receiver) -> None:
    receiver.answers = [200, 500]
    await send(client, callback_url=receiver.url)
    await client.post(f"{BASE}/clock", json={"advance": "2s"})
    figures = await read(client)
    assert figures['mock_bsg_reports_total{state="delivered"}'] == 1
    assert figures["mock_bsg_reports_pending"] == 1


async def test_totals_do_not_fall_when_an_account_is_forgotten(client: Client) -> None:
    await send(client)
    await client.delete(BASE)
    figures = await read(client)
    assert figures["mock_bsg_requests_total"] == 1
    assert figures['mock_bsg_messages_created_total{channel="viber"}'] == 1
    assert figures["mock_bsg_accounts"] == figures["mock_bsg_messages"] == 0
