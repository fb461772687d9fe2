"""JSON in and out: by orjson where the platform has it, else by the standard library, with the same results."""

from __future__ import annotations

import json
from typing import Any

try:
    import orjson
except ImportError:  # pragma: no cover -- tested by hiding orjson in another process
    orjson = None  # type: ignore[assignment]


def decode(text: bytes) -> Any:
    """Read JSON; raises ValueError with the place of the mistake if it is none.

    NaN, numbers beyond a float and lone surrogates are no JSON.
    """
    if orjson is not None:
        return orjson.loads(text)
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        if b"\\ud" in text or b"\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def encode(value: Any) -> bytes:
    """Write compact JSON in UTF-8."""
    if orjson is not None:
        # orjson hands out an over-allocated buffer; the journal keeps answers, so it is worth the copy.
        return bytes(memoryview(orjson.dumps(value)))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def encode_readable(value: Any) -> bytes:
    """Write JSON over several lines, for people."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
