"""Who may steer: no page of another site, no name that was pointed at this machine from outside."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mock_bsg.domain import host_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


def find_objection(
    headers: Mapping[str, str], allowed_hosts: Collection[str], authority: str | None = None
) -> str | None:
    """Tell in a sentence why a control request is refused, None if it is welcome.

    A page of another site is known by its Origin. DNS rebinding makes such a page same-origin under the attacker's
    own name, so the Host must be one that no outsider can own: local, an address, a plain name, or an allowed one.
    `authority`, the host that a request through a proxy has before its path, counts as the Host does. A client that
    names none is no browser.
    """
    hosts = [host for host in (authority, headers.get("Host")) if host is not None]
    if not hosts:
        return None
    foreign = _find_foreign(hosts, allowed_hosts)
    if foreign is not None:
        return f"the Host '{foreign}' is not allowed to steer this sandbox; MOCK_BSG_ALLOWED_HOSTS can name it"
    origin = headers.get("Origin")
    if origin is not None and _netloc(origin) != hosts[0].lower():
        return f"a page of '{origin}' must not steer this sandbox"
    # A link may be followed from anywhere: whoever made it doesn't see the answer, and GET changes nothing. What could
    # change something by navigation, a form, says its Origin.
    if headers.get("Sec-Fetch-Site") == "cross-site" and headers.get("Sec-Fetch-Mode") != "navigate":
        return "a page of another site must not steer this sandbox"
    return None


def find_objection_to_page(
    headers: Mapping[str, str], allowed_hosts: Collection[str], authority: str | None = None
) -> str | None:
    """Tell in a sentence why a page may not call BSG's API, None if it may, or if it is none that asks.

    BSG's API answers under any name, for clients are pointed here by names such as BSG's own. But a page of another
    site that names such a host, too, has pointed its own name at this machine: from there it could read every answer.
    """
    origin = headers.get("Origin")
    if origin is None or _is_own(_host_name(_netloc(origin) or ""), allowed_hosts):
        return None
    hosts = [host for host in (authority, headers.get("Host")) if host is not None]
    foreign = _find_foreign(hosts, allowed_hosts)
    if foreign is None:
        return None
    return f"a page of '{origin}' must not call this sandbox as '{foreign}'; MOCK_BSG_ALLOWED_HOSTS can name that host"


def _find_foreign(hosts: Iterable[str], allowed_hosts: Collection[str]) -> str | None:
    return next((host for host in hosts if not _is_own(_host_name(host), allowed_hosts)), None)


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
