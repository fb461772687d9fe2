"""What became of a request, in one word: whether whoever sent it got what was asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from mock_bsg.sandbox.journal import Exchange

Outcome: TypeAlias = Literal["failed", "noted", "fine", "waiting"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

# The answers are our own, compact JSON; in a text that somebody sent, the quotes are escaped. To read each of ten
# thousand would take long.
_ERROR = re.compile(rb'"error":"?[1-9]')
_END_OF_JSON = (b"}", b"]")


def judge(exchange: Exchange, *, is_waiting: bool = False) -> Outcome:
    """Tell whether a request failed, as a whole or for one of its recipients, or came through, with a note or without.

    `is_waiting`: its body is still on its way, or the scenario holds it back. One without an answer has failed else.
    """
    if is_waiting:
        return "waiting"
    status, answer = exchange.status, exchange.answer
    # What breaks off is no JSON, nor is what stands in HTML.
    if status is None or not 200 <= status < 300 or not answer.endswith(_END_OF_JSON) or _ERROR.search(answer):
        return "failed"
    return "noted" if exchange.notes else "fine"
