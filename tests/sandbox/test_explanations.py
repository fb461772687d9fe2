"""What decided and what is said of it agree: any scenario, any message, any number of rules above."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.domain.error_codes import HLR_CODES, SMS_CODES, VIBER_CODES, Codes
from mock_bsg.domain.phones import country_of
from mock_bsg.rules.usage import Usage
from mock_bsg.sandbox.camera import take_explanation
from mock_bsg.sandbox.errors import RequestEnded
from mock_bsg.sandbox.message import AltRoute, Message, Submission, ViberOptions, facts_of
from mock_bsg.sandbox.sending import Draft, Receipt, Recipient, send
from mock_bsg.sandbox.timeline import lay_out
from mock_bsg.scenario.errors import ScenarioError

if TYPE_CHECKING:
    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.rules.rule import Rule
    from mock_bsg.rules.ruleset import PassedOver
    from mock_bsg.sandbox import snapshots
    from mock_bsg.sandbox.account import Account
    from tests.sandbox.conftest import MakeWorld, World

NO_TIMELINE = lay_out("mnp", [], None)
NUMBERS = [f"{head}{tail:0{12 - len(head)}}" for head in ("38050", "38067", "4915", "4790") for tail in range(6)]
REFERENCES = ["", "a", "b-1", "b-2", "retry-1", "9"]
TEXTS = ["sale today", "your code is 1234", "hello", "SALE", "dear client, hello"]
SENDERS = ["BSG", "Shop", "Shop 24"]
CODES: dict[Channel, Codes] = {"viber": VIBER_CODES, "sms": SMS_CODES, "hlr": HLR_CODES}
CODES |= {"rcs": VIBER_CODES, "telegram": VIBER_CODES, "voice": SMS_CODES}
PATTERNS: dict[str, list[Any]] = {
    "msisdn": [
        *(number for number in NUMBERS[::5]), "38050*", "4*", "*3", "????????00?1", "/[24]$/", "/^38/",
        f"{NUMBERS[1]}..{NUMBERS[4]}", f"{NUMBERS[12]}..{NUMBERS[20]}", "10000000..99999999",
    ],
    "country": ["UA", "DE", "NO", "PL"],
    "reference": ["", "a", "b-*", "*-1", "/^[ab]/", "/\\d/", "retry-*"],
    "channel": ["viber", "sms", "hlr", "mnp", "rcs", "voice", "telegram"],
    "alpha_name": ["BSG", "Shop*", "/[0-9]/", ""],
    "originator": ["BSG", "Shop*", "/[0-9]/", ""],
    "text": ["*sale*", "hello", "/code is \\d+/", "dear*", "/(?i)sale/"],
    "tariff": [0, 1, "0..1", "1..9"],
    "validity": [3600, "1..3600", "30..60", "3601..86400", "7200..259200"],
}  # fmt: skip
FLAGS = ("is_promotional", "has_alt_route")
PLANS: dict[str, list[dict[str, str]]] = {
    "viber": [{"sent": "1s", "delivered": "2s"}, {"sent": "1s", "undeliverable": "2s..4s"}, {"rejected": "1s"}],
    "sms": [{"sent": "1s", "delivered": "3s"}, {"rejected": "1s..2s"}],
    "hlr": [{"sent": "0s", "active": "1s"}, {"absent": "1s"}],
    "rcs": [{"sent": "1s", "delivered": "2s", "read": "9s"}, {"undeliverable": "1s..2s"}],
    "voice": [{"sent": "1s", "delivered": "9s"}, {"sent": "1s", "undeliverable": "2s..4s"}],
    "telegram": [{"sent": "1s", "read": "2s..3s"}, {"rejected": "1s"}],
}


def make_match(dice: random.Random, keys: int) -> dict[str, Any]:
    match: dict[str, Any] = {}
    for key in dice.sample([*PATTERNS, *FLAGS], keys):
        if key in FLAGS:
            match[key] = dice.random() < 0.5
        else:
            several = dice.sample(PATTERNS[key], dice.choice((1, 1, 2, 3)))
            match[key] = several[0] if len(several) == 1 else several
    return match


def make_rule(dice: random.Random, place: int, rules: int) -> dict[str, Any]:
    # Of many rules the first few would decide everything, did they not ask for much.
    keys = dice.choice((0, 1, 1, 2, 3) if rules < 100 else (3, 4))
    rule: dict[str, Any] = {"name": f"r{place}", "match": make_match(dice, keys)}
    if dice.random() < 0.4:
        rule["times"] = dice.choice((1, 1, 2, 5))
    kind = dice.random()
    if kind < 0.1:
        rule["error"] = 5
    elif kind < 0.13:
        rule["status"] = 503
    elif kind < 0.2:
        rule["delay"] = "1s"
    else:
        spoken = dice.sample(list(PLANS), dice.choice((1, 1, 2)))
        plans = [{channel: dice.choice(PLANS[channel]) for channel in spoken} for _ in range(2)]
        rule |= {"outcomes": plans} if dice.random() < 0.3 else plans[0]
    return rule


def make_world_of(make_world: MakeWorld, dice: random.Random, rules: int) -> World:
    """Make an account with random rules; those that contradict themselves are taken out, as the faults say."""
    given = [make_rule(dice, place, rules) for place in range(rules)]
    while True:
        defaults = {"viber": dice.choice(PLANS["viber"])}
        scenario = {"seed": dice.randrange(100), "defaults": defaults, "rules": given}
        try:
            return make_world("\n".join(f"{key}: {json.dumps(value)}" for key, value in scenario.items()))
        except ScenarioError as error:
            bad = {int(place) for place in re.findall(r"rules\[(\d+)\]", str(error))}
            if not bad:
                raise
            given = [rule for place, rule in enumerate(given) if place not in bad]


def make_draft(dice: random.Random, world: World) -> Draft:
    channels: tuple[Channel, ...] = ("viber", "viber", "viber", "sms", "hlr", "rcs", "voice", "telegram")
    channel = dice.choice(channels)
    options, text, sender = None, dice.choice(TEXTS), dice.choice(SENDERS)
    if channel not in {"sms", "hlr"} and dice.random() < 0.7:
        reference = dice.choice(REFERENCES) or None
        options = ViberOptions(alt_route=AltRoute(dice.choice(SENDERS), dice.choice(TEXTS), reference=reference))
    submission = Submission(
        channel,
        world.account.ruleset,
        time_in=world.now,
        sender="" if channel == "hlr" else sender,
        text="" if channel == "hlr" else text,
        tariff=dice.choice((0, 1, 5)),
        validity=None if channel == "hlr" else dice.choice((60, 3600, 7200, 86_400)) * 1000,
        is_promotional=channel == "viber" and dice.random() < 0.5,
        options=options,
    )
    numbers = dice.sample(NUMBERS, 6)
    return Draft(submission, [Recipient(number, dice.choice(REFERENCES) or None) for number in numbers])


def submit(dice: random.Random, world: World) -> Receipt:
    for references in world.account.references.values():
        references.clear()  # they are few here, and may come again
    draft = make_draft(dice, world)
    try:
        return send(world.account, [draft], CODES[draft.submission.channel], world.now)
    except RequestEnded:
        return Receipt()


def value_of(message: Message, key: str) -> Any:
    if key in {"msisdn", "country"}:
        return getattr(message, key)
    return message.reference or "" if key == "reference" else getattr(facts_of(message.submission), key)


def matches(rule: Rule, message: Message) -> bool:
    """Ask every matcher of the rule, one after the other, with no index."""
    asked = (*rule.message_keys, *rule.recipient_keys)
    return rule.speaks_for(message.channel) and all(match.accepts(value_of(message, key)) for key, match in asked)


def check_reason(rule: Rule, passed: PassedOver | snapshots.PassedOver, message: Message, usage: Usage) -> None:
    """See that the key which is named is one that does not fit, or that all fit and the rule was used up."""
    assert passed.rule == rule.name
    matchers = dict((*rule.message_keys, *rule.recipient_keys))
    if passed.key == "times":
        assert matches(rule, message), passed
        assert rule.times is not None, passed
        assert usage.told(("rule", rule.index)) == rule.times, passed
    elif passed.key == "channel" and not rule.speaks_for(message.channel):
        assert passed.found == message.channel
    else:
        value = value_of(message, passed.key)
        assert not matchers[passed.key].accepts(value), passed
        assert passed.expected == matchers[passed.key].source
        assert passed.found == (str(value).lower() if isinstance(value, bool) else str(value))


def check(message: Message, looked_at: Message, account: Account, met: Counter[str]) -> None:
    """See that a message's explanation is true; `looked_at` is the message whose facts the rules were shown."""
    explanation = take_explanation(account, message)
    assert explanation.in_use
    rules = looked_at.submission.ruleset.rules
    above = rules
    if message.decision is None:
        assert explanation.rule == "defaults"
    else:
        deciding = message.decision.rule
        assert rules[deciding.index] is deciding
        assert explanation.rule == deciding.name
        assert matches(deciding, looked_at), deciding.name
        above = rules[: deciding.index]
    assert len(explanation.passed_over) == len(above)
    for rule, passed in zip(above, explanation.passed_over, strict=True):
        check_reason(rule, passed, looked_at, account.usage)
        met[passed.key] += 1


