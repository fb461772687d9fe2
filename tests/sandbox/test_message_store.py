"""Messages in drawers are found as in one dict, over the edges of drawers, too."""

import pytest

from mock_bsg.sandbox.message import Message, Submission
from mock_bsg.sandbox.message_store import DRAWER, MessageStore
from mock_bsg.sandbox.timeline import lay_out
from mock_bsg.scenario.library import Library

SUBMISSION = Submission("viber", Library().get("default"), time_in=0)
TIMELINE = lay_out("viber", [], None)


def make_messages(count: int) -> list[Message]:
    return [Message(0, SUBMISSION, "380972920000", "UA", None, 0, TIMELINE, None) for _ in range(count)]


@pytest.fixture
def messages() -> list[Message]:
    return make_messages(5)


@pytest.fixture
def drawers(messages: list[Message]) -> MessageStore:
    """Two messages at the end of a drawer, three at the beginning of the next."""
    drawers = MessageStore()
    drawers.put(messages, DRAWER - 2)
    return drawers


def test_ids_go_on_over_the_edge(drawers: MessageStore, messages: list[Message]) -> None:
    ids = list(range(DRAWER - 2, DRAWER + 3))

    assert [message.id for message in messages] == ids
    assert list(drawers) == ids
    assert [drawers[message_id] for message_id in ids] == messages
    assert len(drawers) == 5


def test_messages_come_in_both_orders(drawers: MessageStore, messages: list[Message]) -> None:
    assert list(drawers.oldest_first()) == list(drawers.values()) == messages
    assert list(drawers.newest_first()) == messages[::-1]


def test_what_is_not_there_is_not_found(drawers: MessageStore) -> None:
    assert drawers.get(1) is None
    assert drawers.get(DRAWER + 3) is None
    assert DRAWER in drawers
    assert DRAWER + 3 not in drawers
    with pytest.raises(KeyError):
        drawers[DRAWER + 3]


def test_removed_messages_leave_the_others_where_they_are(drawers: MessageStore, messages: list[Message]) -> None:
    drawers.remove(DRAWER - 2)
    drawers.remove(DRAWER - 1)
    drawers.remove(DRAWER + 1)

    assert list(drawers.values()) == [messages[2], messages[4]]
    assert len(drawers) == 2
    with pytest.raises(KeyError):
        drawers.remove(DRAWER + 1)


def test_put_goes_on_where_the_last_one_ended(drawers: MessageStore) -> None:
    (message,) = make_messages(1)

    drawers.put([message], DRAWER + 3)

    assert next(drawers.newest_first()) is message
    assert len(drawers) == 6


def test_empty_drawers_are_false() -> None:
    assert not MessageStore()
