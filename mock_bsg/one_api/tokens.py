"""Bearer tokens: JSON Web Tokens, signed, that name the account which logged in.

Nothing is kept of them: the key is in the token's head, so that a restart, another replica or the account's end log
nobody out. Their times are the account's, who alone knows whether one has expired.
"""

from __future__ import annotations

import hashlib
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import jwt

from mock_bsg.one_api import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALGORITHM = "HS256"
_HEADER = "Authorization"


class Token(NamedTuple):
    """What a token says: whose it is, and when it ends, in seconds of the account's clock."""

    key: str
    expires: int


def issue(key: str, now: int, life: int) -> str:
    """Make a token for the account of that key; `now` and `life` in ms of its clock. The claims are BSG's [users]."""
    issued = now // 1000
    claims = {"iat": issued, "exp": (now + life) // 1000, "roles": [], "id": zlib.crc32(_bytes(key))}
    return jwt.encode(claims, _secret(key), _ALGORITHM, headers={"kid": key})


def find(headers: Mapping[str, str]) -> Token:
    """Find the token of a request; raises Refusal where there is none, or one that nobody here has signed.

    BSG's SDKs send `Authorization: Bearer …` [sdk], its prose writes `Bearer: …`: both are read.
    """
    authorization = headers.get(_HEADER, "")
    found = _read(authorization[7:]) if authorization.startswith("Bearer ") else None
    if found is not None:  # nearly always
        return found
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.rstrip(":").lower() != "bearer" or not token.strip():
        token = headers.get("Bearer", "")
    if not token.strip():
        raise refusals.unauthorized(refusals.NO_TOKEN)
    found = _read(token.strip())
    if found is None:
        raise refusals.unauthorized(refusals.INVALID_TOKEN)
    return found


def check(headers: Mapping[str, str], now: int) -> None:
    """Raise Refusal unless a request has a token that has not expired; `now` in ms of the account's clock."""
    if find(headers).expires * 1000 <= now:
        raise refusals.unauthorized(refusals.EXPIRED_TOKEN)


@lru_cache(maxsize=1024)
def _read(token: str) -> Token | None:
    try:
        key = jwt.get_unverified_header(token).get("kid")
        if not isinstance(key, str) or not key:
            return None
        claims = jwt.decode(
            token,
            _secret(key),
            [_ALGORITHM],
            # Times are looked at by the account's clock.
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp"]},
        )
        return Token(key, int(claims["exp"]))
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
        return None


def _secret(key: str) -> bytes:
    # Whoever reads this can forge a token, and whoever has the key can get one: there is nothing to be had by it.
    return hashlib.sha256(b"mock_bsg bearer " + _bytes(key)).digest()


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")
