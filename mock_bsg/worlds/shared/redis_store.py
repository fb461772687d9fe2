"""Accounts in Redis or Valkey: their logs, the scenarios they refer to, who sends their reports. Knows no account.

Every call raises NotKeptError where Redis cannot be reached or refuses; nothing has changed then, but for what a
LostAnswerError says. Times are ms by Redis's clock, which is that of all who share it.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from mock_bsg.encoding import decode, encode
from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.rows import KeptScenario
from mock_bsg.worlds.shared import redis_scripts as scripts
from mock_bsg.worlds.shared.redis_line import PATIENCE, RedisLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mock_bsg.worlds.shared.redis_line import Word

FORMAT: Final = b"3"
"""Of what is kept; goes up when an older version could not read it."""
_READ_AS_THEY_ARE: Final = {b"1", b"2"}
"""Formats before: the first knew API v1 alone, the second neither what caused steps nor answers from phones."""
PAGE: Final = 500
"""Commands that are read, or written, in one go."""
LEASE: Final = 3_000
"""Milliseconds for which a replica sends an account's reports, if it does not renew that."""
_SEEDLING_LIVES: Final = 60
"""Seconds after which what is left of a fork goes that did not come to its end."""
_CHECKPOINT_TAKES: Final = 60
"""Seconds after which another server may write a checkpoint, if whoever was at it has not said that it is there."""
_SURE: Final = 500
"""Milliseconds before we stop waiting for an answer from which on nothing is begun that it could be about."""


class NewCommand(NamedTuple):
    """A command that is to be kept. `by` is its name, which no other one has."""

    kind: str
    data: bytes
    by: bytes


class KeptCommand(NamedTuple):
    """A command as it is kept: its number, the time at which it came, its kind, its JSON, its name."""

    number: int
    machine: int
    kind: str
    data: bytes
    by: bytes


class Place(NamedTuple):
    """How much of an account's log somebody knows: up to the command of that number and name, at that time."""

    epoch: bytes
    number: int
    by: bytes
    machine: int


class Told(NamedTuple):
    """What a store says: `word` is what became of it, `machine` until when what it told is all there was."""

    word: Literal["done", "behind", "moved", "late", "there", "gone", "taken"]
    machine: int
    commands: Sequence[KeptCommand] = ()
    epoch: bytes = b""
    born: bytes = b""
    number: int = 0
    last_id: bytes = b""
    by: bytes = b""
    base: int = 0
    checkpoints: int = 0


class KeptCheckpoint(NamedTuple):
    """A checkpoint after the command `number`, which is before the entries after the id `after`.

    `parts` are the names under which its parts are kept, `scenarios` the hashes of those that it refers to.
    """

    number: int
    after: bytes
    parts: dict[str, str]
    scenarios: list[str]


class KeptStand(NamedTuple):
    """An account in a list: its key, the number of its last command, and how it stood then, if that was noted."""

    key: str
    epoch: bytes
    number: int
    stand: bytes | None


_STANDS: Final = ("epoch", "number", "stand")

REWOUND: Final = "rewound"
"""Kind of the entry with which a log goes on after it was rewound: no command, but it has the number of the last."""


