from __future__ import annotations

import time

import pytest

from mock_bsg.control.guard import find_objection, find_objection_to_page

ALLOWED = frozenset({"sandbox.example.com"})


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost:8080", "LOCALHOST:8080", "localhost.", "bsg.localhost:8080",
        "127.0.0.1:8080", "192.168.1.7", "10.0.0.7:8080", "8.8.8.8", "[::1]:8080", "[fe80::1]",
        "mock-bsg:8080", "mock_bsg", "api", "sandbox.example.com", "Sandbox.Example.com:8080", "sandbox.example.com.",
    ],
)  # fmt: skip
def test_host_that_no_outsider_can_own_is_welcome(host: str) -> None:
    assert find_objection({"Host": host}, ALLOWED) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example.com", "evil.example.com:8080", "sandbox.example.com.evil.com", "127.0.0.1.nip.io",
        "localhost.evil.com:8080", "localhost@evil.com", "1.2.3", "1.2.3.4.5", ":8080", "[::1", "[evil.com]",
        "evil.com#localhost", "evil.com/localhost",
    ],
)  # fmt: skip
def test_name_that_could_be_pointed_here_from_outside_is_refused(host: str) -> None:
    objection = find_objection({"Host": host}, ALLOWED)
    assert objection is not None
    assert "MOCK_BSG_ALLOWED_HOSTS" in objection


@pytest.mark.parametrize(
    ("pattern", "welcome", "refused"),
    [
        ("*.svc.cluster.local", ["bsg.ns.svc.cluster.local", "bsg.svc.cluster.local:80"], ["svc.cluster.local"]),
        ("*.internal", ["bsg.internal", "BSG.team.Internal.:80"], ["bsg.internal.evil.com", "evilinternal.com"]),
        ("pr-*.example.com", ["pr-17.example.com", "pr-.example.com"], ["pr-17.evil.example.com", "xpr-1.example.com"]),
        ("bsg.*.example.com", ["bsg.eu.example.com", "bsg.a.b.example.com"], ["bsg.example.com", "bsg..example.com"]),
        ("*", ["evil.example.com", "a.b"], [""]),
        ("a.b-c.example", ["a.b-c.example"], ["aXb-c.example"]),
    ],
)  # fmt: skip
def test_wildcards_of_allowed_hosts_stand_for_labels(pattern: str, welcome: list[str], refused: list[str]) -> None:
    allowed = frozenset({pattern, "other.example.com"})
    assert [host for host in welcome if find_objection({"Host": host}, allowed) is not None] == []
    assert [host for host in refused if find_objection({"Host": host}, allowed) is None] == []


def test_page_of_another_site_is_refused_under_a_wildcard_too() -> None:
    headers = {"Host": "bsg.internal", "Origin": "http://other.internal"}
    assert find_objection(headers, frozenset({"*.internal"})) is not None


def test_long_host_is_not_looked_at_for_long() -> None:
    allowed = frozenset({"*.*.*.*.x"})
    began = time.process_time()
    assert find_objection({"Host": "a." * 4000 + "y"}, allowed) is not None
    assert find_objection({"Host": "a." * 120 + "y"}, allowed) is not None
    assert time.process_time() - began < 5


def test_client_that_names_no_host_is_no_browser_and_welcome() -> None:
    assert find_objection({}, ALLOWED) is None


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8080", "localhost:8080"),
        ("https://localhost:8443", "localhost:8443"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://mock-bsg:8080", "mock-bsg:8080"),
        ("http://LOCALHOST:8080", "localhost:8080"),
        ("http://localhost", "localhost"),
    ],
)
def test_own_page_may_steer(origin: str, host: str) -> None:
    assert find_objection({"Host": host, "Origin": origin}, ALLOWED) is None


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example.com", "null", "", "file://", "http://localhost", "http://localhost:3000",
        "http://localhost:8080.evil.com", "ftp://localhost:8080", "chrome-extension://abcdef", "localhost:8080", "http://[",
    ],
)  # fmt: skip
def test_page_of_another_site_must_not_steer(origin: str) -> None:
    objection = find_objection({"Host": "localhost:8080", "Origin": origin}, ALLOWED)
    assert objection is not None
    assert "must not steer" in objection


def test_page_that_was_rebound_to_this_machine_is_same_origin_and_refused_all_the_same() -> None:
    assert find_objection({"Host": "evil.com:8080", "Origin": "http://evil.com:8080"}, ALLOWED) is not None


def test_picture_or_script_tag_of_another_site_must_not_steer() -> None:
    headers = {"Host": "localhost:8080", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert find_objection(headers, ALLOWED) is not None


def test_link_of_another_site_may_be_followed() -> None:
    headers = {"Host": "localhost:8080", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert find_objection(headers, ALLOWED) is None


def test_form_of_another_site_must_not_steer() -> None:
    headers = {
        "Host": "localhost:8080",
        "Origin": "https://evil.com",
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
    }
    assert find_objection(headers, ALLOWED) is not None


def test_own_page_may_ask_by_get() -> None:
    assert find_objection({"Host": "localhost:8080", "Sec-Fetch-Site": "same-origin"}, ALLOWED) is None


def test_host_that_stands_before_the_path_counts_as_the_host_does() -> None:
    assert find_objection({"Host": "localhost:8080"}, ALLOWED, "evil.com") is not None
    assert find_objection({"Host": "evil.com"}, ALLOWED, "localhost") is not None
    assert find_objection({}, ALLOWED, "evil.com:8080") is not None
    assert find_objection({}, ALLOWED, "localhost:8080") is None
    assert find_objection({"Host": "localhost"}, ALLOWED, "sandbox.example.com") is None


def test_page_is_compared_with_the_host_that_stands_before_the_path() -> None:
    headers = {"Host": "proxy", "Origin": "http://localhost:8080"}
    assert find_objection(headers, ALLOWED, "localhost:8080") is None
    assert find_objection(headers, ALLOWED, "localhost:3000") is not None


def test_page_of_elsewhere_may_call_bsgs_api_unless_the_host_is_of_elsewhere_too() -> None:
    page = {"Origin": "https://shop.example"}
    assert find_objection_to_page(page | {"Host": "localhost:8080"}, ALLOWED) is None
    assert find_objection_to_page(page | {"Host": "sandbox.example.com"}, ALLOWED) is None
    assert find_objection_to_page(page | {"Host": "api.bsg.world"}, ALLOWED) is not None
    assert find_objection_to_page(page | {"Host": "localhost"}, ALLOWED, "api.bsg.world") is not None
    assert find_objection_to_page({"Host": "api.bsg.world"}, ALLOWED) is None
    assert find_objection_to_page(page, ALLOWED) is None


@pytest.mark.parametrize(
    "origin", ["null", "", "file://", "http://[", "localhost", "ftp://localhost", "http://x.evil.com"]
)
def test_origin_that_names_no_host_of_ours_is_foreign(origin: str) -> None:
    assert find_objection_to_page({"Host": "evil.com", "Origin": origin}, ALLOWED) is not None


@pytest.mark.parametrize("origin", ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:5173", "http://front"])
def test_page_of_this_machine_may_call_under_any_name(origin: str) -> None:
    assert find_objection_to_page({"Host": "api.bsg.world", "Origin": origin}, ALLOWED) is None
