import asyncio
import gc
import json
import math
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import requests
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

import mock_bsg
from mock_bsg import Account, MockBSG, Scenario, ScenarioError, UnknownScenario, WaitError
from mock_bsg.http.sockets import ServerError
from mock_bsg.sandbox.snapshots import OneTimeCode
from tests.conftest import wait_until

FROZEN: dict[str, Any] = {
    "clock": {"start": "2017-01-17T09:20:02Z", "manual": True},
    "first_id": 217,
    "account": {"balance": 100},
    "prices": {"viber": {"default": 0.23}, "sms": {"default": 0.023}},
    "defaults": {"viber": {"sent": "1s", "delivered": "2s", "read": "5s"}, "sms": {"sent": "1s", "delivered": "3s"}},
    "rules": [
        {"name": "no Viber", "match": {"msisdn": "38050*"}, "viber": {"sent": "1s", "undeliverable": "2s"}},
    ],
}
START = datetime(2017, 1, 17, 9, 20, 2, tzinfo=UTC)
NO_VIBER = "380501234567"
OTHER = "380971234567"


def message_to(*numbers: str, callback_url: str | None = None) -> dict[str, Any]:
    message: dict[str, Any] = {
        "to": [{"msisdn": number, "reference": f"to_{number}"} for number in numbers],
        "text": "Your parcel is here",
        "alpha_name": "BSG",
        "options": {"viber": {"alt_route": {"originator": "BSG", "text": "parcel"}}},
    }
    if callback_url is not None:
        message["callback_url"] = callback_url
    return {"messages": [message]}


def call(account: Account, path: str, body: object = None) -> Any:
    answer = requests.request(
        "GET" if body is None else "POST",
        account.url + path,
        json=body,
        headers={"X-API-KEY": account.api_key},
        timeout=10,
    )
    return answer.json()


def send(account: Account, *numbers: str) -> Any:
    return call(account, "/rest/viber/create", message_to(*numbers))


def test_what_was_sent_can_be_read_and_time_moved_on() -> None:
    with MockBSG(scenario="sms-fallback") as bsg:
        send(bsg, OTHER)
        bsg.advance("5s")
        assert bsg.messages[0].status == "undeliverable"
        assert bsg.messages[0].alt_route[0].status == "sent"


@pytest.mark.parametrize(("scenario", "code"), [("default", 1), ("as-seen-live", "1")])
def test_key_that_came_in_the_wrong_header_is_told_of_the_account_that_was_meant(scenario: str, code: object) -> None:
    with MockBSG(scenario=scenario) as bsg:
        headers = {"Authorization": f"Bearer {bsg.api_key}"}
        answer = requests.get(f"{bsg.url}/rest/common/balance", headers=headers, timeout=10)
        assert answer.json()["error"] == code
        (request,) = bsg.requests
        assert (request.status, request.error) == (200, 1)
        assert "Authorization: Bearer" in request.notes[0]
        assert bsg.api_key not in request.notes[0]


def test_message_is_told_whole() -> None:
    with MockBSG(FROZEN) as bsg:
        send(bsg, NO_VIBER)
        bsg.advance(2.5)
        viber, sms = bsg.messages
        assert (viber.id, viber.channel, viber.msisdn, viber.reference) == ("217", "viber", NO_VIBER, f"to_{NO_VIBER}")
        assert (viber.sender, viber.text, viber.rule, viber.request) == ("BSG", "Your parcel is here", "no Viber", 1)
        assert (viber.status, viber.price, viber.currency) == ("undeliverable", Decimal(0), "EUR")
        assert viber.time_in == START
        assert [(step.at - START, step.status, step.happened) for step in viber.timeline] == [
            (timedelta(0), "scheduled", True),
            (timedelta(seconds=1), "sent", True),
            (timedelta(seconds=2), "undeliverable", True),
        ]
        assert viber.alt_route == (sms,)
        assert (sms.channel, sms.alt_route_of, sms.price, sms.rule) == ("sms", "217", Decimal("0.023"), "defaults")
        assert not sms.timeline[-1].happened
        assert viber.options is not None
        assert viber.options.alt_route is not None
        assert bsg.balance == Decimal("99.977")


