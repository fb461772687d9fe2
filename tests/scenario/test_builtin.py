import re
from typing import Any

import pytest

from mock_bsg import numbers
from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.domain.lifecycle import Channel
from mock_bsg.rules.answers import AnswerSetting
from mock_bsg.rules.ruleset import Decision, MessageFacts, Ruleset
from mock_bsg.rules.usage import Usage
from mock_bsg.scenario.document import read_document
from mock_bsg.scenario.library import Library

_LIBRARY = Library()
_NAMES = _LIBRARY.names()


def _decision(ruleset: Ruleset, msisdn: str, channel: Channel = "viber") -> Decision | None:
    return ruleset.narrow(MessageFacts(channel)).choose(msisdn, "GB", "", Usage())


def _plans(name: str, msisdn: str = "380501234567") -> dict[str, str]:
    ruleset = _LIBRARY.get(name)
    plans: dict[str, str] = {}
    for channel, plan in ruleset.defaults.items():
        decision = _decision(ruleset, msisdn, channel)
        plans[channel] = str(plan if decision is None else decision.plans[channel])
    return plans


def _with_followers(viber: str, sms: str, hlr: str) -> dict[str, str]:
    """Tell what each channel has, where those of the One API alone follow Viber and SMS."""
    return {"viber": viber, "sms": sms, "hlr": hlr, "rcs": viber, "telegram": viber, "voice": sms}


@pytest.mark.parametrize("name", _NAMES)
def test_description_begins_with_one_sentence_that_says_it_all(name: str) -> None:
    first = _LIBRARY.get(name).description.splitlines()[0]
    assert first.endswith(".")
    assert 30 < len(first) < 120


def test_seeds_differ() -> None:
    # As it was seen live is all that shall differ from the default: the same people, the same codes.
    seeds = [_LIBRARY.get(name).seed for name in _NAMES if name != "as-seen-live"]
    assert len(set(seeds)) == len(seeds)


def test_scenario_as_seen_live_is_the_default_with_two_answers_set() -> None:
    assert _LIBRARY.get("as-seen-live").answers == AnswerSetting("text/html; charset=UTF-8", "1")
    assert _LIBRARY.get("default").answers == AnswerSetting()
    as_seen, default = (_read(name) for name in ("as-seen-live", "default"))
    assert as_seen.keys() - {"answers"} == default.keys()
    assert {key: value for key, value in as_seen.items() if key not in _APART} == {
        key: value for key, value in default.items() if key not in _APART
    }
    assert _LIBRARY.get("as-seen-live").numbers() == _LIBRARY.get("default").numbers()


def test_scenario_as_seen_live_is_written_like_the_default_one() -> None:
    # Comments included: whoever reads one has read the other.
    texts = [_LIBRARY.get(name).source.partition("\naccount:\n")[2] for name in ("as-seen-live", "default")]
    assert len(texts[1].splitlines()) > 150
    assert texts[0] == texts[1]


def _read(name: str) -> dict[str, Any]:
    document, faults = read_document(_LIBRARY.get(name).source)
    assert document is not None
    assert faults == []
    data: dict[str, Any] = document.data
    return data


_APART = {"description", "answers"}
_CONSTANTS = {name: value for name, value in vars(numbers).items() if name.isupper()}

_OUTCOMES = {
    "DELIVERED_THEN_READ": "delivered, then read",
    "DELIVERED": "delivered, never read",
    "READ": "read",
    "UNDELIVERABLE": "undeliverable",
    "EXPIRED": "expired (the phone is off)",
    "REJECTED": "rejected",
    "UNKNOWN": "unknown",
    "STAYS_SENT": "stays sent",
    "STAYS_SCHEDULED": "stays scheduled",
    "SMS_DELIVERED": "Viber undeliverable, SMS delivered",
    "SMS_UNDELIVERABLE": "Viber undeliverable, SMS undeliverable",
    "SMS_EXPIRED": "Viber undeliverable, SMS expired",
    "SMS_REJECTED": "Viber undeliverable, SMS rejected",
    "SMS_UNKNOWN": "Viber undeliverable, SMS unknown",
    "SMS_STAYS_SENT": "Viber undeliverable, SMS stays sent",
    "SMS_DELIVERED_LATE": "Viber undeliverable, SMS delivered after a minute",
    "VIBER_EXPIRED_SMS_DELIVERED": "Viber expired, SMS delivered",
    "VIBER_REJECTED_SMS_DELIVERED": "Viber rejected, SMS delivered",
    "HTTP_429": "HTTP 429 for the whole request",
    "HTTP_500": "HTTP 500 for the whole request",
    "HTTP_502": "HTTP 502 for the whole request",
    "HTTP_503": "HTTP 503 for the whole request",
    "HTTP_504": "HTTP 504 for the whole request",
    "CONNECTION_RESET": "the connection is reset",
    "NO_ANSWER": "the request is never answered",
    "MALFORMED_ANSWER": "the answer is malformed JSON",
    "LATE_ANSWER": "the answer comes 5 s late",
}


