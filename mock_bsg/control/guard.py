"""Who may steer: no page of another site, no name that was pointed at this machine from outside."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mock_bsg import host_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def find_objection(headers: Mapping[str, str], allowed_hosts: Collection[str]) -> str | None:
    """Tell in a sentence why a control request is refused, None if it is welcome.

    A page of another site is known by its Origin. DNS rebinding makes such a page same-origin under the attacker's
    own name, so the Host must be one that no outsider can own: local, an address, a plain name, or an allowed one.
    A client that names no Host is no browser.
    """
    host = headers.get("Host")
    if host is None:
        return None
    if not _is_own(_host_name(host), allowed_hosts):
        return f"the Host '{host}' is not allowed to steer this sandbox; MOCK_BSG_ALLOWED_HOSTS can name it"
    origin = headers.get("Origin")
    if origin is not None and _netloc(origin) != host.lower():
        return f"a page of '{origin}' must not steer this sandbox"
    # A link may be followed from anywhere: whoever made it doesn't see the answer, and GET changes nothing. What could
    # change something by navigation, a form, says its Origin.
    if headers.get("Sec-Fetch-Site") == "cross-site" and headers.get("Sec-Fetch-Mode") != "navigate":
        return "a page of another site must not steer this sandbox"
    return None


def _netloc(origin: str) -> str | None:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    return parts.netloc.lower()


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_own(name: str, allowed_hosts: Collection[str]) -> bool:
    if not name:
        return False
    is_plain = "." not in name and ":" not in name
    if is_plain or host_names.fits(name, allowed_hosts) or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