def send_code(account: Account, recipient: str, session: str = "") -> str:
    """Send a one-time code, or another one for that session; tells the session's id."""
    login = requests.post(f"{account.url}/api/auth/login", json={"api_key": account.api_key}, timeout=10)
    body = {"recipient": recipient, "channel": "sms", "sender": "SHOP", "template_id": 1}
    answer = requests.post(
        f"{account.url}/api/2fa/authentications/otp{session and f'/{session}/resend'}",
        headers={"Authorization": f"Bearer {login.json()['bearer']}"},
        json=None if session else body | {"code_lifetime": 60, "code_max_tries": 3, "code_digits": 6},
        timeout=10,
    )
    return str(answer.json()["data"]["id"])


def test_codes_are_told_the_newest_first() -> None:
    with MockBSG(FROZEN) as bsg:
        assert bsg.codes == []
        first, second = send_code(bsg, OTHER), send_code(bsg, NO_VIBER)
        bsg.advance("5s")
        send_code(bsg, OTHER, first)
        again, other, void = bsg.codes
        assert [each.status for each in bsg.codes] == ["pending", "pending", "void"]
        assert [each.id for each in bsg.codes] == [first, second, first]
        assert (again.recipient, again.message, again.expires_at) == (OTHER, "219", START + timedelta(seconds=65))
        assert (other.recipient, other.message, other.expires_at) == (NO_VIBER, "218", START + timedelta(seconds=60))
        assert (len(again.code), again.code == void.code) == (6, False)
        message = bsg.messages[2]
        assert message.otp == OneTimeCode(first, again.code, "pending")
        assert message.text == f"Your code is {again.code}"
        bsg.advance("1m")
        assert [each.status for each in bsg.codes] == ["expired", "expired", "void"]


def test_last_code_to_a_number_is_told() -> None:
    with MockBSG(FROZEN) as bsg:
        with pytest.raises(LookupError, match=f"no one-time code was sent to {OTHER}; codes were sent to nobody"):
            bsg.last_code(OTHER)
        send_code(bsg, OTHER)
        send_code(bsg, NO_VIBER)
        session = bsg.codes[1].id
        send_code(bsg, OTHER, session)
        assert bsg.last_code(f"+{OTHER}") == bsg.codes[0].code
        with pytest.raises(LookupError, match=f"codes were sent to {OTHER}, {NO_VIBER}"):
            bsg.last_code("4915112345678")


def test_message_is_a_snapshot() -> None:
    with MockBSG(FROZEN) as bsg:
        send(bsg, OTHER)
        before = bsg.messages[0]
        bsg.advance("2s")
        assert before.status == "scheduled"
        assert bsg.messages[0].status == "delivered"


def test_request_tells_what_came_and_what_was_answered() -> None:
    with MockBSG(FROZEN) as bsg:
        answer = send(bsg, NO_VIBER, "12")
        request = bsg.requests[0]
        assert (request.number, request.method, request.path) == (1, "POST", "/rest/viber/create")
        assert request.headers["host"] in bsg.url
        assert request.headers["x-api-key"] == bsg.api_key
        assert request.json == message_to(NO_VIBER, "12")
        assert (request.status, request.error, request.answer_json) == (200, 0, answer)
        assert request.notes == ("msisdn '12' has 2 digits: 8 to 15 are expected, with the country's code",)
        assert (request.rules, request.fault, request.at) == (("no Viber",), None, START)


def test_request_tells_its_fault_and_that_no_answer_came() -> None:
    with MockBSG({"faults": [{"name": "gone", "fault": "connection_reset"}]}) as bsg:
        with pytest.raises(requests.ConnectionError):
            send(bsg, OTHER)
        request = bsg.requests[0]
        assert (request.status, request.fault, request.error) == (None, "gone", None)


@pytest.mark.parametrize("duration", ["2s", 2, 2.0, timedelta(seconds=2)])
def test_duration_may_be_text_seconds_or_a_timedelta(duration: str | float | timedelta) -> None:
    with MockBSG(FROZEN) as bsg:
        bsg.advance(duration)
        assert bsg.now == START + timedelta(seconds=2)


