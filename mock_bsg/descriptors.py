"""How many files and sockets a process may have open: whether that is enough, and what to say when it was not."""

from __future__ import annotations

import errno
import os

NEEDED = 20
"""Files and sockets that must at least be there to be opened: a server's own, a few connections, and the pipes with
which a command beside it is started."""

_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE})


def probe() -> None:
    """Raise OSError where fewer than NEEDED can be opened: an event loop may abort the whole process then."""
    opened: list[int] = []
    try:
        while len(opened) < NEEDED:
            opened += os.pipe()
    finally:
        for each in opened:
            os.close(each)


def is_exhaustion(fault: BaseException) -> bool:
    """Whether something failed because too many files are open."""
    if isinstance(fault, ImportError):  # of a library that the system could not open
        return os.strerror(errno.EMFILE) in str(fault)
    return isinstance(fault, OSError) and fault.errno in _EXHAUSTED


def explain_exhaustion() -> str:
    return f"too many files are open: a server needs {NEEDED} and one for each connection; raise the limit (ulimit -n)"
