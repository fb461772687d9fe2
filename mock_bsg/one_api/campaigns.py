"""Campaigns of the One API: priced, sent at once or later, listed, counted, stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import Field

from mock_bsg.domain.money import as_short_number
from mock_bsg.domain.phones import country_of
from mock_bsg.domain.sms_parts import count_parts
from mock_bsg.one_api import refusals
from mock_bsg.one_api.call import Call, Function
from mock_bsg.one_api.campaign_bodies import CampaignSend, IndividualSend, PriceAsk, SmsSend, ViberSend
from mock_bsg.one_api.campaign_words import name_campaign, word_campaign, word_details
from mock_bsg.one_api.channels import make_submission
from mock_bsg.one_api.fields import MOMENT, UNTIL, choice, string, whole
from mock_bsg.one_api.messages import CODES, check_senders
from mock_bsg.one_api.paging import Paged, cut, tell_page
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.campaign_messages import stop
from mock_bsg.sandbox.campaigns import Campaign
from mock_bsg.sandbox.message import Origin
from mock_bsg.sandbox.sending import Draft, Recipient, check_tariff, rehearse, send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mock_bsg.one_api.campaign_bodies import Addressee
    from mock_bsg.one_api.channels import Content
    from mock_bsg.sandbox.message import Submission
    from mock_bsg.sandbox.sending import Receipt

_LONGEST_ID = 18
"""Digits"""
Body: TypeAlias = CampaignSend | SmsSend | IndividualSend | ViberSend


def price(call: Call) -> Answer:
    """Tell what SMS would cost; whether the account could pay for them is not asked [assumed]."""
    wanted = call.body(PriceAsk)
    check_senders(call, [("sender", wanted.sender)])
    prices, tariff = call.account.prices, check_tariff(call.account, wanted.tariff_code)
    parts = count_parts(wanted.text)
    total = sum(prices.price("sms", country_of(each.phone), tariff) * parts for each in wanted.messages)
    return Answer({"price": as_short_number(total), "currency": call.account.currency})


def send_campaign(call: Call) -> Answer:
    wanted = call.body(CampaignSend)
    return _send_alike(call, wanted, wanted, wanted.recipients.phones)


def send_sms(call: Call) -> Answer:
    wanted = call.body(SmsSend)
    return _send_alike(call, wanted, wanted.content, wanted.phones)


def send_viber(call: Call) -> Answer:
    wanted = call.body(ViberSend)
    return _send_alike(call, wanted, wanted.content, wanted.phones)


def send_individual(call: Call) -> Answer:
    wanted = call.body(IndividualSend)
    check_senders(call, wanted.senders)
    for tariff in {wanted.tariff_code, *(each.tariff_code for each in wanted.messages)} - {None}:
        check_tariff(call.account, tariff)
    start, origin = _start_of(call, wanted), _next_origin(call)
    shared: dict[tuple[str, str, bool, int | None], Submission] = {}
    drafts = []
    for each in wanted.messages:
        said = each.sender, each.text, each.transliterate, each.tariff_code
        if said not in shared:
            shared[said] = make_submission(call, wanted.content_of(each), start, origin)
        drafts.append(Draft(shared[said], (Recipient(each.phone, each.reference_id),), keeps_refused=True))
    return _send(call, drafts)


def _send_alike(call: Call, wanted: Body, content: Content, phones: Sequence[Addressee]) -> Answer:
    """Send the same to all."""
    check_senders(call, wanted.senders)
    check_tariff(call.account, content.tariff_code)
    submission = make_submission(call, content, _start_of(call, wanted), _next_origin(call))
    recipients = [Recipient(each.number, each.reference_id) for each in phones]
    return _send(call, [Draft(submission, recipients, keeps_refused=True)], is_rehearsal=content.dry_run)


def _start_of(call: Call, wanted: Body) -> int | None:
    """Tell when a campaign is to be sent; None: at once, as when that time has passed [assumed]."""
    return wanted.start_at if wanted.start_at is not None and wanted.start_at > call.now else None


def _next_origin(call: Call) -> Origin:
    return Origin(campaign=call.account.campaigns.next_id)


def _send(call: Call, drafts: Sequence[Draft], *, is_rehearsal: bool = False) -> Answer:
    account, now = call.account, call.now
    act = rehearse if is_rehearsal else send
    receipt = act(account, drafts, CODES, now)
    _note_used(call, receipt)
    first = drafts[0].submission
    campaign = Campaign(
        id=0 if is_rehearsal else account.campaigns.next_id,
        name=name_campaign(first.channel, now),
        sender=first.sender,
        channel=first.channel,
        created_at=now,
        start=first.start,
        price=receipt.total,
        has_alternative=first.options is not None and first.options.alt_route is not None,
        stopped_at=None,
        ids=range(0) if is_rehearsal else range(receipt.created[0].id, account.next_id),
    )
    if not is_rehearsal:
        account.campaigns.add(campaign)
    return Answer({"data": word_campaign(account, campaign, now, is_new=True)}, receipt.rules, receipt.effects)


def _note_used(call: Call, receipt: Receipt) -> None:
    for message in receipt.rejected:
        if message.decision is None:
            call.note(f"reference_id '{message.reference}' was used before: its message has failed at once")


class CampaignQuery(Paged):
    """Which campaigns are asked for."""

    limit: Annotated[int, whole(30, 500)] = Field(50, alias="page[limit]")
    sort: Annotated[str, choice("id", "sender", "type", "date", "status")] = "id"
    since: Annotated[int | None, MOMENT] = Field(None, alias="filter[from]")
    until: Annotated[int | None, UNTIL] = Field(None, alias="filter[to]")
    type: Annotated[str | None, choice("sms", "rcs", "whatsapp", "viber")] = Field(None, alias="filter[type]")
    search_field: Annotated[str | None, choice("sender", "taskname")] = Field(None, alias="search[field]")
    search_value: Annotated[str | None, string(1, 255)] = Field(None, alias="search[value]")


def list_campaigns(call: Call) -> Answer:
    account, now = call.account, call.now
    wanted = call.query(CampaignQuery)
    if (wanted.search_field is None) != (wanted.search_value is None):
        call.note("search[field] and search[value] find something only together")
    account.process_due(now)
    found = [campaign for campaign in account.campaigns if _is_wanted(campaign, wanted)]
    if wanted.sort != "id":
        found.sort(key=lambda campaign: (_sort_key(campaign, wanted.sort, now), campaign.id))
    if wanted.way == "desc":
        found.reverse()
    rows = [word_campaign(account, campaign, now) for campaign in cut(found, wanted)]
    return Answer({"data": rows, "meta": tell_page(wanted, len(found))})


def _sort_key(campaign: Campaign, sort: str, now: int) -> str | int:
    match sort:
        case "sender":
            return campaign.sender
        case "type":
            return campaign.channel
        case "date":
            return campaign.created_at
        case _:
            return campaign.status(now)


def _is_wanted(campaign: Campaign, wanted: CampaignQuery) -> bool:
    if wanted.search_field is not None and wanted.search_value is not None:
        searched = campaign.sender if wanted.search_field == "sender" else campaign.name
        if wanted.search_value.lower() not in searched.lower():
            return False
    return (
        (wanted.type is None or campaign.channel == wanted.type)
        and (wanted.since is None or campaign.created_at >= wanted.since)
        and (wanted.until is None or campaign.created_at <= wanted.until)
    )


def get_campaign(call: Call) -> Answer:
    campaign = _find(call)
    return Answer({"data": word_campaign(call.account, campaign, call.now)})


def get_details(call: Call) -> Answer:
    campaign = _find(call)
    return Answer({"data": word_details(call.account, campaign, call.now)})


def stop_campaign(call: Call) -> Answer:
    campaign = _find(call)
    if campaign.status(call.now) != "scheduled":  # nor sending, paused or moderation [spec], which none is here
        raise refusals.impossible("Invalid campaign status")
    stopped = stop(call.account, campaign, call.now)
    return Answer({"data": word_campaign(call.account, stopped, call.now)})


def _find(call: Call) -> Campaign:
    """Find the campaign of a path, with all that has happened by now; raises Refusal if there is none."""
    call.account.process_due(call.now)
    named = call.params["id"]
    is_id = named.isascii() and named.isdigit() and len(named) <= _LONGEST_ID
    campaign = call.account.campaigns.find(int(named)) if is_id else None
    if campaign is None:
        raise refusals.no_such_model()
    return campaign


FUNCTIONS = (
    Function(
        "POST",
        "/api/campaigns/price",
        price,
        "campaign_price",
        "CampaignApi",
        "What a campaign of SMS would cost",
        body=PriceAsk,
    ),
    Function(
        "POST",
        "/api/campaigns/send",
        send_campaign,
        "campaign_send",
        "CampaignApi",
        "Send the same to many, on a second channel to those whom the first fails",
        body=CampaignSend,
    ),
    Function(
        "POST", "/api/campaigns/sms/send", send_sms, "sms_send", "CampaignSMSApi", "Send an SMS to many", body=SmsSend
    ),
    Function(
        "POST",
        "/api/campaigns/sms/send-individual",
        send_individual,
        "sms_send_individual",
        "CampaignSMSApi",
        "Send many SMS, each to one",
        body=IndividualSend,
    ),
    Function(
        "POST",
        "/api/campaigns/viber/send",
        send_viber,
        "viber_send",
        "CampaignViberApi",
        "Send a Viber message to many, and an SMS to those whom it fails",
        body=ViberSend,
    ),
    Function(
        "GET", "/api/campaigns", list_campaigns, "campaigns", "CampaignApi", "List campaigns", query=CampaignQuery
    ),
    Function("GET", "/api/campaigns/{id}", get_campaign, "campaign", "CampaignApi", "One campaign"),
    Function(
        "GET",
        "/api/campaigns/{id}/detail",
        get_details,
        "campaign_details",
        "CampaignApi",
        "One campaign, with how many of its messages have which status",
    ),
    Function(
        "PATCH",
        "/api/campaigns/{id}/stop",
        stop_campaign,
        "campaign_stop",
        "CampaignApi",
        "Stop a campaign: what is not sent yet never will be",
    ),
)
