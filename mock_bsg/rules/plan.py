"""Plans: what will become of a message, and when."""

from dataclasses import dataclass, field

from mock_bsg.domain.durations import Span
from mock_bsg.domain.lifecycle import Channel


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Statuses and their times, counted from the message's creation; hashable by identity.

    The status that every message begins with (`scheduled`) is no step. Statuses that life implies (`sent` before
    `delivered`) may be missing. Neither end of the spans ever falls from one step to the next.
    """

    channel: Channel
    steps: tuple[tuple[str, Span], ...]
    is_fixed: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_fixed", all(span.is_fixed for _, span in self.steps))

    def __str__(self) -> str:
        return ", ".join(f"{status}: {span}" for status, span in self.steps) or "stays as it is"
