"""World files are opened by one server at a time, or looked at without a trace; what cannot be is told in one line."""

from __future__ import annotations

import os
import random
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mock_bsg import __version__
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.rows import Addition
from mock_bsg.worlds.world_file import WorldFile
from tests.worlds.conftest import (
    as_nobody,
    begin,
    contents,
    picture,
    records,
    run_and_kill,
    take_checkpoint,
    tidy_up,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DAMAGED = "is damaged: bring it back from a copy, or remove it with all that is in it"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Leave a world file that was closed."""
    path = tmp_path / "kept.world"
    with WorldFile.open(path) as world:
        account = begin(world, "test_a", 40, 300)
        take_checkpoint(world, account, 20, head=b"head" * 200, tail=bytes(range(256)) * 40)
        begin(world, "test_b", 3)
    return path


def refusal(path: Path, *, read_only: bool = False) -> str:
    """Try to open a file; tells why that is refused, without the file's name."""
    with pytest.raises(WorldError) as told:
        WorldFile.open(path, read_only=read_only).close()
    assert "\n" not in str(told.value)
    return str(told.value).replace(str(path), "FILE")


# --- looking at one


def test_a_file_that_was_closed_is_looked_at_without_a_trace(kept: Path) -> None:
    before = picture(kept.parent)
    with WorldFile.open(kept, read_only=True) as view:
        seen = contents(view)
        assert picture(kept.parent) == before
    assert picture(kept.parent) == before
    with WorldFile.open(kept) as world:
        assert contents(world) == seen


def test_a_file_that_a_kill_left_is_looked_at_without_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    run_and_kill("begin(world, 'test_a', 5); world.move_log(); begin(world, 'test_b', 7, 500)", path)
    before = picture(tmp_path)
    assert "a.world-wal" in before
    with WorldFile.open(path, read_only=True) as view:
        assert [each.key for each in view.accounts()] == ["test_a", "test_b"]
        assert view.records(2, 0) == records(1, 7, 500)
    assert picture(tmp_path) == before


def test_a_file_in_use_is_looked_at_as_it_is_then(world: WorldFile, tmp_path: Path) -> None:
    account = begin(world, "test_a", 5)
    with WorldFile.open(tmp_path / "a.world", read_only=True) as view:
        seen = contents(world)
        assert contents(view) == seen
        world.append([Addition(account, records(6, 9))])
        assert world.move_log().pages > 0
        assert contents(view) == seen
    assert world.records(account, 0) == records(1, 9)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "a.world",
        "a.world-shm",
        "a.world-wal",
        "a.world.lock",
    ]


def test_a_copy_of_the_file_alone_can_be_looked_at_while_it_is_in_use(world: WorldFile, tmp_path: Path) -> None:
    begin(world, "test_a", 5)
    world.move_log()
    (tmp_path / "there").mkdir()
    copied = tmp_path / "there" / "a.world"
    copied.write_bytes((tmp_path / "a.world").read_bytes())
    before = picture(copied.parent)
    with WorldFile.open(copied, read_only=True) as view:
        assert contents(view) == contents(world)
    assert picture(copied.parent) == before


def test_nothing_can_be_put_into_a_file_that_is_looked_at(kept: Path) -> None:
    with WorldFile.open(kept, read_only=True) as view:
        with pytest.raises(WorldError, match="may not be written"):
            view.forget_all()
        with pytest.raises(WorldError, match="may not be written"):
            begin(view, "test_c", 1)
        assert len(view.accounts()) == 2


def test_copies_that_were_made_to_look_at_do_not_stay(
    world: WorldFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    begin(world, "test_a", 1)
    with WorldFile.open(tmp_path / "a.world", read_only=True):
        assert len(list(folder.iterdir())) == 1
    assert list(folder.iterdir()) == []


def test_a_file_that_may_only_be_read_can_be_looked_at(public_directory: Path) -> None:
    path = public_directory / "a.world"
    with WorldFile.open(path) as world:
        begin(world, "test_a", 3)
    path.chmod(0o444)
    with as_nobody(), WorldFile.open(path, read_only=True) as view:
        assert view.records(1, 0) == records(1, 3)


# --- what cannot be opened


@pytest.mark.parametrize("read_only", [False, True])
def test_places_where_no_world_can_be_are_told(tmp_path: Path, *, read_only: bool) -> None:
    assert refusal(tmp_path, read_only=read_only) == "FILE is a directory: name a file in it, like FILE/bsg.world"
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe", read_only=read_only) == "FILE is no regular file: name one on a disk"
    (tmp_path / "text").write_text("hello", "utf-8")
    assert refusal(tmp_path / "text" / "a.world", read_only=read_only) == "FILE cannot be used: Not a directory"
    assert refusal(Path("nul\0nul"), read_only=read_only) == "FILE cannot be used: embedded null byte"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    directory = tmp_path / "none"
    assert refusal(tmp_path / "a.world", read_only=True) == "there is no file FILE"
    assert refusal(directory / "a.world") == f"FILE cannot be made: there is no directory {directory}; make it first"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("directory", "file"), [(0o555, 0o666), (0o777, 0o444), (0o777, 0o000), (0o555, None)])
