"""MockBSG: the sandbox in a process of its own, out of a test's reach, with everything about it at hand in Python."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mock_bsg.embedded.account import Account
from mock_bsg.embedded.scenario_source import find_source
from mock_bsg.embedded.server import Server
from mock_bsg.embedded.waiting import wait_aside

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from mock_bsg.embedded.scenario_source import AnyScenario
    from mock_bsg.settings import Callbacks


class MockBSG(Account):
    """A server on a free port, for as long as a `with` lasts (`async with`, or from start() to stop()).

    It runs in a process of its own, which all servers of a test's process share and which ends with that one.

    `scenario`: a name, a file's path, a mapping with a scenario file's keys, YAML text, or a Scenario; every key
    follows it, unless the key names another. `api_key` is made up if none is given. `scenarios`: folders with more
    scenarios. `callbacks`: where delivery reports may go. `tls`: HTTPS beside HTTP, at `tls_url`. `port`: 0 takes a
    free one. After the stop it can still be asked what there is.
    """

    def __init__(
        self,
        scenario: AnyScenario = "default",
        *,
        api_key: str | None = None,
        scenarios: Iterable[str | Path] = (),
        callbacks: Callbacks = "local",
        tls: bool = False,
        port: int = 0,
    ) -> None:
        self._start_with = scenario
        self._given_key = api_key
        self._folders = tuple(os.path.abspath(folder) for folder in scenarios)  # noqa: PTH100 -- Path may be faked
        self._callbacks: Callbacks = callbacks
        self._tls = tls
        self._port = port
        self._server = None
        self._api_key = ""
        self._family = None

    def start(self) -> Self:
        """Start it; returns when the server answers.

        Raises ScenarioError or UnknownScenario for the scenario, ServerError for a port that cannot be had.
        """
        if self._server is not None and self._server.is_running:
            raise RuntimeError(f"this MockBSG runs already, at {self.url}")
        source = find_source(self._start_with)
        self._server = Server(source, self._given_key, self._folders, self._callbacks, self._tls, self._port)
        self._api_key = self._server.first_key
        return self

    def stop(self) -> None:
        """Stop it; returns when the server has gone, and answers that were still to come never do."""
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await wait_aside(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await wait_aside(self.stop)
