"""Who is asked, as the command's flags say: address, key, numbers, proxy; a flag that is wrong is told in one line."""

from __future__ import annotations

import ipaddress
import os
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from mock_bsg.compare.answers import printable
from mock_bsg.compare.exchanges import DRAMA_NUMBERS
from mock_bsg.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

BSG = "https://api.bsg.world"
_HOST = "api.bsg.world"
_ONE_API_HOST = "one-api.bsg.world"
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to ask: `url` without a slash at its end; the proxies on the way to either API, "" for none.

    `proxy_name` is how a proxy may be shown. The One API is asked if there is a key of it; "" is none.
    """

    url: str
    key: str
    numbers: tuple[str, ...] = DRAMA_NUMBERS
    proxy: str = ""
    proxy_name: str = ""
    one_api_key: str = ""
    one_api_proxy: str = ""

    @property
    def one_api_url(self) -> str:
        """Where the One API is asked: BSG's has a host of its own, anybody else's is under the same URL."""
        parts = urlsplit(self.url)
        is_bsg = parts.hostname == _HOST and parts.port in {None, 443 if parts.scheme == "https" else 80}
        return f"{parts.scheme}://{_ONE_API_HOST}" if is_bsg else self.url

    @property
    def is_live(self) -> bool:
        """Whether what is created may cost money."""
        return any(key and not key.startswith("test_") for key in (self.key, self.one_api_key))

    @property
    def is_readable_on_the_way(self) -> bool:
        """Whether key and answers travel without TLS beyond this machine."""
        parts = urlsplit(self.url)
        return parts.scheme == "http" and not _is_own_machine(parts.hostname or "")


def read_target(
    url: str, key: str, numbers: Sequence[str], *, one_api_key: str | None = None, allow_live: bool
) -> Target:
    """Read the flags; raises SettingsError, which never shows a key or a password."""
    key = _read_key("--api-key", key, allow_live=allow_live)
    other_key = "" if one_api_key is None else _read_key("--one-api-key", one_api_key, allow_live=allow_live)
    parts = _read_url(url)
    chosen = tuple(dict.fromkeys(_read_number(number) for number in numbers)) or DRAMA_NUMBERS
    proxy, name = _find_proxy(parts, getproxies())
    target = Target(f"{parts.scheme}://{parts.netloc}", key, chosen, proxy, name, other_key)
    if other_key:
        other, other_name = _find_proxy(urlsplit(target.one_api_url), getproxies())
        target = replace(target, proxy_name=name or other_name, one_api_proxy=other)
    if target.is_live and target.is_readable_on_the_way:
        raise SettingsError("compare: --url: a live key goes by https only")
    return target


def check_report(path: Path) -> None:
    """See that a report can be written there, and leave nothing behind; raises SettingsError."""
    try:
        is_new = not path.exists()
        # Not blocking: a pipe that nobody reads must not hold us up.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o644)
        is_file = stat.S_ISREG(os.fstat(handle).st_mode)
        os.close(handle)
        if is_new and is_file:
            path.unlink()
    except (OSError, ValueError) as fault:
        raise SettingsError(f"compare: {explain_report(path, fault)}") from None


def explain_report(path: Path, fault: OSError | ValueError) -> str:
    """Say why a report cannot be written."""
    reason = getattr(fault, "strerror", None) or str(fault)
    return f"--report: '{printable(str(path), 200)}' cannot be written: {reason}"


def _read_key(flag: str, text: str, *, allow_live: bool) -> str:
    key = text.strip()
    if not key:
        raise SettingsError(f"compare: {flag}: nothing was found, a key of BSG's is expected")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingsError(
            f"compare: {flag}: a key is made of printable ASCII characters without blanks; this one has others"
        )
    if len(key) > LONGEST_KEY:
        raise SettingsError(f"compare: {flag}: {len(key)} characters were found, at most {LONGEST_KEY} are expected")
    kind, _, secret = key.partition("_")
    if kind == "test" and secret:
        return key
    if not allow_live:
        raise SettingsError(
            f"compare: {flag}: only a key that begins with test_ is used, for what others create costs money; "
            "--allow-live takes any"
        )
    if not secret and kind in {"test", "live"}:
        raise SettingsError(f"compare: {flag}: the key ends after {kind}_")
    return key


def _read_url(url: str) -> SplitResult:
    expected = f"a URL like {BSG} is expected"
    if not url.isprintable() or " " in url or "\\" in url:
        raise SettingsError(f"compare: --url: blanks or characters that no URL has were found, {expected}")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError(f"compare: --url: no host and port that could be were found, {expected}") from None
    if "@" in parts.netloc or (not parts.netloc and "@" in url):
        raise SettingsError(f"compare: --url: a user name or a password was found, {expected}: the key is the only one")
    shown = printable(url, 100)
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise SettingsError(f"compare: --url: '{shown}' was found, {expected}")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or url.endswith(("?", "#")):
        raise SettingsError(
            f"compare: --url: '{shown}' was found, a URL with nothing behind its host is expected, as {BSG}; "
            "/rest is added to it, and /api for the One API"
        )
    return parts


def _read_number(text: str) -> str:
    number = text.strip().removeprefix("+")
    if not (number.isascii() and number.isdigit() and 8 <= len(number) <= 15 and number[0] != "0"):
        raise SettingsError(
            f"compare: --msisdn: '{printable(text, 40)}' was found, an international number of 8 to 15 digits "
            "is expected, as 447700900123"
        )
    return number


def _find_proxy(url: SplitResult, proxies: Mapping[str, str]) -> tuple[str, str]:
    """Find the proxy that the environment names for this address, and how to show it; raises SettingsError."""
    host = url.hostname or ""
    proxy = proxies.get(url.scheme) or proxies.get("all") or ""
    if not proxy or _is_own_machine(host) or proxy_bypass(url.netloc):
        return "", ""
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        name = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        raise SettingsError("compare: the proxy that the environment names is no URL; unset it, or mend it") from None
    if parts.scheme != "http" or not parts.hostname:
        raise SettingsError(
            f"compare: the environment names the proxy {printable(name, 100)}, and only http:// ones are used; "
            "no_proxy can name the host"
        )
    return parts.geturl(), name


def _is_own_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
