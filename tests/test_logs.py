"""A line of the log is one line, tells its fields and no key."""

import errno
import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from mock_bsg.domain.credentials import mask_key
from mock_bsg.logs import LOG, Exhaustion, JsonFormatter, TextFormatter, set_up


@pytest.fixture
def logging_restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, own_level = root.handlers[:], root.level, LOG.level
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    LOG.setLevel(own_level)


def record(message: str, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("mock_bsg", logging.INFO, __file__, 1, message, None, None)
    made.created = 1484644802.1234
    made.__dict__["fields"] = fields
    return made


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("test_0ZeXYZabc", "test_0Ze…"),
        ("live_secret", "live_sec…"),
        ("nounderscore", "nou…"),
        ("alongsecret_x", "alo…"),
        ("_abcdef", "_ab…"),
        ("s3cr3t_abcdef", "s3c…"),
        ("test_w1", "test_w…"),
        ("a", "…"),
        ("", "…"),
    ],
)
def test_key_is_masked(key: str, shown: str) -> None:
    assert mask_key(key) == shown


def test_text_line_has_time_level_message_and_fields() -> None:
    line = TextFormatter().format(record("POST /rest/viber/create", status=200, rule="no Viber", fault=None, ok=True))

    assert line == '2017-01-17T09:20:02.123Z INFO POST /rest/viber/create status=200 rule="no Viber" ok=yes'


def test_text_line_stays_one_line_whatever_a_request_carried() -> None:
    line = TextFormatter().format(record("GET /a\r\nFAKE \x1b[31m", path="b\nc"))

    assert line.splitlines() == ['2017-01-17T09:20:02.123Z INFO GET /a\\r\\nFAKE \\x1b[31m path="b\\nc"']


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_line_has_nothing_that_ends_a_line_or_begins_a_command_of_a_terminal(formatter: logging.Formatter) -> None:
    line = formatter.format(record("a\u2028b\x85c\x9b31m", path="d\u2029e\x9b"))

    assert len(line.splitlines()) == 1
    assert "\x9b" not in line


def test_json_line_escapes_what_it_must_so_that_it_reads_back() -> None:
    told = json.loads(JsonFormatter().format(record("a\u2028b\x85c\x7f«d»")))

    assert told["message"] == "a\u2028b\x85c\x7f«d»"


def test_json_line_keeps_types_and_its_own_names() -> None:
    line = JsonFormatter().format(record("text «Привіт»\n", status=200, level="mine", path=io))

    told = json.loads(line)
    assert list(told) == ["ts", "level", "message", "status", "path"]
    assert (told["ts"], told["level"], told["status"]) == ("2017-01-17T09:20:02.123Z", "info", 200)
    assert told["message"] == "text «Привіт»\n"
    assert "\n" not in line


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_unexpected_error_is_told_with_its_place(formatter: logging.Formatter) -> None:
    made = record("broken")
    try:
        "".index("why")
    except ValueError:
        made.exc_info = sys.exc_info()

    assert "ValueError: substring not found" in formatter.format(made)
    assert "test_logs.py" in formatter.format(made)


@pytest.mark.usefixtures("logging_restored")
def test_lines_go_to_stderr_from_the_level_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json", "INFO")

    LOG.info("ours", extra={"fields": {"n": 1}})
    logging.getLogger("another").info("not told")
    logging.getLogger("another").warning("told")
    set_up("text", "WARNING")
    LOG.info("too little")

    told: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["message"], line.get("n")) for line in told] == [("ours", 1), ("told", None)]


@pytest.mark.usefixtures("logging_restored")
def test_stderr_that_nobody_reads_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", Broken())
        set_up("text")
    LOG.info("lost")

    assert capsys.readouterr().err == ""


def test_that_too_many_files_are_open_is_told_once_in_a_while_and_in_one_line() -> None:
    lines = Exhaustion()
    records = []
    for seconds in (0.0, 0.001, 9.0, 11.0):
        fault = OSError(errno.EMFILE, "Too many open files")
        record = logging.LogRecord(
            "asyncio", logging.ERROR, "", 1, "socket.accept() out of", (), (OSError, fault, None)
        )
        record.created = 1_000_000.0 + seconds
        records.append(record if lines.filter(record) else None)

    assert [record is not None for record in records] == [True, False, False, True]
    line = TextFormatter().format(records[0]) if records[0] else ""
    assert line.endswith(
        "WARNING connections have to wait: "
        "too many files are open: a server needs 20 and one for each connection; raise the limit (ulimit -n)"
    )


def test_that_a_stopped_server_does_not_listen_anew_is_not_told() -> None:
    said = "Exception in callback BaseSelectorEventLoop._start_serving(<aiohttp.web_…>, <socket.socket …>)"
    fault = ValueError("Invalid file descriptor: -1")
    record = logging.LogRecord("asyncio", logging.ERROR, "", 1, said, (), (ValueError, fault, None))

    assert not Exhaustion().filter(record)


def test_other_faults_of_a_loop_are_told_as_they_are() -> None:
    record = logging.LogRecord("asyncio", logging.ERROR, "", 1, "oh", (), (OSError, OSError(errno.EPIPE, ""), None))

    assert Exhaustion().filter(record)
    assert (record.levelname, record.getMessage()) == ("ERROR", "oh")
