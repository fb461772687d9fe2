"""Sessions of one-time codes: which code was sent to whom, how long it holds, and what has become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mock_bsg.domain.draws import draw, draw_uuid
from mock_bsg.sandbox.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.rules.one_api import OneApiSetting
    from mock_bsg.rules.usage import Usage
    from mock_bsg.sandbox.blocks import Block

Status: TypeAlias = Literal["pending", "verified", "failed", "canceled", "expired"]
CodeStatus: TypeAlias = Literal["pending", "verified", "failed", "canceled", "expired", "void"]
"""A code is void once its session has sent another."""

MOST_KEPT = 10_000
"""Sessions of an account; then the oldest go."""
_CAPTURED_TOGETHER = 500
"""Sessions in a block of a checkpoint."""


class SentCode(NamedTuple):
    """A code, and the id of the message that it went with."""

    code: str
    message: int


class Authentication(NamedTuple):
    """A session; it is never changed, only replaced. Times are in ms of the account's clock, `lifetime` too.

    `text` is the template's, without the code. `sent` are the codes in the order in which they were sent: the last one
    holds. `ended` is how it has ended, and `ended_at` when; None while its time alone can end it.
    """

    number: int
    id: str
    recipient: str
    country: str
    channel: Literal["sms", "viber"]
    sender: str
    sender_alt: str | None
    text: str
    lifetime: int
    max_tries: int
    digits: int
    created_at: int
    expires_at: int
    sent: tuple[SentCode, ...]
    tries: int = 0
    """How often a wrong code was told."""
    ended: Literal["verified", "failed", "canceled"] | None = None
    ended_at: int | None = None

    @property
    def code(self) -> str:
        return self.sent[-1].code

    def status(self, now: int) -> Status:
        if self.ended is not None:
            return self.ended
        return "expired" if now >= self.expires_at else "pending"

    def status_of(self, sent: SentCode, now: int) -> CodeStatus:
        """Tell what has become of one of its codes."""
        return self.status(now) if sent == self.sent[-1] else "void"

    def finished_at(self, now: int) -> int | None:
        if self.ended is not None:
            return self.ended_at
        return self.expires_at if now >= self.expires_at else None


class Authentications:
    """The sessions of an account, in the order of their creation."""

    __slots__ = ("_blocks", "_kept", "_next_number", "_numbers")

    def __init__(self) -> None:
        self._kept: dict[int, Authentication] = {}
        self._numbers: dict[str, int] = {}
        self._blocks: Blocks[Authentication] = Blocks(_CAPTURED_TOGETHER)
        self._next_number = 1

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, authentication_id: str) -> bool:
        return authentication_id in self._numbers

    def oldest_first(self) -> Iterator[Authentication]:
        return iter(self._kept.values())

    def find(self, authentication_id: str) -> Authentication | None:
        number = self._numbers.get(authentication_id)
        return None if number is None else self._kept[number]

    @property
    def next_number(self) -> int:
        return self._next_number

    def keep(self, authentication: Authentication) -> None:
        """Keep a new session, or one instead of what it was before."""
        number = authentication.number
        self._kept[number] = authentication
        self._numbers[authentication.id] = number
        self._blocks.touch(number)
        self._next_number = max(self._next_number, number + 1)
        while len(self._kept) > MOST_KEPT:
            oldest = self._next_number - len(self._kept)  # numbers have no gaps; a dict's beginning is slow to find
            del self._numbers[self._kept.pop(oldest).id]
            self._blocks.touch(oldest)

    def capture(self) -> tuple[Block[Authentication], ...]:
        """Tell all sessions; the block objects are the same where nothing has changed since it was last asked."""
        return self._blocks.collect(self._read)

    @classmethod
    def restore(cls, blocks: tuple[Block[Authentication], ...]) -> Authentications:
        authentications = cls()
        for block in blocks:
            for each in block.rows:
                authentications._kept[each.number] = each
                authentications._numbers[each.id] = each.number
        authentications._next_number = max(authentications._kept, default=0) + 1
        authentications._blocks.adopt(blocks)
        return authentications

    def _read(self, first: int, end: int) -> list[Authentication]:
        return [self._kept[number] for number in range(first, end) if number in self._kept]


def draw_code(seed: int, setting: OneApiSetting, recipient: str, drawn: int, digits: int, other_than: str = "") -> str:
    """Draw the code that a recipient gets after so many others, or tell the scenario's, which is always the same.

    It has no zero in front, so that it may be sent as a number [users]. A drawn one is never the one before.
    """
    if setting.otp is not None:
        return (setting.otp * digits)[:digits]
    low = 10 ** (digits - 1)
    tried = 0
    while True:
        code = str(low + int(draw(seed, "code", recipient, drawn, digits, tried) * 9 * low))
        if code != other_than:
            return code
        tried += 1


def draw_id(seed: int, recipient: str, usage: Usage, taken: Authentications) -> str:
    """Draw the id of the next session of a recipient; nothing is counted, but for ids that are taken.

    A scenario that comes later counts from the beginning: what it draws may have been drawn before.
    """
    while (found := draw_uuid(seed, "authentication", recipient, usage.told(("code", recipient)))) in taken:
        usage.count(("code", recipient))
    return found
