"""The worlds of failing tests, kept in a directory: what their files are called, and what is said about them."""

from __future__ import annotations

import os
import re
import shlex
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mock_bsg.embedded.account import Account

ENDING = ".world"
_LONGEST = 150
"""Bytes of a name: file systems take 255, and something may be added to it."""
_UNSAFE = re.compile(r"[^\w.=+@-]+")


class Worlds:
    """Where the worlds of failing tests are kept: `folder` is as it was said, `start` where the tests were started."""

    def __init__(self, folder: str, start: str) -> None:
        self._folder = os.path.join(start, folder)  # noqa: PTH118 -- Path may be faked, when a test fails
        self._start = os.path.join(start, "")  # noqa: PTH118 -- as above
        self._names: dict[str, str] | None = None

    def keep(self, test: str, tests: Iterable[str], account: Account) -> tuple[str, str | None]:
        """Write the accounts of a test, which is one of `tests` by its id; tells what to say of it, and what is wrong.

        Raises RuntimeError where the sandbox's process has gone.
        """
        from mock_bsg.embedded.account import write_world  # noqa: PLC0415 -- it is there, or there were no account

        if self._names is None:
            self._names = name_worlds(tests)
        name = self._names.get(test) or name_worlds([test])[test]
        path = os.path.join(self._folder, name + ENDING)  # noqa: PTH118 -- as above
        try:
            write_world(account, path)
        except ValueError as wrong:
            return f"its world is not kept: {wrong}", str(wrong)
        return f"its world is kept: mock-bsg open {shlex.quote(path.removeprefix(self._start))}", None


def name_worlds(tests: Iterable[str]) -> dict[str, str]:
    """Name the files of these tests, each by its name alone, where no other has it, else with what tells it apart.

    Names are the same whichever of the tests fail, in every process that knows of the same ones.
    """
    named: dict[str, str] = {}
    taken: set[str] = set()
    left = {test: _names_of(test) for test in tests}
    while left:
        candidates = {test: next(names) for test, names in left.items()}
        count = Counter(name.casefold() for name in candidates.values())
        for test, name in candidates.items():
            folded = name.casefold()  # there are file systems to which that is the same
            if count[folded] == 1 and folded not in taken:
                named[test] = name
                del left[test]
        taken.update(count)
    return named


def _names_of(test: str) -> Iterator[str]:
    """List what the world of a test may be called, the best first; no other test has the last."""
    head, bracket, parameters = test.partition("[")
    path, *classes, name = ("", *head.split("::")) if "::" not in head else head.split("::")
    name += bracket + parameters
    *folders, stem = re.split(r"[/\\]", re.sub(r"\.py$", "", path))
    mark = sha256(test.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    for parts in ([name], [stem, name], [stem, *classes, name], [*folders, stem, *classes, name]):
        yield _make_safe(".".join(parts), mark)
    yield _make_safe(".".join([*folders, stem, *classes, name]), mark, is_marked=True)


def _make_safe(name: str, mark: str, *, is_marked: bool = False) -> str:
    """Leave only what every file system and every shell takes."""
    safe = _UNSAFE.sub("-", name).strip("-.") or "test"
    raw = safe.encode("utf-8", "replace")
    if len(raw) > _LONGEST or is_marked:
        return f"{raw[:_LONGEST].decode('utf-8', 'ignore')}-{mark}"
    return safe


class Troubles:
    """What kept worlds from being written, collected where pytest writes its summary, which is said once."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        trouble = getattr(report, "mock_bsg_trouble", None)
        if trouble is not None:
            self._found.append(trouble)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._found:
            what = "the world of a failing test is" if len(self._found) == 1 else f"{len(self._found)} worlds are"
            terminalreporter.write_line(f"mock_bsg: {what} not kept: {self._found[0]}", yellow=True)
