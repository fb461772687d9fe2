import pickle
import random
import sys
from collections import Counter
from typing import NoReturn

import pytest

from mock_bsg.domain.lifecycle import Channel
from mock_bsg.rules.one_api import OneApiSetting, TemplateSetting
from mock_bsg.rules.ruleset import Decision, MessageFacts, PassedOver, Ruleset
from mock_bsg.rules.usage import Counted, Quote, Usage
from mock_bsg.scenario.library import compile_text

_VIBER = MessageFacts("viber", alpha_name="BSG", text="hello", has_alt_route=True, validity=86400)
_SMS = MessageFacts("sms", originator="BSG", text="hello")
_NUMBER = "380501234567"


def _ruleset(text: str) -> Ruleset:
    return compile_text(text, "test")


def _choose(
    ruleset: Ruleset,
    msisdn: str = _NUMBER,
    *,
    facts: MessageFacts = _VIBER,
    country: str = "UA",
    reference: str = "",
    usage: Usage | None = None,
) -> Decision | None:
    return ruleset.narrow(facts).choose(msisdn, country, reference, Usage() if usage is None else usage)


def _rule_name(decision: Decision | None) -> str | None:
    return None if decision is None or decision.rule is None else decision.rule.name


def _plan(decision: Decision | None, channel: Channel) -> str | None:
    return None if decision is None or channel not in decision.plans else str(decision.plans[channel])


def test_empty_scenario_leaves_everything_to_the_defaults() -> None:
    ruleset = _ruleset("")
    assert ruleset.narrow(_VIBER).always_default
    assert _choose(ruleset) is None
    assert {channel: str(plan) for channel, plan in ruleset.defaults.items()} == {
        "viber": "sent: 1s, delivered: 2s, read: 5s",
        "sms": "sent: 1s, delivered: 2s",
        "hlr": "active: 2s",
        "rcs": "sent: 1s, delivered: 2s, read: 5s",
        "voice": "sent: 1s, delivered: 2s",
        "telegram": "sent: 1s, delivered: 2s, read: 5s",
    }


def test_defaults_of_one_channel_keep_the_others() -> None:
    ruleset = _ruleset("defaults: {viber: {sent: 9s}}")
    assert str(ruleset.defaults["viber"]) == "sent: 9s"
    assert str(ruleset.defaults["sms"]) == "sent: 1s, delivered: 2s"


def test_defaults_of_a_channel_hold_for_those_that_follow_it_and_have_none() -> None:
    ruleset = _ruleset("defaults: {viber: {sent: 9s}, sms: {sent: 8s}, telegram: {sent: 7s}}")
    plans = {channel: (plan.channel, str(plan)) for channel, plan in ruleset.defaults.items()}
    assert plans["rcs"] == ("rcs", "sent: 9s")
    assert plans["voice"] == ("voice", "sent: 8s")
    assert plans["telegram"] == ("telegram", "sent: 7s")


@pytest.mark.parametrize(("channel", "model"), [("rcs", "viber"), ("telegram", "viber"), ("voice", "sms")])
def test_plan_of_a_rule_holds_for_the_channels_that_follow_unless_they_have_their_own(
    channel: Channel, model: Channel
) -> None:
    facts = MessageFacts(channel)
    followed = _choose(_ruleset(f"rules: [{{{model}: {{sent: 9s}}}}]"), facts=facts)
    assert followed is not None
    assert (followed.plans[channel].channel, str(followed.plans[channel])) == (channel, "sent: 9s")
    own = _ruleset(f"rules: [{{{model}: {{sent: 9s}}, {channel}: {{sent: 8s}}}}]")
    assert _plan(_choose(own, facts=facts), channel) == "sent: 8s"
    assert _plan(_choose(own, facts=MessageFacts(model)), model) == "sent: 9s"
    alone = _ruleset(f"rules: [{{{channel}: {{sent: 8s}}}}]")
    assert _plan(_choose(alone, facts=facts), channel) == "sent: 8s"
    assert _choose(alone, facts=MessageFacts(model)) is None


