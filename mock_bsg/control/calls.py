"""What each call of the control API takes and answers, for its OpenAPI description; by the name of its handler."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_bsg.control import lists, samples, shapes, snapshot_shapes
from mock_bsg.control.exports import selection, ticket
from mock_bsg.control.exports.formats import FORMATS
from mock_bsg.control.exports.world import CONTENT_TYPE
from mock_bsg.domain.lifecycle import CHANNELS, EVERY_STATUS
from mock_bsg.sandbox.delivery_reports import STATES
from mock_bsg.sandbox.outcomes import OUTCOMES
from mock_bsg.scenario.model import Scenario
from mock_bsg.scenario.values import HIGHEST_STATUS, LOWEST_STATUS

JSON = "application/json"
YAML = "application/yaml"
EXAMPLE_SCENARIO = """\
# Viber cannot reach these numbers; the SMS is delivered.
rules:
  - match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 2s}
    sms: {sent: 1s, delivered: 3s}
"""


@dataclass(frozen=True, slots=True)
class CallShape:
    """What a call takes and gives. `answer` and `request` are types that pydantic can describe.

    `answer` is None where `content` is no JSON; `texts` and `binary` are what else can come, if asked for. `takes_yaml`
    where the body may be YAML as well. `errors` are the statuses that can come beside 200 and those of every call,
    `too_few` what comes with 408.
    """

    answer: Any = None
    request: Any = None
    errors: tuple[int, ...] = ()
    content: str = JSON
    takes_yaml: bool = False
    creates: bool = False
    too_few: Any = None
    texts: tuple[str, ...] = ()
    binary: tuple[str, ...] = ()


CALLS: Mapping[str, CallShape] = {
    "server_health": CallShape(shapes.Health, errors=(503,)),
    "server_numbers": CallShape(shapes.MagicNumbers),
    "server_error_codes": CallShape(shapes.ErrorCodes),
    "server_ca_pem": CallShape(content="application/x-pem-file", errors=(404,)),
    "server_openapi": CallShape(dict[str, Any]),
    "page_docs": CallShape(content="text/html"),
    "page_picture": CallShape(content="text/html", errors=(400,)),
    "code_templates_list_all": CallShape(shapes.CodeTemplates, errors=(400, 404)),
    "samples_list_all": CallShape(shapes.Samples, errors=(400,)),
    "events_stream": CallShape(content="text/event-stream", errors=(400,)),
    "metrics_get": CallShape(content="text/plain"),
    "scenarios_list_all": CallShape(shapes.ScenarioPage, errors=(400,)),
    "scenarios_get": CallShape(content=YAML, errors=(404, 422)),
    "scenarios_put": CallShape(shapes.ScenarioKept, Scenario, (400, 422), takes_yaml=True, creates=True),
    "scenarios_schema": CallShape(dict[str, Any]),
    "scenarios_check": CallShape(shapes.ScenarioChecked, Scenario, (400,), takes_yaml=True),
    "scenarios_get_followed": CallShape(content=YAML, errors=(404,)),
    "accounts_list_all": CallShape(snapshot_shapes.AccountPage, errors=(400,)),
    "accounts_forget_all": CallShape(shapes.Forgotten),
    "accounts_get": CallShape(snapshot_shapes.AccountState, errors=(404,)),
    "accounts_forget": CallShape(shapes.Forgotten, errors=(404,)),
    "accounts_use_scenario": CallShape(
        snapshot_shapes.AccountState, shapes.ScenarioChoice | Scenario, (400, 404, 422), takes_yaml=True
    ),
    "rules_list_all": CallShape(snapshot_shapes.AddedRulePage, errors=(400, 404)),
    "rules_add": CallShape(snapshot_shapes.RuleAdded, Scenario, (400, 404, 409, 422), takes_yaml=True, creates=True),
    "rules_take_back": CallShape(snapshot_shapes.AddedRulePage, errors=(404, 409)),
    "messages_list_all": CallShape(
        snapshot_shapes.MessagePage, errors=(400, 404), too_few=snapshot_shapes.TooFewMessages
    ),
    "messages_get": CallShape(snapshot_shapes.MessageWhole, errors=(404,)),
    "messages_set_status": CallShape(snapshot_shapes.MessageWhole, shapes.StatusOrder, (400, 404, 409)),
    "incoming_reply": CallShape(snapshot_shapes.IncomingSms, shapes.ReplyOrder, (400, 404, 409)),
    "incoming_list_all": CallShape(
        snapshot_shapes.IncomingPage, errors=(400, 404), too_few=snapshot_shapes.TooFewIncoming
    ),
    "journal_list_all": CallShape(
        snapshot_shapes.RequestPage, errors=(400, 404), too_few=snapshot_shapes.TooFewRequests
    ),
    "journal_get": CallShape(snapshot_shapes.RequestWhole, errors=(404,)),
    "reports_list_all": CallShape(snapshot_shapes.ReportPage, errors=(400, 404), too_few=snapshot_shapes.TooFewReports),
    "reports_get": CallShape(snapshot_shapes.DeliveryReport, errors=(404,)),
    "reports_resend": CallShape(snapshot_shapes.DeliveryReport, errors=(404, 409)),
    "worlds_log": CallShape(snapshot_shapes.LogPage, errors=(400, 404), too_few=snapshot_shapes.TooFewCommands),
    "worlds_rewind": CallShape(snapshot_shapes.AccountState, shapes.RewindOrder, (400, 404, 409)),
    "worlds_fork": CallShape(snapshot_shapes.AccountState, shapes.ForkOrder, (400, 404, 409)),
    "worlds_export": CallShape(
        snapshot_shapes.Export, errors=(400, 404), texts=("text/csv", "text/markdown"), binary=(CONTENT_TYPE,)
    ),
    "clock_get": CallShape(snapshot_shapes.ClockTold, errors=(404,)),
    "clock_set_clock": CallShape(snapshot_shapes.ClockTold, shapes.ClockOrder, (400, 404, 422)),
}

PATH_PARAMETERS: Mapping[str, tuple[str, str]] = {
    "key": ("The account's API key, percent-encoded", "test_me"),
    "name": ("The scenario's name", "sms-fallback"),
    "scenarios_put.name": ("The scenario's name: letters, digits, _, - and .", "my-scenario"),
    "rules_take_back.name": ("The name that the rule got", "next time 1"),
    "id": ("The message's id", "1"),
    "n": ("Its number in the list", "1"),
    "reference": ("The client's own id of the message", "ext_id_19"),
    "sms.reference": ("The client's own id of the message", "ext_id_16"),
    "hlr.reference": ("The client's own id of the lookup", "extid1"),
    "tariff": ("A tariff code", "0"),
}
"""What they mean, and an example; by call or room and name, or by name alone."""

_TEXT = {"type": "string"}
_WHOLE_NUMBER = {"type": "integer", "minimum": 0}
_SECONDS = {"type": "string", "examples": ["5s"]}

_EXPORTED: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "messages.channel": ({"enum": list(CHANNELS)}, "On this channel"),
    "messages.status": ({"enum": list(EVERY_STATUS)}, "With this status at this instant"),
    "messages.msisdn": (_TEXT, "To this number; globs like 38050*, /expressions/, ranges A..B"),
    "messages.reference": (_TEXT, "With this reference, empty for none; globs, /expressions/"),
    "messages.text": (_TEXT, "With this in its text, whatever its case"),
    "messages.campaign": ({"type": "integer", "minimum": 1}, "Of this campaign of the One API"),
    "messages.search": (_TEXT, "With this in number, reference, text or sender"),
    "journal.method": (_TEXT, "With this HTTP method"),
    "journal.path": (_TEXT, "With this path, without /rest, /v1.0 or the query; globs like /viber/*"),
    "journal.status": (
        {"type": "integer", "minimum": LOWEST_STATUS, "maximum": HIGHEST_STATUS},
        "Answered with this HTTP status",
    ),
    "journal.error": (_WHOLE_NUMBER, "Whose answer, or an entry of it, has this error code of BSG's"),
    "journal.rule": (_TEXT, "Decided by this rule; globs"),
    "journal.fault": (_TEXT, "Hit by this fault of the scenario; globs"),
    "journal.body": (_TEXT, "With this in the body, whatever its case"),
    "journal.note": (_TEXT, "With this in a note on what the sender probably did not mean, whatever its case"),
    "journal.outcome": (
        {"enum": list(OUTCOMES)},
        "That failed, came through with a note (`noted`) or without (`fine`), or are still waiting for their answer",
    ),
}

QUERY_PARAMETERS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "after": (_WHOLE_NUMBER, "The `next` of the previous page"),
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": lists.LARGEST_LIMIT},
        f"At most this many; {lists.DEFAULT_LIMIT} if left out",
    ),
    "count": (_WHOLE_NUMBER, "Answer 200 only if at least this many match; 1 if only `wait` is given"),
    "wait": (
        _SECONDS,
        f"How long to wait for that many, at most {lists.LONGEST_WAIT // 1000}s; after that, 408 with what there is",
    ),
    **_EXPORTED,
    "incoming.msisdn": (_TEXT, "From this number; globs like 38050*, /expressions/, ranges A..B"),
    "incoming.message": ({"type": "integer", "minimum": 1}, "In answer to the message with this id"),
    "reports.message": ({"type": "integer", "minimum": 1}, "Of the message with this id"),
    "reports.status": ({"enum": list(EVERY_STATUS)}, "About this status"),
    "reports.state": ({"enum": list(STATES)}, "In this state"),
    "reports.url": (_TEXT, "To this address; globs"),
    "worlds_export.format": (
        {"enum": [*FORMATS, "world"]},
        "JSON if left out; CSV has messages only, Markdown is for a ticket, world is a file for `mock-bsg open`, whole",
    ),
    **{f"worlds_export.{name.partition('.')[2]}": described for name, described in _EXPORTED.items()},
    "worlds_export.limit": (
        {"type": "integer", "minimum": 1, "maximum": selection.LARGEST_LIMIT},
        f"At most this many messages, and so many requests; all if left out, {ticket.USUAL_LIMIT} in Markdown",
    ),
    "worlds_export.status": (
        {
            "anyOf": [
                {"enum": list(EVERY_STATUS)},
                {"type": "integer", "minimum": LOWEST_STATUS, "maximum": HIGHEST_STATUS},
            ]
        },
        "Messages with this status, or requests answered with this HTTP status",
    ),
    "samples.seed": (_WHOLE_NUMBER, "The same seed gives the same samples; 0 if left out"),
    "samples.count": ({"type": "integer", "minimum": 1, "maximum": samples.MOST}, "How many; 1 if left out"),
    "accounts.key": (_TEXT, "The account of this key alone; none, and no error, if it was never seen"),
    "events.key": (_TEXT, "Of this account only"),
    "page.url": ({"type": "string", "examples": ["http://127.0.0.1/picture.jpg"]}, "The picture's address"),
}
"""Schema and meaning, by call or room and name, or by name alone where it is the same in all."""

REQUIRED = frozenset({"page.url"})
TAGS: Mapping[str, str] = {
    "scenarios": "Scenarios",
    "accounts": "Accounts",
    "rules": "Rules",
    "messages": "Messages",
    "incoming": "Messages",
    "journal": "Journal",
    "reports": "Reports",
    "worlds": "Worlds",
    "clock": "Clock",
    "events": "Events",
}
"""By room; what is not here is about the server."""
