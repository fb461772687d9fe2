"""Writes accounts that are in memory into a world file of their own, as far as their logs reach back."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from mock_bsg.sandbox.errors import LogTooShortError
from mock_bsg.worlds.records import encode_command, scenario_of
from mock_bsg.worlds.replacement import replacing
from mock_bsg.worlds.rows import Addition, Record, Standing
from mock_bsg.worlds.standing import take_stand
from mock_bsg.worlds.world_file import WorldFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.commands import Entry

_SLICE: Final = 1_000
"""Commands that are encoded at once."""


class Excerpt(NamedTuple):
    """What is written of an account. It stays as it is, whatever happens to the account."""

    key: str
    entries: Sequence[Entry]
    standing: Standing


def take_excerpt(account: Account, machine: int, until: int | None = None) -> Excerpt:
    """Take what an account has in memory at that time of the machine's: all commands, or those up to that one.

    Raises LogTooShortError if the log does not have that command, or begins later than with the first.
    """
    log = account.log
    if until is not None and not 1 <= until <= log.count:
        raise LogTooShortError(f"the log of '{account.key}' has {log.count} commands; there is none of number {until}")
    if len(log) < log.count:
        raise LogTooShortError(
            f"the log of '{account.key}' has forgotten its first {log.count - len(log)} commands, and so cannot be "
            "written; an account that is kept with --store can be"
        )
    entries = list(islice(log, until))
    is_whole = len(entries) == log.count
    return Excerpt(account.key, entries, Standing(take_stand(account, machine).write()) if is_whole else Standing())


def write_world(target: Path, excerpts: Iterable[Excerpt]) -> None:
    """Write a world of these accounts; replaces what is at `target`, and leaves that if anything goes wrong.

    For a thread of its own, if there is much. Raises WorldError.
    """
    with replacing(target) as unfinished, WorldFile.begin(unfinished) as world:
        for excerpt in excerpts:
            _write_account(world, excerpt)


def _write_account(world: WorldFile, excerpt: Excerpt) -> None:
    number = world.reserve_account()
    key: str | None = excerpt.key
    for first in range(0, len(excerpt.entries), _SLICE):
        entries = excerpt.entries[first : first + _SLICE]
        records = [Record(entry.number, entry.machine, *encode_command(entry.command)) for entry in entries]
        scenarios = {entry.number: ruleset for entry in entries if (ruleset := scenario_of(entry.command)) is not None}
        world.append([Addition(number, records, excerpt.standing, key, scenarios)])
        key = None
