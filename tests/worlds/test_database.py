"""A disk that is full or fails is told in one line; nothing is half-done, and it goes on when the disk does."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mock_bsg.worlds.database import Database
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.rows import Addition
from mock_bsg.worlds.world_file import WorldFile
from tests.worlds.conftest import ROOT, begin, contents, records, take_checkpoint, tidy_up

if TYPE_CHECKING:
    from pathlib import Path

FULL = r"a\.world cannot grow, the disk is full: make room, and it goes on"


def limit(world: WorldFile, pages: int) -> None:
    """Let the file have so many pages more, and then no more."""
    connection = world._database.connection  # noqa: SLF001 -- a disk that is full when the test likes
    now = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={now + pages}")


def test_nothing_is_half_done_when_the_disk_is_full_and_it_goes_on_when_there_is_room(world: WorldFile) -> None:
    account, other = begin(world, "test_a", 5), begin(world, "test_b", 5)
    take_checkpoint(world, account, 5, whole=b"5")
    before = contents(world)
    limit(world, 2)
    for _ in range(3):
        with pytest.raises(WorldError, match=FULL):
            world.append([Addition(other, records(6, 6)), Addition(account, records(6, 105, 3000))])
        with pytest.raises(WorldError, match=FULL):
            world.checkpoints.begin(account, 5).add([("large", bytes(100_000))])
        assert contents(world) == before
    limit(world, 1_000_000)
    world.append([Addition(other, records(6, 6)), Addition(account, records(6, 105, 3000))])
    assert world.records(account, 0) == [*records(1, 5), *records(6, 105, 3000)]


def test_room_can_be_made_by_forgetting(world: WorldFile) -> None:
    full, account = begin(world, "test_a", 100, 3000), begin(world, "test_b", 5)
    limit(world, 0)
    with pytest.raises(WorldError, match=FULL):
        world.append([Addition(account, records(6, 50, 3000))])
    world.forget(full)
    tidy_up(world)
    world.append([Addition(account, records(6, 50, 3000))])
    assert world.records(account, 5) == records(6, 50, 3000)


IN_A_SMALL_SPACE = """
import resource, sys
from tests.worlds.conftest import *
from mock_bsg.worlds.errors import WorldError

world = WorldFile.open(sys.argv[1])
account = begin(world, "test_a", 5)
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, unlimited[1]))
number = 5
try:
    while True:
        world.append([Addition(account, records(number + 1, number + 10, 3000))])
        number += 10
except WorldError as error:
    told = str(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, unlimited[1]))
try:
    world.probe()
except WorldError as error:
    assert str(error).startswith(sys.argv[1])
else:
    raise AssertionError("there was room")
assert world.records(account, 5) == records(6, number, 3000)
resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
world.probe()
world.append([Addition(account, records(number + 1, number + 10, 3000))])
print(number, told)
"""


def test_a_file_that_the_system_lets_grow_no_further_is_told_and_goes_on_later(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    ran = subprocess.run(
        [sys.executable, "-c", IN_A_SMALL_SPACE, path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stderr == ""
    number, told = ran.stdout.strip().split(" ", 1)
    assert told.startswith(str(path))
    assert "\n" not in told
    with WorldFile.open(path) as world:
        assert world.records(1, 5) == records(6, int(number) + 10, 3000)


def test_one_that_another_program_writes_to_is_told(world: WorldFile) -> None:
    account = begin(world, "test_a", 5)
    world._database.connection.execute("PRAGMA busy_timeout=0")  # noqa: SLF001 -- nobody shall wait here
    other = sqlite3.connect(world.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(WorldError, match=r"a\.world is being written by another program: close that one"):
        world.append([Addition(account, records(6, 6))])
    other.execute("ROLLBACK")
    other.close()
    world.append([Addition(account, records(6, 6))])


def test_what_somebody_raises_halfway_takes_all_back(tmp_path: Path) -> None:
    database = Database(sqlite3.connect(tmp_path / "a.db", isolation_level=None), tmp_path / "a.db")
    database.connection.execute("CREATE TABLE things(name)")
    with pytest.raises(KeyboardInterrupt):
        interrupt_halfway(database)
    assert database.ask("SELECT * FROM things") == []
    with database.changing() as connection:
        connection.execute("INSERT INTO things VALUES('two')")
    assert database.ask("SELECT * FROM things") == [("two",)]
    database.connection.close()


def interrupt_halfway(database: Database) -> None:
    with database.changing() as connection:
        connection.execute("INSERT INTO things VALUES('one')")
        raise KeyboardInterrupt


def test_a_rollback_that_failed_is_made_up_for(tmp_path: Path) -> None:
    database = Database(sqlite3.connect(tmp_path / "a.db", isolation_level=None), tmp_path / "a.db")
    database.connection.execute("CREATE TABLE things(name)")
    database.connection.execute("BEGIN")
    database.connection.execute("INSERT INTO things VALUES('one')")
    with database.changing() as connection:
        connection.execute("INSERT INTO things VALUES('two')")
    assert database.ask("SELECT * FROM things") == [("two",)]
    database.connection.close()


def test_a_mistake_in_the_program_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    database = Database(sqlite3.connect(tmp_path / "a.db", isolation_level=None), tmp_path / "a.db")
    database.connection.close()
    with pytest.raises(sqlite3.ProgrammingError):
        database.ask("SELECT 1")
