"""References: the client's own ids of messages and lookups."""

from __future__ import annotations

import re

# The docs say letters and digits; the seed's own example has "_", the v1 SDK allows "-" and "_".
is_reference = re.compile(r"[A-Za-z0-9_-]{1,32}").fullmatch
