from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.domain.error_codes import MNP_CODES, VIBER_CODES
from mock_bsg.sandbox.errors import ApiError, RequestEnded
from mock_bsg.sandbox.message import AltRoute, Message
from mock_bsg.sandbox.sending import Draft, Receipt, Recipient, Refusal, check_batch_size, check_tariff, rehearse, send

if TYPE_CHECKING:
    from tests.sandbox.conftest import MakeWorld, World

EUR = 10_000_000
SCENARIO = """
account: {balance: 1, limit: 0.5, tariffs: {0: 1, 9: 0.5}}
prices: {viber: {UA: 0.23, default: 0.05}, sms: {UA: 0.023}}
defaults:
  viber: {sent: 1s, delivered: 2s}
  sms: {sent: 1s, delivered: 3s}
rules:
  - name: twice unlucky
    match: {reference: "retry-*"}
    times: 2
    error: 5
  - name: down
    match: {msisdn: "447700900503"}
    status: 503
  - name: late
    match: {msisdn: "49*"}
    delay: 2s
    headers: {X-Late: "yes"}
    viber: {sent: 1s, delivered: 9s}
  - name: only SMS
    match: {msisdn: "38063*"}
    sms: {sent: 1s, undeliverable: 2s}
  - name: no Viber
    match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 2s}
"""


def told(receipt: Receipt) -> list[int | str]:
    """Ids of messages as text, errors as numbers."""
    return [str(each.id) if isinstance(each, Message) else each.error for each in receipt.entries]


