"""What the README and docs/ show is run here: commands, Python, scenarios, CI files, settings."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from mock_bsg import MockBSG, cli
from mock_bsg.control import incoming, journal, messages, reports
from mock_bsg.control.calls import CALLS
from mock_bsg.http.tls import NAMES
from mock_bsg.scenario.load import load
from mock_bsg.settings import SETTINGS, Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    found = []
    for page in PAGES:
        text = page.read_text()
        for fence in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            if fence[1] in languages:
                line = text[: fence.start()].count("\n") + 1
                found.append(Block(str(page.relative_to(ROOT)), line, fence[1], fence[2]))
    return found


def commands(console: str) -> list[tuple[str, str]]:
    """Split a console block into commands and what they print."""
    found: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        for count in range(1, len(lines) + 1):
            command = "\n".join(lines[:count])
            if subprocess.run(["bash", "-n", "-c", command], capture_output=True, check=False).returncode == 0:
                found.append((command, "\n".join(lines[count:])))
                break
        else:
            pytest.fail(f"no command of a shell: {part}")
    return found


@pytest.mark.parametrize("page", sorted({block.page for block in blocks("console")}))
def test_commands_print_what_the_page_says(page: str) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is missing")
    kept: list[str] = []
    with MockBSG(scenario="default") as bsg:
        for block in blocks("console"):
            if block.page == page:
                _run_commands(block, bsg, kept)


def _run_commands(block: Block, bsg: MockBSG, kept: list[str]) -> None:
    """Run the commands of a block, each in a shell of its own; `kept` sets the variables that those before have set."""
    for command, expected in commands(block.text):
        if command.startswith("sleep "):
            # The reader waits; a test moves the account's clock.
            bsg.account("test_readme").advance(f"{command.removeprefix('sleep ')}s")
            continue
        there = command.replace("http://127.0.0.1:8080", bsg.url)
        if re.match("[A-Z]+=", command):
            kept.append(there)
            continue
        script = "\n".join([*kept, there])
        printed = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout
        pattern = ".*".join(map(re.escape, expected.split("…")))
        assert re.fullmatch(pattern, printed.strip(), re.DOTALL), f"{block}: {command}\nprinted\n{printed}"


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_examples_run(block: Block, tmp_path: Path) -> None:
    if "testcontainers" in block.text:
        compile(block.text, str(block), "exec")
        return
    example = tmp_path / "test_example.py"
    example.write_text(block.text)
    program = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if "def test" in block.text else []
    run = subprocess.run(
        [sys.executable, *program, example], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, f"{block}\n{run.stdout}\n{run.stderr}"


def test_readme_shows_the_very_report_of_its_example_if_it_fails(tmp_path: Path) -> None:
    example = next(block.text for block in blocks("python") if "def test_customer" in block.text)
    shown = next(block.text for block in blocks("text") if block.page == "README.md")
    (tmp_path / "test_example.py").write_text(example.replace('advance("1m")', 'advance("5s")'))
    program = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    pattern = ".*".join(map(re.escape, re.sub(r"\d\d:\d\d:\d\d\.…", "…", shown).split("…")))
    assert re.search(pattern, run.stdout, re.DOTALL), run.stdout


def test_readme_tells_how_to_open_the_world_of_its_example_if_it_fails(tmp_path: Path) -> None:
    example = next(block.text for block in blocks("python") if "def test_customer" in block.text)
    said = [block.text for block in blocks("text") if block.page == "README.md"][1].strip()
    option = re.findall(
        r"--mock-bsg-worlds=\w+", next(block.text for block in blocks("yaml") if "artifact" in block.text)
    )
    (tmp_path / "test_example.py").write_text(example.replace('advance("1m")', 'advance("5s")'))
    program = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *option]
    run = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert said in run.stdout.splitlines()
    assert (tmp_path / said.rpartition("mock-bsg open ")[2]).exists()


def test_page_of_world_files_shows_what_its_commands_do(tmp_path: Path) -> None:
    (open_it, export_it) = [block.text for block in blocks("sh") if block.page == "docs/world-files.md"]
    shown = next(block.text for block in blocks("text") if block.page == "docs/world-files.md").strip()
    with MockBSG(api_key="test_order-7") as bsg:
        for _ in range(20):
            bsg.advance("1s")
        bsg.export(tmp_path / "world.db")
        bsg.fork("test_four", until=4).export(tmp_path / open_it.split()[-1])
    program = [sys.executable, "-m", "mock_bsg"]
    for command in export_it.splitlines():
        subprocess.run([*program, *command.split()[1:]], cwd=tmp_path, capture_output=True, check=True, timeout=120)
    assert {path.name for path in tmp_path.glob("*.world")} > {"all.world", "one.world", "then.world"}
    with subprocess.Popen(
        [*program, *open_it.split()[1:], "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        process.terminate()
        process.stdout.read()
    pattern = ".*".join(map(re.escape, shown.replace("8080", "…").split("…")))
    assert re.fullmatch(pattern, line)


def test_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in cli.COMMANDS:
        assert f"`mock-bsg {command}" in readme


@pytest.mark.parametrize("block", [block for block in blocks("yaml") if block.page != "docs/scenarios.md"], ids=str)
def test_yaml_examples_are_scenarios_or_ci_files(block: Block) -> None:
    documents = list(YAML(typ="safe", pure=True).load_all(block.text))
    if any(name in documents[0] for name in ("rules", "description")):
        load(block.text, "example")
    known = {setting.variable for setting in SETTINGS}
    assert set(re.findall(r"MOCK_BSG_\w+", block.text)) <= known


def compose_services() -> list[tuple[str, dict[str, Any]]]:
    """Each service of the compose files of README and docs that runs the sandbox, with where it stands."""
    values = [(block, each) for block in blocks("yaml") for each in YAML(typ="safe", pure=True).load_all(block.text)]
    services = [(block, service) for block, value in values for service in value.get("services", {}).values()]
    return [(str(block), service) for block, service in services if "MOCK_BSG_TLS_PORT" in str(service)]


def test_compose_examples_publish_the_port_of_the_sandbox_under_names_that_it_has_certificates_for() -> None:
    services = compose_services()
    assert [where.partition(":")[0] for where, _ in services] == ["README.md", "docs/clients.md"]
    for where, service in services:
        settings = Settings.read({}, service["environment"])
        assert service["ports"] == [f"8080:{settings.port}"], where
        assert (settings.port, settings.tls_port) == (80, 443), where
        assert set(service["networks"]["default"]["aliases"]) < set(NAMES), where


def test_clients_page_names_every_host_that_the_certificate_is_good_for() -> None:
    page = (ROOT / "docs" / "clients.md").read_text()
    sentence = re.search(r"The certificate is good for (.*?)\. Names", page, re.DOTALL)

    assert sentence is not None
    assert re.findall(r"`([^`]+)`", sentence[1]) == list(NAMES)


def test_readme_names_every_setting() -> None:
    readme = (ROOT / "README.md").read_text()
    for setting in SETTINGS:
        assert f"`{setting.variable}`" in readme
        assert setting.flag is None or f"`{setting.flag}" in readme


def test_readme_names_every_built_in_scenario() -> None:
    readme = (ROOT / "README.md").read_text()
    for scenario in (ROOT / "scenarios").glob("*.yaml"):
        assert f"| `{scenario.stem}` |" in readme


def test_steering_names_every_filter_of_the_lists() -> None:
    text = (ROOT / "docs" / "steering.md").read_text()
    named = [set(re.findall(r"`(\w+)`", sentence)) for sentence in re.findall(r"[^.;]*\bfilter[^.;]*", text)]

    assert named == [
        listing.filters.keys() - {"after"}
        for listing in (messages.LISTING, journal.LISTING, reports.LISTING, incoming.LISTING)
    ]


def test_steering_names_every_status_of_a_call_that_is_wrong() -> None:
    section = (ROOT / "docs" / "steering.md").read_text().split("## When a call is wrong\n")[1].split("```")[0]
    of_every_call = {403, 405, 413}
    too_few = {408 for shape in CALLS.values() if shape.too_few}

    named = {int(status) for status in re.findall(r"\b[45]\d\d\b", section)}
    assert named == of_every_call.union(too_few, *(shape.errors for shape in CALLS.values()))


def test_ci_runs_exactly_the_readmes_test_command() -> None:
    _, test_command = [block.text.strip() for block in blocks("sh") if block.page == "README.md"][:2]
    assert test_command.endswith("pytest -q -n auto")
    assert test_command in (ROOT / ".ci" / "run").read_text().splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_picture_of_the_house_has_every_room() -> None:
    package = ROOT / "mock_bsg"
    picture = (ROOT / "docs" / "architecture.md").read_text().split("## The way of a request")[0]
    drawn_whole = {package / "embedded", package / "rest" / "schemas"}
    rooms = {
        path for path in package.rglob("*.py") if not path.name.startswith("__") and path.parent not in drawn_whole
    }

    assert [str(room) for room in sorted(rooms) if room.name not in picture] == []


def test_nginx_takes_the_example(tmp_path: Path) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        (pytest.fail if os.environ.get("CI", "").lower() == "true" else pytest.skip)("nginx is missing")
    for block in blocks("nginx"):
        local = block.text.replace("server bsg:8080", "server 127.0.0.1:8080").replace(
            "listen 80", "listen 127.0.0.1:8099"
        )
        paths = "\n".join(
            f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (tmp_path / "nginx.conf").write_text(
            f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {paths}\n{local} }}"
        )
        checked = subprocess.run(
            [nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, f"{block}\n{checked.stderr}"
