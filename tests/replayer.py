"""Makes accounts anew of their commands, in a process that has seen nothing else, and tells what they look like."""

from __future__ import annotations

import pickle
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mock_bsg.apis import answer
from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox import camera
from mock_bsg.sandbox.filters import MessageFilter
from mock_bsg.sandbox.performing import replay
from mock_bsg.sandbox.restoring import restore
from mock_bsg.sandbox.retention import Retention
from mock_bsg.worlds.checkpoint_format import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.sandbox.account import Account


def picture(account: Account, machine: int) -> list[str]:
    """Show all that one can see of an account at that time of the machine's, but for durations that were measured."""
    now = account.clock.read(machine)
    account.process_due(now)
    return list(_parts(account, now))


def _parts(account: Account, now: int) -> Iterator[str]:
    yield repr(camera.take_account(account, now))
    yield repr(account.next_due(now))
    yield from map(repr, account.campaigns)
    yield from map(repr, account.replies)
    yield from map(repr, account.authentications.oldest_first())
    yield from map(repr, account.code_templates.list_all(account.ruleset.one_api, account.began, now))
    for message in MessageFilter().select(account, now):
        yield repr(_plain(camera.take_whole(account, message, now)))
    for exchange in account.journal.newest_first():
        yield repr(_plain(replace(camera.take_request(account, exchange), duration=timedelta())))
    for report in account.reports.newest_first():
        yield repr(_plain(camera.take_report(account, report)))


def _plain(snapshot: Any) -> dict[str, Any]:
    # The repr of a snapshot leaves things out.
    return {name: getattr(snapshot, name) for name in snapshot.__dataclass_fields__}


def write_and_read(account: Account) -> Account:
    """Make an account of a checkpoint of this one, as a store would have kept it."""
    parts = list(encode(account.capture()))
    rulesets = {scenario_hash(ruleset): ruleset for part in parts for ruleset in part.rulesets}
    kept = [(part.name, part.data) for part in parts if part.data is not None]
    return restore(account.key, decode(kept, rulesets.__getitem__), Retention(1 << 62))


def main() -> None:
    """Answer one order after the other: a key, its log, and the machine's time."""
    while True:
        try:
            key, entries, machine = pickle.load(sys.stdin.buffer)  # noqa: S301 -- it comes from the tests
        except EOFError:
            return
        try:
            told: list[str] | str = picture(replay(key, entries, answer), machine)
        except Exception as fault:  # noqa: BLE001 -- told to the test, which fails then
            told = f"{type(fault).__name__}: {fault}"
        pickle.dump(told, sys.stdout.buffer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
