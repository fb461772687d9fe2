"""Scenarios as a world keeps them: by a hash of name and text, for whoever refers to one a thousand times."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_bsg.rules.ruleset import Ruleset


def scenario_hash(ruleset: Ruleset) -> str:
    """Tell what a world calls this scenario: 32 hex digits, the same for the same name and text in any process."""
    return sha256(f"{ruleset.name}\0{ruleset.source}".encode()).hexdigest()[:32]