def test_constants_and_rules_of_the_magic_numbers_agree() -> None:
    expected = {_CONSTANTS[name]: outcome for name, outcome in _OUTCOMES.items()}
    expected |= {numbers.api_error(code): f"API error {code}: {text}" for code, text in ERROR_TEXTS.items() if code}
    assert {number.msisdn: number.outcome for number in _LIBRARY.get("default").numbers()} == expected
    assert _CONSTANTS.keys() == _OUTCOMES.keys()


def test_magic_numbers_are_within_the_range_for_drama() -> None:
    assert all(re.fullmatch("447700900[0-9]{3}", number) for number in _CONSTANTS.values())


@pytest.mark.parametrize("code", [code for code in ERROR_TEXTS if code])
def test_magic_number_of_an_error_gives_that_error(code: int) -> None:
    decision = _decision(_LIBRARY.get("default"), numbers.api_error(code))
    assert decision is not None
    assert decision.error == code


@pytest.mark.parametrize("code", [0, 42, 99, 100, -1])
def test_there_is_no_magic_number_for_what_is_no_error_code(code: int) -> None:
    with pytest.raises(ValueError, match=f"{code} is not an error code of BSG's API: the codes are 1, 2"):
        numbers.api_error(code)


@pytest.mark.parametrize(
    ("number", "viber", "sms"),
    [
        (numbers.DELIVERED, "delivered", "delivered"),
        (numbers.READ, "read", "delivered"),
        (numbers.UNDELIVERABLE, "undeliverable", "undeliverable"),
        (numbers.EXPIRED, "expired", "expired"),
        (numbers.REJECTED, "rejected", "rejected"),
        (numbers.UNKNOWN, "unknown", "unknown"),
        (numbers.STAYS_SENT, "sent", "sent"),
        (numbers.STAYS_SCHEDULED, None, None),
        (numbers.SMS_DELIVERED, "undeliverable", "delivered"),
        (numbers.SMS_UNDELIVERABLE, "undeliverable", "undeliverable"),
        (numbers.SMS_EXPIRED, "undeliverable", "expired"),
        (numbers.SMS_REJECTED, "undeliverable", "rejected"),
        (numbers.SMS_UNKNOWN, "undeliverable", "unknown"),
        (numbers.SMS_STAYS_SENT, "undeliverable", "sent"),
        (numbers.VIBER_EXPIRED_SMS_DELIVERED, "expired", "delivered"),
        (numbers.VIBER_REJECTED_SMS_DELIVERED, "rejected", "delivered"),
    ],
)
def test_magic_number_ends_as_its_name_says(number: str, viber: str | None, sms: str | None) -> None:
    decision = _decision(_LIBRARY.get("default"), number)
    assert decision is not None
    ends: dict[str, str | None] = {
        channel: plan.steps[-1][0] if plan.steps else None for channel, plan in decision.plans.items()
    }
    assert ends == {"viber": viber, "sms": sms}


def test_late_answer_is_five_seconds_late_and_delivered() -> None:
    ruleset = _LIBRARY.get("default")
    decision = _decision(ruleset, numbers.LATE_ANSWER)
    assert decision is not None
    assert decision.effect is not None
    assert decision.effect.delay == (5000, 5000)
    assert decision.plans["viber"] is ruleset.defaults["viber"]


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (numbers.CONNECTION_RESET, "connection_reset"),
        (numbers.NO_ANSWER, "hang"),
        (numbers.MALFORMED_ANSWER, "malformed_response"),
    ],
)
def test_broken_answers(number: str, fault: str) -> None:
    decision = _decision(_LIBRARY.get("default"), number)
    assert decision is not None
    assert decision.effect is not None
    assert decision.effect.fault == fault


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_http_statuses(status: int) -> None:
    decision = _decision(_LIBRARY.get("default"), f"447700900{status}")
    assert decision is not None
    assert decision.effect is not None
    assert decision.effect.status == status


