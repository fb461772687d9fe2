"""All accounts of a server: found by API key, begun with the first call that names it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.commands import BeginAccount
from mock_bsg.sandbox.retention import Retention
from mock_bsg.sandbox.subscriptions import Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.delivery_reports import State
    from mock_bsg.sandbox.news import Change
    from mock_bsg.sandbox.subscriptions import Tell


_OBJECTS_OF_A_MESSAGE = 2
"""A message by itself and what it shares with few others."""
_OBJECTS_OF_A_COMMAND = 4
"""A command with its times, and the journal's entry of a request with its headers: nearly all commands are requests."""


class AccountGone(LookupError):  # noqa: N818 -- it tells what became of the account, and is nobody's mistake
    """The account that something waited for was forgotten meanwhile."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the account of the key '{key}' was forgotten meanwhile")
        self.key = key

    def __reduce__(self) -> tuple[type[AccountGone], tuple[str]]:
        return type(self), (self.key,)


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

    def take_back(self, account: Account) -> None:
        """Count an account no more that is there again."""
        self.requests -= account.journal.count
        self.created.subtract(account.created_counts)
        self.reports.subtract(account.reports.states)


class Accounts:
    """Accounts by key. `choose_ruleset` says which scenario a key begins with.

    `max_messages` is how many messages are kept over all accounts; then the oldest go.
    """

    def __init__(self, choose_ruleset: Callable[[str], Ruleset], max_messages: int) -> None:
        self.choose_ruleset = choose_ruleset
        self._accounts: dict[str, Account] = {}
        self.retention: Retention[Account] = Retention(max_messages)
        self.departed = Departed()
        self.on_change: Callable[[Account, Change], None] = lambda _account, _change: None
        """Told of every change of an account before its listeners are."""
        self._subscriptions: dict[Subscription, None] = {}

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
            ruleset = self.choose_ruleset(key)
            account = Account(key, ruleset, machine, self.retention)
            account.log.append(machine, account.began, BeginAccount(ruleset))
            self._admit(account, "new")
        return account

    def put(self, account: Account, change: Change) -> None:
        """Let an account that was made elsewhere be the one of its key; another one of that key goes."""
        before = self._accounts.get(account.key)
        if before is not None:
            before.is_forgotten, before.successor = True, account
            self.retention.clear(before)
            self.departed.add(before)
            self.departed.take_back(account)
            self.on_change(before, "forgotten")
            before.detach_all()
        account.retention = self.retention
        self.retention.take(account, len(account.messages))
        self._admit(account, change)

    def _admit(self, account: Account, change: Change) -> None:
        self._accounts[account.key] = account
        for subscription in self._subscriptions:
            if subscription.key in {None, account.key}:
                account.attach(subscription)
        self.tell(account, change)

    def forget(self, key: str) -> bool:
        """Forget an account with everything in it; False if it was never seen."""
        account = self._accounts.pop(key, None)
        if account is None:
            return False
        account.is_forgotten = True
        self.retention.clear(account)
        self._leave(account)
        return True

    def forget_all(self) -> int:
        """Forget every account; tells how many there were."""
        forgotten = list(self._accounts.values())
        self._accounts.clear()
        for account in forgotten:
            account.is_forgotten = True
            self._leave(account)
        self.retention.clear_all()
        return len(forgotten)

    def count_objects(self) -> int:
        """Tell about how many of Python's objects are stored, for the collector: it's enough to be near."""
        commands = sum(account.log.held for account in self._accounts.values())
        return _OBJECTS_OF_A_MESSAGE * self.retention.count + _OBJECTS_OF_A_COMMAND * commands

    # --- who is told

    def subscribe(self, tell: Tell, key: str | None = None, *, every_step: bool = True) -> Subscription:
        """Tell a listener from now on what happens in all accounts, or in the one of `key`, whenever it begins."""
        subscription = Subscription(self.end_subscription, tell, key, every_step=every_step)
        self._subscriptions[subscription] = None
        for account in self.concerned(subscription):
            account.attach(subscription)
        return subscription

    def end_subscription(self, subscription: Subscription) -> None:
        """Let go of a listener; does nothing if that was done already."""
        if subscription in self._subscriptions:
            del self._subscriptions[subscription]
            for account in self.concerned(subscription):
                account.detach(subscription)

    def is_awaited(self, key: str) -> bool:
        """Whether anybody listens for what happens in the account of a key, which may still be to come."""
        return any(subscription.key in {None, key} for subscription in self._subscriptions)

    def concerned(self, subscription: Subscription) -> list[Account]:
        """List the accounts there are that a listener is told of."""
        if subscription.key is None:
            return list(self._accounts.values())
        account = self._accounts.get(subscription.key)
        return [] if account is None else [account]

    def tell(self, account: Account, change: Change) -> None:
        """Let those who listen know what became of an account as a whole."""
        self.on_change(account, change)
        account.tell(change)

    def _leave(self, account: Account) -> None:
        self.departed.add(account)
        self.tell(account, "forgotten")
        account.detach_all()
