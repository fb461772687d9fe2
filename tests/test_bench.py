"""The bench still runs; what it measures is nothing to assert."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import PARTS

ROOT = Path(__file__).resolve().parent.parent


ROWS = {
    "throughput": ("create, 1 recipient", "status", "create, 50 recipients"),
    "startup": ("base", "sandbox"),
    "embedded": ("aiohttp alone", "with MockBSG"),
    "memory": ("created by 1", "created by 50"),
    "growth": ("create, 1 recipient", "list by reference", "advance"),
    "rules": ("number", "part of the text", "reference"),
    "connections": ("32 connections, 1 account", "200 connections, 1,000 accounts"),
    "one-api": ("create", "messages/send"),
    "stores": ("memory", "file", "500 messages, by 50"),
    "visitors": ("one request, answered", "event stream", "half a request", "waits, and goes", "no HTTP at all"),
}


def test_every_part_of_the_bench_is_tried() -> None:
    assert ROWS.keys() == PARTS.keys()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("part", "rows"), ROWS.items())
def test_bench_prints_a_table(part: str, rows: tuple[str, ...]) -> None:
    # No limit of time but one that a stuck process would break: a busy machine is no fault.
    done = subprocess.run(
        [sys.executable, "-m", "bench", part, "--smoke"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for row in rows:
        assert f"\n| {row} " in done.stdout
