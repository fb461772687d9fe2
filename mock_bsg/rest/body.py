"""Request bodies as BSG's clients really send them: the body is looked at, not the header."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from mock_bsg.encoding import decode


class NotReadableError(ValueError):
    """A body that is neither JSON nor a form."""


def read_body(raw: bytes, content_type: str) -> Any:
    """Read a body: JSON if it parses as JSON, else form fields if the header says so and they parse.

    Node's and Go's clients send JSON as "multipart/form-data" without a boundary, curl's users as a form; PHP's and
    Perl's send real forms for a single HLR [client]. Form fields come as a dict of strings. Raises NotReadableError.
    """
    try:
        return decode(raw)
    except ValueError as fault:
        complaint = str(fault)
    kind = content_type.lower()
    fields: dict[str, str] | None = None
    if "boundary=" in kind and kind.startswith("multipart/"):
        fields = _read_multipart(raw, content_type)
    elif kind.startswith("application/x-www-form-urlencoded"):
        fields = _read_urlencoded(raw)
    if not fields:
        from mock_bsg.rest import no_json  # noqa: PLC0415 -- only the unlucky pay for the import

        complaint = no_json.explain(raw, content_type) or complaint
        raise NotReadableError(f"the body is no JSON ({complaint}), and no form either" if raw else "the body is empty")
    return fields


def _read_urlencoded(raw: bytes) -> dict[str, str] | None:
    try:
        return dict(parse_qsl(raw.decode(), strict_parsing=True, keep_blank_values=True, max_num_fields=1_000))
    except ValueError:
        return None


def _read_multipart(raw: bytes, content_type: str) -> dict[str, str] | None:
    # Only PHP's single HLR sends a real multipart form, so nobody else pays for the import.
    from email.message import Message  # noqa: PLC0415 -- see above
    from email.parser import BytesParser  # noqa: PLC0415 -- see above

    header = f"Content-Type: {content_type}\r\n\r\n".encode("ascii", "replace")
    form = BytesParser().parsebytes(header + raw)
    parts = form.get_payload()
    if not isinstance(parts, list):
        return None
    fields = {}
    for part in parts:
        if isinstance(part, Message):
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(content, bytes):
                fields[name] = content.decode("utf-8", "replace")
    return fields


def as_text(value: Any) -> str | None:
    """Read a text, or a number where a text was meant; None for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def as_whole_number(value: Any) -> int | None:
    """Read a whole number, sent as one or as a string (`"tariff":"0"` [seed]); None for anything else."""
    if isinstance(value, str):
        is_number = value.isascii() and (value.isdigit() or value.removeprefix("-").isdigit()) and len(value) < 20
        return int(value) if is_number else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_FLAGS = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}


def as_flag(value: Any) -> bool | None:
    """Read `true`/`false`, `1`/`0`, `"1"`/`"0"` [client]; None for anything else."""
    if isinstance(value, str):
        return _FLAGS.get(value.lower())
    return bool(value) if isinstance(value, int) and value in (0, 1) else None
