"""What goes through the pipe between a test and the sandbox's process: numbered frames, each a pickle.

Both ends are this very package, and one has started the other: neither reads what others wrote. What a test gives is
made plain first, so that the sandbox's process never has to import a test's modules; what comes back are snapshots
and errors, whose classes are found without asking modules that a test may have patched.
"""

from __future__ import annotations

import datetime as dt
import io
import pickle
import struct
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

# Imported here, and not by the first answer that has one of them: a test may have faked its files by then.
import mock_bsg.embedded.errors
import mock_bsg.sandbox.errors
import mock_bsg.sandbox.message
import mock_bsg.sandbox.snapshots
import mock_bsg.scenario.errors  # noqa: F401 -- see above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEAD: Final = struct.Struct("!QQ")
LOG_LINE: Final = 0
"""The number of a frame that nobody asked for: a line of the log."""
_MOST_AT_ONCE: Final = 1 << 18


def write_frame(write: Callable[[int, Any], int], descriptor: int, number: int, payload: bytes) -> None:
    """Write a frame whole; raises OSError if nobody reads any more."""
    for part in (_HEAD.pack(number, len(payload)), payload):
        left = memoryview(part)
        while left:
            left = left[write(descriptor, left[:_MOST_AT_ONCE]) :]


def read_frames(read: Callable[[int, int], bytes], descriptor: int) -> Iterator[tuple[int, bytes]]:
    """Read frames until nobody can write any more; what was begun then is no frame."""
    while True:
        head = _read_exactly(read, descriptor, _HEAD.size)
        if head is None:
            return
        number, length = _HEAD.unpack(head)
        payload = _read_exactly(read, descriptor, length)
        if payload is None:
            return
        yield number, payload


def _read_exactly(read: Callable[[int, int], bytes], descriptor: int, length: int) -> bytes | None:
    parts = []
    while length:
        part = read(descriptor, min(length, _MOST_AT_ONCE))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def pack(value: object) -> bytes:
    return pickle.dumps(value, protocol=5)


def make_plain(value: Any) -> Any:
    """Make what a test gave a value that any process can read; raises TypeError for what is no such value."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, tuple | list):
        return tuple(map(make_plain, value))
    if isinstance(value, dict):
        return {make_plain(key): make_plain(each) for key, each in value.items()}
    raise TypeError(f"the sandbox takes texts and numbers, not {type(value).__name__}: {value!r}")


def unpack(payload: bytes) -> Any:
    return _Unpickler(io.BytesIO(payload)).load()


def _find_made(cls: type) -> type:
    """Find the class that the standard library made, beneath those that freeze time."""
    return next(each for each in cls.__mro__ if each.__module__ == "datetime")


class _Unpickler(pickle.Unpickler):
    """Knows the classes of dates, whichever a test has put in their place."""

    _known: Final[dict[tuple[str, str], Any]] = {
        ("datetime", name): _find_made(getattr(dt, name)) for name in ("datetime", "date", "timedelta", "timezone")
    }

    def find_class(self, module: str, name: str) -> Any:
        found = self._known.get((module, name))
        if found is None:
            found = import_module(module)
            for step in name.split("."):
                found = getattr(found, step)
            if module.startswith("mock_bsg."):
                self._known[module, name] = found
        return found
