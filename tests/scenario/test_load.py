import json
from pathlib import Path

import pytest

from mock_bsg.scenario.errors import Problem, ScenarioError
from mock_bsg.scenario.library import compile_text
from mock_bsg.scenario.load import MOST_PROBLEMS, load

_BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
_EXPECTED = "# expected:\n"


def _problems(text: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        load(text, "file.yaml")
    return list(caught.value.problems)


@pytest.mark.parametrize("file", _BAD, ids=lambda file: file.stem)
def test_bad_file_is_told_of_as_it_expects(file: Path) -> None:
    # What is wrong stands below the text itself, in comments.
    text, _, expected = file.read_text(encoding="utf-8").partition(_EXPECTED)
    told = [problem.render("").removeprefix(":") for problem in _problems(text)]
    assert told == [line.removeprefix("# ") for line in expected.splitlines()]


def test_six_mistakes_are_all_told_with_file_line_and_column() -> None:
    text = next(file for file in _BAD if file.stem == "six-mistakes").read_text(encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(text, "dir/my scenario.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 6
    assert lines[2] == (
        "dir/my scenario.yaml:9:13: rules[1].viber.sennt: "
        "'sennt' is not a status of a Viber message (did you mean 'sent'?)"
    )
    assert caught.value.problems[2].path == "rules[1].viber.sennt"


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "---\n", "null", "{}", "\ufeffseed: 1"])
def test_scenario_may_be_as_good_as_empty(text: str) -> None:
    assert load(text, "empty").rules == []


@pytest.mark.parametrize(
    ("text", "place", "character"), [("a\0b: 1", "1:2", "U+0000"), ("seed: 1\r\n\n# \x07 bell\n", "3:3", "U+0007")]
)
def test_character_that_no_yaml_has_is_told_with_its_place(text: str, place: str, character: str) -> None:
    (problem,) = _problems(text)
    assert problem.render("f") == f"f:{place}: YAML does not allow this character ({character})"


def test_norway_stays_norway() -> None:
    scenario = load("prices: {viber: {NO: 0.08}}\nrules: [{match: {country: NO}, error: 5}]", "norway")
    assert scenario.prices == {"viber": {"NO": 800_000}}
    country = scenario.rules[0].match.country
    assert country is not None
    assert country.accepts("NO")


def test_unquoted_phone_number_is_understood() -> None:
    msisdn = load("rules: [{match: {msisdn: 380501234567}, error: 5}]", "phone").rules[0].match.msisdn
    assert msisdn is not None
    assert msisdn.accepts("380501234567")


def test_date_and_version_like_texts_stay_texts() -> None:
    scenario = load("description: 2017-01-17\nrules: [{name: 1_000, error: 5}, {name: 12:30, error: 5}]", "texts")
    assert scenario.description == "2017-01-17"
    assert [rule.name for rule in scenario.rules] == ["1_000", "12:30"]


def test_yaml_1_1_directive_changes_nothing() -> None:
    problem = _problems("%YAML 1.1\n---\naccount: {blocked: yes}\n")[0]
    assert problem.message == "should be true or false, not the text 'yes': write true"


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_is_a_scenario_too(indent: int | str | None) -> None:
    data = {
        "description": 'Ünïcode 😀 \\ " \u2028',
        "account": {"balance": 1.5, "blocked": False, "tariffs": {"0": 1, "9": 0.8}},
        "rules": [{"match": {"msisdn": "38050*", "text": "/\\d\t?/"}, "viber": {"sent": "1s"}}],
    }
    for ascii_only in (True, False):
        scenario = load(json.dumps(data, indent=indent, ensure_ascii=ascii_only), "json")
        assert scenario.description == data["description"]
        assert scenario.account.balance == 15_000_000
        assert scenario.rules[0].viber is not None


def test_mistakes_in_json_have_lines_too() -> None:
    problem = _problems('{\n\t"seed": 1,\n\t"sed": 2\n}')[0]
    assert (problem.line, problem.column, problem.path) == (3, 2, "sed")


@pytest.mark.parametrize("code", ["1000", "0000000001000", "00000000000000000000001000", "-1", "\u0661"])
def test_tariff_code_that_there_cannot_be_is_refused_however_many_zeros_it_has(code: str) -> None:
    (problem,) = _problems(f'account: {{tariffs: {{"{code}": 1}}}}')
    assert problem.message == f"a tariff code is a whole number from 0 to 999, not '{code}'"


def test_tariff_code_may_have_zeros_in_front() -> None:
    tariffs = load('account: {tariffs: {"0009": 1, "000": 1}}', "x").account.tariffs
    assert tariffs is not None
    assert sorted(tariffs) == [0, 9]


def test_alias_bomb_is_refused_without_going_off() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{after}: &{after} [{', '.join([f'*{before}'] * 10)}]"
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    problems = _problems("\n".join(lines))
    assert any("more than 100000 values" in problem.message for problem in problems)


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 5000, "? " * 5000, "&a " * 3])
def test_deep_nesting_is_refused_in_a_sentence(text: str) -> None:
    assert all(problem.message for problem in _problems(text))


def test_text_that_is_too_long_is_refused() -> None:
    assert "longer than" in _problems("x" * (1024 * 1024 + 1))[0].message


@pytest.mark.parametrize("key", ["text", "msisdn", "reference"])
def test_expression_that_is_too_long_is_refused(key: str) -> None:
    load(f"rules: [{{match: {{{key}: '/[{'7' * 998}]/'}}, error: 5}}]", "file.yaml")
    (problem,) = _problems(f"rules: [{{match: {{{key}: '/[{'7' * 999}]/'}}, error: 5}}]")
    assert problem.render("") == (
        f":1:{len(key) + 20}: rules[0].match.{key}: a regular expression has at most 1000 characters, not 1001"
    )


def test_thousands_of_mistakes_are_cut_short() -> None:
    problems = _problems("\n".join(f"key{number}: 1" for number in range(MOST_PROBLEMS + 50)))
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].message == "and 50 more mistakes"


@pytest.mark.parametrize("text", ["a: \x00", "a: \x1b[31m", 'a: "\ud800"', "\ud800: 1", "description: \ufffe"])
def test_characters_that_are_none_are_refused_or_replaced_and_can_be_printed(text: str) -> None:
    assert all(problem.render("x").encode("utf-8") for problem in _problems(text))


def test_repeated_value_is_told_of_where_it_stands_first() -> None:
    problems = _problems("defaults:\n  viber: &plan {sennt: 1s}\nrules:\n  - {viber: *plan}\n")
    places = [(problem.path, problem.line) for problem in problems]
    assert places == [("defaults.viber.sennt", 2), ("rules[0].viber.sennt", 2)]


def test_plan_may_skip_what_life_implies() -> None:
    rules = compile_text(
        "rules: [{viber: {delivered: 3s}}, {viber: {}}, {viber: {scheduled: 0s}}, {viber: {new: 0s, read: 1s..2s}}]",
        "x",
    ).rules
    assert [str(rule.outcomes[0].plans["viber"]) for rule in rules] == [
        "delivered: 3s",
        "stays as it is",
        "stays as it is",
        "new: 0s, read: 1s..2s",
    ]


def test_same_name_may_be_a_rule_and_a_fault() -> None:
    assert load("rules: [{name: a, error: 5}]\nfaults: [{name: a, error: 5}]", "x").rules[0].name == "a"
