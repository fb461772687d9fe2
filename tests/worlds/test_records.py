"""Commands as a world keeps them: what is written is read back the same, and people can read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mock_bsg import encoding
from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox import commands
from mock_bsg.sandbox.commands import (
    AddRule,
    AdvanceClock,
    BeginAccount,
    BeginAttempt,
    Command,
    ContinueRequest,
    DropMessages,
    ExpectRequest,
    NoteAttempt,
    NoteOnRequest,
    RefuseRequest,
    ReplyToSms,
    ResendReport,
    RunClock,
    SetStatus,
    TakeBackRule,
    TakeRequest,
    UseScenario,
)
from mock_bsg.sandbox.delivery_reports import Attempt
from mock_bsg.scenario.library import compile_text
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.records import decode_command, encode_command, scenario_of

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset

CREATE = TakeRequest("POST", "/rest/viber/create", ((b"Host", b"127.0.0.1"),), (), b'{"to":[]}')
RULESETS = {scenario_hash(each): each for each in (compile_text("", "given"), compile_text("seed: 7", "gegeben"))}

whole_numbers = st.integers(-(1 << 63), (1 << 63) - 1)
texts = st.text(st.characters(exclude_categories=()))  # with lone surrogates, as a path has them that is no UTF-8
bodies = st.binary() | st.text().map(str.encode)
rulesets = st.sampled_from(list(RULESETS.values()))
requests = st.builds(
    TakeRequest,
    texts,
    texts,
    st.lists(st.tuples(st.binary(), st.binary())).map(tuple),
    st.lists(texts).map(tuple),
    bodies,
    st.none() | whole_numbers,
)
attempts = st.builds(
    Attempt,
    whole_numbers,
    st.none() | whole_numbers,
    st.none() | texts,
    whole_numbers,
    texts,
    st.booleans(),
    st.none() | bodies,
)
COMMANDS: dict[type, st.SearchStrategy[Command]] = {
    BeginAccount: st.builds(BeginAccount, rulesets),
    ExpectRequest: st.builds(ExpectRequest, requests),
    TakeRequest: requests,
    RefuseRequest: st.builds(RefuseRequest, requests, st.none() | whole_numbers, bodies),
    ContinueRequest: st.builds(ContinueRequest, whole_numbers),
    NoteOnRequest: st.builds(NoteOnRequest, whole_numbers, texts),
    UseScenario: st.builds(UseScenario, rulesets),
    AddRule: st.builds(AddRule, rulesets, st.sampled_from(["rules", "faults"]), texts),
    TakeBackRule: st.builds(TakeBackRule, rulesets, st.sampled_from(["rules", "faults"]), whole_numbers, texts),
    AdvanceClock: st.builds(AdvanceClock, whole_numbers, st.booleans()),
    RunClock: st.builds(RunClock, st.floats(allow_nan=False, allow_infinity=False)),
    SetStatus: st.builds(SetStatus, whole_numbers, texts),
    ReplyToSms: st.builds(ReplyToSms, whole_numbers, texts),
    ResendReport: st.builds(ResendReport, whole_numbers),
    BeginAttempt: st.builds(BeginAttempt, whole_numbers),
    NoteAttempt: st.builds(NoteAttempt, whole_numbers, attempts),
    DropMessages: st.builds(DropMessages, whole_numbers),
}
every_command = st.one_of(list(COMMANDS.values()))


def write_and_read(command: Command) -> Command:
    return decode_command(*encode_command(command), RULESETS.__getitem__)


@given(every_command)
@example(CREATE._replace(path="/rest/\udcff"))
@example(CREATE._replace(path="\ud83d\ude00"))  # two halves that JSON's escapes would make one character of
@example(CREATE._replace(headers=((b"X-Odd", b"\xff\x00 \xe2\x82\xac"),)))
@example(CREATE._replace(body=b"\xff\xfe"))
@example(CREATE._replace(body=b"\xef\xbb\xbf{}"))
@example(CREATE._replace(body=b'{"base64":"AA=="}'))
@example(NoteAttempt(1, Attempt(5, 200, body=b"")))
def test_a_command_is_read_as_it_was_written(command: Command) -> None:
    read = write_and_read(command)
    assert read == command
    assert type(read) is type(command)


@given(every_command)
def test_a_record_is_a_json_object_in_utf_8(command: Command) -> None:
    _, data = encode_command(command)
    assert isinstance(json.loads(data.decode()), dict)


def test_these_tests_know_every_command() -> None:
    assert set(COMMANDS) == {getattr(commands, name) for name in str(Command).split(" | ")}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_command_can_be_kept(command: type) -> None:
    @given(COMMANDS[command])
    @settings(max_examples=20)
    def check(each: Command) -> None:
        assert write_and_read(each) == each

    check()


def test_a_request_can_be_read_by_people() -> None:
    kind, data = encode_command(CREATE)
    assert kind == "take_request"
    assert data.decode() == (
        '{"method":"POST","path":"/rest/viber/create","headers":[["Host","127.0.0.1"]],"body":"{\\"to\\":[]}"}'
    )


def test_what_is_no_text_is_kept_as_base64() -> None:
    _, data = encode_command(CREATE._replace(path="/\udcff", body=b"\xff"))
    assert (json.loads(data)["path"], json.loads(data)["body"]) == ({"base64": "L+2zvw=="}, {"base64": "/w=="})


def test_a_record_refers_to_a_scenario_by_its_hash() -> None:
    for hash_, ruleset in RULESETS.items():
        for command in (BeginAccount(ruleset), UseScenario(ruleset)):
            assert json.loads(encode_command(command)[1]) == {"name": ruleset.name, "scenario": hash_}
            assert scenario_of(command) is ruleset
    assert scenario_of(CREATE) is None


@given(command=every_command)
def test_it_is_the_same_without_orjson(command: Command) -> None:
    kind, data = encode_command(command)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "orjson", None)
        slow = encode_command(command)
        assert decode_command(kind, data, RULESETS.__getitem__) == command
        assert decode_command(*slow, RULESETS.__getitem__) == command
    assert decode_command(*slow, RULESETS.__getitem__) == command


def test_a_kind_that_is_not_known_is_told() -> None:
    with pytest.raises(WorldError, match=r"^there is no command 'teleport': .* newer version of mock-bsg"):
        decode_command("teleport", b"{}", RULESETS.__getitem__)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("advance_clock", b""),
        ("advance_clock", b"\xff"),
        ("advance_clock", b'{"duration":'),
        ("advance_clock", b"[]"),
        ("advance_clock", b'{"durat!on":5}'),
        ("take_request", b'{"method":"GET"}'),
        ("take_request", b'{"method":"GET","path":"/","headers":[["Host"]]}'),
        ("take_request", b'{"method":"GET","path":"/","headers":[["Host","\xe2\x82\xac"]]}'),
        ("take_request", b'{"method":"GET","path":"/","headers":[],"body":{"base64":"?"}}'),
        ("take_request", b'{"method":"GET","path":"/","headers":[],"body":{"base6":"AA=="}}'),
        ("note_attempt", b'{"report":1,"attempt":{"when":1}}'),
        ("note_attempt", b'{"report":1,"attempt":null}'),
    ],
)
def test_a_damaged_record_is_told_in_one_line(kind: str, data: bytes) -> None:
    with pytest.raises(WorldError) as told:
        decode_command(kind, data, RULESETS.__getitem__)
    assert str(told.value).startswith(f"the record of a command '{kind}' is damaged (")
    assert "\n" not in str(told.value)


def test_a_scenario_that_is_not_found_is_told_by_whoever_looks_for_it() -> None:
    def find(hash_: str) -> Ruleset:
        raise WorldError(f"no scenario {hash_}")

    with pytest.raises(WorldError, match="no scenario "):
        decode_command(*encode_command(UseScenario(next(iter(RULESETS.values())))), find)
