"""What goes through the pipe comes out as it went in."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from mock_bsg import ScenarioError, UnknownScenario, WaitError
from mock_bsg.embedded.frames import make_plain, pack, read_frames, unpack, write_frame
from mock_bsg.http.sockets import ServerError
from mock_bsg.sandbox.accounts import AccountGone
from mock_bsg.sandbox.errors import BadOrderError, NothingThereError
from mock_bsg.sandbox.timeline import ImpossibleStepError
from mock_bsg.scenario.errors import Problem
from mock_bsg.settings import SettingsError


@pytest.mark.parametrize(
    "error",
    [
        ScenarioError("a.yaml", [Problem("rules[0]", 2, 3, "wrong")]),
        UnknownScenario("defualt", ["default"]),
        WaitError("waited"),
        AccountGone("test_key"),
        BadOrderError("no such status", ["sent"]),
        NothingThereError("nothing there"),
        ImpossibleStepError("impossible"),
        ServerError("port 80 is taken"),
        SettingsError("no TLS"),
        OSError(24, "Too many open files"),
        ValueError("wrong"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_keep_their_class_their_text_and_what_they_hold(error: Exception) -> None:
    copy = unpack(pack(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize("value", [datetime.now(UTC), timedelta(1), Decimal("0.23"), b"\xff", ("a", None), {"a": 1.5}])
def test_values_are_equal(value: object) -> None:
    assert unpack(pack(value)) == value


def test_frames_end_where_nobody_writes_any_more_and_one_that_was_cut_off_is_none() -> None:
    reading, writing = os.pipe()
    write_frame(os.write, writing, 7, b"whole")
    write_frame(os.write, writing, 8, b"")
    os.write(writing, b"\0" * 5)
    os.close(writing)
    assert list(read_frames(os.read, reading)) == [(7, b"whole"), (8, b"")]
    os.close(reading)


def test_plain_values_are_of_no_class_of_a_tests_own() -> None:
    class Text(str):
        __slots__ = ()

    class Number(int):
        pass

    plain = make_plain((Text("a"), Number(1), True, None, 1.5, {Text("b"): [Number(2)]}))
    assert plain == ("a", 1, True, None, 1.5, {"b": (2,)})
    assert [type(each) for each in plain] == [str, int, bool, type(None), float, dict]
