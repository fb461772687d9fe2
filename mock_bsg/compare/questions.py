"""The fixed list of questions, each about the entry of docs/fidelity.md that has its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.compare import account_questions, lookup_questions, one_api_questions, sms_questions, viber_questions

if TYPE_CHECKING:
    from mock_bsg.compare.exchanges import Question, Run


def list_questions(run: Run, *, with_one_api: bool) -> list[Question]:
    """List all questions of a run, in the order in which they are asked; the first request is the balance."""
    return [
        *account_questions.list_questions(run),
        *viber_questions.list_questions(run),
        *sms_questions.list_questions(run),
        *lookup_questions.list_questions(run),
        *(one_api_questions.list_questions(run) if with_one_api else ()),
    ]
