"""The scenarios: listed, read, added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from mock_bsg.control.handling import ControlCall, ControlError, answer, check_query, show_problems
from mock_bsg.scenario.errors import ScenarioError, UnknownScenario
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset

YAML_TYPE = "application/yaml; charset=utf-8"


async def list_all(call: ControlCall) -> web.StreamResponse:
    check_query(call.query, ())
    await call.operations.refresh_scenarios()
    default = call.runtime.settings.scenario
    listed = [
        {"name": entry.name, "description": entry.description, "default": entry.name == default}
        for entry in call.runtime.library.describe()
    ]
    return answer({"scenarios": listed, "next": None})


async def get(call: ControlCall) -> web.StreamResponse:
    ruleset = await find(call, call.param("name"))
    return web.Response(text=ruleset.source, headers={"Content-Type": YAML_TYPE})


async def put(call: ControlCall) -> web.StreamResponse:
    """Add or replace a scenario; accounts that follow it already go on with the one they have."""
    name = call.param("name")
    await call.operations.refresh_scenarios()
    is_new = not call.runtime.library.has(name)
    ruleset = call.runtime.library.put(name, await call.read_scenario())
    await call.operations.keep_scenario(ruleset)
    return answer({"name": ruleset.name, "description": ruleset.description}, 201 if is_new else 200)


async def check(call: ControlCall) -> web.StreamResponse:
    """Check a scenario's text as the command `check` does, and keep nothing; its problems are the answer, no error."""
    try:
        ruleset = compile_text(await call.read_text(), "scenario")
    except ScenarioError as broken:
        return answer({"description": None, "faults": show_problems(broken)})
    return answer({"description": ruleset.description, "faults": []})


async def schema(_call: ControlCall) -> web.StreamResponse:
    """Tell the JSON Schema of scenario files, as the command `schema` does."""
    from mock_bsg.scenario.model import schema as describe  # noqa: PLC0415 -- pydantic is slow to import

    return answer(describe())


async def get_followed(call: ControlCall) -> web.StreamResponse:
    """Tell the scenario that an account follows, as YAML."""
    return web.Response(text=(await call.account()).ruleset.source, headers={"Content-Type": YAML_TYPE})


async def find(call: ControlCall, name: str) -> Ruleset:
    """Find a scenario by name; raises ControlError(404)."""
    await call.operations.refresh_scenarios()
    try:
        return call.runtime.library.get(name)
    except UnknownScenario as unknown:
        raise ControlError(404, str(unknown)) from None
