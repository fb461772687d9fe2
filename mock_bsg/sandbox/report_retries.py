"""When a delivery report that failed is tried again, and when it is given up."""

from typing import Final

RETRIES: Final = (1_000, 5_000, 15_000, 60_000)
"""Milliseconds of the account's time after a failed attempt; after the last one it is given up [assumed]."""


def wait_after(attempts: int) -> int | None:
    """Tell how many ms after so many failed attempts a report is tried again; None: it is given up."""
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else None
