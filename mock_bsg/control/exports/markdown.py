"""Words and blocks of Markdown that stay what they are, whatever is written in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ONE_LINE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_PLAIN = re.compile(r"[^`|\\\s](?:[^`|\\]*[^`|\\\s])?")
"""What is the same between backticks, in a table too."""
_MARKUP = re.compile(r"[^\w\s]|_")
_BACKTICKS = re.compile("`+")


def code(text: str) -> str:
    """Write a value into a line or into a cell of a table; nothing in it is markup, a link or a mention."""
    line = _ONE_LINE.sub(" ", text)
    if _PLAIN.fullmatch(line):
        return f"`{line}`"
    return f"<code>{_MARKUP.sub(lambda found: f'&#{ord(found[0])};', line)}</code>" if line.strip() else ""


def fence(text: str, language: str = "text") -> str:
    """Write a text of many lines as it is; no backticks in it end it."""
    longest = max(map(len, _BACKTICKS.findall(text)), default=0)
    mark = "`" * max(3, longest + 1)
    return f"{mark}{language}\n{text}\n{mark}"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write a table, line by line; the cells are Markdown already."""
    for row in (columns, ["---"] * len(columns), *rows):
        yield f"| {' | '.join(row)} |"
