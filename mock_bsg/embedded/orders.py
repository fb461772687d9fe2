"""What a test has an account tell or do; every function here runs in the server's own event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control.handling import ControlError
from mock_bsg.control.messages import select
from mock_bsg.control.waiting import wait_until
from mock_bsg.embedded import sent
from mock_bsg.embedded.digest import describe_course
from mock_bsg.sandbox import steering
from mock_bsg.scenario.life import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.message import Message
    from mock_bsg.scenario.playbook import Playbook

_SHOWN = 10


class WaitError(AssertionError, TimeoutError):
    """What was waited for did not come in time; its text tells what was there instead."""


def list_messages(account: Account, now: int, wanted: Mapping[str, str] | None = None) -> list[sent.Message]:
    """List the messages that are as wanted, oldest first; raises ValueError for an unknown channel or status."""
    return [sent.message_at(account, message, now) for message in reversed(_select(account, wanted or {}, now))]


def find_message(account: Account, message: sent.Message, now: int) -> Message:
    """Find the message as the sandbox has it; raises ValueError if the account has none of its id any more."""
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


def use(runtime: Runtime, account: Account, playbook: Playbook) -> None:
    """Follow another scenario from now on."""
    account.use(playbook, runtime.machine())
    runtime.accounts.tell(account, "scenario")


def clear(runtime: Runtime, account: Account) -> None:
    """Forget all that was sent, and begin the scenario that the account follows anew."""
    runtime.accounts.forget(account.key)
    use(runtime, runtime.open_account(account.key), account.playbook)


async def wait_for(
    runtime: Runtime, account: Account, count: int, seconds: float, wanted: Mapping[str, str]
) -> list[sent.Message]:
    """Wait for `count` messages that are as wanted, and list them; raises WaitError after so many seconds."""

    def are_there(account: Account) -> bool:
        return len(_select(account, wanted, runtime.now(account))) >= count

    found, is_so = await wait_until(runtime, account.key, are_there, round(seconds * 1000))
    account = account if found is None else found
    if not is_so:
        raise WaitError(_explain_wait(runtime, account, count, seconds, wanted))
    return list_messages(account, runtime.now(account), wanted)


def _select(account: Account, wanted: Mapping[str, str], now: int) -> list[Message]:
    try:
        return list(select(account, wanted, now))
    except ControlError as error:
        raise ValueError(error.sentence) from None


def _explain_wait(runtime: Runtime, account: Account, count: int, seconds: float, wanted: Mapping[str, str]) -> str:
    now = runtime.now(account)
    there = list_messages(account, now)
    fitting = len(_select(account, wanted, now))
    kind = ", ".join(f"{name} '{value}'" for name, value in wanted.items())
    headline = f"waited {seconds:g} s for {count} message{'' if count == 1 else 's'}"
    headline += f" with {kind}: {fitting or 'none'} came" if kind else ""
    lines = [f"{headline}; there {'is' if len(there) == 1 else 'are'} {len(there) or 'none'} in all"]
    for message in there[-_SHOWN:]:
        lines += [f"  {line}" for line in describe_course(message)]
    if account.clock.is_manual:
        lines.append("the account's clock stands still: advance() moves it on")
    return "\n".join(lines)
