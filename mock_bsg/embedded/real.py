"""What waits, reads, writes and starts threads, out of reach of whatever a test patches.

Tests freeze `time`, fake `os`, block sockets and replace threads with greenlets. What is here comes from beneath those
modules, or is what a patch has put aside, and is kept in a class: patches look through modules for what they replace.
Nothing here looks at a clock. How long something may take is counted by the system, while it waits for a lock.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

_SYSTEM = "nt" if sys.platform == "win32" else "posix"


def _find(module: str, name: str) -> Any:
    """Find what a module had under that name before gevent patched it; None if it has nothing of the kind."""
    monkey: Any = sys.modules.get("gevent.monkey")
    found = import_module(module)
    if monkey is not None and hasattr(found, name):
        return monkey.get_original(module, name)
    return getattr(found, name, None)


def _make_queue() -> Callable[[], Any]:
    try:
        # Written in C: a finalizer may put something into it while the same thread is about to do so.
        queue: Any = import_module("_queue")
    except ImportError:  # Pythons other than CPython
        return cast("Callable[[], Any]", _find("queue", "SimpleQueue"))
    return cast("Callable[[], Any]", queue.SimpleQueue)


class Real:
    """The functions as they were made."""

    read: Callable[[int, int], bytes] = staticmethod(_find(_SYSTEM, "read"))
    write: Callable[[int, Any], int] = staticmethod(_find(_SYSTEM, "write"))
    close: Callable[[int], None] = staticmethod(_find(_SYSTEM, "close"))
    pipe: Callable[[], tuple[int, int]] = staticmethod(_find(_SYSTEM, "pipe"))
    dup: Callable[[int], int] = staticmethod(_find(_SYSTEM, "dup"))
    kill: Callable[[int, int], None] = staticmethod(_find(_SYSTEM, "kill"))
    waitpid: Callable[[int, int], tuple[int, int]] = staticmethod(_find(_SYSTEM, "waitpid"))
    getcwd: Callable[[], str] = staticmethod(_find(_SYSTEM, "getcwd"))
    getpid: Callable[[], int] = staticmethod(_find(_SYSTEM, "getpid"))
    spawn: Any = staticmethod(_find(_SYSTEM, "posix_spawn"))
    """None on Windows."""
    start_thread: Callable[[Callable[..., object], tuple[Any, ...]], int] = staticmethod(
        _find("_thread", "start_new_thread")
    )
    make_lock: Callable[[], Any] = staticmethod(_find("_thread", "allocate_lock"))
    make_queue: Callable[[], Any] = staticmethod(_make_queue())


def is_greenlet_world() -> bool:
    """Whether gevent has made greenlets of this process's threads: to wait as threads do would hold up all of them."""
    monkey: Any = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("threading"))