def test_channel_follows_within_an_outcome_unless_it_has_a_plan_there_or_beside_it() -> None:
    ruleset = _ruleset("""
        rules:
          - name: dice
            telegram: {sent: 9s}
            outcomes: [{weight: 1}, {viber: {sent: 3s}, sms: {rejected: 1s}}, {viber: {sent: 4s}, rcs: {sent: 5s}}]
    """)

    def drawn(channel: Channel) -> set[str | None]:
        facts = MessageFacts(channel)
        numbers = (str(10**10 + number) for number in range(60))
        return {_plan(_choose(ruleset, number, facts=facts), channel) for number in numbers}

    assert drawn("viber") == {"sent: 1s, delivered: 2s, read: 5s", "sent: 3s", "sent: 4s"}
    assert drawn("rcs") == {"sent: 1s, delivered: 2s, read: 5s", "sent: 3s", "sent: 5s"}
    assert drawn("telegram") == {"sent: 9s"}
    assert drawn("voice") == {"sent: 1s, delivered: 2s", "rejected: 1s"}


def test_match_by_channel_does_not_mean_those_that_follow_it() -> None:
    ruleset = _ruleset("rules: [{name: only, match: {channel: viber}, viber: {sent: 9s}}, {name: other, error: 5}]")
    assert _rule_name(_choose(ruleset)) == "only"
    assert _rule_name(_choose(ruleset, facts=MessageFacts("rcs"))) == "other"


def test_match_by_a_channel_that_follows_takes_the_plan_that_it_follows() -> None:
    ruleset = _ruleset("rules: [{match: {channel: [rcs, voice]}, viber: {sent: 9s}, sms: {sent: 8s}}]")
    assert ruleset.narrow(_VIBER).always_default
    assert _plan(_choose(ruleset, facts=MessageFacts("rcs")), "rcs") == "sent: 9s"
    assert _plan(_choose(ruleset, facts=MessageFacts("voice")), "voice") == "sent: 8s"
    assert _choose(ruleset, facts=MessageFacts("telegram")) is None


@pytest.mark.parametrize("channel", ["sms", "rcs", "voice", "telegram"])
def test_originator_is_the_sender_of_every_message_but_one_of_viber(channel: Channel) -> None:
    ruleset = _ruleset('rules: [{match: {originator: "Shop*"}, error: 5}]')
    assert _choose(ruleset, facts=MessageFacts(channel, originator="Shop 24")) is not None
    assert ruleset.narrow(MessageFacts(channel, originator="BSG")).always_default
    assert ruleset.narrow(MessageFacts("viber", alpha_name="Shop 24")).always_default


def test_decision_about_an_rcs_message_has_the_plan_of_the_sms_that_may_follow() -> None:
    ruleset = _ruleset("rules: [{viber: {undeliverable: 1s}, sms: {delivered: 3s}}]")
    decision = _choose(ruleset, facts=MessageFacts("rcs", has_alt_route=True))
    assert (_plan(decision, "rcs"), _plan(decision, "sms")) == ("undeliverable: 1s", "delivered: 3s")


def test_first_rule_that_matches_decides() -> None:
    ruleset = _ruleset("""
        rules:
          - {name: exact, match: {msisdn: "380501234567"}, viber: {sent: 1s}}
          - {name: beginning, match: {msisdn: "38050*"}, viber: {sent: 2s}}
          - {name: country, match: {country: UA}, viber: {sent: 3s}}
          - {name: rest, viber: {sent: 4s}}
    """)
    assert _rule_name(_choose(ruleset)) == "exact"
    assert _rule_name(_choose(ruleset, "380501234568")) == "beginning"
    assert _rule_name(_choose(ruleset, "380661234567")) == "country"
    assert _rule_name(_choose(ruleset, "491511234567", country="DE")) == "rest"


def test_general_rule_above_a_special_one_decides() -> None:
    ruleset = _ruleset("""
        rules:
          - {name: rest, viber: {sent: 4s}}
          - {name: exact, match: {msisdn: "380501234567"}, viber: {sent: 1s}}
    """)
    assert _rule_name(_choose(ruleset)) == "rest"


def test_all_keys_of_a_match_must_fit() -> None:
    ruleset = _ruleset("""
        rules:
          - match: {msisdn: "38050*", country: UA, reference: "a-*", alpha_name: BSG, text: "h*", has_alt_route: true}
            viber: {sent: 1s}
    """)
    assert _choose(ruleset, reference="a-1") is not None
    assert _choose(ruleset, reference="b-1") is None
    assert _choose(ruleset, reference="a-1", country="DE") is None
    assert _choose(ruleset, "380661234567", reference="a-1") is None
    for other in (
        MessageFacts("viber", alpha_name="other", text="hello", has_alt_route=True),
        MessageFacts("viber", alpha_name="BSG", text="bye", has_alt_route=True),
        MessageFacts("viber", alpha_name="BSG", text="hello", has_alt_route=False),
    ):
        assert ruleset.narrow(other).always_default


