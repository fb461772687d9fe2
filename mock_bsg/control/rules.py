"""Rules that are added to an account's scenario while it is in use: listed, added, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control.handling import ControlCall, answer, check_query
from mock_bsg.control.snapshot_json import show

if TYPE_CHECKING:
    from aiohttp import web

    from mock_bsg.sandbox.account import Account


async def list_all(call: ControlCall) -> web.StreamResponse:
    check_query(call.query, ())
    return _list(call, await call.account())


async def add(call: ControlCall) -> web.StreamResponse:
    """Add the rule or fault of the body, above all others; what was used of those stays used."""
    given = await call.read_scenario()
    account = await call.open_account()
    name = await call.operations.add_rule(account, given)
    account = await call.account()
    added = next(each for each in call.operations.list_added_rules(account) if each.name == name)
    return answer({**show(added), "scenario": account.ruleset.source}, 201)


async def take_back(call: ControlCall) -> web.StreamResponse:
    await call.operations.take_back_rule(await call.account(), call.param("name"))
    return _list(call, await call.account())


def _list(call: ControlCall, account: Account) -> web.StreamResponse:
    return answer({"rules": [show(each) for each in call.operations.list_added_rules(account)], "next": None})
