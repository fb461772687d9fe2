"""Who is told what accounts do: each listener holds one handle and ends it, and nothing else has to remember it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.delivery_reports import Report
    from mock_bsg.sandbox.event_queue import StatusChange
    from mock_bsg.sandbox.journal import Exchange

Change = Literal["new", "forgotten", "scenario"]
"""What can become of an account as a whole."""
News: TypeAlias = "StatusChange | Report | Exchange | Change | Literal['touched']"
"""A status that a message took on, a report made or tried, a request that was answered, a change of the account.

"touched" is none of these: a call may have changed something, and whoever waits for it should look.
"""
Tell: TypeAlias = "Callable[[Account, News], None]"


class Subscription:
    """A listener's hold on all accounts, or on the one of a key, which may still be to come.

    `tell` is called with everything that happens there, until the owner of the handle ends it. An account that goes
    says so, and lets go of it; the handle then waits for the next account of that key. `every_step`: whether the
    statuses of all messages are to be told, and not only those on which money or a report depends.
    """

    __slots__ = ("_accounts", "every_step", "key", "tell")

    def __init__(self, accounts: Accounts, tell: Tell, key: str | None, *, every_step: bool) -> None:
        self._accounts = accounts
        self.tell = tell
        self.key = key
        self.every_step = every_step

    def end(self) -> None:
        """Be told nothing more; ending twice is no mistake."""
        self._accounts.end_subscription(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
