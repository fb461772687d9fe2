"""An account's clock: read, advanced, sped up, stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.control.handling import ControlCall, ControlError, answer
from mock_bsg.control.views import clock_view, instant
from mock_bsg.scenario.spans import parse_duration

if TYPE_CHECKING:
    from aiohttp import web

    from mock_bsg.sandbox.account import Account

_KEYS = {"advance", "speed", "manual"}
FASTEST = 1_000_000


async def get(call: ControlCall) -> web.StreamResponse:
    return _answer(call, call.account())


async def set_clock(call: ControlCall) -> web.StreamResponse:
    """Advance by a duration or to the next thing that happens; set the speed; stand still or run again."""
    order = await call.read_object()
    unknown = order.keys() - _KEYS
    if unknown or not order:
        raise ControlError(
            400,
            f"a clock takes advance, speed and manual{f', not {min(unknown)}' if unknown else ''}",
            ['{"advance": "90s"}', '{"advance": "next"}', '{"speed": 60}', '{"manual": true}'],
        )
    speed = _read_speed(order)
    advance = _read_advance(order)
    account = call.open_account()
    machine = call.runtime.machine()
    if speed is not None:
        account.clock.run(speed, machine)
    if advance is not None:
        now = account.clock.read(machine)
        due = account.next_due(now)
        duration = advance if isinstance(advance, int) else (due - now if due is not None else 0)
        account.clock.advance(duration, machine)
    account.settle(account.clock.read(machine))
    return _answer(call, account)


def _read_speed(order: dict[str, Any]) -> float | None:
    speed, manual = order.get("speed"), order.get("manual")
    if speed is not None and manual is not None:
        raise ControlError(400, "give speed or manual, not both")
    if manual is not None:
        if not isinstance(manual, bool):
            raise ControlError(400, f"manual is to be true or false, not {manual!r}")
        return 0.0 if manual else 1.0
    if speed is None:
        return None
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 <= speed <= FASTEST:
        raise ControlError(400, f"speed is to be a number from 0 to {FASTEST}, not {speed!r}")
    return float(speed)


def _read_advance(order: dict[str, Any]) -> int | str | None:
    advance = order.get("advance")
    if advance is None or advance == "next":
        return advance
    if not isinstance(advance, str):
        raise ControlError(400, f"advance is to be a duration like 90s, or next; not {advance!r}")
    try:
        return parse_duration(advance)
    except ValueError as fault:
        raise ControlError(400, f"advance: {fault}") from None


def _answer(call: ControlCall, account: Account) -> web.StreamResponse:
    now = call.runtime.now(account)
    due = account.next_due(now)
    return answer(clock_view(account, now) | {"next": None if due is None else instant(due)})
