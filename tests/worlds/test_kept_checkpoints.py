"""Checkpoints are written in slices and valid with the last one; what is the same in several is kept once."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.scenario.library import compile_text
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.rows import Addition
from mock_bsg.worlds.world_file import WorldFile
from tests.worlds.conftest import RULESET, STANDING, begin, records, run_and_kill, take_checkpoint, tidy_up

if TYPE_CHECKING:
    from pathlib import Path

OTHER = compile_text("seed: 7", "other")


def count_parts(path: Path) -> int:
    reader = sqlite3.connect(path)
    (count,) = reader.execute("SELECT count(*) FROM parts").fetchone()
    reader.close()
    return int(count)


def test_the_newest_at_or_before_a_command_is_found(world: WorldFile) -> None:
    account = begin(world, "test_a", 30)
    assert world.checkpoints.newest(account) is None
    for number in (10, 20):
        take_checkpoint(world, account, number, head=b"head", body=b"%d" % number)
    for at_most, number in ((None, 20), (30, 20), (20, 20), (19, 10), (10, 10)):
        found = world.checkpoints.newest(account, at_most)
        assert found is not None
        assert found.number == number
        assert {name: world.checkpoints.part(part) for name, part in found.parts.items()} == {
            "head": b"head",
            "body": b"%d" % number,
        }
    assert world.checkpoints.newest(account, 9) is None
    assert world.checkpoints.newest(account + 1) is None
    assert world.checkpoints.numbers(account) == [10, 20]


def test_one_that_is_not_finished_is_none(world: WorldFile) -> None:
    account = begin(world, "test_a", 30)
    writer = world.checkpoints.begin(account, 20)
    writer.add([("a", b"1")])
    world.append([Addition(account, records(31, 40))])
    writer.add([("b", b"2"), ("c", b"3")])
    tidy_up(world)
    assert world.checkpoints.newest(account) is None
    assert writer.finish()
    tidy_up(world)
    found = world.checkpoints.newest(account)
    assert found is not None
    assert [world.checkpoints.part(found.parts[name]) for name in "abc"] == [b"1", b"2", b"3"]


def test_parts_of_one_that_a_kill_left_unfinished_go(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    code = (
        "account = begin(world, 'test_a', 9); take_checkpoint(world, account, 5, whole=b'5')\n"
        "world.checkpoints.begin(account, 9).add([(str(n), b'9') for n in range(200)])"
    )
    run_and_kill(code, path)
    assert count_parts(path) == 201
    with WorldFile.open(path) as world:
        assert world.checkpoints.numbers(1) == [5]
        tidy_up(world)
    assert count_parts(path) == 1


def test_what_is_the_same_in_several_is_kept_once_and_as_long_as_one_has_it(world: WorldFile) -> None:
    account = begin(world, "test_a", 30)
    first = take_checkpoint(world, account, 10, same=b"same", other=b"10")
    writer = world.checkpoints.begin(account, 20)
    writer.share([("same", first["same"])])
    writer.add([("other", b"20")])
    assert writer.finish()
    assert count_parts(world.path) == 3
    world.shorten(account, 20)
    tidy_up(world)
    assert count_parts(world.path) == 2
    assert world.checkpoints.part(first["same"]) == b"same"
    world.forget(account)
    tidy_up(world)
    assert count_parts(world.path) == 0


def test_one_that_was_given_up_leaves_nothing(world: WorldFile) -> None:
    account = begin(world, "test_a", 30)
    writer = world.checkpoints.begin(account, 20)
    writer.add([("a", b"1")])
    writer.abandon()
    tidy_up(world)
    assert count_parts(world.path) == 0


def test_it_is_not_finished_when_the_account_has_changed_its_past_meanwhile(world: WorldFile) -> None:
    rewound, forgotten, shortened, twice = (begin(world, f"test_{name}", 30) for name in "abcd")
    writers = [world.checkpoints.begin(account, 20) for account in (rewound, forgotten, shortened, twice)]
    for writer in writers:
        writer.add([("whole", b"20")])
    world.rewind(rewound, 10, STANDING)
    world.append([Addition(rewound, records(11, 30))])
    world.forget(forgotten)
    take_checkpoint(world, shortened, 25, whole=b"25")
    world.shorten(shortened, 25)
    take_checkpoint(world, twice, 20, whole=b"20")
    assert [writer.finish() for writer in writers] == [False] * 4
    assert [world.checkpoints.numbers(account) for account in (rewound, shortened, twice)] == [[], [25], [20]]
    tidy_up(world)
    assert count_parts(world.path) == 2


def test_one_of_a_command_that_is_not_kept_yet_is_not_finished(world: WorldFile) -> None:
    writer = world.checkpoints.begin(begin(world, "test_a", 30), 31)
    writer.add([("whole", b"31")])
    assert not writer.finish()


def test_what_makes_none_is_told(world: WorldFile) -> None:
    account = begin(world, "test_a", 30)
    with pytest.raises(ValueError, match="at least one part"):
        world.checkpoints.begin(account, 20).finish()
    with pytest.raises(ValueError, match=f"there is no account {account + 1}"):
        world.checkpoints.begin(account + 1, 20)
    with pytest.raises(WorldError, match="is damaged"):
        world.checkpoints.part(99)


def test_a_scenario_that_only_a_checkpoint_refers_to_is_kept(world: WorldFile) -> None:
    account = begin(world, "test_a", 30)
    writer = world.checkpoints.begin(account, 20)
    writer.add([("whole", b"20")])
    assert writer.finish([OTHER])
    world.shorten(account, 20)
    tidy_up(world)
    assert world.scenarios.get(scenario_hash(OTHER)) == ("other", OTHER.source)
    assert world.scenarios.get(scenario_hash(RULESET)) is None
