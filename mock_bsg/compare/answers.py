"""What came back, read with care: whatever it is, it can be shown in one line of a terminal or a page."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from mock_bsg.domain.credentials import mask_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_SHOWN = 300
AMOUNTS = ("amount", "limit")
"""Fields that tell what an account has, which is nobody's business in a report."""
_AMOUNT = re.compile(rf'"(?:{"|".join(AMOUNTS)})"\s*:\s*"?-?[0-9.]+')
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
        """Write it in one line that is safe to print, and to publish: what an account has is told as noughts."""
        if self.problem:
            return self.problem
        kind = f" {printable(self.content_type, 80)}" if self.content_type else ""
        text = _AMOUNT.sub(lambda found: hide_digits(found[0]), self.body.decode(errors="replace"))
        return f"HTTP {self.status}{kind}: {printable(text)}"


def printable(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Write foreign text in one line, shortened, with escapes for whatever is no character to be seen."""
    line = text if len(text) <= longest else text[:longest] + "…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in line)


class Mask:
    """Takes API keys out of what comes back, however they were spelt by whoever sent them back.

    Before anything is shortened: of a key that is cut in its middle, half would be left.
    """

    def __init__(self, *keys: str) -> None:
        spelt = {spell(key): spell(mask_key(key)) for key in keys for spell in _SPELLINGS}
        self._masks = sorted(spelt.items(), key=lambda each: len(each[0]), reverse=True)

    def hide(self, text: str) -> str:
        for spelling, shown in self._masks:
            text = text.replace(spelling, shown)
        return text

    def hide_in(self, body: bytes) -> bytes:
        """Hide the keys in bytes that may be anything."""
        for spelling, shown in self._masks:
            body = body.replace(spelling.encode(), shown.encode())
        return body


def _as_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


_SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    _as_json,
    lambda text: _as_json(text).replace("/", "\\/"),  # as PHP writes JSON
    quote,
    partial(quote, safe=""),
    quote_plus,
    html.escape,
)


def form_of(value: Any) -> Any:
    """Tell the form of a JSON value and none of what it says: nought for a number, x for every letter."""
    if isinstance(value, dict):
        return {name: form_of(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [form_of(each) for each in value]
    if isinstance(value, str):
        return hide_letters(value)
    return value if value is None or isinstance(value, bool) else 0


def hide_letters(text: str) -> str:
    """Write every digit as a nought and every letter as an x."""
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "0", text))


def hide_digits(text: str) -> str:
    """Write every digit as a nought, so that only the form is left."""
    return re.sub("[0-9]", "0", text)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
