"""A local sandbox of the BSG messaging API: what a test imports, each name loaded when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mock_bsg import numbers
    from mock_bsg.embedded.account import Account
    from mock_bsg.embedded.errors import WaitError
    from mock_bsg.embedded.mock import MockBSG
    from mock_bsg.embedded.scenario_source import Scenario
    from mock_bsg.sandbox.snapshots import Code, IncomingSms, LogEntry, Message, Report, Request
    from mock_bsg.scenario.errors import ScenarioError, UnknownScenario

__version__ = "0.1.0"

__all__ = [
    "Account",
    "Code",
    "IncomingSms",
    "LogEntry",
    "Message",
    "MockBSG",
    "Report",
    "Request",
    "Scenario",
    "ScenarioError",
    "UnknownScenario",
    "WaitError",
    "numbers",
]

# A test run imports this package for its pytest plugin even if no test needs a server: nothing else is loaded for that.
_ROOMS = {
    "Account": "mock_bsg.embedded.account",
    "Code": "mock_bsg.sandbox.snapshots",
    "IncomingSms": "mock_bsg.sandbox.snapshots",
    "LogEntry": "mock_bsg.sandbox.snapshots",
    "Message": "mock_bsg.sandbox.snapshots",
    "MockBSG": "mock_bsg.embedded.mock",
    "Report": "mock_bsg.sandbox.snapshots",
    "Request": "mock_bsg.sandbox.snapshots",
    "Scenario": "mock_bsg.embedded.scenario_source",
    "ScenarioError": "mock_bsg.scenario.errors",
    "UnknownScenario": "mock_bsg.scenario.errors",
    "WaitError": "mock_bsg.embedded.errors",
}

if not TYPE_CHECKING:  # a type checker would take it for a promise that any name is here

    def __getattr__(name: str) -> Any:
        if name == "numbers":
            return import_module("mock_bsg.numbers")
        room = _ROOMS.get(name)
        if room is None:
            raise AttributeError(f"module 'mock_bsg' has no attribute '{name}'")
        value = globals()[name] = getattr(import_module(room), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
