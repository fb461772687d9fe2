"""Reads the text of a scenario file; whatever keeps it from being a text is a problem of the scenario."""

from pathlib import Path

from mock_bsg.scenario.errors import Problem, ScenarioError


def read_file(path: Path) -> str:
    """Read a file of UTF-8, with or without a byte order mark; raises ScenarioError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ScenarioError(str(path), [Problem("", 1, 1, f"the file cannot be read: {error.strerror}")]) from None
    return decode(raw, str(path))


def decode(raw: bytes, file: str) -> str:
    """Decode UTF-8, with or without a byte order mark; `file` stands before the problem of a ScenarioError."""
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8").removeprefix("\ufeff")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"the byte 0x{raw[error.start]:02X} is not UTF-8: save the file as UTF-8"
        raise ScenarioError(file, [Problem("", line, column, message)]) from None
