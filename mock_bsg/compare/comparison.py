"""One run: every question asked of BSG and of a sandbox of its own, and what came of each."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mock_bsg.compare.answers import NOT_JSON, Answer, Mask, printable
from mock_bsg.compare.asking import LIMITS, Asker, Limits, Pace
from mock_bsg.compare.exchanges import DRAMA_NUMBERS, Exchange, Question, Run, plan
from mock_bsg.compare.judging import UnreachedError, codes_of
from mock_bsg.compare.one_api_asking import OneApiAsker
from mock_bsg.compare.one_api_judging import explain_login
from mock_bsg.compare.questions import list_questions
from mock_bsg.domain.error_codes import ACCOUNT_BLOCKED, INVALID_API_KEY
from mock_bsg.http.server import Server
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mock_bsg.compare.exchanges import Api
    from mock_bsg.compare.target import Target

Decision = Literal["as assumed", "differs", "cannot tell"]

OWN_KEY = "test_compare.own"
SCENARIO = """
description: What BSG is compared with. No rule decides anything, and there is money enough.
account: {balance: 1000000}
one_api: {templates: {2: {text: "Your code is {code2fa}", name: compare}}}
incoming:
  - {at: 0s, msisdn: "447700900600", originator: "447700900601", text: compare}
"""
_ID = re.compile(r"[0-9]{1,20}")


class Seen(NamedTuple):
    """One exchange and its two answers."""

    exchange: Exchange
    theirs: Answer
    ours: Answer


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one question: the decision, in words why, and the exchanges that the words are about."""

    question: Question
    decision: Decision
    why: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()


class StoppedError(Exception):
    """The first request already told that asking is no use; `is_refused` if that is because of the key."""

    def __init__(self, text: str, *, is_refused: bool = False) -> None:
        super().__init__(text)
        self.is_refused = is_refused


@dataclass(slots=True)
class Talk:
    """One API, asked there and here; once `end` says why, no more of it is asked."""

    theirs: Asker
    ours: Asker
    end: str = ""
    failures: int = 0

    def count(self, answer: Answer, limits: Limits) -> None:
        """Count requests without an answer; after so many in a row the end is there."""
        self.failures = self.failures + 1 if answer.problem else 0
        if self.failures >= limits.failures:
            self.end = f"not asked: {self.failures} requests in a row got no answer, the last because {answer.problem}"


