"""Writes a file in place of another: whole, or what was there before stays."""

from __future__ import annotations

import os
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING

from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.world_opening import check_no_leftovers, check_place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Tell where to write a world that takes the place of `target` when nothing is raised; is gone if something is.

    Raises WorldError where it cannot be, or where `target` is a world that is in use.
    """
    check_place(target, must_exist=False)
    check_no_leftovers(target)
    unfinished = target.absolute().with_name(f".{token_hex(8)}.world")
    try:
        os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666))
        try:
            yield unfinished
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    except WorldError as wrong:
        raise WorldError(str(wrong).replace(str(unfinished), str(target))) from None
    except OSError as error:
        raise WorldError(f"{target} cannot be written ({error.strerror}): let this user write its directory") from None
