"""Delivery reports as the control API shows them: each attempt, and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control.handling import ControlCall, ControlError, answer
from mock_bsg.control.lists import Listing, answer_list
from mock_bsg.control.snapshot_json import show
from mock_bsg.sandbox.camera import take_report
from mock_bsg.sandbox.filters import ReportFilter

if TYPE_CHECKING:
    from aiohttp import web

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.delivery_reports import Report


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List reports newest first; `after` is the number that the page before ended with."""
    return await answer_list(call, LISTING)


async def get(call: ControlCall) -> web.StreamResponse:
    account = await call.account()
    return answer(show(take_report(account, _find(call, account))))


async def resend(call: ControlCall) -> web.StreamResponse:
    """Send a report again, whatever became of it; answers when that has been tried."""
    account = await call.account()
    report = _find(call, account)
    if report.is_in_flight:
        raise ControlError(409, f"report {report.number} is being sent at this moment")
    await call.runtime.scheduler.resend(account, report)
    return answer(show(take_report(account, report)))


def _find(call: ControlCall, account: Account) -> Report:
    return call.operations.find_report(account, call.number("n", "this account has no delivery report"))


LISTING = Listing("reports", ReportFilter, lambda account, report, _now: show(take_report(account, report)))
