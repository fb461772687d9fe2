"""Sockets to listen on: all addresses of a setting on one port, or one line that says why not and what to do."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import socket
from typing import TYPE_CHECKING, NamedTuple

from mock_bsg.descriptors import explain_exhaustion, is_exhaustion
from mock_bsg.settings import ALL_HOSTS, LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BACKLOG = 1024
"""Connections that may wait to be taken, at each socket."""
_TRIES = 50
"""How often a free port is looked for that is free at all addresses."""

# What the system says of an address that this machine hasn't got, be it for want of all of IPv6.
_ABSENT = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPFNOSUPPORT, errno.EPROTONOSUPPORT})


class ServerError(Exception):
    """A server that could not start; its text is one line that says why and what to do."""


class Place(NamedTuple):
    """An address to listen on."""

    family: int
    address: tuple[str | int, ...]

    @property
    def name(self) -> str:
        return str(self.address[0])

    @property
    def is_every(self) -> bool:
        """Whether it stands for all addresses of its family."""
        return self.name in {"0.0.0.0", "::"}

    @property
    def may_listen(self) -> bool:
        """Whether it can be one machine's: TCP speaks to no groups, yet systems let it try."""
        ip = ipaddress.ip_address(self.name.partition("%")[0])
        return not (ip.is_multicast or self.name == "255.255.255.255")

    def at(self, port: int) -> tuple[str | int, ...]:
        return (self.address[0], port, *self.address[2:])


async def open_sockets(hosts: Sequence[str], port: int, flag: str) -> list[socket.socket]:
    """Listen on one port at all addresses of `hosts`, on a free one if it is 0; raises ServerError.

    localhost stands for both loopbacks, * and :: for all addresses of IPv4 and IPv6, any other name for what it
    resolves to; of several addresses those are taken that this machine has. `flag` names the port's setting.
    """
    wanted = {host: await _find_places(host) for host in hosts}
    places = _merge(wanted.values())
    for _ in range(_TRIES):
        opened = _open_places(places, port, flag)
        if opened is not None:
            _check_hosts(wanted, opened)
            return list(opened.values())
    names = " and ".join(place.name for place in places)
    raise ServerError(f"no port was found that is free on {names}; choose one with {_name_setting(flag)}")


async def _find_places(host: str) -> list[Place]:
    if host == LOOPBACK:
        return [Place(socket.AF_INET, ("127.0.0.1", 0)), Place(socket.AF_INET6, ("::1", 0, 0, 0))]
    if host in ALL_HOSTS:
        return [Place(socket.AF_INET, ("0.0.0.0", 0)), Place(socket.AF_INET6, ("::", 0, 0, 0))]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, ValueError) as fault:  # a name of a form that no name has is a ValueError
        raise ServerError(explain_exhaustion() if is_exhaustion(fault) else _explain_absence(host)) from None
    known = [Place(family, (str(address[0]), *address[1:])) for family, _, _, _, address in found]
    known = [place for place in known if place.may_listen]
    if not known:
        raise ServerError(_explain_absence(host))
    return sorted(known, key=lambda place: place.family != socket.AF_INET)


def _merge(found: Iterable[list[Place]]) -> list[Place]:
    """Keep each place once, and of a family whose addresses are all wanted the one that stands for them."""
    places = list(dict.fromkeys(place for each in found for place in each))
    whole = {place.family for place in places if place.is_every}
    return [place for place in places if place.is_every or place.family not in whole]


def _open_places(places: list[Place], port: int, flag: str) -> dict[Place, socket.socket] | None:
    """Listen at all places that there are; None if a port that was free at one of them is taken at another."""
    with contextlib.ExitStack() as undo:
        opened: dict[Place, socket.socket] = {}
        bound = port
        for place in places:
            try:
                opened[place] = undo.enter_context(_listen(place, bound))
            except OSError as fault:
                if fault.errno in _ABSENT:
                    continue
                if fault.errno == errno.EADDRINUSE and not port and opened:
                    return None
                raise ServerError(_explain(fault, place.name, port, flag)) from None
            bound = opened[place].getsockname()[1]
        undo.pop_all()
        return opened


def _check_hosts(wanted: Mapping[str, list[Place]], opened: Mapping[Place, socket.socket]) -> None:
    """Raise ServerError for a host of which nothing is open."""
    whole = {place.family for place in opened if place.is_every}
    for host, places in wanted.items():
        if not any(place in opened or place.family in whole for place in places):
            for each in opened.values():
                each.close()
            raise ServerError(_explain_absence(host))


def _listen(place: Place, port: int) -> socket.socket:
    opened = socket.socket(place.family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would share the port with whoever has it
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if place.family == socket.AF_INET6:
            # IPv4 has a socket of its own: so each address is seen as what it is, whatever the system's default.
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind(place.at(port))
        opened.listen(BACKLOG)
        opened.settimeout(0)
    except BaseException:
        opened.close()
        raise
    return opened


def _explain(fault: OSError, address: str, port: int, flag: str) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"port {port} is taken on {address}; choose another with {_name_setting(flag)}, 0 takes a free one"
    if fault.errno in {errno.EACCES, errno.EPERM}:
        return f"port {port} is not for this user on {address}; choose one above 1023 with {_name_setting(flag)}"
    if is_exhaustion(fault):
        return explain_exhaustion()
    if fault.errno == errno.EINVAL and ipaddress.ip_address(address.partition("%")[0]).is_link_local:
        return f"a link-local address needs its interface: write {address}%eth0, if that is the one"
    return f"port {port} cannot be opened on {address}: {fault.strerror or fault}"


def _explain_absence(host: str) -> str:
    return f"'{host}' is no address of this machine; choose one with --host or MOCK_BSG_HOST, * takes all"


def _name_setting(flag: str) -> str:
    return f"--{flag} or MOCK_BSG_{flag.upper().replace('-', '_')}"
