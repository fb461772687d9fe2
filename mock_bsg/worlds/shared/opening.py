"""Opens the Redis or Valkey that a server was told to keep its accounts in, under the prefix that its URL names."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from mock_bsg.sandbox.errors import NotKeptError
from mock_bsg.worlds.errors import WorldError
from mock_bsg.worlds.shared.redis_line import RedisLine
from mock_bsg.worlds.shared.redis_store import RedisStore
from mock_bsg.worlds.shared.shared_ledger import SharedLedger

if TYPE_CHECKING:
    from mock_bsg.domain.store_address import StoreAddress
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.accounts import Accounts
    from mock_bsg.sandbox.requests import Answering
    from mock_bsg.scenario.library import Library

PREFIX: Final = "mock-bsg"
_PREFIX: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")


async def open_shared(
    address: StoreAddress, accounts: Accounts, answer: Answering[Account], library: Library
) -> SharedLedger:
    """Open the store at that address; raises WorldError if it cannot be reached, or has what does not fit."""
    assert address.url is not None  # noqa: S101 -- told to the type checker: it is no file
    url, prefix = split_prefix(address.url)
    line = _open_line(url, str(address))
    ledger = SharedLedger(RedisStore(line, prefix, secrets.token_hex(4)), accounts, answer, library)
    try:
        await ledger.open()
    except NotKeptError as trouble:
        await ledger.close()
        raise WorldError(f"--store: {trouble}") from None
    except BaseException:
        await ledger.close()
        raise
    return ledger


def _open_line(url: str, where: str) -> RedisLine:
    try:
        line = RedisLine(url, where)
        # Connects to nobody, but sees that the URL makes sense.
        line.client.connection_pool.make_connection()  # type: ignore[no-untyped-call] # as redis-py has it
    except (ValueError, TypeError) as wrong:
        raise WorldError(f"--store {where}: {wrong}") from None
    return line


def split_prefix(url: str) -> tuple[str, str]:
    """Tell the URL without our prefix in it, and the prefix. Raises WorldError."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    prefix = dict(query).get("prefix", PREFIX)
    if _PREFIX.fullmatch(prefix) is None:
        raise WorldError(f"--store: the prefix '{prefix}' was found, letters, digits and . _ : - are expected")
    rest = [(name, value) for name, value in query if name != "prefix"]
    return parts._replace(query=urlencode(rest)).geturl(), prefix
