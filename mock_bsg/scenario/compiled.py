"""Scenarios compiled beforehand: a wheel's built-in ones are not read out of YAML again at every start."""

import pickle
from pathlib import Path
from typing import Final

from mock_bsg import __version__
from mock_bsg.rules.ruleset import Ruleset

SUFFIX: Final = ".ruleset"


def write(path: Path, ruleset: Ruleset) -> None:
    """Keep a ruleset for `find`; it holds the text that it was compiled from."""
    path.write_bytes(pickle.dumps((__version__, ruleset), protocol=5))


def find(path: Path, text: str) -> Ruleset | None:
    """Find the ruleset kept beside a built-in scenario's file; None if there is none for this very text and version.

    Only for files of the package itself: what unpickles is as trusted as the code beside it.
    """
    try:
        version, ruleset = pickle.loads(path.with_suffix(SUFFIX).read_bytes())  # noqa: S301 -- see above
    except Exception:  # noqa: BLE001 -- whatever is wrong with it, the YAML is there to be read
        return None
    fits = version == __version__ and isinstance(ruleset, Ruleset) and ruleset.source == text
    return ruleset if fits and ruleset.name == path.stem else None
