from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_bsg.sandbox.message import AltRoute
    from tests.sandbox.conftest import MakeWorld

FAILING = """
prices: {viber: {UA: 0.23}, sms: {UA: 0.023}}
defaults:
  viber: {sent: 1s, delivered: 2s, read: 5s}
  sms: {sent: 1s, delivered: 3s}
rules:
  - match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 2s}
"""
WORLDS_END = 10**15


def test_everything_happens_once_in_order_of_time_then_of_ids(make_world: MakeWorld) -> None:
    world = make_world(FAILING)
    world.watch()
    first = world.send()
    world.advance(1_000)
    second = world.send()
    world.advance(60_000)
    a, b = first.id, second.id
    assert world.happened == [
        (0, a, "scheduled"), (1_000, a, "sent"), (1_000, b, "scheduled"), (2_000, a, "delivered"), (2_000, b, "sent"),
        (3_000, b, "delivered"), (5_000, a, "read"), (6_000, b, "read"),
    ]  # fmt: skip


def test_viber_gives_up_before_its_sms_is_born_at_the_same_instant(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(FAILING)
    world.watch()
    world.send("380501111111", alt=sms)
    world.advance(60_000)
    assert world.happened == [
        (0, 1, "scheduled"), (1_000, 1, "sent"), (2_000, 1, "undeliverable"), (2_000, 2, "scheduled"),
        (3_000, 2, "sent"), (5_000, 2, "delivered"),
    ]  # fmt: skip


def test_next_walks_through_every_step_of_all_messages(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(FAILING)
    world.send("380501111111", alt=sms)
    world.send()
    instants = []
    while (instant := world.advance_to_next()) is not None:
        instants.append(instant)
    assert instants == [1_000, 2_000, 3_000, 5_000]


def test_account_that_is_watched_late_walks_through_what_is_still_to_come(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(FAILING)
    world.send()
    world.send("380501111111", alt=sms)
    world.advance(1_500)
    world.watch()
    while world.advance_to_next() is not None:
        pass
    assert world.happened == [
        (2_000, 1, "delivered"), (2_000, 2, "undeliverable"), (2_000, 3, "scheduled"), (3_000, 3, "sent"),
        (5_000, 1, "read"), (5_000, 3, "delivered"),
    ]  # fmt: skip


def test_watch_at_the_very_instant_of_a_step_does_not_repeat_it(make_world: MakeWorld) -> None:
    world = make_world(FAILING)
    world.send()
    world.advance(2_000)
    world.watch()
    world.advance(60_000)
    assert world.happened == [(5_000, 1, "read")]


def test_unwatched_steps_since_the_account_was_last_seen_are_not_lost(make_world: MakeWorld) -> None:
    world = make_world(FAILING)
    world.send()
    world.listen(world._note, every_step=False)  # noqa: SLF001 -- who listens, but not to every step
    world.account.clock.advance(3_000, 0)
    assert world.account.next_due(world.now) == world.start + 5_000
    assert world.happened == [(1_000, 1, "sent"), (2_000, 1, "delivered")]


def test_nothing_is_due_of_an_sms_that_will_never_be(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(FAILING)
    world.watch()
    viber = world.send("380501111111", alt=sms)
    world.set_status(viber, "read")
    assert world.advance_to_next() is None
    assert world.happened[-1] == (0, 1, "read")


def test_nothing_is_due_of_messages_that_were_dropped(make_world: MakeWorld) -> None:
    world = make_world(FAILING)
    world.watch()
    world.send()
    world.account.drop_oldest(1)
    assert world.advance_to_next() is None
    world.advance(60_000)
    assert world.happened == [(0, 1, "scheduled")]


def test_agenda_does_not_grow_with_messages_that_were_dropped(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s}}")
    for _ in range(5_000):
        world.send()
        if len(world.account.messages) > 50:
            world.account.drop_oldest(25)
    assert len(world.account.event_queue) < 500


def test_status_by_hand_replaces_what_was_due(make_world: MakeWorld) -> None:
    world = make_world(FAILING)
    world.watch()
    message = world.send()
    world.advance(1_500)
    world.set_status(message, "delivered")
    world.advance(60_000)
    assert world.happened == [(0, 1, "scheduled"), (1_000, 1, "sent"), (1_500, 1, "delivered"), (5_000, 1, "read")]


def test_message_scheduled_for_later_is_told_of_when_it_is_created(make_world: MakeWorld) -> None:
    world = make_world(FAILING)
    world.watch()
    world.send(start=60_000)
    assert world.happened == [(0, 1, "scheduled")]
    assert world.advance_to_next() == 61_000
