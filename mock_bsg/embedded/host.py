"""The sandbox's process: servers in one event loop, for the process that started it and only as long as that one lives.

What is asked comes as frames through stdin, answers go through what was stdout; whatever prints prints to stderr, which
is looked at if this process ends badly.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import gc
import logging
import os
import queue
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_bsg import descriptors
from mock_bsg.authorities import left_unread

with left_unread():  # before anything imports it: a test waits for every millisecond of the start
    import aiohttp  # noqa: F401 -- see above

from mock_bsg.embedded.desk import Desk, make_up_key
from mock_bsg.embedded.errors import WaitError
from mock_bsg.embedded.frames import LOG_LINE, pack, read_frames, unpack, write_frame
from mock_bsg.embedded.log_lines import Forwarder
from mock_bsg.embedded.sources import Compiled
from mock_bsg.http.server import Server
from mock_bsg.http.sockets import ServerError
from mock_bsg.logs import LOG, Exhaustion, tell_bad_http_in_one_line
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_bsg.embedded.scenario_source import Source

_LOOKS_AFTER = 1.0
"""Seconds between two looks at whether the process that started this one is still there."""
_FOR_USERS = (ValueError, TypeError, LookupError, OSError, WaitError, ServerError, SettingsError)
"""Errors that tell a test what it did; any other is a mistake of ours, and tells where it came from."""
_STOP_LIMIT = 10.0


class Hosts:
    """The servers of this process, by number; a stopped one can still be asked what there is."""

    def __init__(self) -> None:
        self._servers: dict[int, tuple[Server, Desk]] = {}
        self._compiled = Compiled()
        self._read: dict[Any, Any] = {}
        """Files of scenarios that a server has read, for all of them."""
        self._opened = 0

    def start(self) -> None:
        """Tell that this process is there."""

    def check(self, source: Source) -> str:
        """Read a scenario; tells its description. Raises ScenarioError."""
        return self._compiled.find(source, Library()).description

    async def open(
        self,
        source: Source,
        key: str | None,
        folders: tuple[str, ...],
        callbacks: Any,
        tls: bool,  # noqa: FBT001 -- as MockBSG sends it
        port: int,
    ) -> tuple[int, str, str | None, bytes | None, str]:
        """Start a server; tells its number, where it is, its certificate authority, and the key of its first account.

        Raises what `MockBSG.start` does.
        """
        descriptors.probe()
        library = Library(tuple(map(Path, folders)), read=self._read)
        ruleset = self._compiled.find(source, library)
        library.add(ruleset)
        settings = Settings(
            port=port,
            scenario=ruleset.name,
            scenario_dirs=tuple(map(Path, folders)),
            callbacks=callbacks,
            tls_port=0 if tls else None,
        )
        # What a test left unanswered is of no interest to anybody when the test is over.
        server = Server(settings, library, grace=0)
        await server.start()
        desk = Desk(server.runtime, self._compiled)
        try:
            key = await desk.begin(key or make_up_key(ruleset.name))
        except BaseException:
            await server.stop()
            raise
        self._opened += 1
        self._servers[self._opened] = server, desk
        return self._opened, server.url, server.tls_url, server.ca_pem, key

    async def stop(self, number: int) -> None:
        async with asyncio.timeout(_STOP_LIMIT):
            await self._servers[number][0].stop()

    async def drop(self, number: int) -> None:
        """Stop a server and forget it: nobody can ask for it any more."""
        if number in self._servers:
            await self.stop(number)
            del self._servers[number]
            gc.collect()  # an application is full of cycles, and has all messages

    def find_desk(self, number: int) -> Desk:
        return self._servers[number][1]


class Answering:
    """Takes what was asked, in the order in which it came, and answers whatever is ready first."""

    def __init__(self, hosts: Hosts, send: Callable[[int, bytes], None]) -> None:
        self._hosts = hosts
        self._send = send
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._quiet: set[asyncio.Task[None]] = set()

    def take(self, number: int, payload: bytes) -> None:
        server, what, details = unpack(payload)
        if what == "cancel":
            # Nobody waits any more: Ctrl-C, a test's own limit, a task that was cancelled.
            task = self._tasks.get(*details)
            if task is not None:
                task.cancel()
            return
        task = asyncio.ensure_future(self._answer(number, server, what, details))
        if number == LOG_LINE:
            self._quiet.add(task)
            task.add_done_callback(self._quiet.discard)
        else:
            self._tasks[number] = task
            task.add_done_callback(lambda _: self._tasks.pop(number, None))

    async def _answer(self, number: int, server: int | None, what: str, details: tuple[Any, ...]) -> None:
        try:
            if what == "count_open":
                value: Any = len(self._tasks)
            else:
                asked: Any = self._hosts if server is None else self._hosts.find_desk(server)
                value = getattr(asked, what)(*details)
            if asyncio.iscoroutine(value):
                value = await value
            answer = pack((True, value))
        except Exception as error:  # noqa: BLE001 -- it is raised where it was asked
            answer = _pack_error(error)
        if number != LOG_LINE:
            self._send(number, answer)


def _pack_error(error: Exception) -> bytes:
    """Write down an error so that it can be raised where it was asked."""
    where = "".join(traceback.format_exception(error))
    if not isinstance(error, _FOR_USERS):
        error.add_note(f"In the sandbox's process:\n{where}")
    try:
        answer = pack((False, error))
        unpack(answer)
    except Exception:  # noqa: BLE001 -- classes of other packages may bear it badly
        return pack((False, RuntimeError(where)))
    return answer


def main(parent: int) -> None:
    """Serve until the process of that number has gone, or has closed its end of the pipe."""
    questions, answers = _take_pipes()
    for number in ("SIGINT", "SIGBREAK"):  # the terminal's, and meant for the tests
        if hasattr(signal, number):
            signal.signal(getattr(signal, number), signal.SIG_IGN)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    outbox: queue.SimpleQueue[tuple[int, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_send_all, args=(answers, outbox), daemon=True).start()
    _set_up_logs(lambda line: outbox.put((LOG_LINE, line)))
    gc.freeze()  # what was imported stays
    asyncio.run(_serve(questions, lambda number, payload: outbox.put((number, payload))))


async def _serve(questions: int, send: Callable[[int, bytes], None]) -> None:
    answering = Answering(Hosts(), send)
    loop = asyncio.get_running_loop()

    def read_all() -> None:
        for number, payload in read_frames(os.read, questions):
            loop.call_soon_threadsafe(answering.take, number, payload)
        os._exit(0)  # whoever asked has gone; nothing here is to be kept

    threading.Thread(target=read_all, daemon=True).start()
    await loop.create_future()


def _take_pipes() -> tuple[int, int]:
    """Keep the pipes where nothing prints into them, and close what else was inherited."""
    with contextlib.suppress(OSError):
        for name in os.listdir("/dev/fd"):  # noqa: PTH208 -- names are what is wanted
            if int(name) > 2:
                with contextlib.suppress(OSError):
                    os.close(int(name))
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if hasattr(os, "set_blocking"):
        with contextlib.suppress(OSError):
            os.set_blocking(2, False)  # nobody reads it before the end: the first 64 KiB stay
    os.chdir(os.sep)
    faulthandler.enable(all_threads=False)
    return questions, answers


def _watch(parent: int) -> None:
    """End with the process that started this one, even if a copy of it holds the pipe open."""
    if sys.platform == "win32":
        return
    while os.getppid() == parent:
        time.sleep(_LOOKS_AFTER)
    os._exit(0)


def _send_all(answers: int, outbox: queue.SimpleQueue[tuple[int, bytes]]) -> None:
    while True:
        try:
            write_frame(os.write, answers, *outbox.get())
        except OSError:
            os._exit(0)  # nobody reads any more


def _set_up_logs(send: Callable[[bytes], None]) -> None:
    logging.basicConfig(level=logging.WARNING, handlers=[Forwarder(send)], force=True)
    LOG.setLevel(logging.INFO)
    logging.getLogger("aiohttp.server").addFilter(tell_bad_http_in_one_line)
    logging.getLogger("asyncio").addFilter(Exhaustion())
    logging.raiseExceptions = False