@pytest.mark.parametrize("rules", [1, 4, 30, 300])
def test_what_decided_is_what_is_named_and_every_rule_above_did_not_fit(make_world: MakeWorld, rules: int) -> None:
    met: Counter[str] = Counter()
    for seed in range(3 if rules == 300 else 12):
        dice = random.Random(f"{rules} {seed}")  # noqa: S311 -- no secret
        world = make_world_of(make_world, dice, rules)
        for _ in range(25):
            # A rule may have been used up only by what came before: so each message is looked at when it was made.
            for message in submit(dice, world).created:
                check(message, message, world.account, met)
                met[message.channel] += 1
                sms = None if message.counterpart is None else world.account.messages.get(message.counterpart)
                if sms is not None:
                    follows = message.decision is not None and "sms" in message.decision.plans
                    check(sms, message if follows else sms, world.account, met)
                    met["follows" if follows else "afresh"] += 1
    if rules >= 30:  # what random rules have not met is not shown by them
        wanted = {*PATTERNS, *FLAGS, *CODES, "times", "follows", "afresh"}
        assert wanted <= met.keys(), wanted - met.keys()


@pytest.mark.parametrize("rules", [3, 40, 300])
def test_the_first_rule_that_fits_and_is_not_used_up_decides_also_where_nothing_is_created(
    make_world: MakeWorld, rules: int
) -> None:
    for seed in range(1 if rules == 300 else 10):
        dice = random.Random(f"first {rules} {seed}")  # noqa: S311 -- no secret
        world = make_world_of(make_world, dice, rules)
        ruleset, usage, uses = world.ruleset, Usage(), Counter[int]()
        for _ in range(60):
            draft = make_draft(dice, world)
            facts = facts_of(draft.submission)
            for msisdn, reference in draft.recipients:
                country = country_of(msisdn)
                message = Message(0, draft.submission, msisdn, country, reference, 0, NO_TIMELINE, None)
                fitting = (
                    rule
                    for rule in ruleset.rules
                    if matches(rule, message) and (rule.times is None or uses[rule.index] < rule.times)
                )
                first = next(fitting, None)
                decision = ruleset.narrow(facts).choose(msisdn, country, reference or "", usage)
                assert (None if decision is None else decision.rule) is first
                if first is not None:
                    uses[first.index] += 1
                for rule, passed in zip(
                    ruleset.rules, ruleset.explain(facts, msisdn, country, reference or "", first), strict=False
                ):
                    check_reason(rule, passed, message, usage)


