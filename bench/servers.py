"""Starts base or the sandbox as its users start it, on a core of its own, and reads its memory."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SERVER_CORE = 0
LOAD_CORE = 1
_READY = re.compile(r"http://127\.0\.0\.1:(\d+)")
_BASE = Path(__file__).with_name("base.py")


class Memory(NamedTuple):
    """Bytes that a process holds; `proportional` counts what it shares with other processes in part."""

    resident: int
    proportional: int


class Server:
    """A running server process on `port` of the loopback address; leaving its context ends it."""

    def __init__(self, command: Sequence[str]) -> None:
        # A file, not a pipe: a server must not wait until its log is read.
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- closed on leaving the context
        # Away from the checkout: what runs is what is installed for that Python.
        with on_core(SERVER_CORE):
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=self._log, text=True, cwd=tempfile.gettempdir()
            )
        assert self._process.stdout is not None  # noqa: S101 -- told to the type checker: it is a pipe
        line = self._process.stdout.readline()
        ready = _READY.search(line)
        if ready is None:
            self._process.communicate()
            self._log.seek(0)
            raise RuntimeError(f"{' '.join(command)} did not start: {line}{self._log.read()}")
        self.port = int(ready[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def stop(self) -> None:
        """Let it end as on SIGTERM."""
        self._process.terminate()
        self._process.wait(60)

    def memory(self) -> Memory | None:
        """What the process holds now; None where the platform does not tell."""
        try:
            text = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text("ascii")
        except OSError:
            return None
        kilobytes = {line.split()[0]: int(line.split()[1]) for line in text.splitlines()[1:]}
        return Memory(kilobytes["Rss:"] * 1024, kilobytes["Pss:"] * 1024)


class Servers(NamedTuple):
    """Which Python runs the servers; its packages are what is measured."""

    python: str = sys.executable

    def base(self) -> Server:
        return Server([self.python, str(_BASE)])

    def sandbox(self, *flags: str) -> Server:
        return Server([self.python, "-m", "mock_bsg", "--port", "0", *flags])


@contextlib.contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run on one core inside, as do the processes started there; does nothing where cores cannot be chosen."""
    if not can_pin():
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def can_pin() -> bool:
    """Whether server and load can have a core each."""
    return hasattr(os, "sched_setaffinity") and {SERVER_CORE, LOAD_CORE} <= os.sched_getaffinity(0)
