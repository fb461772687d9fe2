"""What a server says of itself on stderr: one line for each event, as text or as JSON, with API keys masked."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from typing import TYPE_CHECKING, Literal

from mock_bsg.descriptors import explain_exhaustion, is_exhaustion
from mock_bsg.domain.credentials import mask_key

if TYPE_CHECKING:
    from collections.abc import Mapping


LogFormat = Literal["text", "json"]

LOG = logging.getLogger("mock_bsg")
"""For everything that a user should read; `extra={"fields": {...}}` adds named values to a line."""

_PLAIN_VALUE = re.compile(r'[^\s"=\x00-\x1f\x7f]+')
# Whatever begins a line or a terminal's command, also beyond ASCII.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SILENCE_S = 10.0

_KEY = re.compile(r"\b(?:test|live)_[^\s'\"/?#&=,;…]+")
# How the parser shows what it could not read, and what of it may be shown: method and path, or a header's name.
_QUOTED = re.compile(r"""\bb(['"])(.*)\1(?: \^)?""")
_BEGINNING = re.compile(r"[A-Z]+ /[^ ?]*|[\w-]+(?: [\w-]+)*(?= ?:)|[\w-]+(?= )")
_USER = re.compile(r"(?<=//)[^/?#\s]*@")
_QUERY = re.compile(r"\?\S*$")


def set_up(log_format: LogFormat, level: str = "INFO") -> None:
    """Send this process's lines to stderr: ours from `level` on, other libraries' from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    LOG.setLevel(level)
    logging.getLogger("aiohttp.server").addFilter(tell_bad_http_in_one_line)
    logging.getLogger("asyncio").addFilter(Exhaustion())
    logging.raiseExceptions = False  # a stderr that nobody reads any more is no reason for tracebacks


def tell_bad_http_in_one_line(record: logging.LogRecord) -> bool:
    """Let a line pass; where a client's HTTP itself was wrong, without the traceback, for that is no fault of ours."""
    fault = record.exc_info[1] if record.exc_info else None
    if fault is not None and type(fault).__module__ == "aiohttp.http_exceptions":
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = "what came is not HTTP as it should be: %s", (_hide_values(str(fault)),)
        record.exc_info = record.exc_text = None
    return True


def _hide_values(said: str) -> str:
    """Show what aiohttp's parser says of bytes that it could not read: names of headers and paths, but no values.

    A key stands there as it came: `X-API-KEY : test_0ZeXYZ`, with a blank too many.
    """
    text = " ".join(said.split())
    text = _QUOTED.sub(lambda found: f"'{_show_beginning(found[2])}…'", text)
    text = _QUERY.sub("?…", _USER.sub("", text))
    return _KEY.sub(lambda found: mask_key(found[0]), text)


def _show_beginning(line: str) -> str:
    found = _BEGINNING.match(line)
    return found[0] if found else ""


class Exhaustion(logging.Filter):
    """Lets a line pass; of those that say that too many files are open one in ten seconds, and without its traceback.

    The loop tells of it a thousand times a second as long as connections come and none can be taken.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told = -_SILENCE_S

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if isinstance(fault, ValueError) and str(fault) == "Invalid file descriptor: -1":
            # A second after it ran out of files the loop listens again, also to a socket that was closed meanwhile.
            return False
        if fault is None or not is_exhaustion(fault):
            return True
        if record.created - self._told < _SILENCE_S:
            return False
        self._told = record.created
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = "connections have to wait: %s", (explain_exhaustion(),)
        record.exc_info = record.exc_text = None
        return True


class TextFormatter(logging.Formatter):
    """`2017-01-17T09:20:02.123Z INFO message name=value`: one line, whatever a request carried."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_stamp(record.created)} {record.levelname} {record.getMessage()}"
        for name, value in _fields(record).items():
            if value is not None:
                line += f" {name}={_as_word(value)}"
        line = _CONTROL.sub(_escape, line)
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ts, level, message, then the fields of the record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "ts": _stamp(record.created),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        for name, value in _fields(record).items():
            line.setdefault(name, value)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # Of what JSON lets stand in a text, too, some begins a line elsewhere.
        return _CONTROL.sub(_escape_in_json, json.dumps(line, ensure_ascii=False, default=str))


def _fields(record: logging.LogRecord) -> Mapping[str, object]:
    fields: Mapping[str, object] = record.__dict__.get("fields") or {}
    return fields


def _stamp(created: float) -> str:
    millis = round(created * 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(millis // 1000))}.{millis % 1000:03d}Z"


def _as_word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text if _PLAIN_VALUE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def _escape_in_json(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
