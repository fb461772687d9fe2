"""What the command `health` asks a server, by the standard library's plain client: quick to import, and no proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.settings import Settings, SettingsError, find_reachable

if TYPE_CHECKING:
    import ssl

_TIMEOUT_S = 3.0


def name_own_urls(settings: Settings) -> list[str]:
    """Name where a server of these settings can be; raises SettingsError if they don't tell."""
    if settings.port == 0:
        raise SettingsError("health: only the ready line of a server on port 0 tells its port; give the URL")
    return [f"http://{host}:{settings.port}" for host in find_reachable(settings.hosts)]


def ask_health(url: str) -> tuple[str | None, str]:
    """Ask a server how it is: its version if it is healthy, else None, and what is wrong.

    Raises SettingsError for what is no URL of a server.
    """
    import http.client  # noqa: PLC0415 -- this command only
    import json  # noqa: PLC0415 -- this command only

    scheme, host, port = _read_url(url)
    if scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=_TIMEOUT_S, context=_trust_any()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/_mock/health")
        answer = connection.getresponse()
        body = answer.read(10_000)
        report = json.loads(body) if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException, ValueError) as fault:
        return None, " ".join(str(getattr(fault, "strerror", None) or fault).split()) or type(fault).__name__
    finally:
        connection.close()
    if not isinstance(report, dict) or report.get("status") != "healthy":
        return None, f"HTTP {answer.status} {' '.join(body[:200].decode(errors='replace').split())}"
    return str(report.get("version")), ""


def _trust_any() -> ssl.SSLContext:
    """Make a context that takes every certificate: health is no secret, and the authority is not known here."""
    import ssl  # noqa: PLC0415 -- slow to import, and for https only

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _read_url(url: str) -> tuple[str, str, int]:
    from urllib.parse import urlsplit  # noqa: PLC0415 -- of no use to the other commands

    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        default = {"http": 80, "https": 443}.get(parts.scheme)
        if parts.hostname and default and parts.path in {"", "/"}:
            return parts.scheme, parts.hostname.replace("%25", "%"), parts.port or default
    except ValueError:
        pass
    raise SettingsError(f"health: '{url}' was found, a URL like http://127.0.0.1:8080 is expected")
