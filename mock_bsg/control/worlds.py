"""What an account has behind it: its log of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control.lists import Listing, answer_list
from mock_bsg.control.snapshot_json import show
from mock_bsg.sandbox.camera import take_log_entry
from mock_bsg.sandbox.filters import LogFilter

if TYPE_CHECKING:
    from aiohttp import web

    from mock_bsg.control.handling import ControlCall


async def log(call: ControlCall) -> web.StreamResponse:
    """List the commands of an account newest first; `after` is the number that the page before ended with."""
    return await answer_list(call, LOG)


LOG = Listing("commands", LogFilter, lambda account, noted, _now: show(take_log_entry(account, noted)))
