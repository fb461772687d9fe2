"""What a test asks of a server, answered where the server runs: plain values in, snapshots out."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mock_bsg.domain.durations import format_duration
from mock_bsg.embedded.errors import WaitError
from mock_bsg.embedded.failure_report import describe, describe_course
from mock_bsg.sandbox import camera
from mock_bsg.sandbox.accounts import AccountGone
from mock_bsg.sandbox.errors import NothingThereError
from mock_bsg.sandbox.filters import IncomingFilter, LogFilter, MessageFilter, ReportFilter, RequestFilter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Literal

    from mock_bsg.embedded.sources import Compiled
    from mock_bsg.runtime import Runtime
    from mock_bsg.sandbox import message as core
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.snapshots import (
        AccountState,
        Code,
        Explanation,
        IncomingSms,
        LogEntry,
        Message,
        Report,
        Request,
    )

_SHOWN = 10
STANDSTILL = 60.0
"""Seconds after which an advance ends in which nothing happens: its reports are not answered, nor given up."""
LONGEST_ADVANCE = 600.0
"""Seconds that an advance takes at most, whatever happens in it."""


class Desk:
    """Answers for the accounts of one server. Every method is named by a test and told the key of an account first."""

    def __init__(self, runtime: Runtime, compiled: Compiled) -> None:
        self._runtime = runtime
        self._compiled = compiled
        self._operations = runtime.operations

    # --- asking

    async def state(self, key: str) -> AccountState:
        """Show the account; it begins if nobody has named it before."""
        return self._operations.show(await self._open(key))

    async def messages(self, key: str) -> list[Message]:
        """List all messages, oldest first."""
        return self._list_messages(await self._open(key), MessageFilter())

    async def requests(self, key: str) -> list[Request]:
        account = await self._open(key)
        page = self._operations.list(
            account, RequestFilter(), lambda account, one, _now: camera.take_request(account, one)
        )
        return page.rows[::-1]

    async def reports(self, key: str) -> list[Report]:
        account = await self._open(key)
        page = self._operations.list(
            account, ReportFilter(), lambda account, one, _now: camera.take_report(account, one)
        )
        return page.rows[::-1]

    async def codes(self, key: str) -> list[Code]:
        """List the one-time codes that were sent, newest first."""
        account = await self._open(key)
        return camera.take_codes(account, self._operations.now(account))

    async def incoming(self, key: str) -> list[IncomingSms]:
        """List the SMS that came from phones, oldest first."""
        account = await self._open(key)
        page = self._operations.list(account, IncomingFilter(), lambda _account, one, _now: camera.take_incoming(one))
        return page.rows[::-1]

    async def explain(self, key: str, message_id: str) -> Explanation:
        account = await self._open(key)
        return camera.take_explanation(account, self._find(account, message_id))

    async def describe(self, key: str) -> str:
        """Tell in a few lines what came, what became of it and what decided that."""
        account = await self._open(key)
        explain = lambda message: str(camera.take_explanation(account, self._find(account, message.id)))  # noqa: E731 -- short
        return describe(
            await self.state(key), await self.requests(key), await self.messages(key), await self.reports(key), explain
        )

    async def expects_reports(self, key: str) -> bool:
        """Whether any of the account's messages has a callback_url, so that moving its time on may call somebody."""
        return (await self._open(key)).reports.are_expected

    async def log(self, key: str) -> list[LogEntry]:
        """List the commands that made the account what it is, oldest first, as far as they are kept."""
        account = await self._open(key)
        page = self._operations.list(
            account, LogFilter(), lambda account, noted, _now: camera.take_log_entry(account, noted)
        )
        return page.rows[::-1]

    async def export(self, keys: Sequence[str], path: str) -> None:
        """Write accounts into a world file, whose directory is made if there is none; only the first need be there.

        Raises ValueError if that cannot be.
        """
        # Most tests write no world: they need not wait for SQLite.
        from mock_bsg.worlds.errors import WorldError  # noqa: PLC0415 -- see above
        from mock_bsg.worlds.world_writing import take_excerpt, write_world  # noqa: PLC0415 -- see above

        machine = self._runtime.machine()
        first = await self._open(keys[0])
        others = [account for key in keys[1:] if (account := self._runtime.accounts.get(key)) is not None]
        excerpts = [take_excerpt(account, machine) for account in (first, *others)]
        target = Path(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            await asyncio.to_thread(write_world, target, excerpts)
        except WorldError as wrong:
            raise ValueError(str(wrong)) from None
        except OSError as wrong:
            raise ValueError(f"the directory {target.parent} cannot be made: {wrong.strerror}") from None

    # --- making things happen

    async def begin(self, key: str | None, source: tuple[str, str | None, str | None] | None = None) -> str:
        """Begin an account with a scenario, if one is given, and tell its key: one is made up where none is given."""
        library, settings = self._runtime.library, self._runtime.settings
        ruleset = library.get(settings.scenario) if source is None else self._compiled.find(source, library)
        key = key or make_up_key(ruleset.name)
        account = await self._open(key)
        if source is not None:
            await self._operations.use(account, ruleset)
        return key

    async def use(self, key: str, source: tuple[str, str | None, str | None]) -> None:
        """Follow another scenario from now on; raises ScenarioError, or UnknownScenario for a name."""
        ruleset = self._compiled.find(source, self._runtime.library)
        await self._operations.use(await self._open(key), ruleset)

    async def set_status(self, key: str, message_id: str, status: str) -> Message:
        """Make a status happen now; raises ValueError for one that is unknown or cannot follow."""
        account = await self._open(key)
        found = self._find(account, message_id)
        found = await self._operations.set_status(account, found, status)
        self._runtime.scheduler.touched(account)
        return camera.take_message(account, found, self._operations.now(account))

    async def reply(self, key: str, message_id: str, text: str) -> IncomingSms:
        """Let the phone that got an SMS answer it; raises ValueError for one that it cannot answer."""
        account = await self._open(key)
        return camera.take_incoming(await self._operations.reply(account, self._find(account, message_id), text))

    async def clear(self, key: str) -> None:
        """Forget all that was sent, and begin the scenario that the account follows anew."""
        await self._operations.clear(await self._open(key))

    async def rewind(self, key: str, to: int | None, last: int | None) -> None:
        """Let the account be as it was after a command, or before its last steps; raises ValueError."""
        account = await self._open(key)
        if last is not None:
            await self._operations.take_back(account, last)
        elif to is not None:
            await self._operations.rewind(account, to)

    async def fork(self, key: str, copy: str | None, until: int | None) -> str:
        """Begin another account with the same past, and tell its key; raises ValueError."""
        account = await self._open(key)
        copy = copy or make_up_key(account.ruleset.name)
        await self._operations.fork(account, copy, until)
        return copy

    async def forget(self, key: str) -> None:
        """Forget the account with all that is in it or still to come."""
        account = self._runtime.accounts.get(key)
        if account is not None:
            await self._operations.forget(account)

    async def advance(self, key: str, span: int | Literal["next"]) -> None:
        """Move the account's time on by so many ms.

        Raises AccountGone if it is forgotten meanwhile, WaitError where nothing goes on or it takes too long.
        """
        account, loop = await self._open(key), asyncio.get_running_loop()
        began = loop.time()
        advancing = asyncio.ensure_future(self._runtime.scheduler.advance(account, span))
        try:
            while not advancing.done():
                before = account.log.count
                await asyncio.wait({advancing}, timeout=STANDSTILL)
                is_late = loop.time() - began >= LONGEST_ADVANCE
                if not advancing.done() and (is_late or account.log.count == before):
                    raise WaitError(_explain_standstill(account, span, loop.time() - began))
            advancing.result()
        finally:
            advancing.cancel()

    async def wait_for(self, key: str, count: int, seconds: float, asked: Mapping[str, Any]) -> list[Message]:
        """Wait for `count` messages that are as a MessageFilter of these fields says, and list them.

        Raises ValueError for what no message can be, WaitError after so many seconds.
        """
        account, wanted = await self._open(key), MessageFilter(**asked)
        operations = self._operations
        try:
            _, is_so = await self._runtime.scheduler.wait_until(
                key, lambda account: operations.count(account, wanted, count) >= count, round(seconds * 1000)
            )
        except AccountGone as gone:
            raise WaitError(f"waited for {_word(count, wanted)}, but {gone}") from None
        if not is_so:
            raise WaitError(self._explain_wait(account, count, seconds, wanted))
        return self._list_messages(account, wanted)

    # ---

    async def _open(self, key: str) -> Account:
        return await self._operations.open(key)

    def _find(self, account: Account, message_id: str) -> core.Message:
        try:
            return self._operations.find_message(account, int(message_id))
        except NothingThereError:
            raise NothingThereError(
                f"the account of {account.key} has no message {message_id}; was it cleared?"
            ) from None

    def _list_messages(self, account: Account, wanted: MessageFilter) -> list[Message]:
        return self._operations.list(account, wanted, camera.take_message).rows[::-1]

    def _explain_wait(self, account: Account, count: int, seconds: float, wanted: MessageFilter) -> str:
        there = self._list_messages(account, MessageFilter())
        fitting = len(self._list_messages(account, wanted))
        headline = f"waited {seconds:g} s for {_word(count, wanted)}"
        headline += f": {fitting or 'none'} came" if wanted != MessageFilter() else ""
        lines = [f"{headline}; there {'is' if len(there) == 1 else 'are'} {len(there) or 'none'} in all"]
        for message in there[-_SHOWN:]:
            lines += [f"  {line}" for line in describe_course(message)]
        if account.clock.is_manual:
            lines.append("the account's clock stands still: advance() moves it on")
        return "\n".join(lines)


def _word(count: int, wanted: MessageFilter) -> str:
    """Say in words what is waited for."""
    names = ("channel", "status", "msisdn", "reference", "text")
    kind = ", ".join(f"{name} '{value}'" for name in names if (value := getattr(wanted, name)) is not None)
    return f"{count} message{'' if count == 1 else 's'}" + (f" with {kind}" if kind else "")


def _explain_standstill(account: Account, span: int | Literal["next"], seconds: float) -> str:
    wanted = "to the next thing that happens" if span == "next" else f"by {format_duration(span)}"
    flying = [
        f"  #{report.number} {report.status} of {report.message.id} to {report.url}"
        for report in list(account.reports.flying)[:_SHOWN]
    ]
    lines = [f"moving time on {wanted} has not ended after {seconds:.0f} s"]
    if flying:
        lines += [f"{len(account.reports.flying)} delivery reports are not answered yet:", *flying]
    return "\n".join(lines)


def make_up_key(scenario: str) -> str:
    """Make up a key that nobody else has, and that names its scenario as BSG's keys can here."""
    return f"test_{scenario if scenario.isascii() else ''}.{os.urandom(6).hex()}"
