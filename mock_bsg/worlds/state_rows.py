"""What there is in an account beside its messages, as rows: journal, requests, reports, campaigns and all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.domain.durations import Span
from mock_bsg.rules.faults import Effect
from mock_bsg.rules.usage import Counts
from mock_bsg.sandbox.authentications import Authentication, SentCode
from mock_bsg.sandbox.campaigns import Campaign
from mock_bsg.sandbox.code_templates import Template
from mock_bsg.sandbox.delivery_reports import Attempt, ReportsState, ReportState
from mock_bsg.sandbox.journal import Exchange
from mock_bsg.sandbox.replies import Incoming
from mock_bsg.sandbox.requests import Ask, End, Held, Say, Waiting
from mock_bsg.sandbox.tasks import Task
from mock_bsg.worlds.records import describe_bytes, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mock_bsg.sandbox.blocks import Block
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.requests import Then
    from mock_bsg.sandbox.tasks import NumberedTask

COUNTED_TOGETHER = 10_000
"""Counts in a part."""

# --- the journal


def tell_journal(exchanges: Iterable[Exchange]) -> list[Any]:
    return [_tell_exchange(each) for each in exchanges]


def read_journal(told: list[Any]) -> list[Exchange]:
    return [_read_exchange(*each) for each in told]


def _tell_exchange(exchange: Exchange) -> tuple[Any, ...]:
    return (
        exchange.number,
        exchange.at,
        exchange.method,
        exchange.path,
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in exchange.headers],
        describe_bytes(exchange.body),
        exchange.status,
        describe_bytes(exchange.answer),
        exchange.duration,
        exchange.rules,
        exchange.fault,
        exchange.notes,
    )


def _read_exchange(
    number: int, at: int, method: str, path: str, headers: list[tuple[str, str]], body: Any, *answered: Any
) -> Exchange:
    raw = tuple([(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers])
    exchange = Exchange(number, at, method, path, raw)
    exchange.body = read_bytes(body)
    exchange.status, answer, exchange.duration, rules, exchange.fault, notes = answered
    exchange.answer, exchange.rules, exchange.notes = read_bytes(answer), tuple(rules), tuple(notes)
    return exchange


# --- requests that wait


def tell_waiting(waiting: Waiting) -> dict[str, Any]:
    held = [(_tell_exchange(each.exchange), each.delay, _tell_then(each.then)) for each in waiting.held]
    return {"expected": tell_journal(waiting.expected), "held": held}


def read_waiting(told: dict[str, Any]) -> Waiting:
    held = [Held(_read_exchange(*exchange), delay, _read_then(then)) for exchange, delay, then in told["held"]]
    return Waiting(tuple(read_journal(told["expected"])), tuple(held))


def _tell_then(then: Then) -> dict[str, Any]:
    match then:
        case Ask(fault):
            return {"then": "ask", "fault": _tell_effect(fault)}
        case End(effect, fault):
            return {"then": "end", "effect": _tell_effect(effect), "fault": _tell_effect(fault)}
        case Say():
            return {"then": "say", **then._asdict(), "answer": describe_bytes(then.answer)}


def _read_then(told: dict[str, Any]) -> Then:
    kind = told.pop("then")
    if kind == "ask":
        return Ask(_read_effect(told["fault"]))
    if kind == "end":
        effect = _read_effect(told["effect"])
        if effect is None:
            raise ValueError("a request is ended by nothing")
        return End(effect, _read_effect(told["fault"]))
    told["answer"] = read_bytes(told["answer"])
    told["headers"] = None if told["headers"] is None else _read_pairs(told["headers"])
    told["refusals"] = tuple(told["refusals"])
    return Say(**told)


def _tell_effect(effect: Effect | None) -> dict[str, Any] | None:
    if effect is None:
        return None
    told = {name: getattr(effect, name) for name in Effect.__dataclass_fields__}
    return told | {"delay": None if effect.delay is None else tuple(effect.delay)}


def _read_effect(told: dict[str, Any] | None) -> Effect | None:
    if told is None:
        return None
    delay = None if told["delay"] is None else Span(*told["delay"])
    return Effect(**told | {"delay": delay, "headers": _read_pairs(told["headers"])})


def _read_pairs(told: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in told)


# --- delivery reports


def tell_reports(reports: Iterable[ReportState]) -> list[Any]:
    return [
        (
            *report[:2],
            report.message.id,
            *report[3:7],
            [attempt._replace(body=_tell_body(attempt.body))[:] for attempt in report.attempts],
            *report[8:10],
            _tell_body(report.body),
        )
        for report in reports
    ]


def read_reports(told: list[Any], messages: Mapping[int, Message]) -> list[ReportState]:
    """Read reports; `messages` are those that they are about."""
    return [
        ReportState(
            number,
            at,
            messages[message],
            status,
            url,
            due,
            state,
            tuple(Attempt(*each)._replace(body=_read_body(each[-1])) for each in attempts),
            gives_way,
            duplicate_of,
            _read_body(body),
        )
        for number, at, message, status, url, due, state, attempts, gives_way, duplicate_of, body in told
    ]


def tell_state_of_reports(state: ReportsState) -> dict[str, Any]:
    """Write all but the reports themselves."""
    return {
        "made": state.made,
        "are_expected": state.are_expected,
        "states": dict(state.states),
        "done": state.done,
        "crossed": state.crossed,
        "begun": sorted(state.begun),
    }


def read_state_of_reports(told: dict[str, Any], blocks: tuple[Block[ReportState], ...]) -> ReportsState:
    return ReportsState(
        told["made"],
        told["are_expected"],
        told["states"],
        tuple(told["done"]),
        tuple(tuple(each) for each in told["crossed"]),
        frozenset(told["begun"]),
        blocks,
    )


def _tell_body(body: bytes | None) -> Any:
    return None if body is None else describe_bytes(body)


def _read_body(told: Any) -> bytes | None:
    return None if told is None else read_bytes(told)


# --- tasks, one-time codes, campaigns, answers from phones, counts


def tell_tasks(tasks: Iterable[NumberedTask]) -> list[Any]:
    return [(number, *task[:4], task.ids.start, task.ids.stop) for number, task in tasks]


def read_tasks(told: list[Any]) -> list[NumberedTask]:
    return [
        (number, Task(originator, body, validity, price, range(start, stop)))
        for number, originator, body, validity, price, start, stop in told
    ]


def tell_authentications(sessions: Iterable[Authentication]) -> list[Any]:
    return [tuple(each._replace(sent=tuple(map(tuple, each.sent)))) for each in sessions]  # type: ignore[arg-type] # rows


def read_authentications(told: list[Any]) -> list[Authentication]:
    sessions = [Authentication(*each) for each in told]
    return [each._replace(sent=tuple(SentCode(*sent) for sent in each.sent)) for each in sessions]


def tell_templates(templates: Iterable[Template]) -> list[Any]:
    return [tuple(each) for each in templates]


def read_templates(told: list[Any]) -> list[Template]:
    templates = [Template(*each) for each in told]
    return [each._replace(countries=tuple(each.countries)) for each in templates]


def tell_campaigns(campaigns: Iterable[Campaign]) -> list[Any]:
    return [(*each[:-1], each.ids.start, each.ids.stop) for each in campaigns]


def read_campaigns(told: list[Any]) -> list[Campaign]:
    return [Campaign._make((*each, range(start, stop))) for *each, start, stop in told]


def tell_replies(replies: Iterable[Incoming]) -> list[Any]:
    return [tuple(each) for each in replies]


def read_replies(told: list[Any]) -> list[Incoming]:
    return [Incoming(*each) for each in told]


def tell_counts(counts: Counts, first: int) -> Any:
    """Write some of the counts, from that place on: `COUNTED_TOGETHER`."""
    end = first + COUNTED_TOGETHER
    return counts.counted[first:end], counts.times[first:end]


def read_counts(told: Iterable[Any]) -> Counts:
    counted: list[Any] = []
    times: list[int] = []
    for what, how_often in told:
        counted += map(tuple, what)
        times += how_often
    return Counts(tuple(counted), tuple(times))
