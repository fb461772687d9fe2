"""Phones answer SMS: which they can, what is kept of it, and in which order it is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.sandbox.errors import BadOrderError, ImpossibleReplyError
from mock_bsg.sandbox.filters import IncomingFilter
from mock_bsg.sandbox.incoming import check_reply, list_incoming, list_originators, note_reply
from mock_bsg.sandbox.replies import FIRST_REPLY, Incoming

if TYPE_CHECKING:
    from mock_bsg.sandbox.message import AltRoute, Message
    from mock_bsg.sandbox.news import News
    from tests.sandbox.conftest import MakeWorld, World

FALLBACK = """
defaults:
  viber: {sent: 1s, undeliverable: 2s}
  sms: {sent: 1s, delivered: 3s}
"""
PHONE = "380972920000"


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(FALLBACK)


@pytest.fixture
def delivered(world: World, sms: AltRoute) -> Message:
    """An SMS that lies on a phone."""
    viber = world.send(PHONE, alt=sms)
    world.advance(10_000)
    found = world.sms_of(viber)
    assert found is not None
    return found


def test_a_phone_answers_an_sms_that_was_delivered(world: World, delivered: Message) -> None:
    heard: list[News] = []
    world.listen(lambda _account, news: heard.append(news))
    check_reply(delivered, "Yes", world.now)
    reply = note_reply(world.account, delivered, "Yes", world.now)
    assert reply == Incoming(FIRST_REPLY, world.now, PHONE, "BSG", "Yes", delivered.id)
    assert heard == [reply]
    assert list_incoming(world.account, world.now) == [reply]
    assert list_originators(world.account) == ["BSG"]


def test_what_is_no_sms_or_has_not_arrived_is_not_answered(world: World, sms: AltRoute) -> None:
    viber = world.send(PHONE, alt=sms)
    with pytest.raises(ImpossibleReplyError, match="delivered; message 1 is a viber message"):
        check_reply(viber, "Yes", world.now)
    world.advance(3_000)
    following = world.sms_of(viber)
    assert following is not None
    with pytest.raises(ImpossibleReplyError, match="delivered; message 2 is 'sent'"):
        check_reply(following, "Yes", world.now)


@pytest.mark.parametrize("text", ["", " ", "a" * 766, "я" * 356])
def test_text_that_no_sms_has_is_refused(world: World, delivered: Message, text: str) -> None:
    with pytest.raises(BadOrderError, match="text"):
        check_reply(delivered, text, world.now)


def test_answers_are_listed_with_what_the_scenario_lists_in_the_order_of_their_times(make_world: MakeWorld) -> None:
    listed = "incoming: [{msisdn: '380501112233', originator: '5050', text: STOP, at: 30s}]"
    world = make_world(FALLBACK + listed)
    message = world.send(PHONE)
    note_reply(world.account, message, "first", world.now)
    world.advance(60_000)
    note_reply(world.account, message, "last", world.now)
    came = list_incoming(world.account, world.now)
    assert [(each.number, each.text) for each in came] == [
        (FIRST_REPLY, "first"),
        (1, "STOP"),
        (FIRST_REPLY + 1, "last"),
    ]
    assert list_originators(world.account) == ["5050", "BSG"]


def test_what_came_is_found_by_number_and_message_newest_first_and_page_by_page(
    world: World, delivered: Message
) -> None:
    for text in ("one", "two", "three"):
        note_reply(world.account, delivered, text, world.now)

    def find(**wanted: object) -> list[str]:
        return [each.text for each in IncomingFilter(**wanted).select(world.account, world.now)]  # type: ignore[arg-type] # as a query has them

    assert find() == find(msisdn="38097*") == find(message=delivered.id) == ["three", "two", "one"]
    assert find(after=FIRST_REPLY + 1) == ["one"]
    assert find(msisdn="38050*") == find(message=1) == find(after=FIRST_REPLY) == []


def test_the_oldest_answers_go_when_there_are_too_many(
    world: World, delivered: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.replies.MOST_KEPT", 2)
    for text in ("one", "two", "three"):
        note_reply(world.account, delivered, text, world.now)
    replies = world.account.replies
    assert [each.text for each in replies] == ["two", "three"]
    assert replies.dropped == 1
    assert [row.text for block in replies.capture() for row in block.rows] == ["two", "three"]
