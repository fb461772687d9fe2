"""A scenario is kept once, as long as anybody refers to it; the library is what can be found by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.scenario.library import compile_text
from mock_bsg.worlds.rows import Addition
from tests.worlds.conftest import RULESET, STANDING, begin, records, tidy_up

if TYPE_CHECKING:
    from mock_bsg.worlds.world_file import WorldFile

OTHER = compile_text("seed: 7", "other")


def test_one_is_found_by_its_hash(world: WorldFile) -> None:
    begin(world, "test_a", 1)
    begin(world, "test_b", 1)
    assert world.scenarios.get(scenario_hash(RULESET)) == ("given", RULESET.source)
    assert world.scenarios.get("0" * 32) is None


def test_one_goes_with_the_last_that_refers_to_it(world: WorldFile) -> None:
    accounts = [begin(world, f"test_{name}", 2) for name in "ab"]
    world.append([Addition(accounts[0], records(3, 3), scenarios={3: OTHER})])
    tidy_up(world)
    assert world.scenarios.get(scenario_hash(OTHER)) is not None
    world.rewind(accounts[0], 2, STANDING)
    tidy_up(world)
    assert world.scenarios.get(scenario_hash(OTHER)) is None
    world.forget(accounts[0])
    tidy_up(world)
    assert world.scenarios.get(scenario_hash(RULESET)) is not None
    world.forget(accounts[1])
    tidy_up(world)
    assert world.scenarios.get(scenario_hash(RULESET)) is None


def test_the_library_has_the_newest_of_each_name(world: WorldFile) -> None:
    account = begin(world, "test_a", 1)
    newer = compile_text("seed: 8", "other")
    for ruleset in (OTHER, RULESET, newer):
        world.scenarios.put(ruleset)
    assert world.scenarios.library() == [("given", RULESET.source), ("other", newer.source)]
    world.forget(account)
    tidy_up(world)
    assert world.scenarios.library() == [("given", RULESET.source), ("other", newer.source)]
    assert world.scenarios.get(scenario_hash(OTHER)) is None
