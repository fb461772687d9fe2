"""Snapshots as pydantic models, for the OpenAPI description: fields are read off them, none is named again here."""

from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import Field, create_model

from mock_bsg.control import terms
from mock_bsg.control.terms import Cursor, Id, Instant, Key, Refusal, Shown
from mock_bsg.domain.lifecycle import Channel
from mock_bsg.sandbox import snapshots
from mock_bsg.sandbox.authentications import CodeStatus
from mock_bsg.sandbox.delivery_reports import State
from mock_bsg.sandbox.message import AltRoute, ViberOptions
from mock_bsg.sandbox.news import Change
from mock_bsg.sandbox.outcomes import Outcome

Model = type[Shown]

_KINDS: dict[str, Any] = {
    **vars(terms),
    "Channel": Channel,
    "State": State,
    "CodeStatus": CodeStatus,
    "LogKind": snapshots.LogKind,
    "Cause": snapshots.Cause,
    "Outcome": Outcome,
    "RuleKind": snapshots.RuleKind,
}
"""What the words in a snapshot's annotations are in JSON; each model that is made of one is added."""


def _model(snapshot: type, name: str | None = None, **changes: Any) -> Model:
    """Make the model of a snapshot, or of a named tuple; `changes` are the fields that JSON shows otherwise."""
    about = {each.name: each.metadata for each in fields(snapshot)} if hasattr(snapshot, "__dataclass_fields__") else {}
    described: dict[str, Any] = {}
    for field, kind in get_type_hints(snapshot, dict(_KINDS), include_extras=True).items():
        said: Any = about.get(field, {})
        described[said.get("name") or field] = (kind, Field(description=said.get("about"), **said.get("schema", {})))
    model = _extend(Shown, name or snapshot.__name__, (snapshot.__doc__ or "").split("\n")[0], **described | changes)
    _KINDS[snapshot.__name__] = model
    return model


def _extend(base: Model, name: str, about: str, /, **more: Any) -> Model:
    """Make a model that has what another has, and more."""
    return create_model(name, __base__=base, __doc__=about, **more)


def _page(name: str, about: str, rows: str, row: Model, **more: Any) -> Model:
    """Make the model of a part of a list."""
    return _extend(Shown, name, about, **{rows: (list[row], ...)}, next=(Cursor, ...), **more)  # type: ignore[valid-type] # pydantic reads it as it runs


def _too_few(name: str, page: Model) -> Model:
    return create_model(name, __base__=(page, Refusal), __doc__="What there was when the wait was over.")


_SMS_ONLY = (Id | None, Field(None, description="The message that this SMS stands in for; SMS only"))
_DROPPED = (int, Field(0, description="Older ones that are no longer kept"))

_model(AltRoute, "AltRouteShown")
_model(ViberOptions, "OptionsShown")
for _part in (
    snapshots.ClockState,
    snapshots.PassedOver,
    snapshots.Explanation,
    snapshots.Cost,
    snapshots.Attempt,
    snapshots.Found,
):
    _model(_part)
_model(snapshots.Step, "TimelineStep")
_model(snapshots.OneTimeCode)

ClockTold = _model(snapshots.ClockTold)
AccountState = _model(snapshots.AccountState)
DeliveryReport = _model(snapshots.Report, "DeliveryReport")
MessageSummary = _model(snapshots.MessageSummary, alt_route_of=_SMS_ONLY)
_KINDS["Message"] = _model(snapshots.AltRouteSms, alt_route_of=_SMS_ONLY)  # what stands in `alt_route`
MessageWhole = _model(snapshots.MessageWhole, alt_route_of=_SMS_ONLY)
IncomingSms = _model(snapshots.IncomingSms)
RequestSummary = _model(snapshots.RequestSummary)
RequestWhole = _extend(
    RequestSummary,
    "RequestWhole",
    "A request with its answer; lists cut bodies of more than 16 KiB, and leave out their `json` then.",
    headers=(list[list[str]], Field(description="Pairs of name and value; the key is masked")),
    body=(str, ...),
    body_size=(int, ...),
    json_=(Any, Field(alias="json", description="The body, if it is JSON")),
    answer=(str, ...),
    answer_size=(int, ...),
    answer_json=(Any, Field(description="The answer, if it is JSON")),
    messages=(
        list[Id],
        Field(description="The messages that it created; those of a campaign are told by the filter `campaign`"),
    ),
)

Export = _extend(
    Shown,
    "Export",
    "An account with its messages and requests, the newest first.",
    version=(str, Field(description="Of the sandbox")),
    account=(AccountState, ...),
    scenario=(str, Field(description="The scenario that it follows, as YAML")),
    requests_dropped=(int, Field(description="Older requests that are no longer kept")),
    messages=(list[MessageWhole], ...),  # type: ignore[valid-type] # pydantic reads it as it runs
    requests=(list[RequestWhole], ...),  # type: ignore[valid-type] # likewise
)

AddedRule = _model(snapshots.AddedRule)
RuleAdded = _extend(
    AddedRule,
    "RuleAdded",
    "A rule or fault that was added, and the scenario that the account follows with it.",
    scenario=(str, Field(description="Its whole text, as YAML")),
)
AddedRulePage = _page(
    "AddedRulePage", "Rules and faults that were added, as they stand in the text.", "rules", AddedRule
)

AccountPage = _page("AccountPage", "All accounts seen.", "accounts", AccountState)
MessagePage = _page("MessagePage", "Messages, newest first.", "messages", MessageSummary)
RequestPage = _page("RequestPage", "Requests, newest first.", "requests", RequestWhole, dropped=_DROPPED)
IncomingPage = _page(
    "IncomingPage", "SMS that came from phones, newest first.", "incoming", IncomingSms, dropped=_DROPPED
)
ReportPage = _page("ReportPage", "Delivery reports, newest first.", "reports", DeliveryReport, dropped=_DROPPED)
LogPage = _page("LogPage", "Commands, newest first.", "commands", _model(snapshots.LogEntry), dropped=_DROPPED)
TooFewMessages = _too_few("TooFewMessages", MessagePage)
TooFewRequests = _too_few("TooFewRequests", RequestPage)
TooFewIncoming = _too_few("TooFewIncoming", IncomingPage)
TooFewReports = _too_few("TooFewReports", ReportPage)
TooFewCommands = _too_few("TooFewCommands", LogPage)

_NEW_STATUS = "`message` and `status`: a message was created, or reached another status."
MessageEvent = _extend(MessageSummary, "MessageEvent", _NEW_STATUS, key=(Key, ...), at=(Instant, ...))
RequestEvent = _extend(
    RequestSummary, "RequestEvent", "`request`: a request of BSG's API was answered.", key=(Key, ...)
)
ReportEvent = _extend(
    DeliveryReport,
    "ReportEvent",
    "`report`: a delivery report was created, or its state changed.",
    key=(Key, ...),
)
IncomingEvent = _extend(IncomingSms, "IncomingEvent", "`incoming`: a phone answered an SMS.", key=(Key, ...))
AccountEvent = _extend(
    AccountState,
    "AccountEvent",
    "`account`: an account was created, was forgotten, or changed as a whole.",
    change=(Change, ...),
)


class GapEvent(Shown):
    """`gap`: events that are no longer kept; null if their number is unknown."""

    key: None
    missed: int | None


EVENTS: dict[str, Model] = {
    "message": MessageEvent,
    "status": MessageEvent,
    "request": RequestEvent,
    "report": ReportEvent,
    "incoming": IncomingEvent,
    "account": AccountEvent,
    "gap": GapEvent,
}
"""The data of each kind of server-sent event."""