class RedisStore:
    """What is kept in one Redis under one prefix. `replica` is the name of whoever asks."""

    def __init__(self, line: RedisLine, prefix: str, replica: str) -> None:
        self.line = line
        self.replica = replica
        self._prefix = prefix
        self.channel = f"{prefix}:news"
        self._lead = 0.0
        """By how many ms Redis's clock is ahead of this process's monotonic one, as far as is known."""

    # --- names

    def _key(self, key: str, what: str) -> str:
        # What stands in braces says where in a cluster a key lies: all of an account lie together.
        return f"{self._prefix}:{{{_write_name(key)}}}:{what}"

    def _keys(self, key: str, *more: str) -> list[str]:
        return [self._key(key, what) for what in ("head", "log", *more)]

    def _shared(self, what: str) -> str:
        return f"{self._prefix}:{what}"

    def news(self, what: str, key: str) -> str:
        """Word what others are told of an account; `read_news` reads it."""
        return f"{self.replica} {what} {_write_name(key)}"

    # --- time

    def estimate(self) -> int:
        """Tell about what time it is by Redis's clock: never later than it is, but for a clock that was set back."""
        return int(self._lead + time.monotonic() * 1000)

    def _deadline(self) -> int:
        return self.estimate() + int(PATIENCE * 1000) - _SURE

    def _note_time(self, clock: int) -> int:
        self._lead = clock - time.monotonic() * 1000
        return clock

    # --- beginning

    async def open(self) -> None:
        """Look whether this is a Redis that fits; raises WorldError if not, NotKeptError if it cannot be reached."""
        await self.line.ask("SET", self._shared("format"), FORMAT, "NX")
        found = await self.line.ask("GET", self._shared("format"))
        if found in _READ_AS_THEY_ARE:
            await self.line.ask("SET", self._shared("format"), FORMAT)
        elif found != FORMAT:
            shown = bytes(found or b"").decode("utf-8", "replace")
            raise WorldError(
                f"{self.line.where} has accounts in format '{shown}' under the prefix '{self._prefix}', and this "
                f"version of mock-bsg keeps them in format {FORMAT.decode()}; give another ?prefix= or use the version "
                "that wrote them"
            )
        seconds, micros = await self.line.ask("TIME")
        self._note_time(int(seconds) * 1000 + int(micros) // 1000)

    async def check(self) -> None:
        """See whether it takes changes."""
        await self.line.ask("SET", self._shared("checked"), self.replica, "EX", 60)

    # --- one account

    async def begin(self, key: str, command: NewCommand) -> Told:
        """Begin an account with its first command; "there" if it has begun already."""
        # Listed first: one that is listed and did not begin is left out, one that is not listed would be lost.
        await self.line.ask("ZADD", self._shared("accounts"), "NX", 0, _write_name(key))
        arguments = (*command, self._deadline(), self.channel, self.news("begun", key))
        word, clock, *rest = await self.line.run(scripts.BEGIN, self._keys(key), arguments)
        told = Told(word.decode(), self._note_time(clock), epoch=rest[0] if rest else b"")
        if told.word == "done":
            await self.line.ask("ZADD", self._shared("accounts"), "GT", int(told.epoch), _write_name(key))
        return told

    async def talk(self, key: str, place: Place, commands: Sequence[NewCommand] = ()) -> Told:
        """Add commands after all that others have added meanwhile, and tell these.

        "behind": only some of these, and nothing was added; "moved": the account was rewound or forgotten.
        """
        arguments: list[Word] = [*place, self._deadline(), PAGE, self.channel, self.news("said", key)]
        for command in commands:
            arguments += command
        run = self.line.run if commands else self.line.run_reading
        word, clock, *rest = await run(scripts.TALK, self._keys(key), arguments)
        entries = rest[0] if rest else ()
        return Told(word.decode(), self._note_time(clock), self._read_entries(key, entries))

    async def read(self, key: str, epoch: bytes = b"", after: bytes = b"0-0") -> Told:
        """Read on in a log after the entry of that id; "gone" if there is no such account, "moved" as in `talk`.

        `last_id` is that of the last entry that was read, empty at the end.
        """
        word, clock, *rest = await self.line.run_reading(scripts.READ, self._keys(key), (epoch, after, PAGE))
        if word != b"done":
            return Told(word.decode(), self._note_time(clock))
        epoch, born, number, by, base, checkpoints, entries = rest
        last, commands = entries[-1][0] if entries else b"", self._read_entries(key, entries)
        return Told("done", self._note_time(clock), commands, epoch, born, number, last, by, base, checkpoints)

    async def rewind(self, key: str, place: Place, to: int, by: bytes) -> Told:
        """Forget all commands after one; tells the next epoch. "moved": something happened after `place`."""
        epoch, number, last, _ = place
        arguments = (epoch, number, last, to, by, self._deadline(), self.channel, self.news("rewound", key))
        word, clock, *rest = await self.line.run(scripts.REWIND, self._keys(key, "checkpoints"), arguments)
        return Told(word.decode(), self._note_time(clock), epoch=rest[0] if rest else b"")

    async def forget(self, key: str) -> bool:
        """Forget an account with all that is kept of it; tells whether it was there."""
        arguments = (self.channel, self.news("gone", key))
        word, clock, *rest = await self.line.run_reading(
            scripts.FORGET, self._keys(key, "checkpoints", "parts"), arguments
        )
        epoch = rest[0] if rest else write_time(clock)
        await self.line.run_reading(scripts.UNLIST, [self._shared("accounts")], (_write_name(key), epoch))
        await self.line.ask("HDEL", self._shared("reporting"), _write_name(key))
        return bool(word == b"done")

    async def plant(
        self,
        key: str,
        commands: Sequence[KeptCommand],
        *,
        is_last: bool,
        epoch: int,
        base: KeptCheckpoint | None = None,
    ) -> Told:
        """Let an account begin with commands that another one has; call by call, until the last ones are there.

        `epoch` is the time at which that began; with the last ones comes the `base` that is before the first, if any.
        "there" if an account of that key has begun meanwhile.
        """
        head, log, checkpoints = self._keys(key, "checkpoints")
        seedling = self._key(key, self.replica)
        added = [
            self.line.ask(
                "XADD", seedling, f"{epoch}-{number}", "kind", kind, "data", data, "machine", machine, "by", by
            )
            for number, machine, kind, data, by in commands
        ]
        await asyncio.gather(*added, self.line.ask("EXPIRE", seedling, _SEEDLING_LIVES))
        last = commands[-1]
        if not is_last:
            return Told("done", last.machine)
        await self.line.ask("ZADD", self._shared("accounts"), "NX", 0, _write_name(key))
        begins = (0, b"") if base is None else (base.number, _write_checkpoint(base))
        place = (epoch, last.number, last.machine, last.by)
        arguments = (*place, self._deadline(), self.channel, self.news("forked", key), *begins)
        word, clock = await self.line.run(scripts.PLANT, (head, log, seedling, checkpoints), arguments)
        if word == b"done":
            await self.line.ask("ZADD", self._shared("accounts"), "GT", epoch, _write_name(key))
        return Told(word.decode(), self._note_time(clock), epoch=b"%d" % epoch, born=b"%d" % epoch)

    def _read_entries(self, key: str, entries: Iterable[Any]) -> list[KeptCommand]:
        try:
            return [
                KeptCommand(int(name.rpartition(b"-")[2]), int(machine), kind.decode(), data, by)
                for name, (_, kind, _, data, _, machine, _, by) in entries
            ]
        except (ValueError, TypeError):
            raise NotKeptError(f"the log of the account '{key}' in {self.line.where} is damaged") from None

    # --- checkpoints

    async def begin_checkpoint(self, key: str, number: int) -> bool:
        """Tell whether a checkpoint is to be written: nobody has done so, or is doing it right now."""
        if await self.line.ask("HEXISTS", self._key(key, "checkpoints"), number):
            return False
        lock = await self.line.ask("SET", self._key(key, "writing"), self.replica, "NX", "EX", _CHECKPOINT_TAKES)
        return lock is not None

    async def end_checkpoint(self, key: str) -> None:
        """Let others write checkpoints of this account."""
        await self.line.ask("DEL", self._key(key, "writing"))

    async def keep_parts(self, key: str, parts: Mapping[str, bytes]) -> None:
        """Keep parts of checkpoints by names that nobody else gives."""
        pairs = [word for pair in parts.items() for word in pair]
        await self.line.ask("HSET", self._key(key, "parts"), *pairs)

    async def parts(self, key: str, names: Sequence[str]) -> list[bytes | None]:
        found: list[bytes | None] = await self.line.ask("HMGET", self._key(key, "parts"), *names)
        return found

    async def finish_checkpoint(self, key: str, epoch: bytes, kept: KeptCheckpoint) -> bool:
        """Let a checkpoint be there whose parts are; False if the account was rewound or forgotten meanwhile."""
        head, _, checkpoints = self._keys(key, "checkpoints")
        arguments = (epoch, kept.number, _write_checkpoint(kept))
        told = await self.line.run_reading(scripts.FINISH, (head, checkpoints), arguments)
        return bool(told[0] == b"done")

    async def newest_checkpoint(self, key: str, at_most: int) -> KeptCheckpoint | None:
        """Find the newest checkpoint at or before a command; None if there is none."""
        numbers = [int(number) for number in await self.line.ask("HKEYS", self._key(key, "checkpoints"))]
        number = max((number for number in numbers if number <= at_most), default=None)
        found = None if number is None else await self.line.ask("HGET", self._key(key, "checkpoints"), number)
        return None if found is None else _read_checkpoint(found)

    async def shorten(self, key: str, epoch: bytes, number: int) -> None:
        """Let a log begin at the newest checkpoint at or before a command, and forget what that does not need."""
        base = await self.newest_checkpoint(key, number)
        if base is None:
            return
        keys = self._keys(key, "checkpoints")
        word, gone = b"", PAGE
        while gone == PAGE:
            word, _, *rest = await self.line.run_reading(scripts.SHORTEN, keys, (epoch, base.number, PAGE))
            gone = rest[0] if rest else 0
        if word == b"done":
            await self._tidy_parts(key)

    async def _tidy_parts(self, key: str) -> None:
        """Forget the parts of checkpoints that are not there any more; those that are being written are newer."""
        kept = [_read_checkpoint(one) for one in await self.line.ask("HVALS", self._key(key, "checkpoints"))]
        newest = max(one.number for one in kept)
        used = {name for one in kept for name in one.parts.values()}
        names = [name.decode() for name in await self.line.ask("HKEYS", self._key(key, "parts"))]
        spare = [name for name in names if name not in used and int(name.partition(".")[0]) <= newest]
        if spare:
            await self.line.ask("HDEL", self._key(key, "parts"), *spare)

    # --- all accounts

    async def list_keys(self) -> list[str]:
        """List the keys of all accounts, the oldest first, and perhaps some that have just gone."""
        return [_read_name(name) for name in await self.line.ask("ZRANGE", self._shared("accounts"), 0, -1)]

    async def stands(self, keys: Sequence[str]) -> list[KeptStand]:
        """Tell how accounts stand; those that are not there are left out."""
        found = await asyncio.gather(*(self.line.ask("HMGET", self._keys(key)[0], *_STANDS) for key in keys))
        return [
            KeptStand(key, epoch, int(number), stand)
            for key, (epoch, number, stand) in zip(keys, found, strict=True)
            if epoch is not None
        ]

    async def describe(self, key: str, place: Place, stand: bytes) -> None:
        """Note how an account stands at that place, if nothing has happened since."""
        await self.line.run_reading(scripts.DESCRIBE, self._keys(key)[:1], (place.epoch, place.number, stand))

    # --- scenarios

    async def keep_scenario(self, hash_: str, name: str, source: str) -> None:
        """Keep a scenario for commands that refer to it."""
        await self.line.ask("HSETNX", self._shared("scenarios"), hash_, encode([name, source]))

    async def scenarios(self, hashes: Sequence[str]) -> list[KeptScenario | None]:
        """Find scenarios by their hashes."""
        found = await self.line.ask("HMGET", self._shared("scenarios"), *hashes) if hashes else ()
        return [None if kept is None else KeptScenario(*decode(kept)) for kept in found]

    async def put_scenario(self, name: str, hash_: str) -> None:
        """Let a scenario that is kept be found by its name, in place of the one that was."""
        await self.line.ask("HSET", self._shared("library"), name, hash_)
        await self.line.ask("PUBLISH", self.channel, self.news("library", ""))

    async def library(self) -> dict[str, str]:
        """Tell the hashes of the scenarios that can be found by name."""
        found = await self.line.ask("HGETALL", self._shared("library"))
        pairs = found.items() if isinstance(found, dict) else zip(found[::2], found[1::2], strict=True)
        return {name.decode(): hash_.decode() for name, hash_ in pairs}

    # --- who sends reports

    async def keep_leases(self) -> list[str]:
        """Renew the leases of this replica, and take those that nobody has any more; tells all of them."""
        told = await self.line.run_reading(scripts.KEEP_LEASES, [self._shared("reporting")], (self.replica, LEASE))
        return [_read_name(name) for name in told[2]]

    async def claim_lease(self, key: str) -> bool:
        """Try to become the one that sends an account's reports."""
        arguments = (self.replica, LEASE, _write_name(key))
        told = await self.line.run_reading(scripts.CLAIM_LEASE, [self._shared("reporting")], arguments)
        return bool(told[0] == b"done")

    async def release_leases(self, keys: Sequence[str], why: Literal["done", "left"]) -> list[str]:
        """Give leases back, because nothing is left to send ("done") or because others are to go on ("left").

        Tells those that nobody has now. One that another replica wanted meanwhile is not released when it is "done".
        """
        arguments = (self.replica, why, *map(_write_name, keys))
        told = await self.line.run_reading(scripts.RELEASE_LEASES, [self._shared("reporting")], arguments)
        return [_read_name(name) for name in told[2]]


def read_news(told: bytes) -> tuple[str, str, str]:
    """Read a piece of news: the replica that it comes from, what happened, and the key of the account."""
    replica, what, name = told.split(b" ")
    return replica.decode(), what.decode(), _read_name(name)


def _write_checkpoint(kept: KeptCheckpoint) -> bytes:
    return encode(kept._replace(after=kept.after.decode())._asdict())  # type: ignore[arg-type] # for JSON


def _read_checkpoint(written: bytes) -> KeptCheckpoint:
    told = decode(written)
    return KeptCheckpoint(told["number"], told["after"].encode(), told["parts"], told["scenarios"])


def write_time(clock: int) -> bytes:
    return b"%d" % clock


def _write_name(key: str) -> str:
    """Write a key so that it is plain text, without spaces and braces; nearly all are already."""
    return quote(key.encode("utf-8", "surrogatepass"), safe="!$&'()*+,/:;=?@[]^|")


def _read_name(name: bytes) -> str:
    return unquote_to_bytes(name).decode("utf-8", "surrogatepass")
