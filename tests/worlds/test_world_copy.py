"""A world, or one account as far as one likes, in a file of its own: whole, or not at all."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from mock_bsg.scenario.library import compile_text
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.rows import Addition, Standing
from mock_bsg.worlds.world_file import WorldFile
from tests.worlds.conftest import as_nobody, begin, contents, picture, records, run_and_kill, take_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

OTHER = compile_text("seed: 7", "other")


@pytest.fixture
def accounts(world: WorldFile) -> list[int]:
    """Fill a world with two accounts, one of which has checkpoints and a shortened log."""
    first, second = begin(world, "test_a", 30), begin(world, "test_b", 5)
    for number in (10, 20):
        take_checkpoint(world, first, number, head=b"head", body=b"%d" % number)
    world.shorten(first, 10)
    return [first, second]


def test_all_accounts_are_copied(world: WorldFile, accounts: list[int], tmp_path: Path) -> None:
    assert len(accounts) == 2
    world.scenarios.put(OTHER)
    target = tmp_path / "copies" / "b.world"
    target.parent.mkdir()
    world.copy(target)
    assert [each.name for each in target.parent.iterdir()] == ["b.world"]
    with WorldFile.open(target, read_only=True) as copy:
        assert contents(copy) == contents(world)
        assert copy.scenarios.library() == world.scenarios.library()
    with WorldFile.open(target) as copy:
        begin(copy, "test_c", 3)
        assert [each.key for each in copy.accounts()] == ["test_a", "test_b", "test_c"]


def test_one_account_is_copied_as_it_was_after_a_command(world: WorldFile, accounts: list[int], tmp_path: Path) -> None:
    target = tmp_path / "b.world"
    world.copy(target, account=accounts[0], until=19)
    with WorldFile.open(target, read_only=True) as copy:
        (only,) = contents(copy)
        assert (only.key, only.base, only.standing) == ("test_a", 10, Standing())
        assert only.records == records(11, 19)
        assert only.checkpoint == (10, {"head": b"head", "body": b"10"})
    world.copy(target, account=accounts[0], until=30)
    with WorldFile.open(target, read_only=True) as copy:
        assert contents(copy) == contents(world)[:1]


def test_what_is_forgotten_but_not_tidied_up_is_not_in_a_copy(
    world: WorldFile, accounts: list[int], tmp_path: Path
) -> None:
    world.forget(accounts[1])
    world.copy(tmp_path / "b.world")
    reader = sqlite3.connect(tmp_path / "b.world")
    assert reader.execute("SELECT min(number), count(*), count(DISTINCT account) FROM commands").fetchone() == (
        11,
        20,
        1,
    )
    assert reader.execute("SELECT count(*) FROM parts").fetchone() == (4,)
    reader.close()


@pytest.mark.parametrize("until", [0, 9, 31])
def test_a_command_that_the_log_does_not_reach_is_told(
    world: WorldFile, accounts: list[int], tmp_path: Path, until: int
) -> None:
    with pytest.raises(ValueError, match="reaches from command 10 to 30"):
        world.copy(tmp_path / "b.world", account=accounts[0], until=until)
    assert not (tmp_path / "b.world").exists()


def test_a_thread_copies_while_the_world_goes_on(world: WorldFile, accounts: list[int], tmp_path: Path) -> None:
    thread = threading.Thread(target=world.copy, args=[tmp_path / "b.world"])
    thread.start()
    number = 6
    while thread.is_alive():
        world.append([Addition(accounts[1], records(number, number))])
        number += 1
    thread.join()
    with WorldFile.open(tmp_path / "b.world", read_only=True) as copy:
        last = copy.accounts()[1].commands
        assert copy.records(accounts[1], 0) == records(1, last)
    assert world.records(accounts[1], 0) == records(1, number - 1)


def test_a_world_that_is_looked_at_can_be_copied(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    run_and_kill("begin(world, 'test_a', 5)", path)
    with WorldFile.open(path, read_only=True) as view:
        view.copy(tmp_path / "b.world")
    with WorldFile.open(tmp_path / "b.world", read_only=True) as copy:
        assert copy.records(1, 0) == records(1, 5)


def test_what_was_there_is_replaced(world: WorldFile, accounts: list[int], tmp_path: Path) -> None:
    target = tmp_path / "b.world"
    target.write_bytes(b"old")
    world.copy(target, account=accounts[1])
    with WorldFile.open(target, read_only=True) as copy:
        assert [each.key for each in copy.accounts()] == ["test_b"]


def test_what_is_in_use_or_was_not_closed_is_not_replaced(
    world: WorldFile, accounts: list[int], tmp_path: Path
) -> None:
    left = tmp_path / "left.world"
    run_and_kill("begin(world, 'test_a', 5)", left)
    before = picture(tmp_path)
    for target in (left, world.path):
        said = f"{target} is a world that is in use, or was not closed when its server ended: name another file"
        with pytest.raises(WorldError, match=f"^{re.escape(said)}$"):
            world.copy(target, account=accounts[1])
    assert picture(tmp_path) == before


def test_a_copy_that_cannot_be_written_leaves_what_was_there(
    world: WorldFile, accounts: list[int], public_directory: Path
) -> None:
    target = public_directory / "b.world"
    target.write_bytes(b"old")
    with (
        as_nobody(),
        pytest.raises(WorldError, match=r"b\.world cannot be written \(Permission denied\): let this user"),
    ):
        world.copy(target, account=accounts[1])
    with pytest.raises(WorldError, match="there is no directory"):
        world.copy(public_directory / "none" / "b.world")
    assert {name: content for name, (content, _) in picture(public_directory).items()} == {"b.world": b"old"}


def test_a_copy_that_goes_wrong_halfway_leaves_what_was_there(
    world: WorldFile, accounts: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copies" / "b.world"
    target.parent.mkdir()
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WorldError, match=r"b\.world cannot be written \(No space left on device\)"):
        world.copy(target, account=accounts[1])
    assert [(each.name, each.read_bytes()) for each in target.parent.iterdir()] == [("b.world", b"old")]


def fail(_file: int) -> None:
    raise OSError(28, os.strerror(28))
