from __future__ import annotations

import base64

import pytest

from mock_bsg.domain.credentials import (
    find_ignored,
    find_misplaced,
    find_oddity,
    is_token_name,
    mask_header,
    mask_target,
)

BASIC = base64.b64encode(b"test_secret:").decode()
BASIC_PASSWORD = base64.b64encode(b"api:test_secret").decode()


@pytest.mark.parametrize(
    "name",
    [
        "Authorization", "authorization", "Proxy-Authorization", "X-API-KEY", "x_api_key", "api-key", "apikey",
        "X-API-TOKEN", "X-Auth-Token", "X-Access-Token", "Token", "key", "access_token", "api_key", "Cookie",
        "Set-Cookie", "Api-Key", "client_secret", "password", "X-CSRF-Token", "X-BSG-Key", "X-Auth",
    ],
)  # fmt: skip
def test_name_of_a_token_is_known_however_it_is_spelt(name: str) -> None:
    assert is_token_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "X-API-SOURCE", "Content-Type", "User-Agent", "Author", "Idempotency-Key", "Sec-WebSocket-Key", "tariff_code",
        "product", "monkey", "X-Request-Id", "keyword", "",
    ],
)  # fmt: skip
def test_other_names_are_none(name: str) -> None:
    assert not is_token_name(name)


@pytest.mark.parametrize(
    ("header", "value", "shown"),
    [
        ("Authorization", "Bearer test_0ZeXYZsecret", "Bearer test_0Ze…"),
        ("authorization", "test_0ZeXYZsecret", "test_0Ze…"),
        ("Authorization", "Basic dXNlcjpwYXNzd29yZA==", "Basic dXN…"),
        ("Proxy-Authorization", "Bearer 0ZeXYZsecret", "Bearer 0Ze…"),
        ("X-API-KEY", "Bearer test_0ZeXYZsecret", "Bearer test_0Ze…"),
        ("api-key", "0ZeXYZsecret", "0Ze…"),
        ("Cookie", "session=secret; theme=dark", "session=…; theme=…"),
        ("Cookie", "secret", "secret=…"),
        ("User-Agent", "curl/8.5", "curl/8.5"),
        ("X-BSG", "live_0ZeXYZsecret", "live_0Ze…"),
        ("X-Api", "test_0ZeXYZsecret", "test_0Ze…"),
        ("Ocp-Apim-Subscription-Key", "test_0ZeXYZsecret", "test_0Ze…"),
        ("X-API-SOURCE", "test_integration1", "test_integration1"),
        ("X-Request-Id", "test_0ZeXYZ123456", "test_0ZeXYZ123456"),
        ("X-BSG", "42", "42"),
    ],
)
def test_header_is_shown_without_its_secret(header: str, value: str, shown: str) -> None:
    assert mask_header(header, value) == shown


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/rest/viber/1", "/rest/viber/1"),
        ("/rest/viber/1?", "/rest/viber/1?"),
        ("/rest/viber/1?api_key=test_0ZeXYZsecret&a=%2F+b&a", "/rest/viber/1?api_key=test_0Ze…&a=%2F+b&a"),
        ("/x?X-API%2DKEY=0ZeXYZsecret", "/x?X-API%2DKEY=0Ze…"),
        ("/x?token&key=", "/x?token&key=…"),
        ("/x?k=live_0ZeXYZsecret&mcc=255", "/x?k=live_0Ze…&mcc=255"),
        ("/rest/live_0ZeXYZsecret/viber/1", "/rest/live_0Ze…/viber/1"),
        ("/v1.0/test_0ZeXYZsecret", "/v1.0/test_0Ze…"),
        ("/live_0ZeXYZsecret/rest/viber/1?a=b", "/live_0Ze…/rest/viber/1?a=b"),
        ("//rest//live_0ZeXYZsecret", "//rest//live_0Ze…"),
        ("http://x.example/live_0ZeXYZsecret", "http://x.example/live_0Ze…"),
        ("/rest/viber/reference/test_order_1234567", "/rest/viber/reference/test_order_1234567"),
        ("/rest/sms/live_order_1234567", "/rest/sms/live_order_1234567"),
    ],
)
def test_query_is_shown_without_its_secrets(target: str, shown: str) -> None:
    assert mask_target(target) == shown


