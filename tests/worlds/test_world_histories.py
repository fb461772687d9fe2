"""Whatever is done to a world file, in whatever order, it holds what plain lists would."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mock_bsg.worlds.rows import Addition, Record, Standing
from mock_bsg.worlds.world_file import WorldFile
from tests.worlds.conftest import Contents, contents, tidy_up

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Expected:
    """What one account should be."""

    id: int
    key: str
    standing: Standing
    epoch: int = 0
    base: int = 0
    log: list[Record] = field(default_factory=list)
    checkpoints: dict[int, dict[str, bytes]] = field(default_factory=dict)

    def contents(self) -> Contents:
        newest = max((number for number in self.checkpoints if number >= self.base), default=None)
        found = None if newest is None else (newest, self.checkpoints[newest])
        return Contents(self.key, self.epoch, self.base, self.standing, self.log[self.base :], found)


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.path = self.folder / "a.world"
        self.world = WorldFile.open(self.path)
        self.expected: list[Expected] = []
        self.steps = 0

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.folder)

    def new(self) -> int:
        self.steps += 1
        return self.steps

    def has_accounts(self) -> bool:
        return bool(self.expected)

    def choose(self, place: int) -> Expected:
        return self.expected[place % len(self.expected)]

    def standing(self) -> Standing:
        return Standing(b'{"step":%d}' % self.new(), self.steps)

    def add(self, account: Expected, count: int) -> list[Record]:
        first = len(account.log) + 1
        added = [
            Record(number, self.new(), "take_request", b"%d" % self.steps) for number in range(first, first + count)
        ]
        account.log += added
        return added

    @rule(count=st.integers(1, 30))
    def begin(self, count: int) -> None:
        account = Expected(self.world.reserve_account(), f"test_{self.new()}", self.standing())
        self.world.append([Addition(account.id, self.add(account, count), account.standing, account.key)])
        self.expected.append(account)

    @precondition(has_accounts)
    @rule(counts=st.lists(st.integers(1, 30), max_size=3), place=st.integers(0, 9))
    def append(self, counts: list[int], place: int) -> None:
        chosen = {self.choose(place + offset).id: self.choose(place + offset) for offset in range(len(counts))}
        pairs = zip(chosen.values(), counts, strict=False)
        self.world.append([Addition(account.id, self.add(account, count)) for account, count in pairs])

    @precondition(has_accounts)
    @rule(
        place=st.integers(0, 9),
        back=st.integers(0, 5),
        share=st.booleans(),
        finish=st.sampled_from([True, True, False]),
    )
    def take_checkpoint(self, place: int, back: int, *, share: bool, finish: bool) -> None:
        account = self.choose(place)
        number = len(account.log) - back
        writer = self.world.checkpoints.begin(account.id, number)
        own = str(self.new())
        parts = {own: own.encode()}
        before = self.world.checkpoints.newest(account.id)
        if share and before is not None:
            writer.share(before.parts.items())
            parts = {**account.checkpoints[before.number], **parts}
        writer.add([(own, own.encode())])
        if finish:
            assert writer.finish() == (number > account.base and number not in account.checkpoints)
            if number > account.base:
                account.checkpoints.setdefault(number, parts)

    @precondition(has_accounts)
    @rule(place=st.integers(0, 9), which=st.integers(0, 9))
    def shorten(self, place: int, which: int) -> None:
        account = self.choose(place)
        numbers = self.world.checkpoints.numbers(account.id)
        assert numbers == sorted(number for number in account.checkpoints if number >= account.base)
        if numbers:
            account.base = numbers[which % len(numbers)]
            self.world.shorten(account.id, account.base)

    @precondition(has_accounts)
    @rule(place=st.integers(0, 9), back=st.integers(0, 40))
    def rewind(self, place: int, back: int) -> None:
        account = self.choose(place)
        number = max(len(account.log) - back, account.base, 1)
        account.standing = self.standing()
        account.epoch += 1
        assert self.world.rewind(account.id, number, account.standing) == account.epoch
        del account.log[number:]
        account.checkpoints = {each: parts for each, parts in account.checkpoints.items() if each <= number}

    @precondition(has_accounts)
    @rule(place=st.integers(0, 9), back=st.integers(0, 40))
    def fork(self, place: int, back: int) -> None:
        account = self.choose(place)
        number = max(len(account.log) - back, account.base, 1)
        kept = self.world.fork(account.id, f"test_{self.new()}", number, self.standing())
        checkpoints = {each: parts for each, parts in account.checkpoints.items() if each <= number}
        fork = Expected(kept.id, kept.key, kept.standing, 0, account.base, account.log[:number], checkpoints)
        self.expected.append(fork)

    @precondition(has_accounts)
    @rule(place=st.integers(0, 9))
    def forget(self, place: int) -> None:
        account = self.choose(place)
        self.world.forget(account.id)
        self.expected.remove(account)

    @rule(most=st.sampled_from([1, 10, 1000]))
    def tidy_a_little(self, most: int) -> None:
        self.world.tidy(most)

    @rule(end=st.sampled_from([lambda world: world.move_log(), tidy_up, lambda _: None]))
    def close_and_open(self, end: Callable[[WorldFile], object]) -> None:
        end(self.world)
        self.world.close()
        self.world = WorldFile.open(self.path)

    @precondition(has_accounts)
    @rule(place=st.integers(0, 9), back=st.integers(0, 20))
    def copy(self, place: int, back: int) -> None:
        account = self.choose(place)
        number = max(len(account.log) - back, account.base, 1)
        self.world.copy(self.folder / "b.world", account=account.id, until=number)
        with WorldFile.open(self.folder / "b.world", read_only=True) as copy:
            (found,) = contents(copy)
        assert found.records == account.log[account.base : number]
        newest = max((each for each in account.checkpoints if account.base <= each <= number), default=None)
        assert found.checkpoint == (None if newest is None else (newest, account.checkpoints[newest]))

    @invariant()
    def it_holds_what_lists_would(self) -> None:
        assert contents(self.world) == [account.contents() for account in self.expected]


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),  # to find the shortest history that fails takes minutes, with a file for each
)
