"""What tests do to their own process does not reach the sandbox: each a test run as users have it."""

from __future__ import annotations

import os
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.embedded.conftest import SEND, run_python

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeAlias

    Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    ("freeze", "year"),
    [
        ("from freezegun import freeze_time\nfrozen = freeze_time('2076-01-01')", 2076),
        ("from freezegun import freeze_time\nfrozen = freeze_time('1990-01-01', tick=True)", 1990),
        ("import time_machine\nfrozen = time_machine.travel('2076-01-01', tick=False)", 2076),
    ],
)
def test_frozen_time_is_the_tests_alone(run_tests: Run, freeze: str, year: int) -> None:
    run_tests(
        f"""
        from datetime import datetime, timedelta, timezone

        REAL = datetime.now(timezone.utc)

        @frozen
        def test_it(mock_bsg):
            assert datetime.now(timezone.utc).year == {year}
            assert timedelta(0) <= mock_bsg.now - REAL < timedelta(minutes=5)
            tell_story(mock_bsg)
            assert mock_bsg.messages[0].time_in.year == REAL.year
            assert type(mock_bsg.now) is type(REAL)

        @frozen
        def test_another_server():
            with MockBSG({{"clock": {{"start": datetime(2017, 1, 17, 9, 20, 2, tzinfo=timezone.utc)}}}}) as mock_bsg:
                tell_story(mock_bsg)

        @frozen
        def test_event_loop(mock_bsg):
            async def main():
                async with MockBSG() as bsg:
                    await asyncio.to_thread(send, bsg)
                    await bsg.advance_async("1m")
                    with pytest.raises(WaitError):
                        await bsg.wait_for_async(7, timeout=0.1)
            asyncio.run(main())
        """,
        before=freeze,
    )


def test_library_first_imported_while_time_is_frozen_and_files_are_faked(run_program: Run) -> None:
    done = run_program(
        """
        for name in [name for name in sys.modules if name.startswith("mock_bsg")]:
            del sys.modules[name]
        from freezegun import freeze_time
        from pyfakefs.fake_filesystem_unittest import Patcher

        with freeze_time("2076-01-01"), Patcher():
            import mock_bsg
            with mock_bsg.MockBSG() as bsg:
                send(bsg)
                assert bsg.wait_for(timeout=5)[0].time_in.year < 2070
        print("done")
        """
    )
    assert done.stdout == "done\n", done.stderr


@pytest.mark.parametrize(
    "options", [("--disable-socket",), ("--allow-hosts=10.0.0.1",), ("--disable-socket", "-n", "2")]
)
def test_blocked_sockets_are_the_tests_alone(run_tests: Run, options: tuple[str, ...]) -> None:
    run_tests(
        """
        import socket
        from pytest_socket import SocketBlockedError, SocketConnectBlockedError

        @pytest.mark.parametrize("number", range(3))
        def test_it(mock_bsg, number):
            with pytest.raises((SocketBlockedError, SocketConnectBlockedError)):
                socket.create_connection(("127.0.0.1", int(mock_bsg.url.rpartition(":")[2])), timeout=5)
            mock_bsg.advance("1m")
            assert mock_bsg.messages == []
            with pytest.raises(WaitError):
                mock_bsg.wait_for(timeout=0.1)
        """,
        *options,
    )


def test_sockets_blocked_but_for_the_loopback_let_the_test_send(run_tests: Run) -> None:
    run_tests("def test_it(mock_bsg): tell_story(mock_bsg)", "--allow-hosts=127.0.0.1")


def test_patched_functions_are_the_tests_alone(run_program: Run) -> None:
    done = run_program(
        """
        import logging, queue, select, socket, subprocess
        from unittest import mock
        from mock_bsg.embedded.process import end_process

        for owner, name in (
            (socket, "getaddrinfo"), (socket.socket, "connect"), (socket.socket, "bind"), (socket, "socketpair"),
            (select, "poll"), (select, "select"), (os, "read"), (os, "write"), (os, "pipe"), (os, "fork"), (os, "dup"),
            (os, "getpid"), (os, "kill"), (os, "close"), (os, "posix_spawn"), (time, "monotonic"), (time, "sleep"),
            (time, "time"), (threading, "Thread"), (threading, "Lock"), (queue, "SimpleQueue"), (subprocess, "Popen"),
            (asyncio, "new_event_loop"), (logging.Logger, "handle"), (json, "loads"),
        ):
            end_process()
            with mock.patch.object(owner, name, side_effect=AssertionError("this is patched")):
                bsg = MockBSG().start()
                bsg.advance("1m")
                assert bsg.messages == []
                try:
                    bsg.wait_for(timeout=0.01)
                except WaitError:
                    bsg.stop()
                    sys.stdout.write(f"{name} ")
        """
    )
    assert len(done.stdout.split()) == 25, done.stdout + done.stderr


