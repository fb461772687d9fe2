"""What tests of world files share: a world that is filled by hand, and a process that is killed while it has one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, NamedTuple

import pytest

from mock_bsg.scenario.library import compile_text
from mock_bsg.worlds.rows import Addition, Record, Standing
from mock_bsg.worlds.world_file import WorldFile

if TYPE_CHECKING:
    from collections.abc import Iterator

RULESET = compile_text("", "given")
STANDING = Standing(b'{"balance":"1"}', 5_000)


def record(number: int, size: int = 0) -> Record:
    """Make a record that can be told from all others."""
    return Record(number, 1_000 + number, "take_request", b'{"number":%d,"path":"%s"}' % (number, b"x" * size))


def records(first: int, last: int, size: int = 0) -> list[Record]:
    return [record(number, size) for number in range(first, last + 1)]


def begin(world: WorldFile, key: str, last: int, size: int = 0) -> int:
    """Begin an account with so many commands, of which the first refers to a scenario; tells its id."""
    account = world.reserve_account()
    world.append([Addition(account, records(1, last, size), STANDING, key, {1: RULESET})])
    return account


def take_checkpoint(world: WorldFile, account: int, number: int, **parts: bytes) -> dict[str, int]:
    """Write a checkpoint of these parts; tells their ids."""
    writer = world.checkpoints.begin(account, number)
    ids = writer.add(parts.items())
    assert writer.finish([RULESET])
    return dict(zip(parts, ids, strict=True))


def tidy_up(world: WorldFile) -> int:
    """Do all that is to be tidied; tells in how many slices."""
    for slices in range(100_000):
        if not world.tidy(50):
            return slices
    raise AssertionError("there is always more to tidy")


class Contents(NamedTuple):
    """All that one can read of an account."""

    key: str
    epoch: int
    base: int
    standing: Standing
    records: list[Record]
    checkpoint: tuple[int, dict[str, bytes]] | None


def contents(world: WorldFile) -> list[Contents]:
    """Read all that is in a world."""
    return [
        Contents(
            each.key, each.epoch, each.base, each.standing, world.records(each.id, each.base), _parts(world, each.id)
        )
        for each in world.accounts()
    ]


def _parts(world: WorldFile, account: int) -> tuple[int, dict[str, bytes]] | None:
    found = world.checkpoints.newest(account)
    if found is None:
        return None
    return found.number, {name: world.checkpoints.part(part) for name, part in found.parts.items()}


def run_and_kill(code: str, path: Path) -> None:
    """Let another process have a world file, and kill it when it has done what `code` says."""
    begins = "import sys; from tests.worlds.conftest import *; world = WorldFile.open(sys.argv[1])"
    ends = "print('done', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", f"{begins}\n{code}\n{ends}", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"done\n"
        process.kill()


ROOT = Path(__file__).parents[2]


def picture(directory: Path) -> dict[str, tuple[bytes, int]]:
    """Show all files of a directory, with their contents and when they were changed."""
    return {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in sorted(directory.iterdir())}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WorldFile]:
    with WorldFile.open(tmp_path / "a.world") as opened:
        yield opened


@pytest.fixture
def public_directory() -> Iterator[Path]:
    """Make a directory that every user may look into."""
    directory = Path(mkdtemp())
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be a user without rights for a moment, where root runs the tests."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
