"""Compares an answer of BSG's with the sandbox's: status, fields and their order and types, codes and texts.

Not compared are ids, prices, times and what becomes of a message: BSG's test keys answer them at random [docs].
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from mock_bsg.compare.answers import AMOUNTS, NOT_JSON, hide_digits, printable
from mock_bsg.domain.error_codes import TWO_WAY_NOT_ACTIVE
from mock_bsg.http.responses import RULE_HEADER
from mock_bsg.rest.errors import error_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from mock_bsg.compare.answers import Answer

Judge: TypeAlias = "Callable[[Answer, Answer], list[str]]"
"""Tells in words how the first answer, BSG's, differs from the second; raises UnreachedError."""

CODES = ("error", "errorDescription")
"""Fields whose values always count."""
_SAMPLED = frozenset({"prices", "services", "senders"})
"""Lists as long as the account is rich: their first element stands for all."""
_NULLABLE: Mapping[str, type] = {"time_in": str, "time_sent": str, "time_dr": str, "details": dict}
"""What may not be there yet, and its type once it is; the times have a question of their own."""
_IN_FRONT = frozenset({401, 403, 407, 408})
"""Statuses of whatever stands in front of BSG, if they come without BSG's JSON."""
_BUSY_OR_AWAY = frozenset({429, 502, 503, 504, *range(520, 600)})
"""Statuses that say that BSG cannot be reached now, whatever comes with them."""
_OBSTACLES = {
    1: "the key is refused",
    2: "the account is blocked",
    8: "there is not enough money",
    9: "the price grid is not active",
    11: "too much is being processed",
    25: "the sender is not allowed",
    32: "the sender is not allowed",
    33: "the country is not allowed",
    35: "two-way SMS are not active",
    36: "the two-way sender is not allowed",
    45: "the sender is not registered",
}
"""Errors that come before the one that a question is about, and say nothing about it."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class UnreachedError(Exception):
    """The answer does not reach the question; the text says why."""


def whole(*, values: Collection[str] = (), decimals: Collection[str] = (), without: Collection[str] = ()) -> Judge:
    """Compare the whole answer but for the fields in `without`.

    Of the fields in `values` their values count, too, of texts in `decimals` how many decimals they have.
    """

    def judge(theirs: Answer, ours: Answer) -> list[str]:
        found = differ_in_frame(theirs, ours)
        if theirs.value is NOT_JSON or ours.value is NOT_JSON:
            return found
        _hurdle(_codes(theirs.value), _codes(ours.value))
        mine, wanted = theirs.value, _without_empty_sum(theirs.value, ours.value)
        mine, wanted = (_drop(each, without) for each in (mine, wanted))
        return found + Walk(values, decimals).compare("", mine, wanted)

    return judge


def entry(*numbers: int, only: Collection[str] = (), values: Collection[str] = ()) -> Judge:
    """Compare only some entries of `result`, and of these `only` some fields if any are named."""

    def judge(theirs: Answer, ours: Answer) -> list[str]:
        found = differ_in_frame(theirs, ours)
        mine, wanted = _entries(theirs), _entries(ours)
        for number in numbers:
            if number >= len(mine):
                top = theirs.value.get("error") if isinstance(theirs.value, dict) else None
                reason = f"error {printable(str(top), 20)}" if top is not None else "no list of results"
                raise UnreachedError(f"the whole request was answered with {reason}")
            _hurdle(_codes(mine[number]), _codes(wanted[number]))
            theirs_and_ours = (_keep(each[number], only) for each in (mine, wanted))
            found += Walk(values).compare(f"result[{number}]", *theirs_and_ours)
        return found

    return judge


def codes(theirs: Answer, ours: Answer) -> list[str]:
    """Compare only the codes, of the whole answer or of all its entries."""
    found = differ_in_frame(theirs, ours)
    mine, wanted = _codes(theirs.value), _codes(ours.value)
    _hurdle(mine, wanted)
    return found if mine == wanted else [*found, f"error: seen {', '.join(mine)}; the sandbox says {', '.join(wanted)}"]


def status(theirs: Answer, ours: Answer) -> list[str]:
    """Compare the HTTP status, and whether there is JSON at all."""
    return differ_in_frame(theirs, ours)


def refusal(theirs: Answer, ours: Answer) -> list[str]:
    """Compare how a key is refused; that a sandbox takes any key is no difference."""
    found = differ_in_frame(theirs, ours)
    if RULE_HEADER in theirs.headers and _codes(theirs.value) == ["0"]:
        return found
    return found + Walk().compare("", theirs.value, ours.value)


def two_way_senders(theirs: Answer, ours: Answer) -> list[str]:
    """Compare the list of senders where there is one, else how it is said that there is none."""
    if _codes(theirs.value) == [str(TWO_WAY_NOT_ACTIVE)]:
        return Walk().compare("", theirs.value, error_answer(TWO_WAY_NOT_ACTIVE))
    return whole()(theirs, ours)


def content_type(theirs: Answer, ours: Answer) -> list[str]:
    """Compare the header Content-Type, however it is spelt."""
    differ_in_frame(theirs, ours)
    mine, wanted = (each.content_type.lower().replace(" ", "").replace('"', "") for each in (theirs, ours))
    return [] if mine == wanted else [_word("Content-Type", theirs.content_type or None, ours.content_type or None)]


def cors(theirs: Answer, ours: Answer) -> list[str]:
    """Compare what a browser is told that asks whether a page may call; it looks at nothing but these headers."""
    if theirs.problem or ours.problem or theirs.status in _BUSY_OR_AWAY:
        _require(theirs, ours)
    names = ("Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers")
    pairs = [(name, theirs.headers.get(name), ours.headers.get(name)) for name in names]
    return [_word(*each) for each in pairs if (each[1] is None) != (each[2] is None)]


def times(theirs: Answer, ours: Answer) -> list[str]:
    """Look whether a time that has not come yet is null, and others are as assumed."""
    differ_in_frame(theirs, ours)
    if not isinstance(theirs.value, dict) or "time_in" not in theirs.value:
        raise UnreachedError("the answer is no message's status")
    _hurdle(_codes(theirs.value), _codes(ours.value))
    given = {name: theirs.value[name] for name in ("time_in", "time_sent", "time_dr") if name in theirs.value}
    odd = {
        name: at for name, at in given.items() if at is not None and not (isinstance(at, str) and _TIME.fullmatch(at))
    }
    if not odd and None not in given.values():
        raise UnreachedError("all its times had come")
    return [f"{name}: seen {_describe(at)}; the sandbox says null or YYYY-MM-DD HH:MM:SS" for name, at in odd.items()]


def codes_of(answer: Answer) -> list[str]:
    """List the error codes in an answer, the whole answer's or its entries', as texts; none if it has none."""
    return _codes(answer.value)


class Walk:
    """Goes through two JSON values at once and says in words where they differ."""

    def __init__(
        self,
        values: Collection[str] = (),
        decimals: Collection[str] = (),
        nullable: Mapping[str, type] = _NULLABLE,
        *,
        is_exact: bool = False,
    ) -> None:
        self._values = {*CODES, *values}
        self._decimals = decimals
        self._nullable = nullable
        self._is_exact = is_exact
        """Whether all values count."""

    def compare(self, path: str, theirs: Any, ours: Any) -> list[str]:
        """Compare what stands at `path`, "" for the whole."""
        name = path.rpartition(".")[2]
        if isinstance(theirs, dict) and isinstance(ours, dict):
            return self._compare_objects(path, theirs, ours)
        if isinstance(theirs, list) and isinstance(ours, list):
            return self._compare_lists(path, theirs, ours)
        kind = self._nullable.get(name)
        if kind is not None and all(each is None or isinstance(each, kind) for each in (theirs, ours)):
            return []
        differs = _kind(theirs) != _kind(ours)
        if (self._is_exact or name in self._values) and not isinstance(theirs, dict | list):
            differs = differs or theirs != ours
        elif name in self._decimals:
            differs = differs or _count_decimals(theirs) != _count_decimals(ours)
        return [_word(path or "the answer", theirs, ours)] if differs else []

    def _compare_objects(self, path: str, theirs: dict[str, Any], ours: dict[str, Any]) -> list[str]:
        where = f"{path}." if path else ""
        found = [f"{where}{name}: not there; the sandbox has it" for name in ours if name not in theirs]
        found += [
            f"{where}{printable(name, 40)}: seen {_describe_field(name, theirs[name])}; the sandbox has no such field"
            for name in theirs
            if name not in ours
        ]
        common = [name for name in theirs if name in ours]
        order = [name for name in ours if name in theirs]
        if common != order:
            found.append(
                f"order of fields{f' in {path}' if path else ''}: seen {', '.join(common)}; "
                f"the sandbox says {', '.join(order)}"
            )
        for name in order:
            found += self.compare(where + name, theirs[name], ours[name])
        return found

    def _compare_lists(self, path: str, theirs: list[Any], ours: list[Any]) -> list[str]:
        if path.rpartition(".")[2] in _SAMPLED:
            if ours and not theirs:
                raise UnreachedError(f"{path} is empty there")
            return self.compare(f"{path}[0]", theirs[0], ours[0]) if theirs and ours else []
        if len(theirs) != len(ours):
            return [f"{path or 'the answer'}: seen a list of {len(theirs)}; the sandbox says one of {len(ours)}"]
        found = []
        for number, (mine, wanted) in enumerate(zip(theirs, ours, strict=True)):
            found += self.compare(f"{path}[{number}]", mine, wanted)
        return found


def _require(theirs: Answer, ours: Answer) -> None:
    """Raise UnreachedError where no answer came, or that of something in front of BSG."""
    if theirs.problem or ours.problem:
        raise UnreachedError(theirs.problem or f"the sandbox itself: {ours.problem}")
    if theirs.status == ours.status:
        return
    if theirs.status in _BUSY_OR_AWAY:
        raise UnreachedError(f"HTTP {theirs.status}")
    if 300 <= theirs.status < 400:
        target = printable(theirs.headers.get("Location", "nowhere"), 100)
        raise UnreachedError(f"HTTP {theirs.status}, a redirect to {target}, which is not followed")
    if theirs.value is NOT_JSON and theirs.status in _IN_FRONT:
        raise UnreachedError(f"HTTP {theirs.status}, without BSG's JSON")


def differ_in_frame(theirs: Answer, ours: Answer) -> list[str]:
    """Compare status and whether the body is JSON; raises UnreachedError where that says nothing about BSG."""
    _require(theirs, ours)
    found = _status_difference(theirs, ours)
    if theirs.value is NOT_JSON:
        if theirs.status == 200:
            raise UnreachedError(f"no JSON came: {printable(theirs.describe(), 120)}")
        found.append("the body is no JSON; the sandbox's is")
    return found


def _status_difference(theirs: Answer, ours: Answer) -> list[str]:
    if theirs.status == ours.status:
        return []
    return [f"HTTP status: seen {theirs.status}; the sandbox says {ours.status}"]


def _hurdle(theirs: Collection[str], ours: Collection[str]) -> None:
    """Raise UnreachedError where an error stands before what is asked."""
    for code in theirs:
        if code not in ours and code.isdigit() and int(code) in _OBSTACLES:
            raise UnreachedError(f"error {code}, {_OBSTACLES[int(code)]}")


def _codes(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return []
    if "error" in value:
        return [printable(str(value["error"]), 20)]
    result = value.get("result")
    entries = result if isinstance(result, list) else [result]
    return [printable(str(each["error"]), 20) for each in entries if isinstance(each, dict) and "error" in each]


def _keep(value: Any, only: Collection[str]) -> Any:
    if not only or not isinstance(value, dict):
        return value
    return {name: inner for name, inner in value.items() if name in only}


def _drop(value: Any, without: Collection[str]) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: inner for name, inner in value.items() if name not in without}


def _entries(answer: Answer) -> list[Any]:
    result = answer.value.get("result") if isinstance(answer.value, dict) else None
    return result if isinstance(result, list) else []


def _without_empty_sum(theirs: Any, ours: Any) -> Any:
    """Leave the sum out of our answer where theirs has none because nothing costs anything there [spec]."""
    if not isinstance(theirs, dict) or not isinstance(ours, dict) or "total_price" in theirs:
        return ours
    result = theirs.get("result")
    entries = result if isinstance(result, list) else []
    prices = [each["price"] for each in entries if isinstance(each, dict) and "price" in each]
    if not prices or any(prices):
        return ours
    return {name: value for name, value in ours.items() if name not in {"total_price", "currency"}}


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _count_decimals(value: Any) -> int | None:
    return len(value.partition(".")[2]) if isinstance(value, str) else None


def _word(path: str, theirs: Any, ours: Any) -> str:
    text = f"seen {_describe(theirs)}; the sandbox says {_describe(ours)}"
    return f"{path}: {hide_digits(text) if path.rpartition('.')[2] in AMOUNTS else text}"


def _describe_field(name: str, value: Any) -> str:
    return hide_digits(_describe(value)) if name in AMOUNTS else _describe(value)


def _describe(value: Any) -> str:
    if isinstance(value, str):
        return f'"{printable(value, 60)}"'
    if isinstance(value, dict):
        return f"an object ({', '.join(printable(name, 30) for name in list(value)[:6])})"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"the number {printable(str(value), 30)}"
