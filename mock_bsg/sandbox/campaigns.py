"""Campaigns: what was asked for when messages were sent together, to many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mock_bsg.sandbox.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.domain.money import Amount
    from mock_bsg.sandbox.blocks import Block

MOST_KEPT = 10_000
"""Campaigns of an account; then the oldest go, and their messages stay."""
_CAPTURED_TOGETHER = 500
"""Campaigns in a block of a checkpoint."""

Status: TypeAlias = Literal["scheduled", "done", "stopped"]


class Campaign(NamedTuple):
    """Messages of one request; it is never changed, only replaced. Times are ms of the account's clock.

    `price` is what its messages cost when they were created. `has_alternative`: an SMS follows those that fail.
    """

    id: int
    name: str
    sender: str
    channel: Channel
    created_at: int
    start: int
    price: Amount
    has_alternative: bool
    stopped_at: int | None
    ids: range
    """The ids of its messages, which were given in one go, and of the SMS planned with them."""

    def status(self, now: int) -> Status:
        """Tell how far it is; one that is sent at once is done with the answer [spec]."""
        if self.stopped_at is not None:
            return "stopped"
        return "scheduled" if now < self.start else "done"


class Campaigns:
    """The campaigns of an account, by ids from 1 on."""

    __slots__ = ("_blocks", "_kept", "next_id")

    def __init__(self) -> None:
        self._kept: dict[int, Campaign] = {}
        self._blocks: Blocks[Campaign] = Blocks(_CAPTURED_TOGETHER)
        self.next_id = 1

    def __iter__(self) -> Iterator[Campaign]:
        """Go through them, the oldest first."""
        return iter(self._kept.values())

    def find(self, campaign_id: int) -> Campaign | None:
        return self._kept.get(campaign_id)

    def add(self, campaign: Campaign) -> None:
        """Keep a new campaign, whose id is `next_id`."""
        self.next_id = campaign.id + 1
        self.replace(campaign)
        if len(self._kept) > MOST_KEPT:
            oldest = campaign.id - MOST_KEPT  # ids have no gaps, and a dict's beginning is slow to find
            del self._kept[oldest]
            self._blocks.touch(oldest)

    def replace(self, campaign: Campaign) -> None:
        """Keep this instead of the campaign that has its id."""
        self._kept[campaign.id] = campaign
        self._blocks.touch(campaign.id)

    def capture(self) -> tuple[Block[Campaign], ...]:
        """Tell all campaigns; the block objects are the same where nothing has changed since it was last asked."""
        return self._blocks.collect(self._read)

    @classmethod
    def restore(cls, blocks: tuple[Block[Campaign], ...]) -> Campaigns:
        campaigns = cls()
        campaigns._kept = {campaign.id: campaign for block in blocks for campaign in block.rows}
        campaigns.next_id = max(campaigns._kept, default=0) + 1
        campaigns._blocks.adopt(blocks)
        return campaigns

    def _read(self, first: int, end: int) -> list[Campaign]:
        return [self._kept[number] for number in range(first, end) if number in self._kept]
