"""Where delivery reports may go: loopback and private addresses, unless told otherwise."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

if TYPE_CHECKING:
    from mock_bsg.settings import Callbacks

# What a machine, its containers and its office call their own. Link-local addresses are not here: metadata services
# of clouds are, which must not be asked to do anything; one of them stands in a private range and is left out below.
_LOCAL = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "0.0.0.0/32", "::1/128", "::/128", "fc00::/7"),
    )
)
_METADATA = frozenset({ipaddress.ip_address("fd00:ec2::254")})


class RefusedError(Exception):
    """A report that is not sent, and why."""


class Resolver(AbstractResolver):
    """Resolves a name once and hands out only those of its addresses that may be called: the checked one is called.

    Each look-up has a thread of its own, which nobody waits for at the end. A pool would be full of those of a name
    whose server does not answer, as is usual without the internet, and other receivers' names would have to wait.
    """

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look a name up; raises RefusedError if reports may go to none of its addresses, OSError if it has none."""
        answer: Future[list[ResolveResult]] = Future()
        threading.Thread(target=_look_up, args=(answer, host, port, family), name="look-up", daemon=True).start()
        found = await asyncio.wrap_future(answer)
        if self._callbacks == "any":
            return found
        allowed = [address for address in found if is_local(address["host"])]
        if found and not allowed:
            raise RefusedError(_word_refusal(found[0]["host"], f"{host} ({found[0]['host']})"))
        return allowed

    async def close(self) -> None:
        """Do nothing: look-ups that are still under way end by themselves."""


def is_local(address: str) -> bool:
    """Whether reports may go to this IP address unless told otherwise: loopback and private ones."""
    ip = _read_address(address)
    return ip not in _METADATA and any(ip in network for network in _LOCAL if network.version == ip.version)


def receiver_of(url: str) -> str:
    """Read host and port; what is no URL has the empty one."""
    try:
        return URL(url).authority
    except ValueError:
        return ""


def check_url(text: str, callbacks: Callbacks) -> URL:
    """Read a URL; raises RefusedError if nothing can be sent there, or nothing may. Names are left to the resolver."""
    if callbacks == "off":
        raise RefusedError("--callbacks is off")
    try:
        url = URL(text)
    except ValueError as fault:
        raise RefusedError(f"'{text}' is no usable address: {fault}") from None
    host = url.raw_host
    if not host or not url.port:
        raise RefusedError(f"'{text}' is no usable address: it names no host")
    if callbacks == "local" and _is_numeric(host):
        try:
            is_allowed = is_local(host)
        except ValueError:
            # Forms like 2130706433 or 0177.1, which the system would take for an address all the same.
            raise RefusedError(f"'{host}' is no usable address: write it as 127.0.0.1") from None
        if not is_allowed:
            raise RefusedError(_word_refusal(host, host))
    return url


def _look_up(answer: Future[list[ResolveResult]], host: str, port: int, family: int) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
        answer.set_result([_result_of(host, port, *entry) for entry in found])
    except (OSError, UnicodeError) as fault:
        answer.set_exception(fault if isinstance(fault, OSError) else OSError(str(fault)))


def _result_of(
    host: str, port: int, family: int, _kind: int, proto: int, _name: str, address: tuple[str | int, ...]
) -> ResolveResult:
    # A link-local address of IPv6 means nothing without its interface, which comes last.
    scope = f"%{address[3]}" if family == socket.AF_INET6 and address[3] else ""
    return ResolveResult(
        hostname=host,
        host=f"{address[0]}{scope}",
        port=port,
        family=family,
        proto=proto,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _read_address(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Read an IP address, an IPv4 one also where it is wrapped in IPv6; raises ValueError."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return mapped or ip


def _is_numeric(host: str) -> bool:
    """Whether it is taken for an address as it stands, and so never comes to the resolver."""
    return ":" in host or host.replace(".", "").isdigit()


def _word_refusal(address: str, where: str) -> str:
    kind = "link-local" if _read_address(address).is_link_local else "public"
    return f"{where} is a {kind} address; --callbacks any allows it"
