"""What a running server is made of: settings, scenarios, accounts, and the machine's clock."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Literal

from aiohttp import web

from mock_bsg.apis import answer, word_state
from mock_bsg.callbacks.scheduler import Scheduler
from mock_bsg.logs import LOG
from mock_bsg.sandbox.accounts import Accounts
from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.sandbox.operations import Operations
from mock_bsg.scenario.errors import Problem, ScenarioError, UnknownScenario
from mock_bsg.scenario.library import scenario_of_key
from mock_bsg.wall_clock import WallClock

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.ledger import Ledger
    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings

Unusual = Literal["error", "recipient", "ended"]
"""A whole answer that is an error code; a recipient's entry that is one; a request that a rule or fault ended."""


class Runtime:
    """One server's state; everything else hangs off an account."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self.settings = settings
        self.library = library
        self.accounts = Accounts(self._choose_ruleset, settings.max_messages)
        self.stopping = asyncio.Event()
        self.turned_away = 0
        """Requests that came to no account: without a valid key, or for a broken scenario."""
        self.unusual: Counter[tuple[Unusual, str]] = Counter()
        """Answers that were not what the sender hoped for; the others need no counting."""
        self._wall_clock = WallClock()
        self.started = self.machine()
        self._bringing_back: asyncio.Future[None] | None = None
        self.ca_pem: bytes | None = None
        """The certificate authority that clients have to trust; None without TLS."""
        self.operations = Operations(self.accounts, self._wall_clock.read, self.is_valid_key, answer)
        self.scheduler = Scheduler(self.accounts, self.operations, self.machine, settings.callbacks, word_state)

    def machine(self) -> int:
        """Tell the machine's time in ms, UTC; it never falls, even if the machine's clock is set back."""
        return self._wall_clock.read()

    async def open_store(self) -> None:
        """Open what accounts are kept in, or are looked at in, if the settings say so; raises WorldError."""
        if self.settings.world is not None:
            from mock_bsg.worlds.ledgers import open_world  # noqa: PLC0415 -- of no use without a file

            self.operations.ledger = open_world(self.settings.world, self.accounts, self.machine, answer, self.library)
            self.operations.holds_reports = True
        if self.settings.store is not None:
            from mock_bsg.worlds.ledgers import open_ledger  # noqa: PLC0415 -- of no use without a store

            self.operations.ledger = await open_ledger(
                self.settings.store, self.accounts, self.machine, answer, self.library
            )
            self.scheduler.join(self.operations.ledger.company)

    def bring_back(self) -> None:
        """Begin to bring accounts back that must not wait to be named."""
        if self.operations.ledger is not None:
            self._bringing_back = asyncio.ensure_future(self._bring_back(self.operations.ledger))

    async def _bring_back(self, ledger: Ledger) -> None:
        try:
            await ledger.start()
        except NotKeptError as trouble:
            LOG.error("delivery reports that are due may not be sent: %s", trouble)  # noqa: TRY400 -- one line says all

    async def close_store(self) -> None:
        if self._bringing_back is not None:
            self._bringing_back.cancel()
        if self.operations.ledger is not None:
            await self.operations.ledger.close()

    def is_valid_key(self, key: str) -> bool:
        valid = self.settings.api_keys
        return bool(key) and (valid is None or key in valid)

    def _choose_ruleset(self, key: str) -> Ruleset:
        try:
            return self.library.get(scenario_of_key(key, self.library) or self.settings.scenario)
        except UnknownScenario as gone:
            # It was there when the server started: somebody has taken its file away.
            raise ScenarioError(gone.name, [Problem("", 1, 1, str(gone))]) from None


RUNTIME = web.AppKey("runtime", Runtime)
