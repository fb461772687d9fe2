"""Where accounts are kept besides the memory of this process, so that they outlive it or are shared with others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.commands import Command
    from mock_bsg.sandbox.snapshots import AccountState


class Company(Protocol):
    """Other servers, which do something to the same accounts at any time.

    `on_heard` is told of an account to which they did something, or whose reports have become this server's matter.
    """

    on_heard: Callable[[Account], None]

    def estimate(self) -> int:
        """Tell about what time of the machine's it is by now, in ms, by the clock that all go by; never later."""

    async def refresh(self, account: Account) -> None:
        """Do to an account what others did to it. Raises NotKeptError where nobody can tell."""

    async def refresh_scenarios(self) -> None:
        """Put into the library what others put into it. Raises NotKeptError where nobody can tell."""

    def sends_reports(self, account: Account) -> bool:
        """Whether it is this server that sends an account's delivery reports."""


class Ledger(Protocol):
    """Keeps a command before any account does it, and brings accounts back whose commands it has.

    Every call raises NotKeptError where the store cannot be reached or written; nothing has changed then.
    """

    @property
    def trouble(self) -> str | None:
        """Why nothing can be kept at the moment, as the last call found; None if all is well."""

    @property
    def company(self) -> Company | None:
        """The other servers that have the same accounts; None where there can't be any."""

    async def start(self) -> None:
        """Bring what must not wait to be named: accounts whose delivery reports are due."""

    async def close(self) -> None:
        """Let go of the store; what was submitted is kept."""

    async def check(self) -> str | None:
        """Look whether commands can be kept; tells why not, None if all is well."""

    def machine(self, account: Account) -> int:
        """Tell the time of the machine's, in ms, up to which all commands of an account are known here."""

    async def find(self, key: str) -> Account | None:
        """Bring the account of a key as it is now, whoever changed it; None if it was never begun."""

    async def begin(self, key: str) -> Account:
        """Bring the account of a key, begun if it was not before. Raises ScenarioError."""

    async def submit(self, account: Account, command: Command) -> Any:
        """Keep a command, then let the account do it; tells, or raises, what `perform` does."""

    async def forget(self, account: Account) -> None:
        """Forget an account with its log."""

    async def forget_all(self) -> int:
        """Forget every account; tells how many there were."""

    async def rewind(self, account: Account, number: int) -> Account:
        """Forget all commands after that one; tells the account as it is then. Raises LogTooShortError."""

    async def fork(self, account: Account, key: str, number: int) -> Account:
        """Begin another account with the same commands up to that one. Raises LogTooShortError, KeyTakenError."""

    async def export(self, account: Account, target: Path) -> None:
        """Write an account with all that is kept of it into a world file of its own; raises WorldError."""

    async def list_states(self) -> list[AccountState]:
        """Show all accounts, those too that nobody has named since the start."""

    async def keep_scenario(self, ruleset: Ruleset) -> None:
        """Keep a scenario that was put into the library, for whoever opens the store next."""
