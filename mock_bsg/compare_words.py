"""What `mock-bsg compare` takes on its command line; here, so that other commands load nothing of compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Final[Mapping[str, dict[str, Any]]] = {
    "--api-key": {"metavar": "KEY", "required": True, "help": "a key of BSG's that begins with test_"},
    "--one-api-key": {
        "metavar": "KEY",
        "help": "such a key of the One API, which is asked only if there is one, in at most 60 requests of its own",
    },
    "--url": {"dest": "target", "default": "https://api.bsg.world", "help": "whom to ask [default: %(default)s]"},
    "--msisdn": {
        "metavar": "N",
        "nargs": "+",
        "action": "extend",
        "default": [],
        "help": "numbers to send to [default: 447700900600 to 447700900699, which are nobody's]",
    },
    "--report": {"metavar": "FILE", "help": "write a report, as JSON if FILE ends in .json, else as Markdown"},
    "--allow-live": {
        "action": "store_true",
        "help": "take keys that do not begin with test_; what they do may cost money",
    },
    "--yes": {"action": "store_true", "help": "send without asking"},
}
