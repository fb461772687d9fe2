"""The rules of a scenario, compiled: what each asks for, and what it gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.rules.faults import Effect
    from mock_bsg.rules.matchers import Matcher, TextMatch
    from mock_bsg.rules.plan import Plan


ADDED: Final = "next time"
"""How the names of rules and faults begin that are added to the scenario of an account while it is in use."""

_ADDED_NAME: Final = re.compile(ADDED + r" [1-9][0-9]{0,8}(?:: .*)?", re.DOTALL)


def is_added(name: object) -> bool:
    """Whether a rule or fault of that name was added while its scenario was in use.

    The others don't count it: an unnamed one keeps its name, and all draw what they would have drawn without it.
    """
    return isinstance(name, str) and _ADDED_NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of the things that may become of a recipient's messages, and its share."""

    weight: float
    plans: Mapping[Channel, Plan]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule of a scenario, compiled; it holds for a recipient whose every asked-for key is accepted."""

    name: str
    index: int
    drawn_as: str
    """What draws of its times are named after."""
    error: int | None = None
    effect: Effect | None = None
    outcomes: tuple[Outcome, ...] = ()
    times: int | None = None
    message_keys: tuple[tuple[str, Matcher], ...] = ()
    msisdn: TextMatch | None = None
    country: TextMatch | None = None
    reference: TextMatch | None = None

    def speaks_for(self, channel: Channel) -> bool:
        """Whether the rule decides anything about that channel."""
        if self.error is not None or self.effect is not None:
            return True
        return any(channel in outcome.plans for outcome in self.outcomes)

    @property
    def recipient_keys(self) -> tuple[tuple[str, TextMatch], ...]:
        keys = (("msisdn", self.msisdn), ("country", self.country), ("reference", self.reference))
        return tuple((key, match) for key, match in keys if match is not None)
