"""Clients can fetch the certificate that they have to trust."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession

from mock_bsg.http.server import Server, open_library
from mock_bsg.settings import Settings

if TYPE_CHECKING:
    from tests.conftest import Client


async def test_without_tls_there_is_no_certificate(client: Client) -> None:
    answer = await client.get("/_mock/ca.pem")

    assert answer.status == 404
    assert "--tls-port" in (await answer.json())["error"]


async def test_who_trusts_the_certificate_reaches_the_sandbox_by_tls() -> None:
    pytest.importorskip("trustme", reason="TLS needs it: pip install trustme")
    settings = Settings(port=0, tls_port=0)
    server = Server(settings, open_library(settings), grace=0)
    await server.start()
    try:
        async with ClientSession() as session:
            fetched = await session.get(f"{server.url}/_mock/ca.pem")
            trusting = ssl.create_default_context(cadata=await fetched.text())
            answer = await session.get(f"{server.tls_url}/_mock/health", ssl=trusting)
            assert (fetched.status, answer.status) == (200, 200)
    finally:
        await server.stop()
