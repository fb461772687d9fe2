"""An account of the sandbox as a test holds it: what was sent, its time, its scenario."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.durations import LONGEST_MS, parse_duration
from mock_bsg.embedded.errors import WaitError
from mock_bsg.embedded.real import Real
from mock_bsg.embedded.scenario_source import find_source
from mock_bsg.embedded.waiting import is_in_event_loop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from decimal import Decimal
    from os import PathLike
    from typing import Literal

    from mock_bsg.embedded.scenario_source import AnyScenario
    from mock_bsg.embedded.server import Server
    from mock_bsg.sandbox.snapshots import AccountState, Code, IncomingSms, LogEntry, Message, Report, Request

_LARGEST = 10**18
_LONGEST_WAIT = 86_400
"""Seconds."""
_LONGEST_ADVANCE = 600
"""Seconds; the server ends it before, and tells more."""


class Account:
    """One API key of a running server, one world: what was sent with it, its time, its scenario.

    What it tells is as it was at the instant of asking, the oldest first; codes are told the newest first.
    """

    def __init__(self, server: Server, api_key: str, family: dict[str, None] | None = None) -> None:
        self._server: Server | None = server
        self._api_key = api_key
        family = {} if family is None else family
        family[api_key] = None
        self._family: dict[str, None] | None = family
        """The keys of this account and of those that were got from it, or from which it was; None of a server."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._api_key} at {self.url if self._server else 'no server'}>"

    @property
    def url(self) -> str:
        """Where the server is, without a slash at the end: `http://127.0.0.1:40123`. BSG's paths begin with /rest."""
        return self._find_server().url

    @property
    def tls_url(self) -> str | None:
        """The same by HTTPS, if the server was started with `tls`."""
        return self._find_server().tls_url

    @property
    def ca_pem(self) -> bytes | None:
        """The certificate authority of `tls_url`, for a client's trust store."""
        return self._find_server().ca_pem

    @property
    def api_key(self) -> str:
        return self._api_key

    def account(self, api_key: str | None = None, *, scenario: AnyScenario | None = None) -> Account:
        """Use another key of the same server, a made-up one if none is given; its account may follow a scenario.

        Raises what `use` raises.
        """
        server = self._find_server()
        source = None if scenario is None else find_source(scenario)
        return Account(server, server.ask("begin", api_key, source), self._family)

    # --- what there is

    @property
    def messages(self) -> list[Message]:
        """Messages and lookups in the order of their ids; the SMS of an alternative route is one of them."""
        return self._ask("messages")  # type: ignore[no-any-return]

    @property
    def requests(self) -> list[Request]:
        """What came to BSG's API with this key, and what was answered."""
        return self._ask("requests")  # type: ignore[no-any-return]

    @property
    def reports(self) -> list[Report]:
        """Delivery reports, with each attempt to hand them over."""
        return self._ask("reports")  # type: ignore[no-any-return]

    @property
    def incoming(self) -> list[IncomingSms]:
        """SMS that came from phones: answers, and those that the scenario lists."""
        return self._ask("incoming")  # type: ignore[no-any-return]

    @property
    def codes(self) -> list[Code]:
        """The one-time codes that were sent, the newest first: `codes[0].code` is what a customer would type now."""
        return self._ask("codes")  # type: ignore[no-any-return]

    def last_code(self, recipient: str) -> str:
        """Tell the last one-time code that was sent to a number; raises LookupError if none was."""
        codes = self.codes
        recipient = recipient.removeprefix("+")
        for each in codes:
            if each.recipient == recipient:
                return each.code
        others = ", ".join(dict.fromkeys(each.recipient for each in codes)) or "nobody"
        raise LookupError(f"no one-time code was sent to {recipient}; codes were sent to {others}")

    @property
    def log(self) -> list[LogEntry]:
        """What made the account what it is: requests, orders, and what followed from them; each has a `number`."""
        return self._ask("log")  # type: ignore[no-any-return]

    @property
    def balance(self) -> Decimal:
        return self._state.balance

    @property
    def scenario(self) -> str:
        """The name of the scenario that the account follows."""
        return self._state.scenario

    @property
    def now(self) -> datetime:
        """The account's time, UTC."""
        return self._state.clock.now

    def explain(self, message: Message) -> str:
        """Which rule decided about a message and, for each rule above it, why that one did not; a line for each."""
        return str(self._ask("explain", message.id))

    # --- what a test makes happen

    def use(self, scenario: AnyScenario) -> None:
        """Follow another scenario from now on: a name, a file's path, a mapping, YAML text, or a Scenario.

        An account without messages begins anew; one that has some keeps them. Raises ScenarioError, which tells each
        problem with file, line and column, or UnknownScenario.
        """
        self._find_server()
        self._ask("use", find_source(scenario))

    def advance(self, duration: str | float | timedelta) -> None:
        """Move the account's clock on; returns when all that became due has happened, delivery reports included.

        `duration`: "90s" as in a scenario, seconds, a timedelta, or "next" for the next thing that happens. Raises
        RuntimeError in an event loop if there are delivery reports to wait for: their webhook may be in that loop.
        """
        span = _read_span(duration)
        if is_in_event_loop() and self._ask("expects_reports"):
            raise RuntimeError(
                "advance() would hold up the event loop that this test runs in, and so the webhook that it waits for; "
                "write: await advance_async(…)"
            )
        self._find_server().order("advance", _LONGEST_ADVANCE, self._api_key, span)

    async def advance_async(self, duration: str | float | timedelta) -> None:
        """As `advance`, for a test that runs in an event loop: a webhook in the same loop can answer meanwhile."""
        await self._find_server().order_async("advance", _LONGEST_ADVANCE, self._api_key, _read_span(duration))

    def wait_for(
        self,
        count: int = 1,
        *,
        timeout: float = 5,
        channel: str | None = None,
        status: str | None = None,
        msisdn: str | None = None,
        reference: str | None = None,
        text: str | None = None,
    ) -> list[Message]:
        """Wait until so many messages are as wanted, and return them; msisdn and reference may be globs.

        In an event loop nothing else runs in it meanwhile: `wait_for_async` lets it run. Raises WaitError after
        `timeout` seconds of the machine's time.
        """
        __tracebackhide__ = True
        wanted = _wanted(channel=channel, status=status, msisdn=msisdn, reference=reference, text=text)
        try:
            seconds = _check_wait(timeout)
            return self._find_server().order("wait_for", seconds, self._api_key, count, seconds, wanted)  # type: ignore[no-any-return]
        except WaitError as error:
            raise error.with_traceback(None) from None  # where in here it was raised is of no interest

    async def wait_for_async(
        self,
        count: int = 1,
        *,
        timeout: float = 5,  # noqa: ASYNC109 -- it is the server that looks at its clock
        channel: str | None = None,
        status: str | None = None,
        msisdn: str | None = None,
        reference: str | None = None,
        text: str | None = None,
    ) -> list[Message]:
        """As `wait_for`, for a test that runs in an event loop."""
        __tracebackhide__ = True
        wanted = _wanted(channel=channel, status=status, msisdn=msisdn, reference=reference, text=text)
        try:
            seconds = _check_wait(timeout)
            return await self._find_server().order_async("wait_for", seconds, self._api_key, count, seconds, wanted)  # type: ignore[no-any-return]
        except WaitError as error:
            raise error.with_traceback(None) from None

    def set_status(self, message: Message, status: str) -> Message:
        """Make a status happen now; raises ValueError if the life of a message does not allow it."""
        return self._ask("set_status", message.id, status)  # type: ignore[no-any-return]

    def reply(self, message: Message, text: str) -> IncomingSms:
        """Let the phone that got an SMS answer it; raises ValueError if it did not arrive, or is no SMS."""
        return self._ask("reply", message.id, text)  # type: ignore[no-any-return]

    def rewind(self, to: int | None = None, *, last: int | None = None) -> None:
        """Let the account be as it was after a command of its log, or before the last so many steps.

        A step is a request or an order of the test's; what followed from it goes with it. Raises ValueError for what
        the log does not reach.
        """
        if (to is None) == (last is None):
            raise ValueError("rewind takes to=, the number of a command, or last=, a number of steps; and not both")
        self._ask("rewind", _check_number("to", to), _check_number("last", last))

    def fork(self, api_key: str | None = None, *, until: int | None = None) -> Account:
        """Begin another account with the same past, or with the commands up to that one; a key is made up if need be.

        From there each goes its own way. Raises ValueError for a key that is taken, or what the log does not reach.
        """
        server = self._find_server()
        key = server.ask("fork", self._api_key, api_key, _check_number("until", until))
        return Account(server, key, self._family)

    def export(self, path: str | PathLike[str]) -> None:
        """Write the account with its past into a world file, to be looked at with `mock-bsg open`.

        Its directory is made if there is none; a file that is there is replaced. It is the sandbox's process that
        writes, so where tests fake files, there is one all the same. Raises ValueError if that cannot be.
        """
        write_world(self, path, [self._api_key])

    def clear(self) -> None:
        """Forget all that was sent, and begin the scenario that the account follows anew."""
        self._ask("clear")

    def forget(self) -> None:
        """Forget the account with all that is in it or still to come; the next call with its key begins another."""
        self._ask("forget")

    # ---

    def collect_log(self) -> None:
        """Let what the server has logged come to the loggers here, as every question does in passing."""
        self._ask("expects_reports")

    def _find_server(self) -> Server:
        if self._server is None:
            raise RuntimeError("this MockBSG has not started: use it as 'with MockBSG() as bsg:', or call start()")
        return self._server

    @property
    def _state(self) -> AccountState:
        return self._ask("state")  # type: ignore[no-any-return]

    def _ask(self, what: str, *details: Any) -> Any:
        return self._find_server().ask(what, self._api_key, *details)


