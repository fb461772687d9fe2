from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.sandbox.timeline import ImpossibleStepError, Step, Timeline, lay_out

if TYPE_CHECKING:
    from mock_bsg.domain.lifecycle import Channel

SECOND = 1_000
DAY = 86_400 * SECOND


def steps(**times: float) -> list[Step]:
    return [Step(status, int(at * SECOND)) for status, at in times.items()]


def course(timeline: Timeline) -> list[tuple[str, float]]:
    return [(step.status, step.offset / SECOND) for step in timeline.steps]


def test_status_at_an_instant_is_read_off_the_timeline() -> None:
    timeline = lay_out("viber", steps(sent=1, delivered=3, read=10), DAY)
    read = [timeline.statuses[timeline.position(int(at * SECOND))] for at in (0, 0.999, 1, 2.999, 3, 9.999, 10, 99)]
    assert read == ["scheduled", "scheduled", "sent", "sent", "delivered", "delivered", "read", "read"]


def test_of_several_steps_at_one_instant_the_last_is_in_force() -> None:
    timeline = lay_out("viber", steps(sent=0, undeliverable=0), DAY)
    assert timeline.statuses[timeline.position(0)] == "undeliverable"


def test_steps_that_life_implies_are_filled_in() -> None:
    assert course(lay_out("viber", steps(delivered=3), DAY)) == [("scheduled", 0), ("sent", 3), ("delivered", 3)]
    assert course(lay_out("sms", steps(undeliverable=3), DAY)) == [("scheduled", 0), ("sent", 3), ("undeliverable", 3)]


def test_rejected_comes_without_sent() -> None:
    assert course(lay_out("viber", steps(rejected=1), DAY)) == [("scheduled", 0), ("rejected", 1)]


def test_message_that_has_not_arrived_expires_when_validity_has_passed_since_it_was_sent() -> None:
    timeline = lay_out("viber", steps(sent=2, delivered=13), 10 * SECOND)
    assert course(timeline) == [("scheduled", 0), ("sent", 2), ("expired", 12)]


def test_message_that_arrives_at_the_very_end_of_validity_has_arrived() -> None:
    timeline = lay_out("viber", steps(sent=2, delivered=12, read=99), 10 * SECOND)
    assert course(timeline) == [("scheduled", 0), ("sent", 2), ("delivered", 12), ("read", 99)]


def test_message_that_is_one_millisecond_late_expires() -> None:
    timeline = lay_out("viber", steps(sent=2, delivered=12.001), 10 * SECOND)
    assert course(timeline)[-1] == ("expired", 12)


def test_delivered_message_never_expires() -> None:
    timeline = lay_out("viber", steps(sent=1, delivered=2), 10 * SECOND)
    assert course(timeline)[-1] == ("delivered", 2)


def test_failure_planned_after_the_end_of_validity_is_an_expiry() -> None:
    timeline = lay_out("viber", steps(sent=1, undeliverable=60), 10 * SECOND)
    assert course(timeline)[-1] == ("expired", 11)


def test_plan_that_ends_with_sent_expires_at_the_end_of_validity() -> None:
    assert course(lay_out("viber", steps(sent=1), DAY)) == [("scheduled", 0), ("sent", 1), ("expired", 86_401)]


def test_message_that_stays_scheduled_expires_when_validity_has_passed_since_its_start() -> None:
    assert course(lay_out("viber", [], 10 * SECOND)) == [("scheduled", 0), ("expired", 10)]


def test_message_that_is_sent_late_counts_its_validity_from_then() -> None:
    timeline = lay_out("viber", steps(sent=60, delivered=65), 10 * SECOND)
    assert course(timeline)[-1] == ("delivered", 65)


def test_lookup_has_no_validity_and_stays_where_its_plan_ends() -> None:
    assert course(lay_out("hlr", [], None)) == [("sent", 0)]


def test_message_scheduled_for_later_is_there_before_its_start() -> None:
    timeline = lay_out("viber", steps(sent=1, delivered=2), DAY, lead=60 * SECOND)
    assert course(timeline) == [("scheduled", -60), ("sent", 1), ("delivered", 2)]
    assert timeline.statuses[timeline.position(-30 * SECOND)] == "scheduled"


def test_validity_of_a_scheduled_message_counts_from_its_sending() -> None:
    timeline = lay_out("viber", steps(sent=0, delivered=11), 10 * SECOND, lead=60 * SECOND)
    assert course(timeline)[-1] == ("expired", 10)


@pytest.mark.parametrize("end", ["undeliverable", "rejected", "expired", "failed", "not_viber_user"])
def test_undelivered_ends_are_failures(end: str) -> None:
    assert lay_out("viber", steps(**{"sent": 1, end: 2}), DAY).failed_at == 2 * SECOND


