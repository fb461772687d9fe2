"""A checkpoint that was written and read makes the same account, to whoever looks, and to all that comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mock_bsg import encoding
from mock_bsg.apis import answer
from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox.commands import AdvanceClock, NoteOnRequest, RunClock, SetStatus, TakeRequest
from mock_bsg.sandbox.performing import follow
from mock_bsg.sandbox.replies import FIRST_REPLY
from mock_bsg.sandbox.restoring import restore
from mock_bsg.sandbox.retention import Retention
from mock_bsg.scenario.library import compile_text
from mock_bsg.worlds.checkpoint_format import decode, encode
from mock_bsg.worlds.errors import WorldError
from tests.replayer import picture
from tests.sandbox.histories import NUMBERS, History, Step, post, steps

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.checkpoint import Checkpoint
    from mock_bsg.sandbox.commands import Entry

QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Kept:
    """What a store keeps of the checkpoints of an account."""

    def __init__(self) -> None:
        self.parts: dict[str, bytes] = {}
        self.written: set[str] = set()
        self.rulesets: set[Ruleset] = set()
        self._compiled: dict[str, Ruleset] = {}

    def keep(self, checkpoint: Checkpoint, before: Checkpoint | None = None) -> None:
        parts = list(encode(checkpoint, before))
        self.parts = {name: self.parts[name] if data is None else data for name, data, _ in parts}
        self.written = {part.name for part in parts if part.data is not None}
        self.rulesets = {ruleset for part in parts for ruleset in part.rulesets}
        assert len(self.parts) == len(parts), "no name comes twice"

    def find(self, told: str) -> Ruleset:
        referred = {scenario_hash(ruleset): ruleset for ruleset in self.rulesets}
        assert told in referred, "told that it is referred to"
        if told not in self._compiled:
            self._compiled[told] = compile_text(referred[told].source, referred[told].name)
        return self._compiled[told]

    def read(self) -> Checkpoint:
        # In any order, as a store may have them.
        return decode(sorted(self.parts.items(), reverse=True), self.find)


def make(checkpoint: Checkpoint, entries: list[Entry]) -> Account:
    account = restore("test_history", checkpoint, Retention(1 << 62))
    follow(account, entries, answer)
    return account


@QUICK
@given(steps, steps)
def test_a_checkpoint_that_was_read_and_the_commands_after_it_make_the_account(
    before: list[Step], after: list[Step]
) -> None:
    history = History()
    list(history.go_on(before))
    kept = Kept()
    kept.keep(history.account.capture())
    then, at = picture(history.account, history.machine), history.machine
    rest = list(history.go_on(after))
    read = kept.read()
    assert picture(make(read, []), at) == then
    anew = make(read, rest)
    assert picture(anew, history.machine) == picture(history.account, history.machine)
    assert (anew.reports.begun, anew.references) == (history.account.reports.begun, history.account.references)


@QUICK
@given(some.lists(steps, min_size=2, max_size=4))
def test_only_what_has_changed_is_written_and_makes_the_account_together_with_the_rest(parts: list[list[Step]]) -> None:
    history, kept = History(), Kept()
    before = None
    for part in parts:
        list(history.go_on(part))
        checkpoint = history.account.capture()
        kept.keep(checkpoint, before)
        before = checkpoint
        assert picture(make(kept.read(), []), history.machine) == picture(history.account, history.machine)


def test_a_written_checkpoint_is_the_same_after_it_was_read_and_written_again() -> None:
    history, kept = History(), Kept()
    send(history, range(700))
    kept.keep(history.account.capture())
    once, read = dict(kept.parts), kept.read()
    kept.keep(make(read, []).capture(), read)
    assert kept.written == {"state"}
    kept.keep(read)
    assert kept.parts == once


def test_what_has_not_changed_is_not_written_again() -> None:
    history, kept = History(), Kept()
    history.do(RunClock(0))
    send(history, range(1_200))
    first = history.account.capture()
    kept.keep(first)
    assert {"messages/0", "messages/500", "messages/1000", "journal/0", "journal/1000", "tasks/500"} <= kept.written
    history.do(SetStatus(501, "sent"))
    history.do(NoteOnRequest(300, "odd"))
    kept.keep(history.account.capture(), first)
    assert kept.written == {"state", "messages/500", "journal/250"}


CODES: list[Step] = [
    ("use", 4),
    ("template", 1),
    ("remove", 57),
    ("code", 0, True, 1),
    ("code", 1, False, 1),
    ("code", 2, False, 1),
    ("code", 3, True, 1),
    ("type", 0, True),
    ("type", 1, False),
    ("type", 1, False),
    ("session", 2, "otp/{}/resend"),
    ("session", 3, "{}/cancel"),
]


def test_one_time_codes_and_their_templates_come_back() -> None:
    history, kept = History(), Kept()
    list(history.go_on(CODES))
    kept.keep(history.account.capture())
    sessions = list(history.account.authentications.oldest_first())
    assert [each.status(history.account.processed) for each in sessions] == [
        "verified",
        "failed",
        "pending",
        "canceled",
    ]
    assert [len(each.sent) for each in sessions] == [1, 1, 2, 1]
    read = make(kept.read(), [])
    assert list(read.authentications.oldest_first()) == sessions
    assert read.code_templates.capture() == history.account.code_templates.capture()
    assert [each.id for block in read.code_templates.capture() for each in block.rows] == [57, 58]


def test_code_of_an_account_that_came_back_is_the_one_that_would_have_come() -> None:
    history, kept = History(), Kept()
    list(history.go_on(CODES))
    kept.keep(history.account.capture())
    rest = list(history.go_on([("code", 0, True, 1), ("session", 2, "otp/{}/resend")]))
    anew = make(kept.read(), rest)
    assert list(anew.authentications.oldest_first()) == list(history.account.authentications.oldest_first())


def test_checkpoint_of_before_there_were_codes_has_none() -> None:
    history, kept = History(), Kept()
    list(history.go_on(CODES))
    kept.keep(history.account.capture())
    kept.parts = {
        name: data for name, data in kept.parts.items() if not name.startswith(("authentications/", "templates/"))
    }
    read = make(kept.read(), [])
    assert (len(read.authentications), read.code_templates.capture()) == (0, ())
    assert [message.status(0) for message in read.messages.values()] != []


def test_answers_from_phones_come_back_and_go_on_by_number() -> None:
    history, kept = History(), Kept()
    list(history.go_on([("sms", [(0, 0)], False), ("reply", 0), ("reply", 1)]))
    kept.keep(history.account.capture())
    read = make(kept.read(), list(history.go_on([("reply", 2)])))
    assert [each.text for each in read.replies] == ["answer 0", "answer 1", "answer 2"]
    assert list(read.replies) == list(history.account.replies)


def test_checkpoint_of_before_phones_could_answer_has_no_answers() -> None:
    history, kept = History(), Kept()
    list(history.go_on([("sms", [(0, 0)], False), ("reply", 0)]))
    kept.keep(history.account.capture())
    del kept.parts[f"replies/{FIRST_REPLY // 500 * 500}"]
    assert list(make(kept.read(), []).replies) == []


def test_only_the_part_of_a_session_that_changed_is_written_again() -> None:
    history, kept = History(), Kept()
    history.do(RunClock(0))
    list(history.go_on([("code", number % 3, True, 1) for number in range(1_000)]))
    first = history.account.capture()
    kept.keep(first)
    assert {"authentications/0", "authentications/500", "authentications/1000"} <= kept.written
    list(history.go_on([("session", 600, "{}/cancel")]))
    kept.keep(history.account.capture(), first)
    assert {name for name in kept.written if name.startswith("authentications/")} == {"authentications/500"}


def send(history: History, numbers: range) -> None:
    for number in numbers:
        phones = [{"msisdn": msisdn, "reference": f"{msisdn}-{number}"} for msisdn in NUMBERS[:2]]
        history.do(post("/rest/sms/create", _order(phones)))


def _order(phones: list[dict[str, str]]) -> dict[str, object]:
    return {"destination": "phones", "originator": "BSG", "body": "Hi", "phones": phones}


@pytest.mark.parametrize("path", ["/rest/\udcff", "/rest/viber/" + "9" * 30, "/rest/viber/217"])
def test_odd_paths_and_numbers_of_any_size_come_back(path: str) -> None:
    history, kept = History(), Kept()
    send(history, range(2))
    history.do(TakeRequest("GET", path, ((b"X-Odd", b"\xff\x00"),), ("odd \udc80",), b"\xff"))
    history.do(AdvanceClock(1 << 70))
    kept.keep(history.account.capture())
    assert picture(make(kept.read(), []), history.machine) == picture(history.account, history.machine)


def test_what_was_written_with_the_fast_reader_is_read_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    history, kept = History(), Kept()
    send(history, range(3))
    kept.keep(history.account.capture())
    monkeypatch.setattr(encoding, "orjson", None)
    assert picture(make(kept.read(), []), history.machine) == picture(history.account, history.machine)
    kept.keep(history.account.capture())
    monkeypatch.undo()
    assert picture(make(kept.read(), []), history.machine) == picture(history.account, history.machine)


def test_a_damaged_part_is_named() -> None:
    history, kept = History(), Kept()
    send(history, range(3))
    kept.keep(history.account.capture())
    kept.parts["journal/0"] = kept.parts["journal/0"][:-3]
    with pytest.raises(WorldError, match="the part 'journal/0' of a checkpoint is damaged"):
        kept.read()
    kept.parts["journal/0"] = kept.parts["state"]
    with pytest.raises(WorldError, match="the part 'journal/0' of a checkpoint is damaged"):
        kept.read()


def test_a_checkpoint_without_one_of_its_parts_is_not_whole() -> None:
    history, kept = History(), Kept()
    kept.keep(history.account.capture())
    del kept.parts["state"]
    with pytest.raises(WorldError, match="a checkpoint is damaged, or not whole"):
        kept.read()
