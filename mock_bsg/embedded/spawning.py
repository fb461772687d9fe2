"""How the sandbox's process is started: the same Python and packages, and nothing else of the test's process.

Its pipes are its stdin (what is asked), stdout (answers) and stderr (what it says before it ends badly). It gets no
variables of Python's, of coverage tools or of this package, no working directory, no other open files, and none of the
terminal's signals; it runs no `site`, so that what starts with every Python of an environment does not start in it.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import IO, TYPE_CHECKING, Literal

from mock_bsg.embedded.real import Real

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROGRAM = "import sys; sys.path += sys.argv[2:]; from mock_bsg.embedded.host import main; main(int(sys.argv[1]))"
_ROOT = os.path.abspath(f"{__file__}/../../..")  # noqa: PTH100 -- Path may be faked
_FIRST_FREE = 3
_PACKAGES = frozenset({"site-packages", "dist-packages"})
_KEPT_OUT = ("PYTHON", "COV_", "COVERAGE_", "MOCK_BSG_")
_KEPT = frozenset({"PYTHONHOME"})
"""Without it a Python that was told where its library is does not find it."""


class Spawned:
    """A process that was started, and the ends of its pipes that are here."""

    pid: int
    questions: int
    answers: int
    complaints: int

    def kill(self) -> None:
        """End it at once; does nothing if it has ended."""
        raise NotImplementedError

    def wait(self) -> str:
        """Wait until it has ended, which it is about to, and say how."""
        raise NotImplementedError

    def close(self, *pipes: Literal["questions", "answers", "complaints"]) -> None:
        """Close these pipes, each once: its number may be another file's after that."""
        for pipe in pipes:
            descriptor = getattr(self, pipe)
            setattr(self, pipe, -1)
            if descriptor >= 0:
                Real.close(descriptor)


def spawn() -> Spawned:
    """Start the process; raises OSError if the system refuses."""
    if not sys.executable:
        raise OSError("Python does not say where it is (sys.executable), so the sandbox cannot start a process of it")
    return _Anywhere() if Real.spawn is None else _Posix()


def arguments() -> list[str]:
    """Say how the process is started, the program first."""
    options = ["-S", "-s", "-P"]
    if sys.dont_write_bytecode:
        options.append("-B")
    if sys.pycache_prefix:
        options += ["-X", f"pycache_prefix={sys.pycache_prefix}"]
    return [sys.executable, *options, "-c", _PROGRAM, str(Real.getpid()), *_search_path(sys.path)]


def _search_path(given: Sequence[object]) -> list[str]:
    """Choose where packages are looked for, after the standard library.

    This package's own place and those of installed packages come first, so that a module beside a test, which may have
    any name, stands for nothing that the sandbox needs.
    """
    places = [os.path.abspath(place) for place in given if isinstance(place, str) and place]  # noqa: PTH100 -- as above
    installed = [place for place in places if place.replace("\\", "/").rpartition("/")[2] in _PACKAGES]
    return list(dict.fromkeys([_ROOT, *installed, *places]))


def environment(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name in _KEPT or not name.startswith(_KEPT_OUT)}


class _Posix(Spawned):
    """A process started by the system's own call, which copies nothing of this one and runs nothing of a test's."""

    def __init__(self) -> None:
        theirs: list[int] = []
        ours: list[int] = []
        try:
            for is_read_there in (True, False, False):
                reading, writing = Real.pipe()
                theirs.append(reading if is_read_there else writing)
                ours.append(writing if is_read_there else reading)
            theirs[:] = map(_move_up, theirs)
            ours[:] = map(_move_up, ours)
            self.pid = Real.spawn(
                sys.executable,
                arguments(),
                environment(os.environ),
                file_actions=[(os.POSIX_SPAWN_DUP2, each, place) for place, each in enumerate(theirs)],
                setpgroup=0,  # Ctrl-C is the test's
                setsigmask=[],
                setsigdef=[signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD],
            )
        except BaseException:
            for each in ours:
                Real.close(each)
            raise
        finally:
            for each in theirs:
                Real.close(each)
        self.questions, self.answers, self.complaints = ours
        self._has_ended = False

    def kill(self) -> None:
        if not self._has_ended:
            Real.kill(self.pid, signal.SIGKILL)

    def wait(self) -> str:
        try:
            _, status = Real.waitpid(self.pid, 0)
        except ChildProcessError:
            return "ended"  # somebody else was told how
        finally:
            self._has_ended = True
        code = os.waitstatus_to_exitcode(status)
        return f"ended with exit code {code}" if code >= 0 else f"was ended by {_name_signal(-code)}"


class _Anywhere(Spawned):
    """A process started as Python does it on all platforms."""

    def __init__(self) -> None:
        import subprocess  # noqa: PLC0415 -- slow to import, and needed on Windows only

        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process = subprocess.Popen(  # noqa: S603 -- this very Python
            arguments(),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(os.environ),
            creationflags=flags,
            start_new_session=not flags,
        )
        self.pid = self._process.pid
        self.questions, self.answers, self.complaints = (
            _take_over(pipe) for pipe in (self._process.stdin, self._process.stdout, self._process.stderr) if pipe
        )

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> str:
        return f"ended with exit code {self._process.wait()}"


def _take_over(pipe: IO[bytes]) -> int:
    """Let go of Python's object for a pipe and keep the pipe."""
    descriptor = Real.dup(pipe.fileno())
    pipe.close()
    return _move_up(descriptor)


def _move_up(descriptor: int) -> int:
    """Give a descriptor another number if it has one of stdin, stdout and stderr, as where a process has none."""
    low = []
    while descriptor < _FIRST_FREE:
        low.append(descriptor)
        descriptor = Real.dup(descriptor)
    for each in low:
        Real.close(each)
    return descriptor


def _name_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
