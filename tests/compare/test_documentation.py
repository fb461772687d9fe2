"""docs/comparing.md shows what a run prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mock_bsg import MockBSG
from tests.compare.test_command import KEY, ONE_API_KEY, run

PAGE = (Path(__file__).parent.parent.parent / "docs" / "comparing.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"<!-- a run against `([^`]+)`(?: with `([^`]+)`)?.*?-->\n```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("command", "flag", "shown"), SHOWN, ids=[f"{command} {flag}" for command, flag, _ in SHOWN])
def test_a_run_prints_what_the_page_shows(command: str, flag: str, shown: str) -> None:
    scenario = command.partition("--scenario ")[2] or "default"
    words = [flag, ONE_API_KEY] if flag else []
    with MockBSG(scenario=scenario) as bsg:
        printed = run("--api-key", KEY, *words, "--url", bsg.url, "--yes").stdout.replace(
            bsg.url, "http://127.0.0.1:8080"
        )

    # The run in the test makes no pauses.
    printed = re.sub(
        r"(\d+) requests, at least 0 s", lambda found: f"{found[0][:-3]}{round(int(found[1]) / 2)} s", printed
    )
    pattern = "\n".join(_read_shown(line) for line in shown.splitlines())
    assert re.fullmatch(pattern + "\n", printed, re.DOTALL), printed


def _read_shown(line: str) -> str:
    """Make a pattern of a line: "…" alone stands for any lines, at the end of one for the rest of it."""
    if line == "…":
        return ".*"
    return re.escape(line.removesuffix("…")) + ("[^\n]*" if line.endswith("…") else "")


def test_the_page_shows_a_run() -> None:
    assert SHOWN


def test_the_page_names_every_exit_code_and_limit() -> None:
    from mock_bsg.compare import command
    from mock_bsg.compare.asking import LIMITS

    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert codes == {command.AS_ASSUMED, command.CANNOT_TELL, 2, command.DIFFERS, command.INTERRUPTED}
    assert f"At most {LIMITS.requests} requests are sent, {1 / LIMITS.pause:g} a second" in PAGE
    assert f"At most {LIMITS.requests} requests are sent to it, apart from the {LIMITS.requests} to API v1." in PAGE
    assert f"up to {LIMITS.wait:g} seconds" in PAGE
    assert f"After {LIMITS.failures} requests" in PAGE
    assert f"waited for {LIMITS.request:g} seconds and read up to {LIMITS.answer // 1024} kB" in PAGE
    assert f"the whole run takes {LIMITS.run / 60:g} minutes" in PAGE
