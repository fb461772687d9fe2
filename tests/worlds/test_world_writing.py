"""Accounts that are in memory, in a world file of their own: whole or as far as one likes, or no file at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.apis import answer
from mock_bsg.sandbox import log
from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.commands import AdvanceClock, BeginAccount, TakeRequest, UseScenario
from mock_bsg.sandbox.errors import LogTooShortError
from mock_bsg.sandbox.performing import perform, recall
from mock_bsg.sandbox.retention import Retention
from mock_bsg.scenario.library import Library, compile_text
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.reading import WorldReader
from mock_bsg.worlds.standing import read_stand
from mock_bsg.worlds.world_file import WorldFile
from mock_bsg.worlds.world_writing import take_excerpt, write_world
from tests.replayer import picture
from tests.worlds.conftest import as_nobody, begin
from tests.worlds.conftest import picture as picture_of_files

if TYPE_CHECKING:
    from pathlib import Path

    from mock_bsg.sandbox.commands import Command

MACHINE = 1_484_644_802_000
CREATE = (
    b'{"messages": [{"to": [{"msisdn": "380972920000", "reference": "%d"}], "text": "Hi", "alpha_name": "BSG",'
    b' "options": {"viber": {"alt_route": {"originator": "BSG", "text": "Hi"}}}}]}'
)


def make(key: str, requests: int) -> Account:
    """Make an account that has taken so many requests, one each second, and then changes its scenario."""
    ruleset = compile_text("clock: manual", "first")
    account = Account(key, ruleset, MACHINE, Retention(1_000_000))
    account.log.append(MACHINE, account.began, BeginAccount(ruleset))
    for number in range(requests):
        do(account, TakeRequest("POST", "/rest/viber/create", ((b"X-API-KEY", b"k"),), body=CREATE % number))
        do(account, AdvanceClock(1000))
    do(account, UseScenario(compile_text("account: {balance: 5}", "second")))
    return account


def do(account: Account, command: Command) -> None:
    machine = MACHINE + account.log.count
    account.log.append(machine, account.clock.read(machine), command)
    perform(account, machine, command, answer)


async def read(path: Path, key: str) -> list[str]:
    with WorldFile.open(path, read_only=True) as world:
        reader = WorldReader(world, answer, Library())
        kept = reader.find(key)
        assert kept is not None
        return picture((await reader.bring(kept, kept.commands)).account, MACHINE + 60_000)


async def test_accounts_are_read_as_they_were_written(tmp_path: Path) -> None:
    accounts = [make("test_a", 3), make("test_ключ", 600)]
    write_world(tmp_path / "a.world", [take_excerpt(account, MACHINE + 10_000) for account in accounts])
    for account in accounts:
        assert await read(tmp_path / "a.world", account.key) == picture(account, MACHINE + 60_000)
    assert list(picture_of_files(tmp_path)) == ["a.world"]


async def test_excerpt_stays_as_it_is(tmp_path: Path) -> None:
    account = make("test_a", 3)
    excerpt = take_excerpt(account, MACHINE + 10_000)
    before = picture(account, MACHINE + 60_000)
    do(account, TakeRequest("POST", "/rest/viber/create", (), body=CREATE % 9))
    write_world(tmp_path / "a.world", [excerpt])
    assert await read(tmp_path / "a.world", "test_a") == before


def test_world_can_be_cut_at_a_command(tmp_path: Path) -> None:
    account = make("test_a", 3)
    write_world(tmp_path / "a.world", [take_excerpt(account, MACHINE, until=2)])
    with WorldFile.open(tmp_path / "a.world", read_only=True) as world:
        (kept,) = world.accounts()
        assert (kept.commands, kept.standing.state) == (2, None)
        assert [record.kind for record in world.records(kept.id, 0)] == ["begin_account", "take_request"]


def test_lists_know_how_a_whole_account_stands(tmp_path: Path) -> None:
    account = make("test_a", 3)
    write_world(tmp_path / "a.world", [take_excerpt(account, MACHINE + 10_000)])
    with WorldFile.open(tmp_path / "a.world", read_only=True) as world:
        stand = read_stand(world.accounts()[0].standing.state)
    assert stand is not None
    assert (stand.number, stand.shown["messages"]) == (account.log.count, 3)


@pytest.mark.parametrize("until", [0, 9])
def test_command_that_the_log_does_not_have_is_told(until: int) -> None:
    said = f"the log of 'test_a' leads back to the commands 1 to 8; there is none of number {until}"
    with pytest.raises(LogTooShortError, match=said):
        take_excerpt(make("test_a", 3), MACHINE, until)


async def test_long_log_begins_with_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "REACH", 40)
    account = make("test_a", 100)
    first = account.log.reach[0]
    assert first > 1
    write_world(tmp_path / "a.world", [take_excerpt(account, MACHINE)])
    assert await read(tmp_path / "a.world", "test_a") == picture(account, MACHINE + 60_000)
    with WorldFile.open(tmp_path / "a.world", read_only=True) as world:
        (kept,) = world.accounts()
        assert (kept.base, kept.commands) == (first, account.log.count)

    cut = recall(account, first, answer)
    write_world(tmp_path / "a.world", [take_excerpt(account, MACHINE, until=first)])
    assert await read(tmp_path / "a.world", "test_a") == picture(cut, MACHINE + 60_000)
    with pytest.raises(LogTooShortError, match=f"leads back to the commands {first} to"):
        take_excerpt(account, MACHINE, until=first - 1)


def test_another_world_is_replaced_but_not_one_that_is_in_use(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    with WorldFile.open(path) as world:
        begin(world, "test_before", 3)
        with pytest.raises(WorldError, match="in use"):
            write_world(path, [take_excerpt(make("test_a", 3), MACHINE)])
    write_world(path, [take_excerpt(make("test_a", 3), MACHINE)])
    with WorldFile.open(path, read_only=True) as world:
        assert [kept.key for kept in world.accounts()] == ["test_a"]


def test_world_that_goes_wrong_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    write_world(path, [take_excerpt(make("test_a", 3), MACHINE)])
    before = picture_of_files(tmp_path)
    twice = take_excerpt(make("test_b", 3), MACHINE)
    with pytest.raises(WorldError):
        write_world(path, [twice, twice])
    assert picture_of_files(tmp_path) == before


def test_directory_that_may_not_be_written_is_told(public_directory: Path) -> None:
    excerpt = take_excerpt(make("test_a", 3), MACHINE)
    with (
        as_nobody(),
        pytest.raises(WorldError, match=r"a\.world cannot be written \(Permission denied\): let this user"),
    ):
        write_world(public_directory / "a.world", [excerpt])
    assert list(public_directory.iterdir()) == []
