from __future__ import annotations

import random
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from mock_bsg.domain.lifecycle import STATUSES
from mock_bsg.sandbox.errors import ApiError
from mock_bsg.sandbox.message import AltRoute
from mock_bsg.sandbox.timeline import ImpossibleStepError
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from mock_bsg.sandbox.message import Message
    from tests.sandbox.conftest import MakeWorld, World

EUR = 10_000_000
SCENARIO = """
first_id: 217
account: {balance: 100, limit: 7}
prices: {viber: {UA: 0.23}, sms: {UA: 0.023}}
defaults:
  viber: {sent: 1s, delivered: 2s, read: 5s}
  sms: {sent: 1s, delivered: 3s}
rules:
  - match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 2s}
    sms: {sent: 1s, delivered: 3s}
"""
FAILING = "380501111111"

EVERYTHING = """
seed: 7
account: {balance: 3, limit: 2, tariffs: {0: 1, 3: 0.333, 9: 1.7}}
prices:
  viber: {UA: 0.2300001, DE: 0.0300003, default: 0.0000001}
  sms: {UA: 0.0230007, default: 0.1111111}
defaults:
  viber: {sent: 0s..2s, delivered: 3s..9s, read: 10s..20s}
  sms: {sent: 0s, delivered: 3s}
rules:
  - name: tie of everything
    match: {msisdn: "380501*"}
    viber: {sent: 0s, undeliverable: 0s}
    sms: {sent: 0s, delivered: 0s}
  - name: luck
    match: {msisdn: "38050*"}
    outcomes:
      - {weight: 3, viber: {sent: 1s, undeliverable: 1s..5s}}
      - {weight: 2, viber: {rejected: 1s}, sms: {sent: 1s..4s, undeliverable: 5s..9s}}
      - {weight: 2, viber: {sent: 1s}}
      - {weight: 1, viber: {sent: 1s, delivered: 2s}}
  - name: no luck
    match: {msisdn: "49*"}
    viber: {sent: 1s, expired: 4s}
"""


def visible(world: World) -> list[Message]:
    return [each for each in world.account.messages.values() if world.now >= each.submission.time_in]


def reckon_balance(world: World) -> int:
    """The balance as it follows from the messages: all that was charged, less what was given back."""
    balance = world.ruleset.account.balance
    for message in visible(world):
        failed = message.channel == "viber" and world.status(message) in {"undeliverable", "rejected", "expired"}
        balance -= 0 if failed else message.price
    return balance


def read_off(world: World, since: int) -> dict[int, list[tuple[int, str]]]:
    """What has happened to each message after `since` and by now, read off its timeline."""
    found: dict[int, list[tuple[int, str]]] = {}
    for message in world.account.messages.values():
        steps = [(at, status) for at, status in world.path_of(message) if since < at <= world.now - world.start]
        if message.submission.start > message.submission.time_in:  # created before its start
            steps = [(at, status) for at, status in steps if status != "scheduled" or at > since]
        if steps:
            found[message.id] = steps
    return found


def heard(world: World) -> dict[int, list[tuple[int, str]]]:
    found = defaultdict(list)
    for at, message_id, status in world.happened:
        found[message_id].append((at, status))
    return dict(found)


def do_something(world: World, chance: random.Random, sms: AltRoute) -> None:
    match chance.randrange(6):
        case 0 | 1:
            to = chance.sample(["380501111111", "380502222222", "491711111111", "380972920000"], chance.randint(1, 4))
            with suppress(ApiError):  # there may be too little money
                world.submit(
                    *[(msisdn, None) for msisdn in to],
                    validity=chance.choice([1, 4, 86_400]),
                    alt=sms if chance.random() < 0.7 else None,
                    start=world.now - world.start + 3_000 if chance.random() < 0.2 else None,
                    tariff=chance.choice([0, 3, 9]),
                )
        case 2 | 3:
            world.advance(chance.choice([0, 1, 500, 1_000, 2_500]))
        case 4:
            world.advance_to_next()
        case _:
            message = chance.choice(visible(world) or [world.send("100000000")])
            status = chance.choice([each for each in STATUSES[message.channel] if each not in {"failed", "deleted"}])
            if status == "not_viber_user":
                return
            with suppress(ImpossibleStepError):
                world.set_status(message, status)
                assert world.status(message) == status


