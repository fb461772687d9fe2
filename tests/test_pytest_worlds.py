"""The worlds of failing tests: which are kept, what they are called, what is said about them."""

from __future__ import annotations

import json
import re
import string
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_bsg.pytest_worlds import name_worlds
from mock_bsg.worlds.world_file import WorldFile
from tests.test_cli import output, start  # noqa: F401 -- a fixture
from tests.test_pytest_plugin import SEND, _choose_scope, _keep_imports, run, section  # noqa: F401 -- fixtures
from tests.test_world_commands import ask

if TYPE_CHECKING:
    from pathlib import Path

    from tests.test_cli import Start

pytest_plugins = ["pytester"]

FAILING = """
    def test_it(mock_bsg):
        send(mock_bsg, "380972920000")
        assert False
"""


def kept(folder: Path) -> dict[str, list[int]]:
    """Tell of each world that was kept how many requests each of its accounts has taken."""
    return {path.name: list(requests_of(path).values()) for path in sorted(folder.iterdir())}


def requests_of(path: Path) -> dict[str, int]:
    with WorldFile.open(path, read_only=True) as world:
        return {
            account.key: sum(record.kind == "take_request" for record in world.records(account.id, 0))
            for account in world.accounts()
        }


def test_world_of_a_failing_test_is_kept_and_its_report_says_how_to_open_it(pytester: pytest.Pytester) -> None:
    result = run(pytester, FAILING, "--mock-bsg-worlds=my worlds")
    result.assert_outcomes(failed=1)
    said = section(result.stdout.str()).splitlines()
    assert said[0].startswith("scenario default")
    assert said[-1] == "its world is kept: mock-bsg open 'my worlds/test_it.world'"
    assert kept(pytester.path / "my worlds") == {"test_it.world": [1]}


def test_nothing_is_kept_of_tests_that_pass_or_use_no_account_or_without_the_option(pytester: pytest.Pytester) -> None:
    tests = """
        def test_passes(mock_bsg): send(mock_bsg, "380972920000")
        def test_fails(): assert False
        @pytest.mark.xfail
        def test_is_known_to_fail(mock_bsg): assert False
        def test_skips(mock_bsg): pytest.skip("so")
    """
    run(pytester, tests, "--mock-bsg-worlds=worlds").assert_outcomes(passed=1, failed=1, xfailed=1, skipped=1)
    assert not (pytester.path / "worlds").exists()
    result = run(pytester, FAILING)
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*world*")


@pytest.mark.parametrize(("before", "after"), [("assert False", ""), ("", "assert False")])
def test_fixture_that_fails_before_or_after_the_test_keeps_one_too(
    pytester: pytest.Pytester, before: str, after: str
) -> None:
    result = run(
        pytester,
        f"""
        @pytest.fixture
        def customer(mock_bsg):
            send(mock_bsg, "380972920000")
            {before}
            yield
            {after}

        def test_it(customer): pass
        """,
        "--mock-bsg-worlds=worlds",
    )
    result.assert_outcomes(passed=1 if after else 0, errors=1)
    assert kept(pytester.path / "worlds") == {"test_it.world": [1]}