@pytest.mark.parametrize(
    ("headers", "query", "where", "key"),
    [
        ([("Authorization", "Bearer test_secret")], "", "there is Authorization: Bearer", "test_secret"),
        ([("authorization", "bearer  test_secret ")], "", "there is authorization: bearer", "test_secret"),
        ([("Authorization", "test_secret")], "", "there is Authorization:", "test_secret"),
        ([("Authorization", "ApiKey test_secret")], "", "there is Authorization: ApiKey", "test_secret"),
        ([("Authorization", f"Basic {BASIC}")], "", "there is Authorization: Basic", "test_secret"),
        ([("Authorization", f"Basic {BASIC_PASSWORD}")], "", "there is Authorization: Basic", "test_secret"),
        ([("Authorization", "Basic !")], "", "there is Authorization: Basic", ""),
        ([("X-API-TOKEN", "test_secret")], "", "there is X-API-TOKEN:", "test_secret"),
        ([("api-key", "other"), ("Authorization", "Bearer test_a")], "", "there is Authorization: Bearer", "test_a"),
        ([("X_API_KEY", "test_secret")], "", "there is X_API_KEY:", "test_secret"),
        ([], "mcc=255&api_key=test_secret", "the query has api_key", "test_secret"),
    ],
)
def test_key_that_came_elsewhere_is_found(headers: list[tuple[str, str]], query: str, where: str, key: str) -> None:
    found = find_misplaced(headers, query)
    assert found is not None
    assert (found.where, found.key) == (where, key)
    assert "secret" not in str(found)
    assert "X-API-KEY" in str(found)


@pytest.mark.parametrize(
    ("headers", "query", "path", "where"),
    [
        ([("X-BSG", "test_0ZeXYZsecret")], "", "/rest/viber/1", "there is X-BSG:"),
        ([("Api-Login", "test_0ZeXYZsecret")], "", "", "there is Api-Login:"),
        ([], "k=test_0ZeXYZsecret", "/rest/viber/1", "the query has k"),
        ([], "", "/rest/test_0ZeXYZsecret/viber/1", "the path has"),
        ([], "", "/test_0ZeXYZsecret", "the path has"),
    ],
)
def test_key_that_came_elsewhere_is_known_by_its_looks(
    headers: list[tuple[str, str]], query: str, path: str, where: str
) -> None:
    assert find_misplaced(headers, query, path) == (where, "test_0ZeXYZsecret")


def test_reference_that_looks_like_a_key_is_none() -> None:
    assert find_misplaced([], "", "/rest/viber/reference/test_order12345678") is None


@pytest.mark.parametrize(
    "headers",
    [[], [("X-API-KEY", "")], [("Cookie", "session=test_a")], [("Authorization", " ")], [("X-API-SOURCE", "test_a")]],
)
def test_nothing_is_found_where_no_key_came(headers: list[tuple[str, str]]) -> None:
    assert find_misplaced(headers, "mcc=255&key=") is None


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("Bearer test_a", "'Bearer' stands before the key"),
        ("bearer: test_a", "'bearer:' stands before the key"),
        ("X-API-KEY: test_a", "'X-API-KEY:' stands before the key"),
        ("X-API-KEY:test_a", "'X-API-KEY:' stands before the key"),
        ('"test_a"', '" and " stand around the key'),
        ("'test_a'", "' and ' stand around the key"),
        ("\u201ctest_a\u201d", "stand around the key"),
        ("[test_a]", "[ and ] stand around the key"),
        ('test_a"', "a quote stands at one end"),
        ("<YOUR_ACCESS_KEY>", "placeholder"),
        ("${BSG_KEY}", "placeholder"),
        ("$BSG_KEY", "placeholder"),
        ("{{ bsg_key }}", "placeholder"),
        ("%BSG_KEY%", "placeholder"),
        ("test_a, test_b", "more than one"),
        ("test_a test_b", "more than one"),
    ],
)
def test_key_that_is_written_in_an_odd_way_is_told(key: str, said: str) -> None:
    assert said in (find_oddity(key) or "")


@pytest.mark.parametrize(
    "key", ["test_a", "live_a.b-c_d", "a", "test_sms-fallback.order-7", "ключ", "test_{id}", "Bearer"]
)
def test_plain_key_is_nothing_odd(key: str) -> None:
    assert find_oddity(key) is None


def test_token_beside_the_key_is_told_but_not_what_a_proxy_may_want() -> None:
    assert "Bearer test_0Ze… is not read" in (find_ignored("Bearer test_0ZeXYZsecret") or "")
    assert find_ignored("Basic dXNlcjpwYXNz") is None
    assert find_ignored("") is None
