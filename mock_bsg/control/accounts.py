"""Accounts: listed, looked at, forgotten, given a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control import scenarios
from mock_bsg.control.handling import ControlCall, ControlError, answer, check_query, shown
from mock_bsg.control.views import account_view
from mock_bsg.encoding import decode
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from aiohttp import web

    from mock_bsg.scenario.playbook import Playbook


async def list_all(call: ControlCall) -> web.StreamResponse:
    check_query(call.query, ())
    views = []
    for account in call.runtime.accounts:
        now = call.runtime.now(account)
        account.settle(now)
        views.append(account_view(account, now))
    return answer({"accounts": views, "next": None})


async def get(call: ControlCall) -> web.StreamResponse:
    account = call.account()
    return answer(account_view(account, call.runtime.now(account)))


async def forget(call: ControlCall) -> web.StreamResponse:
    account = call.account()
    call.runtime.accounts.forget(account.key)
    return answer({"forgotten": 1})


async def forget_all(call: ControlCall) -> web.StreamResponse:
    return answer({"forgotten": call.runtime.accounts.forget_all()})


async def use_scenario(call: ControlCall) -> web.StreamResponse:
    """Let an account follow a scenario: one by name, or one that the body holds whole."""
    playbook = _read_playbook(call, await call.read_scenario())
    account = call.open_account()
    account.use(playbook, call.runtime.machine())
    call.runtime.accounts.tell(account, "scenario")
    return answer(account_view(account, call.runtime.now(account)))


def _read_playbook(call: ControlCall, text: str) -> Playbook:
    try:
        value = decode(text.encode())
    except ValueError:
        value = None
    if isinstance(value, dict) and value.keys() == {"name"}:
        name = value["name"]
        if not isinstance(name, str):
            raise ControlError(400, f"'name' is to be the name of a scenario, not {shown(name)}")
        return scenarios.find(call, name)
    return compile_text(text, f"{call.param('key')}'s own")
