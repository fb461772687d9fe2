"""Too few files that may be open are found out before anything breaks, and recognized where it does."""

import errno
import os

import pytest

from mock_bsg import descriptors
from mock_bsg.descriptors import explain_exhaustion, is_exhaustion, probe


def test_a_probe_leaves_nothing_open() -> None:
    with open(os.devnull) as before:  # noqa: PTH123 -- the lowest free number is what it is about
        number = before.fileno()
    probe()
    with open(os.devnull) as after:  # noqa: PTH123 -- likewise
        assert after.fileno() == number


def test_a_probe_that_runs_out_of_files_says_so_and_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, opened = os.pipe, 0

    def run_out() -> tuple[int, int]:
        nonlocal opened
        if opened == descriptors.NEEDED - 2:
            raise OSError(errno.EMFILE, "Too many open files")
        opened += 2
        return pipe()

    with open(os.devnull) as before:  # noqa: PTH123 -- the lowest free number is what it is about
        number = before.fileno()
    monkeypatch.setattr("os.pipe", run_out)
    with pytest.raises(OSError, match="Too many open files"):
        probe()
    with open(os.devnull) as after:  # noqa: PTH123 -- likewise
        assert after.fileno() == number


@pytest.mark.parametrize(
    ("fault", "is_it"),
    [
        (OSError(errno.EMFILE, ""), True),
        (OSError(errno.ENFILE, ""), True),
        (ImportError(f"_ssl.so: cannot open shared object file: {os.strerror(errno.EMFILE)}"), True),
        (ImportError("No module named 'x'"), False),
        (OSError(errno.ENOENT, ""), False),
        (ValueError("Too many open files"), False),
    ],
)
def test_it_is_recognized_whoever_met_it(fault: Exception, is_it: bool) -> None:  # noqa: FBT001 -- what is expected
    assert is_exhaustion(fault) is is_it
    assert "ulimit -n" in explain_exhaustion()
