"""The sandbox's process as the test's process sees it: questions go to it through a pipe, and answers come back.

Whoever asks waits for a lock that the answer opens, for so long at most: the system counts, not a clock that a test may
have stopped. Two threads of no module's making move the bytes, so that a pipe that nobody reads holds up nobody.
"""

from __future__ import annotations

import atexit
import os
from collections import deque
from itertools import count
from typing import TYPE_CHECKING, Any

from mock_bsg.embedded.errors import ProcessGone
from mock_bsg.embedded.frames import LOG_LINE, make_plain, pack, read_frames, unpack, write_frame
from mock_bsg.embedded.log_lines import hand_on
from mock_bsg.embedded.real import Real
from mock_bsg.embedded.spawning import spawn

if TYPE_CHECKING:
    from collections.abc import Callable

START_LIMIT = 60.0
"""Seconds for the process to start; like the others, far more than it takes on a machine that has much to do."""
CALL_LIMIT = 60.0
"""Seconds for an answer to what takes no time by itself."""
_END_LIMIT = 5.0
_LINES_KEPT = 1_000
_SLICE = 0.25
"""Seconds."""
_WORDS_KEPT = 2_000
"""Characters of what the process said last."""


def _acquire(lock: Any, seconds: float) -> bool:
    """Wait for a lock; a signal, Ctrl-C for one, is noticed within a slice.

    The system wakes a thread whose wait has begun. One for which a signal comes the very moment before, when it has let
    go of the interpreter already, would find out at the end only.
    """
    slices, rest = divmod(seconds, _SLICE)
    for _ in range(int(slices)):
        if lock.acquire(timeout=_SLICE):
            return True
    return bool(lock.acquire(timeout=rest))


class Question:
    """Something that was asked, and the wait for its answer."""

    __slots__ = ("_answered", "_process", "about", "limit", "number", "payload")

    def __init__(self, process: Process, number: int, about: str, limit: float) -> None:
        self._process = process
        self._answered = Real.make_lock()
        self._answered.acquire()
        self.number = number
        self.about = about
        self.limit = limit
        self.payload: bytes | None = None

    def answer(self, payload: bytes | None) -> None:
        """Let whoever waits go on; None: there will be no answer."""
        self.payload = payload
        self._answered.release()

    def wait(self) -> Any:
        """Wait for the answer; raises what was raised there, and ProcessGone where none comes.

        A process that keeps silent past the limit is ended: what it would still do, nobody could know.
        """
        is_answered = False
        try:
            is_answered = _acquire(self._answered, self.limit)
        finally:
            if not is_answered:
                self.give_up()
        if not is_answered:
            self._process.end(f"it was asked {self.about} and did not answer within {self.limit:g} s")
        hand_on(self._process.lines)
        if self.payload is None:
            raise ProcessGone(f"{self.about}: {self._process.tell_end()}")
        is_well, value = unpack(self.payload)
        if is_well:
            return value
        raise value

    def give_up(self) -> None:
        """Let the process stop working for an answer that nobody waits for any more."""
        self._process.forget(self)


