"""Regular expressions as scenarios write them: whatever one says, no text keeps the server busy with it."""

from typing import Final

import regex

from mock_bsg.logs import LOG

SEARCH_LIMIT_S: Final = 0.05
"""Seconds of processor time that one search may take; an expression that takes longer is given up.

A usual expression takes microseconds, one like `(a+)+$` longer than the universe has stood, and everybody else's
requests would wait for it.
"""


class Expression:
    """A regular expression that is searched for anywhere in a text.

    One that has taken too long once is found nowhere any more: a request may search for it fifty times.
    """

    __slots__ = ("_is_given_up", "_pattern")

    def __init__(self, source: str) -> None:
        """Compile it; raises ValueError with a sentence if it is none."""
        self._is_given_up = False
        try:
            # Python's own engine cannot be stopped once it searches; this one reads the same language.
            self._pattern: Final = regex.compile(source)
        except regex.error as error:
            raise ValueError(f"'/{source}/' is not a regular expression: {error}") from None
        except (OverflowError, RecursionError):
            raise ValueError(f"'/{source}/' is not a regular expression: it is too large") from None

    def search(self, text: str) -> bool:
        """Whether it is found in the text."""
        if self._is_given_up:
            return False
        try:
            return self._pattern.search(text, timeout=SEARCH_LIMIT_S) is not None
        except TimeoutError:
            self._is_given_up = True
            fields = {"expression": f"/{self._pattern.pattern}/", "characters": len(text)}
            LOG.warning("a regular expression takes too long: from now on nothing matches it", extra={"fields": fields})
            return False
