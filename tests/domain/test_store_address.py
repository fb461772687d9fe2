from __future__ import annotations

from pathlib import Path

import pytest

from mock_bsg.domain.store_address import StoreAddress, mask_password


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("world.db", "world.db"),
        ("/data/world.db", "/data/world.db"),
        ("sqlite:///data/world.db", "/data/world.db"),
        ("sqlite:////data/world.db", "//data/world.db"),
        ("SQLITE:///data/my%20world.db", "/data/my world.db"),
        ("C:world.db", "C:world.db"),
        (" world.db ", "world.db"),
    ],
)
def test_file_is_named_by_a_path_or_a_url(text: str, file: str) -> None:
    assert StoreAddress.read(text) == StoreAddress(file=Path(file))


@pytest.mark.parametrize("url", ["redis://cache:6379/0", "rediss://user:secret@cache", "redis://[::1]:6379"])
def test_redis_is_named_by_its_url(url: str) -> None:
    assert StoreAddress.read(url) == StoreAddress(url=url)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("postgres://u:secret@db/x", "'postgres://u:…@db/x' was found"),
        ("sqlite://host/world.db", "sqlite:/// and the path of a file are expected"),
        ("sqlite:///", "a file"),
        (":memory:", "a file"),
        ("redis://", "redis://host:port/database is expected"),
        ("redis://cache:port", "redis://host:port/database is expected"),
        ("redis://cache/names", "the number of a database"),
    ],
)
def test_what_is_no_store_is_told_in_a_sentence(text: str, found: str) -> None:
    with pytest.raises(ValueError, match="was found") as wrong:
        StoreAddress.read(text)
    assert found in str(wrong.value)
    assert "secret" not in str(wrong.value)


def test_password_is_not_written() -> None:
    assert str(StoreAddress.read("redis://me:secret@cache/1")) == "redis://me:…@cache/1"
    assert mask_password("redis://:secret@cache") == "redis://:…@cache"
