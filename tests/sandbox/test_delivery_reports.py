"""Delivery reports without HTTP: which are due when, in what order, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.domain.error_codes import VIBER_CODES
from mock_bsg.sandbox import delivery_reports as room
from mock_bsg.sandbox.delivery_reports import Attempt, Report
from mock_bsg.sandbox.message import AltRoute
from mock_bsg.sandbox.sending import Draft, Recipient, send

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message
    from mock_bsg.sandbox.news import News
    from tests.sandbox.conftest import MakeWorld, World

PLAN = "defaults: {viber: {sent: 1s, delivered: 3s, read: 10s}, sms: {sent: 1s, delivered: 2s}}\n"
FAILS = "defaults: {viber: {sent: 1s, undeliverable: 2s}, sms: {sent: 1s, delivered: 2s}}\n"
URL = "http://127.0.0.1:9/hook"


def send_to(world: World, msisdn: str = "380972920000", reference: str | None = None) -> Message:
    """Send a message that asks for reports."""
    submission = world.submission()
    submission.callback_url = URL
    receipt = send(world.account, [Draft(submission, [Recipient(msisdn, reference)])], VIBER_CODES, world.now)
    (message,) = receipt.created
    return message


def answer_all(world: World, status: int | None = 200) -> list[tuple[int, str]]:
    """Let the receiver answer everything that is due; time and status of each attempt."""
    tried = []
    while due := world.account.reports.take_due(world.now):
        for report in due:
            tried.append((world.now - world.start, report.status))
            error = None if status else "nobody there"
            world.account.record(report, Attempt(world.now, status, error), world.now)
    return tried


def live_through(world: World, status: int | None = 200) -> list[tuple[int, str]]:
    """Go from one thing that happens to the next until nothing is left; the attempts on the way."""
    tried = answer_all(world, status)
    account = world.account
    while dues := [due for due in (account.event_queue.next_due(), account.reports.next_due()) if due is not None]:
        world.advance(max(0, min(dues) - world.now))
        tried += answer_all(world, status)
    return tried


def states(world: World) -> list[tuple[str, str]]:
    return [(report.status, report.state) for report in reversed(list(world.account.reports.newest_first()))]


def test_every_status_after_creation_is_reported_when_it_comes(make_world: MakeWorld) -> None:
    world = make_world(PLAN)
    send_to(world)
    assert live_through(world) == [(1000, "sent"), (3000, "delivered"), (10_000, "read")]
    assert {state for _, state in states(world)} == {"delivered"}
    assert world.account.reports.pending == 0


def test_a_message_without_callback_url_makes_no_reports(make_world: MakeWorld) -> None:
    world = make_world(PLAN)
    world.send()
    assert not world.account.is_followed
    assert live_through(world) == []
    assert world.account.reports.count == 0


def test_the_sms_of_an_alternative_route_reports_to_its_own_address(make_world: MakeWorld) -> None:
    world = make_world(FAILS)
    viber = world.send(alt=AltRoute("BSG", "by SMS", callback_url=URL))
    assert live_through(world) == [(3000, "sent"), (4000, "delivered")]
    assert {report.message.counterpart for report in world.account.reports.newest_first()} == {viber.id}


def test_a_failed_attempt_is_repeated_after_1_5_15_and_60_seconds_then_given_up(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s}}\n")
    send_to(world)
    tried = live_through(world, 503)
    assert [at for at, _ in tried][:5] == [1000, 2000, 7000, 22_000, 82_000]
    assert states(world)[0] == ("sent", "given_up")


def test_the_next_report_of_a_message_waits_until_the_one_before_is_done_with(make_world: MakeWorld) -> None:
    world = make_world(PLAN)
    send_to(world)
    world.advance(1000)
    assert answer_all(world, None) == [(1000, "sent")]
    world.advance(2000)  # both are due by now: the second try of "sent" first
    assert answer_all(world, None) == [(3000, "sent")]
    world.advance(5000)
    assert answer_all(world) == [(8000, "sent"), (8000, "delivered")]


def test_a_report_that_is_given_up_lets_the_next_one_go(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s, delivered: 2s}}\n")
    send_to(world)
    tried = live_through(world, 500)
    assert [status for _, status in tried] == ["sent"] * 5 + ["delivered"] * 5
    assert tried[5] == (82_000, "delivered")


def test_messages_do_not_wait_for_each_other(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s}}\n")
    first, second = send_to(world), send_to(world, "447700900001")
    world.advance(1000)
    due = world.account.reports.take_due(world.now)
    assert [report.message for report in due] == [first, second]
    world.account.record(due[1], Attempt(world.now, 200), world.now)
    assert [report.state for report in due] == ["pending", "delivered"]


def test_a_report_in_flight_is_not_due_again(make_world: MakeWorld) -> None:
    world = make_world(PLAN)
    send_to(world)
    world.advance(1000)
    assert len(world.account.reports.take_due(world.now)) == 1
    world.advance(2000)
    assert world.account.reports.take_due(world.now) == []
    assert world.account.reports.next_due() is None


def test_a_refused_report_is_not_tried_again(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s}}\n")
    send_to(world)
    world.advance(1000)
    (report,) = world.account.reports.take_due(world.now)
    world.account.record(report, Attempt(world.now, error="not sent", is_refused=True), world.now)
    assert report.state == "refused"
    assert world.account.reports.pending == 0


def test_the_gateway_delays_reports_but_keeps_their_order(make_world: MakeWorld) -> None:
    world = make_world(PLAN + "reports: {delay: 1s..30s}\n")
    send_to(world)
    tried = live_through(world)
    assert [status for _, status in tried] == ["sent", "delivered", "read"]
    assert tried[0][0] >= 2000
    assert tried == live_through_anew(make_world, PLAN + "reports: {delay: 1s..30s}\n")


def live_through_anew(make_world: MakeWorld, scenario: str) -> list[tuple[int, str]]:
    world = make_world(scenario)
    send_to(world)
    return live_through(world)


def test_the_gateway_sends_reports_twice_where_the_scenario_says_so(make_world: MakeWorld) -> None:
    world = make_world(PLAN + "reports: {duplicate: 1}\n")
    send_to(world)
    assert [status for _, status in live_through(world)] == ["sent", "sent", "delivered", "delivered", "read", "read"]
    assert [report.duplicate_of for report in world.account.reports.newest_first()] == [5, None, 3, None, 1, None]


def test_the_gateway_loses_reports_where_the_scenario_says_so(make_world: MakeWorld) -> None:
    world = make_world(PLAN + "reports: {lose: 1}\n")
    send_to(world)
    assert live_through(world) == []
    assert states(world) == [("sent", "lost"), ("delivered", "lost"), ("read", "lost")]


def test_a_reordered_report_comes_right_after_the_next_one(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s, delivered: 3s}}\nreports: {reorder: 1}\n")
    send_to(world)
    assert live_through(world) == [(3000, "delivered"), (3000, "sent")]


def test_a_reordered_report_goes_by_itself_if_no_other_comes(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s, delivered: 3s}}\nreports: {reorder: 1}\n")
    message = send_to(world)
    world.advance(1000)
    world.account.forget(message)
    assert answer_all(world) == []
    world.advance(2000)
    assert answer_all(world) == [(3000, "sent")]


def test_some_of_many_are_lost_and_always_the_same_ones(make_world: MakeWorld) -> None:
    def lost() -> list[str | None]:
        world = make_world("defaults: {viber: {sent: 1s}}\nreports: {lose: 0.3}\n")
        for number in range(40):
            send_to(world, f"4477009{number:05}", f"r{number}")
        live_through(world)
        reports = reversed(list(world.account.reports.newest_first()))
        return [report.message.reference for report in reports if report.state == "lost"]

    assert 3 <= len(lost()) <= 25
    assert lost() == lost()


@pytest.mark.parametrize(("status", "state"), [(204, "delivered"), (None, "given_up")])
def test_sending_again_by_hand_is_one_attempt_that_may_change_what_became_of_it(
    make_world: MakeWorld, status: int | None, state: str
) -> None:
    world = make_world("defaults: {viber: {sent: 1s}}\n")
    send_to(world)
    world.advance(1000)
    (report,) = world.account.reports.take_due(world.now)
    world.account.record(report, Attempt(world.now, error="not sent", is_refused=True), world.now)
    world.account.reports.take(report)
    world.account.record(report, Attempt(world.now, status), world.now)
    assert report.state == state
    assert world.account.reports.next_due() is not None or world.account.reports.pending == 0


def test_what_was_delivered_stays_so_though_sending_it_again_fails(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s}}\n")
    send_to(world)
    world.advance(1000)
    answer_all(world)
    report = world.account.reports.get(1)
    assert report is not None
    world.account.reports.take(report)
    world.account.record(report, Attempt(world.now, 500), world.now)
    assert (report.state, len(report.attempts)) == ("delivered", 2)


def test_only_the_last_finished_reports_are_kept_and_it_is_told_how_many_were_dropped(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "KEPT", 2)
    world = make_world(PLAN)
    send_to(world)
    live_through(world)
    assert world.account.reports.dropped == 1
    assert world.account.reports.get(1) is None
    assert [report.number for report in world.account.reports.newest_first()] == [3, 2]


def test_a_status_set_by_hand_is_reported_with_the_steps_it_implies(make_world: MakeWorld) -> None:
    world = make_world(PLAN)
    message = send_to(world)
    world.set_status(message, "delivered")
    assert answer_all(world) == [(0, "sent"), (0, "delivered")]


def test_reports_are_about_the_message_as_it_is_also_those_that_are_done(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s, delivered: 2s, read: 9s}}\n")
    message = send_to(world)
    world.advance(1_000)
    answer_all(world)
    world.advance(1_000)
    world.set_status(message, "read")
    reports = world.account.reports
    assert [report.state for report in reports.newest_first()] == ["pending", "pending", "delivered"]
    assert all(report.message is world.newest(message) for report in reports.newest_first())
    assert len(reports.of(message)) == 3


def test_whoever_watches_is_told_of_every_report_and_every_attempt(make_world: MakeWorld) -> None:
    world = make_world("defaults: {viber: {sent: 1s}}\n")
    told: list[tuple[int, str, int]] = []

    def note(_account: Account, news: News) -> None:
        if isinstance(news, Report):
            told.append((news.number, news.state, len(news.attempts)))

    world.listen(note)
    send_to(world)
    world.advance(1000)
    answer_all(world)
    assert told == [(1, "pending", 0), (1, "delivered", 1)]
