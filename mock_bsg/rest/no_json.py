"""Why a body is no JSON, in words of whoever sent it: its charset, its quotes, what it is instead."""

from __future__ import annotations

import re

_SAMPLE = 4096
"""Bytes of a body that tell its charset."""
_MARKS = (  # the longer first: UTF-32's begins as UTF-16's
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"\xef\xbb\xbf", "UTF-8 with a byte order mark"),
)
_PACKED = ((b"\x1f\x8b", "gzip"), (b"\x78\x9c", "deflate"), (b"\x28\xb5\x2f\xfd", "zstd"))
_CYRILLIC = {"cp1251": "Windows-1251", "koi8_r": "KOI8-R", "cp866": "CP866"}
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_LOOKS = (
    (re.compile(r"\[object \w+\]"), "it is a JavaScript object made to text: JSON.stringify makes JSON of it"),
    (re.compile(r"'\s*[\[{]"), "it stands in single quotes, which a shell (Windows has one) took for a part of it"),
    (re.compile(r"[\[{\s]*'"), "its texts stand in single quotes: JSON has double ones"),
    (re.compile(r"[\[{\s]*[\u201c\u201d\u201e\u00ab]"), "its texts stand in typographic quotes: JSON has plain ones"),
    (re.compile(r"\[?\s*\{\s*[A-Za-z_]\w*\s*:"), "its names have no quotes, which a shell may have taken away"),
    (
        re.compile(r"\s*\[?\s*\{\s*\\+\""),
        "its quotes have backslashes before them, which belong to a shell or a program",
    ),
    (re.compile(r"\s*<"), "it looks like XML or HTML"),
    (re.compile(r"[\w.\[\]%-]+=[^\s]*$"), "it looks like a form, but its Content-Type does not say so"),
)


def explain(raw: bytes, content_type: str) -> str:
    """Say what a body that is no JSON seems to be; "" if nobody could say better than the parser."""
    for mark, name in _PACKED:
        if raw.startswith(mark):
            return f"it seems to be packed by {name}, which its Content-Encoding does not say"
    charset = _find_charset(raw, content_type)
    if charset:
        return f"it seems to be {charset}: plain UTF-8 is expected"
    text = raw[:_SAMPLE].decode("utf-8", "replace")
    return next((complaint for look, complaint in _LOOKS if look.match(text)), "")


def _find_charset(raw: bytes, content_type: str) -> str:
    """Name the charset of a body that is none of UTF-8's without a mark; "" if it is."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name
    # JSON begins with two characters of ASCII: where their zeros are tells how wide they are.
    zeros = [byte == 0 for byte in raw[:4]]
    if sum(zeros) == 3:
        return "UTF-32"
    if sum(zeros) == 2:
        return "UTF-16"
    try:
        raw.decode()
    except UnicodeDecodeError as fault:
        return _name_bytes(raw[:_SAMPLE], content_type) if fault.reason != "unexpected end of data" else _CUT
    return ""


_CUT = "UTF-8 that was cut in the middle of a character (a Content-Length in characters, not bytes?)"


def _name_bytes(sample: bytes, content_type: str) -> str:
    """Name a charset of one byte a character: the header's if it says one, else the likeliest."""
    stated = _HEADER_CHARSET.search(content_type)
    if stated is not None and stated[1].lower().replace("-", "").replace("_", "") not in {"utf8", "usascii", "ascii"}:
        return f"{stated[1]}, as its header says"
    words = _HIGH_BYTES.findall(sample)
    if not words or sum(map(len, words)) < 2 * len(words):
        return "Latin-1 or Windows-1252"  # letters with accents stand alone among others
    letters = b"".join(words)
    small = {name: _count_small_cyrillic(letters.decode(codec, "replace")) for codec, name in _CYRILLIC.items()}
    likeliest = max(small, key=lambda name: small[name])
    return likeliest if small[likeliest] * 2 > len(letters) else "in a charset of one byte a character"


def _count_small_cyrillic(text: str) -> int:
    """Count small letters, of which most texts are made: each charset has its capitals where others have those."""
    return len(re.findall("[\u0430-\u045f\u0491]", text))
