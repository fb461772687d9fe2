"""Names of hosts as settings write them, wildcards among them; and whether a request's Host is one of them."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_QUOTES = "\"'`\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a\u00b4"
_LABEL = re.compile(r"[a-z0-9_*](?:[a-z0-9_*-]{0,61}[a-z0-9_*])?")
_LONGEST = 253
_MOST_WILDCARDS = 4


def read_host(text: str) -> str:
    """Read a name or address, with wildcards, as a request's Host has it: in small letters, without port and last dot.

    A scheme, a port and a last slash, as an address bar has them, are understood. Raises ValueError for what no Host
    can be.
    """
    bare = without_quotes(text)
    if bare != text.strip():
        raise ValueError(f"'{text}' was found, a host name without quotes is expected: write {bare}")
    rest = re.sub(r"\Ahttps?://", "", bare, flags=re.IGNORECASE).removesuffix("/")
    if re.fullmatch(r"[0-9a-fA-F:.]+/[0-9]+", rest):
        raise ValueError(f"'{text}' was found, a host name is expected: addresses are always allowed")
    if re.search(r"[/#@\\]|\?.*=", rest):
        host = re.split(r"[/?#\\]", rest.rpartition("://")[2], maxsplit=1)[0].rpartition("@")[2]
        raise ValueError(f"'{text}' was found, a host name without a path is expected" + (host and f": write {host}"))
    name = _without_port(rest)
    if _is_address(name):
        return name
    labels = [_encode(label) for label in name.lower().removesuffix(".").split(".")]
    host = ".".join(labels)
    if any(not _LABEL.fullmatch(label) for label in labels) or len(host) > _LONGEST:
        raise ValueError(f"'{text}' was found, a host name such as sandbox.example.com is expected{_hint(name)}")
    if host.count("*") > _MOST_WILDCARDS:
        raise ValueError(f"'{text}' was found, a host name with at most {_MOST_WILDCARDS} wildcards is expected")
    return host


def without_quotes(text: str) -> str:
    """Take blanks and quotes away, which stand around a value where a file of variables knows no quotes."""
    return text.strip().strip(_QUOTES).strip()


def _hint(name: str) -> str:
    if name.startswith(".") and len(name) > 1:
        return f": write *{name} for all names below it"
    parts = [part for part in re.split(r"[\s;]+", name) if part]
    if len(parts) > 1:
        return f": separate them by commas, {','.join(parts)}"
    if re.search(r"[?\[]", name):
        return "; the only wildcard is *"
    return ""


def _without_port(rest: str) -> str:
    bracketed = re.fullmatch(r"\[([0-9a-fA-F:.]+)\](?::[0-9]+)?", rest)
    if bracketed:
        return bracketed[1]
    return rest if rest.count(":") > 1 else re.sub(r":[0-9]+\Z", "", rest)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _encode(label: str) -> str:
    """Write a label as a Host header has it: IDNA, if it is not plain ASCII."""
    if label.isascii():
        return label
    # Only who needs it pays for the import.
    from yarl import URL  # noqa: PLC0415 -- see above

    try:
        return URL.build(scheme="http", host=label).raw_host or label
    except ValueError:
        return label


def fits(name: str, allowed: Collection[str]) -> bool:
    """Whether a name, in small letters and without a last dot, is among those allowed, which `read_host` wrote.

    A `*` that is a label by itself stands for one or more labels, within a label for any characters but a dot.
    """
    if name in allowed:
        return True
    if not name or len(name) > _LONGEST:
        return False
    return any(_compile(pattern).fullmatch(name) for pattern in allowed if "*" in pattern)


@lru_cache(maxsize=256)
def _compile(pattern: str) -> re.Pattern[str]:
    labels = (
        r"[^.]+(?:\.[^.]+)*" if label == "*" else r"[^.]*".join(re.escape(part) for part in label.split("*"))
        for label in pattern.split(".")
    )
    return re.compile(r"\.".join(labels))
