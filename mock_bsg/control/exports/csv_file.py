"""An account's messages as CSV (RFC 4180), for spreadsheets: a line for each."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from mock_bsg.control.snapshot_json import instant

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from mock_bsg.control.exports.selection import Selection
    from mock_bsg.sandbox.delivery_reports import Report
    from mock_bsg.sandbox.snapshots import Message

COLUMNS = (
    "id",
    "channel",
    "msisdn",
    "reference",
    "sender",
    "text",
    "status",
    "status_at",
    "price",
    "currency",
    "time_in",
    "rule",
    "request",
    "alt_route",
    "alt_route_of",
    "callback_url",
    "reports",
)
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are wide ones, as Japanese keyboards have them."""
_BOM = "\ufeff"
"""Without it Excel takes the file for one of the machine's old code page, and shows Cyrillic as rubbish; Python reads
such a file as `utf-8-sig`."""


async def write_csv(selection: Selection) -> AsyncGenerator[bytes]:
    """Write the names of the columns, then the messages, the newest first."""
    yield (_BOM + _line(COLUMNS)).encode()
    async for message in selection.messages():
        yield _line(_cells(*selection.glance(message))).encode("utf-8", "replace")


def _cells(message: Message, reports: Sequence[Report]) -> tuple[str, ...]:
    *_, reached = (step for step in message.timeline if step.happened)
    return (
        message.id,
        message.channel,
        message.msisdn,
        message.reference or "",
        message.sender,
        message.text,
        message.status,
        instant(reached.at),
        str(message.price),
        message.currency,
        instant(message.time_in),
        message.rule,
        str(message.request),
        " ".join(sms.id for sms in message.alt_route),
        message.alt_route_of or "",
        message.callback_url or "",
        ", ".join(f"{report.status} {report.state}" for report in reports),
    )


def _line(cells: tuple[str, ...]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerow([_make_harmless(cell) for cell in cells])
    return written.getvalue()


def _make_harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula, which could do anything."""
    return f"'{cell}" if cell.startswith(_BEGINS_FORMULA) else cell
