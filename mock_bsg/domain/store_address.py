"""Where a server keeps its accounts: a file, or Redis."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?=//|$)")
_REDIS = frozenset({"redis", "rediss"})
_EXPECTED = "a file (world.db, sqlite:///path/world.db) or redis://… is expected"


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """A file, or the URL of Redis or Valkey; one of the two is None."""

    file: Path | None = None
    url: str | None = None

    @classmethod
    def read(cls, text: str) -> StoreAddress:
        """Read what `--store` says; raises ValueError with a sentence."""
        text = text.strip()
        scheme = _SCHEME.match(text)
        if scheme is None:
            return cls(file=_read_path(text, text))
        kind = scheme[1].lower()
        if kind == "sqlite":
            return cls(file=_read_path(_path_of(text), text))
        if kind in _REDIS:
            return cls(url=_check_url(text))
        raise ValueError(f"'{mask_password(text)}' was found, {_EXPECTED}")

    def __str__(self) -> str:
        return str(self.file) if self.url is None else mask_password(self.url)


def mask_password(url: str) -> str:
    """Write a URL without the password in it."""
    return re.sub(r"(://[^/?#]*:)[^/?#]*(?=@)", r"\1…", url)


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.netloc not in {"", "localhost"} or parts.query or parts.fragment:
        raise ValueError(f"'{url}' was found, sqlite:/// and the path of a file are expected")
    return unquote(parts.path)


def _read_path(text: str, said: str) -> Path:
    if not text.strip("/ ") or "\0" in text or text.startswith(":memory:"):
        raise ValueError(f"'{said}' was found, {_EXPECTED}")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(f"'{said}' was found, but whose home ~ is, is not known here; write it out") from None


def _check_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        port, parts = None, None
    if parts is None or not parts.hostname or port == 0:
        raise ValueError(f"'{mask_password(url)}' was found, redis://host:port/database is expected")
    if parts.path.strip("/") and not parts.path.strip("/").isdigit():
        raise ValueError(f"'{mask_password(url)}' was found, the number of a database is expected as its path")
    return url
