"""Imports run one way between rooms, as import-linter has it; and between modules they go in no circle."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mock_bsg

if TYPE_CHECKING:
    from collections.abc import Collection

ROOT = Path(mock_bsg.__file__).parent


def test_no_modules_import_each_other_in_a_circle_not_even_for_types() -> None:
    imports = read_imports(ROOT)
    assert len(imports) > 100
    assert find_circle(imports) == []


@pytest.mark.parametrize(
    "of_an_account",
    [
        "from mock_bsg.money import Price\n",
        "from mock_bsg import money\n",
        "import mock_bsg.money\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mock_bsg.money import Price\n",
        "def show() -> None:\n    from mock_bsg.money import Price\n",
    ],
)
def test_a_circle_is_found_however_it_is_imported(tmp_path: Path, of_an_account: str) -> None:
    (tmp_path / "__init__.py").write_text("", "utf-8")
    (tmp_path / "account.py").write_text(of_an_account, "utf-8")
    (tmp_path / "money.py").write_text("from mock_bsg.account import Account\n", "utf-8")
    assert set(find_circle(read_imports(tmp_path))) == {"mock_bsg.account", "mock_bsg.money"}


def read_imports(root: Path) -> dict[str, set[str]]:
    """Read which modules of the package each of them imports, wherever in its text that stands."""
    paths = {name_of(path.relative_to(root)): path for path in root.rglob("*.py")}
    return {
        name: {each for each in imported(ast.parse(path.read_text("utf-8")), paths.keys()) if each != name}
        for name, path in paths.items()
    }


def name_of(path: Path) -> str:
    parts = [part for part in path.with_suffix("").parts if part != "__init__"]
    return ".".join(["mock_bsg", *parts])


def imported(tree: ast.Module, modules: Collection[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in modules else node.module)
    return {name for name in found if name in modules}


def find_circle(imports: dict[str, set[str]]) -> list[str]:
    """Find modules that import each other in a circle; none if there is no such circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        found: list[str] = circle.args[1]
        return found
    return []
