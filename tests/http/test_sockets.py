"""A server listens at every address of its setting that this machine has, on one port, or says in one line why not."""

from __future__ import annotations

import errno
import socket
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NoReturn

import pytest

from mock_bsg.http import sockets
from mock_bsg.http.sockets import ServerError, open_sockets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.http.sockets import Place


async def listen(*hosts: str, port: int = 0) -> list[str]:
    """Open sockets for these hosts, and close them; the addresses that they had, by families."""
    opened = await open_sockets(hosts, port, "port")
    names = [each.getsockname()[:2] for each in opened]
    for each in opened:
        each.close()
    assert len({bound for _, bound in names}) == 1
    return [address for address, _ in names]


def lack(monkeypatch: pytest.MonkeyPatch, family: int, number: int, stage: str = "bind") -> None:
    """Let the system say this of every address of a family: when a socket is made, or when it is bound."""
    make = socket.socket

    class Lacking(make):  # type: ignore[misc, valid-type] # the class of sockets itself
        def __init__(self, of: int = -1, *more: int) -> None:
            if of == family and stage == "make":
                raise OSError(number, "not here")
            super().__init__(of, *more)

        def bind(self, address: tuple[str, int]) -> None:
            if self.family == family:
                raise OSError(number, "not here")
            super().bind(address)

    monkeypatch.setattr("socket.socket", Lacking)


NO_FAMILY = [(errno.EAFNOSUPPORT, "make"), (errno.EADDRNOTAVAIL, "bind"), (errno.EPROTONOSUPPORT, "make")]


@pytest.mark.usefixtures("ipv6")
@pytest.mark.parametrize(
    ("hosts", "addresses"),
    [
        (["localhost"], ["127.0.0.1", "::1"]),
        (["127.0.0.1", "::1"], ["127.0.0.1", "::1"]),
        (["::1", "127.0.0.1"], ["::1", "127.0.0.1"]),
        (["::1"], ["::1"]),
        (["*"], ["0.0.0.0", "::"]),
        (["::"], ["0.0.0.0", "::"]),
        (["0.0.0.0"], ["0.0.0.0"]),
        (["0.0.0.0", "::1"], ["0.0.0.0", "::1"]),
        (["127.0.0.1", "*", "::1", "localhost"], ["0.0.0.0", "::"]),
        (["localhost", "127.0.0.1", "0:0::1"], ["127.0.0.1", "::1"]),
    ],
)
async def test_all_addresses_of_the_hosts_get_the_same_free_port(hosts: list[str], addresses: list[str]) -> None:
    assert await listen(*hosts) == addresses


@pytest.mark.usefixtures("ipv6")
async def test_a_socket_of_ipv6_is_of_ipv6_only_whatever_the_system_does_by_default() -> None:
    plain, other = await open_sockets(["*"], 0, "port")
    with plain, other:
        assert other.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1
        port = plain.getsockname()[1]
        for address in ("127.0.0.1", "::1"):
            socket.create_connection((address, port), timeout=10).close()


@pytest.mark.parametrize(("number", "stage"), NO_FAMILY)
@pytest.mark.parametrize(("host", "address"), [("localhost", "127.0.0.1"), ("*", "0.0.0.0"), ("::", "0.0.0.0")])
async def test_a_machine_without_ipv6_listens_by_ipv4(
    monkeypatch: pytest.MonkeyPatch, host: str, address: str, number: int, stage: str
) -> None:
    lack(monkeypatch, socket.AF_INET6, number, stage)
    assert await listen(host) == [address]


@pytest.mark.parametrize(
    "hosts", [["localhost", "127.0.0.1"], ["127.0.0.1", "localhost"], ["localhost", "127.0.0.1", "localhost"]]
)
async def test_an_address_may_be_wanted_twice(monkeypatch: pytest.MonkeyPatch, hosts: list[str]) -> None:
    lack(monkeypatch, socket.AF_INET6, errno.EADDRNOTAVAIL)
    assert await listen(*hosts) == ["127.0.0.1"]


@pytest.mark.usefixtures("ipv6")
@pytest.mark.parametrize(("host", "address"), [("localhost", "::1"), ("*", "::")])
async def test_a_machine_without_ipv4_listens_by_ipv6(monkeypatch: pytest.MonkeyPatch, host: str, address: str) -> None:
    lack(monkeypatch, socket.AF_INET, errno.EAFNOSUPPORT, "make")
    assert await listen(host) == [address]