def test_message_keys_are_held_against_the_message() -> None:
    ruleset = _ruleset("""
        rules:
          - {name: promo, match: {is_promotional: true}, viber: {sent: 1s}}
          - {name: dear, match: {tariff: 5..9}, viber: {sent: 1s}}
          - {name: short, match: {validity: 1..60}, viber: {sent: 1s}, sms: {sent: 1s}}
          - {name: sender, match: {originator: BSG}, sms: {sent: 1s}}
    """)
    assert _rule_name(_choose(ruleset, facts=MessageFacts("viber", is_promotional=True))) == "promo"
    assert _rule_name(_choose(ruleset, facts=MessageFacts("viber", tariff=9))) == "dear"
    assert _rule_name(_choose(ruleset, facts=MessageFacts("viber", validity=60))) == "short"
    assert _rule_name(_choose(ruleset, facts=MessageFacts("sms", originator="BSG"))) == "sender"
    assert _choose(ruleset, facts=MessageFacts("viber")) is None


def test_rule_without_a_plan_for_the_channel_is_passed_over() -> None:
    ruleset = _ruleset("""
        rules:
          - {name: sms only, sms: {sent: 1s}}
          - {name: viber only, viber: {sent: 1s}}
    """)
    assert _rule_name(_choose(ruleset)) == "viber only"
    assert _rule_name(_choose(ruleset, facts=_SMS)) == "sms only"
    assert _choose(ruleset, facts=MessageFacts("hlr")) is None
    assert ruleset.narrow(MessageFacts("mnp")).always_default


def test_channel_of_a_match_is_held_against_the_message() -> None:
    ruleset = _ruleset("rules: [{match: {channel: [sms, mnp]}, error: 21}]")
    assert ruleset.narrow(_VIBER).always_default
    for facts in (_SMS, MessageFacts("mnp")):
        decision = _choose(ruleset, facts=facts)
        assert decision is not None
        assert (decision.error, dict(decision.plans)) == (21, {})


def test_viber_decision_has_the_plan_of_the_sms_that_may_follow() -> None:
    ruleset = _ruleset("""
        rules:
          - {name: both, match: {country: UA}, viber: {undeliverable: 1s}, sms: {delivered: 3s}}
          - {name: viber, viber: {undeliverable: 1s}}
    """)
    assert _plan(_choose(ruleset), "sms") == "delivered: 3s"
    assert _plan(_choose(ruleset, country="DE"), "sms") is None


def test_delay_and_headers_alone_leave_the_plan_to_the_defaults() -> None:
    ruleset = _ruleset("rules: [{name: late, delay: 5s, headers: {X-A: b}}]")
    decision = _choose(ruleset)
    assert decision is not None
    assert decision.effect is not None
    assert not decision.effect.ends_request
    assert decision.effect.headers == (("X-A", "b"),)
    assert decision.plans["viber"] is ruleset.defaults["viber"]
    assert decision.error is None


@pytest.mark.parametrize("end", ["status: 503", "fault: hang"])
def test_status_and_fault_of_a_rule_end_the_request(end: str) -> None:
    decision = _choose(_ruleset(f"rules: [{{{end}}}]"))
    assert decision is not None
    assert decision.effect is not None
    assert decision.effect.ends_request
    assert decision.effect.name == "rule 1"
    assert decision.effect.origin == "rule"
    assert not decision.plans


def test_error_of_a_rule_is_no_effect_on_the_request() -> None:
    decision = _choose(_ruleset("rules: [{error: 43}]"))
    assert decision is not None
    assert (decision.error, decision.effect) == (43, None)


def test_rule_is_used_up_for_each_account_by_itself() -> None:
    ruleset = _ruleset("""
        rules:
          - {name: twice, match: {reference: "retry-*"}, times: 2, error: 5}
          - {name: after, viber: {sent: 1s}}
    """)
    usage = Usage()
    names = [_rule_name(_choose(ruleset, reference="retry-1", usage=usage)) for _ in range(4)]
    assert names == ["twice", "twice", "after", "after"]
    assert _rule_name(_choose(ruleset, reference="retry-1")) == "twice"


