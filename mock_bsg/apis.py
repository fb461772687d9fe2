"""BSG's two APIs on one port: in which of them a request is, and what each says of a message in a callback."""

from __future__ import annotations

from mock_bsg.rest.dialect import Rest
from mock_bsg.sandbox.answering import Answerer

_REST = Rest()


def choose(_target: str) -> Rest:
    return _REST


answer = Answerer(choose)
