from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.shared.redis_line import RedisLine
from mock_bsg.worlds.shared.redis_store import FORMAT, PAGE, KeptCommand, NewCommand, Place, RedisStore, read_news
from tests.conftest import until
from tests.worlds.shared.conftest import RedisProcess, find_redis

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEY = "test_key"


def command(name: str) -> NewCommand:
    return NewCommand("take_request", b'{"path": "/%s"}' % name.encode(), f"x.{name}".encode())


async def begin(store: RedisStore, key: str = KEY) -> Place:
    told = await store.begin(key, command("first"))
    assert told.word == "done"
    return Place(told.epoch, 1, b"x.first", told.machine)


async def names(store: RedisStore, key: str = KEY) -> list[tuple[int, str]]:
    """What a server reads that knows nothing yet: numbers and names of all entries."""
    told = await store.read(key)
    return [(one.number, one.by.decode().removeprefix("x.")) for one in told.commands]


async def test_account_begins_once_whoever_is_first(store: RedisStore, other: RedisStore) -> None:
    one, two = await asyncio.gather(store.begin(KEY, command("a")), other.begin(KEY, command("b")))
    assert {one.word, two.word} == {"done", "there"}
    assert len(await names(store)) == 1
    assert await store.list_keys() == [KEY]


async def test_commands_get_the_next_numbers_and_whoever_was_behind_is_told_what_came_before(
    store: RedisStore, other: RedisStore
) -> None:
    place = await begin(store)
    first = await store.talk(KEY, place, [command("a"), command("b")])
    second = await other.talk(KEY, place, [command("c")])

    assert (first.word, list(first.commands)) == ("done", [])
    assert [(one.number, one.by) for one in second.commands] == [(2, b"x.a"), (3, b"x.b")]
    assert {one.machine for one in second.commands} == {first.machine}
    assert second.machine >= first.machine >= place.machine
    assert await names(store) == [(1, "first"), (2, "a"), (3, "b"), (4, "c")]


async def test_asking_without_a_command_changes_nothing_and_tells_what_was_missed(store: RedisStore) -> None:
    place = await begin(store)
    await store.talk(KEY, place, [command("a")])
    told = await store.talk(KEY, place)
    assert [one.by for one in told.commands] == [b"x.a"]
    assert len(await names(store)) == 2


async def test_commands_are_stamped_no_earlier_than_what_anybody_was_told(store: RedisStore) -> None:
    place = await begin(store)
    ahead = place._replace(machine=place.machine + 3_600_000)
    first = await store.talk(KEY, ahead, [command("a")])
    assert first.machine == ahead.machine
    second = await store.talk(KEY, Place(place.epoch, 2, b"x.a", place.machine), [command("b")])
    assert second.machine == ahead.machine


async def test_whoever_missed_more_than_a_page_catches_up_before_anything_is_added(store: RedisStore) -> None:
    place = await begin(store)
    await store.talk(KEY, place, [command(str(number)) for number in range(PAGE + 1)])
    told = await store.talk(KEY, place, [command("late")])
    assert (told.word, len(told.commands)) == ("behind", PAGE)
    last = told.commands[-1]
    told = await store.talk(KEY, Place(place.epoch, last.number, last.by, 0), [command("late")])
    assert (told.word, [one.by for one in told.commands]) == ("done", [b"x.%d" % PAGE])


async def test_whoever_knows_another_past_is_told_that_the_account_has_moved(store: RedisStore) -> None:
    place = await begin(store)
    await store.talk(KEY, place, [command("a"), command("b")])
    for wrong in (
        place._replace(epoch=b"17"),
        place._replace(by=b"x.other"),
        Place(place.epoch, 3, b"x.other", 0),
        Place(place.epoch, 4, b"x.c", 0),
    ):
        told = await store.talk(KEY, wrong, [command("c")])
        assert told.word == "moved"
    assert len(await names(store)) == 3


