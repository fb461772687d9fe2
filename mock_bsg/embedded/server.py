"""A server in the sandbox's process, as the test's process holds it: where it is, and what it answers."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from mock_bsg.embedded.process import START_LIMIT, Question, find_process
from mock_bsg.embedded.waiting import wait_aside, wait_here

if TYPE_CHECKING:
    from mock_bsg.embedded.process import Process

_STOP_LIMIT = 30.0
_MARGIN = 20.0
"""Seconds that an answer may come later than the server itself gives up, and tells more than nothing."""


class Server:
    """A server that has been started. When nothing names it any more, its process forgets it."""

    def __init__(self, *opening: Any) -> None:
        self._process, answer = wait_here(lambda: _open(opening))
        self._number: int
        self.url: str
        self.tls_url: str | None
        self.ca_pem: bytes | None
        self.first_key: str
        self._number, self.url, self.tls_url, self.ca_pem, self.first_key = answer
        self._has_stopped = False
        weakref.finalize(self, self._process.tell, "drop", self._number).atexit = False

    @property
    def is_running(self) -> bool:
        return not self._has_stopped and self._process.obituary is None

    def stop(self) -> None:
        """Stop it; returns when it takes no more connections. It can still be asked what there is."""
        if self.is_running and self._process.is_ours:
            self._has_stopped = True
            wait_here(self._process.ask(None, "stop", (self._number,), _STOP_LIMIT).wait)

    def ask(self, what: str, *details: Any) -> Any:
        """Tell what the server's desk answers at once."""
        return wait_here(self._process.ask(self._number, what, details).wait)

    def order(self, what: str, seconds: float, *details: Any) -> Any:
        """Let the desk do something that takes time, and so many seconds at most."""
        return wait_here(self._begin(what, seconds, details).wait)

    async def order_async(self, what: str, seconds: float, *details: Any) -> Any:
        """As `order`; the event loop runs meanwhile."""
        question = self._begin(what, seconds, details)
        return await wait_aside(question.wait, question.give_up)

    def _begin(self, what: str, seconds: float, details: tuple[Any, ...]) -> Question:
        if self._has_stopped:
            raise RuntimeError("this MockBSG has stopped: nothing happens in it any more, it can only be looked at")
        return self._process.ask(self._number, what, details, seconds + _MARGIN)


def _open(opening: tuple[Any, ...]) -> tuple[Process, Any]:
    process = find_process()
    return process, process.ask(None, "open", opening, START_LIMIT).wait()
