"""A task counts its messages where they are, and goes when they have gone."""

from __future__ import annotations

from mock_bsg.sandbox.message import Message, Step, Submission, Timeline, lay_out
from mock_bsg.sandbox.tasks import Tasks
from mock_bsg.scenario.library import compile_text

PLAYBOOK = compile_text("", "empty")
DELIVERED = lay_out("sms", [Step("sent", 1_000), Step("delivered", 2_000)], None)
REJECTED = lay_out("sms", [Step("rejected", 1_000)], None)


def messages(first_id: int, *timelines: Timeline) -> list[Message]:
    submission = Submission("sms", PLAYBOOK, time_in=0)
    return [
        Message(number, submission, "380972920000", "UA", None, 10, timeline, None)
        for number, timeline in enumerate(timelines, first_id)
    ]


def test_a_task_counts_statuses_of_an_instant() -> None:
    tasks = Tasks()
    sent = messages(7, DELIVERED, DELIVERED, REJECTED)
    task = tasks.open("BSG", "Hello", 3_600_000, sent, 1)
    kept = {message.id: message for message in sent}

    assert (task.number, task.price) == (1, 30)
    assert task.count_statuses(kept, 0) == {"scheduled": 3}
    assert task.count_statuses(kept, 1_000) == {"sent": 2, "rejected": 1}
    assert task.count_statuses(kept, 2_000) == {"delivered": 2, "rejected": 1}


def test_a_task_counts_only_messages_that_are_kept() -> None:
    sent = messages(7, DELIVERED, REJECTED)
    task = Tasks().open("BSG", "Hello", 0, sent, 1)

    assert task.count_statuses({8: sent[1]}, 1_000) == {"rejected": 1}


def test_messages_know_their_task() -> None:
    tasks = Tasks()
    tasks.open("BSG", "Hello", 0, messages(1, DELIVERED), 1)
    second = messages(2, DELIVERED)

    task = tasks.open("BSG", "Hello", 0, second, 1)

    assert task.number == 2
    assert second[0].submission.task == 2


def test_a_task_goes_with_the_last_of_its_messages() -> None:
    tasks = Tasks()
    task = tasks.open("BSG", "Hello", 0, messages(7, DELIVERED, DELIVERED), 1)

    assert tasks.find(1, 7) is tasks.find(1, 8) is task
    assert tasks.find(1, 9) is None
    tasks.open("BSG", "Hello", 0, messages(9, DELIVERED), 9)
    assert tasks.find(1, 1) is None