@dataclass(slots=True)
class Comparison:
    """One run against one target. `findings` grow while it runs, so that an interrupted run has some, too."""

    target: Target
    limits: Limits = LIMITS
    tag: str = field(default_factory=lambda: secrets.token_hex(4))
    questions: list[Question] = field(init=False)
    exchanges: list[Exchange] = field(init=False)
    findings: list[Finding] = field(default_factory=list, init=False)
    _wrong_key: str = field(init=False)
    _seen: dict[Exchange, Seen] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.questions = list_questions(Run(self.tag, self.target.numbers), with_one_api=bool(self.target.one_api_key))
        self.exchanges = plan(self.questions)
        self._wrong_key = f"test_wrong{self.tag}"

    async def run(self, tell: Callable[[Finding], None]) -> None:
        """Ask everything, telling each finding when it is there.

        Raises StoppedError where the first answer says that the rest is no use, ServerError if no sandbox can be had.
        """
        library = Library(texts={"compare": SCENARIO})
        settings = Settings(port=0, scenario="compare", api_keys=frozenset({OWN_KEY}), callbacks="off")
        server = Server(settings, library, grace=0)
        await server.start()
        target, limits, none = self.target, self.limits, Limits(pause=0)
        keys, one_api_keys, own_keys = (self._keys(each) for each in (target.key, target.one_api_key, OWN_KEY))
        mask = Mask(*filter(None, (target.key, target.one_api_key)))
        own_mask = Mask(OWN_KEY)
        pace, own_pace = Pace(limits.pause), Pace(0)
        try:
            async with (
                Asker(target.url, keys, mask, limits, pace, target.proxy) as their_v1,
                OneApiAsker(target.one_api_url, one_api_keys, mask, limits, pace, target.one_api_proxy) as their_one,
                Asker(server.url, own_keys, own_mask, none, own_pace) as our_v1,
                OneApiAsker(server.url, own_keys, own_mask, none, own_pace) as our_one,
            ):
                talks: dict[Api, Talk] = {"v1": Talk(their_v1, our_v1), "one": Talk(their_one, our_one)}
                deadline = asyncio.get_running_loop().time() + limits.run
                for question in self.questions:
                    await self._ask(question, talks, deadline)
                    finding = self._judge(question)
                    self.findings.append(finding)
                    tell(finding)
        finally:
            await server.stop()

    def answer_to(self, exchange: Exchange) -> Answer:
        """Tell what the target answered; raises KeyError if it was not asked."""
        return self._seen[exchange].theirs

    def _keys(self, key: str) -> dict[str, str]:
        return {"given": key, "wrong": self._wrong_key, "empty": ""}

    async def _ask(self, question: Question, talks: Mapping[Api, Talk], deadline: float) -> None:
        for exchange in plan([question]):
            if exchange in self._seen:
                continue
            talk = talks[exchange.api]
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                talk.end = talk.end or f"not asked: the run took longer than {self.limits.run:g} s"
            elif not talk.theirs.may_ask:
                talk.end = talk.end or f"not asked: {talk.theirs.sent} requests were sent, and no more are"
            seen = self._seen[exchange] = await self._ask_both(exchange, talk, left)
            if len(self._seen) == 1:
                _check_first(seen.theirs)
            if isinstance(talk.theirs, OneApiAsker) and not talk.theirs.is_logged_in:
                talk.end = talk.end or f"not asked: {explain_login(seen.theirs)}"

    async def _ask_both(self, exchange: Exchange, talk: Talk, left: float) -> Seen:
        if talk.end:
            return _unasked(exchange, talk.end)
        fillings = ["", ""]
        if exchange.after is not None:
            before = self._seen[exchange.after]
            if before.theirs.problem:
                return _unasked(exchange, f"not asked: {exchange.after.about}: {before.theirs.problem}")
            if "0" not in codes_of(before.theirs):
                codes = ", ".join(codes_of(before.theirs)) or "unknown"
                return _unasked(exchange, f"not asked: {exchange.after.about} was not created there (error {codes})")
            if exchange.missing is not None:
                fillings = [_find_id(each.value, exchange.missing) for each in (before.theirs, before.ours)]
                if not all(fillings):
                    return _unasked(
                        exchange, f"not asked: {exchange.after.about} was answered without {exchange.missing}"
                    )
        try:
            async with asyncio.timeout(left):
                answer = await talk.theirs.ask(exchange, fillings[0])
        except TimeoutError:
            answer = Answer(problem=f"the run took longer than {self.limits.run:g} s")
        talk.count(answer, self.limits)
        return Seen(exchange, answer, await talk.ours.ask(exchange, fillings[1]))

    def _judge(self, question: Question) -> Finding:
        differing: list[Seen] = []
        differences: list[str] = []
        reasons: list[str] = []
        unreached: list[Seen] = []
        for exchange in question.exchanges:
            seen = self._seen[exchange]
            where = f"{exchange.about}: " if len(question.exchanges) > 1 else ""
            try:
                found = question.judge(seen.theirs, seen.ours)
            except UnreachedError as why:
                reasons.append(where + str(why))
                unreached.append(seen)
            else:
                differences += [where + each for each in found]
                differing += [seen] if found else []
        if differences:
            return Finding(question, "differs", tuple(differences), tuple(differing))
        if reasons:
            return Finding(question, "cannot tell", tuple(dict.fromkeys(reasons)), tuple(unreached))
        return Finding(question, "as assumed")

    @property
    def sent_to(self) -> str:
        """The numbers that are sent to, in words."""
        if self.target.numbers == DRAMA_NUMBERS:
            return f"{DRAMA_NUMBERS[0]} to {DRAMA_NUMBERS[-1]}, which are nobody's"
        return ", ".join(self.target.numbers)


def _unasked(exchange: Exchange, why: str) -> Seen:
    return Seen(exchange, Answer(problem=why), Answer(problem=why))


def _check_first(answer: Answer) -> None:
    """Raise StoppedError where the first answer, that of the balance, says that the rest is no use."""
    if answer.problem:
        raise StoppedError(answer.problem)
    if 300 <= answer.status < 400:
        target = printable(answer.headers.get("Location", "nowhere"), 100)
        raise StoppedError(f"HTTP {answer.status}, a redirect to {target}, which is not followed; is that the --url?")
    if not isinstance(answer.value, dict):
        what = "no JSON" if answer.value is NOT_JSON else "no object"
        raise StoppedError(f"what is there does not speak BSG's API ({what}): {printable(answer.describe(), 150)}")
    codes = codes_of(answer)
    if codes in ([str(INVALID_API_KEY)], [str(ACCOUNT_BLOCKED)]):
        text = printable(str(answer.value.get("errorDescription", "")), 80)
        raise StoppedError(f"the key is refused: error {codes[0]}, {text}", is_refused=True)


def _find_id(value: Any, name: str) -> str:
    """Find what an answer told as `task_id`, or as the `id` of its first result; "" if that is no number."""
    if not isinstance(value, dict):
        return ""
    result = value.get("result")
    entries = [each for each in (result if isinstance(result, list) else [result]) if isinstance(each, dict)]
    found = value.get(name) if name == "task_id" else next((each["id"] for each in entries if "id" in each), None)
    text = str(found)
    return text if _ID.fullmatch(text) and not isinstance(found, bool) else ""