def test_next_is_the_next_thing_that_happens() -> None:
    with MockBSG(FROZEN) as bsg:
        send(bsg, OTHER)
        bsg.advance("next")
        bsg.advance("next")
        assert (bsg.messages[0].status, bsg.now) == ("delivered", START + timedelta(seconds=2))


@pytest.mark.parametrize("duration", ["soon", "-1s", -1, timedelta(days=-1), math.nan, math.inf, 1e30, None, True, [5]])
def test_duration_that_is_none_is_refused(duration: Any) -> None:
    with MockBSG(FROZEN) as bsg, pytest.raises((ValueError, TypeError), match="duration"):
        bsg.advance(duration)


def test_status_can_be_made_to_happen() -> None:
    with MockBSG(FROZEN) as bsg:
        send(bsg, OTHER)
        assert bsg.set_status(bsg.messages[0], "read").status == "read"
        with pytest.raises(ValueError, match="cannot become 'expired'"):
            bsg.set_status(bsg.messages[0], "expired")
        with pytest.raises(ValueError, match="is one of scheduled, "):
            bsg.set_status(bsg.messages[0], "raed")


def test_a_phone_answers_an_sms_that_it_got() -> None:
    with MockBSG(FROZEN) as bsg:
        send(bsg, NO_VIBER)
        bsg.advance("1m")
        viber, sms = bsg.messages
        came = bsg.reply(sms, "Yes, please")
        assert (came.msisdn, came.originator, came.text, came.message) == (
            sms.msisdn,
            sms.sender,
            "Yes, please",
            sms.id,
        )
        assert bsg.incoming == [came]
        with pytest.raises(ValueError, match="is a viber message"):
            bsg.reply(viber, "Yes")


def test_explanation_names_each_rule_that_was_passed_over() -> None:
    with MockBSG(FROZEN) as bsg:
        send(bsg, OTHER)
        assert bsg.explain(bsg.messages[0]).splitlines() == [
            "decided by 'defaults' of the scenario 'inline'",
            f"not 'no Viber': msisdn should be 38050*, was {OTHER}",
        ]


# --- scenarios


def test_scenario_may_be_a_name_a_file_a_mapping_a_text_or_a_scenario(tmp_path: Path) -> None:
    file = tmp_path / "empty-purse.yaml"
    file.write_text("account: {balance: 0}\n")
    with MockBSG() as bsg:
        for scenario, name in (
            ("insufficient-funds", "insufficient-funds"),
            (file, "empty-purse"),
            (str(file), "empty-purse"),
            ({"account": {"balance": 0}}, "inline"),
            ("account: {balance: 0}", "inline"),
            (Scenario({"account": {"balance": 0}}), "inline"),
        ):
            bsg.use("default")
            bsg.use(scenario)
            assert bsg.balance == 0
            assert bsg.scenario == name


def test_mapping_may_hold_what_python_has_words_for() -> None:
    scenario = Scenario(
        {
            "clock": {"start": datetime(2017, 1, 17, 9, 20, 2, tzinfo=UTC), "manual": True},
            "account": {"balance": Decimal("0.46"), "senders": {"BSG"}, "tariffs": {0: 1, 9: 0.5}},
            "defaults": {"viber": {"sent": timedelta(seconds=1), "delivered": timedelta(milliseconds=1500)}},
            "prices": {"viber": {"default": 0.23}},
        }
    )
    with MockBSG(scenario) as bsg:
        send(bsg, OTHER)
        bsg.advance("1500ms")
        assert (bsg.messages[0].status, bsg.balance) == ("delivered", Decimal("0.23"))


