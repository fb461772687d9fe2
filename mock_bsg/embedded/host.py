"""A server in a thread of its own, and what a test in another thread asks of it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from mock_bsg import descriptors
from mock_bsg.embedded.desk import Desk
from mock_bsg.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings


class _FarDesk:
    """Stands for the desk where it isn't: hands on what it is asked."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def __getattr__(self, what: str) -> Callable[..., Any]:
        return partial(self._host.ask, what)


class Host:
    """The server, its thread and its event loop; the process's signals, collector and loops are left alone."""

    def __init__(self, settings: Settings, library: Library) -> None:
        # What a test left unanswered is of no interest to anybody when the test is over.
        self._server = Server(settings, library, grace=0)
        self.library = library
        self.default_scenario = settings.scenario
        self._started: Future[asyncio.AbstractEventLoop] = Future()
        self._stopping: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        self._thread = threading.Thread(target=self._run, name="mock_bsg", daemon=True)

    # --- the thread

    def start(self) -> None:
        """Start it; returns when the server answers, and raises what Server.start raises."""
        self._thread.start()
        self._loop = self._started.result()

    def stop(self) -> None:
        """Stop it; returns when the thread has ended."""
        if self.is_running:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    @property
    def server(self) -> Server:
        """For what it says of itself: where it is."""
        return self._server

    @property
    def desk(self) -> Desk:
        """The desk of the server, whose methods answer as if they were here."""
        return cast("Desk", _FarDesk(self))

    def ask(self, what: str, *details: Any) -> Any:
        """Tell what the desk answers, where nothing else touches the accounts."""

        def find_out() -> Any:
            return getattr(Desk(self._server.runtime), what)(*details)

        if not self.is_running:
            return find_out()

        async def find_out_in_loop() -> Any:
            return find_out()

        return asyncio.run_coroutine_threadsafe(find_out_in_loop(), self._loop).result()

    def order(self, what: str, *details: Any) -> Future[Any]:
        """Begin something at the desk that takes time."""
        if not self.is_running:
            raise RuntimeError("this MockBSG has stopped: nothing happens in it any more, it can only be looked at")
        return asyncio.run_coroutine_threadsafe(getattr(Desk(self._server.runtime), what)(*details), self._loop)

    def _run(self) -> None:
        try:
            descriptors.probe()
            asyncio.run(self._serve())
        except BaseException as fault:
            # Whoever waits for the start must hear of it, too, if there is not even a loop.
            if self._started.done():
                raise
            self._started.set_exception(fault)

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        try:
            await self._server.start()
        except BaseException as fault:  # noqa: BLE001 -- it is raised in the thread that waits for the start
            self._started.set_exception(fault)
            return
        self._started.set_result(asyncio.get_running_loop())
        await self._stopping.wait()
        await self._server.stop()
