"""Times as BSG prints them."""

from __future__ import annotations

import time
from functools import lru_cache


@lru_cache(maxsize=8192)
def _second_text(second: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(second))


def time_text(at: int | None) -> str | None:
    """Write `YYYY-MM-DD HH:MM:SS`, UTC; what was not reached yet is null [assumed]. `at` is in ms."""
    return None if at is None else _second_text(at // 1000)
