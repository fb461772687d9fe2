"""What a test has an account tell or do; every function here runs in the server's own event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mock_bsg import sent
from mock_bsg.control.handling import ControlError
from mock_bsg.control.messages import select
from mock_bsg.digest import describe_course
from mock_bsg.sandbox import steering
from mock_bsg.scenario.life import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message

_SHOWN = 10


class WaitError(AssertionError, TimeoutError):
    """What was waited for did not come in time; its text tells what was there instead."""


def list_messages(account: Account, now: int, wanted: Mapping[str, str] | None = None) -> list[sent.Message]:
    """The messages that are as wanted, oldest first; raises ValueError for a channel or status that there is none of."""
    try:
        found = list(select(account, wanted or {}, now))
    except ControlError as error:
        raise ValueError(error.sentence) from None
    return [sent.message_at(account, message, now) for message in reversed(found)]


def find_message(account: Account, message: sent.Message, now: int) -> Message:
    """The message as the sandbox has it; raises ValueError if the account has none of its id any more."""
    found = account.find(int(message.id), now)
    if found is None:
        raise ValueError(f"the account of {account.key} has no message {message.id}; was it cleared?")
    return found


def set_status(account: Account, message: sent.Message, status: str, now: int) -> sent.Message:
    """Make a status happen now; raises ValueError for one that is unknown or cannot follow."""
    found = find_message(account, message, now)
    known = STATUSES[found.channel]
    if status not in known:
        raise ValueError(f"the status of a {found.channel} message is one of {', '.join(known)}; not {status!r}")
    steering.set_status(account, found, status, now)
    return sent.message_at(account, found, now)


async def advance(runtime: Runtime, account: Account, duration: int | None) -> None:
    """Move the clock on by so many ms, None for the next thing that happens, and let all happen that is due then."""
    now = runtime.now(account)
    if duration is None:
        dues = [due for due in (account.next_due(now), account.reports.next_due()) if due is not None]
        duration = max(0, min(dues, default=now) - now)
    await runtime.pulse.advance(account, duration)


async def wait_for(
    runtime: Runtime, account: Account, count: int, seconds: float, wanted: Mapping[str, str]
) -> list[sent.Message]:
    """The messages that are as wanted, as soon as there are `count` of them; raises WaitError after so many seconds."""
    found: list[sent.Message] = []
    try:
        async with asyncio.timeout(seconds):
            with runtime.pulse.bell(account.key) as bell:
                # From now on, word of every step of every message is wanted.
                account.watch()
                runtime.pulse.consider(account)
                while True:
                    bell.clear()
                    runtime.pulse.touched(account)
                    found = list_messages(account, runtime.now(account), wanted)
                    if len(found) >= count:
                        return found
                    await bell.wait()
    except TimeoutError:
        raise WaitError(_explain_wait(runtime, account, count, seconds, wanted)) from None


def _explain_wait(runtime: Runtime, account: Account, count: int, seconds: float, wanted: Mapping[str, str]) -> str:
    now = runtime.now(account)
    there = list_messages(account, now)
    fitting = len(list_messages(account, now, wanted))
    kind = ", ".join(f"{name} '{value}'" for name, value in wanted.items())
    lines = [
        f"waited {seconds:g} s for {count} message{'' if count == 1 else 's'}{f' with {kind}' if kind else ''}: "
        f"{fitting or 'none'} came; there {'is' if len(there) == 1 else 'are'} {len(there) or 'none'} in all"
    ]
    for message in there[-_SHOWN:]:
        lines += [f"  {line}" for line in describe_course(message)]
    if account.clock.is_manual:
        lines.append("the account's clock stands still: advance() moves it on")
    return "\n".join(lines)
