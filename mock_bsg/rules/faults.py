"""What a whole request gets instead of, or along with, its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from mock_bsg.domain.durations import Span
from mock_bsg.rules.matchers import TextMatch

FaultKind = Literal["connection_reset", "empty_response", "malformed_response", "truncated_response", "hang"]
FAULT_KINDS: Final[tuple[FaultKind, ...]] = get_args(FaultKind)

SILENT: Final[frozenset[FaultKind]] = frozenset({"connection_reset", "empty_response", "hang"})
"""Faults after which no byte of an answer is sent."""

ENDS: Final = ("error", "status", "fault")
"""The keys of a rule or a fault each of which is the whole answer."""

ANSWERS: Final = (*ENDS, "delay", "headers")
"""The keys of a rule or a fault that say something about the answer."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule or a fault does to the whole request."""

    name: str
    origin: Literal["rule", "fault"]
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    delay: Span | None = None
    fault: FaultKind | None = None
    error: int | None = None

    @property
    def ends_request(self) -> bool:
        """Whether the request is answered by this effect alone, so that nothing is created."""
        return self.status is not None or self.fault is not None or self.error is not None


@dataclass(frozen=True, slots=True)
class FaultRule:
    """Which requests an effect hits: those that match, and of them each, every so many, or some by chance."""

    index: int
    effect: Effect
    method: TextMatch | None = None
    path: TextMatch | None = None
    header: tuple[tuple[str, TextMatch], ...] = ()  # names in lower case
    body: TextMatch | None = None
    times: int | None = None
    every: int | None = None
    probability: float | None = None

    @property
    def name(self) -> str:
        return self.effect.name

    def looks_at(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the request is one that this fault is about."""
        if self.path is not None and not self.path.accepts(path):
            return False
        if self.method is not None and not self.method.accepts(method.upper()):
            return False
        if self.header and not self._finds_headers(headers):
            return False
        return self.body is None or self.body.accepts(body.decode("utf-8", "replace"))

    def _finds_headers(self, headers: Mapping[str, str]) -> bool:
        given = {name.lower(): value for name, value in headers.items()}
        return all(name in given and match.accepts(given[name]) for name, match in self.header)
