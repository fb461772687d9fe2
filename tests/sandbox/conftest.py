"""What tests of the sandbox share: an account that is driven by hand, without any server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest

from mock_bsg.domain.error_codes import VIBER_CODES
from mock_bsg.sandbox import steering
from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.event_queue import StatusChange
from mock_bsg.sandbox.message import AltRoute, Message, Submission, ViberOptions
from mock_bsg.sandbox.retention import Retention
from mock_bsg.sandbox.sending import Draft, Receipt, Recipient, send
from mock_bsg.sandbox.subscriptions import Subscription
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.news import News
    from mock_bsg.sandbox.subscriptions import Tell


MANUAL = "clock: {start: 2017-01-17T09:20:02Z, manual: true}\n"


class World:
    """An account at a clock that stands still, and what happened in it; times in ms after the clock's start."""

    def __init__(self, scenario: str, *, retention: Retention[Account] | None = None, key: str = "test_world") -> None:
        self.ruleset: Ruleset = compile_text(scenario if "clock:" in scenario else MANUAL + scenario, "world")
        self.retention = Retention(10_000) if retention is None else retention
        self.account = Account(key, self.ruleset, 0, self.retention)
        self.start = self.now
        self.happened: list[tuple[int, int, str]] = []
        """Time, id and status of everything that watchers were told."""

    @property
    def now(self) -> int:
        return self.account.clock.read(0)

    def watch(self) -> None:
        """Note everything that happens from now on."""
        self.listen(self._note)

    def listen(self, tell: Tell, *, every_step: bool = True) -> Subscription:
        """Tell somebody what happens from now on."""
        subscription = Subscription(self.account.detach, tell, None, every_step=every_step)
        self.account.attach(subscription)
        return subscription

    def _note(self, _account: Account, news: News) -> None:
        if isinstance(news, StatusChange):
            self.happened.append((news.at - self.start, news.message.id, news.status))

    def advance(self, duration: int) -> None:
        self.account.clock.advance(duration, 0)
        self.account.process_due(self.now)

    def advance_to_next(self) -> int | None:
        """Go to the next thing that happens; when that is, None if nothing will happen any more."""
        due = self.account.next_due(self.now)
        if due is None:
            return None
        self.advance(due - self.now)
        return due - self.start

    def submission(
        self, *, validity: int = 86_400, alt: AltRoute | None = None, start: int | None = None, tariff: int = 0
    ) -> Submission:
        return Submission(
            "viber",
            self.account.ruleset,
            time_in=self.now,
            start=None if start is None else self.start + start,
            sender="BSG",
            text="hello",
            tariff=tariff,
            validity=validity * 1000,
            options=None if alt is None else ViberOptions(alt_route=alt),
        )

    def submit(
        self,
        *to: tuple[str, str | None],
        validity: int = 86_400,
        alt: AltRoute | None = None,
        start: int | None = None,
        tariff: int = 0,
    ) -> Receipt:
        """Send one message to these numbers and references."""
        submission = self.submission(validity=validity, alt=alt, start=start, tariff=tariff)
        draft = Draft(submission, [Recipient(*each) for each in to])
        receipt = send(self.account, [draft], VIBER_CODES, self.now)
        self._make_room()
        return receipt

    def send(
        self,
        msisdn: str = "380972920000",
        *,
        validity: int = 86_400,
        alt: AltRoute | None = None,
        start: int | None = None,
        tariff: int = 0,
    ) -> Message:
        """Send one message to one number that the scenario lets pass."""
        (message,) = self.submit((msisdn, None), validity=validity, alt=alt, start=start, tariff=tariff).created
        return message

    def set_status(self, message: Message, status: str) -> None:
        steering.set_status(self.account, self.newest(message), status, self.now)
        self._make_room()

    def _make_room(self) -> None:
        """Do what every operation does at its end."""
        if self.retention.is_overfull:
            for account, count in self.retention.choose_oldest().items():
                self.retention.note_dropped(account.drop_oldest(count))

    def newest(self, message: Message) -> Message:
        """The message as it is now, if it is still kept: a status set by hand makes another one of it."""
        return self.account.messages.get(message.id) or message

    def status(self, message: Message) -> str:
        return self.newest(message).status(self.now)

    def sms_of(self, message: Message) -> Message | None:
        return self.account.counterpart(self.newest(message), self.now)

    def path_of(self, message: Message) -> list[tuple[int, str]]:
        """The timeline as times after the clock's start and statuses."""
        message = self.newest(message)
        begin = message.submission.start - self.start
        return [(begin + step.offset, step.status) for step in message.timeline.steps]


MakeWorld: TypeAlias = Callable[..., World]


@pytest.fixture
def make_world() -> MakeWorld:
    """Make an account that runs the scenario of this text, its clock standing still."""
    return World


@pytest.fixture
def sms() -> AltRoute:
    """What an alternative route says."""
    return AltRoute("BSG", "by SMS")