def write_world(account: Account, path: str | PathLike[str], keys: Iterable[str] = ()) -> None:
    """Write the accounts of these keys into a world file, or an account and those that were got from it.

    Raises ValueError if that cannot be.
    """
    keys = keys or account._family or [account.api_key]  # noqa: SLF001 -- as below
    place = os.path.join(Real.getcwd(), os.fspath(path))  # noqa: PTH118 -- Path may be faked
    account._find_server().ask("export", tuple(keys), place)  # noqa: SLF001 -- as below


def describe(account: Account) -> str:
    """Tell in a few lines what came to an account and what became of it, for the report of a failing test."""
    return str(account._ask("describe"))  # noqa: SLF001 -- not for those who hold an account, but of it


def _check_wait(seconds: float) -> float:
    if not 0 <= seconds <= _LONGEST_WAIT:
        raise ValueError(f"a timeout must be seconds, from 0 to {_LONGEST_WAIT}; not {seconds!r}")
    return seconds


def _check_number(name: str, number: int | None) -> int | None:
    if number is None or (type(number) is int and 0 < number <= _LARGEST):
        return number
    raise ValueError(f"{name} must be a whole number from 1 on, not {number!r}")


def _read_span(duration: str | float | timedelta) -> int | Literal["next"]:
    """Read a duration in ms; raises ValueError or TypeError for what is none."""
    if isinstance(duration, str):
        return "next" if duration == "next" else parse_duration(duration)
    if isinstance(duration, bool) or not isinstance(duration, int | float | timedelta):
        raise TypeError(f"a duration must be a text like '90s', seconds, or a timedelta; not {duration!r}")
    seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
    if not 0 <= seconds <= LONGEST_MS / 1000:
        raise ValueError(f"a duration must be from 0 to {LONGEST_MS // 86_400_000} days, not {duration!r}")
    return round(seconds * 1000)


def _wanted(**wanted: str | None) -> Mapping[str, str]:
    return {name: value for name, value in wanted.items() if value is not None}
