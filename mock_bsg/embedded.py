"""MockBSG: the sandbox inside a test's own process, with everything about it at hand in Python."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mock_bsg import sent
from mock_bsg.given import find_playbook
from mock_bsg.host import Host
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future
    from decimal import Decimal
    from types import TracebackType
    from typing import Self

    from mock_bsg.given import AnyScenario
    from mock_bsg.sandbox import account as core
    from mock_bsg.scenario.playbook import Playbook
    from mock_bsg.settings import Callbacks


class WaitError(AssertionError, TimeoutError):
    """What was waited for did not come in time; its text tells what was there instead."""


class Account:
    """One API key of a running server, one world: what was sent with it, its time, its scenario.

    What it tells is as it was at the instant of asking, the oldest first.
    """

    def __init__(self, host: Host, api_key: str) -> None:
        self._host: Host | None = host
        self._api_key = api_key

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._api_key} at {self.url if self._host else 'no server'}>"

    @property
    def url(self) -> str:
        """Where the server is, without a slash at the end: `http://127.0.0.1:40123`. Paths begin with /rest."""
        return self._running().url

    @property
    def tls_url(self) -> str | None:
        """The same by HTTPS, if the server was started with `tls`."""
        return self._running().tls_url

    @property
    def ca_pem(self) -> bytes | None:
        """The certificate authority of `tls_url`, for a client's trust store."""
        return self._running().ca_pem

    @property
    def api_key(self) -> str:
        return self._api_key

    def account(self, api_key: str | None = None, *, scenario: AnyScenario | None = None) -> Account:
        """The account of another key of the same server, a made-up one if none is given; it may follow a scenario.

        Raises what `use` raises.
        """
        host = self._running()
        if scenario is None:
            name = host.default_scenario
        else:
            playbook = host.find_playbook(scenario)
            name = playbook.name
        account = Account(host, api_key or _make_up_key(name))
        host.begin(account.api_key)
        if scenario is not None:
            host.use(account.api_key, playbook)
        return account

    # --- what there is

    @property
    def messages(self) -> list[Message]:
        """Messages and lookups in the order of their ids; the SMS of an alternative route is one of them."""
        return self._running().messages(self._api_key)

    @property
    def requests(self) -> list[Request]:
        """What came to BSG's API with this key, and what was answered."""
        return self._running().requests(self._api_key)

    @property
    def reports(self) -> list[Report]:
        """Delivery reports, with each attempt to hand them over."""
        return self._running().reports(self._api_key)

    @property
    def balance(self) -> Decimal:
        return self._running().balance(self._api_key)

    def explain(self, message: Message) -> str:
        """Which rule decided about a message, and why each rule above it did not; one line each."""
        return self._running().explain(self._api_key, message.id)

    # --- what a test makes happen

    def advance(self, duration: str | float | timedelta) -> None:
        """Move the account's clock on; returns when all that became due has happened, delivery reports included.

        `duration`: "90s" as in a scenario, seconds, a timedelta, or "next" for the next thing that happens.
        """
        self._refuse_in_event_loop("advance")
        self._advance(duration).result()

    async def advance_async(self, duration: str | float | timedelta) -> None:
        """As `advance`, for a test that runs in an event loop: its webhook can answer meanwhile."""
        await asyncio.wrap_future(self._advance(duration))

    def wait_for(self, count: int = 1, *, timeout: float = 5, **wanted: str) -> list[Message]:
        """Wait until so many messages fit; raises WaitError after `timeout` seconds of the machine's time.

        `wanted` may have channel, status, msisdn, reference and text, as the control API's messages do.
        """
        self._refuse_in_event_loop("wait_for")
        return self._running().wait_for(self._api_key, count, timeout, wanted).result()

    async def wait_for_async(self, count: int = 1, *, timeout: float = 5, **wanted: str) -> list[Message]:
        """As `wait_for`, for a test that runs in an event loop."""
        return await asyncio.wrap_future(self._running().wait_for(self._api_key, count, timeout, wanted))

    def use(self, scenario: AnyScenario, *, folder: Path | None = None) -> None:
        """Follow another scenario from now on: a name, a file's path, a mapping, YAML text, or a Scenario.

        An account without messages begins anew; one that has some keeps them. A path that is no absolute one begins
        at `folder`, by default where the process runs. Raises ScenarioError, which tells each fault with file, line
        and column, or UnknownScenario.
        """
        self._running().use(self._api_key, scenario, folder)

    def set_status(self, message: Message, status: str) -> Message:
        """Make a status happen now; raises ValueError if the life of a message does not allow it."""
        return self._running().set_status(self._api_key, message.id, status)

    def clear(self) -> None:
        """Forget all that was sent and begin the present scenario anew."""
        self._running().clear(self._api_key)

    # ---

    def _advance(self, duration: str | float | timedelta) -> Future[None]:
        if isinstance(duration, timedelta):
            duration = duration.total_seconds()
        if isinstance(duration, int | float):
            duration = f"{round(duration * 1000)}ms"
        return self._running().advance(self._api_key, duration)

    def _running(self) -> Host:
        if self._host is None:
            raise RuntimeError("this MockBSG has not started: use it as 'with MockBSG() as bsg:', or call start()")
        return self._host

    @staticmethod
    def _refuse_in_event_loop(name: str) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        raise RuntimeError(
            f"{name}() would hold up the event loop that this test runs in, and so whatever it waits for; "
            f"write: await {name}_async(…)"
        )


class MockBSG(Account):
    """A server in a thread, on a free port, for as long as a `with` lasts (`async with`, or from start() to stop()).

    `scenario`: a name, a file's path, a mapping with a scenario file's keys, YAML text, or a Scenario; every key
    follows it, unless the key names another. `api_key` is made up if none is given. `scenarios`: folders with more
    scenarios. `callbacks`: where delivery reports may go. `tls`: HTTPS beside HTTP, at `tls_url`. `port`: 0 takes a
    free one. After the stop it can still be asked what there is.
    """

    def __init__(  # noqa: PLR0913 -- all but the first by name
        self,
        scenario: AnyScenario = "default",
        *,
        api_key: str | None = None,
        scenarios: Iterable[str | Path] = (),
        callbacks: Callbacks = "local",
        tls: bool = False,
        port: int = 0,
    ) -> None:
        self._scenario = scenario
        self._given_key = api_key
        self._folders = tuple(Path(folder) for folder in scenarios)
        self._callbacks: Callbacks = callbacks
        self._tls = tls
        self._port = port
        self._host = None
        self._api_key = ""

    def start(self) -> Self:
        """Returns when the server answers.

        Raises ScenarioError or UnknownScenario for the scenario, ServerError for a port that cannot be had.
        """
        if self._host is not None and self._host.is_running:
            raise RuntimeError(f"this MockBSG runs already, at {self.url}")
        library = Library(self._folders)
        playbook = find_playbook(self._scenario, library)
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
        self._api_key = self._given_key or _make_up_key(playbook.name)
        host.begin(self._api_key)
        self._host = host
        return self

    def stop(self) -> None:
        """Returns when the server has gone; answers that were still to come never do."""
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


def _make_up_key(scenario: str) -> str:
    """A key that nobody else has, and that names its scenario as BSG's keys can here."""
    return f"test_{scenario if scenario.isascii() else ''}.{os.urandom(6).hex()}"
