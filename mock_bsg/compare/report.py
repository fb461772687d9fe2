"""What a run is told as: the announcement before it, its findings, and the report that can be pasted into an issue."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mock_bsg import __version__
from mock_bsg.compare.answers import printable
from mock_bsg.compare.exchanges import DRAMA_NUMBERS
from mock_bsg.domain.credentials import mask_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mock_bsg.compare.comparison import Comparison, Finding

_WIDTH = 11
_MOST_SHOWN = 6
"""Differences told of one question on the terminal; the report has them all."""


def announce(run: Comparison) -> Iterator[str]:
    """Say what will be sent, computed from what is sent."""
    target, exchanges, limits = run.target, run.exchanges, run.limits
    seconds = round(len(exchanges) * limits.pause)
    yield (
        f"{len(run.questions)} questions about entries of docs/fidelity.md to {target.url}: "
        f"{len(exchanges)} requests, at least {seconds} s"
    )
    yield f"  key {mask_key(target.key)} · numbers {run.sent_to}"
    if target.one_api_key:
        of_one_api = sum(exchange.api == "one" for exchange in exchanges)
        yield f"  {of_one_api} requests go to the One API, {target.one_api_url}, key {mask_key(target.one_api_key)}"
    created, most = (sum(each) for each in zip(*((e.creates, e.most_created) for e in exchanges), strict=True))
    money = "THAT MAY COST MONEY" if target.is_live else "which a test key only pretends"
    template = ", one of them a template," if target.one_api_key else ""
    yield f"  creates {created} messages and lookups, {money}; {most}{template} if nothing is refused that should be"
    if target.proxy_name:
        both = not target.one_api_key or bool(target.proxy) == bool(target.one_api_proxy)
        only = "" if both else f", but only to {target.url if target.proxy else target.one_api_url}"
        yield f"  through the proxy {target.proxy_name}, as the environment says{only}"
    if target.is_readable_on_the_way:
        yield "  without TLS: whoever is on the way can read the key"
    for number, exchange in enumerate(exchanges, 1):
        yield f"  {number:>2}. {exchange.about}: {exchange.describe()}"
    yield "  {id} and {task_id} are numbers that the answer to an earlier request told."
    if target.one_api_key:
        yield "  {api_key} is the One API's key, {wrong_key} is none; {token} is what that API answers to its key."
    apart = ", and as many to the One API" if target.one_api_key else ""
    yield (
        f"  Nothing else is sent but once more what is answered 429 or 503 with a Retry-After: "
        f"{limits.requests} requests at most{apart}."
    )


def tell(finding: Finding) -> Iterator[str]:
    """Say what came of one question."""
    question = finding.question
    yield f"{finding.decision:<{_WIDTH}}  {question.id}: {question.asks}"
    for line in finding.why[:_MOST_SHOWN]:
        yield f"{'':<{_WIDTH}}    {line}"
    if len(finding.why) > _MOST_SHOWN:
        yield f"{'':<{_WIDTH}}    and {len(finding.why) - _MOST_SHOWN} more"
    if finding.decision == "differs":
        for seen in finding.seen:
            about = f"{seen.exchange.about}, " if len(finding.question.exchanges) > 1 else ""
            yield f"{'':<{_WIDTH}}    {about}seen: {seen.theirs.describe()}"
            yield f"{'':<{_WIDTH}}    {about}sandbox: {seen.ours.describe()}"


def sum_up(run: Comparison) -> str:
    """Say in one line how many questions had which answer."""
    counts = Counter(finding.decision for finding in run.findings)
    missing = len(run.questions) - len(run.findings)
    parts = [
        f"{counts['as assumed']} as assumed",
        f"{counts['differs']} differ",
        f"{counts['cannot tell']} cannot be told",
    ]
    if missing:
        parts.append(f"{missing} not asked")
    return ", ".join(parts)


def write_report(run: Comparison, path: Path, now: datetime | None = None) -> None:
    """Write the report, JSON where the name ends so, else Markdown. Raises OSError."""
    at = (now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M:%S UTC")
    is_json = path.suffix.lower() == ".json"
    text = json.dumps(as_json(run, at), indent=2, ensure_ascii=False) if is_json else as_markdown(run, at)
    for number in set(run.target.numbers).difference(DRAMA_NUMBERS):
        text = text.replace(number, f"{number[:5]}…")  # whose ever it is, it is not for the public
    path.write_text(text + "\n", encoding="utf-8")


def as_json(run: Comparison, at: str) -> dict[str, Any]:
    """Make the report's JSON: what was asked, of whom, when, and each finding with the answers that it rests on."""
    one_api_key = run.target.one_api_key
    one_api = {"one_api_url": run.target.one_api_url, "one_api_key": mask_key(one_api_key)} if one_api_key else {}
    return {
        "mock_bsg": __version__,
        "url": run.target.url,
        "key": mask_key(run.target.key),
        **one_api,
        "at": at,
        "is_complete": len(run.findings) == len(run.questions),
        "findings": [
            {
                "id": finding.question.id,
                "question": finding.question.asks,
                "decision": finding.decision,
                "why": list(finding.why),
                "exchanges": [
                    {
                        "request": seen.exchange.describe(),
                        "seen": seen.theirs.describe(),
                        "sandbox": seen.ours.describe(),
                    }
                    for seen in finding.seen
                ],
            }
            for finding in run.findings
        ],
    }


def as_markdown(run: Comparison, at: str) -> str:
    """Make the report's Markdown; whatever came from outside stands in code, where nothing in it means anything."""
    target = run.target
    asked = f"{_code(target.url)}, key {_code(mask_key(target.key))}"
    if target.one_api_key:
        asked += f", One API {_code(target.one_api_url)}, key {_code(mask_key(target.one_api_key))}"
    lines = [
        "# mock-bsg compare",
        "",
        f"{asked}, mock_bsg {__version__}, {at}: {sum_up(run)}.",
        "",
        "| decision | entry | question |",
        "|---|---|---|",
    ]
    lines += [f"| {each.decision} | {each.question.id} | {each.question.asks} |" for each in run.findings]
    for finding in run.findings:
        if finding.decision == "as assumed":
            continue
        lines += ["", f"## {finding.question.id}: {finding.decision}", "", finding.question.asks, ""]
        lines += [f"- {_code(line)}" for line in finding.why]
        if finding.decision == "differs":
            for seen in finding.seen:
                answers = f"seen: {seen.theirs.describe()}\nsandbox: {seen.ours.describe()}"
                lines += ["", _block(f"{printable(seen.exchange.describe())}\n{answers}")]
    return "\n".join(lines)


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(longest + 1, least)


def _code(text: str) -> str:
    fence = _fence(text, 1)
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"


def _block(text: str) -> str:
    fence = _fence(text, 3)
    return f"{fence}text\n{text}\n{fence}"