def test_sms_is_explained_by_what_decided_its_viber_message(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(
        dedent("""
        rules:
          - {name: any SMS, sms: {sent: 9s}}
          - {name: promo, match: {is_promotional: true}, viber: {sent: 1s}}
          - {name: both, match: {has_alt_route: true}, viber: {undeliverable: 1s}, sms: {sent: 2s}}
    """)
    )
    viber = world.send(alt=sms)
    world.advance(1_000)
    found = world.sms_of(viber)
    assert found is not None
    explanation = take_explanation(world.account, found)
    assert explanation == take_explanation(world.account, viber)
    assert [(each.rule, each.key, each.found) for each in explanation.passed_over] == [
        ("any SMS", "channel", "viber"),
        ("promo", "is_promotional", "false"),
    ]


def test_sms_is_explained_when_its_viber_message_was_dropped(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(
        dedent("""
        rules:
          - {name: any SMS, sms: {sent: 9s}}
          - {name: both, viber: {undeliverable: 1s}, sms: {sent: 2s}}
    """)
    )
    viber = world.send(alt=sms)
    world.advance(1_000)
    found = world.sms_of(viber)
    world.account.drop_oldest(1)
    assert found is not None
    assert viber.id not in world.account.messages
    assert [each.key for each in take_explanation(world.account, found).passed_over] == ["channel"]


def test_sms_is_explained_with_the_scenario_that_decided_it(make_world: MakeWorld, sms: AltRoute) -> None:
    first = "rules: [{name: nobody, match: {country: DE}, error: 5}, {name: both, viber: {sent: 1s}, sms: {sent: 2s}}]"
    world = make_world(first)
    viber = world.send(alt=sms)
    other = make_world("rules: [{name: other, match: {country: NO}, error: 5}]").ruleset
    world.account.use(other, 0)
    world.set_status(viber, "undeliverable")
    found = world.sms_of(viber)
    assert found is not None
    explanation = take_explanation(world.account, found)
    assert explanation.rule == "both"
    assert [(each.rule, each.key) for each in explanation.passed_over] == [("nobody", "country")]


def test_a_look_searches_for_no_expression_that_the_decision_did_not(make_world: MakeWorld) -> None:
    world = make_world(
        dedent("""
        rules:
          - {name: slow, match: {text: "/(l+)+x/"}, sms: {rejected: 1s}}
          - {name: lookups, match: {channel: [sms, hlr]}, error: 5}
    """)
    )
    message = world.send()
    message.submission.text = "l" * 1000  # would take for ever
    assert [(each.rule, each.key) for each in take_explanation(world.account, message).passed_over] == [
        ("slow", "channel"),
        ("lookups", "channel"),
    ]
    ((_, slow),) = world.ruleset.rules[0].message_keys
    assert slow.accepts("llx")  # it was not given up
