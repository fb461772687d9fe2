"""Where delivery reports may go: what is local, unless told otherwise, and never where clouds keep their secrets."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple

from aiohttp.abc import AbstractResolver, ResolveResult

from mock_bsg.domain.web_address import WebAddress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.settings import Callbacks


class _Kind(NamedTuple):
    """What an address is, in words, and whether reports go there unless told otherwise."""

    words: str
    is_local: bool


_METADATA = _Kind("a metadata service of clouds", is_local=False)
_PUBLIC = _Kind("a public address", is_local=False)

# The first that an address is in says what it is. Local is what a machine, its containers and its office call theirs.
_KINDS = tuple(
    (_Kind(words, is_local), tuple(map(ipaddress.ip_network, networks.split())))
    for words, is_local, networks in (
        ("a loopback address", True, "127.0.0.0/8 0.0.0.0/32 ::1/128 ::/128"),
        ("a private address", True, "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"),
        ("an address of carrier-grade NAT", True, "100.64.0.0/10"),  # pods and tailnets have these
        ("podman's address of this machine", True, "169.254.1.2/32"),  # host.containers.internal
        ("a link-local address", False, "169.254.0.0/16 fe80::/10"),
        ("a site-local address", False, "fec0::/10"),
        ("a multicast address", False, "224.0.0.0/4 ff00::/8"),
        ("the broadcast address", False, "255.255.255.255/32"),
        ("a reserved address", False, "0.0.0.0/8 192.0.0.0/24 240.0.0.0/4 100::/64"),
        ("an address for documentation", False, "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20"),
        ("an address for benchmarks", False, "198.18.0.0/15 2001:2::/48"),
        ("an IPv4 address behind NAT64", False, "64:ff9b::/96 64:ff9b:1::/48"),
        ("an IPv4 address in a tunnel", False, "2002::/16 2001::/32"),
    )
)

# They hand out a machine's credentials to whoever asks from that machine.
_METADATA_SERVICES = frozenset(
    map(
        ipaddress.ip_address,
        (
            "169.254.169.254",  # AWS, Azure, Google, Oracle, OpenStack, DigitalOcean, Hetzner and many more
            "169.254.170.2",  # AWS: tasks of ECS
            "169.254.170.23",  # AWS: pods of EKS
            "169.254.169.250",  # Rancher
            "169.254.42.42",  # Scaleway
            "169.254.0.23",  # Tencent
            "100.100.100.200",  # Alibaba
            "100.96.0.96",  # Volcengine
            "168.63.129.16",  # Azure: what a machine asks for its configuration
            "192.0.0.192",  # Oracle, the older cloud
            "fd00:ec2::254",  # AWS
            "fd00:ec2::23",  # AWS: pods of EKS
            "fd20:ce::254",  # Google
            "fd00:c1::a9fe:a9fe",  # Oracle
            "fd00:a9fe:a9fe::1",  # Akamai
            "fd00:42::42",  # Scaleway
            "fe80::a9fe:a9fe",  # OpenStack
        ),
    )
)

_AnyAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


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
        refusals = {address["host"]: refuse(address["host"], self._callbacks) for address in found}
        allowed = [address for address in found if refusals[address["host"]] is None]
        if found and not allowed:
            raise RefusedError("; ".join(f"{host} ({address}) is {why}" for address, why in refusals.items()))
        return allowed

    async def close(self) -> None:
        """Do nothing: look-ups that are still under way end by themselves."""


def refuse(address: str, callbacks: Callbacks) -> str | None:
    """Say what an IP address is, and what allows it, if reports may not go there; None if they may."""
    kind = _find_kind(address)
    if kind is _METADATA:
        return f"{kind.words}; reports never go there"
    if kind.is_local or callbacks == "any":
        return None
    return f"{kind.words}; --callbacks any allows it"


def check_address(text: str, callbacks: Callbacks) -> WebAddress:
    """Read an address; raises RefusedError if nothing can be sent there, or nothing may. Names are for the resolver."""
    if callbacks == "off":
        raise RefusedError("--callbacks is off")
    try:
        address = WebAddress.read(text)
    except ValueError as fault:
        raise RefusedError(f"that is no usable address: {fault}") from None
    host = address.host
    proper = host if ":" in host else _spell_out(host)
    if proper is None:
        return address
    why = refuse(proper, callbacks)
    if why is not None:
        raise RefusedError(f"{host if host == proper else f'{host} ({proper})'} is {why}")
    if host != proper:
        # Forms like 2130706433 or 0177.1, which not every system takes for an address.
        raise RefusedError(f"'{host}' is no usable address: write it as {proper}")
    return address


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


def _find_kind(address: str) -> _Kind:
    """Tell what an IP address is; one that holds another which is a metadata service's is one, too."""
    ip = _read_address(address)
    if any(inner in _METADATA_SERVICES for inner in (ip, *_wrapped_in(ip))):
        return _METADATA
    for kind, networks in _KINDS:
        if any(ip in network for network in networks if network.version == ip.version):
            return kind
    return _PUBLIC


def _read_address(address: str) -> _AnyAddress:
    """Read an IP address, an IPv4 one also where it is mapped into IPv6; raises ValueError."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return mapped or ip


def _wrapped_in(ip: _AnyAddress) -> Iterator[ipaddress.IPv4Address]:
    """Go through the IPv4 addresses that an IPv6 one may lead to: by NAT64, 6to4, Teredo and older conventions."""
    if isinstance(ip, ipaddress.IPv6Address):
        number = int(ip)
        # NAT64 of any prefix, ISATAP, IPv4-compatible and -translated addresses all end with the other one.
        yield ipaddress.IPv4Address(number & 0xFFFFFFFF)
        if ip.sixtofour is not None:
            yield ip.sixtofour
        if ip.teredo is not None:
            yield from ip.teredo


def _spell_out(host: str) -> str | None:
    """Write as four numbers what the system would take for an IPv4 address, such as 2130706433; None for a name."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError:
        if host.replace(".", "").isdigit():
            raise RefusedError(f"'{host}' is no usable address: an IPv4 address is four numbers up to 255") from None
        return None