@pytest.mark.parametrize("end", ["delivered", "unknown", "deleted"])
def test_other_ends_are_none(end: str) -> None:
    assert lay_out("viber", steps(**{"sent": 1, end: 2}), DAY).failed_at is None


def test_status_by_hand_happens_now_and_keeps_the_planned_steps_that_can_still_follow() -> None:
    planned = lay_out("viber", steps(sent=1, delivered=5, read=10), DAY)
    by_hand = planned.with_step_now("delivered", 2 * SECOND)
    assert course(by_hand) == [("scheduled", 0), ("sent", 1), ("delivered", 2), ("read", 10)]


def test_status_by_hand_brings_the_steps_that_it_implies() -> None:
    planned = lay_out("viber", steps(sent=5, delivered=6), DAY)
    by_hand = planned.with_step_now("read", 2 * SECOND)
    assert course(by_hand) == [("scheduled", 0), ("sent", 2), ("delivered", 2), ("read", 2)]


def test_failure_by_hand_drops_all_that_was_planned() -> None:
    planned = lay_out("viber", steps(sent=1, delivered=5, read=10), DAY)
    by_hand = planned.with_step_now("undeliverable", 2 * SECOND)
    assert course(by_hand) == [("scheduled", 0), ("sent", 1), ("undeliverable", 2)]


def test_sent_by_hand_keeps_the_planned_failure() -> None:
    planned = lay_out("viber", steps(sent=5, undeliverable=6), DAY)
    by_hand = planned.with_step_now("sent", 2 * SECOND)
    assert course(by_hand) == [("scheduled", 0), ("sent", 2), ("undeliverable", 6)]


def test_delivered_by_hand_drops_the_planned_expiry() -> None:
    planned = lay_out("viber", steps(sent=1), 10 * SECOND)
    assert course(planned.with_step_now("delivered", 2 * SECOND))[-1] == ("delivered", 2)


def test_status_by_hand_before_the_start_of_a_scheduled_message() -> None:
    planned = lay_out("viber", steps(sent=0, delivered=1), DAY, lead=60 * SECOND)
    by_hand = planned.with_step_now("sent", -30 * SECOND)
    assert course(by_hand) == [("scheduled", -60), ("sent", -30), ("delivered", 1)]


def test_timeline_that_is_replaced_stays_as_it_was() -> None:
    planned = lay_out("viber", steps(sent=1, delivered=5), DAY)
    planned.with_step_now("undeliverable", 2 * SECOND)
    assert course(planned) == [("scheduled", 0), ("sent", 1), ("delivered", 5)]


@pytest.mark.parametrize(
    ("channel", "end", "wanted"),
    [
        ("viber", "read", "delivered"),
        ("viber", "undeliverable", "delivered"),
        ("viber", "expired", "read"),
        ("viber", "delivered", "undeliverable"),
        ("viber", "delivered", "sent"),
        ("viber", "delivered", "delivered"),
        ("sms", "delivered", "undeliverable"),
        ("hlr", "active", "absent"),
    ],
)
def test_impossible_step_is_refused_with_a_sentence(channel: Channel, end: str, wanted: str) -> None:
    timeline = lay_out(channel, [Step(end, SECOND)], DAY)
    with pytest.raises(ImpossibleStepError, match=f"'{end}' cannot become '{wanted}'"):
        timeline.with_step_now(wanted, 2 * SECOND)


def causes(timeline: Timeline) -> list[tuple[str, str | None]]:
    return [(step.status, step.cause) for step in timeline.steps]


def test_each_step_says_what_caused_it() -> None:
    timeline = lay_out("viber", steps(sent=1, delivered=3), 2 * SECOND)
    assert causes(timeline) == [("scheduled", "request"), ("sent", "plan"), ("delivered", "plan")]
    late = lay_out("viber", steps(sent=1, delivered=9), 2 * SECOND)
    assert causes(late) == [("scheduled", "request"), ("sent", "plan"), ("expired", "validity")]


def test_what_a_hand_did_is_not_said_to_be_planned() -> None:
    timeline = lay_out("viber", steps(sent=1, delivered=3, read=9), None)
    by_hand = timeline.with_step_now("delivered", 0)
    assert causes(by_hand) == [
        ("scheduled", "request"),
        ("sent", "hand"),
        ("delivered", "hand"),
        ("read", "plan"),
    ]
    assert causes(timeline.with_step_now("rejected", 2 * SECOND))[-2:] == [("sent", "plan"), ("rejected", "hand")]
