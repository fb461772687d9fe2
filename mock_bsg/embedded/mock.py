"""MockBSG: the sandbox inside a test's own process, with everything about it at hand in Python."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from mock_bsg.embedded.account import Account, make_up_key
from mock_bsg.embedded.host import Host
from mock_bsg.embedded.scenario_source import find_playbook
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Self

    from mock_bsg.embedded.scenario_source import AnyScenario
    from mock_bsg.settings import Callbacks


class MockBSG(Account):
    """A server in a thread, on a free port, for as long as a `with` lasts (`async with`, or from start() to stop()).

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
        self._folders = tuple(Path(folder) for folder in scenarios)
        self._callbacks: Callbacks = callbacks
        self._tls = tls
        self._port = port
        self._host = None
        self._api_key = ""

    def start(self) -> Self:
        """Start it; returns when the server answers.

        Raises ScenarioError or UnknownScenario for the scenario, ServerError for a port that cannot be had.
        """
        if self._host is not None and self._host.is_running:
            raise RuntimeError(f"this MockBSG runs already, at {self.url}")
        library = Library(self._folders)
        playbook = find_playbook(self._start_with, library)
        library.add(playbook)
        settings = Settings(
            port=self._port,
            scenario=playbook.name,
            scenario_dirs=self._folders,
            callbacks=self._callbacks,
            tls_port=0 if self._tls else None,
        )
        host = Host(settings, library)
        host.start()
        self._host = host
        self._api_key = self._given_key or make_up_key(playbook.name)
        self._desk.state(self._api_key)  # an account begins with the first call that names its key
        return self

    def stop(self) -> None:
        """Stop it; returns when the server has gone, and answers that were still to come never do."""
        if self._host is not None:
            self._host.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)
