"""One server at a time uses a world file: a lock of the system's that goes with the process, however that ends."""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from mock_bsg.worlds.errors import WorldError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SUFFIX: Final = ".lock"
_PATIENCE: Final = 0.3
"""Seconds for which a claim is tried: whoever looks whether there is one holds the lock for an instant."""
_PLACE: Final = 1 << 20
"""On Windows nobody else can read what is locked, so that is a byte far behind the text."""


class Claim:
    """The claim on a world file. It does not lock the file itself: SQLite does that, and some systems mix up both."""

    def __init__(self, path: Path) -> None:
        """Claim a file; raises WorldError if another process has it, OSError where there can be no lock beside it."""
        self._path = lock_of(path)
        end = time.monotonic() + _PATIENCE
        while not self._take():
            if time.monotonic() > end:
                raise WorldError(
                    f"{path} is in use by another mock-bsg{_tell_holder(self._path)}: stop that one, or give this one"
                    " a file of its own"
                )
            time.sleep(0.02)

    def release(self) -> None:
        """Let others have the file; nothing is left beside it."""
        if sys.platform == "win32":
            os.close(self._file)  # an open file cannot be removed there, and one that another has just opened stays
        with suppress(OSError):
            self._path.unlink()
        if sys.platform != "win32":
            os.close(self._file)

    def _take(self) -> bool:
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        try:
            is_mine = _lock(self._file) and self._is_there()
            if is_mine:
                os.ftruncate(self._file, 0)
                os.write(self._file, b"%d\n" % os.getpid())
        except OSError:
            os.close(self._file)
            raise
        if not is_mine:
            os.close(self._file)
        return is_mine

    def _is_there(self) -> bool:
        """Whether what is locked is still the file beside the world: its last holder may just have removed it."""
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except FileNotFoundError:
            return False


def is_claimed(path: Path) -> bool:
    """Whether a server has this file right now; leaves no trace."""
    try:
        file = os.open(lock_of(path), os.O_RDONLY)
    except OSError:
        return False
    try:
        return stat.S_ISREG(os.fstat(file).st_mode) and not _lock(file)
    finally:
        os.close(file)


def lock_of(path: Path) -> Path:
    """Tell which file is locked for a world file, whatever name that goes by."""
    real = Path(os.path.realpath(path))
    return real.with_name(real.name + SUFFIX)


def _lock(file: int) -> bool:
    """Lock an open file until it is closed; tells whether it was free."""
    try:
        if sys.platform == "win32":
            os.lseek(file, _PLACE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            os.lseek(file, 0, os.SEEK_SET)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _tell_holder(lock: Path) -> str:
    try:
        holder = lock.read_bytes()[:20].decode().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return f" (process {holder})" if holder.isdigit() else ""
