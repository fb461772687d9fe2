"""A task counts its messages where they are, and goes when they have gone."""

from __future__ import annotations

from mock_bsg.sandbox.message import Message, Submission
from mock_bsg.sandbox.tasks import Task, Tasks
from mock_bsg.sandbox.timeline import Step, Timeline, lay_out
from mock_bsg.scenario.library import compile_text

RULESET = compile_text("", "empty")
DELIVERED = lay_out("sms", [Step("sent", 1_000), Step("delivered", 2_000)], None)
REJECTED = lay_out("sms", [Step("rejected", 1_000)], None)


def messages(first_id: int, *timelines: Timeline) -> list[Message]:
    submission = Submission("sms", RULESET, time_in=0, sender="BSG", text="Hello", validity=3_600_000)
    return [
        Message(number, submission, "380972920000", "UA", None, 10, timeline, None)
        for number, timeline in enumerate(timelines, first_id)
    ]


def test_a_task_counts_statuses_of_an_instant() -> None:
    sent = messages(7, DELIVERED, DELIVERED, REJECTED)
    task = Tasks().open(6, sent, 1)
    kept = {message.id: message for message in sent}

    assert task == Task("BSG", "Hello", 3_600_000, 30, range(7, 10))
    assert task.count_statuses(kept, 0) == {"scheduled": 3}
    assert task.count_statuses(kept, 1_000) == {"sent": 2, "rejected": 1}
    assert task.count_statuses(kept, 2_000) == {"delivered": 2, "rejected": 1}


def test_a_task_counts_only_messages_that_are_kept() -> None:
    sent = messages(7, DELIVERED, REJECTED)
    task = Tasks().open(6, sent, 1)

    assert task.count_statuses({8: sent[1]}, 1_000) == {"rejected": 1}


def test_a_task_goes_with_the_last_of_its_messages() -> None:
    tasks = Tasks()
    task = tasks.open(6, messages(7, DELIVERED, DELIVERED), 1)

    assert tasks.find(6, 7) is tasks.find(6, 8) is task
    assert tasks.find(6, 9) is None
    tasks.open(8, messages(9, DELIVERED), 9)
    assert tasks.find(6, 1) is None
    assert tasks.find(8, 9) is not None


def test_tasks_that_have_gone_all_at_once_leave_the_new_one() -> None:
    tasks, count = Tasks(), 1_000
    sent = messages(1, *[DELIVERED] * (count + 1))
    for message in sent[:count]:
        tasks.open(message.id, [message], 1)
    tasks.open(count + 1, sent[count:], count + 1)
    assert [tasks.find(number, 1) is None for number in (1, count, count + 1)] == [True, True, False]