@pytest.mark.parametrize(("number", "stage"), NO_FAMILY)
@pytest.mark.parametrize("hosts", [["::1"], ["127.0.0.1", "::1"], ["localhost", "::1"]])
async def test_an_address_that_was_named_must_be_there_and_nothing_stays_open(
    monkeypatch: pytest.MonkeyPatch, hosts: list[str], number: int, stage: str
) -> None:
    lack(monkeypatch, socket.AF_INET6, number, stage)
    with pytest.raises(ServerError) as caught:
        await listen(*hosts)
    assert str(caught.value) == (
        "'::1' is no address of this machine; choose one with --host or MOCK_BSG_HOST, * takes all"
    )


@pytest.mark.parametrize(
    "host",
    [
        "nowhere.invalid",
        "192.0.2.1",
        "2001:db8::1",
        "fe80::1%no-such0",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "a..b",
        "é" * 70,
    ],
)
async def test_a_host_that_is_not_ours_or_none_at_all_is_one_line(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    look_up = socket.getaddrinfo

    def resolve_no_names(asked: str, *more: object, **options: object) -> object:
        if asked == "nowhere.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(asked, *more, **options)  # type: ignore[arg-type] # as they came

    monkeypatch.setattr("socket.getaddrinfo", resolve_no_names)
    with pytest.raises(ServerError, match=r"^'.*' is no address of this machine; choose one with --host"):
        await listen(host)


async def test_a_link_local_address_without_its_interface_is_told_how_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lack(monkeypatch, socket.AF_INET6, errno.EINVAL)
    with pytest.raises(ServerError, match=r"^a link-local address needs its interface: write fe80::1%eth0, if that is"):
        await listen("fe80::1")


async def test_a_name_stands_for_those_of_its_addresses_that_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    assert await listen("my-machine.test") == ["127.0.0.1"]


@contextmanager
def taken(address: str) -> Iterator[int]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.create_server((address, 0), family=family)) as other:
        yield other.getsockname()[1]


@pytest.mark.usefixtures("ipv6")
@pytest.mark.parametrize(
    ("address", "host", "named"),
    [
        ("127.0.0.1", "localhost", "127.0.0.1"),
        ("::1", "localhost", "::1"),
        ("127.0.0.1", "*", "0.0.0.0"),
        ("::1", "::", "::"),
    ],
)
async def test_a_port_that_is_taken_at_one_address_is_told_with_it_and_none_stays_open(
    address: str, host: str, named: str
) -> None:
    with taken(address) as port:
        with pytest.raises(ServerError) as caught:
            await listen(host, port=port)
        assert str(caught.value) == (
            f"port {port} is taken on {named}; choose another with --port or MOCK_BSG_PORT, 0 takes a free one"
        )
    assert await listen(host, port=port)


@pytest.mark.usefixtures("ipv6")
async def test_a_free_port_that_is_taken_at_another_address_is_no_free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    listen_at = sockets._listen  # noqa: SLF001 -- no machine can be made to do so
    tries = iter((False, False, True))

    def fail_twice(place: Place, port: int) -> socket.socket:
        if place.family == socket.AF_INET6 and not next(tries):
            raise OSError(errno.EADDRINUSE, "in use")
        return listen_at(place, port)

    monkeypatch.setattr(sockets, "_listen", fail_twice)
    assert await listen("localhost") == ["127.0.0.1", "::1"]

    tries = iter([False] * 1000)
    with pytest.raises(ServerError, match=r"^no port was found that is free on 127\.0\.0\.1 and ::1; choose one with"):
        await listen("localhost")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "port 80 is not for this user on 127.0.0.1; choose one above 1023 with --tls-port or MOCK_BSG_"),
        (errno.EPERM, "port 80 is not for this user on 127.0.0.1; choose one above 1023 with --tls-port or MOCK_BSG_"),
        (errno.EMFILE, "too many files are open: a server needs 20 and one for each connection; raise the limit"),
        (errno.ENFILE, "too many files are open: a server needs 20 and one for each connection; raise the limit"),
        (errno.ENOBUFS, "port 80 cannot be opened on 127.0.0.1: No buffer space available"),
    ],
)
async def test_whatever_the_system_says_is_one_line(monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(number, "No buffer space available")

    monkeypatch.setattr(sockets, "_listen", refuse)
    with pytest.raises(ServerError) as caught:
        await open_sockets(["localhost"], 80, "tls-port")
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
