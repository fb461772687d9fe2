"""A world file keeps what is put into it, in order, through ends of every kind; and shows it to anybody."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_bsg import __version__
from mock_bsg.scenario.library import compile_text
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.rows import Addition, Record, Standing
from mock_bsg.worlds.world_file import WorldFile
from mock_bsg.worlds.world_opening import connect
from tests.worlds.conftest import (
    RULESET,
    STANDING,
    begin,
    contents,
    record,
    records,
    run_and_kill,
    take_checkpoint,
    tidy_up,
)

if TYPE_CHECKING:
    from pathlib import Path

OTHER = compile_text("seed: 7", "other")


def test_what_was_added_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    with WorldFile.open(path) as world:
        first = begin(world, "test_first", 3)
        second = begin(world, "test_second", 1)
        world.append([Addition(second, records(2, 4)), Addition(first, records(4, 4), Standing(b'{"n":4}'))])
        before = contents(world)
    assert [each.name for each in tmp_path.iterdir()] == ["a.world"]
    with WorldFile.open(path) as world:
        assert contents(world) == before
        assert [(each.key, each.commands, each.standing) for each in world.accounts()] == [
            ("test_first", 4, Standing(b'{"n":4}')),
            ("test_second", 4, STANDING),
        ]
        assert world.records(second, 0) == records(1, 4)
        assert world.reserve_account() not in {first, second}


def test_nothing_that_was_added_is_lost_by_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    run_and_kill("begin(world, 'test_a', 5); world.move_log(); begin(world, 'test_b', 7, 500)", path)
    with WorldFile.open(path) as world:
        assert [(each.key, each.commands) for each in world.accounts()] == [("test_a", 5), ("test_b", 7)]
        assert world.records(2, 0) == records(1, 7, 500)


def test_records_are_read_in_pages(world: WorldFile) -> None:
    account = begin(world, "test_a", 10)
    assert world.records(account, 0, 4) == records(1, 4)
    assert world.records(account, 4, 4) == records(5, 8)
    assert world.records(account, 8, 4) == records(9, 10)
    assert world.records(account, 10, 4) == []


def test_an_account_is_found_by_its_key(world: WorldFile) -> None:
    account = begin(world, "test_a", 1)
    found = world.account("test_a")
    assert found is not None
    assert (found.id, found.key, found.epoch, found.commands, found.base) == (account, "test_a", 0, 1, 0)
    assert world.account("test_b") is None


@pytest.mark.parametrize("key", ["", "ключ", "nul\0nul", "\udcff", "\ud83d\ude00", "'; --"])
def test_a_key_may_be_anything(world: WorldFile, key: str) -> None:
    account = begin(world, key, 1)
    found = world.account(key)
    assert found is not None
    assert (found.id, found.key) == (account, key)
    assert [each.key for each in world.accounts()] == [key]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text(), st.integers(-(1 << 63), (1 << 63) - 1))
def test_a_record_may_be_anything(world: WorldFile, kind: str, data: str, machine: int) -> None:
    world.forget_all()
    account = world.reserve_account()
    kept = Record(1, machine, kind, data.encode())
    world.append([Addition(account, [kept], key="test_a")])
    assert world.records(account, 0) == [kept]


def test_what_cannot_come_next_is_refused_with_all_that_came_with_it(world: WorldFile) -> None:
    account, other = begin(world, "test_a", 3), begin(world, "test_b", 3)
    before = contents(world)
    for wrong in (
        Addition(account, records(5, 6)),
        Addition(account, records(3, 4)),
        Addition(99, records(1, 1)),
        Addition(99, records(4, 4)),
    ):
        with pytest.raises((ValueError, WorldError)):
            world.append([Addition(other, records(4, 5), Standing(b"[]")), wrong])
        assert contents(world) == before
    world.append([Addition(other, records(4, 5))])


def test_a_log_with_a_gap_is_told(world: WorldFile, tmp_path: Path) -> None:
    account = begin(world, "test_a", 9)
    with sqlite3.connect(tmp_path / "a.world") as meddling:
        meddling.execute("DELETE FROM commands WHERE number=4")
    meddling.close()
    assert world.records(account, 4) == records(5, 9)
    for after, most in ((0, 9), (3, 1), (2, 5)):
        with pytest.raises(WorldError, match=r"a\.world is damaged: bring it back from a copy"):
            world.records(account, after, most)


def test_a_standing_can_change_while_no_command_comes(world: WorldFile) -> None:
    account = begin(world, "test_a", 3)
    world.append([Addition(account, (), Standing(b'{"now":1}', 77))])
    assert [(each.commands, each.standing) for each in world.accounts()] == [(3, Standing(b'{"now":1}', 77))]


def test_the_version_that_wrote_last_is_told_by_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    WorldFile.open(path).close()
    for _ in range(2):
        with sqlite3.connect(path) as reader:
            assert dict(reader.execute("SELECT name, value FROM meta")) == {
                "format": 3,
                "written by": f"mock-bsg {__version__}",
            }
            reader.execute("UPDATE meta SET value='mock-bsg 0.1' WHERE name='written by'")
        reader.close()
        WorldFile.open(path).close()


def test_a_file_of_the_first_format_is_of_the_newest_from_the_first_opening_on(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    WorldFile.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value=1 WHERE name='format'")
    connection.close()
    WorldFile.open(path).close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT value FROM meta WHERE name='format'").fetchall() == [(3,)]
    connection.close()


def test_who_keeps_nothing_does_not_import_sqlite() -> None:
    code = "import sys, mock_bsg.cli, mock_bsg.http.server, mock_bsg.pytest_plugin; print('sqlite3' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout == "False\n"


# --- back, and away


def test_rewinding_forgets_what_came_after(world: WorldFile) -> None:
    account = begin(world, "test_a", 10)
    world.append([Addition(account, records(11, 11), scenarios={11: OTHER})])
    kept = take_checkpoint(world, account, 4, whole=b"4")
    gone = take_checkpoint(world, account, 8, whole=b"8")
    assert world.rewind(account, 6, Standing(b'{"n":6}')) == 1
    tidy_up(world)
    (found,) = world.accounts()
    assert (found.epoch, found.commands, found.standing) == (1, 6, Standing(b'{"n":6}'))
    assert world.records(account, 0) == records(1, 6)
    assert world.checkpoints.numbers(account) == [4]
    assert world.checkpoints.part(kept["whole"]) == b"4"
    with pytest.raises(WorldError):
        world.checkpoints.part(gone["whole"])
    world.append([Addition(account, records(7, 8, size=3))])
    assert world.records(account, 5) == [record(6), *records(7, 8, size=3)]


@pytest.mark.parametrize("number", [0, 3, 11])
def test_rewinding_beyond_the_log_is_refused(world: WorldFile, number: int) -> None:
    account = begin(world, "test_a", 10)
    take_checkpoint(world, account, 4, whole=b"4")
    world.shorten(account, 4)
    before = contents(world)
    with pytest.raises(ValueError, match="reaches from command 4 to 10"):
        world.rewind(account, number, STANDING)
    assert contents(world) == before
    assert world.rewind(account, 4, STANDING) == 1


def test_a_shortened_log_begins_with_its_checkpoint(world: WorldFile) -> None:
    account = begin(world, "test_a", 300)
    take_checkpoint(world, account, 100, whole=b"100")
    take_checkpoint(world, account, 200, whole=b"200")
    world.shorten(account, 200)
    for _ in range(2):  # before it is tidied up, and after
        assert world.checkpoints.numbers(account) == [200]
        assert world.checkpoints.newest(account, 199) is None
        assert world.records(account, 200) == records(201, 300)
        with pytest.raises(WorldError, match="this log begins after command 200; what was before is not kept"):
            world.records(account, 199)
        tidy_up(world)
    with pytest.raises(ValueError, match="has no checkpoint after command 100"):
        world.shorten(account, 100)


def test_a_forgotten_account_is_away_at_once_and_its_key_begins_anew(world: WorldFile) -> None:
    old, other = begin(world, "test_a", 200), begin(world, "test_b", 2)
    world.forget(old)
    assert world.account("test_a") is None
    new = begin(world, "test_a", 1)
    tidy_up(world)
    assert [(each.id, each.key) for each in world.accounts()] == [(other, "test_b"), (new, "test_a")]
    assert world.records(new, 0) == records(1, 1)
    with pytest.raises(ValueError, match="there is no account"):
        world.records(old, 0)


def test_all_can_be_forgotten(world: WorldFile) -> None:
    begin(world, "test_a", 2)
    begin(world, "test_b", 2)
    world.forget_all()
    assert world.accounts() == []
    tidy_up(world)
    assert world.accounts() == []


def test_an_id_is_never_used_again(tmp_path: Path) -> None:
    with WorldFile.open(tmp_path / "a.world") as world:
        forgotten = begin(world, "test_a", 2)
        world.forget_all()
        tidy_up(world)
    with WorldFile.open(tmp_path / "a.world") as world:
        assert begin(world, "test_a", 2) > forgotten


def test_a_fork_has_the_same_past_and_a_future_of_its_own(world: WorldFile) -> None:
    account = begin(world, "test_a", 300)
    for number in (100, 200):
        take_checkpoint(world, account, number, whole=b"%d" % number)
    world.shorten(account, 100)
    fork = world.fork(account, "test_fork", 250, Standing(b'{"n":250}'))
    assert world.account("test_fork") == fork
    assert (fork.epoch, fork.commands, fork.base, fork.standing) == (0, 250, 100, Standing(b'{"n":250}'))
    before = contents(world)[1]
    world.append([Addition(account, records(301, 302))])
    world.rewind(account, 150, STANDING)
    world.forget(account)
    tidy_up(world)
    assert contents(world) == [before]
    assert before.records == records(101, 250)
    assert before.checkpoint == (200, {"whole": b"200"})
    world.append([Addition(fork.id, records(251, 251))])
    assert world.scenarios.library() == []


def test_what_cannot_be_forked_is_told(world: WorldFile) -> None:
    account = begin(world, "test_a", 5)
    begin(world, "test_b", 5)
    with pytest.raises(ValueError, match="reaches from command 1 to 5"):
        world.fork(account, "test_fork", 6, STANDING)
    with pytest.raises(ValueError, match="there is an account 'test_b' already"):
        world.fork(account, "test_b", 5, STANDING)
    assert [each.key for each in world.accounts()] == ["test_a", "test_b"]


# --- what anybody sees


def test_anybody_can_read_it_with_sqlite_while_it_is_in_use(world: WorldFile, tmp_path: Path) -> None:
    account = begin(world, "test_a", 2)
    take_checkpoint(world, account, 2, whole=b"2")
    world.scenarios.put(OTHER)
    reader = sqlite3.connect(tmp_path / "a.world")
    assert reader.execute("SELECT number, kind, data FROM commands").fetchall() == [
        (1, "take_request", '{"number":1,"path":""}'),
        (2, "take_request", '{"number":2,"path":""}'),
    ]
    assert reader.execute("SELECT key, state FROM accounts").fetchall() == [("test_a", '{"balance":"1"}')]
    assert reader.execute("SELECT name, source FROM scenarios ORDER BY name").fetchall() == [
        ("given", RULESET.source),
        ("other", OTHER.source),
    ]
    assert dict(reader.execute("SELECT * FROM meta").fetchall())["format"] == 3
    reader.close()


def test_sqlites_log_is_moved_by_another_connection_and_begins_anew(world: WorldFile, tmp_path: Path) -> None:
    account = begin(world, "test_a", 1)
    log = tmp_path / "a.world-wal"
    sizes = []
    for round_ in range(5):
        for number in range(50):
            world.append([Addition(account, [record(2 + 50 * round_ + number, 3000)])])
        moved = world.move_log()
        assert moved.pages == moved.moved > 50
        sizes.append(log.stat().st_size)
    assert max(sizes) < 1.5 * sizes[0]
    assert world.records(account, 1) == records(2, 251, 3000)


@pytest.mark.parametrize("is_long", [False, True])
def test_sqlites_log_begins_anew_when_it_is_long_though_something_is_always_added(
    world: WorldFile, monkeypatch: pytest.MonkeyPatch, *, is_long: bool
) -> None:
    account = begin(world, "test_a", 100, 3000)
    numbers = count(101)

    reader = sqlite3.connect(world.path, isolation_level=None)

    def add() -> None:
        world.append([Addition(account, [record(next(numbers), 3000)])])

    class AddingMeanwhile:
        """A connection that never moves everything at once, since something is added after it has begun."""

        def __init__(self, *given: Any) -> None:
            self._real = connect(*given)

        def execute(self, statement: str) -> sqlite3.Cursor:
            if "PASSIVE" not in statement:
                return self._real.execute(statement)
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM accounts").fetchall()
            add()
            found = self._real.execute(statement)
            reader.execute("COMMIT")
            return found

        def close(self) -> None:
            self._real.close()

    monkeypatch.setattr("mock_bsg.worlds.world_file.connect", AddingMeanwhile)
    monkeypatch.setattr("mock_bsg.worlds.world_file.LONG_LOG", 50 if is_long else 100_000)
    pages = []
    for _ in range(5):
        for _ in range(100):
            add()
        pages.append(world.move_log().pages)
    reader.close()
    assert (max(pages) < 2 * pages[0]) is is_long
    assert world.records(account, 600) == [record(number, 3000) for number in range(601, next(numbers))]
