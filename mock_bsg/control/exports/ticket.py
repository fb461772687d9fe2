"""An account as Markdown, to be pasted into a ticket: short, and without its API key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mock_bsg import __version__
from mock_bsg.control.exports.markdown import code, fence, table
from mock_bsg.control.snapshot_json import instant
from mock_bsg.domain.credentials import mask_key, mask_target
from mock_bsg.domain.web_address import mask_address
from mock_bsg.encoding import decode
from mock_bsg.sandbox.account import DEFAULTS
from mock_bsg.sandbox.camera import take_request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Iterator

    from mock_bsg.control.exports.selection import Selection
    from mock_bsg.sandbox.snapshots import AccountState, Attempt, MessageWhole, Report, Request

USUAL_LIMIT = 20
_LONGEST_BODY = 4_000
"""Characters."""
_LONGEST_WORD = 7
"""Characters; a longer key is no part of a word by chance."""
_PASSWORD = re.compile(r"(://[^\s/?#:@\"]*):[^\s/?#@\"]*@")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
"""A bearer token of the One API, as a login is answered with."""
_COLUMNS = ("id", "channel", "to", "reference", "status", "since", "price", "rule", "request")


async def write_ticket(selection: Selection) -> AsyncGenerator[bytes]:
    """Write what was sent and what became of it, then the requests, the oldest first."""
    state = selection.state
    ticket = _Ticket(state.key)
    yield _page(ticket.tell_account(state))
    messages = [selection.show(message) async for message in selection.messages()][::-1]
    requests = [take_request(selection.account, exchange) async for exchange in selection.requests()][::-1]
    yield _page(_head("Messages", len(messages), has_more="messages" in selection.has_more))
    if messages:
        yield b"\n"
        yield _page(table(_COLUMNS, [ticket.row(message) for message in messages]))
    for message in messages:
        yield _page(ticket.tell_message(message))
    yield _page(_head("Requests", len(requests), has_more="requests" in selection.has_more))
    for request in requests:
        yield _page(ticket.tell_request(request))


def _page(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _head(what: str, found: int, *, has_more: bool) -> Iterator[str]:
    yield from ("", f"## {what}")
    if not found:
        yield from ("", "None.")
    elif has_more:
        yield from ("", f"The newest {found}; there are more.")


class _Ticket:
    """Tells parts of an account in Markdown. Its key and tokens are masked wherever they stand, and passwords are."""

    def __init__(self, key: str) -> None:
        pattern = re.escape(key)
        self._key = re.compile(pattern if len(key) > _LONGEST_WORD else rf"(?<![\w-]){pattern}(?![\w-])")
        self._masked = mask_key(key)

    def _hide(self, text: str) -> str:
        text = _TOKEN.sub(lambda found: mask_key(found[0]), self._key.sub(lambda _: self._masked, text))
        return _PASSWORD.sub(r"\1:…@", text)

    def _code(self, text: str) -> str:
        return code(self._hide(text))

    # --- the account

    def tell_account(self, state: AccountState) -> Iterator[str]:
        clock = state.clock
        pace = ", standing still" if clock.manual else "" if clock.speed == 1 else f", at speed {clock.speed:g}"
        yield from (f"# What was sent with {self._code(state.key)}", "")
        yield f"- Scenario: {self._code(state.scenario)}"
        yield f"- The account's time: {instant(state.clock.now)}{pace}"
        yield f"- Balance: {state.balance} {self._code(state.currency)}, limit {state.limit}"
        yield f"- Sandbox: mock_bsg {__version__}"

    # --- messages

    def row(self, message: MessageWhole) -> tuple[str, ...]:
        return (
            message.id,
            message.channel,
            self._code(message.msisdn),
            self._code(message.reference or ""),
            message.status,
            instant([step.at for step in message.timeline if step.happened][-1]),
            f"{message.price} {self._code(message.currency)}",
            self._code(message.rule),
            str(message.request),
        )

    def tell_message(self, message: MessageWhole) -> Iterator[str]:
        yield from ("", f"### {message.channel} {message.id}: {message.status}", "")
        if message.alt_route_of is not None:
            yield from (f"The SMS that stands in for message {message.alt_route_of}.", "")
        if message.text:
            yield from (f"From {self._code(message.sender)}:", "", fence(self._hide(message.text)), "")
        for step in message.timeline:
            yield f"- {instant(step.at)} {step.status}{'' if step.happened else ' (to come)'}"
        explain = message.explain
        decided = "the defaults" if explain.rule == DEFAULTS else f"the rule {self._code(explain.rule)}"
        yield f"- decided by {decided} of the scenario {self._code(explain.scenario)}"
        for each in explain.passed_over:
            found = self._code(each.found) or "nothing"
            yield f"- not {self._code(each.rule)}: {each.key} should be {self._code(each.expected)}, was {found}"
        for report in message.reports:
            yield from self._tell_report(report)

    def _tell_report(self, report: Report) -> Iterator[str]:
        state = report.state.replace("_", " ")
        yield f"- report {report.number} of {report.status} to {self._code(mask_address(report.url))}: {state}"
        for attempt in report.attempts:
            yield f"  - {instant(attempt.at)} {self._tell_attempt(attempt)}"

    def _tell_attempt(self, attempt: Attempt) -> str:
        return f"HTTP {attempt.status}" if attempt.error is None else self._code(attempt.error)

    # --- requests

    def tell_request(self, request: Request) -> Iterator[str]:
        yield from ("", f"### {request.number}. {self._code(f'{request.method} {mask_target(request.path)}')}", "")
        answered = "no answer" if request.status is None else f"HTTP {request.status}"
        fault = f", fault {self._code(request.fault)}" if request.fault else ""
        rules = "".join(f", rule {self._code(rule)}" for rule in request.rules if rule != DEFAULTS)
        yield f"{instant(request.at)}, {answered}{fault}{rules}"
        for note in request.notes:
            yield from ("", f"Note: {self._code(note)}")
        for what, body in (("Asked", request.body), ("Answered", request.answer)):
            if body:
                yield from ("", f"{what}:", "", *self._show_body(body))

    def _show_body(self, body: bytes) -> Iterator[str]:
        text = self._hide(body.decode("utf-8", "replace"))
        yield fence(text[:_LONGEST_BODY], "json" if _is_json(body) and len(text) <= _LONGEST_BODY else "text")
        if len(text) > _LONGEST_BODY:
            yield from ("", f"The beginning; {len(body)} bytes in all.")


def _is_json(body: bytes) -> bool:
    try:
        decode(body)
    except ValueError:
        return False
    return True
