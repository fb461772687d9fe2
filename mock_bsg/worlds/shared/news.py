"""What other servers did to shared accounts, heard as soon as it was done."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from redis.exceptions import RedisError

from mock_bsg.logs import LOG
from mock_bsg.worlds.shared.redis_line import PATIENCE
from mock_bsg.worlds.shared.redis_store import read_news

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.asyncio.client import PubSub

    from mock_bsg.worlds.shared.redis_store import RedisStore

_AGAIN: Final = 0.2
"""Seconds after which a lost line is taken up again."""
_PING: Final = 1.0
"""Seconds of silence after which it is asked whether anybody is there."""


class NewsLine:
    """A line of its own on which news come. `heard` is told what happened to which key, `missed` that some was lost."""

    def __init__(self, store: RedisStore, heard: Callable[[str, str], None], missed: Callable[[], None]) -> None:
        self._store = store
        self._heard = heard
        self._missed = missed
        self.is_open = asyncio.Event()
        self._is_ending = False

    async def run(self) -> None:
        """Listen, and begin anew whenever the line breaks."""
        while not self._is_ending:
            try:
                async with self._store.line.client.pubsub() as line:
                    await line.subscribe(self._store.channel)
                    await self._listen(line)
            except (RedisError, OSError):
                pass  # whoever asks for something hears what is wrong
            except Exception:
                LOG.exception("a mistake of mock_bsg's own in the news of others; please report it")
            self.is_open.clear()
            await asyncio.sleep(_AGAIN)

    def end(self) -> None:
        """Let `run` come to its end, within a second or when it is cancelled.

        Python 3.11 may lose a cancellation that comes while something is written (wait_for), so that it is no matter of
        course that one suffices.
        """
        self._is_ending = True

    async def _listen(self, line: PubSub) -> None:
        heard = time.monotonic()
        while not self._is_ending and time.monotonic() < heard + _PING + PATIENCE:
            told = await line.get_message(timeout=_PING)
            if told is None:
                await line.ping()
                continue
            heard = time.monotonic()
            if told["type"] == "subscribe":
                self.is_open.set()
                self._missed()  # before that, nobody was there to hear it
            elif told["type"] == "message":
                replica, what, key = read_news(told["data"])
                if replica != self._store.replica:
                    self._heard(what, key)