def test_all_accounts_that_the_test_used_are_in_its_world(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_passes(mock_bsg):
            send(mock_bsg.account("test_of_another_test"), "380972920000")

        def test_it(mock_bsg):
            send(mock_bsg, "380972920000")
            other = mock_bsg.account("test_other")
            send(other, "380972920000")
            send(other, "380972920001")
            mock_bsg.account("test_gone").forget()
            other.fork("test_fork")
            assert False
        """,
        "--mock-bsg-worlds=worlds",
    )
    result.assert_outcomes(passed=1, failed=1)
    there = requests_of(pytester.path / "worlds" / "test_it.world")
    assert list(there.values()) == [1, 2, 2]
    assert list(there)[1:] == ["test_other", "test_fork"]


SAME_NAMES = """
    @pytest.mark.parametrize("path", ["a/b", "a:b", "é"])
    class TestOne:
        def test_it(self, mock_bsg, path): assert False
    class TestTwo:
        def test_it(self, mock_bsg): assert False
    def test_only(mock_bsg): assert False
"""


@pytest.mark.parametrize("options", [(), ("-n", "2"), ("-k", "One and b")])
def test_tests_of_one_name_are_told_apart(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    (pytester.path / "test_other.py").write_text(
        "def test_it(mock_bsg): assert False\ndef test_own(mock_bsg): assert 0"
    )
    run(pytester, SAME_NAMES, "test_other.py", str(pytester.path), "--mock-bsg-worlds=worlds", *options)
    there = [re.sub("-[0-9a-f]{8}", "-…", name) for name in kept(pytester.path / "worlds")]
    one = f"{MODULE}.TestOne.test_it-a-b-….world"
    if "-k" in options:
        assert there == [one, one]
    else:
        others = ["test_only.world", "test_other.test_it.world", "test_own.world"]
        assert there == sorted(["test_it-xe9.world", one, one, f"{MODULE}.test_it.world", *others])


MODULE = "test_tests_of_one_name_are_told_apart"


@given(
    st.sets(
        st.builds(
            "{}::{}{}".format,
            st.sampled_from(["test_a.py", "sub/test_a.py", "sub\\test_a.py", "TEST_A.py", "тест.py", ""]),
            st.sampled_from(["test_it", "TestX::test_it", "TestX::test_it.test_it", "test_it-0", "x" * 300]),
            st.one_of(st.just(""), st.text(max_size=20).map("[{}]".format), st.text("/\\:*?é .-", max_size=9)),
        ),
        max_size=8,
    )
)
def test_no_two_tests_have_the_same_file_whatever_they_are_called(tests: set[str]) -> None:
    names = name_worlds(sorted(tests))
    assert names == name_worlds(sorted(tests, reverse=True))
    assert names.keys() == tests
    assert len({name.casefold() for name in names.values()}) == len(tests)
    for name in names.values():
        assert 0 < len(name.encode()) < 200
        assert not set(name) & set("/\\:*?\"<>| '$&;()[]{}!~`#\n\0")
        assert name[0] not in ".-"


def test_a_name_is_left_as_it_is_where_that_is_safe() -> None:
    safe = string.ascii_letters + string.digits + "_.=+@-"
    assert name_worlds([f"a/test_b.py::TestC::test_{safe}"]) == {
        f"a/test_b.py::TestC::test_{safe}": f"test_{safe}".strip("-")
    }


def test_ini_file_can_say_the_directory(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\nmock_bsg_worlds = worlds\n")
    below = pytester.mkdir("below")
    monkeypatch.chdir(below)
    result = run(
        pytester, FAILING, "--rootdir", str(pytester.path), "-c", str(pytester.path / "tox.ini"), str(pytester.path)
    )
    result.assert_outcomes(failed=1)
    assert kept(pytester.path / "worlds") == {"test_it.world": [1]}


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_directory_that_cannot_be_written_is_one_warning(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    (pytester.path / "worlds").write_text("a file")
    tests = FAILING + FAILING.replace("test_it", "test_again") + "\n    def test_passes(mock_bsg): pass\n"
    result = run(pytester, tests, "--mock-bsg-worlds=worlds/mine", "-W", "error", *options)
    result.assert_outcomes(passed=1, failed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    wrong = f"the directory {pytester.path}/worlds/mine cannot be made: Not a directory"
    assert result.stdout.lines.count(f"its world is not kept: {wrong}") == 2
    said = [line for line in result.stdout.lines if line.startswith("mock_bsg: ")]
    assert said == [f"mock_bsg: 2 worlds are not kept: {wrong}"]


def test_test_that_has_gone_elsewhere_keeps_its_world_where_it_was_said(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(mock_bsg, monkeypatch, tmp_path):
            monkeypatch.chdir(tmp_path)
            assert False
        """,
        "--mock-bsg-worlds=worlds",
    )
    result.assert_outcomes(failed=1)
    assert kept(pytester.path / "worlds") == {"test_it.world": [0]}


def test_option_is_in_pytests_help(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--help")
    result.stdout.fnmatch_lines(["*--mock-bsg-worlds=DIR*", "*mock_bsg_worlds*"])


def test_world_of_a_failing_test_is_opened_and_taken_back_to_before_what_went_wrong(
    pytester: pytest.Pytester,
    start: Start,  # noqa: F811 -- the fixture
) -> None:
    tests = """
        def test_second_order_is_sent(mock_bsg):
            send(mock_bsg, "380972920000")
            mock_bsg.advance("1m")
            send(mock_bsg, "380972920000")  # the same reference again
            assert len(mock_bsg.messages) == 2
    """
    pytester.makepyfile(dedent(SEND) + dedent(tests))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--mock-bsg-worlds=worlds")
    result.assert_outcomes(failed=1)
    assert "its world is kept: mock-bsg open worlds/test_second_order_is_sent.world" in result.stdout.lines

    file = pytester.path / "worlds" / "test_second_order_is_sent.world"
    ready = output(start("open", str(file), "--port", "0")).readline()
    url = ready.partition("API ")[2].split()[0]
    (key,) = (account["key"] for account in ask(f"{url}/_mock/accounts")["accounts"])
    there = f"{url}/_mock/accounts/{key}"
    first, second = reversed(ask(f"{there}/requests")["requests"])
    assert [json.loads(each["answer"])["result"][0]["error"] for each in (first, second)] == [0, 43]
    (message,) = ask(f"{there}/messages")["messages"]
    assert message["status"] == "read"
    at = min(entry["n"] for entry in ask(f"{there}/log")["commands"] if entry["request"] == second["n"])

    ask(f"{there}/rewind", to=at - 1)
    assert [each["n"] for each in ask(f"{there}/requests")["requests"]] == [first["n"]]
    order = json.loads(second["body"])
    order["messages"][0]["to"][0]["reference"] = "order-20"
    assert ask(f"{url}/rest/viber/create", {"X-API-KEY": key}, **order)["result"][0]["error"] == 0
    assert len(ask(f"{there}/messages")["messages"]) == 2, "what went wrong goes well with another reference"
