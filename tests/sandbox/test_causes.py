"""What a message's steps say about who caused them, held against what did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.sandbox.camera import take_whole
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from mock_bsg.sandbox import snapshots
    from mock_bsg.sandbox.message import AltRoute, Message
    from tests.sandbox.conftest import MakeWorld, World

SCENARIO = """
rules:
  - name: no Viber
    match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 5s}
    sms: {sent: 2s, delivered: 4s}
  - name: says nothing of the way
    match: {msisdn: "38063*"}
    delay: 0s
"""


def look(world: World, message: Message) -> snapshots.MessageWhole:
    return take_whole(world.account, world.newest(message), world.now)


def causes(shown: snapshots.MessageWhole) -> list[str | None]:
    return [step.cause for step in shown.timeline]


def test_status_by_hand_is_not_explained_by_the_rule_it_overruled(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send("380501111111")
    assert causes(look(world, message)) == ["request", "rule", "rule"]
    world.set_status(message, "delivered")
    assert causes(look(world, message)) == ["request", "by hand", "by hand"]


def test_rule_that_leaves_the_way_to_the_defaults_did_not_plan_it(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    shown = look(world, world.send("380631111111"))
    assert shown.rule == "says nothing of the way"
    assert set(causes(shown)[1:]) == {"defaults"}


def test_message_whose_validity_runs_out_expires_by_it_and_not_by_its_rule(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    assert causes(look(world, world.send("380501111111", validity=2))) == ["request", "rule", "validity"]


def test_sms_goes_with_the_failure_that_a_status_by_hand_takes_away(make_world: MakeWorld, sms: AltRoute) -> None:
    world = make_world(SCENARIO)
    message = world.send("380501111111", alt=sms)
    assert look(world, message).alt_route_planned is not None
    world.set_status(message, "delivered")
    assert look(world, message).alt_route_planned is None


def test_rule_is_found_in_the_scenario_it_was_decided_by(make_world: MakeWorld) -> None:
    world = make_world(SCENARIO)
    message = world.send("380501111111")
    explain = look(world, message).explain
    assert explain.line is not None
    assert "no Viber" in world.ruleset.source.splitlines()[explain.line - 1]
    assert explain.in_use
    world.account.use(compile_text("rules: []", "other"), 0)
    assert not look(world, message).explain.in_use
