"""Many workers, one server: what a CI job with a service container, or `mock-bsg exec -- pytest -n 8`, does."""

import subprocess
import sys
from pathlib import Path

import pytest

HOWTO = Path(__file__).parent / "howto" / "test_parallel_workers.py"


def test_eight_workers_with_200_tests_share_one_server(tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    pytest_with_workers = [sys.executable, "-m", "pytest", "-q", "-n", "8", "-p", "no:cacheprovider", str(HOWTO)]
    program = [sys.executable, "-m", "mock_bsg", "exec", "--", *pytest_with_workers]
    run = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert "200 passed" in run.stdout
