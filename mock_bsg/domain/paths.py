"""Paths of BSG's API, and how scenarios write them."""

from typing import Final

BASES: Final = ("/rest", "/v1.0")
"""BSG answers for the same functions under both; PHP's and Ruby's clients use the latter [client]."""


ONE_API: Final = "/api"
"""Under which the One API's functions are; a scenario writes their paths with it."""


def is_of_one_api(target: str) -> bool:
    """Whether a path is the One API's."""
    return target.startswith(ONE_API) and target[len(ONE_API) : len(ONE_API) + 1] in ("", "/", "?")


def function_path(target: str) -> str:
    """Write a path as scenarios do: without base, query and last slash."""
    path = target.partition("?")[0]
    base = next((base for base in BASES if path == base or path.startswith(base + "/")), "")
    return path.removeprefix(base).rstrip("/") or "/"
