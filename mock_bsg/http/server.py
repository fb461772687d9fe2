"""A server as a process has it: the application on its sockets, from start to graceful stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import sys
from typing import TYPE_CHECKING

from aiohttp import web

from mock_bsg import descriptors
from mock_bsg.http.app import create_app
from mock_bsg.http.collector import Collector
from mock_bsg.http.fast_path import SHORTCUT
from mock_bsg.http.sockets import BACKLOG, ServerError, open_sockets
from mock_bsg.runtime import RUNTIME, Runtime
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings, name_reachable
from mock_bsg.worlds.errors import WorldError

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Coroutine, Sequence

GRACE = 10.0
"""Seconds that a stop waits for what is in flight, if nothing else is said."""


_TURNS = 3
"""Of the event loop, within which a signal that has come is noticed: it is read, told of, and queued."""


class CommandError(Exception):
    """A command that `exec` could not start; `code` is what a shell would exit with."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


def open_library(settings: Settings) -> Library:
    """Open the scenarios that a server of these settings finds, and read the default one.

    Raises SettingsError if the default scenario's file cannot be read, ScenarioError if it is a bad one, and
    UnknownScenario if there is none of its name.
    """
    library = Library(settings.scenario_dirs, settings.read_texts())
    library.get(settings.scenario)
    return library


