"""What those who listen to an account are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from mock_bsg.sandbox.delivery_reports import Report
    from mock_bsg.sandbox.event_queue import StatusChange
    from mock_bsg.sandbox.journal import Exchange
    from mock_bsg.sandbox.replies import Incoming

Change = Literal["new", "opened", "rewound", "forgotten", "scenario"]
"""What can become of an account as a whole; one is opened when it comes back from where it is kept."""
News: TypeAlias = "StatusChange | Report | Exchange | Incoming | Change | Literal['touched']"
"""A status that a message took on, a report made or tried, a request that was answered, an SMS from a phone, a change
of the account.

"touched" is none of these: a call may have changed something, and whoever waits for it should look.
"""
