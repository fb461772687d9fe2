"""The formats of an export, by the name that a query says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mock_bsg.control.exports.csv_file import write_csv
from mock_bsg.control.exports.json_file import write_json
from mock_bsg.control.exports.ticket import USUAL_LIMIT, write_ticket

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from mock_bsg.control.exports.selection import Selection


class Format(NamedTuple):
    """How an account is written down: piece by piece. `usual_limit` holds where nothing is said, None: all."""

    content_type: str
    write: Callable[[Selection], AsyncGenerator[bytes]]
    usual_limit: int | None = None


FORMATS = {
    "json": Format("application/json; charset=utf-8", write_json),
    "csv": Format("text/csv; charset=utf-8", write_csv),
    "md": Format("text/markdown; charset=utf-8", write_ticket, USUAL_LIMIT),
}
"""Each name is how the name of such a file ends."""
