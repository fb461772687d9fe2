"""Flags that are wrong are told in one line, before anything is sent, and without a secret in it."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 -- pytest reads it

import pytest

from mock_bsg.compare.target import Target, check_report, read_target
from mock_bsg.settings import SettingsError

KEY = "test_0ZeXYZsecret"
ONE_API_KEY = "test_9WvABCsecret"
LIVE = "live_0ZeXYZsecret"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def read(url: str = "https://api.bsg.world", key: str = KEY, *numbers: str, allow_live: bool = False) -> Target:
    return read_target(url, key, numbers, allow_live=allow_live)


def complaint(url: str = "https://api.bsg.world", key: str = KEY, *numbers: str, allow_live: bool = False) -> str:
    with pytest.raises(SettingsError) as refused:
        read(url, key, *numbers, allow_live=allow_live)
    text = str(refused.value)
    assert text.isprintable()
    assert "secret" not in text
    return text


def read_both(
    one_api_key: str = ONE_API_KEY, *, url: str = "https://api.bsg.world", allow_live: bool = False
) -> Target:
    return read_target(url, KEY, (), one_api_key=one_api_key, allow_live=allow_live)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://api.bsg.world", "https://api.bsg.world"),
        ("https://api.bsg.world/", "https://api.bsg.world"),
        ("HTTP://LocalHost:8080/", "http://LocalHost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_a_scheme_and_a_host(given: str, url: str) -> None:
    assert read(given).url == url


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("api.bsg.world", "'api.bsg.world' was found, a URL like https://api.bsg.world is expected"),
        ("api.bsg.world:443", "a URL like https://api.bsg.world is expected"),
        ("", "a URL like"),
        ("ftp://api.bsg.world", "a URL like"),
        ("file:///etc/passwd", "a URL like"),
        ("https://", "a URL like"),
        ("https://:443", "a URL like"),
        ("https://x:99999", "no host and port that could be"),
        ("https://x:port", "no host and port that could be"),
        ("https://x:0", "a URL like"),
        ("https://[::1", "no host and port that could be"),
        (
            "https://api.bsg.world/rest",
            "nothing behind its host is expected, as https://api.bsg.world; /rest is added to it, and /api",
        ),
        ("https://api.bsg.world/?a=b", "nothing behind its host"),
        ("https://api.bsg.world?", "nothing behind its host"),
        ("https://api.bsg.world#top", "nothing behind its host"),
        ("https://user:secret@api.bsg.world", "a user name or a password was found"),
        ("user:secret@api.bsg.world", "a user name or a password was found"),
        ("https://api.bsg.world\r\nX: y", "blanks or characters that no URL has"),
        ("https://api bsg.world", "blanks or characters that no URL has"),
        ("https://api.bsg.world\\@evil.example", "blanks or characters that no URL has"),
    ],
)
def test_an_address_that_is_none_is_told(url: str, told: str) -> None:
    assert told in complaint(url)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("", "nothing was found"),
        ("  ", "nothing was found"),
        ("test_", "begins with test_"),
        ("secret", "begins with test_"),
        (LIVE, "--allow-live takes any"),
        ("TEST_secret", "begins with test_"),
        ("test_secret\r\nX-Other: 1", "printable ASCII"),
        ("test_secret key", "printable ASCII"),
        ("test_secret\x00", "printable ASCII"),
        ("test_ключ-secret", "printable ASCII"),
        ("test_" + "secret" * 100, "at most 200"),
    ],
)
def test_a_key_that_is_none_is_told_without_showing_it(key: str, told: str) -> None:
    assert told in complaint(key=key)


@pytest.mark.parametrize("key", ['test_a"b\\c', "test_<YOUR>&'`|*", "test_a%41", " test_trimmed "])
def test_a_key_may_have_any_printable_character(key: str) -> None:
    assert read(key=key).key == key.strip()


def test_a_live_key_needs_leave_and_tls() -> None:
    assert read(key=LIVE, allow_live=True).is_live
    assert read("http://127.0.0.1:8080", LIVE, allow_live=True).is_live
    assert "https only" in complaint("http://api.bsg.world", LIVE, allow_live=True)
    assert "ends after live_" in complaint(key="live_", allow_live=True)
    assert not read(key=KEY, allow_live=True).is_live


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("", "compare: --one-api-key: nothing was found"),
        (" ", "compare: --one-api-key: nothing was found"),
        (LIVE, "compare: --one-api-key: only a key that begins with test_ is used"),
        ("test_", "compare: --one-api-key: only a key that begins with test_ is used"),
        ("test_\x01secret", "compare: --one-api-key: a key is made of printable ASCII"),
        ("test_secret" * 50, "compare: --one-api-key: 550 characters were found, at most 200 are expected"),
    ],
)
def test_a_key_of_the_one_api_follows_the_same_rules(key: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_both(key)

    assert str(refused.value).startswith(told)
    assert "secret" not in str(refused.value)


def test_a_key_of_the_one_api_may_be_any_where_that_was_agreed_to() -> None:
    assert read_both(f" {ONE_API_KEY}\n").one_api_key == ONE_API_KEY
    assert not read_both().is_live
    assert read_both(LIVE, allow_live=True).is_live
    assert read().one_api_key == ""
    with pytest.raises(SettingsError, match="https only"):
        read_both(LIVE, url="http://api.bsg.world", allow_live=True)


@pytest.mark.parametrize(
    ("url", "is_readable"),
    [
        ("http://api.bsg.world", True),
        ("http://10.0.0.7:8080", True),
        ("http://127.0.0.1:8080", False),
        ("http://127.9.9.9", False),
        ("http://[::1]", False),
        ("http://localhost", False),
        ("http://localhost.example", True),
        ("https://api.bsg.world", False),
    ],
)
def test_what_travels_without_tls_beyond_this_machine_is_known(url: str, is_readable: bool) -> None:  # noqa: FBT001 -- a case
    assert read(url).is_readable_on_the_way == is_readable


def test_numbers_are_read_as_people_write_them() -> None:
    assert read("https://api.bsg.world", KEY, "+380501234567", "380501234567", " 4915112345678").numbers == (
        "380501234567",
        "4915112345678",
    )


@pytest.mark.parametrize("number", ["", "0501234567", "050 123 45 67", "1234567", "1" * 16, "abc", "+", "٣٨٠٥٠١٢٣٤٥٦٧"])
def test_a_number_that_is_none_is_told(number: str) -> None:
    assert "an international number of 8 to 15 digits is expected" in complaint("https://api.bsg.world", KEY, number)


def test_a_proxy_of_the_environment_is_used_and_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128")
    there, here = read(), read("https://127.0.0.1:8443")

    assert (there.proxy, there.proxy_name) == ("http://me:secret@proxy.example:3128", "http://proxy.example:3128")
    assert (here.proxy, here.proxy_name) == ("", "")


@pytest.mark.parametrize(
    ("proxy", "told"),
    [("socks5://me:secret@proxy.example:1080", "only http:// ones are used"), ("http://[proxy", "is no URL")],
)
def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str, told: str) -> None:
    monkeypatch.setenv("all_proxy", proxy)

    assert told in complaint()


def test_no_proxy_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "bsg.world")

    assert read().proxy == ""


def test_a_proxy_is_looked_for_on_the_way_to_each_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    through_it, without_it = read_both(), read()
    monkeypatch.setenv("no_proxy", "one-api.bsg.world")
    past_it = read_both()

    assert through_it.proxy == through_it.one_api_proxy == "http://proxy.example:3128"
    assert (past_it.proxy, past_it.one_api_proxy) == ("http://proxy.example:3128", "")
    assert past_it.proxy_name == "http://proxy.example:3128"
    assert without_it.one_api_proxy == ""


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://api.bsg.world", "https://one-api.bsg.world"),
        ("https://API.bsg.world:443/", "https://one-api.bsg.world"),
        ("http://api.bsg.world", "http://one-api.bsg.world"),
        ("https://api.bsg.world:8443", "https://api.bsg.world:8443"),
        ("https://api.notificore.ru", "https://api.notificore.ru"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
    ],
)
def test_bsgs_one_api_has_a_host_of_its_own_and_anybody_elses_has_not(url: str, where: str) -> None:
    assert read(url).one_api_url == where


def test_looking_whether_a_report_can_be_written_changes_nothing(tmp_path: Path) -> None:
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text("kept")

    check_report(old)
    check_report(new)

    assert old.read_text() == "kept"
    assert not new.exists()


@pytest.mark.parametrize("name", ["", "missing/report.md", "file/report.md", "report\0.md", "x" * 300])
def test_a_report_that_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"--report: '.*' cannot be written: ") as refused:
        check_report(tmp_path / name)
    assert str(refused.value).isprintable()


def test_a_pipe_that_nobody_reads_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match="cannot be written"):
        check_report(tmp_path / "pipe")
