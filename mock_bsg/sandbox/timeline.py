"""What happens to a message, and when: its statuses in order, settled when it is created, and read off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mock_bsg.domain.lifecycle import FAILED, INITIAL, Channel, implied, is_final, may_follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

# A number portability lookup is answered at once: its only status is never shown.
FIRST_STATUS: Mapping[Channel, str] = {**INITIAL, "mnp": "sent"}
NOT_YET_SENT = frozenset({"scheduled", "new", "waiting", "accepted"})
NOT_YET_ARRIVED = NOT_YET_SENT | {"sent"}


class ImpossibleStepError(ValueError):
    """A status that the life of a message does not allow after the one it has."""


Cause: TypeAlias = Literal["request", "plan", "hand", "validity", "stopped"]
"""Why a status comes: by the request; as planned; by hand; its validity ran out; its campaign was stopped."""


class Step(NamedTuple):
    """A status, the milliseconds after the start at which it comes, and why.

    `cause` is None where nobody knows it any more: versions before did not keep it.
    """

    status: str
    offset: int
    cause: Cause | None = "plan"


class Timeline:
    """The statuses of a message in order, each with its offset from the message's start in milliseconds.

    The first one is that of its creation: at 0, or before it if the message was scheduled for later.
    Messages that go the same way share one timeline; it is never changed, only replaced.
    """

    __slots__ = ("causes", "channel", "failed_at", "offsets", "statuses")

    def __init__(self, channel: Channel, steps: Iterable[Step]) -> None:
        self.channel = channel
        self.statuses: tuple[str, ...]
        self.offsets: tuple[int, ...]
        self.causes: tuple[Cause | None, ...]
        self.statuses, self.offsets, self.causes = zip(*steps, strict=True)
        last = self.statuses[-1]
        self.failed_at: int | None = self.offsets[-1] if last in FAILED else None

    @classmethod
    def of(
        cls, channel: Channel, statuses: tuple[str, ...], offsets: tuple[int, ...], causes: tuple[Cause | None, ...]
    ) -> Self:
        """Make one of its columns, as it has them itself: quick, for a million may be brought back."""
        timeline = cls.__new__(cls)
        timeline.channel, timeline.statuses, timeline.offsets, timeline.causes = channel, statuses, offsets, causes
        timeline.failed_at = offsets[-1] if statuses[-1] in FAILED else None
        return timeline

    @property
    def steps(self) -> list[Step]:
        return list(map(Step, self.statuses, self.offsets, self.causes))

    def position(self, elapsed: int) -> int:
        """Find the index of the step in force so many milliseconds after the start."""
        offsets = self.offsets
        index = len(offsets) - 1
        while index and offsets[index] > elapsed:
            index -= 1
        return index

    def next_offset(self, elapsed: int) -> int | None:
        """Find the offset of the first step that is still to come; None if there is none."""
        for offset in self.offsets:
            if offset > elapsed:
                return offset
        return None

    def with_step_now(self, status: str, elapsed: int, validity: int | None = None, cause: Cause = "hand") -> Timeline:
        """Make one with the same past, `status` at this instant, and of the planned steps those that can still follow.

        `validity` (ms) counts from the sending, which may have come earlier by this. Raises ImpossibleStepError if the
        life of a message does not allow it.
        """
        position = self.position(elapsed)
        before = self.statuses[position]
        if not may_follow(self.channel, before, status):
            raise ImpossibleStepError(
                f"a {self.channel} message that is '{before}' cannot become '{status}'"
                + ("; nothing follows that status" if is_final(self.channel, before) else "")
            )
        at = max(elapsed, self.offsets[position])
        course = self.steps[: position + 1]
        course += [Step(each, at, cause) for each in (*implied(self.channel, before, status), status)]
        for planned in self.steps[position + 1 :]:
            if may_follow(self.channel, course[-1].status, planned.status):
                course.append(planned)
        if validity is not None:
            _expire(course, validity)
        return Timeline(self.channel, course)


def lay_out(channel: Channel, steps: Iterable[Step], validity: int | None, lead: int = 0) -> Timeline:
    """Make a timeline of planned steps: implied statuses filled in, cut short where validity (ms) ends.

    "Expired" comes by itself when a message has not arrived `validity` after it was sent; one that arrives at that
    very instant has arrived. `lead` is how long before its start the message was created, ms.
    """
    course = [Step(FIRST_STATUS[channel], -lead, "request")]
    for status, planned, cause in steps:
        before, earliest, _ = course[-1]
        offset = max(planned, earliest)
        if status == before:
            continue
        course += [Step(each, offset, cause) for each in (*implied(channel, before, status), status)]
    if validity is not None:
        _expire(course, validity)
    return Timeline(channel, course)


def _expire(course: list[Step], validity: int) -> None:
    sent_at = next((step.offset for step in course if step.status == "sent"), 0)
    end = sent_at + validity
    for index, step in enumerate(course):
        if step.status not in NOT_YET_ARRIVED:
            if step.offset <= end:
                return
            del course[index:]
            break
    course.append(Step("expired", max(end, course[-1].offset), "validity"))
