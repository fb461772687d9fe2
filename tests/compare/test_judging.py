"""Answers are compared by their shape, codes and texts; what test keys answer at random is no difference."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_bsg.compare import judging
from mock_bsg.compare.answers import Answer
from mock_bsg.compare.judging import UnreachedError

STATUS = {"error": 0, "id": "1", "time_in": "2017-01-17 09:20:02", "time_sent": None, "status": "sent", "price": 0.23}


def answer(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, json.dumps(value).encode())


def differences(theirs: Any, ours: Any, **terms: Any) -> list[str]:
    return judging.whole(**terms)(answer(theirs), answer(ours))


@pytest.mark.parametrize(
    "theirs",
    [
        STATUS,
        STATUS | {"id": "470093225", "price": 0, "status": "read"},
        STATUS | {"time_in": None, "time_sent": "2017-01-17 09:20:03"},
    ],
)
def test_ids_prices_times_and_statuses_are_no_difference(theirs: Any) -> None:
    assert differences(theirs, STATUS) == []


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        (STATUS | {"error": "0"}, 'error: seen "0"; the sandbox says the number 0'),
        (STATUS | {"id": 1}, 'id: seen the number 1; the sandbox says "1"'),
        (STATUS | {"price": "0.23"}, 'price: seen "0.23"; the sandbox says the number 0.23'),
        (STATUS | {"price": True}, "price: seen true; the sandbox says the number 0.23"),
        (STATUS | {"status": None}, 'status: seen null; the sandbox says "sent"'),
        (STATUS | {"status": ["sent"]}, 'status: seen a list of 1; the sandbox says "sent"'),
        (STATUS | {"status": {"a": 1}}, 'status: seen an object (a); the sandbox says "sent"'),
        (STATUS | {"time_sent": 1}, "time_sent: seen the number 1; the sandbox says null"),
        (STATUS | {"more": "x\ny"}, 'more: seen "x\\ny"; the sandbox has no such field'),
        ({name: STATUS[name] for name in STATUS if name != "id"}, "id: not there; the sandbox has it"),
        (
            dict(reversed(STATUS.items())),
            (
                "order of fields: seen price, status, time_sent, time_in, id, error; "
                "the sandbox says error, id, time_in, time_sent, status, price"
            ),
        ),
        (
            [STATUS],
            "the answer: seen a list of 1; the sandbox says an object (error, id, time_in, time_sent, status, price)",
        ),
    ],
)
def test_what_differs_is_said_with_its_place(theirs: Any, told: str) -> None:
    assert differences(theirs, STATUS) == [told]


def test_a_difference_within_a_list_has_its_number() -> None:
    assert differences({"result": [{"error": 0}, {"error": 43}]}, {"result": [{"error": 0}, {"error": 47}]}) == [
        "result[1].error: seen the number 43; the sandbox says the number 47"
    ]
    assert differences({"result": [{}]}, {"result": [{}, {}]}) == [
        "result: seen a list of 1; the sandbox says one of 2"
    ]
    assert differences({"result": {"error": 0}}, {"result": [{"error": 0}]}) == [
        "result: seen an object (error); the sandbox says a list of 1"
    ]


def test_of_a_list_as_long_as_the_account_is_rich_the_first_stands_for_all() -> None:
    ours = {"prices": [{"price": "0.2300000"}, {"price": "0.1000000"}]}

    assert differences({"prices": [{"price": "0.0100000"}]}, ours, decimals=("price",)) == []
    assert differences({"prices": [{"price": "0.01"}]}, ours, decimals=("price",)) == [
        'prices[0].price: seen "0.01"; the sandbox says "0.2300000"'
    ]
    with pytest.raises(UnreachedError, match="prices is empty there"):
        differences({"prices": []}, ours)


def test_a_sum_that_is_left_out_where_nothing_costs_anything_is_no_difference() -> None:
    ours = {"result": [{"price": 0.1}], "currency": "EUR", "total_price": 0.1}

    assert differences({"result": [{"price": 0}]}, ours) == []
    assert differences({"result": [{"price": 0.1}]}, ours) != []


@pytest.mark.parametrize("code", [8, "8", 1, 2, 45])
def test_an_error_that_stands_before_the_question_says_nothing(code: object) -> None:
    with pytest.raises(UnreachedError, match=f"error {code}, "):
        differences({"error": code}, {"error": 47})
    assert differences({"error": code}, {"error": code}) == []


def test_an_error_that_stands_for_nothing_else_is_an_answer() -> None:
    assert differences({"error": 5}, {"error": 28}) == ["error: seen the number 5; the sandbox says the number 28"]


@pytest.mark.parametrize("status", [429, 502, 503, 504, 521])
def test_a_status_of_what_is_busy_says_nothing(status: int) -> None:
    with pytest.raises(UnreachedError, match=f"HTTP {status}"):
        judging.whole()(answer({"error": 5}, status), answer({"error": 0}))


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_status_of_what_stands_in_front_says_nothing_without_json(status: int) -> None:
    with pytest.raises(UnreachedError, match=f"HTTP {status}, without BSG's JSON"):
        judging.status(Answer(status, {}, b"<html>"), answer({"error": 0}))
    assert judging.status(answer({"error": 1}, status), answer({"error": 1})) == [
        f"HTTP status: seen {status}; the sandbox says 200"
    ]


def test_a_status_that_bsg_could_mean_is_a_difference_whatever_comes_with_it() -> None:
    assert judging.whole()(Answer(500, {}, b"<html>"), answer({"error": 0})) == [
        "HTTP status: seen 500; the sandbox says 200",
        "the body is no JSON; the sandbox's is",
    ]
    assert judging.whole()(Answer(404, {}, b"<html>"), answer({"error": 4}, 404)) == [
        "the body is no JSON; the sandbox's is"
    ]


@pytest.mark.parametrize(
    ("theirs", "ours", "found"),
    [
        ("application/json; charset=utf-8", "application/json;charset=UTF-8", []),
        ("text/html", "application/json", ['Content-Type: seen "text/html"; the sandbox says "application/json"']),
        ("", "application/json", ['Content-Type: seen null; the sandbox says "application/json"']),
    ],
)
def test_content_types_are_compared_however_they_are_spelt(theirs: str, ours: str, found: list[str]) -> None:
    assert judging.content_type(answer({}, Content_Type=theirs), answer({}, Content_Type=ours)) == found


def test_only_the_entries_and_fields_that_are_asked_about_count() -> None:
    theirs = answer({"result": [{"error": 0}, {"error": 43, "reference": None, "id": "1"}], "more": 1})
    ours = answer({"result": [{"error": 41}, {"error": 43, "reference": "x"}]})

    assert judging.entry(1, only=("error",))(theirs, ours) == []
    assert judging.entry(1)(theirs, ours) == [
        'result[1].id: seen "1"; the sandbox has no such field',
        'result[1].reference: seen null; the sandbox says "x"',
    ]
    with pytest.raises(UnreachedError, match="the whole request was answered with error 44"):
        judging.entry(0)(answer({"error": 44}), ours)
    with pytest.raises(UnreachedError, match="no list of results"):
        judging.entry(0)(answer({"result": {"error": 0}}), ours)


def test_times_that_have_not_come_are_null_or_nothing_can_be_told() -> None:
    times = {"error": 0, "time_in": "2017-01-17 09:20:02", "time_sent": "2017-01-17 09:20:02"}

    assert judging.times(answer(times | {"time_dr": None}), answer(times)) == []
    assert judging.times(answer(times | {"time_dr": ""}), answer(times)) == [
        'time_dr: seen ""; the sandbox says null or YYYY-MM-DD HH:MM:SS'
    ]
    with pytest.raises(UnreachedError, match="all its times had come"):
        judging.times(answer(times | {"time_dr": "2017-01-17 09:20:02"}), answer(times))
    with pytest.raises(UnreachedError, match="no message's status"):
        judging.times(answer({"error": 40}), answer(times))


def test_a_page_elsewhere_is_let_in_or_not() -> None:
    allowed = answer({}, 204, Access_Control_Allow_Origin="*")

    assert judging.cors(answer({}, 405), answer({}, 403)) == []
    assert judging.cors(allowed, answer({}, 404)) == ['Access-Control-Allow-Origin: seen "*"; the sandbox says null']


def test_any_key_is_taken_by_a_sandbox_and_by_nobody_else() -> None:
    refused = answer({"error": 1, "errorDescription": "Invalid API key"})
    taken = {"error": 0, "errorDescription": "No errors", "amount": "1"}

    assert judging.refusal(answer(taken, X_Mock_BSG_Rule="defaults"), refused) == []
    assert judging.refusal(answer(taken), refused) != []
    assert judging.refusal(refused, refused) == []


def test_two_way_sms_may_not_be_active_there() -> None:
    ours = answer({"error": 0, "senders": [{"id": "1"}]})

    assert judging.two_way_senders(answer({"error": 35, "errorDescription": "2way SMS is not active"}), ours) == []
    assert judging.two_way_senders(answer({"error": 35, "errorDescription": "No"}), ours) != []
    assert judging.two_way_senders(answer({"error": 0, "senders": [{"id": 1}]}), ours) != []
