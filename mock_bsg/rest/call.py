"""A call of BSG's API, between HTTP and the sandbox: who asks what, and the answer in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl

from mock_bsg.rest.body import NotReadableError, read_body
from mock_bsg.rest.mistakes import explain_field, explain_shape
from mock_bsg.sandbox import answering
from mock_bsg.sandbox.answering import MOST_EXPLAINED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from mock_bsg.sandbox.answering import Answer


CLASSIC_CLIENTS = "Python, PHP, Node.js, Go, Ruby, Perl, Java"
"""BSG's clients written by hand."""
V1_SDK = "v1 SDK"
"""The client for PHP that BSG generates from its description of API v1."""
EVERY_CLIENT = f"{CLASSIC_CLIENTS}, {V1_SDK}"


@dataclass(slots=True)
class Call(answering.Call):
    """One call of API v1, whose bodies and queries are read as BSG's clients really send them."""

    def body(self) -> Any:
        """Read the body; None, with a note, if it is neither JSON nor a form."""
        try:
            return read_body(self.raw, self.headers.get("Content-Type", ""))
        except NotReadableError as fault:
            self.notes.append(str(fault))
            return None

    def asked(self) -> dict[str, Any]:
        """Read what is asked for: the query's parameters, and over them those of a body that is an object.

        The v1 SDK sends the same parameters as a query with GET and as JSON with POST [client].
        """
        query = parse_qsl(self.target.partition("?")[2], keep_blank_values=True)
        body = self.body() if self.raw else None
        return dict(query) | (body if isinstance(body, dict) else {})

    def note_unknown(self, where: str, found: Mapping[str, Any], known: Collection[str]) -> None:
        """Note fields that BSG does not know and so ignores: a misspelt field is the commonest integration mistake."""
        for name in found:
            if name not in known:
                meant = ""
                if len(self.notes) < MOST_EXPLAINED:
                    # null means absent: a field that is there as null is missing, too.
                    meant = explain_field(name, known, [each for each in found if found[each] is not None])
                self.notes.append(f"unknown field {where}{name}{meant}")

    def note_shape(self, where: str, found: Any, expected: str) -> None:
        """Note that a part of the body, "" for all of it, is not what is expected there."""
        if found is not None or where or not self.notes:  # else it was said already why there is no body
            self.note(explain_shape(where, found, expected))


Handle: TypeAlias = "Callable[[Call], Answer]"


@dataclass(frozen=True, slots=True)
class Function:
    """One function of BSG's API: `path` is without /rest and /v1.0, `clients` are BSG's own that call it."""

    methods: tuple[str, ...]
    path: str
    handle: Handle
    summary: str
    clients: str = ""
