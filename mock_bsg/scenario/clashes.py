"""Keys that cannot stand together, and keys of which one must be there: said once, for `check` and for the schema."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any, Final, NamedTuple

from mock_bsg.domain.lifecycle import PLANNED
from mock_bsg.rules.faults import ANSWERS, ENDS, SILENT
from mock_bsg.scenario.errors import Mistake

Json = dict[str, Any]


class Clash(NamedTuple):
    """Two keys of which a mapping has one at most; told at the second.

    `values`: only if the first has one of these values. `message` may name the first's value as `{value}`.
    """

    first: str
    second: str
    message: str
    values: tuple[Any, ...] | None = None

    def is_in(self, item: Mapping[str, Any]) -> bool:
        if self.first not in item or self.second not in item:
            return False
        found = item[self.first]
        return self.values is None or any(type(found) is type(each) and found == each for each in self.values)

    def schema(self) -> Json:
        """Describe mappings that do not have it."""
        values = {} if self.values is None else {"properties": {self.first: {"enum": list(self.values)}}}
        return {"not": {"required": [self.first, self.second], **values}}


class Choice(NamedTuple):
    """Keys of which a mapping has one at least, or it does nothing."""

    keys: tuple[str, ...]
    message: str

    def is_in(self, item: Mapping[str, Any]) -> bool:
        return any(key in item for key in self.keys)

    def schema(self) -> list[Json]:
        return [{"required": [key]} for key in self.keys]


_ANSWERED_ONCE: Final = tuple(
    Clash(one, other, f"'{one}' is already the whole answer, so '{other}' cannot stand beside it: remove one of them")
    for one, other in combinations(ENDS, 2)
)
_UNSENT_HEADERS: Final = Clash(
    "fault",
    "headers",
    "no answer is sent with {value}, so there are no headers: remove one of them",
    tuple(sorted(SILENT)),
)
_RESULTS: Final = (*PLANNED, "outcomes")

RULE: Final = (
    *_ANSWERED_ONCE,
    _UNSENT_HEADERS,
    *(
        Clash(end, plan, f"with '{end}' nothing is created, so there is nothing to plan: remove '{plan}' or '{end}'")
        for end, plan in product(ENDS, _RESULTS)
    ),
)
FAULT: Final = (
    *_ANSWERED_ONCE,
    _UNSENT_HEADERS,
    Clash(
        "every",
        "probability",
        "'every' and 'probability' cannot both say which requests are hit: remove one of them",
    ),
)
CLOCK: Final = (Clash("manual", "speed", "a manual clock has no speed: it moves only when it is told to", (True,)),)

RULE_DECIDES: Final = Choice(
    (*_RESULTS, *ANSWERS), f"the rule decides nothing: give it one of {', '.join((*_RESULTS, *ANSWERS))}"
)
FAULT_ACTS: Final = Choice(ANSWERS, f"the fault does nothing: give it one of {', '.join(ANSWERS)}")


def find(clashes: Sequence[Clash], item: Mapping[str, Any]) -> Iterator[Mistake]:
    """Find what clashes in a mapping; each key is told once, by the first that it clashes with."""
    told: set[str] = set()
    for clash in clashes:
        if clash.second not in told and clash.is_in(item):
            told.add(clash.second)
            message = clash.message.replace("{value}", str(item[clash.first]))
            yield Mistake((clash.second,), message, at_key=True)
