"""The scenarios: listed, read, added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from mock_bsg.control.handling import ControlCall, ControlError, answer
from mock_bsg.scenario.library import UnknownScenario

if TYPE_CHECKING:
    from mock_bsg.scenario.playbook import Playbook

YAML_TYPE = "application/yaml; charset=utf-8"


async def list_all(call: ControlCall) -> web.StreamResponse:
    default = call.runtime.settings.scenario
    listed = [
        {"name": entry.name, "description": entry.description, "default": entry.name == default}
        for entry in call.runtime.library.describe()
    ]
    return answer({"scenarios": listed, "next": None})


async def get(call: ControlCall) -> web.StreamResponse:
    playbook = find(call, call.param("name"))
    return web.Response(text=playbook.source, headers={"Content-Type": YAML_TYPE})


async def put(call: ControlCall) -> web.StreamResponse:
    """Add or replace a scenario; accounts that follow it already go on with the one they have."""
    name = call.param("name")
    is_new = not call.runtime.library.has(name)
    try:
        playbook = call.runtime.library.put(name, await call.read_text())
    except ValueError as fault:
        raise ControlError(400, str(fault)) from None
    return answer({"name": playbook.name, "description": playbook.description}, 201 if is_new else 200)


def find(call: ControlCall, name: str) -> Playbook:
    """Find a scenario by name; raises ControlError(404)."""
    try:
        return call.runtime.library.get(name)
    except UnknownScenario as unknown:
        raise ControlError(404, str(unknown)) from None
