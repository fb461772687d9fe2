"""How a test waits for the sandbox: as a thread does, or while its event loop or its greenlets go on."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mock_bsg.embedded.real import Real, is_greenlet_world

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def wait_here(work: Callable[[], T]) -> T:
    """Do what waits for the sandbox; under gevent, other greenlets run meanwhile: one may send what is awaited."""
    if not is_greenlet_world():
        return work()
    import gevent  # type: ignore[import-untyped]  # noqa: PLC0415 -- there, for it has patched this process

    result, error = gevent.get_hub().threadpool.apply(_catch, (work,))
    return cast("T", _unwrap(result, error))


async def wait_aside(work: Callable[[], T], give_up: Callable[[], None] = lambda: None) -> T:
    """Do what waits for the sandbox in a thread, and let the event loop run, be it asyncio's or trio's.

    `give_up` is called if the wait is cancelled.
    """
    if _is_in_trio():
        import trio  # noqa: PLC0415 -- there, for it runs

        try:
            return await trio.to_thread.run_sync(work, abandon_on_cancel=True)
        except trio.Cancelled:
            give_up()
            raise
    import asyncio  # noqa: PLC0415 -- there, if anything runs; slow to import for those who need none

    loop = asyncio.get_running_loop()
    done: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()

    def tell(outcome: tuple[Any, BaseException | None]) -> None:
        if not done.done():
            done.set_result(outcome)

    def run() -> None:
        outcome = _catch(work)
        with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
            loop.call_soon_threadsafe(tell, outcome)

    Real.start_thread(run, ())
    try:
        return cast("T", _unwrap(*await done))
    except asyncio.CancelledError:
        give_up()
        raise


def is_in_event_loop() -> bool:
    """Whether whoever asks runs in an event loop, which would stand still while they wait."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            return True
    return _is_in_trio()


def _is_in_trio() -> bool:
    trio: Any = sys.modules.get("trio")
    return trio is not None and bool(trio.lowlevel.in_trio_run())


def _catch(work: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    try:
        return work(), None
    except BaseException as error:  # noqa: BLE001 -- it is raised where the wait is
        return None, error


def _unwrap(result: Any, error: BaseException | None) -> Any:
    if error is not None:
        try:
            raise error
        finally:
            del error
    return result
