"""The differences that are meant: rows of docs/fidelity.md, each with the names under which the check meets it."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.rest.described.ledger import Difference

HEADING = "## Where we differ from BSG's description of 2026"
COLUMNS = ["id", "the description says", "the sandbox does", "why", "how the check names it"]
IN_WORDS = "in words only"
"""Stands instead of names in the row of a difference that no exchange can show."""


class Accepted(NamedTuple):
    """One row: a difference that is meant, in the page's cells."""

    id: str
    said: str
    done: str
    why: str
    names: frozenset[str]


def read_accepted(page: str) -> list[Accepted]:
    """Read the rows of the page's section; raises ValueError for one that is not like the others."""
    rows = []
    for line in page.partition(HEADING)[2].partition("\n## ")[0].splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells or cells == COLUMNS or set("".join(cells)) <= {"-"}:
            continue
        if len(cells) != len(COLUMNS) or not all(cells):
            raise ValueError(f"a row has to say {', '.join(COLUMNS)}: {line}")
        row_id, said, done, why, names = cells
        if names != IN_WORDS and not spell_out(names):
            raise ValueError(f"the last cell has to hold names of the check, or be {IN_WORDS!r}: {line}")
        rows.append(Accepted(row_id, said, done, why, frozenset(spell_out(names))))
    return rows


def spell_out(cell: str) -> list[str]:
    """List the names in a cell: `` `a.{b,c}` `` are a.b and a.c, as a shell reads it."""
    names = []
    for name in re.findall(r"`([^`]+)`", cell):
        # Braces without a comma belong to a name: `/sms/{id}`.
        parts = re.split(r"{([^{}]*,[^{}]*)}", name)
        choices = [part.split(",") if index % 2 else [part] for index, part in enumerate(parts)]
        names += ["".join(each) for each in itertools.product(*choices)]
    return names


def find_strange(found: Mapping[str, Difference], rows: Sequence[Accepted]) -> list[str]:
    """Tell the differences that no row accepts, each in some lines for people."""
    accepted = {name for row in rows for name in row.names}
    return [str(found[name]) for name in sorted(found.keys() - accepted)]


def find_gone(found: Mapping[str, Difference], rows: Sequence[Accepted]) -> list[str]:
    """Tell what rows accept and the check has not met."""
    return [f"{row.id}: {name}" for row in rows for name in sorted(row.names - found.keys())]


def find_doubled(rows: Sequence[Accepted]) -> list[str]:
    """Tell the names that more than one row accepts."""
    names = sorted(name for row in rows for name in row.names)
    return [name for name, after in itertools.pairwise(names) if name == after]