def test_uses_are_counted_for_what_was_decided_only() -> None:
    ruleset = _ruleset('rules: [{match: {msisdn: "38050*"}, times: 1, error: 5}]')
    usage = Usage()
    assert _choose(ruleset, "491511234567", usage=usage) is None
    assert _choose(ruleset, usage=usage) is not None
    assert _choose(ruleset, usage=usage) is None


def test_quote_counts_for_itself() -> None:
    ruleset = _ruleset("rules: [{times: 1, error: 5}]\nfaults: [{times: 1, status: 503}]")
    usage = Usage()
    quote = Quote(usage)
    assert _choose(ruleset, usage=quote) is not None
    assert ruleset.fault_for("GET", "/", {}, b"", quote) is not None
    assert _choose(ruleset, usage=usage) is not None
    assert _choose(ruleset, usage=quote) is None
    assert ruleset.fault_for("GET", "/", {}, b"", Quote(quote)) is None


class _Untold(dict[Counted, int]):
    """Counters that cannot be gone through."""

    def keys(self) -> NoReturn:
        raise AssertionError("somebody goes through all counters")

    __iter__ = keys


def test_quote_goes_on_from_counters_that_it_never_goes_through() -> None:
    ruleset, usage = _ruleset("rules: [{viber: {sent: 1s..9s}}]"), Usage()
    usage.counts = _Untold({("draw", 0, _NUMBER): 41})
    quote = Quote(usage)
    decisions = [_choose(ruleset, usage=quote), _choose(ruleset, usage=quote), _choose(ruleset, usage=usage)]
    assert [None if decision is None else decision.draw for decision in decisions] == [41, 42, 41]


def test_decision_without_chance_is_one_and_the_same_object() -> None:
    ruleset = _ruleset("rules: [{viber: {sent: 1s}}]")
    usage = Usage()
    assert _choose(ruleset, usage=usage) is _choose(ruleset, "380501234568", usage=usage)
    assert not usage.counts


def test_draws_are_counted_for_each_number_and_rule() -> None:
    ruleset = _ruleset("""
        rules:
          - {match: {reference: "a*"}, viber: {sent: 1s..2s}}
          - {viber: {sent: 1s..2s}}
    """)
    usage = Usage()
    asked = [("1", "a"), ("1", "a"), ("2", "a"), ("1", "b"), ("1", "a")]
    decisions = [_choose(ruleset, msisdn, reference=reference, usage=usage) for msisdn, reference in asked]
    assert [decision.draw for decision in decisions if decision is not None] == [0, 1, 0, 0, 2]


_DICE = """
seed: {seed}
rules:
  - name: {name}
    outcomes:
      - {{weight: 80, viber: {{sent: 1s, delivered: 2s}}}}
      - {{weight: 20, viber: {{sent: 1s, expired: 60s}}}}
"""


def _draw_outcomes(ruleset: Ruleset, numbers: list[str]) -> dict[str, str | None]:
    usage = Usage()
    return {number: _plan(_choose(ruleset, number, usage=usage), "viber") for number in numbers}


def test_outcomes_do_not_depend_on_the_order_of_arrival() -> None:
    numbers = [f"3805000{number:05}" for number in range(200)]
    shuffled = random.Random(1).sample(numbers, len(numbers))  # noqa: S311 -- no secret
    ruleset = _ruleset(_DICE.format(seed=1, name="dice"))
    assert _draw_outcomes(ruleset, numbers) == _draw_outcomes(ruleset, shuffled)
    for other in (_DICE.format(seed=2, name="dice"), _DICE.format(seed=1, name="ecid")):
        assert _draw_outcomes(ruleset, numbers) != _draw_outcomes(_ruleset(other), numbers)


def test_outcomes_are_drawn_by_weight() -> None:
    ruleset = _ruleset(_DICE.format(seed=1, name="dice"))
    drawn = Counter(_draw_outcomes(ruleset, [str(10**10 + number) for number in range(5000)]).values())
    assert drawn.keys() == {"sent: 1s, delivered: 2s", "sent: 1s, expired: 1m"}
    assert 850 < drawn["sent: 1s, expired: 1m"] < 1150


