"""Scenarios compiled beforehand: a wheel's built-in ones are not read out of YAML again at every start."""

import pickle
from pathlib import Path
from typing import Final

from mock_bsg import __version__
from mock_bsg.scenario.playbook import Playbook

SUFFIX: Final = ".playbook"


def write(path: Path, playbook: Playbook) -> None:
    """Keep a playbook for `find`; it holds the text that it was compiled from."""
    path.write_bytes(pickle.dumps((__version__, playbook), protocol=5))


def find(path: Path, text: str) -> Playbook | None:
    """Find the playbook kept beside a built-in scenario's file; None if there is none for this very text and version.

    Only for files of the package itself: what unpickles is as trusted as the code beside it.
    """
    try:
        version, playbook = pickle.loads(path.with_suffix(SUFFIX).read_bytes())  # noqa: S301 -- see above
    except Exception:  # noqa: BLE001 -- whatever is wrong with it, the YAML is there to be read
        return None
    fits = version == __version__ and isinstance(playbook, Playbook) and playbook.source == text
    return playbook if fits and playbook.name == path.stem else None
