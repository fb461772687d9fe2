"""JSON in and out: by orjson where the platform has it, else by the standard library, with the same results."""

from __future__ import annotations

import json
import math
from typing import Any

try:
    import orjson as fast_json
except ImportError:
    fast_json = None  # type: ignore[assignment]  # not on every platform

orjson: Any = fast_json
"""None where the platform has none."""


JSON_TYPE = "application/json; charset=utf-8"
"""The Content-Type of every JSON that a server answers with, the One API's aside."""
ONE_API_TYPE = "application/json"
"""The Content-Type of the One API's answers: BSG's SDK raises at any other type of a success [sdk]."""

_MOST_DIGITS = len(str(-(1 << 63)))
"""No whole number of 64 bits is longer."""


def decode(text: bytes) -> Any:
    """Read JSON; raises ValueError with the place of the mistake if it is none.

    NaN, numbers beyond a float and lone surrogates are no JSON; whole numbers of more than 64 bits become floats.
    """
    if orjson is not None:
        return orjson.loads(text)
    try:
        value = json.loads(
            text.decode(), parse_constant=_refuse_constant, parse_float=_read_float, parse_int=_read_whole_number
        )
        if b"\\ud" in text or b"\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def encode(value: Any) -> bytes:
    """Write compact JSON in UTF-8."""
    try:
        if orjson is not None:
            # orjson hands out an over-allocated buffer; the journal keeps answers, so it is worth the copy.
            return bytes(memoryview(orjson.dumps(value)))
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except (TypeError, UnicodeEncodeError):
        # Bytes of a path or a header that are no UTF-8, numbers beyond 64 bits: JSON can say them, if only in ASCII.
        return json.dumps(value, separators=(",", ":")).encode()


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _read_float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:20]}… is too large")
    return number


def _read_whole_number(text: str) -> int | float:
    number = int(text) if len(text) <= _MOST_DIGITS else None
    return number if number is not None and -(1 << 63) <= number < 1 << 64 else _read_float(text)
