"""What ends a request is worded as whoever would have said it: BSG in its JSON, what stands before it in HTML."""

import json

import pytest

from mock_bsg.rest.fault_answers import word_end
from mock_bsg.rules.answers import AnswerSetting
from mock_bsg.rules.faults import Effect

PLAIN = AnswerSetting()


def test_an_error_is_worded_as_bsg_words_it() -> None:
    status, body, headers = word_end(Effect("x", "rule", error=8), PLAIN)
    assert (status, json.loads(body)) == (200, {"error": 8, "errorDescription": "Not enough money"})
    assert headers["Content-Type"] == PLAIN.json_type


def test_500_is_the_one_status_that_bsg_words_itself() -> None:
    status, body, headers = word_end(Effect("x", "fault", status=500), PLAIN)
    assert (status, json.loads(body)) == (500, {"code": 500, "message": "An internal error occurred"})
    assert headers["Content-Type"] == PLAIN.json_type


@pytest.mark.parametrize(("status", "reason"), [(502, "Bad Gateway"), (429, "Too Many Requests"), (599, "")])
def test_other_statuses_come_in_html_from_what_stands_before_bsg(status: int, reason: str) -> None:
    told, body, headers = word_end(Effect("x", "fault", status=status), PLAIN)
    assert (told, body.decode()) == (status, f"<html><body><h1>{status} {reason}</h1></body></html>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_malformed_response_is_no_json() -> None:
    status, body, _ = word_end(Effect("x", "fault", fault="malformed_response"), PLAIN)
    assert status == 200
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(body)


def test_headers_of_the_scenario_replace_ours_and_a_rule_has_the_last_word() -> None:
    fault = Effect("fault", "fault", headers=(("content-type", "text/plain"), ("Retry-After", "1")))
    rule = Effect("rule", "rule", status=503, headers=(("retry-after", "2"),))
    headers = word_end(rule, PLAIN, fault)[2]
    assert sorted((name.lower(), text) for name, text in headers.items()) == [
        ("content-type", "text/plain"),
        ("retry-after", "2"),
    ]
