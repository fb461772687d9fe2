"""The data of server-sent events, as pydantic models for the OpenAPI description."""

from mock_bsg.control.shapes import AccountState, DeliveryReport, MessageSummary, RequestSummary
from mock_bsg.control.terms import Instant, Key, Shown
from mock_bsg.sandbox.subscriptions import Change


class MessageEvent(MessageSummary):
    """`message` and `status`: a message was created, or came to another status."""

    key: Key
    at: Instant


class RequestEvent(RequestSummary):
    """`request`: a request of BSG's API was answered."""

    key: Key


class ReportEvent(DeliveryReport):
    """`report`: a delivery report was made, or something has become of it."""

    key: Key


class AccountEvent(AccountState):
    """`account`: an account began, went, or changed as a whole."""

    change: Change


class GapEvent(Shown):
    """`gap`: events that are not kept any more; null if nobody knows how many."""

    key: None
    missed: int | None


EVENTS: dict[str, type[Shown]] = {
    "message": MessageEvent,
    "status": MessageEvent,
    "request": RequestEvent,
    "report": ReportEvent,
    "account": AccountEvent,
    "gap": GapEvent,
}
"""The data of each kind of event."""
