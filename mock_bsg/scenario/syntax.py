"""What a YAML parser complains about, in the words of somebody who wrote a scenario."""

import re
from typing import Final

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from mock_bsg.scenario.errors import Problem

_SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    (
        r"mapping values are not allowed",
        "a ':' cannot stand here: quote the text if the ':' belongs to it, else see how the line above is indented",
    ),
    (r"could not find expected ':'", "a ':' is missing after this key"),
    (
        r"expected ',' or '\}', but got '<stream end>'",
        "this '{' is never closed: a '}' is missing",
    ),
    (r"expected ',' or '\]', but got '<stream end>'", "this '[' is never closed: a ']' is missing"),
    (r"expected ',' or '\}'", "within the {{ }} that begin in line {line}, a ',' or the closing '}}' is missing here"),
    (r"expected ',' or '\]'", "within the [ ] that begin in line {line}, a ',' or the closing ']' is missing here"),
    (
        r"expected <block end>, but found '<scalar>'",
        "this cannot follow the text before it: put all of it in quotes",
    ),
    (
        r"expected <block end>|did not find expected",
        "this line is not indented like the ones it belongs to (that part begins in line {line})",
    ),
    (r"found unexpected end of stream", "the quotes that open here are never closed"),
    (r"found unknown escape character", "within double quotes a \\ begins an escape: write \\\\, or use single quotes"),
    (r"found character '[@`%]'", "a text that begins with this character needs quotes"),
    (r"while scanning an alias|while scanning an anchor", "a text that begins with '*' or '&' needs quotes"),
    (r"expected the node content, but found '<stream end>'", "the text ends where there should be a value"),
    (r"expected the node content, but found '([^']+)'", "there should be a value here, not '{found}'"),
)


_NEVER_CLOSED: Final = re.compile("end of stream|stream end")


def word_syntax_error(error: YAMLError, text: str) -> Problem:
    """Say in words what a parser's error about this text stands for."""
    if isinstance(error, ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return Problem("", line, column, f"YAML does not allow this character (U+{ord(text[error.position]):04X})")
    marks = (getattr(error, "problem_mark", None), getattr(error, "context_mark", None))
    if _NEVER_CLOSED.search(str(getattr(error, "problem", ""))):
        marks = marks[::-1]  # what is open is where it opens, not where the text ends
    mark = marks[0] or marks[1]
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Problem("", line, column, _sentence(error))


def _sentence(error: YAMLError) -> str:
    if not isinstance(error, MarkedYAMLError):
        return f"this is not YAML: {error}"
    complaint = f"{error.context or ''} {error.problem or ''}".strip()
    begins = error.context_mark.line + 1 if error.context_mark is not None else 1
    for pattern, sentence in _SENTENCES:
        found = re.search(pattern, complaint)
        if found is not None:
            words = sentence.replace("{line}", str(begins)).replace("{{", "{").replace("}}", "}")
            return words.replace("{found}", found[1] if found.re.groups else "")
    return f"this is not YAML: {complaint}"
