from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.sandbox.message import AltRoute
from mock_bsg.sandbox.timeline import ImpossibleStepError

if TYPE_CHECKING:
    from tests.sandbox.conftest import MakeWorld

SCENARIO = """
account: {balance: 10}
prices: {viber: {UA: 0.23}, sms: {UA: 0.023}}
defaults:
  viber: {sent: 1s, delivered: 5s, read: 9s}
  sms: {sent: 1s, delivered: 3s}
rules:
  - name: no Viber
    match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 5s}
    sms: {sent: 2s, delivered: 4s}
  - name: refused SMS
    match: {channel: sms, msisdn: "38063*"}
    error: 5
"""
EUR = 10_000_000


def test_status_by_hand_happens_at_once_and_what_can_follow_stays_planned(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send()
    world.advance(2_000)
    world.set_status(message, "delivered")
    assert world.path_of(message) == [(0, "scheduled"), (1_000, "sent"), (2_000, "delivered"), (9_000, "read")]


def test_message_that_somebody_keeps_stays_as_it_was(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(SCENARIO)
    message = world.send(alt=sms)
    timeline = message.timeline
    world.set_status(message, "rejected")
    assert (message.timeline, message.counterpart) == (timeline, None)
    assert world.status(message) == "rejected"
    assert world.sms_of(message) is not None


def test_impossible_step_changes_nothing(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send()
    world.advance(60_000)
    before = world.path_of(message), world.account.balance
    with pytest.raises(ImpossibleStepError, match="nothing follows that status"):
        world.set_status(message, "undeliverable")
    assert (world.path_of(message), world.account.balance) == before


def test_failure_by_hand_is_refunded_and_brings_the_sms_at_that_instant(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(SCENARIO)
    message = world.send(alt=sms)
    assert world.account.balance == 9.77 * EUR
    world.advance(2_000)
    world.set_status(message, "rejected")
    found = world.sms_of(message)
    assert found is not None
    assert world.path_of(found) == [(2_000, "scheduled"), (3_000, "sent"), (5_000, "delivered")]
    assert (world.newest(message).cost(world.now), world.account.balance) == (0, 9.977 * EUR)


def test_failure_by_hand_follows_the_sms_plan_of_the_rule_that_decided(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(SCENARIO)
    message = world.send("380501111111", alt=sms)
    world.set_status(message, "rejected")
    found = world.sms_of(message)
    assert found is not None
    assert world.path_of(found) == [(0, "scheduled"), (2_000, "sent"), (4_000, "delivered")]


def test_failure_by_hand_without_alternative_route_brings_no_sms(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send()
    world.set_status(message, "undeliverable")
    assert (world.sms_of(message), world.account.message_count) == (None, 1)


def test_delivered_by_hand_takes_the_planned_sms_away(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(SCENARIO)
    message = world.send("380501111111", alt=sms)
    planned = message.counterpart
    world.set_status(message, "delivered")
    world.advance(60_000)
    assert (world.status(message), world.sms_of(message), world.account.message_count) == ("delivered", None, 1)
    assert planned is not None
    assert world.account.find(planned, world.now) is None
    assert world.account.balance == 9.77 * EUR


def test_reference_of_an_sms_that_was_taken_away_is_free(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send("380501111111", alt=AltRoute("BSG", "text", reference="sms-1"))
    world.set_status(message, "delivered")
    assert "sms-1" not in world.account.references["sms"]


def test_failure_that_comes_earlier_by_hand_brings_the_sms_earlier_and_once(
    make_world: MakeWorld, sms: AltRoute
) -> None:
    world = make_world(SCENARIO)
    world.watch()
    message = world.send("380501111111", alt=sms)
    world.advance(3_000)
    world.set_status(message, "undeliverable")
    world.advance(60_000)
    found = world.sms_of(message)
    assert found is not None
    assert found.submission.time_in == world.start + 3_000
    assert [status for _, number, status in world.happened if number != message.id] == [
        "scheduled",
        "sent",
        "delivered",
    ]
    assert world.account.message_count == 2


def test_sent_by_hand_keeps_the_planned_failure_and_its_sms(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(SCENARIO)
    message = world.send("380501111111", alt=sms)
    planned = message.counterpart
    world.set_status(message, "sent")
    world.advance(5_000)
    found = world.sms_of(message)
    assert found is not None
    assert found.id == planned
    assert (world.status(message), world.status(found)) == ("undeliverable", "scheduled")


def test_sms_that_the_scenario_refuses_does_not_come(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(SCENARIO)
    message = world.send("380631111111", alt=sms)
    world.set_status(message, "undeliverable")
    assert world.sms_of(message) is None


def test_sms_of_an_alternative_route_can_be_steered_itself_and_is_never_refunded(
    make_world: MakeWorld, sms: AltRoute
) -> None:
    world = make_world(SCENARIO)
    message = world.send("380501111111", alt=sms)
    world.advance(5_000)
    found = world.sms_of(message)
    assert found is not None
    world.set_status(found, "undeliverable")
    assert world.status(found) == "undeliverable"
    assert (found.cost(world.now), world.account.balance) == (0.023 * EUR, 9.977 * EUR)


def test_watchers_hear_each_step_by_hand_once(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    world.watch()
    message = world.send()
    world.set_status(message, "read")
    world.advance(60_000)
    assert world.happened == [(0, 1, "scheduled"), (0, 1, "sent"), (0, 1, "delivered"), (0, 1, "read")]


def test_scheduled_message_can_fail_by_hand_before_its_start(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(SCENARIO)
    message = world.send(start=60_000, alt=sms)
    world.advance(10_000)
    world.set_status(message, "rejected")
    found = world.sms_of(message)
    assert found is not None
    assert found.submission.time_in == world.start + 10_000
    assert (world.newest(message).cost(world.now), world.account.balance) == (0, 9.977 * EUR)


@pytest.mark.parametrize(("start", "expired"), [(None, 5_000), (3_600_000, 5_000)])
def test_validity_counts_from_a_sending_that_was_made_to_happen(
    make_world: MakeWorld, start: int | None, expired: int
) -> None:
    world = make_world("defaults: {viber: {sent: 10s, delivered: 12s}}")
    message = world.send(validity=3, start=None if start is None else world.start + start)
    world.advance(2_000)
    world.set_status(message, "sent")
    assert world.path_of(message) == [(0, "scheduled"), (2_000, "sent"), (expired, "expired")]
