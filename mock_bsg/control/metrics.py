"""The server's figures in Prometheus' text form, nearly all of them read off the accounts when somebody asks."""

# No prometheus-client: its counters would have to be kept beside those that the accounts have anyway, in a registry
# that all servers of a process share.

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aiohttp import web

from mock_bsg import __version__
from mock_bsg.control.events import FEED
from mock_bsg.domain.lifecycle import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mock_bsg.control.handling import ControlCall
    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.runtime import Runtime, Unusual
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.delivery_reports import State

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_DONE: tuple[State, ...] = ("delivered", "given_up", "refused", "lost")
_UNUSUAL: tuple[tuple[str, str, Unusual, str], ...] = (
    (
        "mock_bsg_errors_total",
        "Answers that were one error as a whole; the One API's by HTTP status.",
        "error",
        "error",
    ),
    ("mock_bsg_recipient_errors_total", "Recipients that got an error code, no message.", "recipient", "error"),
    ("mock_bsg_ended_requests_total", "Requests that a rule or fault ended, by what they got instead.", "ended", "by"),
)


async def get(call: ControlCall) -> web.StreamResponse:
    text = "".join(_families(call.runtime, call.request.app[FEED].listeners))
    return web.Response(text=text, headers={"Content-Type": CONTENT_TYPE})


def _families(runtime: Runtime, listeners: int) -> Iterator[str]:
    uptime = (runtime.machine() - runtime.started) / 1000
    yield _family("mock_bsg_info", "gauge", "The version that runs.", {f'version="{__version__}"': 1})
    yield _family("mock_bsg_uptime_seconds", "gauge", "Seconds since it started.", {"": uptime})
    yield _family("mock_bsg_event_listeners", "gauge", "Open event streams.", {"": listeners})
    yield from _request_families(runtime)
    yield from _message_families(runtime.accounts)
    yield from _report_families(runtime.accounts)


def _request_families(runtime: Runtime) -> Iterator[str]:
    requests = runtime.turned_away + runtime.accounts.departed.requests
    requests += sum(account.journal.count for account in runtime.accounts)
    yield _family("mock_bsg_requests_total", "counter", "Requests of BSG's API.", {"": requests})
    for name, said, kind, label in _UNUSUAL:
        yield _family(name, "counter", said, _pick(runtime.unusual, kind, label))


def _message_families(accounts: Accounts) -> Iterator[str]:
    created: Counter[Channel] = Counter(accounts.departed.created)
    for account in accounts:
        created.update(account.created_counts)
    by_channel = {f'channel="{channel}"': created[channel] for channel in CHANNELS}
    stored = sum(account.message_count for account in accounts)
    dropped = accounts.retention.dropped
    yield _family("mock_bsg_accounts", "gauge", "Accounts that are known.", {"": len(accounts)})
    yield _family("mock_bsg_messages_created_total", "counter", "Messages created.", by_channel)
    yield _family("mock_bsg_messages", "gauge", "Messages in memory.", {"": stored})
    yield _family("mock_bsg_messages_dropped_total", "counter", "Messages that --max-messages dropped.", {"": dropped})


def _report_families(accounts: Accounts) -> Iterator[str]:
    done: Counter[State] = Counter(accounts.departed.reports)
    for account in accounts:
        done.update(account.reports.states)
    by_state = {f'state="{state}"': done[state] for state in _DONE}
    pending = sum(account.reports.pending for account in accounts)
    yield _family("mock_bsg_reports_pending", "gauge", "Delivery reports still to be delivered.", {"": pending})
    yield _family("mock_bsg_reports_total", "counter", "Delivery reports, by what became of them.", by_state)


def _pick(unusual: Mapping[tuple[Unusual, str], int], kind: Unusual, label: str) -> dict[str, float]:
    return {f'{label}="{name}"': count for (found, name), count in sorted(unusual.items()) if found == kind}


def _family(name: str, kind: str, said: str, values: Mapping[str, float]) -> str:
    # No label needs escaping: they are codes, statuses and names of our own.
    lines = [f"# HELP {name} {said}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{{{labels}}} {value}" if labels else f"{name} {value}" for labels, value in values.items()]
    return "\n".join(lines) + "\n"
