"""All accounts of a server: found by API key, begun with the first call that names it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_bsg.sandbox.reports import State
    from mock_bsg.scenario.life import Channel
    from mock_bsg.scenario.playbook import Playbook

Change = Literal["new", "forgotten", "scenario"]
"""What can become of an account as a whole."""
AccountWatcher: TypeAlias = "Callable[[Account, Change], None]"


@dataclass(slots=True)
class Departed:
    """What forgotten accounts had counted, so that a server's totals never fall."""

    requests: int = 0
    created: Counter[Channel] = field(default_factory=Counter)
    reports: Counter[State] = field(default_factory=Counter)

    def add(self, account: Account) -> None:
        self.requests += account.journal.count
        self.created.update(account.created_counts)
        self.reports.update(account.reports.states)


class Accounts:
    """Accounts by key. `choose_playbook` says which scenario a key begins with.

    `max_messages` is how many messages are kept over all accounts; then the oldest go.
    """

    def __init__(self, choose_playbook: Callable[[str], Playbook], max_messages: int) -> None:
        self._choose_playbook = choose_playbook
        self._accounts: dict[str, Account] = {}
        self.shelf = Shelf(max_messages)
        self.departed = Departed()
        self.watchers: list[AccountWatcher] = []

    def __len__(self) -> int:
        return len(self._accounts)

    def __iter__(self) -> Iterator[Account]:
        return iter(list(self._accounts.values()))

    def get(self, key: str) -> Account | None:
        return self._accounts.get(key)

    def open(self, key: str, machine: int) -> Account:
        """Find the account of this key, or begin it at that instant (ms of the machine's clock)."""
        account = self._accounts.get(key)
        if account is None:
            account = self._accounts[key] = Account(key, self._choose_playbook(key), machine, self.shelf)
            self.tell(account, "new")
        return account

    def forget(self, key: str) -> bool:
        """Forget an account with everything in it; False if it was never seen."""
        account = self._accounts.pop(key, None)
        if account is None:
            return False
        account.is_forgotten = True
        self.shelf.clear(account)
        self._leave(account)
        return True

    def forget_all(self) -> int:
        """Forget every account; tells how many there were."""
        forgotten = list(self._accounts.values())
        self._accounts.clear()
        for account in forgotten:
            account.is_forgotten = True
            self._leave(account)
        self.shelf.clear_all()
        return len(forgotten)

    def tell(self, account: Account, change: Change) -> None:
        """Let whoever watches the accounts know what became of one."""
        for watcher in self.watchers:
            watcher(account, change)

    def _leave(self, account: Account) -> None:
        self.departed.add(account)
        self.tell(account, "forgotten")
