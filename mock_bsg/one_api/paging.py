"""Pages of the One API's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import Field

from mock_bsg.one_api.fields import Part, choice, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = TypeVar("Row")

LARGEST_OFFSET = 2**53


class Paged(Part):
    """Which page of a list is asked for, and in which order; each list has its own limits and words for them."""

    offset: Annotated[int, whole(0, LARGEST_OFFSET)] = Field(0, alias="page[offset]")
    way: Annotated[str, choice("asc", "desc")] = "asc"
    limit: int
    sort: str


def cut(rows: Sequence[Row], wanted: Paged) -> Sequence[Row]:
    return rows[wanted.offset : wanted.offset + wanted.limit]


def tell_page(wanted: Paged, total: int) -> dict[str, Any]:
    """Word `meta` of a list."""
    return {"page": {"limit": wanted.limit, "offset": wanted.offset, "total": total}}
