"""Worlds that earlier versions wrote show the same in this one, or are refused with what to do.

`python -m tests.worlds.data NAME` makes the next: where records or tables have changed, before a version is given out.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.worlds.errors import WorldError
from tests.worlds.data.__main__ import DATA, main, make, read

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(DATA.glob("*.world"))


def differences(golden: Any, now: Any, where: str = "") -> list[str]:
    """Tell where something is not as it was; what has been added since is no difference."""
    if isinstance(golden, dict) and isinstance(now, dict):
        return [each for name, value in golden.items() for each in differences(value, now.get(name), f"{where}/{name}")]
    if isinstance(golden, list) and isinstance(now, list) and len(golden) == len(now):
        return [
            each
            for place, (was, is_now) in enumerate(zip(golden, now, strict=True))
            for each in differences(was, is_now, f"{where}/{place}")
        ]
    return [] if golden == now else [f"{where}: was {golden!r}, is {now!r}"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_world_of_an_earlier_version_shows_the_same(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / file.name
    shutil.copyfile(file, copy)
    golden = json.loads(file.with_suffix(".json").read_text("utf-8"))
    try:
        shown = await read(copy)
    except WorldError as refusal:
        said = str(refusal)
        assert "\n" not in said
        assert "use mock-bsg" in said, "it says which version opens it"
    else:
        assert differences(golden, shown) == []


async def test_world_that_is_made_now_has_all_kinds_of_commands(tmp_path: Path) -> None:
    await make(tmp_path / "made.world")
    shown = await read(tmp_path / "made.world")
    golden = json.loads(FILES[-1].with_suffix(".json").read_text("utf-8"))
    assert kinds(shown) == kinds(golden), "make the next world: python -m tests.worlds.data NAME"
    assert shown.keys() == golden.keys()


def kinds(shown: dict[str, Any]) -> set[str]:
    return {entry["kind"] for account in shown.values() for entry in account["end"]["/log"]["commands"]}


def test_world_of_an_earlier_version_is_not_made_anew() -> None:
    with pytest.raises(SystemExit, match=r"version-1\.world is there: it is what people have, and stays as it is"):
        main("version-1")
