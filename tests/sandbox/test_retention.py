from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING

import pytest

from mock_bsg.sandbox.accounts import Accounts
from mock_bsg.sandbox.retention import Retention
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import AltRoute
    from tests.sandbox.conftest import MakeWorld

DELIVERED = "defaults: {viber: {sent: 1s, delivered: 2s, read: 5s}}"
FALLBACK = "defaults: {viber: {sent: 1s, undeliverable: 2s}, sms: {sent: 1s, delivered: 2s}}"


def test_shelf_that_is_not_full_keeps_everything(make_world: MakeWorld) -> None:
    retention: Retention[Account] = Retention(10)
    world = make_world(DELIVERED, retention=retention)
    for _ in range(10):
        world.send()
    assert (retention.count, retention.dropped, len(world.account.messages)) == (10, 0, 10)


def test_full_shelf_drops_the_oldest_over_all_accounts(make_world: MakeWorld) -> None:
    retention: Retention[Account] = Retention(4)
    first, second = make_world(DELIVERED, retention=retention), make_world(DELIVERED, retention=retention)
    for world in (first, second, first, second, second):
        world.send()
    assert (list(first.account.messages), list(second.account.messages)) == ([2], [1, 2, 3])
    second.send()
    assert (list(first.account.messages), list(second.account.messages)) == ([2], [2, 3, 4])
    assert (first.account.messages_dropped, second.account.messages_dropped, retention.dropped) == (1, 1, 2)


def test_dropping_is_said_once(make_world: MakeWorld, caplog: pytest.LogCaptureFixture) -> None:
    world = make_world(DELIVERED, retention=Retention(2))
    with caplog.at_level(logging.WARNING, "mock_bsg"):
        for _ in range(6):
            world.send()
    (record,) = caplog.records
    assert "more than 2 messages" in record.message
    assert "--max-messages" in record.message


def test_large_shelf_drops_one_in_a_hundred_at_a_time(make_world: MakeWorld) -> None:
    world = make_world(DELIVERED, retention=Retention(500))
    for _ in range(501):
        world.send()
    assert len(world.account.messages) == 496


def test_request_that_is_larger_than_the_shelf_leaves_its_last_messages(make_world: MakeWorld) -> None:
    world = make_world(DELIVERED, retention=Retention(2))
    receipt = world.submit(*[(f"38097292000{n}", None) for n in range(5)])
    assert [message.id for message in receipt.created] == [1, 2, 3, 4, 5]
    assert list(world.account.messages) == [4, 5]


def test_references_of_dropped_messages_are_free_again(make_world: MakeWorld) -> None:
    world = make_world(DELIVERED, retention=Retention(1))
    world.submit(("380972920000", "order-1"))
    assert not world.submit(("380972920001", "order-1")).created
    world.submit(("380972920002", "order-2"))
    assert world.account.find_by_reference("order-1", world.now, "viber") is None
    assert world.submit(("380972920001", "order-1")).created


def test_ids_of_dropped_messages_are_not_given_again(make_world: MakeWorld) -> None:
    world = make_world(DELIVERED, retention=Retention(1))
    assert [world.send().id for _ in range(4)] == [1, 2, 3, 4]


def test_planned_sms_counts_as_one_of_the_messages_kept(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(FALLBACK, retention=Retention(10))
    world.send(alt=sms)
    assert (world.retention.count, world.account.message_count) == (2, 1)
    world.advance(2_000)
    assert (world.retention.count, world.account.message_count) == (2, 2)


def test_dropped_message_does_not_come_back_as_an_sms(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(FALLBACK, retention=Retention(2))
    world.send(alt=sms)
    for _ in range(4):
        world.send()
    world.advance(60_000)
    assert world.account.message_count == len(world.account.messages) == 2
    assert world.account.planned_sms == 0


def test_sms_that_was_planned_and_is_not_needed_leaves_the_shelf(make_world: MakeWorld, sms: AltRoute) -> None:
    retention: Retention[Account] = Retention(3)
    world, other = make_world(FALLBACK, retention=retention), make_world(DELIVERED, retention=retention)
    viber = world.send(alt=sms)
    other.send()
    world.set_status(viber, "delivered")
    assert retention.count == 2
    other.send()
    other.send()
    assert (list(world.account.messages), list(other.account.messages)) == ([], [1, 2, 3])
    other.send()
    assert list(other.account.messages) == [2, 3, 4]


def test_failure_by_hand_on_a_full_shelf_drops_the_oldest(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(DELIVERED, retention=Retention(3))
    world.send()
    world.send()
    viber = world.send(alt=sms)
    world.set_status(viber, "rejected")
    assert list(world.account.messages) == [2, 3, 4]


def test_forgotten_account_leaves_the_shelf_and_takes_no_room_any_more() -> None:
    accounts = Accounts(lambda _key: compile_text(DELIVERED, "given"), 100)
    account = accounts.open("test_a", 0)
    accounts.retention.take(account, 0)
    assert accounts.retention.count == 0
    assert accounts.forget("test_a")
    accounts.retention.take(account, 3)  # a request that was in flight when its account was forgotten
    assert accounts.retention.count == 0


@pytest.mark.parametrize("seed", range(8))
def test_shelf_counts_what_accounts_hold_whatever_happens(make_world: MakeWorld, sms: AltRoute, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- no secret
    retention: Retention[Account] = Retention(25)
    worlds = [make_world(chance.choice([FALLBACK, DELIVERED]), retention=retention, key=f"test_{n}") for n in range(3)]
    for _ in range(400):
        world = chance.choice(worlds)
        account = world.account
        match chance.randrange(4):
            case 0 | 1:
                reference = f"r{chance.randrange(30)}"
                world.submit(("380972920000", reference), alt=sms if chance.random() < 0.6 else None)
            case 2:
                world.advance(chance.choice([0, 500, 1_000, 2_000]))
            case _:
                vibers = [message for message in account.messages.values() if message.channel == "viber"]
                for message in chance.sample(vibers, min(2, len(vibers))):
                    if world.status(message) in {"scheduled", "sent"} and account.messages.get(message.id):
                        world.set_status(message, chance.choice(["delivered", "undeliverable", "rejected"]))
        held = [each for one in worlds for each in one.account.messages.values()]
        assert retention.count == len(held) <= retention.capacity
        for one in worlds:
            visible = [each for each in one.account.messages.values() if each.is_visible(one.now)]
            assert one.account.message_count == len(visible)
            for reference, message_id in one.account.references["viber"].items():
                assert one.account.messages[message_id].reference == reference


def test_oldest_message_that_is_kept_is_known(make_world: MakeWorld) -> None:
    world = make_world("first_id: 7", retention=Retention(3))
    assert world.account.oldest_id == 7
    for _ in range(5):
        world.send()
    assert world.account.oldest_id == 9 == next(iter(world.account.messages))
