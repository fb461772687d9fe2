"""Whatever answers instead of a server, the command `health` says in one line what is wrong with it."""

import socket
import subprocess
import sys
from contextlib import closing

import pytest

from tests.test_cli import PATIENCE_S, clean_environ


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope", "Expecting value"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP 200 {}"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno\r\n", "HTTP 403 no"),
        (b"SSH-2.0-OpenSSH\r\n", "SSH-2.0-OpenSSH"),
        (b"", "Remote end closed connection"),
    ],
)
def test_health_of_something_else_is_1(answer: bytes, complaint: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}"
        asking = subprocess.Popen(
            [sys.executable, "-m", "mock_bsg", "health", url], env=clean_environ({}), stderr=subprocess.PIPE, text=True
        )
        accepted, _ = other.accept()
        with accepted:
            accepted.recv(10_000)
            accepted.sendall(answer)
        _, told = asking.communicate(timeout=PATIENCE_S)

    assert asking.returncode == 1
    assert told.startswith(f"mock-bsg: health: no healthy answer from {url}: {complaint}")
    assert told.count("\n") == 1
