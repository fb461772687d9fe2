"""Plans as scenarios write them: statuses of a channel with their times."""

# ruff: noqa: TRY004 -- whatever is wrong with a value, a reader raises ValueError: pydantic takes nothing else

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from mock_bsg.domain.durations import NO_TIME, Span, format_duration
from mock_bsg.domain.lifecycle import INITIAL, STATUSES, Channel, is_final, may_follow
from mock_bsg.rules.plan import Plan
from mock_bsg.scenario.errors import Findings, suggest
from mock_bsg.scenario.values import describe, read_span

_THING: Final = {
    "viber": "a Viber message",
    "sms": "an SMS",
    "hlr": "an HLR lookup",
    "rcs": "an RCS message",
    "voice": "a voice call",
    "telegram": "a Telegram message",
}


def plan_of(channel: Channel) -> Callable[[Any], Plan]:
    """Make a reader of this channel's plans."""

    def read(value: Any) -> Plan:
        if not isinstance(value, dict):
            raise ValueError(f"should be statuses with times such as {{sent: 1s}}, not {describe(value)}")
        findings = Findings()
        steps: list[tuple[str, Span | None]] = []
        for status, written in value.items():
            if status not in STATUSES[channel]:
                findings.note(status, _no_status(channel, status), at_key=True)
                continue
            steps.append((status, findings.attempt(status, read_span, written)))
        _note_disorder(channel, steps, findings)
        findings.refuse()
        timed = [(status, span) for status, span in steps if span is not None]
        if timed[:1] == [(INITIAL[channel], NO_TIME)]:
            del timed[0]  # what every message begins with is no step
        return Plan(channel, tuple(timed))

    return read


def _no_status(channel: Channel, status: str) -> str:
    known = STATUSES[channel]
    return f"'{status}' is not a status of {_THING[channel]}" + (
        suggest(status, known) or f": there are {', '.join(known)}"
    )


def _note_disorder(channel: Channel, steps: list[tuple[str, Span | None]], findings: Findings) -> None:
    """Note where the order of statuses, or of their times, is not what life allows."""
    if steps and steps[0][0] == "scheduled" and steps[0][1] not in (None, NO_TIME):
        message = "a message is scheduled from the moment it is created: write scheduled: 0s, or leave it out"
        findings.note("scheduled", message)
    for (before, earlier), (after, later) in pairwise(steps):
        if not may_follow(channel, before, after):
            findings.note(
                after, f"'{after}' cannot come after '{before}': {_why_not(channel, before, after)}", at_key=True
            )
        elif earlier is not None and later is not None and (later.low < earlier.low or later.high < earlier.high):
            findings.note(after, _falling(before, earlier, after, later))


def _why_not(channel: Channel, before: str, after: str) -> str:
    if is_final(channel, before):
        return f"nothing follows '{before}'"
    if may_follow(channel, after, before):
        return "write them in the order they come in"
    return "what has arrived cannot fail any more"


def _falling(before: str, earlier: Span, after: str, later: Span) -> str:
    first, second = (earlier.low, later.low) if later.low < earlier.low else (earlier.high, later.high)
    if earlier.is_fixed and later.is_fixed:
        times = f"'{after}' at {format_duration(second)} would come before '{before}' at {format_duration(first)}"
    else:
        times = f"'{after}' at {later} could come before '{before}' at {earlier}"
    return f"{times}: times count from the creation, and must not fall"
