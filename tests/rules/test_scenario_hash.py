"""What a world calls a scenario."""

from __future__ import annotations

from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.scenario.library import compile_text


def test_a_hash_is_that_of_name_and_text() -> None:
    one = scenario_hash(compile_text("seed: 1", "one"))
    assert one == scenario_hash(compile_text("seed: 1", "one"))
    assert len({one, scenario_hash(compile_text("seed: 1", "two")), scenario_hash(compile_text("seed: 2", "one"))}) == 3


def test_a_hash_is_the_same_in_any_process_and_version() -> None:
    assert scenario_hash(compile_text("seed: 1", "one")) == "e8b040d4f7fb05926952e4f31533bc56"