def test_second_message_to_a_number_is_drawn_anew() -> None:
    ruleset = _ruleset(_DICE.format(seed=1, name="dice"))
    usage = Usage()
    drawn = [_plan(_choose(ruleset, usage=usage), "viber") for _ in range(50)]
    assert len(set(drawn)) == 2


def test_outcome_without_a_plan_for_the_channel_leaves_it_to_the_rule_and_then_the_defaults() -> None:
    ruleset = _ruleset("""
        rules:
          - name: dice
            sms: {delivered: 9s}
            outcomes: [{weight: 1}, {viber: {sent: 3s}, sms: {rejected: 1s}}]
    """)
    drawn = {
        (_plan(decision, "viber"), _plan(decision, "sms"))
        for decision in (_choose(ruleset, str(10**10 + number)) for number in range(50))
    }
    assert drawn == {("sent: 1s, delivered: 2s, read: 5s", "delivered: 9s"), ("sent: 3s", "rejected: 1s")}


def test_explanation_names_the_first_key_that_did_not_fit() -> None:
    ruleset = _ruleset("""
        rules:
          - {name: other text, match: {text: "bye*", country: DE}, viber: {sent: 1s}}
          - {name: other country, match: {country: [DE, NO]}, viber: {sent: 1s}}
          - {name: other number, match: {msisdn: "38066*"}, viber: {sent: 1s}}
          - {name: promo, match: {is_promotional: true}, viber: {sent: 1s}}
          - {name: sms, sms: {sent: 1s}}
          - {name: used up, times: 1, error: 5}
          - {name: this one, viber: {sent: 1s}}
          - {name: below, viber: {sent: 1s}}
    """)
    usage = Usage()
    _choose(ruleset, usage=usage)
    decision = _choose(ruleset, usage=usage)
    assert decision is not None
    assert _rule_name(decision) == "this one"
    assert ruleset.explain(_VIBER, _NUMBER, "UA", "", decision.rule) == [
        PassedOver("other text", "text", "bye*", "hello"),
        PassedOver("other country", "country", "[DE, NO]", "UA"),
        PassedOver("other number", "msisdn", "38066*", _NUMBER),
        PassedOver("promo", "is_promotional", "true", "false"),
        PassedOver("sms", "channel", "sms", "viber"),
        PassedOver("used up", "times", "1 at most", "used up"),
    ]


def test_explanation_names_the_channels_that_a_rule_speaks_of_itself() -> None:
    ruleset = _ruleset("""
        rules:
          - {name: viber, viber: {sent: 1s}}
          - {name: own, viber: {sent: 1s}, rcs: {sent: 2s}}
          - {name: rcs, rcs: {sent: 2s}}
          - {name: either, outcomes: [{viber: {sent: 1s}}, {voice: {sent: 1s}}]}
    """)
    passed = ruleset.explain(_SMS, _NUMBER, "UA", "", None)
    assert [(each.rule, each.key, each.expected, each.found) for each in passed] == [
        ("viber", "channel", "viber", "sms"),
        ("own", "channel", "rcs or viber", "sms"),
        ("rcs", "channel", "rcs", "sms"),
        ("either", "channel", "viber or voice", "sms"),
    ]


def test_explanation_of_the_defaults_names_every_rule() -> None:
    ruleset = _ruleset("rules: [{match: {country: DE}, error: 5}, {match: {reference: x}, error: 5}]")
    passed = ruleset.explain(_VIBER, _NUMBER, "UA", "", None)
    assert [(each.rule, each.key) for each in passed] == [("rule 1", "country"), ("rule 2", "reference")]


def test_numbers_are_the_rules_that_name_one() -> None:
    ruleset = _ruleset("""
        rules:
          - {name: two, match: {msisdn: ["380501234567", "380501234568", "38066*"]}, error: 5}
          - {name: none, match: {country: UA}, error: 5}
    """)
    assert [(number.msisdn, number.outcome) for number in ruleset.numbers()] == [
        ("380501234567", "two"),
        ("380501234568", "two"),
    ]


def test_ruleset_can_be_pickled() -> None:
    text = (
        _DICE.format(seed=1, name="dice")
        + "faults: [{match: {body: '/x/'}, every: 2, status: 503}]\none_api: {templates: {}}"
    )
    ruleset = _ruleset(text)
    copy = pickle.loads(pickle.dumps(ruleset))  # noqa: S301 -- our own
    assert copy.one_api == ruleset.one_api != OneApiSetting()
    numbers = [str(10**10 + number) for number in range(20)]
    assert _draw_outcomes(copy, numbers) == _draw_outcomes(ruleset, numbers)
    assert copy.fault_for("POST", "/", {}, b"x", Usage()) is None
    assert copy.source == ruleset.source == text


