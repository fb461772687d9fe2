"""The list of questions is that of docs/fidelity.md, harmless, and short enough to be asked in one run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from mock_bsg.compare import report
from mock_bsg.compare.asking import LIMITS
from mock_bsg.compare.comparison import Comparison
from mock_bsg.compare.exchanges import DRAMA_NUMBERS, Exchange, Question, Run, plan
from mock_bsg.compare.questions import list_questions
from mock_bsg.compare.target import Target
from mock_bsg.domain.paths import BASES
from mock_bsg.scenario.library import BUILTIN

PAGE = Path(__file__).parent.parent.parent / "docs" / "fidelity.md"
MARK = "*(asked)*"
QUESTIONS = list_questions(Run("0"), with_one_api=True)
EXCHANGES = plan(QUESTIONS)
WITHOUT_ONE_API = plan(list_questions(Run("0"), with_one_api=False))
BOTH = Target("https://api.bsg.world", "test_0ZeXYZsecret", one_api_key="test_9WvABChidden")


def test_questions_are_the_entries_that_the_page_marks() -> None:
    rows = re.findall(r"^\| ([a-z0-9-]+) \|(.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    marked = [name for name, rest in rows if MARK in rest]

    assert sorted(marked) == sorted(question.id for question in QUESTIONS)


def test_no_entry_is_asked_about_twice() -> None:
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)


def test_a_run_leaves_room_to_send_again_what_was_too_early() -> None:
    assert len(WITHOUT_ONE_API) <= LIMITS.requests - 2
    for api in ("v1", "one"):
        assert len([exchange for exchange in EXCHANGES if exchange.api == api]) <= LIMITS.requests - 2
    assert LIMITS.requests == 60
    assert LIMITS.pause == 0.5


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_question_is_one_sentence_about_some_exchange(question: Question) -> None:
    assert question.asks.endswith("?")
    assert question.asks.count("?") == 1
    assert question.exchanges
    assert "|" not in question.asks


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: f"{exchange.about}, {exchange.path}")
def test_an_exchange_stays_within_bsgs_api(exchange: Exchange) -> None:
    assert exchange.path.startswith(tuple(f"{base}/" for base in BASES) if exchange.api == "v1" else "/api/")
    assert exchange.path.isascii()
    assert exchange.path.isprintable()
    assert " " not in exchange.path
    assert exchange.method in {"GET", "POST", "PUT", "PATCH", "OPTIONS"}
    assert exchange.creates <= exchange.most_created
    assert exchange.missing is None or exchange.after is not None
    assert (exchange.after is None) or EXCHANGES.index(exchange.after) < EXCHANGES.index(exchange)


def test_the_first_request_creates_nothing_and_has_the_key() -> None:
    first = EXCHANGES[0]

    assert (first.method, first.path, first.key, first.content) == ("GET", "/rest/common/balance", "given", None)


def test_without_the_one_api_all_else_is_asked() -> None:
    def describe(exchanges: list[Exchange]) -> list[str]:
        return [each.describe() for each in exchanges]

    assert describe(WITHOUT_ONE_API) == describe([each for each in EXCHANGES if each.api == "v1"])


def test_the_first_request_to_the_one_api_logs_in() -> None:
    of_one_api = [exchange for exchange in EXCHANGES if exchange.api == "one"]

    assert [exchange.is_login for exchange in of_one_api] == [True] + [False] * (len(of_one_api) - 1)
    assert {exchange.key for exchange in of_one_api} == {"given", "none"}


def test_the_one_api_is_asked_for_nothing_that_creates_anything() -> None:
    of_one_api = [exchange for exchange in EXCHANGES if exchange.api == "one"]
    dry = [
        exchange.body["dry_run"]
        for exchange in of_one_api
        if isinstance(exchange.body, dict) and "channels" in exchange.body
    ]

    assert sum(exchange.creates for exchange in of_one_api) == 0
    assert dry == [True] * 6
    assert sum(exchange.most_created for exchange in of_one_api) == len([*dry, "a one-time code", "a template"])


def test_numbers_are_nobodys_and_mean_nothing_in_a_sandbox() -> None:
    assert all(re.fullmatch(r"447700900\d{3}", number) for number in DRAMA_NUMBERS)
    assert len(DRAMA_NUMBERS) >= 51
    text = "".join(path.read_text(encoding="utf-8") for path in BUILTIN.glob("*.yaml"))
    assert [number for number in DRAMA_NUMBERS if number in text] == []


def test_what_would_create_many_only_asks_for_a_price() -> None:
    assert max(exchange.most_created for exchange in EXCHANGES) <= 6


def test_the_announcement_has_every_request_whole() -> None:
    run = Comparison(BOTH)
    text = "\n".join(report.announce(run))

    for exchange in run.exchanges:
        assert f"{exchange.method} {exchange.path}" in text
        assert exchange.content is None or exchange.content.decode() in text
    assert f"{len(run.exchanges)} requests" in text
    assert "secret" not in text
    assert "hidden" not in text
    assert "test_0Ze…" in text


@pytest.mark.parametrize(
    ("url", "where"),
    [("https://api.bsg.world", "https://one-api.bsg.world"), ("http://127.0.0.1:8080", "http://127.0.0.1:8080")],
)
def test_the_announcement_says_where_the_one_api_is_asked_with_which_key_and_how_often(url: str, where: str) -> None:
    text = "\n".join(report.announce(Comparison(replace(BOTH, url=url))))
    count = len([exchange for exchange in EXCHANGES if exchange.api == "one"])

    assert f"  {count} requests go to the One API, {where}, key test_9Wv…\n" in text
    assert "; 44, one of them a template, if nothing is refused that should be\n" in text
    assert text.endswith(": 60 requests at most, and as many to the One API.")


def test_the_announcement_says_nothing_of_the_one_api_if_it_is_not_asked() -> None:
    text = "\n".join(report.announce(Comparison(replace(BOTH, one_api_key=""))))

    assert re.search(r"One API|/api/|\{token\}|\{api_key\}|template", text) is None
    assert "; 36 if nothing is refused that should be\n" in text
    assert text.endswith(
        "\n  {id} and {task_id} are numbers that the answer to an earlier request told."
        "\n  Nothing else is sent but once more what is answered 429 or 503 with a Retry-After: 60 requests at most."
    )


def test_the_announcement_names_every_number_that_was_given() -> None:
    numbers = tuple(f"38050123456{digit}" for digit in range(10))
    text = "\n".join(report.announce(Comparison(Target("https://api.bsg.world", "test_0ZeXYZsecret", numbers))))

    assert f"numbers {', '.join(numbers)}\n" in text


def test_the_announcement_says_what_it_costs_and_which_way_it_goes() -> None:
    target = Target("http://bsg.example", "live_0ZeXYZsecret", ("380501234567",), "http://p:1", "http://p:1")
    text = "\n".join(report.announce(Comparison(target)))

    assert "MAY COST MONEY" in text
    assert "numbers 380501234567" in text
    assert "  through the proxy http://p:1, as the environment says\n" in text
    assert "without TLS: whoever is on the way can read the key" in text


@pytest.mark.parametrize(
    ("proxy", "one_api_proxy", "only"),
    [
        ("http://p:1", "", ", but only to https://api.bsg.world"),
        ("", "http://p:1", ", but only to https://one-api.bsg.world"),
        ("http://p:1", "http://p:1", ""),
    ],
)
def test_the_announcement_says_which_api_a_proxy_is_for(proxy: str, one_api_proxy: str, only: str) -> None:
    target = replace(BOTH, proxy=proxy, proxy_name="http://p:1", one_api_proxy=one_api_proxy)
    text = "\n".join(report.announce(Comparison(target)))

    assert f"  through the proxy http://p:1, as the environment says{only}\n" in text