async def test_what_came_too_late_is_not_done(store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    place = await begin(store)
    monkeypatch.setattr(RedisStore, "_deadline", lambda _self: place.machine - 1)
    assert (await store.talk(KEY, place, [command("a")])).word == "late"
    assert (await store.begin("test_other", command("first"))).word == "late"
    assert (await store.rewind(KEY, place, 1, b"x.r")).word == "late"
    assert await names(store) == [(1, "first")]


async def test_rewound_log_goes_on_from_there_and_nobody_who_knows_the_other_past_adds_to_it(
    store: RedisStore, other: RedisStore
) -> None:
    place = await begin(store)
    told = await store.talk(KEY, place, [command(str(number)) for number in range(2, 500)])
    late = Place(place.epoch, 499, b"x.499", told.machine)
    assert (await other.rewind(KEY, place, 2, b"x.r")).word == "moved"

    rewound = await other.rewind(KEY, late, 3, b"x.r")

    assert (rewound.word, int(rewound.epoch) > int(place.epoch)) == ("done", True)
    assert (await store.talk(KEY, late, [command("x")])).word == "moved"
    here = Place(rewound.epoch, 3, b"x.r", rewound.machine)
    assert (await store.talk(KEY, here, [command("new")])).word == "done"
    assert await names(store) == [(1, "first"), (2, "2"), (3, "3"), (3, "r"), (4, "new")]

    again = await store.rewind(KEY, Place(rewound.epoch, 4, b"x.new", 0), 2, b"x.s")
    assert await names(store) == [(1, "first"), (2, "2"), (2, "s")]
    assert (await store.talk(KEY, Place(again.epoch, 2, b"x.s", 0))).word == "done"


async def test_forgotten_account_leaves_nothing_and_is_not_brought_back_by_one_who_knew_it(
    store: RedisStore, other: RedisStore, shared_redis: RedisProcess, prefix: str
) -> None:
    place = await begin(store)
    assert await other.forget(KEY)
    assert not await other.forget(KEY)
    assert (await store.talk(KEY, place, [command("a")])).word == "moved"
    assert (await store.read(KEY)).word == "gone"
    assert await store.list_keys() == []
    assert shared_redis.ask(f"KEYS {prefix}:*test_key*") == b"*0"
    anew = await begin(other)
    assert (await store.talk(KEY, place, [command("a")])).word == "moved"
    assert await store.list_keys() == [KEY]
    assert anew.epoch != place.epoch


async def test_log_is_read_page_by_page_and_one_that_is_rewound_meanwhile_says_so(store: RedisStore) -> None:
    place = await begin(store)
    await store.talk(KEY, place, [command(str(number)) for number in range(2, PAGE + 2)])
    first = await store.read(KEY)
    assert (len(first.commands), first.number) == (PAGE, PAGE + 1)
    second = await store.read(KEY, first.epoch, first.last_id)
    assert [one.number for one in second.commands] == [PAGE + 1]
    assert (await store.read(KEY, first.epoch, second.last_id)).last_id == b""
    await store.rewind(KEY, Place(place.epoch, PAGE + 1, b"x.%d" % (PAGE + 1), 0), 1, b"x.r")
    assert (await store.read(KEY, first.epoch, first.last_id)).word == "moved"


async def test_fork_is_there_whole_or_not_at_all(store: RedisStore, other: RedisStore) -> None:
    past = [KeptCommand(number, 1000 + number, "take_request", b"{}", b"x.%d" % number) for number in range(1, 6)]
    assert (await store.plant("test_copy", past[:3], is_last=False, epoch=17)).word == "done"
    assert (await other.read("test_copy")).word == "gone"
    assert (await store.plant("test_copy", past[3:], is_last=True, epoch=17)).word == "done"
    told = await other.read("test_copy")
    assert (list(told.commands), told.number, told.epoch) == (past, 5, b"17")
    assert (await other.plant("test_copy", past, is_last=True, epoch=18)).word == "there"
    assert (await other.talk("test_copy", Place(b"17", 5, b"x.5", 0), [command("a")])).word == "done"
    assert await other.list_keys() == ["test_copy"]


async def test_how_an_account_stands_is_noted_unless_something_has_happened_since(store: RedisStore) -> None:
    place = await begin(store)
    await store.describe(KEY, place, b"first")
    assert [one[2:] for one in await store.stands([KEY, "test_never"])] == [(1, b"first")]
    await store.talk(KEY, place, [command("a")])
    await store.describe(KEY, place, b"late")
    assert [tuple(one) for one in await store.stands([KEY])] == [(KEY, place.epoch, 2, b"first")]


@pytest.mark.parametrize("key", ["{a}b", "}", "a b\n%", "ключ", "\udcff", "a:b*?["])
async def test_every_key_has_an_account_of_its_own(store: RedisStore, key: str) -> None:
    await begin(store, key)
    assert await store.list_keys() == [key]
    assert [one.key for one in await store.stands([key])] == [key]
    assert read_news(store.news("gone", key).encode()) == ("one", "gone", key)


async def test_scenarios_are_found_by_hash_and_by_name(store: RedisStore, other: RedisStore) -> None:
    await store.keep_scenario("h1", "mine", "seed: 1")
    await store.put_scenario("mine", "h1")
    assert await other.library() == {"mine": "h1"}
    assert [None if one is None else tuple(one) for one in await other.scenarios(["h1", "h2"])] == [
        ("mine", "seed: 1"),
        None,
    ]


async def test_reports_of_an_account_are_one_replicas_until_it_leaves_them_or_dies(
    store: RedisStore, other: RedisStore, shared_redis: RedisProcess, prefix: str
) -> None:
    assert await store.claim_lease(KEY)
    assert not await other.claim_lease(KEY)
    assert await other.keep_leases() == []
    assert await store.keep_leases() == [KEY]
    await store.release_leases([KEY], "left")
    assert await other.keep_leases() == [KEY]
    shared_redis.ask(f'HSET {prefix}:reporting {KEY} "1700000000000 two"')
    assert await store.keep_leases() == [KEY]


async def test_lease_is_released_unless_another_replica_wanted_it_meanwhile(
    store: RedisStore, other: RedisStore
) -> None:
    assert await store.claim_lease(KEY)
    assert await other.release_leases([KEY], "done") == []
    await other.claim_lease(KEY)
    assert await store.release_leases([KEY], "done") == []
    assert await store.keep_leases() == [KEY]
    assert await store.release_leases([KEY], "done") == [KEY]
    assert await other.keep_leases() == []
    assert await other.claim_lease(KEY)


async def test_redis_in_which_another_format_is_kept_is_not_touched(
    store: RedisStore, shared_redis: RedisProcess, prefix: str
) -> None:
    shared_redis.ask(f"SET {prefix}:format 999")
    with pytest.raises(WorldError, match=f"format '999' under the prefix '{prefix}'.* keeps them in format 3"):
        await store.open()


@pytest.mark.parametrize("earlier", ["1", "2"])
async def test_redis_of_an_earlier_format_goes_on_in_this_one(
    store: RedisStore, shared_redis: RedisProcess, prefix: str, earlier: str
) -> None:
    shared_redis.ask(f"SET {prefix}:format {earlier}")
    await store.open()
    assert await store.line.ask("GET", f"{prefix}:format") == FORMAT


# --- what goes wrong


@pytest.fixture
async def lone(redis: RedisProcess) -> AsyncIterator[RedisStore]:
    line = RedisLine(redis.url, "redis://lone")
    store = RedisStore(line, "t", "one")
    await store.open()
    yield store
    await line.close()


async def test_redis_that_is_away_is_told_in_a_sentence_and_found_again(lone: RedisStore, redis: RedisProcess) -> None:
    place = await begin(lone)
    redis.kill()
    with pytest.raises(NotKeptError, match=r"^redis://lone (is gone|cannot be reached): "):
        await lone.talk(KEY, place, [command("a")])
    with pytest.raises(NotKeptError, match=r"^redis://lone cannot be reached: .*(refused|Connect)") as found:
        await lone.talk(KEY, place, [command("a")])
    assert not found.value.is_in_doubt
    redis.start()
    assert (await lone.talk(KEY, place, [command("a")])).word == "done"  # the scripts, too, are new to it


async def test_redis_that_is_full_refuses_whole_batches(lone: RedisStore, redis: RedisProcess) -> None:
    place = await begin(lone)
    redis.ask("CONFIG SET maxmemory 1")
    for refused in (
        lone.talk(KEY, place, [command("a"), command("b")]),
        lone.begin("test_other", command("a")),
        lone.rewind(KEY, place, 1, b"x.r"),
    ):
        with pytest.raises(NotKeptError, match=r"^redis://lone is full"):
            await refused
    assert (await lone.talk(KEY, place)).word == "done"
    redis.ask("CONFIG SET maxmemory 0")
    assert await names(lone) == [(1, "first")]


async def test_redis_that_takes_no_changes_says_why(lone: RedisStore, redis: RedisProcess) -> None:
    place = await begin(lone)
    redis.ask("CONFIG SET min-replicas-to-write 1")
    with pytest.raises(NotKeptError, match="too few replicas"):
        await lone.talk(KEY, place, [command("a")])
    redis.ask("CONFIG SET min-replicas-to-write 0")
    redis.ask("REPLICAOF 127.0.0.1 1")
    with pytest.raises(NotKeptError, match="is a replica of another"):
        await lone.talk(KEY, place, [command("a")])
    redis.ask("REPLICAOF NO ONE")
    assert (await lone.talk(KEY, place, [command("a")])).word == "done"


async def test_redis_that_is_stopped_is_given_up_in_time_and_does_nothing_of_that_later(
    lone: RedisStore, redis: RedisProcess
) -> None:
    place = await begin(lone)
    redis.pause()
    with pytest.raises(NotKeptError, match="did not answer within 3 s"):
        await lone.talk(KEY, place, [command("a")])
    redis.go_on()
    assert await names(lone) == [(1, "first")]


async def test_wrong_password_is_told_without_it(redis: RedisProcess) -> None:
    redis.ask("CONFIG SET requirepass right")
    line = RedisLine(redis.url.replace("//", "//:wrong@"), "redis://:…@lone")
    with pytest.raises(NotKeptError, match=r"^redis://:…@lone does not let us in") as found:
        await RedisStore(line, "t", "one").open()
    assert "wrong@" not in str(found.value)
    await line.close()


async def test_all_of_an_account_lies_together_in_a_cluster(tmp_path_factory: pytest.TempPathFactory) -> None:
    find_redis()
    redis = RedisProcess(tmp_path_factory.mktemp("cluster"), "--cluster-enabled", "yes")
    redis.start()
    try:
        redis.ask("CLUSTER ADDSLOTSRANGE 0 16383")
        line = RedisLine(redis.url, "redis://lone")
        store = RedisStore(line, "t", "one")
        await until(lambda: redis.ask("SET a b") == b"+OK", "the cluster to serve")
        await store.open()
        place = await begin(store)
        assert (await store.talk(KEY, place, [command("a")])).word == "done"
        assert (await store.rewind(KEY, Place(place.epoch, 2, b"x.a", 0), 1, b"x.r")).word == "done"
        past = [KeptCommand(1, 1, "take_request", b"{}", b"x.1")]
        assert (await store.plant("test_copy", past, is_last=True, epoch=17)).word == "done"
        assert await store.forget(KEY)
        assert await store.claim_lease(KEY)
        assert await store.keep_leases() == [KEY]
        await line.close()
    finally:
        redis.stop()