def test_other_numbers_of_the_default_scenario_are_delivered_and_read() -> None:
    assert _plans("default", "447700900999") == _with_followers(
        viber="sent: 1s, delivered: 2s, read: 5s", sms="sent: 1s, delivered: 2s", hlr="active: 2s"
    )


def test_documented_scenario_is_as_printed() -> None:
    ruleset = _LIBRARY.get("documented")
    assert ruleset.first_id == 217
    assert (ruleset.clock.start, ruleset.clock.manual) == (1_484_644_802_000, True)
    assert (ruleset.account.balance, ruleset.account.limit) == (1_000_000_000, 70_000_000)
    assert (ruleset.prices["viber"]["UA"], ruleset.prices["sms"]["UA"]) == (2_300_000, 230_000)
    assert _plans("documented") == _with_followers(
        viber="sent: 0s, undeliverable: 0s", sms="sent: 0s, delivered: 0s", hlr="active: 0s"
    )


@pytest.mark.parametrize(
    ("name", "viber", "sms", "hlr"),
    [
        ("sms-fallback", "undeliverable", "delivered", "active"),
        ("not-on-viber", "undeliverable", "delivered", "active"),
        ("expired", "expired", "expired", "absent"),
        ("rejected", "rejected", "rejected", "active"),
        ("slow-delivery", "read", "delivered", "active"),
    ],
)
def test_scenario_ends_as_its_name_says(name: str, viber: str, sms: str, hlr: str) -> None:
    ends = {channel: plan.split(", ")[-1].split(":")[0] for channel, plan in _plans(name).items()}
    assert ends == _with_followers(viber, sms, hlr)


def test_accounts_without_money_or_rights() -> None:
    assert _LIBRARY.get("insufficient-funds").account.balance == 0
    assert _LIBRARY.get("insufficient-funds").account.limit == 0
    assert _LIBRARY.get("blocked-account").account.blocked


def test_rate_limit_comes_first_and_then_now_and_then() -> None:
    ruleset, usage = _LIBRARY.get("rate-limited"), Usage()
    effects = [ruleset.fault_for("POST", "/viber/create", {}, b"", usage) for _ in range(14)]
    told = [None if effect is None else effect.error or effect.status for effect in effects]
    assert told == [11, 11, 429, None, None, None, None, 429, None, None, None, None, 429, None]
    assert ruleset.fault_for("GET", "/viber/217", {}, b"", Usage()) is None


def test_flaky_gateway_fails_the_same_way_every_time_and_not_at_once() -> None:
    ruleset = _LIBRARY.get("flaky-gateway")

    def run() -> list[str | None]:
        usage = Usage()
        effects = [ruleset.fault_for("POST", "/viber/create", {}, b"", usage) for _ in range(100)]
        return [None if effect is None else effect.name for effect in effects]

    assert run() == run()
    assert run()[0] is None
    assert set(run()) == {None, *(fault.name for fault in ruleset.faults)}


def test_random_scenario_knows_every_end() -> None:
    ruleset = _LIBRARY.get("random")
    for channel, ends in (
        ("viber", {"read", "delivered", "undeliverable", "expired", "rejected", "unknown"}),
        ("sms", {"delivered", "undeliverable", "expired", "rejected", "unknown"}),
        ("hlr", {"active", "absent", "unknown", "failed"}),
        ("rcs", {"read", "delivered", "undeliverable", "expired", "rejected", "unknown"}),
        ("voice", {"delivered", "undeliverable", "expired", "rejected", "unknown"}),
        ("telegram", {"read", "delivered", "undeliverable", "expired", "rejected", "unknown"}),
    ):
        candidates = ruleset.narrow(MessageFacts(channel))  # type: ignore[arg-type]  # a channel, one of six
        decisions = [candidates.choose(f"38050{number:07}", "UA", "", Usage()) for number in range(500)]
        assert {v.plans[channel].steps[-1][0] for v in decisions if v is not None} == ends  # type: ignore[index]  # as above