def test_mapping_with_something_that_no_scenario_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="a scenario has no place for object"):
        Scenario({"description": object()})


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("defaults:\n  vibre: {sent: 1s}\n", ["bad.yaml:2:3: defaults.vibre: there is no key 'vibre'"]),
        ("clock: [\n", ["bad.yaml:2:1: "]),
    ],
)
def test_bad_scenario_is_told_with_file_line_and_column(text: str, faults: list[str], tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with MockBSG() as bsg, pytest.raises(ScenarioError) as raised:
        bsg.use(file)
    for line, fault in zip(str(raised.value).splitlines(), faults, strict=True):
        assert line.startswith(f"{tmp_path}/{fault}")


def test_bad_mapping_is_told_with_the_path_of_each_fault() -> None:
    with pytest.raises(ScenarioError, match=r"<dict>:\d+:\d+: rules\[0\].match.msisdnn: .*did you mean 'msisdn'"):
        MockBSG({"rules": [{"match": {"msisdnn": "38050*"}}]}).start()


@pytest.mark.parametrize("name", ["missing.yaml", "missing/it", "bytes.yaml"])
def test_file_that_cannot_be_read_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"description: \xff")
    with pytest.raises(ScenarioError, match=f"{name}:1:(1: the file cannot be read|14: the byte 0xFF is not UTF-8)"):
        Scenario(tmp_path / name)


def test_scenario_that_is_not_known_by_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownScenario, match="did you mean 'sms-fallback'"):
        MockBSG(scenario="sms-falback").start()


def test_folders_of_scenarios_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "poor.yaml").write_text("account: {balance: 1}")
    with MockBSG("poor", scenarios=[tmp_path]) as bsg:
        assert bsg.balance == 1
        assert bsg.account("test_poor.2").balance == 1
        assert bsg.account("test_default").balance == 1_000_000


def test_scenario_can_change_in_between_and_messages_stay() -> None:
    with MockBSG(FROZEN) as bsg:
        send(bsg, OTHER)
        bsg.use("blocked-account")
        assert send(bsg, NO_VIBER)["error"] == 2
        assert [message.msisdn for message in bsg.messages] == [OTHER]


# --- accounts


def test_account_of_another_key_is_another_world() -> None:
    with MockBSG(FROZEN) as bsg:
        other = bsg.account("test_other")
        send(bsg, OTHER)
        bsg.advance("2s")
        assert (other.messages, other.now, other.scenario) == ([], START, "inline")


def test_account_without_a_key_gets_one_of_its_own_and_its_scenario() -> None:
    with MockBSG() as bsg:
        accounts = [bsg.account(scenario="sms-fallback") for _ in range(3)]
        assert len({account.api_key for account in accounts}) == 3
        assert {account.scenario for account in accounts} == {"sms-fallback"}
        assert all(account.api_key.startswith("test_sms-fallback.") for account in accounts)


def test_clear_forgets_all_and_begins_the_scenario_anew() -> None:
    with MockBSG() as bsg:
        bsg.use(FROZEN)
        send(bsg, OTHER)
        bsg.advance("1h")
        bsg.clear()
        assert (bsg.messages, bsg.requests, bsg.reports, bsg.now) == ([], [], [], START)
        assert send(bsg, OTHER)["result"][0]["id"] == "217"


# --- servers


def test_many_servers_live_in_one_process() -> None:
    servers = [MockBSG(FROZEN).start() for _ in range(5)]
    for server in servers:
        send(server, OTHER)
    assert [len(server.messages) for server in servers] == [1] * 5
    assert len({server.url for server in servers}) == 5
    for server in servers:
        server.stop()


def test_what_was_sent_can_be_read_after_the_stop_and_nothing_else_done() -> None:
    with MockBSG(FROZEN) as bsg:
        send(bsg, NO_VIBER)
    assert bsg.messages[0].status == "scheduled"
    assert len(bsg.requests) == 1
    with pytest.raises(RuntimeError, match="has stopped"):
        bsg.advance("1s")


def test_server_can_start_again_after_a_stop() -> None:
    bsg = MockBSG(FROZEN, api_key="test_mine").start()
    send(bsg, OTHER)
    bsg.stop()
    bsg.stop()
    bsg.start()
    assert (bsg.messages, bsg.api_key) == ([], "test_mine")
    bsg.stop()