class Process:
    """A process with an event loop, for all servers of this one. `obituary` says how it ended, None while it runs."""

    def __init__(self) -> None:
        self._spawned = spawn()
        self.pid = self._spawned.pid
        self._owner = Real.getpid()
        self.obituary: str | None = None
        self.lines: deque[bytes] = deque(maxlen=_LINES_KEPT)
        """What it logged, for whoever asks next to hand on."""
        self._decision: str | None = None
        self._numbers = count(LOG_LINE + 1)
        self._open: dict[int, Question] = {}
        self._outbox = Real.make_queue()
        self._ended = Real.make_lock()
        self._ended.acquire()
        Real.start_thread(self._send_all, ())
        Real.start_thread(self._read_all, ())

    @property
    def is_ours(self) -> bool:
        """Whether it was started by this very process, and not by the one that this was forked from."""
        return Real.getpid() == self._owner

    def ask(self, server: int | None, what: str, details: tuple[Any, ...] = (), limit: float | None = None) -> Question:
        """Ask one of its servers, or (None) itself. Raises ProcessGone if it has ended or is another process's."""
        if not self.is_ours:
            raise ProcessGone(
                f"this MockBSG was started by the process {self._owner}, which this one was forked from: code here can "
                "send to its url, but only the process that started it can ask it; or start another MockBSG here"
            )
        question = Question(self, next(self._numbers), what, CALL_LIMIT if limit is None else limit)
        payload = pack((server, what, tuple(map(make_plain, details))))
        self._open[question.number] = question
        if self.obituary is not None:
            self._open.pop(question.number, None)
            raise ProcessGone(f"{what}: {self.obituary}")
        self._outbox.put((question.number, payload))
        return question

    def forget(self, question: Question) -> None:
        if self._open.pop(question.number, None) is not None:
            self.tell("cancel", question.number)

    def tell(self, what: str, number: int) -> None:
        """Let it know something without waiting for an answer; may be called by a finalizer."""
        if self.is_ours and self.obituary is None:
            self._outbox.put((LOG_LINE, pack((None, what, (number,)))))

    def end(self, decision: str) -> None:
        """End it at once, for that reason."""
        self._decision = self._decision or decision
        self._spawned.kill()
        if self._ended.acquire(timeout=_END_LIMIT):
            self._ended.release()

    def tell_end(self) -> str:
        return self.obituary or f"the sandbox's process {self.pid} cannot be ended: {self._decision}"

    def close(self) -> None:
        """Let it end, and wait until it has."""
        if self.is_ours and self.obituary is None:
            self._decision = "it was told to end"
            self._outbox.put(None)
            if self._ended.acquire(timeout=_END_LIMIT):
                self._ended.release()

    def leave_to_parent(self) -> None:
        """In a process that was just forked: close its pipes, so that it ends when the one that started it does."""
        self._spawned.close("questions", "answers", "complaints")

    # --- the two threads

    def _send_all(self) -> None:
        descriptor = self._spawned.questions
        try:
            while (frame := self._outbox.get()) is not None:
                write_frame(Real.write, descriptor, *frame)
        except OSError:
            pass  # it has ended, which the other thread tells
        finally:
            self._spawned.close("questions")

    def _read_all(self) -> None:
        try:
            for number, payload in read_frames(Real.read, self._spawned.answers):
                if number == LOG_LINE:
                    self.lines.append(payload)
                elif (question := self._open.pop(number, None)) is not None:
                    question.answer(payload)
        except OSError:
            pass
        finally:
            self._bury()

    def _bury(self) -> None:
        self._spawned.kill()  # it may have closed its pipe only
        how = self._spawned.wait()
        said = _read_rest(self._spawned.complaints)
        self._spawned.close("answers", "complaints")
        decision = f"because {self._decision}" if self._decision else f"and last said:\n{said}" if said else "silently"
        self.obituary = f"the sandbox's process {self.pid} {how}, {decision}"
        self._outbox.put(None)
        while self._open:
            self._open.popitem()[1].answer(None)
        self._ended.release()


def _read_rest(descriptor: int) -> str:
    """Read what a process that has ended said; its end of the pipe never blocks, and so keeps the first part only."""
    said = b""
    try:
        while part := Real.read(descriptor, 1 << 16):
            said += part
    except OSError:
        pass
    return said.decode("utf-8", "replace").strip()[-_WORDS_KEPT:]


def _start() -> Process:
    started = Process()
    try:
        started.ask(None, "start", limit=START_LIMIT).wait()
    except BaseException:
        started.end("nobody waited for its start any more")
        raise
    return started


class _Shared:
    """The one process that all servers of this process share, from the first use on."""

    def __init__(self) -> None:
        self.process: Process | None = None
        self.lock = Real.make_lock()

    def find(self) -> Process:
        """Find it, or start it; another takes the place of one that has ended."""
        if not self.lock.acquire(timeout=START_LIMIT):
            raise ProcessGone(f"another thread has been starting the sandbox's process for {START_LIMIT:g} s")
        try:
            if self.process is None or self.process.obituary is not None or not self.process.is_ours:
                self.process = _start()
            return self.process
        finally:
            self.lock.release()

    def after_fork(self) -> None:
        if self.process is not None:
            self.process.leave_to_parent()
        self.process = None
        self.lock = Real.make_lock()


# The one thing in this package that a whole process has: it is what its servers share.
_SHARED = _Shared()
find_process: Callable[[], Process] = _SHARED.find


@atexit.register
def end_process() -> None:
    """End the process that the servers share; the next server starts another."""
    if _SHARED.process is not None:
        _SHARED.process.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_SHARED.after_fork)
