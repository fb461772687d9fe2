"""The certificate authorities that this machine trusts, read when something is first sent by HTTPS, and once."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def trust_machine() -> ssl.SSLContext:
    """Make the context in which the machine's authorities are trusted; they are read from the disk for that."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


@contextmanager
def left_unread() -> Iterator[None]:
    """Import aiohttp in here and it does not read them for two contexts of its own: a quarter of a start.

    Those contexts trust nobody then: whoever sends by HTTPS is to name that of `trust_machine`.
    """
    kept: Any = ssl.SSLContext.load_default_certs
    changed: Any = ssl.SSLContext
    changed.load_default_certs = changed.set_default_verify_paths = lambda *_: None
    try:
        yield
    finally:
        changed.load_default_certs = kept
        del changed.set_default_verify_paths
