"""The line to Redis: what is asked within one turn of the event loop goes out together, over one connection.

Whatever is wrong is a NotKeptError of one sentence, with no password in it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoPermissionError,
    NoScriptError,
    RedisError,
)
from redis.exceptions import ConnectionError as LineError
from redis.exceptions import TimeoutError as LateError

from mock_bsg.logs import LOG
from mock_bsg.sandbox.errors import NotKeptError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from mock_bsg.worlds.shared.redis_scripts import Script

Word: TypeAlias = "bytes | str | int | float"

PATIENCE: Final = 3.0
"""Seconds that Redis has for an answer."""


class LostAnswerError(NotKeptError):
    """The connection broke, or (`is_late`) nothing came in time: what was asked may have been done."""

    def __init__(self, text: str, *, is_late: bool) -> None:
        super().__init__(text, is_in_doubt=True)
        self.is_late = is_late


class _NoConnectionError(LineError):
    """There is no connection, so nothing was asked."""


class RedisLine:
    """Asks one Redis. `where` is its address as messages name it."""

    def __init__(self, url: str, where: str) -> None:
        self.where = where
        self.client: Redis = Redis.from_url(
            url,
            protocol=2,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),  # a script that was run twice would be done twice: what is lost is our matter
        )
        self.trouble: str | None = None
        """Why the last call was not done, if it was not."""
        self.is_in_use = False
        """Whether trouble is logged: not before somebody depends on it."""
        self._waiting: list[tuple[Sequence[Word], asyncio.Future[Any]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def ask(self, *words: Word) -> Any:
        """Ask for what may as well be asked twice; raises NotKeptError."""
        return await self._try_twice(lambda: self._ask_once(words))

    async def run(self, script: Script, keys: Sequence[Word], arguments: Sequence[Word] = ()) -> Any:
        """Run a script, once; raises LostAnswerError where it may have been run, NotKeptError where it was refused."""
        try:
            try:
                return await self._ask(("EVALSHA", script.sha, len(keys), *keys, *arguments))
            except NoScriptError:
                return await self._ask(("EVAL", script.text, len(keys), *keys, *arguments))
        except RedisError as fault:
            raise self._explain(fault) from None

    async def run_reading(self, script: Script, keys: Sequence[Word], arguments: Sequence[Word] = ()) -> Any:
        """Run a script that may as well be run twice; raises NotKeptError."""
        return await self._try_twice(lambda: self.run(script, keys, arguments))

    async def _try_twice(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await ask()
        except LostAnswerError as lost:  # a connection that was idle for long may be dead without having said so
            if lost.is_late:
                raise
            return await ask()

    async def _ask_once(self, words: Sequence[Word]) -> Any:
        try:
            return await self._ask(words)
        except RedisError as fault:
            raise self._explain(fault) from None

    def _ask(self, words: Sequence[Word]) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((words, answer))
        if self._sending is None:
            self._sending = loop.create_task(self._send())
        return answer

    async def _send(self) -> None:
        try:
            while self._waiting:
                calls, self._waiting = self._waiting, []
                try:
                    answers = await self._send_together([words for words, _ in calls])
                except (RedisError, OSError) as fault:
                    # Those that wait would only find out, late, what is known now.
                    calls, self._waiting = [*calls, *self._waiting], []
                    answers = [fault if isinstance(fault, RedisError) else LineError(str(fault))] * len(calls)
                except BaseException:
                    for _, answer in calls:
                        answer.cancel()
                    raise
                else:
                    self._note_success(answers)
                for (_, answer), found in zip(calls, answers, strict=True):
                    if answer.done():
                        continue
                    if isinstance(found, Exception):
                        answer.set_exception(found)
                    else:
                        answer.set_result(found)
        finally:
            self._sending = None

    def _note_success(self, answers: list[Any]) -> None:
        if self.trouble is not None and not any(isinstance(each, Exception) for each in answers):
            LOG.warning("%s takes what is to be kept again", self.where)
            self.trouble = None

    async def _send_together(self, calls: Sequence[Sequence[Word]]) -> list[Any]:
        pipeline = self.client.pipeline(transaction=False)
        try:
            pipeline.connection = await self.client.connection_pool.get_connection()  # type: ignore[no-untyped-call] # as redis-py has it
        except (LineError, LateError, OSError) as fault:
            if isinstance(fault, AuthenticationError | BusyLoadingError):
                raise
            raise _NoConnectionError(str(fault)) from None
        for words in calls:
            pipeline.execute_command(*words)
        return await pipeline.execute(raise_on_error=False)

    async def close(self) -> None:
        if self._sending is not None:
            await asyncio.wait([self._sending], timeout=PATIENCE)
        await self.client.aclose()

    def _explain(self, fault: RedisError) -> NotKeptError:
        found = explain(fault, self.where)
        if self.trouble is None and self.is_in_use:
            LOG.error("nothing can be kept, and so nothing is done: %s", found)
        self.trouble = str(found)
        return found


def explain(fault: RedisError, where: str) -> NotKeptError:
    """Say in one sentence what is wrong with Redis."""
    if isinstance(fault, LateError):
        return LostAnswerError(f"{where} did not answer within {PATIENCE:g} s", is_late=True)
    for kind, meaning in _KINDS:
        if isinstance(fault, kind):
            return NotKeptError(f"{where} {meaning}: {_first_line(fault)}")
    if isinstance(fault, LineError):
        return LostAnswerError(f"{where} is gone: {_first_line(fault)}", is_late=False)
    said = f"{type(fault).__name__} {fault}"
    for word, meaning in _REFUSALS.items():
        if word in said:
            return NotKeptError(f"{where} {meaning}")
    return NotKeptError(f"{where} refused: {_first_line(fault)}")


_KINDS: Final = (
    (AuthenticationError, "does not let us in"),
    (NoPermissionError, "does not let us in"),
    (BusyLoadingError, "is not ready yet"),
    (_NoConnectionError, "cannot be reached"),
)
"""The kinds of errors that tell of themselves that nothing was done: looked through before those they are kinds of."""
_REFUSALS: Final = {
    "OutOfMemory": "is full; see its maxmemory",
    "OOM": "is full; see its maxmemory",
    "ReadOnly": "takes no changes: it is a replica of another one",
    "READONLY": "takes no changes: it is a replica of another one",
    "MISCONF": "takes no changes: it cannot write to its disk",
    "NOREPLICAS": "takes no changes: it has too few replicas of its own",
    "Moved": "is one of a cluster, which has to be reached as a single Redis, through a proxy",
    "LOADING": "is still loading its data",
    "BUSY": "is busy with another program's script",
}
"""What stands in the text of a refusal, or names its kind, and what it means."""


def _first_line(fault: Exception) -> str:
    return (str(fault) or type(fault).__name__).splitlines()[0].rstrip(".")
