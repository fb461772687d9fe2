"""The machine's time as accounts are told it, whatever becomes of the machine's own clock."""

from __future__ import annotations

import random

import pytest

from mock_bsg.wall_clock import WallClock

START = 1_700_000_000


class Machine:
    """A machine whose clocks a test moves; in seconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown, self.running = START, 1_000
        monkeypatch.setattr("time.time_ns", lambda: self.shown * 10**9)
        monkeypatch.setattr("time.monotonic_ns", lambda: self.running * 10**9)
        self.clock = WallClock()

    def run(self, seconds: int) -> None:
        self.shown += seconds
        self.running += seconds

    def sleep(self, seconds: int) -> None:
        """Sleep as a laptop does: what counts the time that it runs stands still."""
        self.shown += seconds

    def set_back(self, seconds: int) -> None:
        self.shown -= seconds

    def read(self) -> int:
        """Tell the time in seconds after the start."""
        return self.clock.read() // 1000 - START


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_it_goes_as_the_machine_does(machine: Machine) -> None:
    machine.run(5)
    assert machine.read() == 5


def test_a_machine_that_wakes_is_followed_at_once(machine: Machine) -> None:
    machine.sleep(3_600)
    assert machine.read() == 3_600
    machine.run(5)
    machine.sleep(60)
    assert machine.read() == 3_665


def test_a_clock_that_is_set_back_goes_on_from_where_it_was(machine: Machine) -> None:
    machine.run(100)
    machine.set_back(3_600)
    assert machine.read() == 100
    machine.run(5)
    assert machine.read() == 105


def test_a_clock_that_was_set_back_and_wakes_later_than_ever_is_followed(machine: Machine) -> None:
    machine.set_back(60)
    machine.sleep(50)
    assert machine.read() == 0
    machine.sleep(40)
    assert machine.read() == 30


def test_a_pause_between_two_looks_at_the_machine_does_not_push_it_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    began = machine.read()

    def pause() -> int:
        machine.run(1)  # somebody else had the processor
        return machine.running * 10**9

    monkeypatch.setattr("time.monotonic_ns", pause)
    for _ in range(100):
        machine.read()
    assert machine.read() - began <= machine.running - 1_000


@pytest.mark.parametrize("seed", range(5))
def test_it_never_falls_and_never_lags_behind(machine: Machine, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- no secret
    before = machine.read()
    for _ in range(300):
        chance.choice([machine.run, machine.sleep, machine.set_back])(chance.randrange(500))
        now = machine.read()
        assert now >= before
        assert now >= machine.shown - START
        before = now