@pytest.mark.usefixtures("ipv6")
def test_the_server_answers_on_both_loopbacks() -> None:
    with MockBSG() as bsg:
        port = bsg.url.rpartition(":")[2]
        assert bsg.url == f"http://127.0.0.1:{port}"
        assert requests.get(f"http://[::1]:{port}/_mock/health", timeout=10).status_code == 200


def test_start_of_one_that_runs_is_refused() -> None:
    with MockBSG() as bsg, pytest.raises(RuntimeError, match=f"runs already, at {bsg.url}"):
        bsg.start()


def test_use_before_the_start_is_refused_with_what_to_do() -> None:
    with pytest.raises(RuntimeError, match=r"with MockBSG\(\) as bsg"):
        _ = MockBSG().messages


def test_port_that_is_taken_is_told() -> None:
    with MockBSG() as bsg:
        port = int(bsg.url.rpartition(":")[2])
        with pytest.raises(ServerError, match=f"port {port} is taken"):
            MockBSG(port=port).start()


def test_server_leaves_no_thread_and_touches_neither_signals_nor_collector() -> None:
    def state() -> tuple[object, ...]:
        return signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), gc.get_freeze_count()

    before, threads = state(), set(threading.enumerate())
    with MockBSG() as bsg:
        send(bsg, OTHER)
    assert state() == before
    assert set(threading.enumerate()) <= threads  # one that an earlier test left may end meanwhile


def test_answer_that_hangs_does_not_hold_up_the_stop() -> None:
    bsg = MockBSG({"faults": [{"fault": "hang"}]}).start()
    gone: list[Exception] = []

    def ask() -> None:
        try:
            send(bsg, OTHER)
        except requests.ConnectionError as error:
            gone.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: bsg.requests, "the request")
    bsg.stop()
    asking.join()
    assert len(gone) == 1


def test_tls_comes_with_its_authority(tmp_path: Path) -> None:
    with MockBSG(tls=True) as bsg:
        assert bsg.ca_pem is not None
        (tmp_path / "ca.pem").write_bytes(bsg.ca_pem)
        health = requests.get(f"{bsg.tls_url}/_mock/health", verify=str(tmp_path / "ca.pem"), timeout=10)
        assert health.json()["status"] == "healthy"


# --- waiting


def test_wait_ends_as_soon_as_enough_messages_are_there() -> None:
    with MockBSG(FROZEN) as bsg:
        sending = threading.Timer(0.01, send, [bsg, OTHER, NO_VIBER])
        sending.start()
        assert {message.msisdn for message in bsg.wait_for(2, channel="viber")} == {OTHER, NO_VIBER}
        sending.join()


def test_wait_for_a_status_ends_when_time_brings_it() -> None:
    with MockBSG({"clock": {"speed": 1000}, "defaults": {"viber": {"sent": "1s", "delivered": "2s"}}}) as bsg:
        send(bsg, OTHER)
        assert [message.msisdn for message in bsg.wait_for(status="delivered", msisdn="38097*")] == [OTHER]


def test_wait_in_vain_tells_what_was_there() -> None:
    with MockBSG(FROZEN) as bsg:
        send(bsg, OTHER)
        with pytest.raises(WaitError) as raised:
            bsg.wait_for(2, status="delivered", timeout=0)
        assert str(raised.value).splitlines() == [
            "waited 0 s for 2 messages with status 'delivered': none came; there is 1 in all",
            f"  viber 217 to {OTHER} (to_{OTHER}): scheduled by the defaults, 0.23 EUR",
            "     09:20:02.000 scheduled · to come: +1s sent · +2s delivered · +5s read",
            "the account's clock stands still: advance() moves it on",
        ]


def test_wait_for_what_cannot_be_is_refused() -> None:
    with MockBSG(FROZEN) as bsg:
        with pytest.raises(ValueError, match=r"status must be one of .*; not 'deliverd'"):
            bsg.wait_for(status="deliverd")
        with pytest.raises(ValueError, match=r"channel must be one of viber, .*; not 'whatsapp'"):
            bsg.wait_for(channel="whatsapp")
        with pytest.raises(ValueError, match=r"msisdn: '050\*' matches no phone number.*write '38050\*'"):
            bsg.wait_for(msisdn="050*")
        with pytest.raises(ValueError, match=r"status with channel=sms must be one of .*; not 'read'"):
            bsg.wait_for(channel="sms", status="read")
        with pytest.raises(ValueError, match=r"reference: 'order 1' fits no reference"):
            bsg.wait_for(reference="order 1")
        for timeout in (-1, math.inf, math.nan):
            with pytest.raises(ValueError, match="a timeout must be seconds, from 0 to 86400; not"):
                bsg.wait_for(timeout=timeout)


