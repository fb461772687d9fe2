"""An account's clock: real, scaled, or standing still until it is advanced."""

from __future__ import annotations

from typing import NamedTuple


class ClockHands(NamedTuple):
    """How a clock goes: it showed `own` when the machine's showed `machine`, both in ms, and goes on at that speed."""

    machine: int
    own: int
    speed: float


class Clock:
    """Turns the machine's time into the account's; both are milliseconds since the epoch, UTC.

    The machine's time is always handed in, so that the same calls make the same clock in any process.
    """

    __slots__ = ("_machine_anchor", "_own_anchor", "speed")

    def __init__(self, machine: int, *, start: int | None = None, speed: float = 1.0) -> None:
        self._machine_anchor = machine
        self._own_anchor = machine if start is None else start
        self.speed = speed

    def capture(self) -> ClockHands:
        return ClockHands(self._machine_anchor, self._own_anchor, self.speed)

    @classmethod
    def restore(cls, hands: ClockHands) -> Clock:
        return cls(hands.machine, start=hands.own, speed=hands.speed)

    @property
    def is_manual(self) -> bool:
        return self.speed == 0

    def read(self, machine: int) -> int:
        """Tell the account's time at that instant of the machine's."""
        if self.speed == 1:
            return self._own_anchor + machine - self._machine_anchor
        return self._own_anchor + int((machine - self._machine_anchor) * self.speed)

    def advance(self, duration: int, machine: int) -> None:
        """Jump ahead by so many milliseconds of the account's time."""
        if duration < 0:
            raise ValueError("a clock is advanced by zero or more, never back")
        self._anchor(machine)
        self._own_anchor += duration

    def run(self, speed: float, machine: int) -> None:
        """Go on from the present instant at another speed; 0 stands still."""
        if speed < 0:
            raise ValueError("a clock's speed is zero or more")
        self._anchor(machine)
        self.speed = speed

    def machine_wait(self, due: int, machine: int) -> float | None:
        """Tell how many ms of the machine's time it is until the clock shows `due`; None: it never will by itself."""
        if self.is_manual:
            return None
        return max(0.0, (due - self.read(machine)) / self.speed)

    def _anchor(self, machine: int) -> None:
        self._own_anchor = self.read(machine)
        self._machine_anchor = machine
