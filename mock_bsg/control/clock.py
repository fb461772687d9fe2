"""An account's clock: read, advanced, sped up, stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from mock_bsg.control.handling import ControlCall, ControlError, answer, shown
from mock_bsg.control.snapshot_json import show
from mock_bsg.domain.durations import parse_duration
from mock_bsg.scenario.values import MOST_SPEED

if TYPE_CHECKING:
    from aiohttp import web

    from mock_bsg.sandbox.account import Account

_EXAMPLES = ('{"advance": "90s"}', '{"advance": "next"}', '{"speed": 60}', '{"manual": true}')


async def get(call: ControlCall) -> web.StreamResponse:
    return _answer(call, await call.account())


async def set_clock(call: ControlCall) -> web.StreamResponse:
    """Advance by a duration or to the next thing that happens; set the speed; stand still or run again."""
    order = await call.read_object(("advance", "speed", "manual"), _EXAMPLES)
    if all(said is None for said in order.values()):
        raise ControlError(400, "the body must say advance, speed or manual, and not null", list(_EXAMPLES))
    speed = _read_speed(order)
    advance = _read_advance(order)
    account = await call.open_account()
    if speed is not None:
        await call.operations.run_clock(account, speed)
    goes_on = speed is not None
    await call.runtime.scheduler.advance(account, 0 if advance is None else advance, goes_on=goes_on)
    return _answer(call, account)


def _read_speed(order: dict[str, Any]) -> float | None:
    speed, manual = order.get("speed"), order.get("manual")
    if speed is not None and manual is not None:
        raise ControlError(400, "give speed or manual, not both")
    if manual is not None:
        if not isinstance(manual, bool):
            raise ControlError(400, f"manual must be true or false, not {shown(manual)}")
        return 0.0 if manual else 1.0
    if speed is None:
        return None
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 <= speed <= MOST_SPEED:
        raise ControlError(400, f"speed must be a number from 0 to {MOST_SPEED}, not {shown(speed)}")
    return float(speed)


def _read_advance(order: dict[str, Any]) -> int | Literal["next"] | None:
    advance = order.get("advance")
    if advance is None:
        return None
    if advance == "next":
        return "next"
    if not isinstance(advance, str):
        raise ControlError(400, f"advance must be a duration like 90s, or next; not {shown(advance)}")
    try:
        return parse_duration(advance)
    except ValueError as fault:
        raise ControlError(400, f"advance: {fault}") from None


def _answer(call: ControlCall, account: Account) -> web.StreamResponse:
    return answer(show(call.operations.show_clock(account)))
