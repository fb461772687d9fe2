"""The commands do what their help says, tell every fault in plain lines, and exit with the documented codes."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO

import pytest

from mock_bsg import __version__
from mock_bsg.descriptors import explain_exhaustion
from mock_bsg.settings import SETTINGS
from tests.conftest import wait_until

PATIENCE_S = 60

BAD_SCENARIO = "description: x\nseeed: 1\nrules:\n  - match: {country: UA}\n    viber: {sent: 1s, deliverd: 2s}\n"

# Nobody is there to answer.
COMPARE = ("compare", "--api-key", "test_key", "--url", "http://127.0.0.1:1", "--yes")

# A server that is asked for /stuck says so and then does not answer until somebody stops it for good.
STUCK_SERVER = """
import asyncio, sys
from mock_bsg import cli; from mock_bsg.http import server
from mock_bsg.http.app import create_app
async def answer(request):
    print("asked", flush=True)
    await asyncio.sleep(3600)
def create_stuck_app(settings, library):
    app = create_app(settings, library)
    app.router.add_get("/stuck", answer)
    return app
server.create_app = create_stuck_app
sys.exit(cli.main(["serve", "--port", "0"]))
"""

# exec that gets a SIGTERM while its server starts, or as soon as its command is there.
SIGNALLED_EXEC = """
import asyncio, os, signal, sys
from mock_bsg import cli; from mock_bsg.http import server
when, begin, spawn = sys.argv.pop(1), server.Server.start, asyncio.create_subprocess_exec
def be_signalled(at):
    if at == when:
        os.kill(os.getpid(), signal.SIGTERM)
async def start(self):
    be_signalled("at the start")
    await begin(self)
async def create(*command, **options):
    process = await spawn(*command, **options)
    be_signalled("with the command")
    return process
server.Server.start, asyncio.create_subprocess_exec = start, create
sys.exit(cli.main(["exec", "--", *sys.argv[1:]]))
"""

# mock-bsg with so many files that may be open, and this loop: "uvloop", or "asyncio" as where there is no uvloop.
LIMITED = """
import resource, sys
limit, loop = int(sys.argv.pop(1)), sys.argv.pop(1)
if loop == "asyncio":
    sys.modules["uvloop"] = None
