"""Who is told what accounts do: each listener holds one handle and ends it, and nothing else has to remember it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.news import News

Tell: TypeAlias = "Callable[[Account, News], None]"


class Subscription:
    """A listener's hold on all accounts, or on the one of a key, which may still be to come.

    `tell` is called with everything that happens there, until the owner of the handle ends it; `let_go` then sees to
    that. An account that goes
    says so, and lets go of it; the handle then waits for the next account of that key. `every_step`: whether the
    statuses of all messages are to be told, and not only those on which money or a report depends.
    """

    __slots__ = ("_let_go", "every_step", "key", "tell")

    def __init__(
        self, let_go: Callable[[Subscription], None], tell: Tell, key: str | None, *, every_step: bool
    ) -> None:
        self._let_go = let_go
        self.tell = tell
        self.key = key
        self.every_step = every_step

    def end(self) -> None:
        """Be told nothing more; ending twice is no mistake."""
        self._let_go(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
