"""An address is called as it was given: read once, never put together anew."""

from __future__ import annotations

import pytest

from mock_bsg.domain.web_address import WebAddress, mask_address


@pytest.mark.parametrize(
    ("text", "host", "port", "host_header", "target"),
    [
        ("http://127.0.0.1:9/dlr?sig=a%2Fb%3D&to=u%40x", "127.0.0.1", 9, "127.0.0.1:9", "/dlr?sig=a%2Fb%3D&to=u%40x"),
        ("HTTPS://LocalHost/A", "localhost", 443, "LocalHost", "/A"),
        ("http://localhost:80", "localhost", 80, "localhost:80", "/"),
        ("http://localhost:0080/", "localhost", 80, "localhost:0080", "/"),
        ("http://localhost:/", "localhost", 80, "localhost:", "/"),
        ("http://my_app?x", "my_app", 80, "my_app", "/?x"),
        ("http://h/a?#part", "h", 80, "h", "/a?"),
        ("http://h#part", "h", 80, "h", "/"),
        ("http://h/@x:1", "h", 80, "h", "/@x:1"),
        ("http://[::1]:9/", "::1", 9, "[::1]:9", "/"),
        ("http://[0:0::1]/", "::1", 80, "[0:0::1]", "/"),
        ("http://[fe80::1%25eth0]:9/", "fe80::1%eth0", 9, "[fe80::1]:9", "/"),
        ("http://[fe80::1%eth0]/", "fe80::1%eth0", 80, "[fe80::1]", "/"),
        ("http://приклад.test:9/ї", "xn--80aikifvh.test", 9, "xn--80aikifvh.test:9", "/ї"),
        ("http://h/👨‍👩‍👧🫨", "h", 80, "h", "/👨‍👩‍👧🫨"),
    ],
)
def test_each_part_of_an_address_is_as_it_was_given(
    text: str, host: str, port: int, host_header: str, target: str
) -> None:
    address = WebAddress.read(text)
    assert (address.host, address.port, address.host_header, address.target) == (host, port, host_header, target)
    assert address.authorization is None
    url = address.as_url()
    assert (url.raw_host, url.port, url.raw_path_qs) == (host, port, target)


@pytest.mark.parametrize(
    ("userinfo", "authorization"),
    [
        ("user:pw", "Basic dXNlcjpwdw=="),
        ("user", "Basic dXNlcjo="),
        ("user:p@w", "Basic dXNlcjpwQHc="),
        ("user:p%40w", "Basic dXNlcjpwQHc="),
        ("user:%D0%BF", "Basic dXNlcjrQvw=="),
        ("user:п", "Basic dXNlcjrQvw=="),
        (":", "Basic Og=="),
        ("", None),
    ],
)
def test_who_is_named_before_the_host_is_sent_as_basic_authentication(userinfo: str, authorization: str | None) -> None:
    address = WebAddress.read(f"http://{userinfo}@127.0.0.1:9/")
    assert (address.host, address.host_header, address.authorization) == ("127.0.0.1", "127.0.0.1:9", authorization)


@pytest.mark.parametrize(
    "text",
    [
        "", "h", "//h/", "ftp://h/", "http:h/", "http:///x", "http://", "http://:80/", "http://@/", "http://h:0/",
        "http://h:65536/", "http://h:-1/", "http://h:+1/", "http://h:8_0/", "http://h:\uff18\uff10/", "http://h:1:2/",
        "http://[::1/", "http://::1/", "http://[::1]x/", "http://[v1.x]/", "http://[127.0.0.1]/", "http://a\\b/",
        "http://h:" + "9" * 5000,
        *(f"http://127.0.0.1/a{bad}b" for bad in "\r\n\t\0\x0b\x0c\x1b\x1c\x1f \x7f\x80\x85\x9f\xa0\u1680\u2003"),
        *(f"http://127.0.0.1/a{bad}b" for bad in "\u200b\u2028\u2029\u202e\u202f\u205f\u2060\u3000\ufeff\ud800\udfff"),
        "http://a b/", "http://a\tb/", "http://user:p\nw@h/", "\nhttp://h/", "http://h/ ", "http://h/\n", "http://h/#\r",
    ],
)  # fmt: skip
def test_what_names_no_receiver_or_could_end_a_line_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        WebAddress.read(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://h/a/b?", "http://h/a/b?"),
        ("http://user:p:@w@h/", "http://user:…@h/"),
        ("http://token@h/", "http://…@h/"),
        ("http://h/@b:c", "http://h/@b:c"),
        ("http://h/?sig=a%2Fb%3D&to=u%40x#part", "http://h/?sig=…&to=…"),
        ("http://h/?dG9rZW4=&x=", "http://h/?…&…"),
        ("http://h?a=b=c&&d", "http://h?a=…&&…"),
        ("no address", "no address"),
    ],
)
def test_passwords_and_what_a_query_holds_are_not_shown(text: str, shown: str) -> None:
    assert mask_address(text) == shown
