"""The sandbox's process: one for all servers, gone when the tests' process is, and never waited for without an end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
import requests

from mock_bsg import MockBSG, Scenario, ScenarioError, WaitError
from mock_bsg.embedded import process as embedded
from mock_bsg.embedded import spawning
from mock_bsg.embedded.real import Real

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")


@pytest.fixture
def _own_process() -> Iterator[None]:
    """Let what the test starts be in a process that nobody else uses."""
    embedded.end_process()
    yield
    embedded.end_process()


def is_there(pid: int) -> bool:
    with contextlib.suppress(OSError):
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text() if Path("/proc/self").exists() else True
    return False


def wait_until_gone(pid: int) -> None:
    """Wait for the end of a process that is nobody's child here; fails after some seconds."""
    waiting = threading.Event()
    for _ in range(200):
        if not is_there(pid):
            return
        waiting.wait(0.05)
    pytest.fail(f"process {pid} is still there")


def send(bsg: MockBSG) -> None:
    body = {"messages": [{"to": [{"msisdn": "380972920000"}], "text": "Hello", "alpha_name": "Shop"}]}
    requests.post(f"{bsg.url}/rest/viber/create", json=body, headers={"X-API-KEY": bsg.api_key}, timeout=10)


# --- one for all


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[spawning.Spawned]:
    """List the processes that are started from now on."""
    embedded.end_process()
    found: list[spawning.Spawned] = []

    def spawn() -> spawning.Spawned:
        found.append(spawning.spawn())
        return found[-1]

    monkeypatch.setattr(embedded, "spawn", spawn)
    return found


def test_servers_share_one_process(started: list[spawning.Spawned]) -> None:
    with (
        MockBSG() as first,
        MockBSG(tls=True, callbacks="off") as second,
        MockBSG({"account": {"balance": 3}}) as third,
    ):
        Scenario("account: {balance: 2}")
        assert len({each.url for each in (first, second, third)}) == 3
    assert MockBSG().start().messages == []
    assert len(started) == 1


