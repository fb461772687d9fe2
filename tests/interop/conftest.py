"""What the tests of clients share: a sandbox with TLS, the road that leads BSG's names to it, and docs/clients.md."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from aiohttp import ClientSession

from mock_bsg.http.server import Server, open_library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "clients.md"
MODULES = os.environ.get("BSG_NODE_MODULES", "")
LIMIT = 120  # seconds: `go run` compiles Go's library when it has never been run

# What leads a client elsewhere, or tells it whom to trust: a test says these itself.
LEADING = {
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy", "java_tool_options"),
    *("ssl_cert_file", "ssl_cert_dir", "requests_ca_bundle", "curl_ca_bundle", "node_extra_ca_certs"),
    *("perl_lwp_ssl_ca_file", "perl_lwp_ssl_ca_path", "https_ca_file", "https_ca_dir"),
}


class Ran(NamedTuple):
    """What came of a shell's commands."""

    code: int | None
    out: str
    told: str

    @property
    def answers(self) -> list[Any]:
        """The JSON of each line that was printed."""
        return [json.loads(line) for line in self.out.splitlines()]


class Page:
    """docs/clients.md as a reader follows it."""

    def commands(self, heading: str) -> list[str]:
        """The commands below a heading, up to the next one, block by block."""
        parts = re.split(r"^#+ (.+)$", PAGE.read_text(), flags=re.MULTILINE)
        section = parts[parts.index(heading) + 1]
        return re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@dataclass
class Road:
    """What leads a client to the sandbox whatever host it asks for, as a network alias would: a proxy.

    A proxy needs no right to write /etc/hosts or to listen on port 443, and the client is as far from BSG as with an
    alias. It passes bytes on unread: names, certificates and requests stay as they are, so the client believes that it
    talks to https://api.bsg.world, and checks that the certificate says so. `asked` are the hosts that were asked for.
    """

    server: Server
    proxy_port: int = 0
    asked: set[str] = field(default_factory=set)

    async def run(self, commands: str, folder: Path, **environ: str) -> Ran:
        """Run a shell's commands on this road, with the address of the sandbox put where the page has its own."""
        process = await asyncio.create_subprocess_exec(
            *("bash", "-e", "-c", commands.replace("http://127.0.0.1:8080", self.server.url)),
            cwd=folder,
            env=self._environ() | environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, told = await asyncio.wait_for(process.communicate(), LIMIT)
        finally:
            if process.returncode is None:
                process.kill()
        return Ran(process.returncode, out.decode(), told.decode())

    async def need(self, probe: str, *, is_in_ci: bool) -> None:
        """Skip the test where a command that shows what it needs fails; `is_in_ci`: .ci/run installs it."""
        ran = await self.run(probe, HERE)
        if ran.code:
            skip(f"what this needs is not here: `{probe}` fails", is_in_ci=is_in_ci)

    def _environ(self) -> dict[str, str]:
        proxy = f"http://127.0.0.1:{self.proxy_port}"
        kept = {name: value for name, value in os.environ.items() if name.lower() not in LEADING}
        return kept | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "https_proxy": proxy,
            "HTTPS_PROXY": proxy,
            "PERL_LWP_ENV_PROXY": "1",
            "JAVA_TOOL_OPTIONS": f"-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort={self.proxy_port}",
        }

    async def lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client's CONNECT, and pass on what it and the sandbox say until both have ended."""
        assert self.server.tls_url is not None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked.add(head.split()[1].decode())
            port = int(self.server.tls_url.rpartition(":")[2])
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pass_on(reader, there_writer), _pass_on(there_reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # a client that does not believe the certificate hangs up
        finally:
            writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    finally:
        writer.close()


def skip(missing: str, *, is_in_ci: bool) -> None:
    """Skip the test because of what is missing; fail it where .ci/run has to have installed that."""
    if is_in_ci and os.environ.get("CI", "").lower() == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def modules() -> str:
    """The folder of Node.js packages with BSG's client and what its suite needs; where CI is true it must be there."""
    if shutil.which("node") is None:
        skip("there is no Node.js here (node)", is_in_ci=True)
    if not MODULES:
        skip("BSG_NODE_MODULES does not say where bsg-nodejs is: npm install --prefix DIR …", is_in_ci=True)
    if absent := [name for name in ("bsg-nodejs", "mocha", "should") if not (Path(MODULES) / name).is_dir()]:
        skip(f"BSG_NODE_MODULES={MODULES} holds no {', '.join(absent)}", is_in_ci=True)
    return MODULES


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server with TLS and BSG's published exchanges."""
    pytest.importorskip("trustme", reason="TLS needs it: pip install trustme")
    # The clients' own suites have reports sent to addresses that are somebody's.
    settings = Settings(port=0, tls_port=0, scenario="documented", callbacks="off")
    server = Server(settings, open_library(settings), grace=0)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def road(server: Server) -> AsyncIterator[Road]:
    """The road to `server`."""
    road = Road(server)
    proxy = await asyncio.start_server(road.lead, "127.0.0.1", 0)
    road.proxy_port = proxy.sockets[0].getsockname()[1]
    yield road
    proxy.close()
    await proxy.wait_closed()


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
async def shop(road: Road, page: Page, tmp_path: Path) -> Path:
    """A folder with the sandbox's certificate, fetched as the page says, and with each language's program."""
    fetch = next(command for command in page.commands("A host that is written in") if command.startswith("curl"))
    if shutil.which("curl"):
        ran = await road.run(fetch, tmp_path)
        assert ran.code == 0, ran.told
    else:
        async with ClientSession() as session, session.get(f"{road.server.url}/_mock/ca.pem") as answer:
            (tmp_path / fetch.split()[-1]).write_bytes(await answer.read())
    for program in HERE.glob("[sS]hop.*"):
        shutil.copy(program, tmp_path)
    return tmp_path
