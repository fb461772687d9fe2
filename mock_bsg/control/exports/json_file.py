"""An account as JSON, for programs: its state and scenario, messages and requests whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg import __version__
from mock_bsg.control.journal import show_exchange
from mock_bsg.control.snapshot_json import show, show_message
from mock_bsg.encoding import encode

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mock_bsg.control.exports.selection import Selection


async def write_json(selection: Selection) -> AsyncGenerator[bytes]:
    """Write one object, each message and each request on a line of its own, the newest first."""
    account = selection.account
    head = {
        "version": __version__,
        "account": show(selection.state),
        "scenario": account.ruleset.source,
        "requests_dropped": account.journal.dropped,
    }
    yield encode(head)[:-1] + b',\n"messages":['
    before = b"\n"
    async for message in selection.messages():
        yield before + encode(show_message(selection.show(message)))
        before = b",\n"
    yield b'],\n"requests":['
    before = b"\n"
    async for exchange in selection.requests():
        yield before + encode(show_exchange(account, exchange))
        before = b",\n"
    yield b"]}\n"
