"""Delivery reports as the control API shows them: each attempt, and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control.filters import read_pattern
from mock_bsg.control.handling import ControlCall, ControlError, answer, is_number, read_choice, read_number
from mock_bsg.control.views import report_view
from mock_bsg.control.waiting import Listing, answer_list
from mock_bsg.sandbox.reports import STATES
from mock_bsg.scenario.life import EVERY_STATUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from aiohttp import web

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.reports import Report

_FILTERS = frozenset({"message", "status", "state", "url"})


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List reports newest first; `after` is the number that the page before ended with."""
    return await answer_list(call, LISTING)


async def get(call: ControlCall) -> web.StreamResponse:
    account = call.account()
    return answer(report_view(account, _find(call, account)))


async def resend(call: ControlCall) -> web.StreamResponse:
    """Send a report again, whatever became of it; answers when that has been tried."""
    account = call.account()
    report = _find(call, account)
    if report.is_in_flight:
        raise ControlError(409, f"report {report.number} is being sent at this moment")
    await call.runtime.pulse.resend(account, report)
    return answer(report_view(account, report))


def select(account: Account, query: Mapping[str, str], _now: int) -> Iterator[Report]:
    """Go through the reports that fit the filters, newest first."""
    checks = list(_checks(query))
    reports = account.reports.newest_first()
    if "after" in query:
        after = read_number(query, "after", 0, 0, 10**18)
        reports = (report for report in reports if report.number < after)
    return (report for report in reports if all(check(report) for check in checks))


def check_filters(query: Mapping[str, str]) -> None:
    """Raise ControlError(400) for filters that no report can ever fit."""
    list(_checks(query))


def _checks(query: Mapping[str, str]) -> Iterator[Callable[[Report], bool]]:
    if "message" in query:
        message_id = read_number(query, "message", 0, 1, 10**18)
        yield lambda report: report.message.id == message_id
    status, state = read_choice(query, "status", EVERY_STATUS), read_choice(query, "state", STATES)
    if status is not None:
        yield lambda report: report.status == status
    if state is not None:
        yield lambda report: report.state == state
    url = read_pattern(query, "url")
    if url is not None:
        yield lambda report: url.accepts(report.url)


def _find(call: ControlCall, account: Account) -> Report:
    wanted = call.param("n")
    report = account.reports.get(int(wanted)) if is_number(wanted) else None
    if report is None:
        dropped = account.reports.dropped
        more = f" (any more: it has dropped {dropped})" if dropped else ""
        raise ControlError(404, f"this account has no delivery report '{wanted}'{more}")
    return report


LISTING = Listing(
    "reports",
    _FILTERS,
    check_filters,
    select,
    lambda account, report, _now: report_view(account, report),
    lambda report: report.number,
    lambda account: account.reports.dropped,
)