def test_faked_files_are_the_tests_alone(run_tests: Run) -> None:
    run_tests(
        """
        from pathlib import Path

        HERE = Path(__file__).parent
        (HERE / "poor.yaml").write_text("account: {balance: 7}")

        def test_it(fs, mock_bsg):
            assert not os.path.exists(__file__)
            tell_story(mock_bsg)

        @pytest.mark.mock_bsg(scenario="poor.yaml")
        def test_marker_names_a_file_beside_the_test(fs, mock_bsg):
            assert mock_bsg.balance == 7

        def test_test_gives_the_files_that_it_sees(fs, mock_bsg):
            fs.create_file("/faked/rich.yaml", contents="account: {balance: 8}")
            mock_bsg.use("/faked/rich.yaml")
            assert (mock_bsg.balance, mock_bsg.scenario) == (8, "rich")
            with pytest.raises(ScenarioError, match="rich.yaml:1:1: the file cannot be read"):
                mock_bsg.use("/else/rich.yaml")

        def test_another_server(fs):
            with MockBSG("sms-fallback") as mock_bsg:
                send(mock_bsg)
                mock_bsg.advance("5s")
                assert mock_bsg.messages[0].status == "undeliverable"

        def test_bad_scenario_is_told(fs, mock_bsg):
            with pytest.raises(ScenarioError, match="<dict>:2:3: rulez: there is no key 'rulez'"):
                mock_bsg.use({"rulez": []})
        """
    )


WEBHOOK = """
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["status"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    told = []

    @pytest.fixture
    def webhook():
        told.clear()
        server = HTTPServer(("127.0.0.1", 0), Webhook)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        server.server_close()
"""


def test_patched_aiohttp_does_not_answer_the_sandboxs_own_reports(run_tests: Run) -> None:
    run_tests(
        WEBHOOK
        + """
    from aioresponses import aioresponses

    def test_it(mock_bsg, webhook):
        with aioresponses() as mocked:
            mocked.post(webhook, status=500, repeat=True)
            send(mock_bsg, callback_url=webhook)
            mock_bsg.advance("2s")
            assert told == ["sent", "delivered"]
            assert [report.state for report in mock_bsg.reports] == ["delivered", "delivered"]
        """
    )


