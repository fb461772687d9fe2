"""The command: nothing is sent that was not agreed to, every end has its exit code, a report is never lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from mock_bsg import MockBSG
from tests.test_cli import PATIENCE_S, clean_environ

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "test_0ZeXYZsecret"
ONE_API_KEY = "test_9WvABCsecret"

# The command without its pauses; at the end of the words a signal, and how many answers it gets before that comes.
QUICK = """
import os, signal, sys
from mock_bsg import cli
from mock_bsg.compare import asking, comparison
# A shell lets what runs in the background ignore Ctrl-C; the tests themselves may run there.
signal.signal(signal.SIGINT, signal.SIG_IGN if "IN_BACKGROUND" in os.environ else signal.default_int_handler)
answers, number, exchange = int(sys.argv.pop()), int(sys.argv.pop()), asking.Asker._exchange
async def count(self, *words):
    global answers
    answers -= 1
    if answers == 0:
        os.kill(os.getpid(), number)
    return await exchange(self, *words)
asking.Asker._exchange = count
comparison.Comparison.__init__.__defaults__ = (asking.Limits(pause=0), *comparison.Comparison.__init__.__defaults__[1:])
sys.exit(cli.main(["compare", *sys.argv[1:]]))
"""


def run(
    *words: str, stdin: str = "", after: int = -1, number: int = signal.SIGINT, **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", QUICK, *words, str(int(number)), str(after)],
        input=stdin,
        env=clean_environ({"PYTHONIOENCODING": "utf-8", **environ}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture(scope="module")
def bsg() -> Iterator[MockBSG]:
    with MockBSG() as opened:
        yield opened


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of its own for each test, so that each knows what was sent."""
    return f"test_compare.{request.node.name}-secret".replace("[", "-").replace("]", "")


