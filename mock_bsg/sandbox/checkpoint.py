"""A checkpoint: all that makes an account, as it was after one of its commands; it never changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.domain.money import Amount
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.rules.usage import Counts
    from mock_bsg.sandbox.authentications import Authentication
    from mock_bsg.sandbox.blocks import Block
    from mock_bsg.sandbox.campaigns import Campaign
    from mock_bsg.sandbox.clock import ClockHands
    from mock_bsg.sandbox.code_templates import Template
    from mock_bsg.sandbox.delivery_reports import ReportsState
    from mock_bsg.sandbox.journal import JournalState
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.replies import Incoming
    from mock_bsg.sandbox.requests import Waiting
    from mock_bsg.sandbox.tasks import NumberedTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """An account after the command of that number, which was taken at that time of the machine's, in ms.

    The fields are those of the account. What can be found out from them is not among them: which reference belongs to
    which message, what happens next, indices. It shares what has not changed with the checkpoint before, and the
    messages with the account; so it is made quickly, and is small beside them.
    """

    number: int
    machine: int
    ruleset: Ruleset
    clock: ClockHands
    processed: int
    began: int
    balance: Amount
    paid_from: int
    oldest_id: int
    next_id: int
    messages: tuple[Block[Message], ...]
    messages_dropped: int
    created_counts: Mapping[Channel, int]
    nameless: frozenset[int]
    usage: tuple[Counts, ...]
    journal: JournalState
    requests: Waiting
    reports: ReportsState
    tasks: tuple[Block[NumberedTask], ...]
    campaigns: tuple[Block[Campaign], ...]
    replies: tuple[Block[Incoming], ...]
    authentications: tuple[Block[Authentication], ...]
    code_templates: tuple[Block[Template], ...]
