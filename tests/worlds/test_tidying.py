"""What is not needed any more goes in slices, and the file shrinks; no crash makes it be forgotten."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from mock_bsg.worlds.rows import Addition
from mock_bsg.worlds.world_file import WorldFile
from tests.worlds.conftest import begin, contents, records, run_and_kill, take_checkpoint, tidy_up

if TYPE_CHECKING:
    from pathlib import Path


def count_rows(path: Path) -> dict[str, int]:
    """Count the rows of all tables but `meta`."""
    reader = sqlite3.connect(path)
    tables = ("accounts", "commands", "checkpoints", "parts", "scenarios", "scenario_uses", "forgotten")
    found = {table: reader.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608 -- ours
    reader.close()
    return found


NOTHING = dict.fromkeys(("accounts", "commands", "checkpoints", "parts", "scenarios", "scenario_uses", "forgotten"), 0)


def test_the_file_shrinks_when_all_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    world = WorldFile.open(path)
    account = begin(world, "test_a", 2000, 3000)
    take_checkpoint(world, account, 2000, **{f"part {n}": bytes(50_000) for n in range(100)})
    world.move_log()
    large = world.path.stat().st_size
    assert large > 10_000_000
    world.forget_all()
    tidy_up(world)
    assert count_rows(world.path) == NOTHING
    world.move_log()
    assert world.path.stat().st_size < 1_500_000
    world.close()
    assert world.path.stat().st_size < 100_000


def test_the_file_does_not_grow_when_as_much_goes_as_comes(world: WorldFile) -> None:
    account = begin(world, "test_a", 500, 1000)
    sizes = []
    for turn in range(1, 8):
        end = 500 * turn
        take_checkpoint(world, account, end, whole=bytes(200_000))
        world.shorten(account, end)
        tidy_up(world)
        world.append([Addition(account, records(end + 1, end + 500, 1000))])
        world.move_log()
        sizes.append(world.path.stat().st_size)
    assert max(sizes) < 1.3 * sizes[1]


def test_no_slice_takes_more_than_it_should(world: WorldFile) -> None:
    account = begin(world, "test_a", 500)
    take_checkpoint(world, account, 400, **{f"part {n}": bytes(100) for n in range(200)})
    take_checkpoint(world, account, 450, whole=b"450")
    world.shorten(account, 450)
    rows = sum(count_rows(world.path).values())
    while world.tidy(20):
        left = sum(count_rows(world.path).values())
        assert rows - left <= 2 * 20 + 2  # a part goes with the row that refers to it
        rows = left
    assert count_rows(world.path) == NOTHING | {
        "accounts": 1,
        "commands": 50,
        "checkpoints": 1,
        "parts": 1,
        "scenarios": 1,
        "scenario_uses": 1,
    }


def test_one_that_a_kill_left_half_tidied_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    code = """
for key in ("test_a", "test_b", "test_c"):
    account = begin(world, key, 300)
    for number in (100, 200):
        take_checkpoint(world, account, number, whole=b'%d' % number)
world.shorten(1, 200)
world.rewind(2, 150, STANDING)
world.forget(3)
world.tidy(50)
"""
    run_and_kill(code, path)
    with WorldFile.open(path) as world:
        before = contents(world)
        assert [(each.key, each.base, len(each.records), each.checkpoint) for each in before] == [
            ("test_a", 200, 100, (200, {"whole": b"200"})),
            ("test_b", 0, 150, (100, {"whole": b"100"})),
        ]
        tidy_up(world)
        assert contents(world) == before
    found = count_rows(path)
    assert (found["commands"], found["checkpoints"], found["parts"], found["forgotten"]) == (250, 2, 2, 0)


def test_there_is_nothing_to_tidy_where_nothing_went(world: WorldFile) -> None:
    begin(world, "test_a", 300)
    tidy_up(world)
    assert not world.tidy()
