"""What a server logs, on its way from the sandbox's process to the loggers of the test's."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from mock_bsg.embedded.frames import pack, unpack

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable

_CARRIED = ("name", "levelno", "levelname", "created", "msecs", "fields", "exc_text", "pathname", "lineno", "funcName")


class Forwarder(logging.Handler):
    """Sends each line on, worded already."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        super().__init__()
        self._send = send
        self._formatter = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        line = {name: getattr(record, name) for name in _CARRIED if hasattr(record, name)}
        self._send(pack({**line, "msg": record.getMessage(), "args": None, "processName": "mock_bsg"}))


def hand_on(lines: deque[bytes]) -> None:
    """Log here what was logged there.

    Done by whoever has just asked something, and not by the thread that reads the pipe: what handlers a test has set up
    may take their time, or ask the sandbox themselves.
    """
    while lines:
        try:
            line: dict[str, Any] = unpack(lines.popleft())
        except IndexError:  # another thread was faster
            return
        logger = logging.getLogger(line["name"])
        if logger.isEnabledFor(line["levelno"]):
            logger.handle(logging.makeLogRecord(line))
