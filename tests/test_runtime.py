from __future__ import annotations

import pytest

from mock_bsg.runtime import Runtime
from mock_bsg.scenario.errors import ScenarioError
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings

TEXTS = {"given": "account: {balance: 5}", "mine": "account: {balance: 6}", "broken": "rules: 5"}


@pytest.fixture
async def runtime() -> Runtime:
    return Runtime(Settings(scenario="given"), Library(texts=TEXTS))


async def test_machines_time_is_in_milliseconds_and_never_falls(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = runtime.machine()
    monkeypatch.setattr("time.time_ns", lambda: 0)  # somebody sets the machine's clock back
    assert 1_577_836_800_000 < before <= runtime.machine() < before + 60_000


@pytest.mark.parametrize(
    ("key", "scenario"),
    [
        ("test_mine", "mine"),
        ("live_mine", "mine"),
        ("test_mine.a.b", "mine"),
        ("test_mine-too", "given"),
        ("test_MINE", "given"),
        ("mine", "given"),
        ("test_", "given"),
        ("test_.mine", "given"),
        ("TEST_mine", "given"),
        ("x", "given"),
    ],
)
async def test_key_chooses_the_scenario(runtime: Runtime, key: str, scenario: str) -> None:
    assert (await runtime.operations.open(key)).ruleset.name == scenario


async def test_key_of_a_broken_scenario_begins_no_account(runtime: Runtime) -> None:
    with pytest.raises(ScenarioError):
        await runtime.operations.open("test_broken")
    assert runtime.accounts.get("test_broken") is None


async def test_any_key_that_is_not_empty_is_valid_unless_keys_were_given() -> None:
    anybody = Runtime(Settings(scenario="given"), Library(texts=TEXTS))
    somebody = Runtime(Settings(scenario="given", api_keys=frozenset({"test_a"})), Library(texts=TEXTS))
    assert [anybody.is_valid_key(key) for key in ("", "x", "test_a")] == [False, True, True]
    assert [somebody.is_valid_key(key) for key in ("", "x", "test_a")] == [False, False, True]


async def test_account_reads_its_own_clock(runtime: Runtime) -> None:
    account = await runtime.operations.open("test_a")
    account.clock.advance(3_600_000, runtime.machine())
    assert runtime.operations.now(account) - runtime.machine() >= 3_599_000
