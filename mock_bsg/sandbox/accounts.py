"""All accounts of a server: found by API key, begun with the first call that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_bsg.scenario.playbook import Playbook


class Accounts:
    """Accounts by key. `choose_playbook` says which scenario a key begins with.

    `max_messages` is how many messages are kept over all accounts; then the oldest go.
    """

    def __init__(self, choose_playbook: Callable[[str], Playbook], max_messages: int) -> None:
        self._choose_playbook = choose_playbook
        self._accounts: dict[str, Account] = {}
        self.shelf = Shelf(max_messages)

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
        return account

    def forget(self, key: str) -> bool:
        """Forget an account with everything in it; False if it was never seen."""
        account = self._accounts.pop(key, None)
        if account is None:
            return False
        account.is_forgotten = True
        self.shelf.clear(account)
        return True

    def forget_all(self) -> int:
        """Forget every account; tells how many there were."""
        forgotten = list(self._accounts.values())
        self._accounts.clear()
        for account in forgotten:
            account.is_forgotten = True
        self.shelf.clear_all()
        return len(forgotten)
