"""A web address as somebody gave it: who is called, and what of it goes on the wire, byte for byte."""

from __future__ import annotations

import ipaddress
import re
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from yarl import URL

_PARTS = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"(\[[^\[\]]*\]|[^\[\]:]+)(?::([0-9]{0,9}))?")
# Line ends could begin another header; blanks, also those without a width, come from careless copying; half a surrogate
# has no bytes in UTF-8. What merely joins letters (U+200C, U+200D) belongs to words and emoji.
_NEVER = re.compile(r"[\s\x00-\x20\x7f-\x9f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")
# A token may stand in a query without a name, and end with = as base64 does.
_QUERY_VALUE = re.compile(r"(?<=[?&])(?:([^=&]+=)[^=&][^&]*|[^&]+)")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where a request goes, and how it words that.

    `host` is what is connected to: lower-case ASCII, an IPv6 address without its brackets. `host_header` and `target`
    are as given; only a name beyond ASCII becomes its IDNA form, and a fragment is never sent. `authorization` is there
    if the address names a user.
    """

    scheme: str
    host: str
    port: int
    host_header: str
    target: str
    authorization: str | None

    @classmethod
    def read(cls, text: str) -> WebAddress:
        """Read an http or https address with a host, and a port from 1 on if any; raises ValueError."""
        parts = _PARTS.match(text)
        if parts is None or _NEVER.search(text):
            raise ValueError("an http or https address without blanks is expected")
        scheme, authority, target = parts[1].lower(), parts[2], parts[3]
        userinfo, _, host_and_port = authority.rpartition("@")
        found = _HOST_AND_PORT.fullmatch(host_and_port)
        if found is None:
            raise ValueError("a host is expected, with a port from 1 to 65535 if any")
        port = int(found[2]) if found[2] else _DEFAULT_PORTS[scheme]
        if not 1 <= port <= 65535:
            raise ValueError("a port from 1 to 65535 is expected")
        host, named = _read_host(found[1])
        return cls(
            scheme,
            host,
            port,
            named + host_and_port[len(found[1]) :],
            target if target.startswith("/") else f"/{target}",
            _word_authorization(userinfo) if userinfo else None,
        )

    @property
    def receiver(self) -> str:
        """Host and port in one spelling: who is called."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def as_url(self) -> URL:
        """Make a URL that aiohttp sends as it stands: what it takes for the path is the whole request target."""
        return URL.build(scheme=self.scheme, authority=self.receiver, path=self.target, encoded=True)


def mask_address(text: str) -> str:
    """Keep of an address what may stand in a log: a password may be in it, and signatures and tokens in its query."""
    start, mark, query = text.partition("#")[0].partition("?")
    start = _USERINFO.sub(lambda found: f"{found[0].partition(':')[0]}:…@" if ":" in found[0] else "…@", start)
    return start + mark + _QUERY_VALUE.sub(r"\1…", f"?{query}")[1:]


def _read_host(given: str) -> tuple[str, str]:
    """Read a host: as it is connected to, and as the Host header names it."""
    if given.startswith("["):
        address, _, scope = given[1:-1].replace("%25", "%", 1).partition("%")
        # A scope says which of this machine's interfaces leads there, and means nothing to the receiver.
        return str(ipaddress.IPv6Address(address)) + (f"%{scope}" if scope else ""), f"[{address}]"
    host = URL.build(scheme="http", host=given).raw_host  # raises ValueError for what no host's name can have in it
    if not host:
        raise ValueError("a host is expected")
    return host, given if given.isascii() else host


def _word_authorization(userinfo: str) -> str:
    user, _, password = userinfo.partition(":")
    return "Basic " + b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password)).decode("ascii")
