from pathlib import Path

import pytest

from mock_bsg.scenario.errors import ScenarioError
from mock_bsg.scenario.texts import decode, read_file


def test_file_is_read_as_utf_8_without_its_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes("\ufeffdescription: Привіт\r\n".encode())
    assert read_file(file) == "description: Привіт\r\n"


@pytest.mark.parametrize(
    ("raw", "place", "byte"),
    [
        (b"\xff\xfes\x00", "1:1", "FF"),
        (b"\xef\xbb\xbf\xe9", "1:1", "E9"),
        ("# Привіт\nseed: 1 # ".encode() + b"\xcf", "2:11", "CF"),
        (b"seed: 1\r\n\xd0\n", "2:1", "D0"),
    ],
)
def test_first_byte_that_is_no_text_is_told_with_its_place(raw: bytes, place: str, byte: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        decode(raw, "mine.yaml")
    assert str(caught.value) == f"mine.yaml:{place}: the byte 0x{byte} is not UTF-8: save the file as UTF-8"


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.yaml:1:1: the file cannot be read: No such file or directory"):
        read_file(tmp_path / "none.yaml")
