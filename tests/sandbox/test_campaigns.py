"""Campaigns: kept by ids from 1 on, found with their messages, and stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.domain.error_codes import VIBER_CODES
from mock_bsg.sandbox.campaign_messages import find_sent, group_alike, stop
from mock_bsg.sandbox.campaigns import MOST_KEPT, Campaign, Campaigns
from mock_bsg.sandbox.sending import Draft, Recipient, send

if TYPE_CHECKING:
    from mock_bsg.sandbox.message import AltRoute
    from mock_bsg.sandbox.sending import Receipt
    from tests.sandbox.conftest import MakeWorld, World

ANN, BOB, EVE = "380972920000", "380972920001", "380501234567"
HOUR = 3_600_000
PRICES = "prices: {viber: {UA: 0.2}, sms: {UA: 0.02}}\naccount: {balance: 100}\n"
RULES = """
rules:
  - {name: no Viber, match: {msisdn: "38050*"}, viber: {sent: 1s, undeliverable: 2s}, sms: {sent: 1s}}
  - {name: refused, match: {msisdn: "4915*"}, error: 5}
"""


def begin(
    world: World, *to: tuple[str, str | None], start: int = HOUR, alt: AltRoute | None = None
) -> tuple[Campaign, Receipt]:
    """Send a Viber campaign to these numbers and references."""
    account = world.account
    draft = Draft(world.submission(start=start, alt=alt), [Recipient(*each) for each in to], keeps_refused=True)
    receipt = send(account, [draft], VIBER_CODES, world.now)
    campaign = make(account.campaigns.next_id, range(receipt.created[0].id, account.next_id), world.start + start)
    campaign = campaign._replace(has_alternative=alt is not None)
    account.campaigns.add(campaign)
    return campaign, receipt


def make(number: int, ids: range = range(0), start: int = 0) -> Campaign:
    return Campaign(
        number, f"campaign {number}", "BSG", "viber", 0, start, 0, has_alternative=False, stopped_at=None, ids=ids
    )


def test_the_newest_campaigns_are_kept() -> None:
    campaigns = Campaigns()
    for number in range(1, MOST_KEPT + 3):
        campaigns.add(make(number))
    assert [each.id for each in campaigns] == list(range(3, MOST_KEPT + 3))
    assert campaigns.find(2) is None
    assert campaigns.next_id == MOST_KEPT + 3


def test_campaigns_are_restored_as_they_were_captured() -> None:
    campaigns = Campaigns()
    for number in range(1, MOST_KEPT + 3):
        campaigns.add(make(number))
    restored = Campaigns.restore(campaigns.capture())
    assert (list(restored), restored.next_id) == (list(campaigns), campaigns.next_id)
    assert restored.capture() == campaigns.capture()


def test_only_blocks_with_changes_are_captured_anew() -> None:
    campaigns = Campaigns()
    for number in range(1, 600):
        campaigns.add(make(number))
    before = campaigns.capture()
    campaigns.replace(make(550)._replace(stopped_at=7))
    after = campaigns.capture()
    assert after[0] is before[0]
    assert after[1].rows[50].stopped_at == 7
    assert before[1].rows[50].stopped_at is None


def test_a_campaign_is_scheduled_until_its_start_and_then_done() -> None:
    campaign = make(1, start=1000)
    assert [campaign.status(now) for now in (0, 999, 1000, 2000)] == ["scheduled", "scheduled", "done", "done"]
    assert campaign._replace(stopped_at=500).status(2000) == "stopped"


def test_refused_recipients_become_messages_that_are_rejected_at_once(make_world: MakeWorld) -> None:
    world = make_world(PRICES + RULES)
    world.watch()
    _, receipt = begin(world, (ANN, "a"), ("4915112345678", "b"), (BOB, "a"))
    assert [world.status(message) for message in receipt.created] == ["scheduled", "rejected", "rejected"]
    assert [message.price for message in receipt.created] == [2_000_000, 0, 0]
    assert receipt.entries == receipt.created
    assert receipt.refusals == []
    assert world.account.balance == 100 * 10_000_000 - 2_000_000
    assert world.happened[:5] == [
        (0, 1, "scheduled"),
        (0, 2, "scheduled"),
        (0, 2, "rejected"),
        (0, 3, "scheduled"),
        (0, 3, "rejected"),
    ]


def test_refused_recipients_leave_their_references_to_others(make_world: MakeWorld) -> None:
    world = make_world(RULES)
    _, receipt = begin(world, ("4915112345678", "a"), (ANN, "a"), (BOB, "a"))
    account = world.account
    assert account.references["viber"] == {"a": receipt.created[1].id}
    assert account.nameless == {receipt.created[0].id, receipt.created[2].id}
    assert [each.id for each in account.newest_first(world.now, reference="a")] == [3, 2, 1]
    account.retention.note_dropped(account.drop_oldest(3))
    assert (account.references["viber"], account.nameless) == ({}, set())


def test_without_a_campaign_a_refused_recipient_gets_no_message(make_world: MakeWorld) -> None:
    receipt = make_world(RULES).submit((ANN, "a"), ("4915112345678", "b"))
    assert (len(receipt.created), receipt.refusals) == (1, [5])


def test_sms_that_follow_are_told_apart(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(PRICES + RULES)
    campaign, receipt = begin(world, (ANN, None), (EVE, None), alt=sms)
    assert find_sent(world.account, campaign, world.now) == (receipt.created, [])
    world.advance(HOUR + 2000)
    sent = find_sent(world.account, campaign, world.now)
    assert sent.messages == receipt.created
    assert [message.channel for message in sent.following] == ["sms"]


def test_messages_that_were_dropped_are_not_found(make_world: MakeWorld) -> None:
    world = make_world(RULES)
    campaign, receipt = begin(world, (ANN, None), (BOB, None))
    world.account.retention.note_dropped(world.account.drop_oldest(1))
    assert find_sent(world.account, campaign, world.now).messages == receipt.created[1:]


def test_messages_that_go_the_same_way_are_one_group(make_world: MakeWorld) -> None:
    world = make_world(RULES)
    _, receipt = begin(world, (ANN, None), (BOB, None), (EVE, None))
    ann, _, eve = receipt.created
    assert group_alike(receipt.created) == [(ann, 2), (eve, 1)]


def test_a_stop_gives_back_what_is_not_sent_and_replaces_its_messages(make_world: MakeWorld) -> None:
    world = make_world(PRICES + RULES)
    campaign, receipt = begin(world, (ANN, None), (EVE, None))
    world.set_status(receipt.created[0], "sent")
    world.advance(1000)
    stopped = stop(world.account, campaign, world.now)
    assert (stopped.stopped_at, world.account.campaigns.find(1)) == (world.now, stopped)
    assert [world.status(message) for message in receipt.created] == ["sent", "rejected"]
    assert [world.newest(message).price for message in receipt.created] == [2_000_000, 0]
    assert [message.status(world.now) for message in receipt.created] == ["scheduled", "scheduled"], "as they were"
    assert world.account.balance == 100 * 10_000_000 - 2_000_000
    world.advance(2 * HOUR)
    assert world.account.balance == 100 * 10_000_000 - 2_000_000


def test_a_stop_withdraws_the_sms_that_were_to_follow(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(PRICES + RULES)
    campaign, receipt = begin(world, (EVE, None), alt=sms)
    assert world.account.planned_sms == 1
    stop(world.account, campaign, world.now)
    assert world.account.planned_sms == 0
    world.advance(2 * HOUR)
    assert world.sms_of(receipt.created[0]) is None
    assert world.account.balance == 100 * 10_000_000


def test_a_stop_also_stops_sms_that_follow_already(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(PRICES + RULES)
    campaign, receipt = begin(world, (EVE, None), (ANN, None), alt=sms)
    world.set_status(receipt.created[0], "undeliverable")
    following = world.sms_of(receipt.created[0])
    assert following is not None
    stop(world.account, campaign, world.now)
    assert (world.status(following), world.newest(following).price) == ("rejected", 0)
    assert world.account.balance == 100 * 10_000_000


def test_a_stop_gives_back_nothing_that_an_earlier_scenario_took(make_world: MakeWorld) -> None:
    world = make_world(PRICES + RULES)
    campaign, _ = begin(world, (ANN, None))
    world.account.use(world.ruleset, 0)
    stop(world.account, campaign, world.now)
    assert world.account.balance == 100 * 10_000_000
