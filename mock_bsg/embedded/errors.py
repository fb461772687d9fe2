"""What a test is told when the sandbox's process cannot answer, or what was waited for did not come."""

from __future__ import annotations


class WaitError(AssertionError, TimeoutError):
    """What was waited for did not come in time; its text tells what was there instead."""


class ProcessGone(RuntimeError):  # noqa: N818 -- it tells what became of the process, and is nobody's mistake
    """The sandbox's process has ended, or does not answer; its text tells what it last said."""