from mock_bsg.cli import main
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
sys.exit(main())
"""

EMPTY: Mapping[str, str] = {}

Start = Callable[..., "subprocess.Popen[str]"]


def clean_environ(extra: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if not name.startswith("MOCK_BSG_")} | dict(extra)


def run(
    *arguments: str, stdin: str = "", cwd: Path | None = None, environ: Mapping[str, str] = EMPTY
) -> subprocess.CompletedProcess[str]:
    """Runs `mock-bsg` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "mock_bsg", *arguments],
        input=stdin,
        cwd=cwd,
        env=clean_environ(environ),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `mock-bsg` (or another program) and ends what is still running after the test."""
    with (tmp_path / "stderr").open("w") as stderr:
        started: list[subprocess.Popen[str]] = []

        def start_one(
            *arguments: str, program: tuple[str, ...] = ("-m", "mock_bsg"), **environ: str
        ) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, *program, *arguments],
                env=clean_environ(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                encoding="utf-8",
            )
            started.append(process)
            return process

        yield start_one
        for process in started:
            process.kill()
            process.communicate(timeout=PATIENCE_S)


def output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def port_of(ready_line: str) -> int:
    return int(ready_line.partition(" · ")[0].rpartition(":")[2])


def ask_health(port: int) -> dict[str, object]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        connection.request("GET", "/_mock/health")
        report: dict[str, object] = json.loads(connection.getresponse().read())
        return report


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()
    except OSError:  # refused, or reset by a door that closes just now
        return False
    return True


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("--port", "0")])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_tells_where_it_is_and_stops_with_0(start: Start, words: tuple[str, ...], number: int) -> None:
    process = start(*words)

    line = output(process).readline()
    port = port_of(line)
    url = f"http://127.0.0.1:{port}"
    assert line == f"mock_bsg {__version__} is ready: API {url} · page {url}/ · scenario default\n"
    assert ask_health(port)["status"] == "healthy"
    process.send_signal(number)
    assert process.wait(PATIENCE_S) == 0
    assert output(process).read() == ""


def test_serve_without_words_takes_its_settings_from_variables(start: Start) -> None:
    process = start(MOCK_BSG_PORT="0", MOCK_BSG_SCENARIO_YAML="description: From a variable.", MOCK_BSG_HOST="0.0.0.0")

    line = output(process).readline()

    assert line.endswith("· scenario environment\n")
    assert ask_health(port_of(line))["version"] == __version__


def test_second_signal_stops_at_once(start: Start) -> None:
    process = start(program=("-c", STUCK_SERVER))
    port = port_of(output(process).readline())
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        connection.request("GET", "/stuck")
        assert output(process).readline() == "asked\n"
        process.send_signal(signal.SIGINT)
        wait_until(lambda: not is_open(port), "the first signal to close the door")
        process.send_signal(signal.SIGINT)

        assert process.wait(PATIENCE_S) == 128 + signal.SIGINT


def test_taken_port_is_one_line_and_2() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]

        result = run(environ={"MOCK_BSG_PORT": str(port)})

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"mock-bsg: port {port} is taken on 127.0.0.1; choose another with --port")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [("serve", "--port", "0", "--tls-port", "0"), ("exec", "--", "true")])
@pytest.mark.parametrize("limit", [5, 8, 11, 14, 17, 20, 22])
def test_too_few_descriptors_are_one_line_and_2(limit: int, words: tuple[str, ...]) -> None:
    result = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), "uvloop", *words],
        env=clean_environ({}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"mock-bsg: {explain_exhaustion()}\n"


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_more_connections_than_descriptors_bring_no_traceback_and_it_goes_on(
    start: Start, tmp_path: Path, loop: str
) -> None:
    process = start("40", loop, "serve", "--port", "0", program=("-c", LIMITED))
    port = port_of(output(process).readline())
    began = time.monotonic()

    with ExitStack() as crowd:
        for _ in range(60):
            crowd.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))

    def is_healthy() -> bool:
        try:
            return ask_health(port)["status"] == "healthy"
        except OSError:  # of those that it could not take, some are still in its queue
            return False

    wait_until(is_healthy, "an answer", PATIENCE_S)
    process.terminate()
    assert process.wait(PATIENCE_S) == 0
    said = (tmp_path / "stderr").read_text("utf-8")
    assert "Traceback" not in said
    lines = said.splitlines()
    assert [line for line in lines if explain_exhaustion() not in line] == []
    assert len(lines) <= 1 + (time.monotonic() - began) // 10  # one in ten seconds; a busy machine takes longer


@pytest.mark.usefixtures("ipv6")
@pytest.mark.parametrize("words", [(), ("--host", "*"), ("--host", "::"), ("--host", "127.0.0.1,::1")])
def test_localhost_answers_whichever_address_it_resolves_to_first(start: Start, words: tuple[str, ...]) -> None:
    process = start("serve", "--port", "0", "--tls-port", "0", *words)
    line = output(process).readline()
    port, tls_port = port_of(line), int(line.rpartition(":")[2])

    assert f"API http://127.0.0.1:{port} " in line
    assert line.endswith(f"TLS https://127.0.0.1:{tls_port}\n")
    for host in ("127.0.0.1", "[::1]"):
        assert run("health", f"http://{host}:{port}").returncode == 0
        assert run("health", f"https://{host}:{tls_port}").returncode == 0


@pytest.mark.usefixtures("ipv6")
def test_a_server_at_an_ipv6_address_alone_is_named_in_brackets(start: Start) -> None:
    process = start("serve", "--port", "0", "--host", "::1")
    port = port_of(output(process).readline())
    told = run("exec", "--host", "::1", "--", sys.executable, "-c", "import os; print(os.environ['MOCK_BSG_URL'])")

    assert run("health", f"[::1]:{port}").returncode == 0
    by_default = run("health", environ={"MOCK_BSG_PORT": str(port)})
    assert by_default.stdout == f"healthy: mock_bsg {__version__} at http://[::1]:{port}\n"
    assert re.fullmatch(r"http://\[::1\]:\d+\n", told.stdout)


@pytest.mark.parametrize(
    ("words", "environ", "complaint"),
    [
        (["--host", "127.0.0.1:80"], {}, "--host: '127.0.0.1:80' was found, an address to listen on like 127.0.0.1"),
        (["--host", "192.0.2.1", "--port", "0"], {}, "'192.0.2.1' is no address of this machine; choose one with --ho"),
        (["--host", "a..b"], {}, "'a..b' is no address of this machine; choose one with --host or MOCK_BSG_HOST"),
        (["--tls-port", "65536"], {}, "--tls-port: '65536' was found, a port (a whole number from 0 to 65535)"),
        (["--port", "x"], {}, "--port: 'x' was found, a port (a whole number from 0 to 65535) is expected"),
        ([], {"MOCK_BSG_LOG_FORMAT": "yaml"}, "MOCK_BSG_LOG_FORMAT: 'yaml' was found, text or json is expected"),
        ([], {"MOCK_BSG_PROT": "1"}, "MOCK_BSG_PROT: there is no such variable (did you mean 'MOCK_BSG_PORT'?)"),
        (["--prot", "1"], {}, "serve: '--prot' is not known here (did you mean '--port'?); mock-bsg --help tells more"),
        (["--port"], {}, "argument --port: expected one argument; mock-bsg serve --help tells more"),
        (["sevre"], {}, "there is no command 'sevre' (did you mean 'serve'?); mock-bsg --help tells more"),
        (["check"], {}, "the following arguments are required: FILE; mock-bsg check --help tells more"),
        (["exec", "ls"], {}, "exec: the command stands behind --, as in: mock-bsg exec -- ls;"),
        (["exec", "--"], {}, "exec: which command? It stands behind --, as in: mock-bsg exec -- pytest -q"),
        (["health"], {"MOCK_BSG_PORT": "0"}, "health: only the ready line of a server on port 0 tells its port"),
        (["health", "ftp://x"], {}, "health: 'ftp://x' was found, a URL like http://127.0.0.1:8080 is expected"),
        (["health", "x:y"], {}, "health: 'x:y' was found, a URL like http://127.0.0.1:8080 is expected"),
        (["--tls-port", "0", "--tls-names", "a b"], {"MOCK_BSG_PORT": "0"}, "--tls-names: 'a b' was found"),
        (["--scenario", "nowhere/x.yaml"], {}, "nowhere/x.yaml: it cannot be read: No such file or directory"),
        (["--scenario", "expird"], {}, "--scenario or MOCK_BSG_SCENARIO: there is no scenario 'expird'"),
    ],
)  # fmt: skip
def test_bad_setting_is_one_line_and_2(words: list[str], environ: dict[str, str], complaint: str) -> None:
    result = run(*words, environ=environ)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"mock-bsg: {complaint}")
    assert result.stderr.count("\n") == 1


def test_bad_scenario_is_told_as_check_tells_it_and_1(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(BAD_SCENARIO)

    checked = run("check", str(file))
    served = run("--port", "0", "--scenario", str(file))

    assert (checked.returncode, served.returncode) == (1, 1)
    assert checked.stdout == served.stderr
    assert [line.split(": ")[0] for line in checked.stdout.splitlines()] == [f"{file}:2:1", f"{file}:5:23"]
    assert run(environ={"MOCK_BSG_SCENARIO_YAML": BAD_SCENARIO}).stderr == checked.stdout.replace(
        str(file), "MOCK_BSG_SCENARIO_YAML"
    )


def test_check_names_good_and_bad_files(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("\ufeffdescription: Good.\n", "utf-8")
    (tmp_path / "bad.yaml").write_text(BAD_SCENARIO)
    (tmp_path / "latin.yaml").write_bytes(b"# Caf\xc3\xa9\n#: \xe9")

    good = run("check", "good.yaml", "-", stdin="seed: 1", cwd=tmp_path)
    bad = run("check", "good.yaml", "bad.yaml", "missing.yaml", ".", "latin.yaml", "-", stdin="- 1", cwd=tmp_path)

    assert (good.returncode, good.stdout) == (0, "good.yaml: ok\nstdin: ok\n")
    lines = bad.stdout.splitlines()
    assert bad.returncode == 1
    assert lines[0] == "good.yaml: ok"
    assert lines[1].startswith("bad.yaml:2:1: seeed: ")
    assert lines[2].startswith("bad.yaml:5:23: rules[0].viber.deliverd: ")
    assert lines[3:6] == [
        "missing.yaml:1:1: the file cannot be read: No such file or directory",
        ".:1:1: the file cannot be read: Is a directory",
        "latin.yaml:2:4: the byte 0xE9 is not UTF-8: save the file as UTF-8",
    ]
    assert lines[6].startswith("stdin:1:1: ")
    assert (len(lines), bad.stderr) == (7, "")


def test_schema_is_json_schema() -> None:
    result = run("schema")

    assert result.returncode == 0
    assert {"rules", "faults", "account"} <= set(json.loads(result.stdout)["properties"])


def test_scenarios_are_listed_with_their_descriptions(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("description: |\n  Mine alone.\n  And more of it.\n")
    (tmp_path / "broken.yaml").write_text(BAD_SCENARIO)

    result = run("scenarios", "--scenarios", str(tmp_path))

    lines = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert (result.returncode, lines["mine"]) == (0, "Mine alone.")
    assert lines["broken"].startswith(f"cannot be used: {tmp_path / 'broken.yaml'}:2:1: ")
    assert {"default", "documented", "sms-fallback", "flaky-gateway", "random"} <= set(lines)
    starts = {line.index(lines[line.split()[0]]) for line in result.stdout.splitlines()}
    assert len(starts) == 1


def test_health_asks_by_tls_whatever_authority_a_server_has(start: Start) -> None:
    process = start("--port", "0", "--tls-port", "0")
    found = re.search(r"https://127\.0\.0\.1:\d+", output(process).readline())
    assert found
    asked = run("health", found[0])
    assert (asked.returncode, asked.stdout) == (0, f"healthy: mock_bsg {__version__} at {found[0]}\n")


def test_health_is_0_for_a_healthy_server_and_1_for_none(start: Start) -> None:
    process = start("--port", "0", "--host", "0.0.0.0")
    port = port_of(output(process).readline())
    proxied = {"http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}

    by_url = run("health", f"http://localhost:{port}/", environ=proxied)
    by_short_url = run("health", f"127.0.0.1:{port}")
    by_settings = run("health", environ={"MOCK_BSG_HOST": "0.0.0.0", "MOCK_BSG_PORT": str(port)})
    process.terminate()
    process.wait(PATIENCE_S)
    after = run("health", f"http://127.0.0.1:{port}")

    assert [by_url.returncode, by_short_url.returncode, by_settings.returncode] == [0, 0, 0]
    assert by_settings.stdout == f"healthy: mock_bsg {__version__} at http://127.0.0.1:{port}\n"
    assert (after.returncode, after.stdout) == (1, "")
    assert after.stderr == f"mock-bsg: health: no healthy answer from http://127.0.0.1:{port}: Connection refused\n"


def test_exec_runs_a_command_beside_a_server_and_exits_with_its_code() -> None:
    code = (
        "import os, sys, urllib.request as r;"
        "print(r.urlopen(os.environ['MOCK_BSG_URL'] + '/_mock/health').status, sys.argv[1:]);"
        "sys.exit(7)"
    )

    result = run("exec", "--scenario", "expired", "--", sys.executable, "-c", code, "--", "--port")

    assert result.returncode == 7
    assert result.stdout == "200 ['--', '--port']\n"


def test_exec_gives_the_command_its_own_stdin() -> None:
    result = run("exec", "--", sys.executable, "-c", "print(input())", stdin="hello\n")

    assert (result.returncode, result.stdout) == (0, "hello\n")


def test_exec_of_a_command_that_is_not_there_is_127(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()

    missing = run("exec", "--", "no-such-command")
    forbidden = run("exec", "--", str(plain))

    assert (missing.returncode, missing.stderr) == (127, "mock-bsg: exec: no-such-command: No such file or directory\n")
    assert (forbidden.returncode, forbidden.stderr) == (126, f"mock-bsg: exec: {plain}: Permission denied\n")


def test_exec_of_a_command_that_a_signal_ends_is_128_and_the_signal() -> None:
    result = run("exec", "--", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")

    assert result.returncode == 128 + signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_exec_passes_signals_on_to_its_command(start: Start, number: int) -> None:
    code = (
        "import signal, sys;"
        f"signal.pthread_sigmask(signal.SIG_BLOCK, [{int(number)}]);"
        "print('waiting', flush=True);"
        f"signal.sigwait([{int(number)}]);"
        "sys.exit(5)"
    )
    process = start("exec", "--", sys.executable, "-c", code)
    assert output(process).readline() == "waiting\n"

    process.send_signal(number)

    assert process.wait(PATIENCE_S) == 5


def test_exec_that_is_stopped_while_it_starts_runs_no_command(start: Start) -> None:
    process = start("at the start", "echo", "it ran", program=("-c", SIGNALLED_EXEC))

    assert process.communicate(timeout=PATIENCE_S)[0] == ""
    assert process.returncode == 128 + signal.SIGTERM


def test_exec_passes_on_a_signal_that_comes_as_soon_as_its_command_is_there(start: Start) -> None:
    process = start("with the command", "sh", "-c", "while :; do :; done", program=("-c", SIGNALLED_EXEC))

    assert process.wait(PATIENCE_S) == 128 + signal.SIGTERM


def test_version_and_help_are_told() -> None:
    told = run("--version")
    top = run("--help")
    serve = run("serve", "--help", environ={"COLUMNS": "300"})

    assert (told.returncode, told.stdout) == (0, f"mock_bsg {__version__}\n")
    for command in ("serve", "check", "schema", "scenarios", "health", "exec"):
        assert f"\n  {command} " in top.stdout
    for setting in SETTINGS:
        assert setting.variable in serve.stdout
        assert setting.flag is None or f"{setting.flag} {setting.metavar}" in serve.stdout


def test_exec_takes_a_free_port_whatever_the_variable_says() -> None:
    code = "import os; print(os.environ['MOCK_BSG_URL'])"
    result = run("exec", "--", sys.executable, "-c", code, environ={"MOCK_BSG_PORT": "1"})
    told = run("exec", "--help", environ={"COLUMNS": "300"})

    assert re.fullmatch(r"http://127\.0\.0\.1:\d{2,5}\n", result.stdout)
    assert "0 takes a free one and says which [no variable; default: a free one]" in told.stdout


@pytest.mark.parametrize("words", [("schema",), ("--help",)])
def test_reader_that_leaves_early_is_no_error(start: Start, tmp_path: Path, words: tuple[str, ...]) -> None:
    process = start(*words)
    output(process).close()

    assert process.wait(PATIENCE_S) in {0, 128 + signal.SIGPIPE}
    assert (tmp_path / "stderr").read_text() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no file here that is always full")
@pytest.mark.parametrize("words", [("schema",), ("scenarios",), ("check", "{scenario}"), COMPARE])
def test_disk_that_is_full_is_told_in_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    scenario = tmp_path / "a.yaml"
    scenario.write_text("seed: 1")
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "mock_bsg", *(word.format(scenario=scenario) for word in words)],
            env=clean_environ({}),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    assert (result.returncode, result.stderr) == (
        2,
        "mock-bsg: what was to be written cannot be: No space left on device\n",
    )


def test_terminal_that_knows_ascii_only_is_no_error(start: Start) -> None:
    process = start("--port", "0", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert output(process).readline().startswith(f"mock_bsg {__version__} is ready: ")


def test_folder_of_scenarios_that_is_not_there_is_warned_of(start: Start, tmp_path: Path) -> None:
    process = start("--port", "0", MOCK_BSG_SCENARIOS="/nowhere/at/all", MOCK_BSG_LOG_FORMAT="json")
    output(process).readline()

    warning = json.loads((tmp_path / "stderr").read_text().splitlines()[0])
    assert (warning["level"], warning["folder"]) == ("warning", "/nowhere/at/all")


def test_fault_of_our_own_shows_no_traceback() -> None:
    code = (
        "import sys; from mock_bsg import cli; from mock_bsg.http import server; "
        "server.run = lambda *_: 1 / 0; sys.exit(cli.main([]))"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environ({}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert result.returncode == 70
    assert result.stderr.startswith("mock-bsg: a fault of mock_bsg itself: ZeroDivisionError('division by zero')")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("health", "127.0.0.1:1"), ("exec",)])
def test_quick_command_imports_nothing_slow(words: tuple[str, ...]) -> None:
    code = (
        "import sys; from mock_bsg import cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(*sorted({'aiohttp', 'asyncio', 'pydantic', 'ruamel', 'faker', 'trustme'} & set(sys.modules)))"
    )

    result = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=clean_environ({}), capture_output=True, text=True, timeout=PATIENCE_S, check=True,
    )  # fmt: skip

    assert result.stdout.splitlines()[-1] == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_that_comes_during_the_start_is_a_stop(number: int) -> None:
    code = (
        "import os, sys; from mock_bsg import cli; from mock_bsg.http import server\n"
        f"server.run = lambda *_: (os.kill(os.getpid(), {int(number)}), 1 / 0)\n"
        "sys.exit(cli.main([]))"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environ({}), capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