class Server:
    """The application on its sockets, in the running event loop.

    `url` and `port` say where once it has started, `tls_url` and `ca_pem` where and under which authority by TLS.
    `grace`: seconds that a stop waits for what is in flight.
    """

    __slots__ = ("_grace", "_library", "_runner", "_settings", "ca_pem", "port", "runtime", "tls_url", "url")

    def __init__(self, settings: Settings, library: Library, *, grace: float = GRACE) -> None:
        self._settings = settings
        self._library = library
        self._grace = grace
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.port = 0
        self.tls_url: str | None = None
        self.ca_pem: bytes | None = None
        self.runtime: Runtime
        """The state of the application, from the start on; it can still be looked at after the stop."""

    async def start(self) -> None:
        """Listen and answer; raises ServerError for a port that cannot be had, SettingsError for TLS."""
        settings = self._settings
        tls = None if settings.tls_port is None else self._open_tls()
        with contextlib.ExitStack() as opened:
            plain = await _open(opened, settings, settings.port, "port")
            secured = []
            if settings.tls_port is not None:
                secured = await _open(opened, settings, settings.tls_port, "tls-port")
            await self._serve([*((each, None) for each in plain), *((each, tls) for each in secured)])
            opened.pop_all()
        self.url, self.port = _name_first("http", plain)
        if secured:
            self.tls_url, _ = _name_first("https", secured)

    async def _serve(self, sockets: Sequence[tuple[socket.socket, ssl.SSLContext | None]]) -> None:
        app = create_app(self._settings, self._library)
        self.runtime = app[RUNTIME]
        self.runtime.ca_pem = self.ca_pem
        # aiohttp waits for a request that long twice, before and after it closes its body; 0 would be for ever.
        timeout = max(self._grace / 2, 0.001)
        runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=timeout)
        try:
            await runner.setup()
        except WorldError as wrong:
            raise ServerError(str(wrong)) from None
        assert runner.server is not None  # noqa: S101 -- told to the type checker: it is set up
        app[SHORTCUT].lead(runner.server)
        try:
            for opened, tls in sockets:
                await web.SockSite(runner, opened, ssl_context=tls, backlog=BACKLOG).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self.runtime.bring_back()

    async def stop(self) -> None:
        """Take no more connections, let what is in flight finish within the grace, close all."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        transports = [connection.transport for connection in runner.server.connections] if runner.server else []
        await runner.cleanup()
        if not self._grace:
            # By TLS a connection stays until the client has said goodbye, which many never do.
            for transport in transports:
                if transport is not None:
                    transport.abort()
            await asyncio.sleep(0)

    def _open_tls(self) -> ssl.SSLContext:
        from mock_bsg.http.tls import Authority  # noqa: PLC0415 -- slow to import, and its packages are optional

        settings = self._settings
        authority = Authority.create() if settings.tls_dir is None else Authority.open(settings.tls_dir)
        self.ca_pem = authority.ca_pem
        return authority.ssl_context(settings.tls_names)


async def _open(opened: contextlib.ExitStack, settings: Settings, port: int, flag: str) -> list[socket.socket]:
    return [opened.enter_context(each) for each in await open_sockets(settings.hosts, port, flag)]


def _name_first(scheme: str, sockets: Sequence[socket.socket]) -> tuple[str, int]:
    """Name the URL and the port under which this machine reaches the first of these sockets."""
    address, port = sockets[0].getsockname()[:2]
    return f"{scheme}://{name_reachable(address)}:{port}", port


def run(settings: Settings, announce: Callable[[Server], None]) -> int:
    """Run a server until SIGTERM or SIGINT, calling `announce` when it answers; tells the process's exit code.

    Raises what open_library and Server.start raise, and OSError where too few files may be open.
    """
    descriptors.probe()
    return _run_loop(_serve(Server(settings, open_library(settings)), announce))


def run_beside(settings: Settings, command: Sequence[str]) -> int:
    """Run a command with a server beside it, which MOCK_BSG_URL names; tells the command's exit code as a shell does.

    Raises what open_library and Server.start raise, CommandError, and OSError where too few files may be open.
    """
    descriptors.probe()
    return _run_loop(_accompany(Server(settings, open_library(settings), grace=0), command))


def _run_loop(main: Coroutine[None, None, int]) -> int:
    with asyncio.Runner(loop_factory=_find_loop_factory()) as runner:
        return runner.run(main)


def _find_loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop  # noqa: PLC0415 -- not on every platform
    except ImportError:
        return asyncio.new_event_loop
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


async def _serve(server: Server, announce: Callable[[Server], None]) -> int:
    signals: asyncio.Queue[int] = asyncio.Queue()
    _on_signals(signals.put_nowait)
    await server.start()
    Collector(server.runtime.accounts.count_objects).start()
    announce(server)
    await signals.get()
    stopping = asyncio.ensure_future(server.stop())
    impatience = asyncio.ensure_future(signals.get())
    await asyncio.wait((stopping, impatience), return_when=asyncio.FIRST_COMPLETED)
    if stopping.done():
        impatience.cancel()
        await stopping
        return 0
    stopping.cancel()
    return 128 + impatience.result()


async def _accompany(server: Server, command: Sequence[str]) -> int:
    # Listened to before the command runs: from its first word on, a signal is the command's, never our end alone.
    signals: asyncio.Queue[int] = asyncio.Queue()
    _on_signals(signals.put_nowait)
    await server.start()
    try:
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        if not signals.empty():
            return 128 + signals.get_nowait()
        return await _run_command(command, {**os.environ, "MOCK_BSG_URL": server.url}, signals)
    finally:
        await server.stop()


async def _run_command(command: Sequence[str], environ: dict[str, str], signals: asyncio.Queue[int]) -> int:
    try:
        process = await asyncio.create_subprocess_exec(*command, env=environ)
    except OSError as fault:
        if descriptors.is_exhaustion(fault):
            raise
        raise CommandError(f"{command[0]}: {fault.strerror}", 127 if fault.errno == errno.ENOENT else 126) from None
    forwarding = asyncio.ensure_future(_forward(signals, process))
    code = await process.wait()
    forwarding.cancel()
    return code if code >= 0 else 128 - code


async def _forward(signals: asyncio.Queue[int], process: asyncio.subprocess.Process) -> None:
    while True:
        number = await signals.get()
        # Ctrl-C at a terminal reaches every process in its foreground by itself.
        if process.returncode is None and not (number == signal.SIGINT and _is_in_foreground()):
            process.send_signal(number)


def _is_in_foreground() -> bool:
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):
        return False


def _on_signals(act: Callable[[int], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, act, number)
        except NotImplementedError:  # Windows' loop
            signal.signal(number, lambda got, _frame: loop.call_soon_threadsafe(act, got))
