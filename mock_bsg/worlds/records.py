"""Commands as a world keeps them: a kind and JSON that people can read, and the same command back.

Headers and bodies stand there as text. What is no text, because it is not UTF-8, is `{"base64": …}`. A scenario is
referred to by its hash; its text is kept beside the records, once.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mock_bsg import encoding
from mock_bsg.rules.scenario_hash import scenario_hash
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
from mock_bsg.worlds.errors import WorldError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_bsg.rules.ruleset import Ruleset

    ScenarioOf: TypeAlias = Callable[[str], Ruleset]
    """Finds the scenario of a hash; raises WorldError."""

_Fields: TypeAlias = "dict[str, Any]"


def encode_command(command: Command) -> tuple[str, bytes]:
    """Write a command as its kind and a JSON object."""
    kind, describe = _WRITERS[type(command)]
    fields = describe(command)
    try:
        return kind, _write(fields)
    except (TypeError, UnicodeEncodeError):  # text with lone surrogates: a path that is no UTF-8, for one
        return kind, _write(_wrap_surrogates(fields))


def scenario_of(command: Command) -> Ruleset | None:
    """Tell the scenario that a record of this command refers to; None for most commands."""
    return command.ruleset if isinstance(command, BeginAccount | UseScenario | AddRule | TakeBackRule) else None


def decode_command(kind: str, data: bytes, find_scenario: ScenarioOf) -> Command:
    """Read a command; raises WorldError if it is none, and whatever `find_scenario` raises."""
    read = _READERS.get(kind)
    if read is None:
        raise WorldError(f"there is no command '{kind}': it was written by a newer version of mock-bsg, or is damaged")
    try:
        return read(encoding.decode(data), find_scenario)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        said = data[:60].decode("utf-8", "replace")
        raise WorldError(f"the record of a command '{kind}' is damaged ({fault!r}): {said!r}") from None


# --- requests: most records are theirs, and these functions are in the way of every request


def _describe_request(request: TakeRequest) -> _Fields:
    method, path, headers, notes, body, expected = request
    fields: _Fields = {"method": method, "path": path}
    fields["headers"] = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    if body:
        try:
            fields["body"] = body.decode()
        except UnicodeDecodeError:
            fields["body"] = _wrap(body)
    if notes:
        fields["notes"] = notes
    if expected is not None:
        fields["expected"] = expected
    return fields


def _read_request(fields: _Fields) -> TakeRequest:
    return TakeRequest(
        _read_text(fields["method"]),
        _read_text(fields["path"]),
        tuple([(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields["headers"]]),
        tuple(map(_read_text, fields.get("notes", ()))),
        read_bytes(fields.get("body", "")),
        fields.get("expected"),
    )


# --- the others


def _describe_scenario(command: BeginAccount | UseScenario) -> _Fields:
    return {"name": command.ruleset.name, "scenario": scenario_hash(command.ruleset)}


def _describe_rule(command: AddRule | TakeBackRule) -> _Fields:
    ruleset, *others = command
    return {"scenario": scenario_hash(ruleset)} | dict(zip(command._fields[1:], others, strict=True))


def _describe_refusal(command: RefuseRequest) -> _Fields:
    return {
        "request": _describe_request(command.request),
        "status": command.status,
        "answer": describe_bytes(command.answer),
    }


def _read_refusal(fields: _Fields, _find: ScenarioOf) -> RefuseRequest:
    return RefuseRequest(_read_request(fields["request"]), fields["status"], read_bytes(fields["answer"]))


def _describe_attempt(command: NoteAttempt) -> _Fields:
    attempt = command.attempt._asdict()
    told = {name: value for name, value in attempt.items() if value != Attempt._field_defaults.get(name)}
    if attempt["body"] is not None:
        told["body"] = describe_bytes(attempt["body"])
    return {"report": command.report, "attempt": told}


def _read_attempt(fields: _Fields, _find: ScenarioOf) -> NoteAttempt:
    told = fields["attempt"]
    for name in ("error", "answer"):
        if name in told:
            told[name] = _read_text(told[name])
    if "body" in told:
        told["body"] = read_bytes(told["body"])
    return NoteAttempt(fields["report"], Attempt(**told))


_WRITERS: Final[dict[type, tuple[str, Callable[[Any], _Fields]]]] = {
    BeginAccount: ("begin_account", _describe_scenario),
    ExpectRequest: ("expect_request", lambda command: _describe_request(command.request)),
    TakeRequest: ("take_request", _describe_request),
    RefuseRequest: ("refuse_request", _describe_refusal),
    ContinueRequest: ("continue_request", ContinueRequest._asdict),
    NoteOnRequest: ("note_on_request", NoteOnRequest._asdict),
    UseScenario: ("use_scenario", _describe_scenario),
    AddRule: ("add_rule", _describe_rule),
    TakeBackRule: ("take_back_rule", _describe_rule),
    AdvanceClock: ("advance_clock", AdvanceClock._asdict),
    RunClock: ("run_clock", RunClock._asdict),
    SetStatus: ("set_status", SetStatus._asdict),
    ReplyToSms: ("reply_to_sms", ReplyToSms._asdict),
    ResendReport: ("resend_report", ResendReport._asdict),
    BeginAttempt: ("begin_attempt", BeginAttempt._asdict),
    NoteAttempt: ("note_attempt", _describe_attempt),
    DropMessages: ("drop_messages", DropMessages._asdict),
}
"""What a command is called in a world that is kept, and how it is told. The names are part of the format."""

_READERS: Final[dict[str, Callable[[_Fields, ScenarioOf], Command]]] = {
    "begin_account": lambda fields, find: BeginAccount(find(fields["scenario"])),
    "expect_request": lambda fields, _: ExpectRequest(_read_request(fields)),
    "take_request": lambda fields, _: _read_request(fields),
    "refuse_request": _read_refusal,
    "continue_request": lambda fields, _: ContinueRequest(fields["request"]),
    "note_on_request": lambda fields, _: NoteOnRequest(fields["request"], _read_text(fields["note"])),
    "use_scenario": lambda fields, find: UseScenario(find(fields["scenario"])),
    "add_rule": lambda fields, find: AddRule(find(fields["scenario"]), fields["section"], fields["before"]),
    "take_back_rule": lambda fields, find: TakeBackRule(
        find(fields["scenario"]), fields["section"], fields["place"], fields["before"]
    ),
    "advance_clock": lambda fields, _: AdvanceClock(fields["duration"], fields["goes_on"]),
    "run_clock": lambda fields, _: RunClock(fields["speed"]),
    "set_status": lambda fields, _: SetStatus(fields["message"], _read_text(fields["status"])),
    "reply_to_sms": lambda fields, _: ReplyToSms(fields["message"], _read_text(fields["text"])),
    "resend_report": lambda fields, _: ResendReport(fields["report"]),
    "begin_attempt": lambda fields, _: BeginAttempt(fields["report"]),
    "note_attempt": _read_attempt,
    "drop_messages": lambda fields, _: DropMessages(fields["messages"]),
}


# --- bytes and text


def _wrap(raw: bytes) -> dict[str, str]:
    return {"base64": b64encode(raw).decode()}


def describe_bytes(raw: bytes) -> str | dict[str, str]:
    """Write bytes as text, or else as Base64."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return _wrap(raw)


def read_bytes(told: str | dict[str, str]) -> bytes:
    """Read what `describe_bytes` wrote."""
    return told.encode() if isinstance(told, str) else b64decode(told["base64"], validate=True)


def _read_text(told: str | dict[str, str]) -> str:
    return told if isinstance(told, str) else read_bytes(told).decode("utf-8", "surrogatepass")


def _wrap_surrogates(told: Any) -> Any:
    if isinstance(told, str):
        return told if _is_unicode(told) else _wrap(told.encode("utf-8", "surrogatepass"))
    if isinstance(told, dict):
        return {name: _wrap_surrogates(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [_wrap_surrogates(value) for value in told]
    return told


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _write(fields: _Fields) -> bytes:
    """Write JSON; raises TypeError or UnicodeEncodeError for text with lone surrogates, unlike `encode`."""
    if encoding.orjson is not None:
        written: bytes = encoding.orjson.dumps(fields)
        return written
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
