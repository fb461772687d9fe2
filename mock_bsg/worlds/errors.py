"""What is wrong with a world that is kept: one line for whoever looks at the server's terminal."""

from __future__ import annotations


class WorldError(Exception):
    """A world cannot be read or kept; says where, what was found and what to do, in one line."""
