"""BSG's published exchanges come out as printed, fields in their order: the files in tests/golden."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from mock_bsg.scenario.library import BUILTIN

if TYPE_CHECKING:
    from tests.conftest import Serve

GOLDEN = sorted((Path(__file__).parent.parent / "golden").glob("*.json"))


def change(scenario: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The scenario with these values in the place of its own."""
    changed = dict(scenario)
    for name, value in changes.items():
        inner = scenario.get(name)
        changed[name] = change(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return changed


def in_order(value: Any) -> Any:
    """The value with its objects as lists of pairs, so that the order of fields counts when it is compared."""
    if isinstance(value, dict):
        return [(name, in_order(inner)) for name, inner in value.items()]
    return [in_order(inner) for inner in value] if isinstance(value, list) else value


def documented_with(changes: dict[str, Any]) -> str:
    """The built-in scenario `documented` with these changes, as JSON."""
    text = (BUILTIN / "documented.yaml").read_text(encoding="utf-8")
    # YAML's own dates would not pass through JSON.
    quoted = text.replace("start: 2017-01-17T09:20:02Z", 'start: "2017-01-17T09:20:02Z"')
    return json.dumps(change(YAML(typ="safe", pure=True).load(quoted), changes))


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
async def test_published_exchanges_come_out_as_printed(serve: Serve, key: str, path: Path) -> None:
    golden = read(path)
    client = await serve(documented_with(golden.get("changes", {})))
    for exchange in golden["exchanges"]:
        request = exchange["request"]
        answer = await client.request(
            request["method"], request["path"], json=request.get("body"), headers={"X-API-KEY": key}
        )
        found = json.loads(await answer.text())
        assert answer.status == exchange.get("status", 200)
        if "row" in exchange:
            ((name, row),) = exchange["row"].items()
            assert in_order(row) in in_order(found[name])
            found[name] = []
        assert in_order(found) == in_order(exchange["answer"])


def test_there_are_golden_files() -> None:
    assert len(GOLDEN) >= 10
