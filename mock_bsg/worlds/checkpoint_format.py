"""Checkpoints as a world keeps them: parts of compressed JSON, each written or read in a few milliseconds.

A part whose block is the same as in the checkpoint before is not written again. Scenarios are referred to by their
hashes, and what a rule decided by its place in its scenario.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from mock_bsg import encoding
from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox.blocks import Block
from mock_bsg.sandbox.checkpoint import Checkpoint
from mock_bsg.sandbox.clock import ClockHands
from mock_bsg.sandbox.journal import JournalState
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.message_rows import MessageReader, MessageWriter
from mock_bsg.worlds.state_rows import (
    COUNTED_TOGETHER,
    read_authentications,
    read_campaigns,
    read_counts,
    read_journal,
    read_replies,
    read_reports,
    read_state_of_reports,
    read_tasks,
    read_templates,
    read_waiting,
    tell_authentications,
    tell_campaigns,
    tell_counts,
    tell_journal,
    tell_replies,
    tell_reports,
    tell_state_of_reports,
    tell_tasks,
    tell_templates,
    tell_waiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.rules.usage import Counts
    from mock_bsg.sandbox.message import Message
    from mock_bsg.worlds.records import ScenarioOf

_ORPHANS_TOGETHER = 500


class Part(NamedTuple):
    """A part of a checkpoint by name. `data` is None where it is what it was in the checkpoint before.

    `rulesets` are the scenarios that it refers to.
    """

    name: str
    data: bytes | None
    rulesets: frozenset[Ruleset] = frozenset()


Steps: TypeAlias = "Generator[None, None, Checkpoint]"


def encode(checkpoint: Checkpoint, before: Checkpoint | None = None) -> Iterator[Part]:
    """Write a checkpoint, one part after the other, in any time: it never changes.

    `before` is one of the same account of which all parts are kept.
    """
    yield Part("state", _pack(_tell_state(checkpoint)), frozenset({checkpoint.ruleset}))
    yield from _encode_messages(checkpoint, before)
    journal = None if before is None else before.journal.blocks
    yield from _encode_blocks("journal", checkpoint.journal.blocks, journal, tell_journal)
    yield from _encode_blocks("tasks", checkpoint.tasks, None if before is None else before.tasks, tell_tasks)
    campaigns = None if before is None else before.campaigns
    yield from _encode_blocks("campaigns", checkpoint.campaigns, campaigns, tell_campaigns)
    replies = None if before is None else before.replies
    yield from _encode_blocks("replies", checkpoint.replies, replies, tell_replies)
    sessions = None if before is None else before.authentications
    yield from _encode_blocks("authentications", checkpoint.authentications, sessions, tell_authentications)
    templates = None if before is None else before.code_templates
    yield from _encode_blocks("templates", checkpoint.code_templates, templates, tell_templates)
    reports = None if before is None else before.reports.blocks
    yield from _encode_blocks("reports", checkpoint.reports.blocks, reports, tell_reports)
    yield from _encode_usage(checkpoint, before)


def decode(parts: Iterable[tuple[str, bytes]], find_scenario: ScenarioOf) -> Checkpoint:
    """Read a checkpoint of the names and data of all its parts, in any order; raises WorldError if it is damaged."""
    steps = decode_in_steps(parts, find_scenario)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            checkpoint: Checkpoint = end.value
            return checkpoint


def decode_in_steps(parts: Iterable[tuple[str, bytes]], find_scenario: ScenarioOf) -> Steps:
    """Do what `decode` does, in steps of a few ms."""
    decoder = _Decoder(find_scenario)
    for name, data in parts:
        try:
            decoder.add(name, data)
        except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as fault:
            raise WorldError(f"the part '{name}' of a checkpoint is damaged: {fault!r}") from None
        yield
    try:
        return decoder.finish()
    except (ValueError, LookupError, TypeError, AttributeError) as fault:
        raise WorldError(f"a checkpoint is damaged, or not whole: {fault!r}") from None


# --- writing


def _tell_state(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "number": checkpoint.number,
        "machine": checkpoint.machine,
        "scenario": scenario_hash(checkpoint.ruleset),
        "clock": list(checkpoint.clock),
        "processed": checkpoint.processed,
        "began": checkpoint.began,
        "balance": checkpoint.balance,
        "paid_from": checkpoint.paid_from,
        "oldest_id": checkpoint.oldest_id,
        "next_id": checkpoint.next_id,
        "messages_dropped": checkpoint.messages_dropped,
        "created_counts": dict(checkpoint.created_counts),
        "nameless": sorted(checkpoint.nameless),
        "requests": checkpoint.journal.made,
        "waiting": tell_waiting(checkpoint.requests),
        "reports": tell_state_of_reports(checkpoint.reports),
    }


def _encode_messages(checkpoint: Checkpoint, before: Checkpoint | None) -> Iterator[Part]:
    known = _places(() if before is None else before.messages)
    for block in checkpoint.messages:
        rulesets = frozenset(_rulesets_of(block.rows))
        is_known = known.get(block.first) is block
        yield Part(f"messages/{block.first}", None if is_known else _pack(MessageWriter().tell(block.rows)), rulesets)
    # Of messages that have been dropped only their reports know: too few to be worth being kept from once to once.
    orphans = [row.message for each in checkpoint.reports.blocks for row in each.rows]
    orphans = list({one.id: one for one in orphans if one.id < checkpoint.oldest_id}.values())
    for place in range(0, len(orphans), _ORPHANS_TOGETHER):
        some = orphans[place : place + _ORPHANS_TOGETHER]
        yield Part(f"orphans/{place}", _pack(MessageWriter().tell(some)), frozenset(_rulesets_of(some)))


def _rulesets_of(messages: Iterable[Message]) -> Iterator[Ruleset]:
    for message in messages:
        yield message.submission.ruleset
        judged = message.judged.submission.ruleset
        if judged is not message.submission.ruleset:
            yield judged


def _encode_blocks(
    kind: str, blocks: Iterable[Block[Any]], before: Iterable[Block[Any]] | None, tell: Callable[[Any], Any]
) -> Iterator[Part]:
    known = _places(before or ())
    for block in blocks:
        is_known = known.get(block.first) is block
        yield Part(f"{kind}/{block.first}", None if is_known else _pack(tell(block.rows)))


def _encode_usage(checkpoint: Checkpoint, before: Checkpoint | None) -> Iterator[Part]:
    known = () if before is None else before.usage
    for number, counts in enumerate(checkpoint.usage):
        is_known = number < len(known) and known[number] is counts
        for place in range(0, len(counts.counted), COUNTED_TOGETHER):
            yield Part(f"usage/{number}/{place}", None if is_known else _pack(tell_counts(counts, place)))


def _places(blocks: Iterable[Block[Any]]) -> dict[int, Block[Any]]:
    return {block.first: block for block in blocks}


def _pack(value: Any) -> bytes:
    try:
        text = b"" if encoding.orjson is None else encoding.orjson.dumps(value)
    except TypeError:  # whole numbers of more than 64 bits, or a path that is no UTF-8
        text = b""
    # What only Python's own reader brings back as it was is marked by a blank; to others it is the same.
    return zlib.compress(text or b" " + json.dumps(value, separators=(",", ":")).encode(), 1)


def _unpack(data: bytes) -> Any:
    text = zlib.decompress(data)
    return json.loads(text) if text.startswith(b" ") or encoding.orjson is None else encoding.orjson.loads(text)


# --- reading


class _Decoder:
    """Puts a checkpoint together of its parts."""

    def __init__(self, find_scenario: ScenarioOf) -> None:
        self._find_scenario = find_scenario
        self._messages = MessageReader(find_scenario)
        self._readers: dict[str, Callable[[Any], Iterable[Any]]] = {
            "messages": self._messages.read,
            "journal": read_journal,
            "tasks": read_tasks,
            "campaigns": read_campaigns,
            "replies": read_replies,
            "authentications": read_authentications,
            "templates": read_templates,
        }
        self._state: dict[str, Any] = {}
        self._blocks: dict[str, dict[int, Block[Any]]] = {kind: {} for kind in self._readers}
        self._by_id: dict[int, Message] = {}
        self._reports: dict[int, Any] = {}
        self._usage: dict[int, dict[int, Any]] = {}

    def add(self, name: str, data: bytes) -> None:
        value = _unpack(data)
        kind, _, place = name.partition("/")
        if kind == "state":
            self._state = value
        elif kind == "usage":
            number, _, place = place.partition("/")
            self._usage.setdefault(int(number), {})[int(place)] = value
        elif kind == "reports":
            self._reports[int(place)] = value  # which refers to messages that may still come
        elif kind == "orphans":
            self._by_id.update((message.id, message) for message in self._messages.read(value))
        else:
            blocks = self._blocks[kind]
            blocks[int(place)] = Block(int(place), tuple(self._readers[kind](value)))

    def finish(self) -> Checkpoint:
        state = self._state
        return Checkpoint(
            number=state["number"],
            machine=state["machine"],
            ruleset=self._find_scenario(state["scenario"]),
            clock=ClockHands(*state["clock"]),
            processed=state["processed"],
            began=state["began"],
            balance=state["balance"],
            paid_from=state["paid_from"],
            oldest_id=state["oldest_id"],
            next_id=state["next_id"],
            messages=self._sorted("messages"),
            messages_dropped=state["messages_dropped"],
            created_counts=state["created_counts"],
            nameless=frozenset(state["nameless"]),
            usage=tuple(self._read_usage()),
            journal=JournalState(state["requests"], self._sorted("journal")),
            requests=read_waiting(state["waiting"]),
            reports=read_state_of_reports(state["reports"], self._read_reports()),
            tasks=self._sorted("tasks"),
            campaigns=self._sorted("campaigns"),
            replies=self._sorted("replies"),
            authentications=self._sorted("authentications"),
            code_templates=self._sorted("templates"),
        )

    def _sorted(self, kind: str) -> tuple[Block[Any], ...]:
        blocks = self._blocks[kind]
        return tuple(blocks[first] for first in sorted(blocks))

    def _read_usage(self) -> Iterator[Counts]:
        for number in sorted(self._usage):
            slices = self._usage[number]
            yield read_counts([slices[place] for place in sorted(slices)])

    def _read_reports(self) -> tuple[Block[Any], ...]:
        if self._reports:
            for block in self._blocks["messages"].values():
                self._by_id.update((message.id, message) for message in block.rows)
        return tuple(
            Block(first, tuple(read_reports(self._reports[first], self._by_id))) for first in sorted(self._reports)
        )
