import pytest

from mock_bsg.domain.lifecycle import CHANNELS, FAILED, INITIAL, STATUSES, Channel, implied, is_final, may_follow


def test_viber_message_may_go_from_scheduled_to_read_step_by_step() -> None:
    way = ["scheduled", "new", "waiting", "sent", "delivered", "read"]
    for place, before in enumerate(way):
        for after in way[place + 1 :]:
            assert may_follow("viber", before, after)
            assert not may_follow("viber", after, before)


@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_follows_itself_or_a_final_status(channel: Channel) -> None:
    for before in STATUSES[channel]:
        assert not may_follow(channel, before, before)
        if is_final(channel, before):
            assert not any(may_follow(channel, before, after) for after in STATUSES[channel])


@pytest.mark.parametrize("end", sorted(FAILED | {"unknown"}))
def test_what_was_delivered_cannot_fail(end: str) -> None:
    assert may_follow("viber", "sent", end)
    assert not may_follow("viber", "delivered", end)


def test_delivered_is_the_end_of_an_sms_but_not_of_a_viber_message() -> None:
    assert is_final("sms", "delivered")
    assert not is_final("viber", "delivered")
    assert is_final("viber", "read")


@pytest.mark.parametrize("end", ["active", "absent", "barred", "unknown", "failed"])
def test_lookup_ends_with_its_answer(end: str) -> None:
    assert may_follow("hlr", "sent", end)
    assert is_final("hlr", end)
    assert implied("hlr", "sent", end) == ()


def test_an_sms_may_be_accepted_before_it_is_sent_and_never_is_of_itself() -> None:
    assert may_follow("sms", "scheduled", "accepted")
    assert may_follow("sms", "accepted", "sent")
    assert may_follow("sms", "accepted", "rejected")
    assert not may_follow("sms", "sent", "accepted")
    assert not may_follow("viber", "scheduled", "accepted")
    assert implied("sms", "scheduled", "delivered") == ("sent",)
    assert implied("sms", "accepted", "expired") == ("sent",)


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        ("scheduled", "sent", ()),
        ("scheduled", "delivered", ("sent",)),
        ("scheduled", "read", ("sent", "delivered")),
        ("new", "read", ("sent", "delivered")),
        ("sent", "read", ("delivered",)),
        ("scheduled", "undeliverable", ("sent",)),
        ("waiting", "expired", ("sent",)),
        ("sent", "undeliverable", ()),
        ("scheduled", "rejected", ()),
        ("scheduled", "deleted", ()),
        ("delivered", "sent", ()),
    ],
)
def test_skipped_steps_are_implied(before: str, after: str, between: tuple[str, ...]) -> None:
    assert implied("viber", before, after) == between


def test_unknown_words_follow_nothing() -> None:
    assert not may_follow("viber", "scheduled", "sennt")
    assert not may_follow("viber", "sennt", "sent")
    assert not may_follow("sms", "sent", "read")


def test_every_beginning_is_a_status_of_its_channel() -> None:
    assert all(status in STATUSES[channel] for channel, status in INITIAL.items())
