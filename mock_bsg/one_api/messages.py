"""Messages of the One API: one is sent on its channels, and all are listed, whichever API sent them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, NoReturn

from pydantic import Field

from mock_bsg.domain.error_codes import Codes
from mock_bsg.domain.lifecycle import LOOKUPS
from mock_bsg.one_api import refusals
from mock_bsg.one_api.accounts import is_registered
from mock_bsg.one_api.call import Call, Function
from mock_bsg.one_api.channels import Content, Phone, make_submission, senders_of
from mock_bsg.one_api.fields import MOMENT, NOT_VALID, UNTIL, USED, choice, string, whole
from mock_bsg.one_api.paging import Paged, cut, tell_page
from mock_bsg.one_api.words import reached, word_created, word_listed
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.campaign_messages import find_sent
from mock_bsg.sandbox.message import Message
from mock_bsg.sandbox.sending import Draft, Recipient, check_tariff, rehearse, send

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.sending import Receipt

WRONG_NUMBER, USED_REFERENCE, WRONG_FIELD = -1, -2, -3
"""Mistakes that the sandbox finds; no scenario can ask for them, as for API v1's codes."""
CODES = Codes(
    not_found=WRONG_FIELD,
    msisdn=WRONG_NUMBER,
    reference_absent=None,
    reference_used=USED_REFERENCE,
    payload=WRONG_FIELD,
    sender=WRONG_FIELD,
    text=WRONG_FIELD,
    reference=USED_REFERENCE,
    validity=WRONG_FIELD,
    duplicate=WRONG_NUMBER,
)


class Send(Content):
    """The body that sends one message."""

    phone: Phone


def send_message(call: Call) -> Answer:
    wanted = call.body(Send)
    check_senders(call, senders_of(wanted))
    reference = wanted.phone.reference_id
    if reference is not None and call.account.has_reference(reference):
        raise refusals.wrong_fields({"phonereference_id": [USED]})
    check_tariff(call.account, wanted.tariff_code)
    draft = Draft(make_submission(call, wanted), (Recipient(wanted.phone.number, reference),))
    act = rehearse if wanted.dry_run else send
    receipt = act(call.account, (draft,), CODES, call.now)
    found = receipt.entries[0]
    if not isinstance(found, Message):
        refuse(receipt, found.error)
    return Answer({"data": word_created(call.account, found, call.now)}, receipt.rules, receipt.effects)


def check_senders(call: Call, senders: Iterable[tuple[str, str]]) -> None:
    """Raise Refusal for senders that the account does not have; each comes with the name of its field."""
    if call.account.ruleset.account.senders is None:
        return
    unknown = {field: [NOT_VALID] for field, sender in senders if not is_registered(call.account, sender)}
    if unknown:
        raise refusals.wrong_fields(unknown)


def refuse(receipt: Receipt, error: int) -> NoReturn:
    """Raise the Refusal of the only recipient of a request."""
    match error:
        case -1:
            refusal = refusals.wrong_fields({"phonenumber": [NOT_VALID]})
        case -2:
            refusal = refusals.wrong_fields({"phonereference_id": [USED]})
        case _:
            refusal = refusals.of_code(error)
    refusal.rules, refusal.effects = receipt.rules, receipt.effects
    raise refusal


class MessageQuery(Paged):
    """Which messages are asked for."""

    limit: Annotated[int, whole(15, 500)] = Field(50, alias="page[limit]")
    sort: Annotated[str, choice("id", "phone", "delivered")] = "id"
    id: Annotated[int | None, whole(1, 2**53)] = Field(None, alias="filter[id]")
    campaign_id: Annotated[int | None, whole(1, 2**53)] = Field(None, alias="filter[campaign_id]")
    reference_id: Annotated[str | None, string(1, 32)] = Field(None, alias="filter[reference_id]")
    since: Annotated[int | None, MOMENT] = Field(None, alias="filter[from]")
    until: Annotated[int | None, UNTIL] = Field(None, alias="filter[to]")

    @property
    def is_about_all(self) -> bool:
        """Whether all messages are wanted, in the order of their creation or the other way round."""
        asked = (self.id, self.campaign_id, self.reference_id, self.since, self.until)
        return self.sort == "id" and asked == (None,) * len(asked)


def list_messages(call: Call) -> Answer:
    """List Viber messages, SMS and all that the One API sends; no lookups."""
    account, now = call.account, call.now
    wanted = call.query(MessageQuery)
    account.process_due(now)
    if wanted.is_about_all and not any(account.created_counts[channel] for channel in LOOKUPS):
        # The usual question, which need not go through all there is.
        shown: Iterable[Message] = _page_of_all(account, wanted, now)
        total = account.message_count
    else:
        found = _find(call, wanted)
        shown, total = cut(found, wanted), len(found)
    rows = [word_listed(account, message, now) for message in shown]
    return Answer({"data": rows, "meta": tell_page(wanted, total)})


def _page_of_all(account: Account, wanted: MessageQuery, now: int) -> Iterator[Message]:
    messages = account.messages
    ordered = messages.oldest_first() if wanted.way == "asc" else messages.newest_first()
    visible = (message for message in ordered if message.is_visible(now))
    return islice(visible, wanted.offset, wanted.offset + wanted.limit)


def _find(call: Call, wanted: MessageQuery) -> list[Message]:
    """Find all that are wanted, in the order in which they are."""
    now = call.now
    found = [message for message in _candidates(call, wanted) if _is_wanted(message, wanted)]
    if wanted.sort == "phone":
        found.sort(key=lambda message: (message.msisdn, message.id))
    elif wanted.sort == "delivered":
        found.sort(key=lambda message: (reached(message, now, "delivered") or 0, message.id))
    if wanted.way == "desc":
        found.reverse()
    return found


def _candidates(call: Call, wanted: MessageQuery) -> Iterable[Message]:
    """Tell the messages that exist, oldest first, among which the wanted ones are."""
    account, now = call.account, call.now
    if wanted.id is not None:
        message = account.find(wanted.id, now)
        return () if message is None else (message,)
    if wanted.reference_id is not None:
        return reversed(list(account.newest_first(now, reference=wanted.reference_id)))
    campaign = None if wanted.campaign_id is None else account.campaigns.find(wanted.campaign_id)
    if campaign is not None:
        sent = find_sent(account, campaign, now)
        return sorted((*sent.messages, *sent.following), key=lambda message: message.id)
    return (message for message in account.messages.oldest_first() if message.is_visible(now))


def _is_wanted(message: Message, wanted: MessageQuery) -> bool:
    submission = message.submission
    if submission.channel in LOOKUPS:
        return False
    origin = submission.origin
    return (
        (wanted.campaign_id is None or (origin is not None and origin.campaign == wanted.campaign_id))
        and (wanted.reference_id is None or message.reference == wanted.reference_id)
        and (wanted.since is None or submission.time_in >= wanted.since)
        and (wanted.until is None or submission.time_in <= wanted.until)
    )


FUNCTIONS = (
    Function(
        "POST",
        "/api/messages/send",
        send_message,
        "send_message",
        "MessagesApi",
        "Send a message, on a second channel if the first fails",
        body=Send,
    ),
    Function(
        "GET", "/api/messages", list_messages, "get_messages", "MessagesSMSApi", "List messages", query=MessageQuery
    ),
)
