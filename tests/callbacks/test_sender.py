"""Delivery reports over HTTP: what is sent, where it may go, and what is noted of each attempt."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.callbacks.addresses import _PUBLIC
from mock_bsg.runtime import RUNTIME

if TYPE_CHECKING:
    from tests.conftest import Client, Receiver, Serve

ONE_STEP = "clock: {start: 2017-01-17T09:20:02Z, manual: true}\nfirst_id: 217\ndefaults: {viber: {sent: 1s}}\n"
KEY = "test_key"
MAPPED = ipaddress.ip_address("::ffff:8.8.8.8")
"""Python 3.13 writes it so, older ones as ::ffff:808:808."""


async def send(client: Client, url: str, **more: Any) -> str:
    """Send a message that asks for reports to this address; its id."""
    message = {"to": [{"msisdn": "380972920000"}], "text": "hi", "alpha_name": "BSG", "callback_url": url}
    answer = await client.post("/rest/viber/create", json={"messages": [message | more]}, headers={"X-API-KEY": KEY})
    return str((await answer.json())["result"][0]["id"])


async def advance(client: Client, duration: str) -> dict[str, Any]:
    answer = await client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": duration})
    assert answer.status == 200
    return dict(await answer.json())


async def report_of(client: Client, number: int = 1) -> dict[str, Any]:
    return dict(await (await client.get(f"/_mock/accounts/{KEY}/reports/{number}")).json())


@pytest.fixture
def dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_report_is_the_status_object_that_get_answers(client: Client, receiver: Receiver) -> None:
    message = await send(client, receiver.url)
    await advance(client, "1s")
    status = await client.get(f"/rest/viber/{message}", headers={"X-API-KEY": KEY})
    assert receiver.reports == [await status.json()]
    assert receiver.requests[0].method == "POST"
    assert receiver.requests[0].content_type == "application/json"


async def test_a_report_tells_the_status_of_its_own_instant_whenever_it_arrives(
    client: Client, receiver: Receiver
) -> None:
    message = await send(client, receiver.url)
    await client.post(f"/_mock/accounts/{KEY}/messages/{message}/status", json={"status": "delivered"})
    assert receiver.statuses == ["sent", "delivered"]
    assert [report["time_dr"] for report in receiver.reports] == [None, "2017-01-17 09:20:02"]


async def test_a_report_of_sent_names_no_sms_though_viber_failed_at_that_very_instant(
    client: Client, receiver: Receiver
) -> None:
    options = {"viber": {"alt_route": {"originator": "BSG", "text": "by SMS"}}}
    message = await send(client, receiver.url, options=options)
    await client.post(f"/_mock/accounts/{KEY}/messages/{message}/status", json={"status": "undeliverable"})
    assert receiver.statuses == ["sent", "undeliverable"]
    assert ["alt_route" in report for report in receiver.reports] == [False, True]


async def test_the_receivers_answer_is_noted(client: Client, receiver: Receiver) -> None:
    await send(client, receiver.url)
    await advance(client, "1s")
    report = await report_of(client)
    assert (report["state"], report["next_attempt"]) == ("delivered", None)
    (attempt,) = report["attempts"]
    assert (attempt["status"], attempt["answer"], attempt["error"]) == (200, "noted", None)
    assert attempt["at"] == report["at"] == "2017-01-17T09:20:03.000Z"


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_anything_but_2xx_is_a_failure_and_no_redirect_is_followed(
    client: Client, receiver: Receiver, status: int
) -> None:
    receiver.answers = [status]
    await send(client, receiver.url)
    await advance(client, "1s")
    report = await report_of(client)
    assert (report["state"], report["next_attempt"]) == ("pending", "2017-01-17T09:20:04.000Z")
    assert len(receiver.requests) == 1


async def test_a_receiver_that_is_not_there_is_told_of_in_words(client: Client, dead_port: int) -> None:
    await send(client, f"http://127.0.0.1:{dead_port}/hook")
    await advance(client, "1s")
    (attempt,) = (await report_of(client))["attempts"]
    assert attempt["status"] is None
    assert attempt["error"] == f"cannot connect to 127.0.0.1:{dead_port}: connection refused"


async def test_a_system_that_cannot_read_an_address_is_told_of_in_words_without_its_number(client: Client) -> None:
    await send(client, "http://[fd00::1%25no-such0]:9/hook")
    await advance(client, "1s")
    (attempt,) = (await report_of(client))["attempts"]
    assert attempt["error"].startswith("cannot connect to [fd00::1%no-such0]:9: ")
    assert "[" not in attempt["error"].partition("]:9: ")[2]


async def test_a_receiver_that_does_not_answer_has_ten_seconds(
    client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_bsg.callbacks.sender.TIMEOUT", 0.01)
    never = asyncio.Event()
    receiver.answers = [never.wait()]
    await send(client, receiver.url)
    await advance(client, "1s")
    never.set()
    (attempt,) = (await report_of(client))["attempts"]
    assert attempt["error"] == "no answer within 0.01 s"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://93.184.216.34/hook", "not sent: 93.184.216.34 is a public address; --callbacks any allows it"),
        (
            "http://169.254.169.254/latest",
            "not sent: 169.254.169.254 is a metadata service of clouds; reports never go there",
        ),
        ("http://[fd00:ec2::254]/", "not sent: fd00:ec2::254 is a metadata service of clouds; reports never go there"),
        ("http://169.254.7.7/hook", "not sent: 169.254.7.7 is a link-local address; --callbacks any allows it"),
        ("http://[::ffff:8.8.8.8]/", f"not sent: {MAPPED} is a public address; --callbacks any allows it"),
        ("http://2130706433/hook", "not sent: '2130706433' is no usable address: write it as 127.0.0.1"),
        ("http://127.1./hook", "not sent: '127.1.' is no usable address: write it as 127.0.0.1"),
        (
            "http://0251.0376.1/hook",
            "not sent: 0251.0376.1 (169.254.0.1) is a link-local address; --callbacks any allows it",
        ),
        ("http://1.2.3.4.5/", "not sent: '1.2.3.4.5' is no usable address: an IPv4 address is four numbers up to 255"),
    ],
)
async def test_a_report_to_an_address_that_is_not_local_is_not_sent_and_that_is_said(
    client: Client, url: str, said: str
) -> None:
    await send(client, url)
    await advance(client, "90s")
    report = await report_of(client)
    assert report["state"] == "refused"
    (attempt,) = report["attempts"]
    assert (attempt["status"], attempt["error"]) == (None, said)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name stand for these addresses; the names that were asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: Any) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    return asked


async def test_a_name_is_resolved_once_and_the_checked_address_is_called(
    client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolve_to(monkeypatch, "93.184.216.34", "127.0.0.1")
    await send(client, receiver.url.replace("127.0.0.1", "my-app.test"))
    await advance(client, "1s")
    assert asked == ["my-app.test"]
    assert receiver.statuses == ["sent"]
    assert receiver.requests[0].headers["Host"].startswith("my-app.test:")


async def test_a_name_of_a_public_address_is_not_called(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "93.184.216.34")
    await send(client, "http://hooks.example.com/bsg")
    await advance(client, "1s")
    report = await report_of(client)
    assert report["state"] == "refused"
    assert report["attempts"][0]["error"] == (
        "not sent: hooks.example.com (93.184.216.34) is a public address; --callbacks any allows it"
    )


async def test_a_name_that_cannot_be_resolved_is_told_of(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    await send(client, "http://nowhere.test/hook")
    await advance(client, "1s")
    assert (await report_of(client))["attempts"][0]["error"] == "the name nowhere.test cannot be resolved"


async def test_names_that_nobody_answers_for_hold_up_neither_other_names_nor_a_stop(
    client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = threading.Event()
    asked: Counter[str] = Counter()

    def look_up(host: str, port: int, *_: Any) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked[host] += 1
        if host.startswith("dead"):
            never.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    try:
        for number in range(41):  # more names than any pool of threads has room for, one of them twice
            await send(client, f"http://dead-{number % 40}.test/hook")
        await send(client, receiver.url.replace("127.0.0.1", "my-app.test"))
        advancing = asyncio.ensure_future(advance(client, "1s"))
        async with asyncio.timeout(30):
            await receiver.called.wait()
            await client.server.close()
    finally:
        never.set()
    await asyncio.gather(advancing, return_exceptions=True)
    assert max(asked.values()) == 1
    assert receiver.statuses == ["sent"]


async def test_a_refused_report_is_noted_at_the_request_that_asked_for_it_and_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    await send(client, "http://93.184.216.34/hook")
    with caplog.at_level(logging.WARNING, "mock_bsg"):
        await advance(client, "10s")
    why = "not sent: 93.184.216.34 is a public address; --callbacks any allows it"
    request = await (await client.get(f"/_mock/accounts/{KEY}/requests/1")).json()
    assert request["notes"] == [f"delivery reports: {why}"]
    assert [record.getMessage() for record in caplog.records] == [
        f"test_k…: the report that message 217 is {status} was given up: {why} (http://93.184.216.34/hook)"
        for status in ("sent", "delivered", "read")
    ]


async def test_a_log_keeps_passwords_and_what_a_query_holds_to_itself(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    given = "http://me:secret@93.184.216.34/dlr?sig=a%2Fb%3D&to=u%40x"
    await send(client, given)
    with caplog.at_level(logging.WARNING, "mock_bsg"):
        await advance(client, "1s")
    assert "(http://me:…@93.184.216.34/dlr?sig=…&to=…)" in caplog.records[0].getMessage()
    assert (await report_of(client))["url"] == given


METADATA = "is a metadata service of clouds; reports never go there"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://169.254.169.254/latest", f"169.254.169.254 {METADATA}"),
        ("http://2852039166/latest", f"2852039166 (169.254.169.254) {METADATA}"),
        ("http://0xA9FEA9FE/latest", f"0xa9fea9fe (169.254.169.254) {METADATA}"),
        ("http://0251.0376.0251.0376/", f"0251.0376.0251.0376 (169.254.169.254) {METADATA}"),
        ("http://169.254.43518/", f"169.254.43518 (169.254.169.254) {METADATA}"),
        ("http://169.254.169.254./", f"169.254.169.254. (169.254.169.254) {METADATA}"),
        ("http://\uff11\uff16\uff19\u3002254\u3002169\u3002254/", f"169.254.169.254 {METADATA}"),
        ("http://user:pw@100.100.100.200/", f"100.100.100.200 {METADATA}"),
        ("http://[::ffff:169.254.170.2]/", METADATA),
        ("http://[64:ff9b::a9fe:a9fe]/", METADATA),
        ("http://[fe80::a9fe:a9fe%25eth0]/", METADATA),
        (
            "http://metadata.google.internal/computeMetadata/v1/",
            f"metadata.google.internal (169.254.169.254) {METADATA}",
        ),
    ],
)
async def test_no_setting_lets_a_report_go_to_a_metadata_service(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    resolve_to(monkeypatch, "169.254.169.254")
    client = await serve(ONE_STEP, callbacks="any")
    await send(client, url)
    await advance(client, "1s")
    report = await report_of(client)
    assert report["state"] == "refused"
    assert report["attempts"][0]["error"].startswith("not sent: ")
    assert report["attempts"][0]["error"].endswith(said)


async def test_of_a_names_addresses_those_that_may_be_called_are_and_each_other_has_its_reason(
    serve: Serve, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await serve(ONE_STEP, callbacks="any")
    asked = resolve_to(monkeypatch, "169.254.169.254", "127.0.0.1")
    await send(client, receiver.url.replace("127.0.0.1", "my-app.test"))
    await advance(client, "1s")
    assert (receiver.statuses, asked) == (["sent"], ["my-app.test"])

    client = await serve(ONE_STEP)
    resolve_to(monkeypatch, "169.254.169.254", "8.8.8.8", "169.254.9.9")
    await send(client, "http://my-app.test/")
    await advance(client, "1s")
    assert (await report_of(client))["attempts"][0]["error"] == (
        f"not sent: my-app.test (169.254.169.254) {METADATA}; "
        "my-app.test (8.8.8.8) is a public address; --callbacks any allows it; "
        "my-app.test (169.254.9.9) is a link-local address; --callbacks any allows it"
    )


async def test_no_report_is_sent_where_callbacks_are_off(serve: Serve, receiver: Receiver) -> None:
    client = await serve(ONE_STEP, callbacks="off")
    await send(client, receiver.url)
    await advance(client, "1s")
    report = await report_of(client)
    assert (report["state"], report["attempts"][0]["error"]) == ("refused", "not sent: --callbacks is off")
    assert receiver.requests == []


async def test_public_addresses_are_called_where_any_is_allowed(
    serve: Serve, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_bsg.callbacks.addresses._find_kind", lambda _: _PUBLIC)
    client = await serve(ONE_STEP, callbacks="any")
    await send(client, receiver.url)
    await advance(client, "1s")
    assert receiver.statuses == ["sent"]


async def test_a_server_without_reports_makes_no_http_client(client: Client) -> None:
    await advance(client, "1s")
    delivery = client.app[RUNTIME].scheduler._sender  # noqa: SLF001 -- what is not made cannot be seen from outside
    assert delivery._session is None  # noqa: SLF001 -- likewise
