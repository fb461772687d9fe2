"""Keys and tokens in a request: which of it is one, where one was put by mistake, and how it is shown masked."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY_HEADER = "X-API-KEY"
KEY_BEGINNINGS = frozenset({"test_", "live_"})
"""How the keys begin that BSG gives out."""

# Names of headers and of parameters, in small letters and without whatever stands between them.
_TOKEN_NAME = re.compile(
    r"(x|http)*(proxy)?(authorization|authentication|auth)|(set)?cookie|bearer"
    r"|(x|http)*(bsg|notificore|app|api|auth|access|refresh|secret|private|client|session|csrf|xsrf|bearer)*"
    r"(key|token|secret|password|passwd|pwd)(id|value)?"
)
# What a name has in it beside whose value a key is rather a key than anything else.
_OF_KEYS = re.compile("key|token|secret|auth|passw|credential|account|login|bsg|api(?!source)")
_LOOKS_LIKE_KEY = re.compile("(?:test|live)_[A-Za-z0-9]{8,}")
# Where a path has a key in it: at its beginning or behind the base, for nothing else begins so there.
_KEY_IN_PATH = re.compile(r"^((?:[^:/?#]+://[^/?#]*)?/*(?:(?:rest|v1\.0|api)/+)?)((?:test|live)_[^/?#]+)")
_NO_LETTER = re.compile("[^a-z]+")
_SCHEME = re.compile(r"(?i)(bearer|basic|token|digest|negotiate|api-?key|key|x-api-key)([:=][ \t]*|[ \t]+)")
_PAIRS = ('""', "''", "``", "<>", "[]", "()", "{}", "\u201c\u201d", "\u2018\u2019", "«»")
_QUOTES = "\"'`\u201c\u201d\u2018\u2019«»"
_SHOWN = 3
# What says what a key is; all else is the secret. A scheme stands there where a token came for a key.
_KIND = re.compile(r"(?:(?i:bearer|basic|token|digest|negotiate|api-?key|key)[ \t]+)?(?:test_|live_)?")


def mask_key(key: str) -> str:
    """Keep of an API key what may stand in a log: of `test_0ZeXYZ`, `test_0Ze…`; never more than half of the secret."""
    found = _KIND.match(key)
    kind = found.end() if found else 0
    return key[: kind + min(_SHOWN, (len(key) - kind) // 2)] + "…"


class Misplaced(NamedTuple):
    """A key or token that came elsewhere than in X-API-KEY: in words where, and which; "" if it cannot be read."""

    where: str
    key: str

    def __str__(self) -> str:
        shown = f" {mask_key(self.key)}" if self.key else ""
        return f"{self.where}{shown}; BSG reads the key from the header {KEY_HEADER} alone"


@lru_cache(maxsize=1024)
def is_token_name(name: str) -> bool:
    """Whether what a header or parameter of this name holds is not for everybody to read."""
    return _TOKEN_NAME.fullmatch(_in_letters(name)) is not None


def _in_letters(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())


def is_token(name: str, value: str) -> bool:
    """Whether a header's value is a token: by its name, or as it looks like a key of BSG's under a name of its own."""
    if is_token_name(name):
        return True
    return _LOOKS_LIKE_KEY.fullmatch(value.strip()) is not None and _OF_KEYS.search(_in_letters(name)) is not None


def _is_token_parameter(name: str, value: str) -> bool:
    # No parameter of API v1 has a value like a key's.
    return is_token_name(name) or _LOOKS_LIKE_KEY.fullmatch(value.strip()) is not None


def mask_header(name: str, value: str) -> str:
    """Show a header's value, its token masked if it has one: `Bearer test_0Ze…`."""
    if not is_token(name, value):
        return value
    if "cookie" in name.lower():
        return "; ".join(f"{cookie.partition('=')[0].strip()}=…" for cookie in value.split(";"))
    return mask_key(value)


def mask_target(target: str) -> str:
    """Show path and query, with keys masked that were put into the path, and parameters that are keys or tokens."""
    path, mark, query = target.partition("?")
    path = _KEY_IN_PATH.sub(lambda found: found[1] + mask_key(found[2]), path)
    return f"{path}?{'&'.join([_mask_parameter(part) for part in query.split('&')])}" if mark else path


def _mask_parameter(part: str) -> str:
    name, mark, value = part.partition("=")
    return f"{name}={mask_key(value)}" if mark and _is_token_parameter(unquote_plus(name), value) else part


_IN_LOGIN = re.compile(r'("(?:api_key|bearer)"\s*:\s*")((?:[^"\\]|\\.)*)')


def mask_login(text: str) -> str:
    """Show the JSON of a login, or of what it is answered with, its key or token masked."""
    return _IN_LOGIN.sub(lambda found: found[1] + mask_key(found[2]), text)


def find_misplaced(headers: Iterable[tuple[str, str]], query: str, path: str = "") -> Misplaced | None:
    """Find where a request without X-API-KEY has put its key; `query` is as it came, without the question mark."""
    found = [_read_header(name, value.strip()) for name, value in headers if _may_hold_key(name, value)]
    found += [
        Misplaced(f"the query has {name}", value.strip())
        for name, value in parse_qsl(query)
        if _is_token_parameter(name, value) and value.strip()
    ]
    in_path = _KEY_IN_PATH.match(path)
    if in_path:
        found.append(Misplaced("the path has", in_path[2]))
    # What looks like a key of BSG's is what was meant, whatever else there is.
    return next((each for each in found if each.key[:5] in KEY_BEGINNINGS), found[0] if found else None)


def _may_hold_key(name: str, value: str) -> bool:
    is_elsewhere = "cookie" not in name.lower() and name.lower() != KEY_HEADER.lower()
    return is_elsewhere and value.strip() != "" and is_token(name, value)


def _read_header(name: str, value: str) -> Misplaced:
    scheme, _, rest = value.partition(" ")
    if not rest or "auth" not in name.lower():
        return Misplaced(f"there is {name}:", value)
    where = f"there is {name}: {scheme[:20]}"
    return Misplaced(where, _read_basic(rest.strip()) if scheme.lower() == "basic" else rest.strip())


def _read_basic(credentials: str) -> str:
    """Read user or password, whichever is rather a key; "" if they cannot be read."""
    try:
        user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return ""
    return password if password[:5] in KEY_BEGINNINGS or not user else user


def find_ignored(authorization: str) -> str | None:
    """Tell in words that a token beside X-API-KEY is not read; None for what may be there for a proxy's sake."""
    if not authorization.lower().startswith("bearer "):
        return None
    return f"Authorization: {mask_key(authorization)} is not read; BSG takes the key of the header {KEY_HEADER} alone"


@lru_cache(maxsize=1024)
def find_oddity(key: str) -> str | None:
    """Tell in words what is odd about the value of X-API-KEY, as if more than the key had been written there.

    With `--api-keys` left out any value is a valid key here, but not to BSG.
    """
    scheme = _SCHEME.match(key)
    if scheme:
        return f"'{scheme[0].strip()}' stands before the key; BSG expects the key alone"
    opening, closing = key[0], key[-1]
    if key.startswith(("$", "{{", "%", "<%")) or (opening == "<" and closing == ">"):
        return "it looks like a placeholder that nobody filled in"
    if len(key) > 1 and opening + closing in _PAIRS:
        return f"{opening} and {closing} stand around the key; BSG expects the key alone"
    if opening in _QUOTES or closing in _QUOTES:
        return "a quote stands at one end of the key; BSG expects the key alone"
    if "," in key or " " in key or "\t" in key:
        return "there are blanks or commas in it, as if it were more than one"
    return None
