"""JSON comes and goes the same way with orjson and without."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from typing import Any

import pytest

from mock_bsg import encoding

PARSERS = ["orjson", "standard library"]


@pytest.fixture(params=PARSERS, autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test of this file with orjson and without it."""
    if request.param == "orjson":
        pytest.importorskip("orjson")
    else:
        monkeypatch.setattr(encoding, "orjson", None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, -2, 0.25, true, null, "ю"]}', {"a": [1, -2, 0.25, True, None, "ю"]}),
        (' "\\ud83d\\ude00" ', "😀"),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
        ("18446744073709551616", 2.0**64),
        ("-9223372036854775809", -(2.0**63)),
        ("1" * 300, float("1" * 300)),
        ('"\\u0000"', "\x00"),
    ],
)
def test_json_is_read(text: str, value: Any) -> None:
    found = encoding.decode(text.encode())
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        b"", b" ", b"{", b"[1,]", b"{'a': 1}", b"{1: 2}", b"01", b"1.", b"nope", b"1 2", b'"a\nb"',
        b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1" * 400, b"1" * 5_000,
        b'"\\ud800"', b'"\\uDfff"', b'{"\\ud800": 1}', b'["\\ude00\\ud83d"]', b'"\xff"', b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}", '{"a": 1}'.encode("utf-16"), b"[" * 100_000, b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_what_is_no_json_is_refused_with_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        encoding.decode(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1, "b": [True, None, 0.23]}, '{"a":1,"b":[true,null,0.23]}'),
        ("ю 😀 \x7f", '"ю 😀 \x7f"'),
        ('\x1f\n\\"', '"\\u001f\\n\\\\\\""'),
        (0.0, "0.0"),
    ],
)
def test_json_is_written_compactly_in_utf8(value: Any, text: str) -> None:
    assert encoding.encode(value) == text.encode()


@pytest.mark.parametrize("value", ["\udc80", {"\ud800": "\udfff"}, 2**64, -(2**70), [[["\ud800"]]]])
def test_anything_a_request_can_carry_can_be_written(value: Any) -> None:
    assert json.loads(encoding.encode(value)) == value


def test_prices_are_written_as_they_are() -> None:
    chance = random.Random(1)  # noqa: S311 -- no secret
    for _ in range(500):
        amount = chance.randrange(10 ** chance.randint(1, 14))
        assert json.loads(encoding.encode(amount / 10**7)) == amount / 10**7


def test_server_works_where_there_is_no_orjson() -> None:
    program = (
        "import sys; sys.modules['orjson'] = None\n"
        "from mock_bsg import encoding\n"
        "assert encoding.orjson is None\n"
        "print(encoding.encode(encoding.decode(b'{\"price\": 0.23}')).decode())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == '{"price":0.23}\n'
