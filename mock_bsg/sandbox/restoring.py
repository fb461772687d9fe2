"""Makes an account of a checkpoint: the same to whoever looks at it, and to every command that comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.rules.usage import Usage
from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.authentications import Authentications
from mock_bsg.sandbox.campaigns import Campaigns
from mock_bsg.sandbox.clock import Clock
from mock_bsg.sandbox.code_templates import CodeTemplates
from mock_bsg.sandbox.delivery_reports import Reports
from mock_bsg.sandbox.journal import Journal
from mock_bsg.sandbox.log import Log
from mock_bsg.sandbox.replies import Replies
from mock_bsg.sandbox.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Generator

    from mock_bsg.sandbox.blocks import Block
    from mock_bsg.sandbox.checkpoint import Checkpoint
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.retention import Retention


def restore(key: str, checkpoint: Checkpoint, retention: Retention[Account]) -> Account:
    """Make the account of that key that the checkpoint tells of; its log goes on from there."""
    steps = restore_in_steps(key, checkpoint, retention)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            account: Account = end.value
            return account


def restore_in_steps(key: str, checkpoint: Checkpoint, retention: Retention[Account]) -> Generator[None, None, Account]:
    """Do what `restore` does, in steps of less than a millisecond but for the last, which takes some."""
    account = Account(key, checkpoint.ruleset, checkpoint.machine, retention)
    account.log = Log(account, checkpoint)
    account.clock = Clock.restore(checkpoint.clock)
    account.processed, account.began = checkpoint.processed, checkpoint.began
    account.balance, account.paid_from = checkpoint.balance, checkpoint.paid_from
    account.messages_dropped = checkpoint.messages_dropped
    account.created_counts |= checkpoint.created_counts  # an older version knew fewer channels
    account.usage = Usage.restore(checkpoint.usage)
    yield
    account.oldest_id = account.noted_until = checkpoint.oldest_id
    account.nameless = set(checkpoint.nameless)
    to_happen: list[Message] = []
    for block in checkpoint.messages:
        _put_back(account, block, to_happen)
        yield
    account.next_id = checkpoint.next_id
    account.messages.adopt(checkpoint.messages, checkpoint.oldest_id, checkpoint.next_id)
    account.event_queue.add_all(to_happen, account.processed)
    retention.take(account, len(account.messages))
    yield
    requests = checkpoint.requests.copy()
    account.requests.restore(requests)
    account.journal = Journal.restore(checkpoint.journal, requests.entries)
    account.reports = Reports.restore(checkpoint.reports)
    account.is_followed = account.reports.are_expected
    account.tasks = Tasks.restore(checkpoint.tasks)
    account.campaigns = Campaigns.restore(checkpoint.campaigns)
    account.replies = Replies.restore(checkpoint.replies)
    account.authentications = Authentications.restore(checkpoint.authentications)
    account.code_templates = CodeTemplates.restore(checkpoint.code_templates)
    return account


def _put_back(account: Account, block: Block[Message], to_happen: list[Message]) -> None:
    """Keep messages, with what follows from them: who has which reference, and what has to happen in its time."""
    account.messages.put_back(block)
    references, nameless, processed = account.references, account.nameless, account.processed
    for message in block.rows:
        submission = message.submission
        if submission.time_in > processed:
            account.planned_sms += 1
        elif message.reference is not None and message.id not in nameless:
            references[submission.channel][message.reference] = message.id
        # As in has_consequences, without the call: there may be a million.
        if (
            submission.callback_url is not None
            or message.timeline.failed_at is not None
            or (message.counterpart is not None and submission.channel == "sms")
        ):
            to_happen.append(message)
