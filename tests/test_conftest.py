"""What the tests share keeps its own promises: nothing waits for ever, no name of somebody's is looked up."""

import asyncio
import socket

import pytest

from tests.conftest import is_at_home, until, wait_until, within

Failed = pytest.fail.Exception


async def test_what_never_comes_fails_the_test_and_is_named() -> None:
    with pytest.raises(Failed, match=r"waited 0\.01 s for the sun"):
        await until(lambda: False, "the sun", 0.01)
    with pytest.raises(Failed, match=r"waited 0\.01 s for the moon"):
        await until(asyncio.Event().wait, "the moon", 0.01)
    with pytest.raises(Failed, match=r"waited 0\.01 s for rain"):
        async with within(0.01, "rain"):
            await asyncio.Event().wait()


def test_without_a_loop_too() -> None:
    with pytest.raises(Failed, match=r"waited 0\.01 s for snow"):
        wait_until(lambda: False, "snow", 0.01)


async def test_what_comes_ends_the_wait() -> None:
    seen: list[int] = []

    async def look() -> bool:
        seen.append(1)
        return len(seen) > 2

    await until(look, "the third look", 30)
    assert len(seen) == 3


def test_a_timeout_of_what_is_waited_for_is_no_failure_of_the_wait() -> None:
    async def wait() -> None:
        async with within(30, "rain"):
            raise ConnectionError

    with pytest.raises(ConnectionError):
        asyncio.run(wait())


@pytest.mark.parametrize("name", ["nobody.invalid", "shop.example", "a.test", "NOBODY.INVALID."])
def test_names_that_are_nobodys_are_unknown_at_once(name: str) -> None:
    with pytest.raises(socket.gaierror, match="tests look up no"):
        socket.getaddrinfo(name, 80)


@pytest.mark.parametrize("name", ["example.com", "bsg.world", "com", "localhost.evil.com", "127.0.0.1.nip.io"])
def test_a_name_that_somebody_could_own_is_not_at_home(name: str) -> None:
    assert not is_at_home(name)


@pytest.mark.parametrize("name", ["", "localhost", "LOCALHOST", "127.0.0.1", "::1", "fe80::1%eth0", "a..b"])
def test_this_machine_is(name: str) -> None:
    assert is_at_home(name)


pytest_plugins = ("pytester",)


def test_a_name_that_was_looked_up_fails_its_test(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> None:
    ours = (request.config.rootpath / "tests" / "conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(ours)
    pytester.makepyfile(
        """
        import socket

        def test_asks():
            try:
                socket.getaddrinfo("sandbox.example.com", 80)
            except OSError:
                pass

        def test_asks_nobody():
            socket.getaddrinfo("localhost", 80)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*names that somebody could own were looked up*"])
