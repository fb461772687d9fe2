"""What happened in an account in a few lines, for the report of a failing test."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from mock_bsg.domain.credentials import mask_target
from mock_bsg.domain.durations import format_duration
from mock_bsg.sandbox.account import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from mock_bsg.sandbox.snapshots import AccountState, Message, Report, Request, Step

T = TypeVar("T")

SHOWN = 20
"""Requests, messages and reports that are shown of each, the newest."""
_REFUSALS_SHOWN = 3
_REASONS_SHOWN = 5
_LONGEST_TEXT = 200


def describe(
    account: AccountState,
    requests: Sequence[Request],
    messages: Sequence[Message],
    reports: Sequence[Report],
    explain: Callable[[Message], str],
) -> str:
    """Tell an account's requests, messages and reports, oldest first: what came of each, and what decided it."""
    by_themselves = [message for message in messages if message.alt_route_of is None]
    now = _clock(account.clock.now)
    lines = [
        f"scenario {account.scenario} · it is {now} there · balance {account.balance} · key {account.key}",
        *_part("request", requests, _describe_request),
        *_part("message", by_themselves, lambda message: _describe_message(message, explain)),
    ]
    if reports:
        lines += _part("delivery report", reports, _describe_report)
    return "\n".join(lines)


def _part(what: str, found: Sequence[T], describe_one: Callable[[T], Iterator[str]]) -> Iterator[str]:
    yield f"{len(found) or 'no'} {what}{'' if len(found) == 1 else 's'}{':' if found else ''}"
    if len(found) > SHOWN:
        yield f"  (the {len(found) - SHOWN} before these are left out)"
    for one in found[-SHOWN:]:
        for line in describe_one(one):
            yield f"  {line}"


def _describe_request(request: Request) -> Iterator[str]:
    answered = "no answer" if request.status is None else f"HTTP {request.status}"
    refusals = list(_refusals(request))
    if request.error:
        answered += f", {refusals.pop(0)}"
    decided = [f"fault '{request.fault}'"] if request.fault else []
    decided += [f"rule '{rule}'" for rule in request.rules if rule != DEFAULTS]
    yield f"#{request.number} {request.method} {mask_target(request.path)}: {', '.join([answered, *decided])}"
    for refusal in refusals[:_REFUSALS_SHOWN]:
        yield f"   {refusal}"
    if len(refusals) > _REFUSALS_SHOWN:
        yield f"   and {len(refusals) - _REFUSALS_SHOWN} more recipients with errors"
    for note in request.notes:
        yield f"   note: {note}"
    if request.body and (request.error or request.notes):
        yield f"   body: {_shorten(request.body.decode(errors='replace'))}"


def _refusals(request: Request) -> Iterator[str]:
    """Name the error of the whole answer, then those of its recipients."""
    try:
        answer = request.answer_json
    except ValueError:
        return
    if not isinstance(answer, dict):
        return
    if answer.get("error"):
        yield f"error {answer['error']} {answer.get('errorDescription', '')}".rstrip()
    result = answer.get("result", [])
    for place, entry in enumerate(result if isinstance(result, list) else [result], 1):
        if isinstance(entry, dict) and entry.get("error"):
            yield f"recipient {place}{_reference(entry)}: error {entry['error']} {entry.get('errorDescription', '')}"


def _reference(entry: dict[str, Any]) -> str:
    return f" ({entry['reference']})" if entry.get("reference") else ""


def _describe_message(message: Message, explain: Callable[[Message], str]) -> Iterator[str]:
    yield from describe_course(message)
    reasons = explain(message).splitlines()[1:]
    if len(reasons) > _REASONS_SHOWN:
        yield f"   {len(reasons)} rules were passed over; explain(message) tells why"
    else:
        yield from (f"   {reason}" for reason in reasons)
    for sms in message.alt_route:
        yield from (f"   {line}" for line in describe_course(sms))


def describe_course(message: Message) -> Iterator[str]:
    """Tell what became of a message, and when: past and to come."""
    reference = f" ({message.reference})" if message.reference else ""
    decided = "by the defaults" if message.rule == DEFAULTS else f"by rule '{message.rule}'"
    yield (
        f"{message.channel} {message.id} to {message.msisdn}{reference}: {message.status} {decided}, "
        f"{message.price} {message.currency}"
    )
    past = [step for step in message.timeline if step.happened]
    planned = [step for step in message.timeline if not step.happened]
    course = f"{_clock(past[0].at)} {past[0].status}" if past else _clock(message.time_in)
    course += "".join(f" · {_after(message, step)}" for step in past[1:])
    if planned:
        course += f" · to come: {' · '.join(_after(message, step) for step in planned)}"
    yield f"   {course}"


def _after(message: Message, step: Step) -> str:
    return f"+{format_duration((step.at - message.time_in) // timedelta(milliseconds=1))} {step.status}"


def _describe_report(report: Report) -> Iterator[str]:
    twin = f", again as #{report.duplicate_of}" if report.duplicate_of else ""
    yield f"#{report.number} {report.status} of {report.message} to {report.url}: {report.state}{twin}"
    for attempt in report.attempts:
        came = f"HTTP {attempt.status}" if attempt.status is not None else attempt.error
        yield f"   {_clock(attempt.at)} {came}"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03}"


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[:_LONGEST_TEXT]}…"
