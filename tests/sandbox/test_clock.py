import pytest

from mock_bsg.sandbox.clock import Clock

START = 1_484_644_802_000


def test_clock_without_start_shows_the_machines_time() -> None:
    clock = Clock(5_000)
    assert (clock.read(5_000), clock.read(6_500)) == (5_000, 6_500)


def test_clock_with_a_start_stands_there_when_it_is_first_seen_and_goes_on() -> None:
    clock = Clock(5_000, start=START)
    assert (clock.read(5_000), clock.read(6_500)) == (START, START + 1_500)


def test_scaled_clock_goes_so_many_times_as_fast() -> None:
    clock = Clock(5_000, start=START, speed=60)
    assert clock.read(6_000) == START + 60_000


def test_slow_clock_goes_slower_than_the_machines() -> None:
    clock = Clock(0, start=START, speed=0.5)
    assert clock.read(3_000) == START + 1_500


def test_manual_clock_goes_only_when_it_is_advanced() -> None:
    clock = Clock(0, start=START, speed=0)
    assert clock.is_manual
    assert clock.read(999_999) == START
    clock.advance(90_000, 1_000_000)
    assert clock.read(2_000_000) == START + 90_000


def test_advance_works_with_a_clock_that_runs() -> None:
    clock = Clock(0, start=START, speed=2)
    clock.advance(10_000, 1_000)
    assert clock.read(1_000) == START + 12_000
    assert clock.read(2_000) == START + 14_000


def test_change_of_speed_keeps_the_time_it_shows() -> None:
    clock = Clock(0, start=START)
    clock.run(60, 1_000)
    assert clock.read(1_000) == START + 1_000
    clock.run(0, 2_000)
    assert clock.read(9_000) == START + 61_000
    clock.run(1, 10_000)
    assert clock.read(10_500) == START + 61_500


@pytest.mark.parametrize("speed", [0.1, 0.3, 1, 7.7, 1_000_000])
def test_clock_never_goes_back_whatever_is_done_to_it(speed: float) -> None:
    clock = Clock(0, start=START, speed=speed)
    shown = clock.read(0)
    for machine in range(1, 200):
        if machine % 7 == 0:
            clock.run(speed if machine % 2 else 0, machine)
        if machine % 11 == 0:
            clock.advance(machine % 3, machine)
        now = clock.read(machine)
        assert now >= shown
        shown = now


def test_clock_is_never_set_back() -> None:
    with pytest.raises(ValueError, match="never back"):
        Clock(0).advance(-1, 0)
    with pytest.raises(ValueError, match="zero or more"):
        Clock(0).run(-1, 0)


def test_wait_on_the_machine_is_what_the_speed_makes_of_it() -> None:
    clock = Clock(0, start=START, speed=60)
    assert clock.machine_wait(START + 60_000, 0) == 1_000
    assert clock.machine_wait(START - 1, 0) == 0
    assert Clock(0, start=START, speed=0).machine_wait(START + 1, 0) is None
