"""What tests of shared accounts share: a Redis of their own, started on a free port and ended after the tests."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from mock_bsg.domain.store_address import StoreAddress
from mock_bsg.worlds.shared.redis_line import RedisLine
from mock_bsg.worlds.shared.redis_store import RedisStore
from tests.conftest import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


class RedisProcess:
    """A redis-server with its data in a folder. It writes down each command before it answers."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, at the port that it had; the first time at a free one, which somebody else may take meanwhile."""
        is_new = self.port == 0
        for _ in range(5):
            self.port = _find_free_port() if is_new else self.port
            self._run()
            wait_until(lambda: self.answers() or self._has_ended(), "redis-server to answer", 20)
            if not self._has_ended():
                return
        pytest.fail(f"redis-server ends at once; {self._folder}/redis.log says why")

    def _run(self) -> None:
        command = [
            *("redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)),
            *("--appendonly", "yes", "--appendfsync", "always", "--save", "", *self._options),
        ]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def answers(self) -> bool:
        return self.ask("PING") == b"+PONG"

    def ask(self, words: str) -> bytes:
        """Tell the first line of what it answers; nothing if it cannot be reached."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as line:
                line.sendall(words.encode() + b"\r\n")
                return line.recv(1 << 16).partition(b"\r\n")[0]
        except OSError:
            return b""

    def pause(self) -> None:
        self.send(signal.SIGSTOP)

    def go_on(self) -> None:
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(20)
        self._process = None

    def send(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        """End it, if it is there, whatever state it is in."""
        if self._process is not None:
            self.go_on()
            self.kill()


def _find_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def find_redis() -> None:
    """Skip a test where there is no redis-server; where everything has to be tested, fail it."""
    if shutil.which("redis-server") is None:
        why = "there is no redis-server here (Debian: apt-get install redis-server)"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(why)
        pytest.skip(why)


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    find_redis()
    redis = RedisProcess(tmp_path_factory.mktemp("redis"))
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisProcess]:
    """A Redis that a test may stop, fill or kill."""
    find_redis()
    redis = RedisProcess(tmp_path)
    redis.start()
    yield redis
    redis.stop()


@pytest.fixture
def prefix() -> str:
    """Nothing is kept under it but what the test keeps."""
    return f"t-{uuid4().hex[:12]}"


@pytest.fixture
def store_address(shared_redis: RedisProcess, prefix: str) -> StoreAddress:
    return StoreAddress.read(f"{shared_redis.url}?prefix={prefix}")


@pytest.fixture
async def store(shared_redis: RedisProcess, prefix: str) -> AsyncIterator[RedisStore]:
    line = RedisLine(shared_redis.url, shared_redis.url)
    store = RedisStore(line, prefix, "one")
    await store.open()
    yield store
    await line.close()


@pytest.fixture
async def other(shared_redis: RedisProcess, prefix: str) -> AsyncIterator[RedisStore]:
    """The same as another server sees it."""
    line = RedisLine(shared_redis.url, shared_redis.url)
    store = RedisStore(line, prefix, "two")
    await store.open()
    yield store
    await line.close()
