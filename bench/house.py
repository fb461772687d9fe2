"""Figures of the house: how much there is in which room, and how many places name a message's fields."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from bench.report import Row, print_table

FIELDS: Final = frozenset(
    {
        "id", "channel", "msisdn", "reference", "sender", "text", "status", "price", "time_in", "rule", "options",
        "alt_route_of",
    }
)  # fmt: skip
"""What a message in a list has."""
MOST: Final = 8
"""Whoever spells so many of them in one class, function, call or literal words the whole message once more."""
_PLACES: Final = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "mock_bsg"
    lines: Counter[str] = Counter()
    files: Counter[str] = Counter()
    places: list[tuple[str, int]] = []
    for file in sorted(root.rglob("*.py")):
        path = file.relative_to(root)
        room = path.parts[0] if len(path.parts) > 1 else "(no room)"
        text = file.read_text("utf-8")
        lines[room] += sum(1 for line in text.splitlines() if line.strip())
        files[room] += 1
        places += [(f"{path}: {name}", count) for name, count in find_places(ast.parse(text))]
    rows = [Row(room, (str(files[room]), f"{count:,}")) for room, count in lines.most_common()]
    print_table("room", ("files", "lines"), [*rows, Row("all", (str(files.total()), f"{lines.total():,}"))])
    print_table(f"{len(places)} places", ("fields named",), [Row(name, (str(count),)) for name, count in places])
    return 0


def find_places(tree: ast.Module) -> list[tuple[str, int]]:
    """Find the functions and classes that name most fields of a message themselves; and how many each names."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, _PLACES):
            named = FIELDS & set(_names(node))
            if len(named) >= MOST:
                found.append((node.name, len(named)))
    return found


def _names(node: ast.AST) -> list[str]:
    """Collect keys, attributes, parameters and annotations; nested functions and classes are places of their own."""
    names: list[str] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _PLACES):
            continue
        match child:
            case ast.Constant(value=str(text)):
                names.append(text)
            case ast.keyword(arg=str(name)) | ast.arg(arg=name) | ast.Attribute(attr=name):
                names.append(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
        names += _names(child)
    return names


if __name__ == "__main__":
    sys.exit(main())
