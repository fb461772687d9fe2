"""A server in a thread of its own, and what a test in another thread asks of it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from mock_bsg import descriptors
from mock_bsg.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox.account import Account
    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings

T = TypeVar("T")


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

    def ask(self, api_key: str, question: Callable[[Runtime, Account, int], T]) -> T:
        """Tell what a function makes of an account and its time, run where nothing else touches them."""

        def find_out() -> T:
            runtime = self._server.runtime
            account = runtime.open_account(api_key)
            now = runtime.now(account)
            account.settle(now)
            answer = question(runtime, account, now)
            if account.is_followed:
                runtime.pulse.touched(account)  # it may have been more than a question
            return answer

        if not self.is_running:
            return find_out()

        async def find_out_in_loop() -> T:
            return find_out()

        return asyncio.run_coroutine_threadsafe(find_out_in_loop(), self._loop).result()

    def order(self, api_key: str, act: Callable[[Runtime, Account], Coroutine[Any, Any, T]]) -> Future[T]:
        """Begin something that takes time, in the server's loop."""
        if not self.is_running:
            raise RuntimeError("this MockBSG has stopped: nothing happens in it any more, it can only be looked at")
        runtime = self._server.runtime

        async def obey() -> T:
            return await act(runtime, runtime.open_account(api_key))

        return asyncio.run_coroutine_threadsafe(obey(), self._loop)

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