@pytest.mark.parametrize("seed", range(12))
def test_money_adds_up_to_the_last_decimal_whatever_happens(make_world: MakeWorld, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- no secret
    world = make_world(EVERYTHING)
    for _ in range(400):
        do_something(world, chance, AltRoute("BSG", chance.choice(["short", "long " * 50])))
        assert world.account.balance == reckon_balance(world)
        assert world.account.message_count == len(visible(world))
        assert world.retention.count == len(world.account.messages)


@pytest.mark.parametrize("seed", range(12))
def test_all_that_is_heard_is_on_the_timelines_and_all_that_is_on_them_is_heard(
    make_world: MakeWorld, sms: AltRoute, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- no secret
    world = make_world(EVERYTHING)
    for _ in range(chance.choice([0, 0, 50])):  # some accounts are watched late
        do_something(world, chance, sms)
    world.account.process_due(world.now)
    world.watch()
    since = world.now - world.start
    world.advance(1)
    for _ in range(200):
        do_something(world, chance, sms)
    assert heard(world) == read_off(world, since)
    assert [at for at, _, _ in world.happened] == sorted(at for at, _, _ in world.happened)


@pytest.mark.parametrize("seed", range(6))
def test_next_reaches_every_instant_at_which_something_happens_and_no_other(
    make_world: MakeWorld, sms: AltRoute, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- no secret
    world = make_world(EVERYTHING)
    listeners = [world.listen(lambda *_: None, every_step=chance.random() < 0.5)]
    for _ in range(60):
        do_something(world, chance, sms)
        if chance.random() < 0.2:  # they come and go
            world.account.detach(listeners.pop(chance.randrange(len(listeners))))
            listeners.append(world.listen(lambda *_: None, every_step=chance.random() < 0.5))
    begin = world.now - world.start
    planned = {at for each in world.account.messages.values() for at, _ in world.path_of(each) if at > begin}
    reached = []
    while (instant := world.advance_to_next()) is not None:
        reached.append(instant)
    assert reached == sorted(planned)


def test_looking_often_or_once_makes_the_same_world(make_world: MakeWorld, sms: AltRoute) -> None:
    often, once = make_world(EVERYTHING), make_world(EVERYTHING)
    often.watch()
    for world in (often, once):
        for number in range(8):
            world.submit((f"3805{number}1111111", None), ("491711111111", None), alt=sms, validity=4)
            if world is often:
                for _ in range(2_000):
                    world.advance(1)
            else:
                world.advance(2_000)
    assert often.account.balance == once.account.balance
    messages = [[(each.id, often.path_of(each)) for each in world.account.messages.values()] for world in (often, once)]
    assert messages[0] == messages[1]


def test_sms_has_its_id_from_the_creation_of_its_viber_message_and_is_found_from_its_birth_on(
    make_world: MakeWorld, sms: AltRoute
) -> None:
    world = make_world(SCENARIO)
    viber = world.send(FAILING, alt=sms)
    other = world.send()
    assert (viber.id, other.id) == (217, 219)
    world.advance(1_999)
    assert world.account.find(218, world.now) is None
    assert list(world.account.newest_first(world.now)) == [other, viber]
    world.advance(1)
    found = world.account.find(218, world.now, "sms")
    assert found is not None
    assert (found, found.status(world.now)) == (world.sms_of(viber), "scheduled")
    assert world.account.find(218, world.now, "viber") is None
    assert [each.id for each in world.account.newest_first(world.now)] == [219, 218, 217]


def test_sms_of_all_recipients_come_after_their_viber_messages(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(SCENARIO)
    receipt = world.submit((FAILING, None), ("380972920000", None), ("380502222222", None), alt=sms)
    assert [each.id for each in receipt.created] == [217, 218, 219]
    assert [each.counterpart for each in receipt.created] == [220, None, 221]


def test_sms_is_found_by_its_reference_once_it_is_there(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    world.send(FAILING, alt=AltRoute("BSG", "text", reference="sms-1"))
    assert world.account.find_by_reference("sms-1", world.now, "sms") is None
    world.advance(2_000)
    found = world.account.find_by_reference("sms-1", world.now, "sms")
    assert found is not None
    assert found.id == 218
    assert world.account.find_by_reference("sms-1", world.now, "viber") is None


def test_undelivered_message_is_refunded_at_the_instant_it_fails(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send(FAILING)
    world.advance(1_999)
    assert (message.cost(world.now), world.account.balance) == (0.23 * EUR, 99.77 * EUR)
    world.advance(1)
    assert (message.cost(world.now), world.account.balance) == (0, 100 * EUR)


def test_sms_is_charged_when_it_is_born_even_beyond_the_credit(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO.replace("balance: 100, limit: 7", "balance: 0.23, limit: 0"))
    world.send(FAILING, alt=AltRoute("BSG", "Я" * 700))
    world.advance(2_000)
    assert world.account.balance == 0.23 * EUR - 11 * 0.023 * EUR
    assert world.account.available < 0


def test_older_messages_go_on_below_an_id(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    for _ in range(5):
        world.send()
    assert [each.id for each in world.account.newest_first(world.now, 219)] == [218, 217]
    assert list(world.account.newest_first(world.now, 217)) == []
    assert list(world.account.newest_first(world.now, 0)) == []
    assert [each.id for each in world.account.newest_first(world.now, 10**18)] == [221, 220, 219, 218, 217]


# --- following another scenario


OTHER = """
first_id: 1000
clock: {start: 2020-01-01T00:00:00Z, speed: 60}
account: {balance: 5, currency: USD}
defaults: {viber: {rejected: 1s}}
"""


def test_account_that_follows_another_scenario_keeps_its_messages(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send()
    world.account.use(compile_text("account: {balance: 5}\ndefaults: {viber: {rejected: 1s}}", "other"), 0)
    world.account.clock.run(0, 0)
    later = world.send()
    assert (message.id, later.id) == (217, 218)
    world.advance(60_000)
    assert (world.status(message), world.status(later)) == ("read", "rejected")


def test_account_that_follows_another_scenario_has_its_money(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    world.send()
    world.account.use(compile_text(OTHER, "other"), 0)
    assert (world.account.balance, world.account.limit, world.account.currency) == (5 * EUR, 0, "USD")


def test_clock_takes_on_the_new_scenarios_start_and_speed(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send()
    world.account.use(compile_text(OTHER, "other"), 0)
    assert world.account.clock.read(0) == 1_577_836_800_000
    assert world.account.clock.read(1_000) == 1_577_836_860_000
    assert message.status(world.now) == "read"


def test_clock_never_goes_back_when_the_new_scenario_starts_earlier(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    world.send()
    world.advance(60_000)
    earlier = compile_text("clock: {start: 2016-01-01T00:00:00Z, manual: true}", "other")
    world.account.use(earlier, 0)
    assert world.now == world.start + 60_000


def test_rules_used_up_are_fresh_again_in_another_scenario(make_world: MakeWorld) -> None:
    world = make_world("rules: [{times: 1, error: 5}]")
    assert [len(world.submit(("380972920000", None)).created) for _ in range(2)] == [0, 1]
    world.account.use(world.ruleset, 0)
    assert [len(world.submit(("380972920000", None)).created) for _ in range(2)] == [0, 1]


def test_fresh_account_that_follows_another_scenario_begins_anew(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    world.account.use(compile_text(OTHER, "other"), 0)
    assert world.account.clock.read(0) == 1_577_836_800_000
    assert world.account.next_id == 1000


def test_dropped_messages_are_in_no_list_and_the_others_are(make_world: MakeWorld) -> None:
    world, other = make_world(SCENARIO), "380972920000"
    alt = AltRoute("BSG", "text", reference="sms")
    for to in ((FAILING, "viber-1"), (other, "viber-2"), (FAILING, "viber-3")):
        world.submit(to, alt=alt)

    def ids(msisdn: str | None = None, reference: str | None = None) -> list[int]:
        found = world.account.newest_first(world.now, msisdn=msisdn, reference=reference)
        return [message.id for message in found]

    world.advance(2_000)
    assert (ids(msisdn=FAILING), ids(msisdn=other), ids(reference="sms")) == ([221, 220, 218, 217], [219], [221, 218])
    world.account.drop_oldest(2)
    assert (ids(msisdn=FAILING), ids(msisdn=other), ids(reference="sms")) == ([221, 220], [219], [221])
    world.account.drop_oldest(2)
    assert (ids(msisdn=FAILING), ids(msisdn=other), ids(reference="viber-3")) == ([221], [], [])
    world.account.drop_oldest(1)
    assert (ids(msisdn=FAILING), ids(reference="sms"), ids()) == ([], [], [])


def test_account_whose_messages_were_dropped_does_not_begin_anew(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    world.send()
    world.account.drop_oldest(1)
    world.account.use(compile_text("clock: {start: 2016-01-01T00:00:00Z, manual: true}", "other"), 0)
    assert (world.now, world.account.next_id) == (world.start, 218)


def test_same_number_is_drawn_for_afresh_each_time_and_the_same_in_each_account(make_world: MakeWorld) -> None:
    draws = []
    for order in ((0, 1, 2), (2, 0, 1)):
        world = make_world(EVERYTHING, key=f"test_{order[0]}")
        paths: dict[str, list[list[tuple[int, str]]]] = defaultdict(list)
        for _ in range(4):
            for place in order:  # the order of arrival changes nothing
                msisdn = f"38050{place + 2}000000"
                paths[msisdn].append(world.path_of(world.send(msisdn)))
        draws.append(dict(paths))
    assert draws[0] == draws[1]
    assert len({str(path) for paths in draws[0].values() for path in paths}) > 3
