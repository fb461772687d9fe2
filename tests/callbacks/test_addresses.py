"""Where delivery reports may go, address by address, and the reason where they may not."""

from __future__ import annotations

import pytest

from mock_bsg.callbacks.addresses import refuse


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "::1", "::", "10.1.2.3", "172.17.0.1", "192.168.65.2", "fd12::1",
        "::ffff:10.0.0.1", "100.64.0.1", "100.127.255.254", "::ffff:100.64.0.1", "fd7a:115c:a1e0::1", "169.254.1.2",
    ],
)  # fmt: skip
def test_what_a_machine_its_containers_and_its_office_call_their_own_is_local(address: str) -> None:
    assert refuse(address, "local") is None
    assert refuse(address, "any") is None


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("8.8.8.8", "a public address"),
        ("::ffff:8.8.8.8", "a public address"),
        ("2a00:1450::1", "a public address"),
        ("172.32.0.1", "a public address"),
        ("100.63.255.255", "a public address"),
        ("100.128.0.1", "a public address"),
        ("169.254.1.1", "a link-local address"),
        ("fe80::1%eth0", "a link-local address"),
        ("fec0::1", "a site-local address"),
        ("224.0.0.1", "a multicast address"),
        ("ff02::1%eth0", "a multicast address"),
        ("255.255.255.255", "the broadcast address"),
        ("240.0.0.1", "a reserved address"),
        ("0.1.2.3", "a reserved address"),
        ("192.0.2.1", "an address for documentation"),
        ("2001:db8::1", "an address for documentation"),
        ("198.18.0.1", "an address for benchmarks"),
        ("64:ff9b::7f00:1", "an IPv4 address behind NAT64"),
        ("64:ff9b:1::a00:1", "an IPv4 address behind NAT64"),
        ("2002:7f00:1::", "an IPv4 address in a tunnel"),
        ("2001:0:1::1", "an IPv4 address in a tunnel"),
    ],
)
def test_anything_else_is_named_as_what_it_is_and_allowed_by_any(address: str, kind: str) -> None:
    assert refuse(address, "local") == f"{kind}; --callbacks any allows it"
    assert refuse(address, "any") is None


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.42.42", "100.100.100.200", "100.96.0.96",
        "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:c1::a9fe:a9fe",
        "::ffff:169.254.169.254", "::ffff:100.100.100.200", "::169.254.169.254", "::ffff:0:169.254.169.254",
        "64:ff9b::169.254.169.254", "64:ff9b:1::169.254.169.254", "2001:db8:64::169.254.169.254",
        "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1", "2001:0:1:2:3:4:5601:5601", "fe80::5efe:169.254.169.254",
        "fe80::a9fe:a9fe%eth0",
    ],
)  # fmt: skip
def test_metadata_services_are_refused_whatever_else_is_allowed(address: str) -> None:
    assert refuse(address, "local") == "a metadata service of clouds; reports never go there"
    assert refuse(address, "any") == "a metadata service of clouds; reports never go there"