@pytest.mark.slow
def test_all_as_assumed_is_0(bsg: MockBSG, key: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    result = run("--api-key", key, "--url", bsg.url, "--yes", "--report", str(report))

    assert (result.returncode, result.stderr) == (0, "")
    assert "0 differ, 0 cannot be told; report in " in result.stdout
    assert "secret" not in result.stdout
    assert json.loads(report.read_text())["is_complete"]
    assert 50 < len(bsg.account(key).requests) <= 60


@pytest.mark.slow
def test_the_one_api_is_asked_with_its_own_key(bsg: MockBSG, key: str, tmp_path: Path) -> None:
    report, one_api_key = tmp_path / "report.md", f"{key}.one-api"
    words = ("--api-key", key, "--one-api-key", one_api_key, "--url", bsg.url, "--yes", "--report", str(report))
    result = run(*words)

    assert (result.returncode, result.stderr) == (1, "")  # a new account has no messages to be looked at
    assert "0 differ, 1 cannot be told; report in " in result.stdout
    assert "as assumed   one-login: Is a token the whole answer to a key?\n" in result.stdout
    assert "secret" not in result.stdout + report.read_text()
    paths = {
        each: {request.path.split("/")[1] for request in bsg.account(each).requests} for each in (key, one_api_key)
    }
    assert paths == {key: {"rest", "v1.0"}, one_api_key: {"api"}}


def test_something_that_differs_is_3(tmp_path: Path) -> None:
    with MockBSG(scenario={"faults": [{"match": {"path": "/common/tariff"}, "error": 5}]}) as other:
        result = run("--api-key", KEY, "--url", other.url, "--yes", "--report", str(tmp_path / "report.md"))

    assert (result.returncode, result.stderr) == (3, "")
    assert "differs      common-tariff: What does common/tariff answer?\n" in result.stdout
    assert "    seen: HTTP 200 application/json; charset=utf-8: {" in result.stdout
    assert "1 differ" in result.stdout
    assert "## common-tariff: differs" in (tmp_path / "report.md").read_text()


def test_something_that_cannot_be_told_is_1() -> None:
    with MockBSG(scenario={"faults": [{"match": {"path": "/common/tariff"}, "status": 503}]}) as other:
        result = run("--api-key", KEY, "--url", other.url, "--yes")

    assert (result.returncode, result.stderr) == (1, "")
    assert "cannot tell  common-tariff" in result.stdout
    assert "HTTP 503, and it does not say for how long" in result.stdout


@pytest.mark.parametrize("stdin", ["", "yes\n"])
def test_without_a_terminal_nothing_is_sent_unless_it_was_agreed_to(bsg: MockBSG, key: str, stdin: str) -> None:
    result = run("--api-key", key, "--url", bsg.url, stdin=stdin)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "mock-bsg: compare: nothing was sent, for there is no terminal to ask on; --yes answers\n"
    assert bsg.account(key).requests == []


@pytest.mark.parametrize(
    ("typed", "is_sent"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("\x04", False)]
)
def test_at_a_terminal_it_asks_before_it_sends(bsg: MockBSG, key: str, typed: str, is_sent: bool) -> None:  # noqa: FBT001
    pty = pytest.importorskip("pty")
    terminal, its_end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", QUICK, "--api-key", key, "--url", bsg.url, "2", "-1"],
        stdin=its_end,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean_environ({"PYTHONIOENCODING": "utf-8"}),
    ) as process:
        os.close(its_end)
        os.write(terminal, typed.encode())
        out, err = process.communicate(timeout=PATIENCE_S)
    os.close(terminal)

    announced, _, told = out.decode().partition("Send all this? [y/N] ")
    assert "GET /rest/common/balance" in announced
    assert bool(bsg.account(key).requests) == is_sent
    assert process.returncode == (0 if is_sent else 2)
    assert ("as assumed" in told) == is_sent
    assert err.decode() == ("" if is_sent else "mock-bsg: compare: nothing was sent\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_reports_what_there_is(bsg: MockBSG, key: str, tmp_path: Path, number: int) -> None:
    report = tmp_path / "report.json"
    result = run("--api-key", key, "--url", bsg.url, "--yes", "--report", str(report), after=40, number=number)

    found = json.loads(report.read_text())
    assert result.returncode == 128 + signal.SIGINT
    assert "interrupted\n" in result.stdout
    assert " not asked; report in " in result.stdout
    assert not found["is_complete"]
    assert found["findings"]
    assert result.stderr == ""


def test_a_run_in_the_background_is_ended_by_a_signal_too(bsg: MockBSG, key: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    words = ("--api-key", key, "--url", bsg.url, "--yes", "--report", str(report))
    result = run(*words, after=40, number=signal.SIGTERM, IN_BACKGROUND="yes")

    assert (result.returncode, result.stderr) == (128 + signal.SIGINT, "")
    assert not json.loads(report.read_text())["is_complete"]


def test_a_run_interrupted_before_its_first_answer_has_no_report(bsg: MockBSG, key: str, tmp_path: Path) -> None:
    result = run("--api-key", key, "--url", bsg.url, "--yes", "--report", str(tmp_path / "report.md"), after=1)

    assert result.returncode == 128 + signal.SIGINT
    assert result.stdout.endswith(" not asked\n")
    assert not (tmp_path / "report.md").exists()


def test_an_authority_of_the_environment_is_trusted(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    with MockBSG(tls=True) as other:
        assert other.tls_url is not None
        assert other.ca_pem is not None
        authority.write_bytes(other.ca_pem)
        result = run("--api-key", KEY, "--url", other.tls_url, "--yes", SSL_CERT_FILE=str(authority))

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--api-key", "live_0ZeXYZsecret"], "--allow-live takes any"),
        (["--api-key", "test_\x01secret"], "printable ASCII"),
        (["--api-key", KEY, "--one-api-key", "live_0ZeXYZsecret"], "--one-api-key: only a key that begins with test_"),
        (["--api-key", KEY, "--one-api-key", ""], "--one-api-key: nothing was found"),
        (["--one-api-key", ONE_API_KEY], "the following arguments are required: --api-key"),
        (["--api-key", KEY, "--url", "http://127.0.0.1:1/rest"], "nothing behind its host is expected"),
        (["--api-key", KEY, "--url", "127.0.0.1:1"], "a URL like https://api.bsg.world is expected"),
        (["--api-key", KEY, "--msisdn", "380501234567", "12"], "--msisdn: '12' was found"),
        (
            ["--api-key", KEY, "--report", "/nowhere/report.md", "--url", "http://127.0.0.1:1"],
            "cannot be written: No such",
        ),
        (["--url", "http://127.0.0.1:1"], "the following arguments are required: --api-key"),
        (["--api-key", KEY, "--msisdn", "380501234567", "--msisdn", "12"], "--msisdn: '12' was found"),
        (["--api-key", KEY, "--api-kee=test_secret"], "'--api-kee' is not known here (did you mean '--api-key'?)"),
    ],
)
def test_a_bad_flag_is_one_line_and_2_and_nothing_is_sent(words: list[str], told: str) -> None:
    result = run(*words, "--yes")

    assert (result.returncode, result.stdout) == (2, "")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr


def test_a_refused_key_is_one_line_and_2(tmp_path: Path) -> None:
    with MockBSG(scenario="blocked-account") as other:
        result = run("--api-key", KEY, "--url", other.url, "--yes", "--report", str(tmp_path / "report.md"))
        assert len(other.account(KEY).requests) == 1

    assert result.returncode == 2
    assert result.stderr == (
        f"mock-bsg: compare: cannot tell anything about {other.url}: the key is refused: error 2, Account blocked\n"
    )
    assert not (tmp_path / "report.md").exists()


def test_a_server_that_is_down_is_one_line_and_1(unused_tcp_port: int) -> None:
    result = run("--api-key", KEY, "--url", f"http://127.0.0.1:{unused_tcp_port}", "--yes")

    assert result.returncode == 1
    assert result.stderr.startswith("mock-bsg: compare: cannot tell anything about http://127.0.0.1:")
    assert result.stderr.count("\n") == 1


def test_a_report_that_cannot_be_written_in_the_end_is_told(bsg: MockBSG, key: str) -> None:
    result = run("--api-key", key, "--url", bsg.url, "--yes", "--report", "/dev/full")

    assert result.returncode == 2
    assert result.stderr == "mock-bsg: compare: --report: '/dev/full' cannot be written: No space left on device\n"
    assert "as assumed   mnp-at-once" in result.stdout


def test_a_reader_who_has_seen_enough_loses_no_report(bsg: MockBSG, key: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with subprocess.Popen(
        [sys.executable, "-c", QUICK, "--api-key", key, "--url", bsg.url, "--yes", "--report", str(report), "2", "-1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean_environ({"PYTHONIOENCODING": "utf-8"}),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if line.startswith(b"as assumed"):
                break
        process.stdout.close()
        timer = threading.Timer(PATIENCE_S, process.kill)
        timer.start()
        process.wait()
        timer.cancel()
        told = process.stderr.read()

    assert process.returncode == 128 + signal.SIGPIPE
    assert told == b""
    assert json.loads(report.read_text())["findings"]


@pytest.mark.parametrize(
    "command", [["check", "-"], ["schema"], ["scenarios"], ["health", "http://127.0.0.1:1"], ["--help"]]
)
def test_no_other_command_loads_what_compare_needs(command: list[str]) -> None:
    program = (
        "import sys; from mock_bsg import cli; cli.main(sys.argv[1:]);"
        "slow = [name for name in sys.modules if name == 'aiohttp' or name.startswith('mock_bsg.compare.')];"
        "print(slow, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *command],
        input="",
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert result.stderr.splitlines()[-1] == "[]"


def test_help_names_the_command_and_its_flags() -> None:
    def ask(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "mock_bsg", *words], capture_output=True, text=True, timeout=PATIENCE_S, check=True
        ).stdout

    assert "  compare    Ask the real BSG what the sandbox only assumes." in ask("--help")
    told = ask("compare", "--help")
    assert [
        flag
        for flag in ("--api-key", "--one-api-key", "--url", "--msisdn", "--report", "--allow-live", "--yes")
        if flag not in told
    ] == []
    assert "in at most 60 requests of its own" in " ".join(told.split())