def test_recorded_exchanges_leave_the_sandboxs_own_reports_alone(run_tests: Run) -> None:
    run_tests(
        WEBHOOK
        + """
    import vcr

    def test_it(mock_bsg, webhook, tmp_path):
        for _ in range(2):
            with vcr.use_cassette(str(tmp_path / "cassette.yaml"), record_mode="once", ignore_localhost=True):
                send(mock_bsg, callback_url=webhook)
                mock_bsg.advance("2s")
        assert sorted(told) == ["delivered", "delivered", "sent", "sent"]
        """
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forked_process_can_send_and_is_told_what_it_cannot_do(run_tests: Run) -> None:
    run_tests(
        """
        import multiprocessing

        def send_and_ask(bsg, said):
            send(bsg)
            for ask in (lambda: bsg.messages, lambda: bsg.advance("1s"), lambda: bsg.account()):
                try:
                    said.put(repr(ask()))
                except RuntimeError as error:
                    said.put(str(error))
            with MockBSG() as own:
                send(own)
                said.put(len(own.messages))

        def test_it(mock_bsg):
            context = multiprocessing.get_context("fork")
            said = context.Queue()
            forked = context.Process(target=send_and_ask, args=(mock_bsg, said))
            forked.start()
            for _ in range(3):
                assert f"started by the process {os.getpid()}, which this one was forked" in said.get(timeout=20)
            assert said.get(timeout=20) == 1
            forked.join(20)
            assert forked.exitcode == 0
            assert len(mock_bsg.messages) == 1
        """
    )


def test_greenlets_run_while_one_of_them_waits(run_program: Run) -> None:
    pytest.importorskip("gevent")
    done = run_program(
        """
        import mock_bsg.embedded.mock  # before its threads are patched
        from gevent import monkey

        monkey.patch_all()
        import gevent

        with MockBSG() as bsg:
            gevent.spawn_later(0.2, send, bsg)
            assert len(bsg.wait_for(timeout=10)) == 1
            try:
                bsg.use({"rulez": []})
            except ScenarioError:
                print("done")
        """
    )
    assert done.stdout == "done\n", done.stderr


def test_greenlets_from_the_first_line_on(run_tests: Run) -> None:
    pytest.importorskip("gevent")
    run_tests(
        """
        import gevent

        def test_it(mock_bsg):
            gevent.spawn_later(0.2, send, mock_bsg)
            assert len(mock_bsg.wait_for(timeout=10)) == 1
            tell_story(mock_bsg)
        """,
        before="from gevent import monkey; monkey.patch_all()",
    )


def test_trio_runs_while_one_task_waits(run_program: Run) -> None:
    pytest.importorskip("trio")
    done = run_program(
        """
        import trio

        async def main():
            async with MockBSG() as bsg:
                async with trio.open_nursery() as nursery:
                    async def send_later():
                        await trio.sleep(0.1)
                        await trio.to_thread.run_sync(send, bsg)
                    nursery.start_soon(send_later)
                    assert len(await bsg.wait_for_async(timeout=10)) == 1
                await bsg.advance_async("1m")
                assert bsg.messages[0].status == "read"
                with trio.move_on_after(0.2) as scope:
                    await bsg.wait_for_async(7, timeout=30)
                assert scope.cancelled_caught
                with pytest.raises(WaitError):
                    await bsg.wait_for_async(7, timeout=0.1)

        trio.run(main)
        print("done")
        """
    )
    assert done.stdout == "done\n", done.stderr


def test_unittest_runs_with_frozen_time(run_program: Run) -> None:
    done = run_program(
        """
        import unittest
        from freezegun import freeze_time

        class ShopTest(unittest.TestCase):
            @freeze_time("2076-01-01")
            def test_it(self):
                bsg = MockBSG().start()
                self.addCleanup(bsg.stop)
                send(bsg)
                self.assertEqual(len(bsg.wait_for(timeout=5)), 1)

        unittest.main()
        """
    )
    assert done.returncode == 0, done.stderr


def test_started_programs_of_a_test_are_faked_and_the_sandboxs_process_is_none_of_them(run_tests: Run) -> None:
    run_tests("def test_it(fp, mock_bsg): tell_story(mock_bsg)")


def test_modules_beside_a_test_stand_for_none_of_the_sandboxs(run_tests: Run, tmp_path: Path) -> None:
    for name in ("random", "aiohttp", "yarl", "pydantic", "uvloop", "sitecustomize", "usercustomize"):
        is_harmless = name in {"sitecustomize", "usercustomize"}
        (tmp_path / f"{name}.py").write_text("" if is_harmless else "raise SystemExit('this is a test\\'s own')")
    run_tests("def test_it(mock_bsg): tell_story(mock_bsg)")


@pytest.mark.parametrize(
    "variables",
    [
        {"MOCK_BSG_SCENARIO": "blocked-account", "MOCK_BSG_API_KEYS": "test_only", "MOCK_BSG_NONSENSE": "1"},
        {"PYTHONWARNINGS": "error"},
        {"PYTHONOPTIMIZE": "2"},
        {"PYTHONDEVMODE": "1"},
        {"COVERAGE_PROCESS_START": "none.ini"},
        {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"},
    ],
)
def test_variables_do_not_change_the_sandbox(run_tests: Run, variables: dict[str, str]) -> None:
    run_tests("def test_it(mock_bsg): tell_story(mock_bsg)", **variables)


def test_coverage_of_a_test_run_is_the_tests_alone(run_tests: Run) -> None:
    pytest.importorskip("pytest_cov")
    done = run_tests("def test_it(mock_bsg): tell_story(mock_bsg)", "--cov=.", "--cov-report=term")
    assert "test_it.py" in done.stdout
    assert "mock_bsg/http/server.py" not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there is no setrlimit")
def test_start_that_finds_no_file_left_to_open_says_so(run_program: Run) -> None:
    done = run_program(
        """
        import resource
        from mock_bsg import MockBSG
        import mock_bsg.embedded.mock

        resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]) if len(sys.argv) > 1 else 12, 4096))
        try:
            MockBSG().start()
        except OSError as error:
            print(error.strerror)
        """
    )
    assert done.stdout == "Too many open files\n", done.stderr


def test_worlds_of_failing_tests_are_kept_whatever_they_do_to_time_and_files(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        dedent(SEND)
        + dedent(
            """
            from freezegun import freeze_time

            def test_with_files_faked(fs, mock_bsg):
                os.chdir("/")
                send(mock_bsg)
                mock_bsg.export("mine.world")
                assert os.listdir("/tmp") == ["but this is so"]

            @freeze_time("2076-01-01")
            def test_with_time_frozen(mock_bsg):
                send(mock_bsg)
                assert not mock_bsg.messages

            def test_that_breaks_what_writes(mock_bsg, monkeypatch):
                send(mock_bsg)
                for name in ("open", "mkdir", "replace", "rename"):
                    monkeypatch.setattr(os, name, None)
                monkeypatch.setattr("sqlite3.connect", None)
                monkeypatch.setattr("pathlib.Path.mkdir", None)
                assert not mock_bsg.messages
            """
        )
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    done = run_python(
        tmp_path, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--mock-bsg-worlds=worlds", "--disable-socket",
        "--allow-hosts=127.0.0.1,::1",
    )  # fmt: skip
    assert "3 failed" in done.stdout, done.stdout
    names = ["test_that_breaks_what_writes", "test_with_files_faked", "test_with_time_frozen"]
    assert sorted(each.name for each in (tmp_path / "worlds").iterdir()) == [f"{name}.world" for name in names]
    assert (tmp_path / "mine.world").exists()
