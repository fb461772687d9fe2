"""The server's figures in Prometheus' text form, nearly all of them read off the accounts when somebody asks."""

# No prometheus-client: its counters would have to be kept beside those that the accounts have anyway, in a registry
# that all servers of a process share.

from __future__ import annotations

from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING

from aiohttp import web

from mock_bsg.control.events import FEED
from mock_bsg.scenario.life import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mock_bsg.control.handling import ControlCall
    from mock_bsg.runtime import Runtime, Unusual
    from mock_bsg.sandbox.reports import State
    from mock_bsg.scenario.life import Channel

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FINISHED: tuple[State, ...] = ("delivered", "given_up", "refused", "lost")


async def get(call: ControlCall) -> web.StreamResponse:
    text = "".join(_families(call.runtime, call.request.app[FEED].listeners))
    return web.Response(text=text, headers={"Content-Type": CONTENT_TYPE})


def _families(runtime: Runtime, listeners: int) -> Iterator[str]:
    accounts, departed = runtime.accounts, runtime.accounts.departed
    requests = runtime.turned_away + departed.requests
    created: Counter[Channel] = Counter(departed.created)
    reports: Counter[State] = Counter(departed.reports)
    pending = stored = 0
    for account in accounts:
        requests += account.journal.count
        created.update(account.created_counts)
        reports.update(account.reports.states)
        pending += account.reports.pending
        stored += account.message_count
    unusual = runtime.unusual
    uptime = (runtime.machine() - runtime.started) / 1000
    yield _family("mock_bsg_info", "gauge", "The version that runs.", {f'version="{version("mock-bsg")}"': 1})
    yield _family("mock_bsg_uptime_seconds", "gauge", "Seconds since it started.", {"": uptime})
    yield _family("mock_bsg_requests_total", "counter", "Requests of BSG's API.", {"": requests})
    yield _family(
        "mock_bsg_errors_total",
        "counter",
        "Answers that were one error code as a whole.",
        _pick(unusual, "error", "error"),
    )
    yield _family(
        "mock_bsg_recipient_errors_total",
        "counter",
        "Recipients that got an error code instead of a message.",
        _pick(unusual, "recipient", "error"),
    )
    yield _family(
        "mock_bsg_ended_requests_total",
        "counter",
        "Requests that a rule or fault of the scenario ended, by the HTTP status or fault that they got.",
        _pick(unusual, "ended", "by"),
    )
    yield _family(
        "mock_bsg_messages_created_total",
        "counter",
        "Messages created.",
        {f'channel="{channel}"': created[channel] for channel in CHANNELS},
    )
    yield _family("mock_bsg_messages", "gauge", "Messages in memory.", {"": stored})
    yield _family(
        "mock_bsg_messages_dropped_total",
        "counter",
        "Messages dropped because there were more than --max-messages.",
        {"": accounts.shelf.dropped},
    )
    yield _family("mock_bsg_accounts", "gauge", "Accounts that are known.", {"": len(accounts)})
    yield _family("mock_bsg_reports_pending", "gauge", "Delivery reports still to be delivered.", {"": pending})
    yield _family(
        "mock_bsg_reports_total",
        "counter",
        "Delivery reports that are done with, by what became of them.",
        {f'state="{state}"': reports[state] for state in _FINISHED},
    )
    yield _family("mock_bsg_event_listeners", "gauge", "Open event streams.", {"": listeners})


def _pick(unusual: Mapping[tuple[Unusual, str], int], kind: Unusual, label: str) -> dict[str, float]:
    return {f'{label}="{name}"': count for (found, name), count in sorted(unusual.items()) if found == kind}


def _family(name: str, kind: str, said: str, values: Mapping[str, float]) -> str:
    # No label needs escaping: they are codes, statuses and names of our own.
    lines = [f"# HELP {name} {said}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{{{labels}}} {value}" if labels else f"{name} {value}" for labels, value in values.items()]
    return "\n".join(lines) + "\n"
