import pickle

import pytest

from mock_bsg.rules.expressions import Expression
from mock_bsg.rules.ruleset import MessageFacts
from mock_bsg.rules.usage import Usage
from mock_bsg.scenario.library import Library, compile_text


def test_expression_is_found_anywhere_in_a_text() -> None:
    assert Expression("(?i)code:? [0-9]{4}").search("Your CODE 1234.")
    assert not Expression("^code").search("Your code")


@pytest.mark.parametrize("endless", ["(a+)+$", "(a|a)*$", "(?R)", "a?" * 300 + "a" * 300 + "$"])
def test_expression_that_would_never_end_does_not_match_and_the_log_says_so(
    endless: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert not Expression(endless).search("a" * 999 + "b")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert caplog.records[0].__dict__["fields"] == {"expression": f"/{endless}/", "characters": 1000}


def test_expression_that_took_too_long_is_given_up_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    expression = Expression("(a+)+$")
    assert expression.search("aaa")
    assert not any(expression.search(text) for text in ("a" * 999 + "b", "a" * 999 + "c", "aaa"))
    assert len(caplog.records) == 1


def test_expression_that_was_given_up_is_tried_again_when_its_scenario_is_put_anew() -> None:
    library, text, facts = Library(), "rules: [{match: {reference: '/(a+)+$/'}, error: 5}]", MessageFacts("viber")

    def is_decided(reference: str) -> bool:
        return library.get("mine").narrow(facts).choose("380501234567", "UA", reference, Usage()) is not None

    library.put("mine", text)
    assert [is_decided(reference) for reference in ("aaa", "a" * 999 + "b", "aaa")] == [True, False, False]
    library.put("mine", text)
    assert is_decided("aaa")


def test_rule_whose_expression_would_never_end_is_passed_over() -> None:
    ruleset = compile_text("rules: [{match: {text: '/(a+)+$/'}, error: 5}, {error: 7}]", "endless")
    facts = MessageFacts("viber", text="a" * 999 + "b")
    decision = ruleset.narrow(facts).choose("380501234567", "UA", "", Usage())
    assert decision is not None
    assert decision.error == 7


@pytest.mark.parametrize("wrong", ["(", "[", "a{2,1}", "(?<n>a)(?<m", "(" * 5000 + ")" * 5000])
def test_what_is_no_expression_is_told_in_a_sentence(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a regular expression: "):
        Expression(wrong)


def test_scenario_with_expressions_can_be_kept_compiled() -> None:
    ruleset = pickle.loads(pickle.dumps(compile_text("rules: [{match: {msisdn: '/7$/'}, error: 5}]", "kept")))  # noqa: S301 -- our own
    match = ruleset.rules[0].msisdn
    assert match is not None
    assert match.accepts("380501234567")
    assert not match.accepts("380501234568")