# --- event loops and webhooks


async def test_async_with_serves_the_loop_it_runs_in() -> None:
    async with MockBSG(FROZEN) as bsg, ClientSession(bsg.url, headers={"X-API-KEY": bsg.api_key}) as client:
        async with client.post("/rest/viber/create", json=message_to(OTHER)) as answer:
            assert (await answer.json())["total_price"] == 0.23
        await bsg.advance_async("2s")
        assert (await bsg.wait_for_async(status="delivered"))[0].msisdn == OTHER


async def test_webhook_in_the_same_loop_is_told_before_advance_is_done() -> None:
    told: list[str] = []

    async def receive(request: web.Request) -> web.Response:
        told.append((await request.json())["status"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/", receive)
    async with TestServer(app) as webhook, MockBSG(FROZEN) as bsg:
        body = message_to(OTHER, callback_url=str(webhook.make_url("/")))
        await asyncio.to_thread(call, bsg, "/rest/viber/create", body)
        await bsg.advance_async("2s")
        assert told == ["sent", "delivered"]
        assert [(report.status, report.state, report.attempts[0].status) for report in bsg.reports] == [
            ("sent", "delivered", 200),
            ("delivered", "delivered", 200),
        ]
        assert bsg.reports[0].message == bsg.messages[0].id
        assert bsg.reports[0].json["status"] == "sent"


async def test_advance_and_wait_for_work_in_an_event_loop_too() -> None:
    async with MockBSG(FROZEN) as bsg:
        await asyncio.to_thread(call, bsg, "/rest/viber/create", message_to(OTHER))
        bsg.advance("2s")
        assert bsg.wait_for(status="delivered")


async def test_advance_that_would_wait_for_a_webhook_in_the_same_loop_is_refused_with_what_to_write() -> None:
    async with MockBSG(FROZEN) as bsg:
        body = message_to(OTHER, callback_url="http://127.0.0.1:9/")
        await asyncio.to_thread(call, bsg, "/rest/viber/create", body)
        with pytest.raises(RuntimeError, match="write: await advance_async"):
            bsg.advance("1s")


def test_report_that_is_not_taken_is_tried_again_as_time_goes_by() -> None:
    answers = [500, 500, 200]
    told: list[str] = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["status"])
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test tells."""

    with HTTPServer(("127.0.0.1", 0), Webhook) as server, MockBSG(FROZEN) as bsg:
        threading.Thread(target=server.serve_forever, args=[0.01]).start()
        call(bsg, "/rest/viber/create", message_to(OTHER, callback_url=f"http://127.0.0.1:{server.server_port}/"))
        bsg.advance("1s")
        assert bsg.reports[0].state == "pending"
        bsg.advance("6s")
        assert told[:3] == ["sent", "sent", "sent"]
        assert [attempt.status for attempt in bsg.reports[0].attempts] == [500, 500, 200]
        server.shutdown()


# --- the package


def test_import_of_package_and_plugin_alone_loads_nothing() -> None:
    program = """
        import sys
        import mock_bsg, mock_bsg.pytest_plugin
        print([name for name in ("aiohttp", "pydantic", "ruamel", "mock_bsg.scenario") if name in sys.modules])
    """
    run = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_package_has_every_name_that_it_announces() -> None:
    assert all(getattr(mock_bsg, name) is not None for name in mock_bsg.__all__)
    assert set(mock_bsg.__all__) <= set(dir(mock_bsg))
    with pytest.raises(AttributeError, match="no attribute 'MockBgs'"):
        _ = mock_bsg.MockBgs  # type: ignore[attr-defined]  # that is the test
