"""What tests of the sandbox's process share: test runs as users have them, each in a Python of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from textwrap import dedent
from typing import TYPE_CHECKING, TypeAlias

import pytest

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 200
"""Seconds in which a run of a few tests is over, however busy the machine is; one that hangs fails."""

SEND = """
    import asyncio
    import json
    import os
    import sys
    import threading
    import time
    import urllib.request

    import pytest

    from mock_bsg import MockBSG, Scenario, ScenarioError, WaitError

    MESSAGE = {"to": [{"msisdn": "380972920000"}], "text": "Hello", "alpha_name": "Shop"}

    def send(bsg, **more):
        body = json.dumps({"messages": [{**MESSAGE, **more}]}).encode()
        headers = {"X-API-KEY": bsg.api_key, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{bsg.url}/rest/viber/create", body, headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return json.load(answer)

    def tell_story(bsg):
        send(bsg)
        bsg.advance("1m")
        assert bsg.wait_for(status="read", timeout=5)[0].status == "read"
        with pytest.raises(WaitError):
            bsg.wait_for(7, timeout=0.1)
"""
"""What programs and tests begin with; `tell_story` is what a test does with an account."""

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_program(tmp_path: Path) -> Run:
    """Run a program whose lines follow those of SEND, in a folder of its own."""

    def run(program: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "program.py"
        file.write_text(dedent(SEND) + dedent(program))
        return run_python(tmp_path, *options, str(file), **variables)

    return run


@pytest.fixture
def run_tests(tmp_path: Path) -> Run:
    """Run tests that follow the lines of SEND, in a folder of their own; raises AssertionError unless all pass."""

    def run(tests: str, *options: str, before: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "test_it.py").write_text(dedent(before) + dedent(SEND) + dedent(tests))
        (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
        done = run_python(tmp_path, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    return run


def run_python(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # What measures or steers this run of the tests is not to do so with those inside.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
