"""A rule that is added to a scenario's text, and taken out again, leaves all else as it was written."""

import pytest

from mock_bsg.scenario.added_rules import add_rule, call_scenario, find_additions, take_out_rule
from mock_bsg.scenario.errors import CannotBeWrittenError, ScenarioError
from mock_bsg.scenario.library import BUILTIN, compile_text

RULE = 'rules: [{match: {msisdn: "380501234567"}, times: 2, error: 43}]'
FAULT = """
faults:
  - match: {method: POST, path: /viber/create}  # of all
    times: 1
    status: 503
    headers: {Retry-After: "1"}
"""
TEXTS = {
    "empty": "",
    "a comment": "# nothing yet\n",
    "an empty mapping": "{}",
    "JSON": '{"seed": 7}',
    "JSON with rules": '{"rules": [{"error": 5}], "seed": 7}',
    "a list in brackets": "rules: [{error: 5}, {error: 6}] # both\nseed: 3\n",
    "not indented": "rules:\n- error: 5\n- error: 6\nseed: 3\n",
    "comments": "rules:\n    # above\n    - error: 5\n\n    # last\n    - error: 6\n# end\n",
    "an end": "seed: 3\n...\n",
    "indented": "  seed: 3\n  rules:\n    - error: 5\n",
    **{path.stem: path.read_text() for path in BUILTIN.iterdir()},
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("given", [RULE, FAULT], ids=["a rule", "a fault"])
def test_a_rule_comes_and_goes_and_leaves_the_text_as_it_was(text: str, given: str) -> None:
    before = compile_text(text, "before")
    added, section, name = add_rule(text, given)
    after = compile_text(added, "after")
    assert name == getattr(after, section)[0].name == "next time 1"
    assert [rule.name for rule in getattr(after, section)[1:]] == [rule.name for rule in getattr(before, section)]
    assert added.splitlines()[find_additions(added)[0].line - 1].count("next time 1") == 1
    assert take_out_rule(added, section, 0) == text


def test_several_are_told_apart_and_the_newest_is_the_first() -> None:
    text, _, _ = add_rule("seed: 3\n", RULE)
    text, _, _ = add_rule(text, FAULT)
    text, _, name = add_rule(text, "rules: [{name: mine, error: 46}]")
    assert name == "next time 3: mine"
    assert [(each.name, each.line, each.times) for each in find_additions(text)] == [
        ("next time 3: mine", 3, None),
        ("next time 1", 5, 2),
        ("next time 2", 10, 1),
    ]
    assert text == (
        "seed: 3\n"
        "rules:\n"
        '  - name: "next time 3: mine"\n'
        "    error: 46\n"
        "  - name: next time 1\n"
        '    match: {msisdn: "380501234567"}\n'
        "    times: 2\n"
        "    error: 43\n"
        "faults:\n"
        "  - name: next time 2\n"
        '    match: {method: POST, path: "/viber/create"}\n'
        "    times: 1\n"
        "    status: 503\n"
        '    headers: {Retry-After: "1"}\n'
    )
    assert "next time 1" not in take_out_rule(text, "rules", 1)


def test_rules_without_a_name_keep_theirs() -> None:
    text, _, _ = add_rule("rules:\n  - error: 5\n  - match: {msisdn: '38*'}\n    viber: {delivered: 1s..9s}\n", RULE)
    rules = compile_text(text, "text").rules
    assert [rule.name for rule in rules] == ["next time 1", "rule 1", "rule 2"]
    assert [rule.drawn_as for rule in rules] == ["next time 1", "0", "1"]


@pytest.mark.parametrize(
    "given",
    ["seed: 3", "rules: [{error: 5}, {error: 6}]", "{rules: [{error: 5}], seed: 3}", "rules: [{error: 5}]\n" + FAULT],
)
def test_one_rule_is_added_at_a_time_and_nothing_else(given: str) -> None:
    with pytest.raises(ScenarioError, match="one rule under 'rules', or one fault under 'faults'"):
        add_rule("", given)


def test_what_is_wrong_with_a_rule_is_told_by_its_own_lines() -> None:
    with pytest.raises(ScenarioError, match=r"rule:2:5: rules\[0\]\.eror: .*did you mean 'error'\?"):
        add_rule("seed: 3\n", "rules:\n  - eror: 5\n")


def test_a_text_that_nothing_can_be_put_into_is_refused() -> None:
    with pytest.raises(CannotBeWrittenError, match="change its text instead"):
        add_rule("? rules\n: - error: 5\n", RULE)


def test_a_scenario_says_in_its_name_how_many_were_added() -> None:
    one, _, _ = add_rule("seed: 3\n", RULE)
    two, _, _ = add_rule(one, FAULT)
    assert call_scenario("default", one) == "default, with 1 rule of yours"
    assert call_scenario("default, with 1 rule of yours", two) == "default, with 2 rules of yours"
    assert call_scenario("default, with 1 rule of yours", "seed: 3\n") == "default"
