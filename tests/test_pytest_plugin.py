import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
import requests

from mock_bsg import MockBSG

pytest_plugins = ["pytester"]

SEND = """
    import pytest
    import requests

    def send(mock_bsg, *numbers, field="reference"):
        requests.post(
            f"{mock_bsg.url}/rest/viber/create",
            headers={"X-API-KEY": mock_bsg.api_key},
            json={"messages": [{
                "to": [{"msisdn": number, field: "order-19"} for number in numbers],
                "text": "Hello",
                "alpha_name": "Shop",
                "options": {"viber": {"alt_route": {"originator": "Shop", "text": "Hello"}}},
            }]},
            timeout=10,
        )
"""


@pytest.fixture(scope="module", autouse=True)
def _keep_imports() -> None:
    """Import here what the tests inside import: pytester forgets theirs after each test, and some bear it badly."""
    with MockBSG() as bsg:
        requests.get(bsg.url, timeout=10)


@pytest.fixture(autouse=True)
def _choose_scope(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")


def run(pytester: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(dedent(SEND) + dedent(tests))
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *options)


def test_each_test_has_an_account_of_its_own(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import mock_bsg as package

        @pytest.mark.parametrize("number", range(3))
        def test_it(mock_bsg, mock_bsg_server, number):
            send(mock_bsg, "380972920000")
            assert [message.reference for message in mock_bsg.messages] == ["order-19"]
            assert isinstance(mock_bsg, package.Account)
            assert mock_bsg.url == mock_bsg_server.url
        """,
    )
    result.assert_outcomes(passed=3)


def test_account_is_forgotten_after_its_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(mock_bsg):
            send(mock_bsg, "380972920000")

        def test_next(mock_bsg_server):
            there = requests.get(f"{mock_bsg_server.url}/_mock/accounts", timeout=10).json()["accounts"]
            assert [account["key"] for account in there] == [mock_bsg_server.api_key]
        """,
    )
    result.assert_outcomes(passed=2)


def test_marker_says_the_scenario_by_name_mapping_text_or_file_beside_the_test(pytester: pytest.Pytester) -> None:
    pytester.mkdir("scenarios").joinpath("poor.yaml").write_text("account: {balance: 1}")
    result = run(
        pytester,
        """
        from pathlib import Path
        from mock_bsg import Scenario

        @pytest.mark.mock_bsg(scenario="insufficient-funds")
        class TestMarked:
            def test_of_the_class(self, mock_bsg):
                assert (mock_bsg.scenario, mock_bsg.balance) == ("insufficient-funds", 0)

            @pytest.mark.mock_bsg(scenario={"account": {"balance": 5}})
            def test_nearest_marker_wins(self, mock_bsg):
                assert mock_bsg.balance == 5

        @pytest.mark.parametrize("balance", [
            pytest.param(1, marks=pytest.mark.mock_bsg(scenario="scenarios/poor.yaml")),
            pytest.param(1, marks=pytest.mark.mock_bsg(scenario=Path("scenarios/poor.yaml"))),
            pytest.param(2, marks=pytest.mark.mock_bsg(scenario="account: {balance: 2}")),
            pytest.param(3, marks=pytest.mark.mock_bsg(scenario=Scenario({"account": {"balance": 3}}))),
            1000000,
        ])
        def test_it(mock_bsg, balance, monkeypatch):
            assert mock_bsg.balance == balance
        """,
        "--strict-markers",
    )
    result.assert_outcomes(passed=7)


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("scenario='sms-falback'", "*there is no scenario 'sms-falback' (did you mean 'sms-fallback'[?])*"),
        ("scenario={'rulez': []}", "*<dict>:2:3: rulez: there is no key 'rulez' at the top of a scenario*"),
        ("scenario='none.yaml'", "*none.yaml:1:1: the file cannot be read: No such file or directory"),
        ("'sms-fallback'", "*@pytest.mark.mock_bsg takes scenario=…, not ('sms-fallback')"),
        ("scenaro='default'", "*@pytest.mark.mock_bsg takes scenario=…, not (scenaro=…)"),
    ],
)
def test_marker_that_is_wrong_is_told(pytester: pytest.Pytester, marker: str, complaint: str) -> None:
    result = run(pytester, f"@pytest.mark.mock_bsg({marker})\ndef test_it(mock_bsg): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([complaint])


FAILING = """
    @pytest.mark.mock_bsg(scenario='''
        clock: {start: 2017-01-17T09:20:02Z, manual: true}
        first_id: 217
        account: {balance: 100}
        prices: {viber: {UA: 0.23}, sms: {UA: 0.023}}
        rules:
          - name: no Viber on this phone
            match: {msisdn: "38050*"}
            viber: {sent: 1s, undeliverable: 2s}
        faults:
          - {name: gateway down, match: {path: /viber/create}, every: 3, status: 503}
    ''')
    def test_everybody_gets_viber(mock_bsg):
        send(mock_bsg, "380972920000", "12")
        send(mock_bsg, "380501234567", field="refrence")
        send(mock_bsg, "380501234568")
        requests.get(f"{mock_bsg.url}/rest/viber/balances", headers={"X-API-KEY": mock_bsg.api_key}, timeout=10)
        mock_bsg.advance("3.5s")
        assert {message.status for message in mock_bsg.messages} == {"delivered"}
"""
REPORT = """
scenario inline · it is 09:20:05.500 there · balance 99.747 · key test_inline.…
4 requests:
  #1 POST /rest/viber/create: HTTP 200
     recipient 2 (order-19): error 41 Invalid MSISDN
     note: msisdn '12' has 2 digits: 8 to 15 are expected, with the country's code
     body: {"messages": [{"to": [{"msisdn": "380972920000", "reference": "order-19"}, …
  #2 POST /rest/viber/create: HTTP 200, rule 'no Viber on this phone'
     note: unknown field messages[0].to[0].refrence (did you mean 'reference'?)
     body: {"messages": [{"to": [{"msisdn": "380501234567", "refrence": "order-19"}], …
  #3 POST /rest/viber/create: HTTP 503, fault 'gateway down'
  #4 GET /rest/viber/balances: HTTP 200, error 40 Message not found
2 messages:
  viber 217 to 380972920000 (order-19): delivered by the defaults, 0.23 EUR
     09:20:02.000 scheduled · +1s sent · +2s delivered · to come: +5s read
     not 'no Viber on this phone': msisdn should be 38050*, was 380972920000
  viber 218 to 380501234567: undeliverable by rule 'no Viber on this phone', 0 EUR
     09:20:02.000 scheduled · +1s sent · +2s undeliverable
     sms 219 to 380501234567: sent by the defaults, 0.023 EUR
        09:20:04.000 scheduled · +1s sent · to come: +2s delivered
"""


def section(output: str) -> str:
    """What stands under the line `--- mock_bsg ---`."""
    found = re.search(r"^-+ mock_bsg -+\n(.*?)^[=-]{10}", output, re.MULTILINE | re.DOTALL)
    assert found is not None, output
    text = re.sub(r"(test_[\w-]+\.)\w+$", r"\1…", found[1], flags=re.MULTILINE)
    return re.sub(r'("order-19"}\]?,) .*$', r"\1 …", text, flags=re.MULTILINE)


def test_failing_test_tells_what_was_sent_and_what_decided(pytester: pytest.Pytester) -> None:
    result = run(pytester, FAILING)
    result.assert_outcomes(failed=1)
    assert section(result.stdout.str()) == REPORT.lstrip()


def test_documentation_shows_that_very_report() -> None:
    page = Path(__file__).parent.parent / "docs" / "testing.md"
    assert REPORT in page.read_text()


def test_worker_of_xdist_tells_it_too(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    result = run(pytester, FAILING, "-n", "2")
    result.assert_outcomes(failed=1)
    assert section(result.stdout.str()) == REPORT.lstrip()


@pytest.mark.parametrize(("before", "after"), [("assert False", ""), ("", "assert False")])
def test_fixture_that_fails_before_or_after_the_test_tells_it_too(
    pytester: pytest.Pytester, before: str, after: str
) -> None:
    result = run(
        pytester,
        f"""
        @pytest.fixture
        def customer(mock_bsg):
            send(mock_bsg, "380972920000")
            {before}
            yield
            {after}

        def test_it(customer): pass
        """,
    )
    result.assert_outcomes(passed=1 if after else 0, errors=1)
    assert "viber 1 to 380972920000 (order-19): scheduled" in section(result.stdout.str())


def test_test_that_sent_nothing_says_so(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(mock_bsg): assert not mock_bsg.url")
    result.stdout.fnmatch_lines(["scenario default · *", "no requests", "no messages"])


def test_test_that_passes_or_does_not_use_the_fixture_tells_nothing(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_passes(mock_bsg): send(mock_bsg, "380972920000")
        def test_fails(): assert False
        """,
        "-rA",
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*- mock_bsg -*")


def test_long_story_is_cut_to_its_end(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(mock_bsg):
            for number in range(23):
                send(mock_bsg, f"3809729200{number:02}", field="none")
            assert False
        """,
    )
    result.stdout.fnmatch_lines(
        ["23 requests:", "  (the 3 before these are left out)", "  [#]4 *", "*  viber 4 to 380972920003: *"]
    )


def test_reports_of_a_webhook_that_is_down_are_told(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(mock_bsg):
            message = {"to": [{"msisdn": "380972920000"}], "text": "Hello", "alpha_name": "Shop"}
            message["callback_url"] = "http://127.0.0.1:9/webhook"
            headers = {"X-API-KEY": mock_bsg.api_key}
            body = {"messages": [message]}
            requests.post(f"{mock_bsg.url}/rest/viber/create", headers=headers, json=body, timeout=10)
            mock_bsg.advance("1500ms")
            assert mock_bsg.reports[0].state == "delivered"
        """,
    )
    result.stdout.fnmatch_lines(
        [
            "1 delivery report:",
            "  [#]1 sent of 1 to http://127.0.0.1:9/webhook: pending",
            "     *:*:*.* cannot connect to 127.0.0.1:9: *",
        ]
    )


def test_session_can_have_a_server_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest
        from mock_bsg import MockBSG

        @pytest.fixture(scope="session")
        def mock_bsg_server():
            with MockBSG("insufficient-funds") as server:
                yield server
        """
    )
    result = run(pytester, "def test_it(mock_bsg): assert mock_bsg.scenario == 'insufficient-funds'")
    result.assert_outcomes(passed=1)


def test_unittest_class_takes_the_fixture_and_its_failure_is_told(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import unittest

        class CustomerTest(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _connect(self, mock_bsg):
                self.bsg = mock_bsg

            def test_it(self):
                send(self.bsg, "380972920000")
                self.assertEqual(self.bsg.messages, [])
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*- mock_bsg -*", "scenario default · *"])


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_async_tests_take_the_fixture(pytester: pytest.Pytester, mode: str) -> None:
    pytest.importorskip("pytest_asyncio")
    result = run(
        pytester,
        """
        @pytest.mark.asyncio
        async def test_it(mock_bsg):
            send(mock_bsg, "380972920000")
            await mock_bsg.advance_async("1m")
            assert (await mock_bsg.wait_for_async(status="read"))[0].channel == "viber"
        """,
        f"--asyncio-mode={mode}",
    )
    result.assert_outcomes(passed=1)


def test_plugin_asks_for_no_other_and_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(mock_bsg): assert mock_bsg.messages == []")
    without = ["-p", "no:asyncio", "-p", "no:aiohttp", "-p", "no:xdist", "-p", "no:cacheprovider", "-W", "error"]
    program = [sys.executable, "-m", "pytest", "-q", *without, str(tmp_path)]
    alone = subprocess.run(program, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert alone.returncode == 0, alone.stdout
    left_out = subprocess.run(
        [*program, "-p", "no:mock_bsg"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert "fixture 'mock_bsg' not found" in left_out.stdout


def test_marker_and_fixture_are_in_pytests_own_lists(pytester: pytest.Pytester) -> None:
    markers = pytester.runpytest_inprocess("--markers")
    markers.stdout.fnmatch_lines(["@pytest.mark.mock_bsg(scenario=…): *"])
    fixtures = run(pytester, "", "--fixtures")
    fixtures.stdout.fnmatch_lines(["mock_bsg *", "*Give the test an account of BSG's of its own: *"])
