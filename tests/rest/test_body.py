"""A body is what it parses as, whatever its header says."""

from typing import Any

import pytest

from mock_bsg.rest.body import NotReadableError, as_flag, as_text, as_whole_number, read_body

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=------------------------d74496d66958873e"
PHP_FORM = (
    b"--------------------------d74496d66958873e\r\n"
    b'Content-Disposition: form-data; name="msisdn"\r\n\r\n380972920000\r\n'
    b"--------------------------d74496d66958873e\r\n"
    b'Content-Disposition: form-data; name="reference"\r\n\r\n\xd0\xb9_1\r\n'
    b"--------------------------d74496d66958873e--\r\n"
)


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "text/json; charset=utf-8", "multipart/form-data", FORM, "text/plain", BOUNDARY],
)
def test_json_is_json_under_any_content_type(content_type: str) -> None:
    assert read_body(b'{"a": [1, "1", null]}', content_type) == {"a": [1, "1", None]}


def test_json_may_have_blanks_around_it() -> None:
    assert read_body(b'\r\n  {"a": 1}\n', "") == {"a": 1}


def test_a_real_multipart_form_comes_as_fields() -> None:
    assert read_body(PHP_FORM, BOUNDARY) == {"msisdn": "380972920000", "reference": "й_1"}


def test_a_real_urlencoded_form_comes_as_fields() -> None:
    assert read_body(b"msisdn=380972920000&reference=a+b%2F&tariff=", FORM) == {
        "msisdn": "380972920000",
        "reference": "a b/",
        "tariff": "",
    }


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"", ""),
        (b"", "application/json"),
        (b"", FORM),
        (b"", BOUNDARY),
        (b"{", "application/json"),
        (b"{'a': 1}", "application/json"),
        (b"msisdn=1", "application/json"),
        (b"no form", FORM),
        (b"\xff=\xfe", FORM),
        (b"no form", BOUNDARY),
        (b"\xff\xfe{}", "application/json"),
        (b'{"a": NaN}', "application/json"),
        (b"&".join(b"a=1" for _ in range(2_000)), FORM),
        (b"[" * 100_000, "application/json"),
    ],
)
def test_what_is_neither_json_nor_a_form_is_refused(raw: bytes, content_type: str) -> None:
    with pytest.raises(NotReadableError):
        read_body(raw, content_type)


NUMBERS: list[Any] = [7, "7", "-7", "007"]
NO_NUMBERS: list[Any] = [None, "", "-", "7.0", 7.0, True, [], {}, "\u0667", "1" * 30]
TEXTS: list[Any] = ["a", 380972920000, ""]
NO_TEXTS: list[Any] = [None, True, 1.5, [], {}]
YES: list[Any] = [True, 1, "1", "true", "TRUE"]
NO: list[Any] = [False, 0, "0", "false"]
NO_FLAGS: list[Any] = [None, 2, "yes", "", 1.0, [], {}]


def test_numbers_come_as_numbers_or_strings() -> None:
    assert [as_whole_number(value) for value in NUMBERS] == [7, 7, -7, 7]
    assert {as_whole_number(value) for value in NO_NUMBERS} == {None}


def test_texts_come_as_texts_or_numbers() -> None:
    assert [as_text(value) for value in TEXTS] == ["a", "380972920000", ""]
    assert {as_text(value) for value in NO_TEXTS} == {None}


def test_flags_come_as_booleans_numbers_or_strings() -> None:
    assert {as_flag(value) for value in YES} == {True}
    assert {as_flag(value) for value in NO} == {False}
    assert {as_flag(value) for value in NO_FLAGS} == {None}