def test_servers_that_several_threads_start_at_once_share_it_too(started: list[spawning.Spawned]) -> None:
    servers: list[MockBSG] = []
    threads = [threading.Thread(target=lambda: servers.append(MockBSG().start())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(servers), len(started)) == (8, 1)
    for server in servers:
        server.stop()


@pytest.mark.usefixtures("_own_process")
def test_server_goes_with_the_object_that_stood_for_it() -> None:
    with MockBSG() as other:
        bsg = MockBSG().start()
        url, account = bsg.url, bsg.account()
        del bsg
        gc.collect()
        assert requests.get(f"{url}/_mock/health", timeout=10).status_code == 200  # its account is still held
        del account
        gc.collect()
        assert other.messages == []  # what was let go of goes before what is asked next
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{url}/_mock/health", timeout=10)


def test_threads_ask_at_once_and_each_gets_its_own_answers() -> None:
    found: list[str] = []

    def ask(bsg: MockBSG) -> None:
        for _ in range(50):
            account = bsg.account()
            if account.balance == 1_000_000 and account.messages == []:
                found.append(account.api_key)

    with MockBSG() as bsg:
        threads = [threading.Thread(target=ask, args=(bsg,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(set(found)) == 400


def test_wait_holds_up_no_other_thread() -> None:
    with MockBSG() as bsg:
        waiting = threading.Thread(target=lambda: bsg.wait_for(timeout=30))
        waiting.start()
        assert bsg.messages == []
        send(bsg)
        waiting.join(30)
        assert not waiting.is_alive()


def test_many_workers_each_have_a_server(run_tests: Run) -> None:
    run_tests(
        """
        @pytest.mark.parametrize("number", range(40))
        def test_it(mock_bsg, number):
            send(mock_bsg)
            assert len(mock_bsg.messages) == 1
        """,
        "-n",
        "8",
    )


# --- the end


PARENT = """
    bsg = MockBSG().start()
    send(bsg)
    from mock_bsg.embedded.process import find_process

    sys.stdout.write(f"{find_process().pid}\\n")
    sys.stdout.flush()
"""


@pytest.mark.parametrize(
    "end",
    [
        "pass",
        "sys.exit(3)",
        "raise ValueError",
        "os._exit(0)",
        pytest.param("os.kill(os.getpid(), 9)", marks=needs_posix),
        pytest.param("os.kill(os.getpid(), 15)", marks=needs_posix),
        pytest.param("os.kill(find_process().pid, 19); os.kill(find_process().pid, 18)", marks=needs_posix),
        pytest.param("os.fork() and os._exit(0); time.sleep(3)", marks=needs_posix),
        pytest.param("__import__('subprocess').Popen(['sleep', '3'], close_fds=False)", marks=needs_posix),
    ],
)
def test_it_ends_when_the_tests_process_does(run_program: Run, end: str) -> None:
    done = run_program(f"{PARENT}\n    {end}\n")
    wait_until_gone(int(done.stdout.split()[0]))


@needs_posix
def test_it_ends_even_if_a_copy_of_the_tests_process_holds_the_pipe(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        dedent(
            """
            import ctypes, os, sys, time
            from mock_bsg import MockBSG
            from mock_bsg.embedded.process import find_process
            bsg = MockBSG().start()
            print(find_process().pid, flush=True)
            if ctypes.CDLL(None).fork():  # tells nobody in Python
                os._exit(0)
            time.sleep(30)
            """
        )
    )
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, start_new_session=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        try:
            wait_until_gone(pid)
        finally:
            os.killpg(parent.pid, signal.SIGKILL)


@needs_posix
def test_ctrl_c_at_the_terminal_is_the_tests(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        dedent(
            """
            import signal
            from mock_bsg import MockBSG
            # A background job of a shell begins with SIGINT ignored, and so do the tests that are run as one.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            with MockBSG() as bsg:
                try:
                    print("waiting", flush=True)
                    bsg.wait_for(timeout=60)
                except KeyboardInterrupt:
                    print(bsg.messages, flush=True)
            """
        )
    )
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True, start_new_session=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "waiting\n"
        os.killpg(run.pid, signal.SIGINT)
        assert run.communicate(timeout=30)[0] == "[]\n"
    assert run.returncode == 0


@needs_posix
@pytest.mark.usefixtures("_own_process")
def test_one_that_was_killed_is_told_at_once_and_the_next_server_has_another() -> None:
    bsg = MockBSG().start()
    os.kill(embedded.find_process().pid, signal.SIGKILL)
    for ask in (lambda: bsg.messages, lambda: bsg.advance("1s"), lambda: bsg.wait_for(timeout=30), bsg.clear):
        with pytest.raises(RuntimeError, match=r"the sandbox's process \d+ was ended by SIGKILL, silently"):
            ask()
    bsg.stop()
    with MockBSG() as other:
        assert other.messages == []
    assert bsg.start().messages == []
    bsg.stop()


@needs_posix
@pytest.mark.usefixtures("_own_process")
def test_one_that_dies_while_somebody_waits_is_told_to_them() -> None:
    bsg = MockBSG().start()
    threading.Timer(0.1, os.kill, (embedded.find_process().pid, signal.SIGSEGV)).start()
    with pytest.raises(
        RuntimeError, match=r"(?s)wait_for: .* was ended by SIGSEGV, and last said:.*Segmentation fault"
    ):
        bsg.wait_for(timeout=50)


@needs_posix
@pytest.mark.usefixtures("_own_process")
def test_one_that_never_answers_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.embedded.process.CALL_LIMIT", 0.5)
    bsg = MockBSG().start()
    os.kill(embedded.find_process().pid, signal.SIGSTOP)
    with pytest.raises(RuntimeError, match=r"was ended by SIGKILL, because it was asked messages and did not answer"):
        _ = bsg.messages
    with pytest.raises(RuntimeError, match="did not answer within"):
        bsg.use("default")
    bsg.stop()


@needs_posix
@pytest.mark.usefixtures("_own_process")
def test_questions_that_fill_the_pipe_of_one_that_does_not_read_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.embedded.process.CALL_LIMIT", 0.5)
    bsg = MockBSG().start()
    os.kill(embedded.find_process().pid, signal.SIGSTOP)
    with pytest.raises(RuntimeError, match="did not answer within"):
        bsg.use({"description": "long " * 1_000_000})


@needs_posix
@pytest.mark.usefixtures("_own_process")
def test_stop_of_one_that_never_answers_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.embedded.server._STOP_LIMIT", 0.5)
    bsg = MockBSG().start()
    os.kill(embedded.find_process().pid, signal.SIGSTOP)
    with pytest.raises(RuntimeError, match="it was asked stop and did not answer"):
        bsg.stop()


@pytest.mark.usefixtures("_own_process")
@pytest.mark.parametrize(
    ("program", "complaint"),
    [
        ("import time; time.sleep(30)", "it was asked start and did not answer within 0.5 s"),
        ("raise SystemExit('no such thing')", "(?s)start: .* ended with exit code 1, and last said:\nno such thing"),
        ("import no_such_module", "ended with exit code 1, and last said:(?s:.*)No module named 'no_such_module'"),
        ("import os; os.write(1, bytes(8) + bytes([255] * 8))", "(start: .* ended with exit code|did not answer)"),
    ],
)
def test_start_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, program: str, complaint: str) -> None:
    monkeypatch.setattr(spawning, "_PROGRAM", program)
    monkeypatch.setattr(embedded, "START_LIMIT", 0.5 if "sleep" in program else 30)
    with pytest.raises(RuntimeError, match=complaint):
        MockBSG().start()


def test_start_without_a_known_python_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    embedded.end_process()
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(OSError, match=r"sys\.executable"):
        MockBSG().start()


@pytest.mark.usefixtures("_own_process")
def test_it_starts_where_the_system_has_no_call_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Real, "spawn", None)
    with MockBSG() as bsg:
        send(bsg)
        assert len(bsg.messages) == 1
        pid = embedded.find_process().pid
    embedded.end_process()
    wait_until_gone(pid)


@needs_posix
def test_it_starts_where_a_process_has_no_stdin_stdout_or_stderr(run_program: Run, tmp_path: Path) -> None:
    run_program(
        f"""
        for number in range(3):
            os.close(number)
        with MockBSG() as bsg:
            send(bsg)
            with open({str(tmp_path / "said")!r}, "w") as file:
                file.write(str(len(bsg.messages)))
        """
    )
    assert (tmp_path / "said").read_text() == "1"


# --- what comes back


def test_advance_that_nothing_ends_is_ended(run_program: Run) -> None:
    done = run_program(
        """
        import socket
        import mock_bsg.embedded.host, mock_bsg.embedded.spawning as spawning

        spawning._PROGRAM = "import mock_bsg.embedded.desk as desk; desk.STANDSTILL = 0.3;".join(
            spawning._PROGRAM.split(" from ", 1)[:1] + [" from " + spawning._PROGRAM.split(" from ", 1)[1]]
        )
        silent = socket.create_server(("127.0.0.1", 0))
        with MockBSG() as bsg:
            send(bsg, callback_url=f"http://127.0.0.1:{silent.getsockname()[1]}/hook")
            try:
                bsg.advance("90s")
            except WaitError as error:
                print(error)
            bsg.use("default")
        """
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("moving time on by 1m30s has not ended after "), done.stdout + done.stderr
    assert lines[1] == "1 delivery reports are not answered yet:"
    assert lines[2].startswith("  #1 sent of 1 to http://127.0.0.1:")


def test_what_a_server_logs_comes_to_the_tests_loggers(caplog: pytest.LogCaptureFixture) -> None:
    with MockBSG() as bsg, caplog.at_level("INFO", logger="mock_bsg"):
        requests.get(f"{bsg.url}/rest/viber/99", headers={"X-API-KEY": bsg.api_key}, timeout=10)
        _ = bsg.messages
        (record,) = caplog.records
    assert (record.name, record.levelname) == ("mock_bsg", "INFO")
    assert record.getMessage().startswith("test_def… GET /rest/viber/99: error 40")


def test_what_a_server_logs_below_the_tests_level_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    with MockBSG() as bsg, caplog.at_level("WARNING", logger="mock_bsg"):
        requests.get(f"{bsg.url}/rest/viber/99", headers={"X-API-KEY": bsg.api_key}, timeout=10)
        _ = bsg.messages
        assert caplog.text == ""


def test_what_a_server_logs_is_in_the_report_of_a_failing_test(run_program: Run, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        dedent(
            """
            import requests

            def test_it(mock_bsg):
                requests.get(f"{mock_bsg.url}/rest/viber/balances", timeout=10)
                assert False
            """
        )
    )
    done = run_program("pytest.main(['-q', '-p', 'no:cacheprovider', 'test_it.py'])")
    assert "error 1, no X-API-KEY" in done.stdout.partition("Captured log call")[2].partition("- mock_bsg -")[0]


def test_server_prints_nothing_where_the_test_prints(capfd: pytest.CaptureFixture[str]) -> None:
    with MockBSG() as bsg:
        send(bsg)
        requests.get(bsg.url + "/nothing", timeout=10)
    assert capfd.readouterr() == ("", "")


def test_mistake_of_the_sandboxs_own_tells_where_it_was() -> None:
    with MockBSG(), pytest.raises(AttributeError) as raised:
        embedded.find_process().ask(None, "no_such_thing").wait()
    assert "In the sandbox's process:" in raised.value.__notes__[0]


@pytest.mark.parametrize("given", [object(), b"bytes", {1, 2}])
def test_what_no_account_can_be_asked_is_refused(given: object) -> None:
    with MockBSG() as bsg, pytest.raises(TypeError, match="the sandbox takes texts and numbers, not"):
        bsg.wait_for(reference=given)  # type: ignore[arg-type]


def test_texts_of_other_classes_are_texts() -> None:
    class Key(str):
        __slots__ = ()

    with MockBSG(api_key=Key("test_mine")) as bsg:
        assert bsg.api_key == "test_mine"
        assert bsg.account(Key("test_other")).messages == []


async def test_wait_that_was_cancelled_ends_in_the_sandbox_too() -> None:
    async with MockBSG() as bsg:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bsg.wait_for_async(timeout=60), 0.1)
        assert bsg.messages == []
        assert embedded.find_process().ask(None, "count_open").wait() == 1


def test_errors_are_those_of_their_classes() -> None:
    with MockBSG() as bsg:
        with pytest.raises(ScenarioError) as raised:
            bsg.use({"rules": [{"match": {"msisdnn": "38050*"}}]})
        assert [(fault.path, fault.line) for fault in raised.value.problems] == [
            ("rules[0]", 3),
            ("rules[0].match.msisdnn", 5),
        ]
        waiting = threading.Timer(0.2, bsg.forget)
        waiting.start()
        with pytest.raises(WaitError, match=f"the account of the key '{bsg.api_key}' was forgotten meanwhile"):
            bsg.wait_for(timeout=30)


def test_import_needs_nothing_of_the_servers(run_program: Run) -> None:
    done = run_program(
        """
        with MockBSG() as bsg:
            bsg.messages, bsg.requests, bsg.balance
            heavy = {"aiohttp", "pydantic", "pydantic_core", "ruamel.yaml", "faker", "regex", "uvloop"}
            print(sorted(heavy & set(sys.modules)))
        """
    )
    assert done.stdout == "[]\n", done.stderr