def test_a_file_that_may_not_be_written_is_told(public_directory: Path, directory: int, file: int | None) -> None:
    path = public_directory / "a.world"
    if file is not None:
        WorldFile.open(path).close()
        path.chmod(file)
    public_directory.chmod(directory)
    with as_nobody():
        assert refusal(path) == (
            "FILE may not be written (Permission denied): let this user write it and its directory,"
            " where SQLite keeps more files while it is in use"
        )
    assert [each.name for each in public_directory.iterdir()] == ([] if file is None else ["a.world"])


def test_a_file_that_may_not_be_read_is_told(public_directory: Path) -> None:
    path = public_directory / "a.world"
    WorldFile.open(path).close()
    path.chmod(0o000)
    with as_nobody():
        assert refusal(path, read_only=True) == "FILE cannot be read (Permission denied): let this user read it"


def test_a_second_server_is_refused_and_the_first_one_goes_on(world: WorldFile, tmp_path: Path) -> None:
    account = begin(world, "test_a", 1)
    assert refusal(tmp_path / "a.world").startswith(f"FILE is in use by another mock-bsg (process {os.getpid()}): stop")
    world.append([Addition(account, records(2, 2))])


def test_an_empty_file_is_begun_but_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    path.touch()
    assert refusal(path, read_only=True) == "FILE is empty: no world was ever kept in it"
    with WorldFile.open(path) as world:
        begin(world, "test_a", 1)
    WorldFile.open(path, read_only=True).close()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_of_a_newer_format_is_told_with_the_version_to_use(kept: Path, *, read_only: bool) -> None:
    with sqlite3.connect(kept) as newer:
        newer.execute("UPDATE meta SET value=4 WHERE name='format'")
        newer.execute("UPDATE meta SET value='mock-bsg 99.1' WHERE name='written by'")
        newer.execute("DROP TABLE accounts")
    newer.close()
    assert refusal(kept, read_only=read_only) == (
        f"FILE was written by mock-bsg 99.1 in format 4, and mock-bsg {__version__} knows formats up to 3:"
        " use mock-bsg 99.1 or newer"
    )


@pytest.mark.parametrize("read_only", [False, True])
def test_an_sqlite_file_of_something_else_stays_as_it_is(tmp_path: Path, *, read_only: bool) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE meta(name, value)")
    foreign.close()
    before = picture(tmp_path)
    said = "FILE is an SQLite file, but no world of mock-bsg: name another file"
    assert refusal(path, read_only=read_only) == said
    assert picture(tmp_path) == before


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("text", [b"hello\n", b"a: 1\n" * 5000, b"SQLite format 2\0" * 300, b"\0" * 4096])
def test_a_file_that_is_none_of_sqlites_stays_as_it_is(tmp_path: Path, text: bytes, *, read_only: bool) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(text)
    before = picture(tmp_path)
    said = "FILE is no world of mock-bsg, or its beginning is damaged: name another file"
    assert refusal(path, read_only=read_only) == said
    assert picture(tmp_path) == before


# --- damaged ones


def cut_to(size: float) -> Callable[[bytearray], None]:
    def damage(content: bytearray) -> None:
        del content[int(size if size > 1 else len(content) * size) :]

    return damage


def overwrite(page: int, value: int) -> Callable[[bytearray], None]:
    def damage(content: bytearray) -> None:
        content[page * 4096 + 100 : (page + 1) * 4096] = bytes([value]) * 3996

    return damage


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    "damage",
    [cut_to(50), cut_to(100), cut_to(4096), cut_to(0.5), cut_to(0.99), overwrite(0, 0xFF), overwrite(2, 0xFF)],
    ids=["half a header", "a header", "a page", "half", "nearly all", "tables overwritten", "a page overwritten"],
)
def test_a_damaged_file_is_told(kept: Path, damage: Callable[[bytearray], None], *, read_only: bool) -> None:
    content = bytearray(kept.read_bytes())
    damage(content)
    kept.write_bytes(content)
    assert refusal(kept, read_only=read_only) == f"FILE {DAMAGED}"


@pytest.mark.parametrize("seed", range(150))
def test_whatever_bytes_flip_it_is_opened_or_told(kept: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- the same in every run
    content = bytearray(kept.read_bytes())
    for _ in range(chance.choice((1, 3, 30, 300))):
        content[chance.randrange(100 if seed % 5 == 0 else len(content))] = chance.randrange(256)
    kept.write_bytes(content)
    for read_only in (True, False):
        told = read_and_use(kept, read_only=read_only)
        assert told is None or re.fullmatch(f"{re.escape(str(kept))}:? [^\n]+", told)


def read_and_use(path: Path, *, read_only: bool) -> str | None:
    """Use all of a file; tells what was wrong with it."""
    try:
        with WorldFile.open(path, read_only=read_only) as world:
            contents(world)
            world.scenarios.library()
            if not read_only:
                begin(world, "test_c", 2)
                world.forget_all()
                tidy_up(world)
    except WorldError as error:
        return str(error)
    return None


def test_damage_that_shows_later_is_told_then(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(kept.read_bytes())
    for page in range(1, len(content) // 4096):
        if b"test_a" not in content[page * 4096 : (page + 1) * 4096]:
            overwrite(page, 0xFF)(content)
            content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    kept.write_bytes(content)
    monkeypatch.setattr("mock_bsg.worlds.world_schema._SOON_CHECKED", 0)
    assert read_and_use(kept, read_only=False) == f"{kept} {DAMAGED}"
