"""What is put into a world file and what comes out, row by row; all times are ms UTC."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mock_bsg.rules.ruleset import Ruleset


class Record(NamedTuple):
    """A command as it is kept: `data` is JSON."""

    number: int
    machine: int
    kind: str
    data: bytes


class Standing(NamedTuple):
    """How an account stands, for lists, as JSON; and when its next delivery report is due. None: not known, or none."""

    state: bytes | None = None
    reports_due: int | None = None


class Addition(NamedTuple):
    """What is to be added to the log of one account: the records that come next.

    `key` is given when the account begins, `standing` where it has changed. `scenarios` are those that records refer
    to, by the numbers of these.
    """

    account: int
    records: Sequence[Record]
    standing: Standing | None = None
    key: str | None = None
    scenarios: Mapping[int, Ruleset] = MappingProxyType({})


class KeptAccount(NamedTuple):
    """An account as it is kept.

    `epoch` is how often it was rewound, `commands` the number of its last command, `base` that after which its log
    begins: at 0 with its first command, else with the checkpoint there.
    """

    id: int
    key: str
    epoch: int
    commands: int
    base: int
    standing: Standing


class KeptScenario(NamedTuple):
    """A scenario as it is kept: the name that it had, and its text."""

    name: str
    source: str


class KeptCheckpoint(NamedTuple):
    """A checkpoint: the command after which it was taken, and the ids of its parts by their names."""

    number: int
    parts: dict[str, int]


class LogMoved(NamedTuple):
    """Pages in SQLite's write-ahead log, and how many of them are in the file itself by now."""

    pages: int
    moved: int
