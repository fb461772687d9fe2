"""Paths of BSG's API, and how scenarios write them."""

from typing import Final

BASES: Final = ("/rest", "/v1.0")
"""BSG answers for the same functions under both; PHP's and Ruby's clients use the latter [client]."""


def function_path(target: str) -> str:
    """Write a path as scenarios do: without base, query and last slash."""
    path = target.partition("?")[0]
    base = next((base for base in BASES if path == base or path.startswith(base + "/")), "")
    return path.removeprefix(base).rstrip("/") or "/"
