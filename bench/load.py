"""Shoots at a server from a core of its own: with wrk if it is there, else with the client in Python."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from bench import client, shots
from bench.client import Caller, Finding, Latencies
from bench.servers import LOAD_CORE, on_core
from bench.shots import Create, Send, Shot

if TYPE_CHECKING:
    from bench.servers import Server

CONNECTIONS = 32
BUSY = 0.95
"""From this share of the time on the load is the limit, not the server."""
_SCRIPT = Path(__file__).with_name("load.lua")


def has_wrk() -> bool:
    return shutil.which("wrk") is not None


def shoot(server: Server, shot: Shot, seconds: float, connections: int = CONNECTIONS) -> Finding:
    """As many requests as are answered in so many seconds; raises RuntimeError if any was refused."""
    with on_core(LOAD_CORE):
        if has_wrk() and seconds >= 1:  # wrk knows whole seconds only
            finding = _run_wrk(server, shot, seconds, connections)
        else:
            finding = client.run(server.port, shot, connections=connections, seconds=seconds)
    return _checked(server, shot, finding)


def fill(server: Server, messages: int, recipients: int = 50, key: str = "test_bench") -> Finding:
    """Create exactly so many messages; raises RuntimeError if any was refused."""
    shot = Create(recipients, key)
    with on_core(LOAD_CORE):
        finding = client.run(server.port, shot, connections=CONNECTIONS, count=messages // recipients)
    return _checked(server, shot, finding)


def _checked(server: Server, shot: Shot, finding: Finding) -> Finding:
    if finding.failed:
        raise RuntimeError(f"{finding.failed} of {finding.requests} requests failed: {shot}")
    # wrk does not read the answers, and BSG's errors come as HTTP 200: one more of the kind must be without error.
    if isinstance(shot, Create):
        later = shot.first + 49_000_000
        shot = Create(shot.recipients, shot.keys()[-1], path=shot.path, first=later, number=shot.number)
    elif isinstance(shot, Send):
        shot = Send(shot.key, shot.first + 49_000_000)
    probe = client.run(server.port, shot, connections=1, count=1)
    if probe.failed:
        raise RuntimeError(f"the server answered with an error: {shot}")
    return finding


def _run_wrk(server: Server, shot: Shot, seconds: float, connections: int) -> Finding:
    told = {"KEY": shot.key, "TEXT": shots.TEXT, "NUMBERS": str(shots.NUMBERS)}
    if isinstance(shot, Create):
        told |= {
            "KIND": "create",
            "RECIPIENTS": str(shot.recipients),
            "ACCOUNTS": str(shot.accounts),
            "TARGET": shot.path,
            "FIRST": str(shot.first),
            "NUMBER": shot.number,
        }
    elif isinstance(shot, Send):
        told |= {"KIND": "send", "FIRST": str(shot.first)}
    else:
        told |= {"KIND": "status", "MESSAGES": str(shot.messages), "OLDEST": str(shot.oldest)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{round(seconds)}s", "-s", _SCRIPT, f"http://127.0.0.1:{server.port}/"],
        env=os.environ | told,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = json.loads(said.strip().splitlines()[-1])
    return Finding(
        found["requests"],
        found["seconds"],
        found["failed"],
        Latencies(found["p50"], found["p99"], found["slowest"]),
        worked / found["seconds"],
    )


__all__ = ["BUSY", "CONNECTIONS", "Caller", "fill", "has_wrk", "shoot"]
