"""Worlds at the command line: `open` shows one, `export` writes one; every mistake is one line."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest

from mock_bsg.domain.store_address import StoreAddress
from mock_bsg.worlds.world_file import WorldFile
from tests.conftest import PATIENCE_S
from tests.test_cli import output, run, start  # noqa: F401 -- a fixture
from tests.worlds.conftest import picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conftest import Client, Serve
    from tests.test_cli import Start

CREATE = {"messages": [{"to": [{"msisdn": "380972920000", "reference": "a"}], "text": "Hi", "alpha_name": "BSG"}]}


async def fill(serve: Serve, path: Path, *keys: str) -> Client:
    """Keep accounts of these keys with two commands each, by a server that has the file until it is closed."""
    client = await serve("clock: manual", store=StoreAddress(file=path))
    for key in keys:
        await client.post("/rest/viber/create", json=CREATE, headers={"X-API-KEY": key})
    return client


UNTIL = "the number of a command from 1 on is expected, or a time with its zone, as 2026-11-30T09:00:00Z"


def ask(url: str, headers: Mapping[str, str] | None = None, **order: Any) -> Any:
    """Get what is at a URL, or post an order to it; tells the JSON of the answer."""
    data = json.dumps(order).encode() if order else None
    request = Request(url, data, {"Content-Type": "application/json", **(headers or {})})  # noqa: S310 -- ours
    with urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 -- ours
        return json.loads(answer.read())


def accounts(path: Path) -> dict[str, int]:
    with WorldFile.open(path, read_only=True) as world:
        return {kept.key: kept.commands for kept in world.accounts()}


async def test_open_shows_a_world_and_says_so(serve: Serve, start: Start, tmp_path: Path) -> None:  # noqa: F811 -- the fixture
    path = tmp_path / "failed.world"
    await (await fill(serve, path, "test_a", "test_b")).close()
    before = path.read_bytes()
    process = start("open", str(path), "--port", "0", MOCK_BSG_STORE=str(tmp_path / "other.db"), MOCK_BSG_API_KEYS="x")
    ready = output(process).readline()
    said = re.fullmatch(
        r"mock_bsg \S+ is ready: API (\S+) · page \1/ · world (.*) with 2 accounts, 4 commands; it is never written\n",
        ready,
    )
    assert said is not None, ready
    assert said[2] == str(path)
    there = ask(f"{said[1]}/_mock/accounts")["accounts"]
    assert [(each["key"], each["messages"]) for each in there] == [("test_a", 1), ("test_b", 1)]
    assert ask(f"{said[1]}/_mock/accounts/test_a/rewind", to=1)["messages"] == 0
    assert ask(f"{said[1]}/rest/viber/create", messages=CREATE["messages"])["error"] == 1
    process.terminate()
    assert process.wait(PATIENCE_S) == 0
    assert path.read_bytes() == before
    assert not (tmp_path / "other.db").exists()


def no_file(path: Path) -> None:
    """Leave it out."""


def a_text(path: Path) -> None:
    path.write_text("seed: 1")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE other(x)")


def a_newer_one(path: Path) -> None:
    WorldFile.open(path).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE meta SET value=99 WHERE name='format'")
        database.execute("UPDATE meta SET value='mock-bsg 99.0' WHERE name='written by'")


def a_damaged_one(path: Path) -> None:
    WorldFile.open(path).close()
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (no_file, "there is no file {path}"),
        (a_text, "{path} is no world of mock-bsg, or its beginning is damaged: name another file"),
        (a_folder, "{path} is a directory: name a file in it, like {path}/bsg.world"),
        (a_database, "{path} is an SQLite file, but no world of mock-bsg: name another file"),
        (a_newer_one, "{path} was written by mock-bsg 99.0 in format 99, and mock-bsg .* use mock-bsg 99.0 or newer"),
        (a_damaged_one, "{path} is damaged: bring it back from a copy, or remove it with all that is in it"),
    ],
)
def test_file_that_cannot_be_shown_or_exported_is_one_line_and_2(tmp_path: Path, make: Any, complaint: str) -> None:
    path = tmp_path / "a.world"
    make(path)
    pattern = complaint.format(path=re.escape(str(path)))
    for words, named in (
        (("open", str(path), "--port", "0"), ""),
        (("export", str(path), "-o", "b.world"), "export: "),
    ):
        result = run(*words, cwd=tmp_path)
        assert re.fullmatch(f"mock-bsg: {named}{pattern}\n", result.stderr), result.stderr
        assert (result.returncode, result.stdout) == (2, "")
    assert not (tmp_path / "b.world").exists()


async def test_export_writes_all_accounts_while_a_server_has_them(serve: Serve, tmp_path: Path) -> None:
    await fill(serve, tmp_path / "world.db", "test_a", "test_b")
    result = run("export", f"sqlite://{tmp_path}/world.db", "-o", "copy.world", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "copy.world: 2 accounts, 4 commands\n", "")
    assert accounts(tmp_path / "copy.world") == {"test_a": 2, "test_b": 2}


async def test_export_cuts_at_a_command_or_a_time(serve: Serve, tmp_path: Path) -> None:
    client = await fill(serve, tmp_path / "world.db", "test_a", "test_b")
    await client.post("/_mock/accounts/test_b/clock", json={"advance": "1s"})
    await client.close()

    def export(*words: str) -> tuple[int, str]:
        result = run("export", "world.db", "-o", "copy.world", *words, cwd=tmp_path)
        return result.returncode, result.stdout + result.stderr

    assert export("--until", "1") == (0, "copy.world: 2 accounts, 2 commands\n")
    assert export("--account", "test_b", "--until", "2") == (0, "copy.world: 1 account, 2 commands\n")
    assert accounts(tmp_path / "copy.world") == {"test_b": 2}
    assert export("--until", "2099-01-01T01:00:00+01:00") == (0, "copy.world: 2 accounts, 5 commands\n")
    assert export("--until", "2016-11-30T09:00:00Z") == (
        2,
        "mock-bsg: export: --until 2016-11-30T09:00:00Z: no account had begun by then\n",
    )
    assert accounts(tmp_path / "copy.world") == {"test_a": 2, "test_b": 3}, "what was there stays"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "the following arguments are required: -o; mock-bsg export --help tells more"),
        (["-o", "world.db"], "export: world.db is the very world that is to be exported; name another file with -o"),
        (["-o", "x/b.world"], "export: x/b.world cannot be made: there is no directory x; make it first"),
        (["-o", "redis://x"], "-o: redis://x was found, a file is expected"),
        (["-o", "b", "--account", "test_secret"], "export: world.db has no account of that key, and one other"),
        (
            ["-o", "b", "--account", "test_a", "--until", "7"],
            "export: --until 7: the log of this account reaches from command 1 to 2",
        ),
        (
            ["-o", "b", "--untl", "1"],
            "export: '--untl' is not known here (did you mean '--until'?); mock-bsg --help tells more",
        ),
        *(
            (
                ["-o", "b", "--until", text],
                f"export: --until: '{text}' was found; {UNTIL}",
            )
            for text in ("0", "-1", "soon", "9" * 30, "2026-11-30T09:00:00", "2026-11-30")
        ),
    ],
)
async def test_mistake_of_an_export_is_one_line_and_2(
    serve: Serve, tmp_path: Path, words: list[str], complaint: str
) -> None:
    await (await fill(serve, tmp_path / "world.db", "test_a")).close()
    result = run("export", "world.db", *words, cwd=tmp_path)
    assert (result.returncode, result.stderr, result.stdout) == (2, f"mock-bsg: {complaint}\n", "")
    assert list(picture(tmp_path)) == ["world.db"]


def test_store_that_is_no_address_is_one_line_and_2() -> None:
    result = run("export", "ftp://x", "-o", "b")
    expected = "a file (world.db, sqlite:///path/world.db) or redis://… is expected"
    assert (result.returncode, result.stderr) == (2, f"mock-bsg: export: 'ftp://x' was found, {expected}\n")