def test_settings_come_through() -> None:
    ruleset = _ruleset("""
        description: |
          Hello.
          More.
        seed: -3
        first_id: 217
        clock: {start: "2017-01-17T11:20:02+02:00", manual: true}
        account: {balance: -0.5, limit: 7, currency: USD, blocked: true, senders: [BSG, 5050], tariffs: {0: 1, 9: 0.8}}
        prices: {viber: {UA: 0.23, NO: 0.0000001, default: 0}}
        reports: {delay: 1s..5s, duplicate: 0.1, lose: 0.05, reorder: 1}
        one_api:
          token_life: 1h
          otp: 12345
          moderation: 0s
          templates:
            60: {countries: DE}
            57: {text: "Code {code2fa}", name: shop, countries: [UA, PL, UA], status: requested}
        incoming:
          - {msisdn: 380501234567, text: later, at: 20s}
          - {msisdn: "+380501234567", originator: 5050, text: hi, at: 10s}
    """)
    assert ruleset.description == "Hello.\nMore."
    assert (ruleset.seed, ruleset.first_id) == (-3, 217)
    assert (ruleset.clock.start, ruleset.clock.speed, ruleset.clock.manual) == (1_484_644_802_000, 1.0, True)
    account = ruleset.account
    assert (account.balance, account.limit, account.currency, account.blocked) == (-5_000_000, 70_000_000, "USD", True)
    assert account.senders == frozenset({"BSG", "5050"})
    assert {code: str(factor) for code, factor in account.tariffs.items()} == {0: "1", 9: "0.8"}
    assert ruleset.prices == {"viber": {"UA": 2_300_000, "NO": 1, "default": 0}}
    assert (ruleset.reports.delay.high, ruleset.reports.duplicate, ruleset.reports.lose) == (5000, 0.1, 0.05)
    assert ruleset.one_api == OneApiSetting(
        3_600_000,
        "12345",
        0,
        {
            1: TemplateSetting(),
            57: TemplateSetting("Code {code2fa}", "shop", ("UA", "PL"), "requested"),
            60: TemplateSetting(name="template 60", countries=("DE",)),
        },
    )
    assert [(sms.msisdn, sms.originator, sms.text, sms.at) for sms in ruleset.incoming] == [
        ("380501234567", "5050", "hi", 10_000),
        ("380501234567", "", "later", 20_000),
    ]


@pytest.mark.parametrize(
    ("one_api", "setting"),
    [
        ("{}", OneApiSetting()),
        ("{templates: {}}", OneApiSetting(templates={1: TemplateSetting()})),
        (
            '{templates: {1: {text: "Code {code2fa}"}}}',
            OneApiSetting(templates={1: TemplateSetting("Code {code2fa}")}),
        ),
        ('{otp: "1"}', OneApiSetting(otp="1")),
        ("{token_life: 1s}", OneApiSetting(token_life=1000)),
    ],
)
def test_settings_of_the_one_api(one_api: str, setting: OneApiSetting) -> None:
    assert _ruleset(f"one_api: {one_api}").one_api == setting
    assert _ruleset("").one_api == OneApiSetting()


@pytest.mark.parametrize(
    ("clock", "setting"),
    [
        ("real", (None, 1.0, False)),
        ("manual", (None, 1.0, True)),
        ("{speed: 60}", (None, 60.0, False)),
        ("{start: 2017-01-17 09:20:02}", (1_484_644_802_000, 1.0, False)),
        ("{start: 2017-01-17T09:20:02Z, speed: 0.5}", (1_484_644_802_000, 0.5, False)),
    ],
)
def test_clocks(clock: str, setting: tuple[int | None, float, bool]) -> None:
    read = _ruleset(f"clock: {clock}").clock
    assert (read.start, read.speed, read.manual) == setting


def test_ruleset_needs_neither_pydantic_nor_yaml() -> None:
    import subprocess

    program = (
        "import sys, mock_bsg.rules.ruleset, mock_bsg.scenario.library, mock_bsg.domain.lifecycle\n"
        "print([name for name in ('pydantic', 'ruamel.yaml', 'difflib') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