def test_each_recipient_gets_a_message_of_its_own_in_request_order(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    receipt = world.submit(("380972920000", "a"), ("380972920001", None))
    assert told(receipt) == ["1", "2"]
    assert [message.reference for message in receipt.created] == ["a", None]
    assert receipt.total == 0.46 * EUR


@pytest.mark.parametrize("msisdn", ["", "1234567", "1234567890123456", "38097292000x", "0380972920000", "٣٨٠٩٧٢٩٢٠٠٠٠"])
def test_number_that_is_none_is_41(make_world: MakeWorld, msisdn: str) -> None:
    world = make_world(SCENARIO)
    assert told(world.submit((msisdn, "a"), ("380972920000", "a"))) == [41, "1"]


def test_number_twice_in_a_request_is_51(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    assert told(world.submit(("380972920000", "a"), ("380972920000", "b"), ("380972920001", "b"))) == ["1", 51, "2"]


def test_number_twice_in_a_request_is_51_over_its_messages_too(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    drafts = [Draft(world.submission(), [Recipient("380972920000", None)]) for _ in range(2)]
    assert told(send(world.account, drafts, VIBER_CODES, world.now)) == ["1", 51]


@pytest.mark.parametrize("reference", ["", "x" * 33, "a b", "ю", "a.b", "a\n"])
def test_malformed_reference_is_47(make_world: MakeWorld, reference: str) -> None:
    world = make_world(SCENARIO)
    assert told(world.submit(("380972920000", reference))) == [47]


@pytest.mark.parametrize("reference", ["x" * 32, "ext_id-19", "0"])
def test_reference_may_have_letters_digits_underscore_and_hyphen(make_world: MakeWorld, reference: str) -> None:
    world = make_world(SCENARIO)
    assert told(world.submit(("380972920000", reference))) == ["1"]


def test_used_reference_is_43_also_within_a_request(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    assert told(world.submit(("380972920000", "a"), ("380972920001", "a"))) == ["1", 43]
    assert told(world.submit(("380972920002", "a"))) == [43]


def test_reference_of_a_refused_recipient_is_not_used(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    assert told(world.submit(("1", "a"))) == [41]
    assert told(world.submit(("380972920000", "a"))) == ["1"]


def test_error_of_the_message_is_that_of_each_of_its_recipients(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    to = [Recipient("380972920000", "a"), Recipient("1", "b")]
    drafts = [Draft(world.submission(), to, 46), Draft(world.submission(), [Recipient("380972920000", "a")])]
    assert told(send(world.account, drafts, VIBER_CODES, world.now)) == [46, 46, "1"]


def test_rule_gives_a_recipient_an_error_until_it_is_used_up(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    receipts = [world.submit(("380972920000", "retry-1"), (f"38097292001{n}", None)) for n in range(3)]
    assert [told(receipt) for receipt in receipts] == [[5, "1"], [5, "2"], ["3", "4"]]
    assert list(receipts[0].rules) == ["twice unlucky", "defaults"]
    assert world.account.balance == 0.08 * EUR


def test_rule_with_a_status_ends_the_whole_request_and_nothing_is_created(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    with pytest.raises(RequestEnded) as ended:
        world.submit(("380972920000", "a"), ("447700900503", None))
    assert (ended.value.effect.status, ended.value.effect.name) == (503, "down")
    assert (world.account.balance, world.account.message_count, world.account.next_id) == (EUR, 0, 1)
    assert told(world.submit(("380972920000", "a"))) == ["1"]


COUNTING = """
account: {balance: 0.5}
prices: {viber: {UA: 0.1, DE: 1}}
defaults: {viber: {sent: 1s..9s}}
rules:
  - {name: once, match: {msisdn: 380971111111}, times: 1, error: 5}
  - {name: down, match: {msisdn: 380972222222}, times: 1, status: 503}
  - name: by chance
    match: {msisdn: 380973333333}
    outcomes: [{weight: 1, viber: {sent: 1s}}, {weight: 1, viber: {sent: 2s}}, {weight: 1, viber: {sent: 3s}}]
"""


@pytest.mark.parametrize(
    ("refused", "how"), [("491711111111", ApiError), ("380972222222", RequestEnded)], ids=["money", "status"]
)
def test_refused_request_leaves_rules_and_draws_as_they_were(
    make_world: MakeWorld, refused: str, how: type[Exception]
) -> None:
    world, untouched = make_world(COUNTING), make_world(COUNTING)
    others = [("380971111111", None), ("380973333333", None), ("380974444444", None)]

    for _ in range(2 if how is ApiError else 1):
        with pytest.raises(how):
            world.submit(*others, (refused, None))

    after, without = world.submit(*others), untouched.submit(*others)
    assert told(after) == told(without) == [5, "1", "2"]
    assert [world.path_of(message) for message in after.created] == [
        untouched.path_of(message) for message in without.created
    ]


def test_rule_that_ended_a_request_is_used_by_it(make_world: MakeWorld) -> None:
    world = make_world(COUNTING)
    with pytest.raises(RequestEnded):
        world.submit(("380974444444", None), ("380972222222", None))
    assert told(world.submit(("380974444444", None), ("380972222222", None))) == ["1", "2"]


def test_rule_that_makes_the_answer_late_does_so_once_for_all_its_recipients(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    receipt = world.submit(("491711111111", None), ("491722222222", None))
    (effect,) = receipt.effects
    assert (effect.name, effect.headers) == ("late", (("X-Late", "yes"),))
    assert world.path_of(receipt.created[0]) == [(0, "scheduled"), (1_000, "sent"), (9_000, "delivered")]


def test_rule_that_says_nothing_of_this_channel_is_passed_over(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    receipt = world.submit(("380631111111", None))
    assert (list(receipt.rules), receipt.created[0].timeline.statuses[-1]) == (["defaults"], "delivered")


def test_sms_plan_comes_from_the_rules_afresh_where_the_deciding_rule_has_none(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO.replace("38063*", "38050*"))
    viber = world.send("380501111111", alt=AltRoute("BSG", "text"))
    world.advance(2_000)
    sms = world.sms_of(viber)
    assert sms is not None
    assert world.path_of(sms) == [(2_000, "scheduled"), (3_000, "sent"), (4_000, "undeliverable")]


def test_sms_plan_comes_from_the_defaults_where_no_rule_speaks_of_sms(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    viber = world.send("380501111111", alt=AltRoute("BSG", "text"))
    world.advance(2_000)
    sms = world.sms_of(viber)
    assert sms is not None
    assert world.path_of(sms) == [(2_000, "scheduled"), (3_000, "sent"), (5_000, "delivered")]


def test_sms_of_an_alternative_route_costs_its_parts(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    viber = world.send("380501111111", alt=AltRoute("BSG", "a" * 161))
    world.advance(2_000)
    sms = world.sms_of(viber)
    assert sms is not None
    assert (sms.submission.parts, sms.price) == (2, 0.046 * EUR)


def test_tariff_is_a_factor_on_the_price_of_viber_and_its_sms(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    viber = world.send("380501111111", alt=AltRoute("BSG", "text"), tariff=9)
    world.advance(2_000)
    sms = world.sms_of(viber)
    assert sms is not None
    assert (viber.price, sms.price) == (0.115 * EUR, 0.0115 * EUR)


def test_request_that_balance_and_credit_just_cover_is_created(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO.replace("balance: 1, limit: 0.5", "balance: 0.40, limit: 0.06"))
    assert told(world.submit(("380972920000", None), ("380972920001", None))) == ["1", "2"]
    assert (world.account.balance, world.account.available) == (-0.06 * EUR, 0)


def test_request_that_the_money_does_not_cover_is_refused_whole(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO.replace("balance: 1, limit: 0.5", "balance: 0.40, limit: 0.0599999"))
    for _ in range(2):
        with pytest.raises(ApiError) as refused:
            world.submit(("380972920000", "a"), ("380972920001", "b"))
        assert refused.value.code == 8
    assert (world.account.balance, world.account.message_count, world.retention.count) == (0.40 * EUR, 0, 0)
    assert told(world.submit(("380972920000", "a"))) == ["1"]


def test_money_of_a_failed_message_can_be_spent_again(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO.replace("balance: 1, limit: 0.5", "balance: 0.23"))
    world.send("380501111111")
    with pytest.raises(ApiError):
        world.send()
    world.advance(2_000)
    assert world.send().id == 2


def test_recipients_that_get_no_message_cost_nothing(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    assert told(world.submit(("1", None), ("380972920000", "retry-1"), ("380972920001", "a"))) == [41, 5, "1"]
    assert world.account.balance == 0.77 * EUR


MISTAKES = {
    "number": ("1", None),
    "no number": ("", None),
    "number of no country": ("99912345678", None),
    "reference": ("380972920000", "a b"),
    "used reference": ("380972920000", "used"),
    "rule's error": ("380972920000", "retry-1"),
    "rule's status": ("447700900503", None),
}


@pytest.mark.parametrize("recipient", MISTAKES.values(), ids=MISTAKES)
def test_money_is_looked_at_before_anything_is_wrong_with_a_recipient(
    make_world: MakeWorld, recipient: tuple[str, str | None]
) -> None:
    poor = make_world(SCENARIO.replace("balance: 1, limit: 0.5", "balance: 0.04"))
    poor.account.references["viber"]["used"] = 0
    for ask in (poor.submit, lambda *to: rehearsal(poor, *to)):
        with pytest.raises(ApiError) as refused:
            ask(recipient)
        assert refused.value.code == 8
    assert (poor.account.balance, poor.account.message_count) == (0.04 * EUR, 0)


def test_a_number_twice_is_priced_twice(make_world: MakeWorld) -> None:
    twice = ("380972920000", None), ("380972920000", None)
    with pytest.raises(ApiError):
        make_world(SCENARIO.replace("balance: 1, limit: 0.5", "balance: 0.45")).submit(*twice)
    enough = make_world(SCENARIO.replace("balance: 1, limit: 0.5", "balance: 0.46"))
    assert told(enough.submit(*twice)) == ["1", 51]
    assert enough.account.balance == 0.23 * EUR


def test_a_number_of_no_country_costs_the_default(make_world: MakeWorld) -> None:
    enough = make_world(SCENARIO.replace("balance: 1, limit: 0.5", "balance: 0.05"))
    assert told(enough.submit(("99912345678", None))) == ["1"]
    assert enough.account.balance == 0


def test_rules_are_not_asked_where_the_money_does_not_do(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO.replace("balance: 1, limit: 0.5", "balance: 0.30"))
    for _ in range(3):
        with pytest.raises(ApiError):
            world.submit(("380972920000", "retry-1"), ("380972920001", None))
    assert [told(world.submit(("380972920000", "retry-1"))) for _ in range(3)] == [[5], [5], ["1"]]


def test_a_draft_without_a_price_needs_no_money(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO.replace("balance: 1, limit: 0.5", "balance: 0"))
    unpriced = world.submission(tariff=111)
    unpriced.parts = 0
    draft = Draft(unpriced, [Recipient("380972920000", None)], 6)
    assert told(send(world.account, [draft], VIBER_CODES, world.now)) == [6]


def test_a_country_is_unsupported_only_where_a_module_says_so(make_world: MakeWorld) -> None:
    nobody = [Recipient("99912345678", None), Recipient("99912345678", None), Recipient("380972920000", None)]
    for codes, expected in ((VIBER_CODES, ["1", 51, "2"]), (MNP_CODES, [82, 82, "1"])):
        world = make_world(SCENARIO)
        assert told(send(world.account, [Draft(world.submission(), nobody)], codes, world.now)) == expected


def test_what_costs_nothing_can_be_sent_without_money(make_world: MakeWorld) -> None:
    world = make_world("account: {balance: 0}\nprices: {viber: {UA: 0}}")
    assert told(world.submit(("380972920000", None))) == ["1"]


def rehearsal(world: World, *to: tuple[str, str | None]) -> list[int | str]:
    draft = Draft(world.submission(), [Recipient(*each) for each in to])
    receipt = rehearse(world.account, [draft], VIBER_CODES, world.now)
    return [each.error if isinstance(each, Refusal) else "ok" for each in receipt.entries]


def test_rehearsal_tells_what_sending_would_answer_and_changes_nothing(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    for _ in range(4):
        assert rehearsal(world, ("380972920000", "retry-1"), ("1", None), ("380972920001", "a")) == [5, 41, "ok"]
    assert (world.account.balance, world.account.message_count, world.account.next_id) == (EUR, 0, 1)
    assert told(world.submit(("380972920000", "retry-1"))) == [5]


@pytest.mark.parametrize("decides", ["rules: [{viber: %s}]", "defaults: {viber: %s}"])
def test_rehearsal_does_not_change_later_draws(make_world: MakeWorld, decides: str) -> None:
    scenario = "seed: 3\n" + decides % "{sent: 0s..9s, delivered: 10s..99s}"
    rehearsed, plain = make_world(scenario), make_world(scenario)
    for _ in range(3):
        rehearsal(rehearsed, ("380972920000", None))
    assert rehearsed.path_of(rehearsed.send()) == plain.path_of(plain.send())


def test_at_most_fifty_recipients() -> None:
    check_batch_size(50)
    with pytest.raises(ApiError) as refused:
        check_batch_size(51)
    assert refused.value.code == 12


def test_tariff_that_the_account_does_not_have_is_6(make_world: MakeWorld) -> None:
    account = make_world(SCENARIO).account
    assert check_tariff(account, 9) == 9
    for tariff in (1, -1, 10, None):
        with pytest.raises(ApiError) as refused:
            check_tariff(account, tariff)
        assert refused.value.code == 6


def test_message_scheduled_for_later_is_charged_now_and_sent_then(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send(start=60_000, validity=1)
    assert world.account.balance == 0.77 * EUR
    assert (world.status(message), message.sent_at(world.now), message.reported_at(world.now)) == (
        "scheduled", world.start + 60_000, None,
    )  # fmt: skip
    world.advance(60_999)
    assert world.status(message) == "scheduled"
    world.advance(1)
    assert (world.status(message), message.sent_at(world.now)) == ("sent", world.start + 61_000)
    world.advance(1_000)
    assert (world.status(message), message.reported_at(world.now)) == ("delivered", world.start + 62_000)


def test_sms_of_a_scheduled_message_comes_when_that_fails(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    viber = world.send("380501111111", start=60_000, alt=AltRoute("BSG", "text"))
    world.advance(61_999)
    assert world.sms_of(viber) is None
    world.advance(1)
    sms = world.sms_of(viber)
    assert sms is not None
    assert sms.submission.time_in == world.start + 62_000


def test_expiry_brings_the_sms(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s}}")
    viber = world.send(alt=AltRoute("BSG", "text"), validity=10)
    world.advance(10_999)
    assert (world.status(viber), world.sms_of(viber)) == ("sent", None)
    world.advance(1)
    assert (world.status(viber), world.sms_of(viber) is not None) == ("expired", True)


def test_unknown_end_brings_no_sms_and_is_not_refunded(make_world: MakeWorld) -> None:
    world = make_world("account: {balance: 1}\nprices: {viber: {UA: 0.23}}\ndefaults: {viber: {sent: 1s, unknown: 2s}}")
    viber = world.send(alt=AltRoute("BSG", "text"))
    world.advance(60_000)
    assert (world.status(viber), world.sms_of(viber), world.account.balance) == ("unknown", None, 0.77 * EUR)
