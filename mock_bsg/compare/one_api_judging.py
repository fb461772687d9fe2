"""Compares an answer of BSG's One API with the sandbox's: statuses, texts of refusals, fields and their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.compare.answers import NOT_JSON, printable
from mock_bsg.compare.judging import UnreachedError, Walk, differ_in_frame
from mock_bsg.http.responses import RULE_HEADER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mock_bsg.compare.answers import Answer
    from mock_bsg.compare.judging import Judge

NULLABLE: Mapping[str, type] = {
    "campaign_id": int,
    "reference_id": str,
    "type": str,
    "sender": str,
    "country": str,
    "sent_at": str,
    "delivered_at": str,
    "alternative_channels": dict,
}
"""Fields that may be null, and their types where they are not."""
_OBSTACLES = {"money": ("fund", "balance", "money"), "sender": ("sender", "signature")}
"""Words of refusals that come before the one that a question is about, and say nothing about it."""
_REASONS = {"money": "there is not enough money", "sender": "the sender is not registered"}


def refusal(*past: str, with_token: bool = True, is_liberty: bool = False) -> Judge:
    """Compare how something is refused, its texts included.

    `past` are the obstacles that stand before it: "money", "sender"; `with_token` if a token must be good for it.
    `is_liberty` if a sandbox does not refuse it, for it takes any: that is no difference.
    """

    def judge(theirs: Answer, ours: Answer) -> list[str]:
        found = differ_in_frame(theirs, ours)
        if is_liberty and RULE_HEADER in theirs.headers and 200 <= theirs.status < 300:
            return []
        if theirs.value is NOT_JSON or ours.value is NOT_JSON:
            return found
        _hurdle(theirs, ours, past, with_token=with_token)
        if ours.headers.get("Allow", "") != theirs.headers.get("Allow", ""):
            seen, wanted = (printable(each.headers.get("Allow", "none"), 60) for each in (theirs, ours))
            found.append(f"Allow: seen {seen}; the sandbox says {wanted}")
        return found + Walk(is_exact=True).compare("", *(_sort_errors(each.value) for each in (theirs, ours)))

    return judge


def fields(*past: str, values: Collection[str] = (), decimals: Collection[str] = (), with_token: bool = True) -> Judge:
    """Compare the fields of a good answer, their order and types; of those in `values` their values, too."""

    def judge(theirs: Answer, ours: Answer) -> list[str]:
        found = differ_in_frame(theirs, ours)
        if theirs.value is NOT_JSON or ours.value is NOT_JSON:
            return found
        _hurdle(theirs, ours, past, with_token=with_token)
        return found + Walk(values, decimals, NULLABLE).compare("", theirs.value, ours.value)

    return judge


def page(theirs: Answer, ours: Answer) -> list[str]:
    """Compare a list but for its rows."""
    found = differ_in_frame(theirs, ours)
    if theirs.value is NOT_JSON or ours.value is NOT_JSON:
        return found
    _hurdle(theirs, ours)
    return found + Walk(nullable=NULLABLE).compare("", *(_without_rows(each.value) for each in (theirs, ours)))


def rows(theirs: Answer, ours: Answer) -> list[str]:
    """Compare the rows of a list with the sandbox's first, up to one that differs."""
    found = differ_in_frame(theirs, ours)
    if found:
        _hurdle(theirs, ours)
        return found
    (where, mine), (_, wanted) = (_find_rows(each.value) for each in (theirs, ours))
    if not mine:
        raise UnreachedError("the list is empty there" if where else "the answer is no list")
    if not wanted:
        raise UnreachedError("the sandbox itself has nothing to list")
    walk = Walk(nullable=NULLABLE)
    return next((told for n, each in enumerate(mine) if (told := walk.compare(f"{where}[{n}]", each, wanted[0]))), [])


def login(theirs: Answer, ours: Answer) -> list[str]:
    """Compare what the key is answered; a key that does not log in tells nothing about the One API."""
    if theirs.problem or theirs.status != 200 or theirs.value is NOT_JSON:
        raise UnreachedError(explain_login(theirs))
    return fields(with_token=False)(theirs, ours)


def explain_login(answer: Answer) -> str:
    """Say why no token came of logging in."""
    if answer.problem:
        return f"logging in to the One API: {answer.problem}"
    if 300 <= answer.status < 400:
        target = printable(answer.headers.get("Location", "nowhere"), 100)
        return f"logging in to the One API: HTTP {answer.status}, a redirect to {target}, which is not followed"
    if answer.status == 200:
        return f"logging in to the One API gave no token: {printable(answer.describe(), 150)}"
    said = answer.value.get("message") if isinstance(answer.value, dict) else None
    text = f", {printable(said, 80)}" if isinstance(said, str) else ""
    return f"the key does not log in to the One API: HTTP {answer.status}{text}"


def _hurdle(theirs: Answer, ours: Answer, past: Collection[str] = (), *, with_token: bool = True) -> None:
    """Raise UnreachedError where something stands before what is asked."""
    if with_token and theirs.status != ours.status and theirs.status in {401, 403}:
        told = printable("; ".join(_texts(theirs.value)), 80)
        raise UnreachedError(f"HTTP {theirs.status}, {told or 'and no more'}")
    seen, wanted = (" ".join(_texts(each.value)).lower() if each.status >= 400 else "" for each in (theirs, ours))
    for name in past:
        if any(word in seen and word not in wanted for word in _OBSTACLES[name]):
            raise UnreachedError(f"HTTP {theirs.status}, {_REASONS[name]}")


def _texts(value: Any) -> Iterator[str]:
    """Tell the message of a refusal, and its fields and texts."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"message", "errors", "code"}:
                yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


def _sort_errors(value: Any) -> Any:
    """Put the wrong fields of a refusal into some order: theirs means nothing."""
    if not isinstance(value, dict) or not isinstance(value.get("errors"), dict):
        return value
    return value | {"errors": dict(sorted(value["errors"].items()))}


def _find_rows(value: Any) -> tuple[str, list[Any]]:
    """Find the rows of a list and where they stand: `data`, or `data.list`; "" if nowhere."""
    data = value.get("data") if isinstance(value, dict) else None
    inner = data.get("list") if isinstance(data, dict) else None
    if isinstance(data, list):
        return "data", data
    return ("data.list", inner) if isinstance(inner, list) else ("", [])


def _without_rows(value: Any) -> Any:
    where, _ = _find_rows(value)
    if where == "data":
        return value | {"data": []}
    return value | {"data": value["data"] | {"list": []}} if where else value
