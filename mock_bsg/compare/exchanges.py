"""What is asked: exchanges, and questions about their answers. What is announced is computed from the same objects."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mock_bsg.compare.judging import Judge

Api = Literal["v1", "one"]
Key = Literal["given", "none", "empty", "wrong"]
"""What a request shows: of API v1 a key, of the One API the token that came for the key, or none."""

DRAMA_NUMBERS = tuple(f"447700900{number}" for number in range(600, 700))
"""Numbers that Ofcom keeps for drama, so they are nobody's; none of these means anything in a built-in scenario."""
NO_NUMBER = "447700900abc"
LOGIN = "/api/auth/login"
TEMPLATES = "/api/2fa/authentications/templates"
_CREATING = ("/create", "/check", "/messages/send", "/authentications/otp")
_RECIPIENTS = ("msisdn", "phone", "recipient")


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One request, the same for BSG and the sandbox, and its answers.

    `about` says what is special about it. `creates` is how many messages and lookups come of it if all is as assumed.
    `after` is an exchange that must have created something; `{id}` and `{task_id}` are what its answer told.
    `{api_key}`, `{wrong_key}` and `{token}` are the key, one that is none, and what the One API answered to the key.
    """

    about: str
    method: str
    path: str
    body: Any = None
    key: Key = "given"
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    creates: int = 0
    after: Exchange | None = None
    api: Api = "v1"

    @property
    def content(self) -> bytes | None:
        """The body as it is sent, before anything is filled in; what is bytes is sent as it is, the rest as JSON."""
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, separators=(",", ":")).encode()

    @property
    def is_login(self) -> bool:
        """Whether a token comes of it, which the exchanges after it show."""
        return self.path == LOGIN and b"{api_key}" in (self.content or b"")

    @property
    def most_created(self) -> int:
        """How much comes of it if nothing is refused: a message or lookup for each recipient, or a template."""
        if self.method == "POST" and self.path == TEMPLATES:
            return 1
        return _count_recipients(self.body) if self.path.endswith(_CREATING) else 0

    @property
    def missing(self) -> str | None:
        """Name what the answer of `after` has to tell: `id`, `task_id` or nothing."""
        text = self.path + (self.content or b"").decode()
        return next((name for name in ("task_id", "id") if "{" + name + "}" in text), None)

    def describe(self) -> str:
        """Write it as the announcement does: method, path, body, what is odd about its headers."""
        parts = [self.method, self.path]
        if self.content is not None:
            parts.append(self.content.decode())
            if self.content_type != "application/json":
                parts.append(f"as {self.content_type}")
        parts += [f"{name}: {value}" for name, value in self.headers]
        if self.api == "one":
            is_bare = self.key == "none" and self.path != LOGIN and not self.headers
            parts += ["without a token"] if is_bare else []
        elif self.key != "given":
            parts.append({"none": "without a key", "empty": "with an empty key", "wrong": "with a wrong key"}[self.key])
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one entry of docs/fidelity.md, by its id; `judge` looks at the answers of each exchange."""

    id: str
    asks: str
    exchanges: tuple[Exchange, ...]
    judge: Judge


@dataclass(slots=True)
class Run:
    """What is special about one run: a tag that makes its references unique, and the numbers it may send to."""

    tag: str
    numbers: Sequence[str] = DRAMA_NUMBERS
    _references: int = field(default=0, init=False)
    _numbers: int = field(default=0, init=False)

    def reference(self, length: int = 0) -> str:
        """Make a reference that nobody has used before, filled up to a length with dashes and letters."""
        self._references += 1
        short = f"cmp{self.tag}{self._references:02}"
        return (short + "-abcd" * length)[: max(length, len(short))]

    def number(self) -> str:
        """Take the next number that may be sent to."""
        self._numbers += 1
        return self.numbers[(self._numbers - 1) % len(self.numbers)]


def plan(questions: Iterable[Question]) -> list[Exchange]:
    """List all requests in the order in which they are sent, each once."""
    planned: dict[Exchange, None] = {}
    for question in questions:
        for exchange in question.exchanges:
            if exchange.after is not None:
                planned.setdefault(exchange.after)
            planned.setdefault(exchange)
    return list(planned)


def _count_recipients(value: Any) -> int:
    if isinstance(value, dict):
        here = sum(name in value for name in _RECIPIENTS)
        return here + sum(_count_recipients(inner) for inner in value.values())
    return sum(_count_recipients(inner) for inner in value) if isinstance(value, list) else 0
