"""Pieces of scenarios to begin with, which the JSON Schema offers to editors: by section, what each is and says."""

from collections.abc import Mapping
from typing import Final

SNIPPETS: Final[Mapping[str, Mapping[str, str]]] = {
    "rules": {
        "No Viber at a number": (
            '- match: {msisdn: "380501234567"}\n'
            "  viber: {sent: 1s, undeliverable: 2s}\n"
            "  sms: {sent: 1s, delivered: 3s}"
        ),
        "An error for the first two": '- match: {reference: "retry-*"}\n  times: 2\n  error: 5',
        "One in five expires": (
            "- match: {channel: viber}\n"
            "  outcomes:\n"
            "    - {weight: 80, viber: {sent: 1s, delivered: 2s..9s}}\n"
            "    - {weight: 20, viber: {sent: 1s, expired: 60s}}"
        ),
    },
    "faults": {
        "503 for three requests": (
            '- match: {method: POST, path: "/viber/create"}\n  times: 3\n  status: 503\n  headers: {Retry-After: "1"}'
        ),
        "Every tenth is cut off": '- match: {path: "/viber/*"}\n  every: 10\n  fault: connection_reset',
        "Slow answers": "- delay: 200ms..2s",
    },
    "clock": {"A clock that stands still": "{start: 2017-01-17T09:20:02Z, manual: true}"},
    "account": {"Little money": "{balance: 0.50, currency: EUR}"},
    "reports": {"Reports late, twice, lost": "{delay: 1s..5s, duplicate: 0.1, lose: 0.05}"},
}
