"""Writes accounts that are in memory into a world file of their own, as far as their logs reach back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from mock_bsg.sandbox.errors import LogTooShortError
from mock_bsg.worlds.checkpoint_format import encode
from mock_bsg.worlds.records import encode_command, scenario_of
from mock_bsg.worlds.replacement import replacing
from mock_bsg.worlds.rows import Addition, Record, Standing
from mock_bsg.worlds.standing import take_stand
from mock_bsg.worlds.world_file import WorldFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.checkpoint import Checkpoint
    from mock_bsg.sandbox.commands import Entry

_SLICE: Final = 1_000
"""Commands that are encoded at once."""


class Excerpt(NamedTuple):
    """What is written of an account. It stays as it is, whatever happens to the account."""

    key: str
    checkpoint: Checkpoint | None
    """That after which the log begins; None: with the first command."""
    entries: Sequence[Entry]
    standing: Standing


def take_excerpt(account: Account, machine: int, until: int | None = None) -> Excerpt:
    """Take what an account has in memory at that time of the machine's: all commands, or those up to that one.

    Raises LogTooShortError if the log does not reach that command.
    """
    log = account.log
    until = log.count if until is None else until
    reach = log.reach
    if until not in reach:
        raise LogTooShortError(
            f"the log of '{account.key}' leads back to the commands {reach[0]} to {reach[-1]};"
            f" there is none of number {until}"
        )
    checkpoint, _ = log.since(reach[0])
    entries = [entry for entry in log if entry.number <= until]
    standing = Standing(take_stand(account, machine).write()) if until == log.count else Standing()
    return Excerpt(account.key, checkpoint, entries, standing)


def write_world(target: Path, excerpts: Iterable[Excerpt]) -> None:
    """Write a world of these accounts; replaces what is at `target`, and leaves that if anything goes wrong.

    For a thread of its own, if there is much. Raises WorldError.
    """
    with replacing(target) as unfinished, WorldFile.begin(unfinished) as world:
        for excerpt in excerpts:
            _write_account(world, excerpt)


def _write_account(world: WorldFile, excerpt: Excerpt) -> None:
    if excerpt.checkpoint is None:
        number = world.reserve_account()
        key: str | None = excerpt.key
    else:
        number, key = _write_checkpoint(world, excerpt.key, excerpt.checkpoint), None
    for first in range(0, len(excerpt.entries), _SLICE):
        entries = excerpt.entries[first : first + _SLICE]
        records = [Record(entry.number, entry.machine, *encode_command(entry.command)) for entry in entries]
        scenarios = {entry.number: ruleset for entry in entries if (ruleset := scenario_of(entry.command)) is not None}
        world.append([Addition(number, records, None, key, scenarios)])
        key = None
    world.append([Addition(number, (), excerpt.standing)])


def _write_checkpoint(world: WorldFile, key: str, checkpoint: Checkpoint) -> int:
    account = world.begin_after(key, checkpoint.number)
    writer = world.checkpoints.begin(account, checkpoint.number)
    rulesets: set[Ruleset] = set()
    for part in encode(checkpoint):
        assert part.data is not None  # noqa: S101 -- told to the type checker: there is none before it to share with
        writer.add([(part.name, part.data)])
        rulesets |= part.rulesets
    writer.finish(rulesets)
    world.shorten(account, checkpoint.number)
    return account
