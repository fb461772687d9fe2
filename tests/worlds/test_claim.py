"""One server at a time uses a world file, and a claim goes with the process that had it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from mock_bsg.worlds.claim import Claim, is_claimed, lock_of
from mock_bsg.worlds.errors import WorldError
from tests.worlds.conftest import run_and_kill

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_one_is_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    claim = Claim(path)
    said = f"{path} is in use by another mock-bsg (process {os.getpid()}): stop that one, or give this one a file of"
    with pytest.raises(WorldError, match=f"^{re.escape(said)} its own$"):
        Claim(path)
    claim.release()
    Claim(path).release()
    assert list(tmp_path.iterdir()) == []


def test_a_claim_goes_with_a_process_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    run_and_kill("", path)
    assert lock_of(path).exists()
    assert not is_claimed(path)
    Claim(path).release()
    assert not lock_of(path).exists()


def test_the_same_file_by_another_name_is_claimed_too(tmp_path: Path) -> None:
    path, link = tmp_path / "a.world", tmp_path / "link.world"
    link.symlink_to(path)
    claim = Claim(path)
    assert is_claimed(link)
    with pytest.raises(WorldError):
        Claim(link)
    claim.release()


def test_looking_whether_there_is_a_claim_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    assert not is_claimed(path)
    assert list(tmp_path.iterdir()) == []
    claim = Claim(path)
    assert is_claimed(path)
    assert is_claimed(path)
    claim.release()
    assert not is_claimed(path)


def test_who_looks_for_an_instant_keeps_nobody_from_claiming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.world"
    looking = Claim(path)
    monkeypatch.setattr("mock_bsg.worlds.claim.time.sleep", lambda _: looking.release())
    Claim(path).release()


def test_a_lock_that_its_holder_just_removed_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.world"
    real = os.open
    opened: list[int] = []

    def open_too_early(name: str, flags: int, mode: int = 0o777) -> int:
        file = real(name, flags, mode)
        if not opened:
            lock_of(path).unlink()  # by its last holder, between opening and locking
        opened.append(file)
        return file

    monkeypatch.setattr(os, "open", open_too_early)
    claim = Claim(path)
    assert len(opened) == 2
    assert is_claimed(path)
    claim.release()


def test_there_is_none_where_there_is_no_directory(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Claim(tmp_path / "none" / "a.world")
