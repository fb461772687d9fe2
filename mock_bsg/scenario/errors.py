"""What can be wrong with a scenario, and how it is said."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a scenario's text; lines and columns count from 1, `path` is empty for the text as a whole."""

    path: str
    line: int
    column: int
    message: str

    def render(self, file: str) -> str:
        """Write `FILE:LINE:COLUMN: path.in.file: what is wrong`, in one line whatever the text has in it."""
        said = f"{self.path}: {self.message}" if self.path else self.message
        line = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in said)
        return f"{file}:{self.line}:{self.column}: {line}"


class ScenarioError(ValueError):
    """A scenario cannot be used; `problems` has every mistake in it, in the order of the text."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.name: Final = name
        self.problems: Final = tuple(problems)
        super().__init__(name, self.problems)

    def __str__(self) -> str:
        return "\n".join(problem.render(self.name) for problem in self.problems)


class CannotBeWrittenError(ValueError):
    """A scenario is written in a way that nothing can be put into, or taken out of, without writing it anew."""


class UnknownScenario(KeyError):  # noqa: N818 -- reads as what is the matter
    """There is no scenario of that name; `names` are those there are."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        self.name: Final = name
        self.names: Final = tuple(names)
        super().__init__(name, self.names)

    def __str__(self) -> str:
        return f"there is no scenario '{self.name}'{suggest(self.name, self.names)}; there are {', '.join(self.names)}"


class Mistake(NamedTuple):
    """What is wrong at a place below the value that was read; `at_key` points at the key, not at its value."""

    path: tuple[str | int, ...]
    message: str
    at_key: bool = False


class MistakesError(ValueError):
    """Several things are wrong with one value."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes: Final = tuple(mistakes)
        super().__init__("; ".join(mistake.message for mistake in self.mistakes))


class Findings:
    """Collects what is wrong with the parts of a value, so that all of it can be said at once."""

    def __init__(self) -> None:
        self._mistakes: list[Mistake] = []

    def attempt(self, step: str | int | None, read: Callable[[Any], T], value: Any) -> T | None:
        """Read a part by its reader; None, and noted, if it is wrong. A step of None is the value itself."""
        path = () if step is None else (step,)
        try:
            return read(value)
        except MistakesError as error:
            self._mistakes += [Mistake((*path, *each.path), each.message, each.at_key) for each in error.mistakes]
        except ValueError as error:
            self._mistakes.append(Mistake(path, str(error)))
        return None

    def check_key(self, key: str, read: Callable[[str], object]) -> None:
        """Note what the reader of keys says of this one, if it is wrong."""
        try:
            read(key)
        except ValueError as error:
            self.note(key, str(error), at_key=True)

    def note(self, step: str | int, message: str, *, at_key: bool = False) -> None:
        self._mistakes.append(Mistake((step,), message, at_key))

    def refuse(self) -> None:
        """Raise MistakesError if anything was found."""
        if self._mistakes:
            raise MistakesError(self._mistakes)


def suggest(word: str, known: Iterable[str]) -> str:
    """Say ` (did you mean 'x'?)` if one of the known words is near, else nothing."""
    # Only the unlucky pay for the import.
    from difflib import get_close_matches  # noqa: PLC0415 -- see above

    by_folded = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold(), by_folded, n=1)
    return f" (did you mean '{by_folded[near[0]]}'?)" if near else ""
