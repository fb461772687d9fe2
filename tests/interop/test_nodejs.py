"""BSG's own client for Node.js, unmodified, calls https://app.bsg.hk and gets the sandbox."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from mock_bsg.server import Server, open_library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HERE = Path(__file__).parent
MODULES = os.environ.get("BSG_NODE_MODULES", "")


def what_is_missing() -> str:
    """What this needs and does not find; nothing if all is there."""
    if shutil.which("node") is None:
        return "there is no Node.js here (node)"
    if not MODULES:
        return (
            "BSG_NODE_MODULES does not say where bsg-nodejs is: npm install --prefix DIR bsg-nodejs, DIR/node_modules"
        )
    if not (Path(MODULES) / "bsg-nodejs").is_dir():
        return f"BSG_NODE_MODULES={MODULES} holds no bsg-nodejs"
    return ""


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server with TLS and BSG's published exchanges."""
    pytest.importorskip("trustme", reason="TLS needs it: pip install 'mock-bsg[tls]'")
    settings = Settings(port=0, tls_port=0, scenario="documented")
    server = Server(settings, open_library(settings), grace=0)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def modules() -> str:
    """The folder of Node.js packages with BSG's client; where CI is true it must be there."""
    missing = what_is_missing()
    if missing and os.environ.get("CI", "").lower() == "true":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    return MODULES


async def run_client(server: Server, modules: str, certificate: Path | None) -> tuple[int | None, dict[str, Any]]:
    """Exit code of the program with the client, and the answers that it got, by call."""
    assert server.tls_url is not None
    environ = os.environ | {
        "NODE_PATH": modules,
        "NODE_EXTRA_CA_CERTS": str(certificate or ""),
        "NODE_NO_WARNINGS": "1",
        "NODE_OPTIONS": f"--require {HERE / 'redirect.js'}",
        "SANDBOX_PORT": server.tls_url.rpartition(":")[2],
        "BSG_KEY": "<YOUR_ACCESS_KEY>",
    }
    process = await asyncio.create_subprocess_exec(
        "node",
        str(HERE / "calls.js"),
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL if certificate is None else None,
    )
    out, _ = await process.communicate()
    return process.returncode, dict(json.loads(line) for line in out.splitlines())


async def fetch(url: str) -> bytes:
    async with ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        return await answer.read()


async def test_bsg_nodejs_gets_the_sandbox_over_tls(server: Server, modules: str, tmp_path: Path) -> None:
    certificate = tmp_path / "ca.pem"
    certificate.write_bytes(await fetch(f"{server.url}/_mock/ca.pem"))

    code, said = await run_client(server, modules, certificate)

    assert code == 0
    assert said["balance"] == {
        "error": 0,
        "errorDescription": "No errors",
        "amount": "100.0000000",
        "currency": "EUR",
        "limit": "7",
    }
    assert said["createHLR"]["result"][0]["error"] == 0
    assert [entry["error"] for entry in said["createHLRs"]["result"]] == [63, 0]
    assert (said["getHLR"]["status"], said["getHLR"]["msisdn"]) == ("active", "380972920000")
    assert said["createSMS"]["result"]["error"] == 0
    assert [entry["error"] for entry in said["createSMSes"]["result"]] == [0, 0]
    assert (said["createSMSesAgain"]["task_id"], said["createSMSesAgain"]["result"][0]["error"]) == ("7", 23)
    assert (said["getSMS"]["status"], said["getSMS"]["msisdn"]) == ("delivered", "380972000000")
    assert said["createViber"]["total_price"] == 0.23
    assert said["createViberAgain"]["result"][0] == {
        "error": 43,
        "errorDescription": "External ID already exists",
        "reference": "ext_id_19",
    }
    assert (said["getViber"]["status"], said["getViber"]["price"]) == ("undeliverable", 0)
    for prices in ("HLRPrices", "SMSPrices", "viberPrices"):
        assert said[prices]["error"] == 0
        assert said[prices]["prices"][0]["price"]
    assert said["viberPricesOfUnknownTariff"] == {"error": 6, "errorDescription": "Invalid tariff code"}


async def test_bsg_nodejs_checks_the_certificate(server: Server, modules: str) -> None:
    code, said = await run_client(server, modules, None)

    assert (code, said) == (1, {})
