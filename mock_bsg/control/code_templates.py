"""The templates of one-time codes as the control API shows them: asking for them is no request of BSG's API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control.handling import ControlCall, answer, check_query

if TYPE_CHECKING:
    from aiohttp import web


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List the account's templates by id, whatever their status; those that were deleted are left out."""
    check_query(call.query, ())
    account = await call.account()
    found = account.code_templates.list_all(account.ruleset.one_api, account.began, call.operations.now(account))
    rows = [
        {"id": each.id, "name": each.name, "text": each.text, "status": each.status}
        for each in found
        if each.status != "deleted"
    ]
    return answer({"templates": rows})
