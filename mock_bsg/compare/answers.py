"""What came back, read with care: whatever it is, it can be shown in one line of a terminal or a page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mock_bsg.logs import mask_key

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SHOWN = 300
NOT_JSON = object()
"""The value of an answer that is no JSON."""


@dataclass(frozen=True)
class Answer:
    """One answer; where none came, `problem` says why and the rest says nothing."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    problem: str = ""

    @cached_property
    def value(self) -> Any:
        """The body's JSON, or NOT_JSON."""
        try:
            return json.loads(self.body.decode(), parse_constant=_refuse)
        except (ValueError, RecursionError):
            return NOT_JSON

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "")

    def describe(self) -> str:
        """Write it in one line that is safe to print."""
        if self.problem:
            return self.problem
        kind = f" {printable(self.content_type, 80)}" if self.content_type else ""
        return f"HTTP {self.status}{kind}: {printable(self.body.decode(errors='replace'))}"


def printable(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Write foreign text in one line, shortened, with escapes for whatever is no character to be seen."""
    line = text if len(text) <= longest else text[:longest] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in line)


class Mask:
    """Takes API keys out of what is shown, however they were escaped by whoever sent them back."""

    def __init__(self, *keys: str) -> None:
        self._masks = {
            spelling: mask_key(key)
            for key in keys
            for spelling in (key, json.dumps(key)[1:-1], quote(key), quote(key, safe=""))
        }

    def __call__(self, text: str) -> str:
        for spelling in sorted(self._masks, key=len, reverse=True):
            text = text.replace(spelling, self._masks[spelling])
        return text


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
