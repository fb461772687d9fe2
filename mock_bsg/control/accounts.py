"""Accounts: listed, looked at, forgotten, given a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control import scenarios
from mock_bsg.control.handling import ControlCall, ControlError, answer, check_query, shown
from mock_bsg.control.snapshot_json import show
from mock_bsg.encoding import decode
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from aiohttp import web

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account


QUERY = frozenset({"key"})


async def list_all(call: ControlCall) -> web.StreamResponse:
    """List all accounts; or the one of a key, without looking at the others, and none where that was never seen."""
    query = call.query
    check_query(query, QUERY)
    if "key" in query:
        account = await call.operations.look_for(query["key"])
        states = [] if account is None else [call.operations.show(account)]
    else:
        states = await call.operations.list_accounts()
    return answer({"accounts": [show(state) for state in states], "next": None})


async def get(call: ControlCall) -> web.StreamResponse:
    return _answer(call, await call.account())


async def forget(call: ControlCall) -> web.StreamResponse:
    await call.operations.forget(await call.account())
    return answer({"forgotten": 1})


async def forget_all(call: ControlCall) -> web.StreamResponse:
    return answer({"forgotten": await call.operations.forget_all()})


async def use_scenario(call: ControlCall) -> web.StreamResponse:
    """Let an account follow a scenario: one by name, or one that the body holds whole."""
    ruleset = await _read_ruleset(call, await call.read_scenario())
    account = await call.open_account()
    await call.operations.use(account, ruleset)
    return _answer(call, account)


def _answer(call: ControlCall, account: Account) -> web.StreamResponse:
    return answer(show(call.operations.show(account)))


async def _read_ruleset(call: ControlCall, text: str) -> Ruleset:
    try:
        value = decode(text.encode())
    except ValueError:
        value = None
    if isinstance(value, dict) and value.keys() == {"name"}:
        name = value["name"]
        if not isinstance(name, str):
            raise ControlError(400, f"'name' must be the name of a scenario, not {shown(name)}")
        return await scenarios.find(call, name)
    return compile_text(text, f"{call.param('key')}'s own")
